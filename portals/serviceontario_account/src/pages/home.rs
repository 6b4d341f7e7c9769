//! S5, the account's home: its services, activities and messages.

use crate::accounts::{self, Activity, ActivityKind};
use crate::{OldRecord, Portal, texts};
use actix_web::http::StatusCode;
use askama::Template;
use ontario_design::Frame;
use ontario_design::components::{Choice, Select};
use ontario_language::{Language, format_date, format_date_time, iso_date_time};
use portal_front::handlers::Answer;
use portal_front::{Member, Visit, redirect};
use serde::Deserialize;

/// In which order activities are listed.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Order {
    #[default]
    NewestFirst,
    OldestFirst,
}

/// The filter of the activities.
#[derive(Deserialize)]
pub(crate) struct HomeQuery {
    /// `2026-11`; empty or unknown months show nothing but are no error.
    month: Option<String>,
    #[serde(default)]
    sort: Order,
}

/// One row of the table.
struct Row {
    machine_time: String,
    time: String,
    activity: &'static str,
}

/// One record from the time of ONE-key.
struct OldRow {
    machine_time: String,
    time: String,
    name: &'static str,
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    frame: Frame,
    default_email: String,
    has_one_key: bool,
    old_records: Vec<OldRow>,
    links: Vec<(&'static str, String)>,
    action: String,
    month: Select,
    rows: Vec<Row>,
    no_rows: &'static str,
    oldest_first: bool,
    sort_href: String,
}

/// GET `/{l}/home`
pub(crate) async fn home(visit: &Visit, member: Member<'_>) -> Answer {
    let query: HomeQuery = visit.query()?;
    let person = member.session.person.clone();
    let found = visit.front.database.read(move |c| {
        let Some(account) = accounts::find(c, &person)? else { return Ok(None) };
        let activities = accounts::list_activities(c, account.id)?;
        Ok(Some((account, activities)))
    });
    let Some((account, activities)) = found.await? else { return Ok(redirect(&visit.path("setup/terms"))) };
    let onekey_subject = member.session.person.onekey_subject.as_deref();
    let portal = visit.data::<Portal>()?;
    let language = visit.language;
    let month = query.month.as_deref().filter(|month| !month.is_empty());
    let page = HomePage {
        frame: visit.frame(texts::account_home(language)).wide(),
        default_email: texts::default_email(language, account.email),
        has_one_key: onekey_subject.is_some(),
        old_records: old_rows(visit.language, &portal.old_records, onekey_subject),
        links: links(visit),
        action: visit.path("home#activities"),
        month: month_filter(language, &activities, month),
        rows: rows(language, &activities, month, query.sort),
        no_rows: if month.is_some() {
            texts::no_activity_this_month(language)
        } else {
            texts::no_activity(language)
        },
        oldest_first: query.sort == Order::OldestFirst,
        sort_href: sort_href(visit, &activities, month, query.sort),
    };
    visit.html(StatusCode::OK, &page)
}

/// The side list: only pages that exist.
fn links(visit: &Visit) -> Vec<(&'static str, String)> {
    let language = visit.language;
    let at_provider = |page: &str| format!("{}/{}/{page}", visit.front.provider_origin, language.code());
    vec![
        (texts::activities(language), "#activities".to_owned()),
        (texts::account_help(language), at_provider("help")),
        (texts::privacy(language), at_provider("privacy")),
        (texts::terms(language), visit.path("terms")),
    ]
}

/// What the transferred ONE-key account had here.
fn old_rows(language: Language, records: &[OldRecord], onekey_subject: Option<&str>) -> Vec<OldRow> {
    let theirs = records.iter().filter(|record| onekey_subject == Some(record.onekey_subject.as_str()));
    let row = |record: &OldRecord| OldRow {
        machine_time: iso_date_time(record.at),
        time: format_date(language, record.at),
        name: language.pick(record.name[0], record.name[1]),
    };
    theirs.map(row).collect()
}

/// `2026-11` of an instant, in Toronto's time.
fn month_of(activity: &Activity) -> String {
    iso_date_time(activity.at).chars().take(7).collect()
}

/// `November 2026`, `novembre 2026`: the full date without its day.
fn month_name(language: Language, at: i64) -> String {
    let date = format_date(language, at);
    let mut words = date.split([' ', ',']).filter(|word| !word.is_empty());
    let (first, second, year) = (words.next(), words.next(), words.next());
    let month = language.pick(first, second);
    [month, year].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn month_filter(language: Language, activities: &[Activity], selected: Option<&str>) -> Select {
    let mut choices = vec![Choice::new("", texts::all_months(language))];
    let mut last = String::new();
    for activity in activities {
        let month = month_of(activity);
        if month != last {
            choices.push(Choice::new(month.clone(), month_name(language, activity.at)));
            last = month;
        }
    }
    Select::new(language, "month", texts::month(language), choices).selected(selected).without_flag()
}

/// The link that turns the order round. Only a month that is in the list goes into it.
fn sort_href(visit: &Visit, activities: &[Activity], month: Option<&str>, order: Order) -> String {
    let order = if order == Order::OldestFirst { "newest-first" } else { "oldest-first" };
    let known = month.filter(|month| activities.iter().any(|activity| month_of(activity) == **month));
    match known {
        Some(month) => visit.path(&format!("home?month={month}&sort={order}#activities")),
        None => visit.path(&format!("home?sort={order}#activities")),
    }
}

fn rows(language: Language, activities: &[Activity], month: Option<&str>, order: Order) -> Vec<Row> {
    let shown = activities.iter().filter(|activity| month.is_none_or(|month| month_of(activity) == month));
    let mut rows: Vec<Row> = shown
        .map(|activity| Row {
            machine_time: iso_date_time(activity.at),
            time: format_date_time(language, activity.at),
            activity: match activity.kind {
                ActivityKind::AccountCreated => texts::activity_account_created(language),
                ActivityKind::SignedIn => texts::activity_signed_in(language),
                ActivityKind::OneKeyTransferred => texts::activity_one_key_transferred(language),
            },
        })
        .collect();
    if order == Order::OldestFirst {
        rows.reverse();
    }
    rows
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
    }

    #[test]
    fn activities_are_filtered_by_month_and_turned_round() {
        let activities = [
            Activity { kind: ActivityKind::SignedIn, at: DECEMBER_1 },
            Activity { kind: ActivityKind::SignedIn, at: NOVEMBER_21 + 1_000_000 },
            Activity { kind: ActivityKind::AccountCreated, at: NOVEMBER_21 },
        ];
        let names = |month, order| -> Vec<&str> {
            rows(Language::English, &activities, month, order).iter().map(|row| row.activity).collect()
        };
        assert_eq!(names(None, Order::NewestFirst), ["Signed in", "Signed in", "Account created"]);
        assert_eq!(names(Some("2026-11"), Order::OldestFirst), ["Account created", "Signed in"]);
        assert!(names(Some("<script>"), Order::NewestFirst).is_empty());
    }
}
