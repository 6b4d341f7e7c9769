//! S5, the account's home: its profiles, services, activities and messages.

use super::lists::{MonthFilter, activity_table, message_table};
use super::profiles::profile_link;
use super::{SideList, read};
use crate::records;
use crate::{OldRecord, Portal, accounts, services, texts};
use actix_web::http::StatusCode;
use askama::Template;
use ontario_design::Frame;
use ontario_language::Language;
use portal_front::handlers::Answer;
use portal_front::table::{Cell, Table, TableQuery};
use portal_front::{Member, Moment, Visit};

/// The home shows so many of each kind; the rest have pages of their own.
const SHOWN: usize = 5;

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    frame: Frame,
    side: SideList,
    default_email: String,
    /// Names and pages.
    profiles: Vec<(String, String)>,
    services: Table,
    has_no_service: bool,
    has_one_key: bool,
    old_records: Vec<(Moment, &'static str)>,
    filter: MonthFilter,
    activities: Table,
    messages: Table,
}

/// GET `/{l}/home`
pub(crate) async fn home(visit: &Visit, member: Member<'_>) -> Answer {
    let (query, language) = (TableQuery::of(visit)?, visit.language);
    let found = read(visit, member, |c, account| {
        let activities = accounts::list_activities(c, account.id)?;
        let messages = records::list_messages(c, account.id)?;
        let profiles = records::list_profiles(c, account.id)?;
        let enrolments = records::list_enrolments(c, account.id)?;
        Ok(Some((account, activities, messages, profiles, enrolments)))
    });
    let (account, activities, messages, profiles, enrolments) = found.await?;
    let onekey_subject = member.session.person.onekey_subject.as_deref();
    let old_records = &visit.data::<Portal>()?.old_records;
    let activity_rows = activity_table(visit, &query, &activities);
    let page = HomePage {
        frame: visit.frame(texts::account_home(language)).wide(),
        side: SideList::new(visit),
        default_email: texts::default_email(language, account.email),
        profiles: profiles.into_iter().map(|profile| profile_link(visit, profile)).collect(),
        services: service_table(visit, &query, &enrolments),
        has_no_service: enrolments.is_empty(),
        has_one_key: onekey_subject.is_some(),
        old_records: old_rows(language, old_records, onekey_subject),
        filter: MonthFilter::new(visit, &query, &activities),
        activities: if query.get("month").is_some() { activity_rows } else { activity_rows.first(SHOWN) },
        messages: message_table(visit, &query, &messages).first(SHOWN),
    };
    visit.html(StatusCode::OK, &page)
}

fn service_table(visit: &Visit, query: &TableQuery, enrolments: &[(String, i64)]) -> Table {
    let language = visit.language;
    let rows = enrolments.iter().map(|(service, at)| {
        vec![Cell::date(language, *at), Cell::text(services::name(language, Some(service)))]
    });
    let columns = [("date", texts::date(language)), ("name", texts::service_name_column(language))];
    let caption = texts::enrolled_services(language);
    Table::new(visit, query, "services", caption, &columns, rows.collect(), texts::no_services(language))
}

/// What the transferred ONE-key account had here.
fn old_rows(
    language: Language,
    records: &[OldRecord],
    onekey_subject: Option<&str>,
) -> Vec<(Moment, &'static str)> {
    let theirs = records.iter().filter(|record| onekey_subject == Some(record.onekey_subject.as_str()));
    let row = |record: &OldRecord| {
        (Moment::day(language, record.at), language.pick(record.name[0], record.name[1]))
    };
    theirs.map(row).collect()
}
