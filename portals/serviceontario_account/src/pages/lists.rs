//! S7 messages, S8 activities, S10 drafts and when they expire.

use super::{SideList, id, read};
use crate::accounts::{self, Activity, ActivityKind};
use crate::application::Application;
use crate::records::{self, Message, Notice};
use crate::{services, texts};
use actix_web::http::StatusCode;
use askama::Template;
use ontario_design::Frame;
use ontario_design::components::{Choice, Select};
use ontario_language::{Language, format_date, iso_date_time};
use portal_front::drafts::{Draft, List, list};
use portal_front::handlers::Answer;
use portal_front::table::{Cell, Table, TableQuery};
use portal_front::{Member, Moment, PortalError, Text, Visit};

#[derive(Template)]
#[template(path = "list.html")]
struct ListPage {
    frame: Frame,
    side: SideList,
    note: Option<&'static str>,
    filter: Option<MonthFilter>,
    table: Table,
}

#[derive(Template)]
#[template(path = "message.html")]
struct MessagePage {
    frame: Frame,
    sender: &'static str,
    at: Moment,
    text: String,
}

/// The form that chooses a month.
#[derive(Template)]
#[template(path = "month_filter.html")]
pub(crate) struct MonthFilter {
    action: String,
    others: Vec<(String, String)>,
    month: Select,
    show: &'static str,
}

impl askama::filters::HtmlSafe for MonthFilter {}

impl MonthFilter {
    pub(crate) fn new(visit: &Visit, query: &TableQuery, activities: &[Activity]) -> Self {
        let language = visit.language;
        let mut months: Vec<_> = activities.iter().map(|one| (month_of(one.at), one.at)).collect();
        months.dedup_by(|one, before| one.0 == before.0);
        let months = months.into_iter().map(|(month, at)| Choice::new(month, month_name(language, at)));
        let choices = [Choice::new("", texts::all_months(language))].into_iter().chain(months).collect();
        let month = Select::new(language, "month", texts::month(language), choices);
        Self {
            action: visit.path(&format!("{}#activities", visit.page)),
            others: query.others("month"),
            month: month.selected(query.get("month")).without_flag(),
            show: texts::show(language),
        }
    }
}

/// `2026-11` of an instant, in Toronto's time.
fn month_of(at: i64) -> String {
    iso_date_time(at).chars().take(7).collect()
}

/// `November 2026`, `novembre 2026`: the full date without its day.
fn month_name(language: Language, at: i64) -> String {
    let date = format_date(language, at);
    let mut words = date.split([' ', ',']).filter(|word| !word.is_empty());
    let (first, second, year) = (words.next(), words.next(), words.next());
    let month = language.pick(first, second);
    [month, year].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

pub(crate) fn activity_table(visit: &Visit, query: &TableQuery, activities: &[Activity]) -> Table {
    let language = visit.language;
    let month = query.get("month");
    let shown = activities.iter().filter(|activity| month.is_none_or(|month| month_of(activity.at) == month));
    let rows = shown.map(|activity| {
        vec![
            Cell::time(language, activity.at),
            Cell::text(activity_text(language, activity)),
            Cell::text(match activity.kind {
                ActivityKind::AwaitingPayment => texts::status_awaiting_payment(language),
                _ => texts::status_done(language),
            }),
        ]
    });
    let columns = [
        ("date", texts::date_time(language)),
        ("activity", texts::activity(language)),
        ("status", texts::status(language)),
    ];
    let empty = match month {
        Some(_) => texts::no_activity_this_month(language),
        None => texts::no_activity(language),
    };
    let caption = texts::activities(language);
    Table::new(visit, query, "activities", caption, &columns, rows.collect(), empty)
}

fn activity_text(language: Language, activity: &Activity) -> String {
    let service = services::name(language, activity.service.as_deref());
    match activity.kind {
        ActivityKind::AccountCreated => texts::activity_account_created(language).to_owned(),
        ActivityKind::SignedIn => texts::activity_signed_in(language).to_owned(),
        ActivityKind::OneKeyTransferred => texts::activity_one_key_transferred(language).to_owned(),
        ActivityKind::ServiceAdded => texts::activity_service_added(language, service),
        ActivityKind::Submitted | ActivityKind::AwaitingPayment => {
            texts::activity_submitted(language, service)
        }
        ActivityKind::ProfileAdded => texts::activity_profile_added(language).to_owned(),
        ActivityKind::ProfileChanged => texts::activity_profile_changed(language).to_owned(),
        ActivityKind::ProfileDeleted => texts::activity_profile_deleted(language).to_owned(),
        ActivityKind::SettingsChanged => texts::activity_settings_changed(language).to_owned(),
    }
}

/// GET `/{l}/activities` (S8)
pub(crate) async fn activities(visit: &Visit, member: Member<'_>) -> Answer {
    let query = TableQuery::of(visit)?;
    let activities =
        read(visit, member, |c, account| accounts::list_activities(c, account.id).map(Some)).await?;
    let filter = MonthFilter::new(visit, &query, &activities);
    list_page(visit, texts::activities, None, Some(filter), activity_table(visit, &query, &activities))
}

pub(crate) fn message_table(visit: &Visit, query: &TableQuery, messages: &[Message]) -> Table {
    let language = visit.language;
    let rows = messages.iter().filter_map(|message| {
        let link = visit.path(&format!("messages/{}", message.id));
        Some(vec![
            Cell::time(language, message.at),
            Cell::text(words(language, message)?.0).link(link),
            Cell::text(texts::service_name(language)),
        ])
    });
    let columns = [
        ("date", texts::date_time(language)),
        ("subject", texts::subject(language)),
        ("sender", texts::sender(language)),
    ];
    let caption = texts::messages(language);
    Table::new(visit, query, "messages", caption, &columns, rows.collect(), texts::no_messages(language))
}

/// Its subject and its words; nothing for a later version's message.
fn words(language: Language, message: &Message) -> Option<(String, String)> {
    let notice = Notice::from_code(&message.kind)?;
    Some(texts::notice(language, notice, message.service.as_deref(), message.day))
}

/// GET `/{l}/messages` (S7)
pub(crate) async fn messages(visit: &Visit, member: Member<'_>) -> Answer {
    let query = TableQuery::of(visit)?;
    let messages = read(visit, member, |c, account| records::list_messages(c, account.id).map(Some)).await?;
    list_page(visit, texts::messages, None, None, message_table(visit, &query, &messages))
}

/// GET `/{l}/messages/{id}` (S7)
pub(crate) async fn message(visit: &Visit, member: Member<'_>) -> Answer {
    let (language, id) = (visit.language, id(visit)?);
    let found = read(visit, member, move |c, account| {
        Ok(records::list_messages(c, account.id)?.into_iter().find(|message| message.id == id))
    });
    let message = found.await?;
    let (subject, text) = words(language, &message).ok_or(PortalError::NotFound)?;
    let page = MessagePage {
        frame: visit.frame(&subject).back(visit.path("messages")),
        sender: texts::service_name(language),
        at: Moment::time(language, message.at),
        text,
    };
    visit.html(StatusCode::OK, &page)
}

fn draft_row(visit: &Visit, draft: &Draft<Application>) -> Vec<Cell> {
    let language = visit.language;
    let name = Cell::text(services::name(language, Some(&draft.answers.service)));
    let changed = Cell::time(language, draft.standing.since);
    if draft.submitted.is_none() {
        let (link, end) = (visit.path(&format!("drafts/{}", draft.handle)), draft.kept_until());
        vec![changed, name.link(link), Cell::text(texts::draft(language)), Cell::date(language, end)]
    } else {
        let state = Cell::text(texts::status_awaiting_payment(language));
        vec![changed, name, state, Cell::text(texts::no_end_date(language))]
    }
}

/// GET `/{l}/drafts` (S10)
pub(crate) async fn drafts(visit: &Visit, member: Member<'_>) -> Answer {
    let (query, language) = (TableQuery::of(visit)?, visit.language);
    let drafts = read(visit, member, |c, account| list(c, account.id, List::Open).map(Some)).await?;
    let columns = [
        ("changed", texts::last_change(language)),
        ("service", texts::service_column(language)),
        ("status", texts::status(language)),
        ("end", texts::kept_until(language)),
    ];
    let rows = drafts.iter().map(|draft| draft_row(visit, draft)).collect();
    let caption = texts::drafts(language);
    let table = Table::new(visit, &query, "drafts", caption, &columns, rows, texts::no_drafts(language));
    list_page(visit, texts::drafts, Some(texts::drafts_note(language)), None, table)
}

fn list_page(
    visit: &Visit,
    title: Text,
    note: Option<&'static str>,
    filter: Option<MonthFilter>,
    table: Table,
) -> Answer {
    let frame = visit.frame(title(visit.language)).wide();
    visit.html(StatusCode::OK, &ListPage { frame, side: SideList::new(visit), note, filter, table })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOVEMBER_21: i64 = 1_795_287_900_000_000;
    const DECEMBER_1: i64 = NOVEMBER_21 + 10 * 24 * 3600 * 1_000_000;

    #[test]
    fn months_are_named_as_people_say_them() {
        assert_eq!(month_name(Language::English, NOVEMBER_21), "November 2026");
        assert_eq!(month_name(Language::French, NOVEMBER_21), "novembre 2026");
        assert_eq!(month_name(Language::French, DECEMBER_1), "décembre 2026");
        assert_eq!(month_of(DECEMBER_1), "2026-12");
    }
}
