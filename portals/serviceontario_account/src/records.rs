//! What an account holds: profiles, enrolled services, messages.
//! Every function works within one transaction of its caller, and on rows of one account only.

use crate::accounts::{ActivityKind, note};
use crate::profile::Profile;
use crate::schema::{accounts, enrolments, messages, profiles};
use crate::texts;
use diesel::prelude::*;
use ontario_language::Language;
use portal_front::retention::Standing;
use portal_front::{Letter, LetterLine, post};

/// An account's profiles and messages are listed up to so many.
const MOST: i64 = 500;
/// Of everything that is due, one pass does so much.
const MOST_DUE: i64 = 10_000;
/// An account holds at most so many profiles.
const MOST_PROFILES: i64 = 50;

portal_front::codes! {
    /// What people are told, as a message here and by mail.
    pub(crate) enum Notice {
        Welcome = "welcome",
        Received = "received",
        AwaitingPayment = "awaiting_payment",
        DraftEnds60 = "draft_ends_60",
        DraftEnds30 = "draft_ends_30",
        DraftExpired = "draft_expired",
        AccountEnds60 = "account_ends_60",
        AccountEnds30 = "account_ends_30",
    }
}

impl Notice {
    /// What is not done by the person at this moment goes out by mail too.
    fn is_mailed(self) -> bool {
        !matches!(self, Self::Received | Self::AwaitingPayment)
    }
}

/// Puts a message into the account, and a mail to its default address where it has one.
pub(crate) fn tell(
    c: &mut SqliteConnection,
    account_id: i64,
    notice: Notice,
    service: Option<&str>,
    day: Option<i64>,
    now: i64,
) -> QueryResult<()> {
    diesel::insert_into(messages::table)
        .values((
            messages::account_id.eq(account_id),
            messages::kind.eq(notice.code()),
            messages::service.eq(service),
            messages::day.eq(day),
            messages::at.eq(now),
        ))
        .execute(c)?;
    let (address, language) = accounts::table
        .find(account_id)
        .select((accounts::email, accounts::language))
        .first::<(String, String)>(c)?;
    if !notice.is_mailed() || address.is_empty() {
        return Ok(());
    }
    let subject = |language| texts::notice(language, notice, service, day).0;
    let body = |language: Language| {
        let words = LetterLine::Words(texts::notice(language, notice, service, day).1);
        vec![words, LetterLine::link(texts::mail_link(language), "home")]
    };
    let language = Language::from_code(&language).unwrap_or_default();
    post(c, &Letter::new(address, language, now, subject, body))
}

/// A message.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = messages)]
pub(crate) struct Message {
    pub(crate) id: i64,
    pub(crate) kind: String,
    pub(crate) service: Option<String>,
    pub(crate) day: Option<i64>,
    pub(crate) at: i64,
}

/// The newest first.
pub(crate) fn list_messages(c: &mut SqliteConnection, account_id: i64) -> QueryResult<Vec<Message>> {
    let own = messages::table.filter(messages::account_id.eq(account_id));
    own.order((messages::at.desc(), messages::id.desc())).limit(MOST).select(Message::as_select()).load(c)
}

/// A profile of this account.
#[diesel::dsl::auto_type(no_type_alias)]
fn own_profile(account_id: i64, id: i64) -> _ {
    profiles::table.filter(profiles::account_id.eq(account_id)).filter(profiles::id.eq(id))
}

/// Their ids and what they hold.
pub(crate) fn list_profiles(c: &mut SqliteConnection, account_id: i64) -> QueryResult<Vec<(i64, Profile)>> {
    let own = profiles::table.filter(profiles::account_id.eq(account_id)).order(profiles::id).limit(MOST);
    let rows = own.select((profiles::id, profiles::fields)).load::<(i64, String)>(c)?;
    Ok(rows.into_iter().map(|(id, fields)| (id, Profile::of(&fields))).collect())
}

pub(crate) fn find_profile(
    c: &mut SqliteConnection,
    account_id: i64,
    id: i64,
) -> QueryResult<Option<Profile>> {
    let fields = own_profile(account_id, id).select(profiles::fields).first::<String>(c).optional()?;
    Ok(fields.map(|fields| Profile::of(&fields)))
}

/// Adds a profile; `None` where the account has too many.
pub(crate) fn insert_profile(
    c: &mut SqliteConnection,
    account_id: i64,
    fields: &str,
    now: i64,
) -> QueryResult<Option<i64>> {
    let own = profiles::table.filter(profiles::account_id.eq(account_id));
    if own.count().get_result::<i64>(c)? >= MOST_PROFILES {
        return Ok(None);
    }
    let row =
        (profiles::account_id.eq(account_id), profiles::fields.eq(fields), profiles::created_at.eq(now));
    let id = diesel::insert_into(profiles::table).values(row).returning(profiles::id).get_result(c)?;
    note(c, account_id, ActivityKind::ProfileAdded, None, now)?;
    Ok(Some(id))
}

/// Whether it is theirs.
pub(crate) fn update_profile(
    c: &mut SqliteConnection,
    account_id: i64,
    id: i64,
    fields: &str,
    now: i64,
) -> QueryResult<bool> {
    let changed =
        diesel::update(own_profile(account_id, id)).set(profiles::fields.eq(fields)).execute(c)? == 1;
    if changed {
        note(c, account_id, ActivityKind::ProfileChanged, None, now)?;
    }
    Ok(changed)
}

pub(crate) fn delete_profile(
    c: &mut SqliteConnection,
    account_id: i64,
    id: i64,
    now: i64,
) -> QueryResult<()> {
    if diesel::delete(own_profile(account_id, id)).execute(c)? == 1 {
        note(c, account_id, ActivityKind::ProfileDeleted, None, now)?;
    }
    Ok(())
}

/// The services that an account has added, with their times; the newest first.
pub(crate) fn list_enrolments(c: &mut SqliteConnection, account_id: i64) -> QueryResult<Vec<(String, i64)>> {
    let own = enrolments::table.filter(enrolments::account_id.eq(account_id));
    own.order(enrolments::at.desc()).select((enrolments::service, enrolments::at)).load(c)
}

/// Adds a service to an account that doesn't have it yet.
pub(crate) fn enrol(c: &mut SqliteConnection, account_id: i64, service: &str, now: i64) -> QueryResult<()> {
    let row =
        (enrolments::account_id.eq(account_id), enrolments::service.eq(service), enrolments::at.eq(now));
    if diesel::insert_into(enrolments::table).values(row).on_conflict_do_nothing().execute(c)? == 1 {
        note(c, account_id, ActivityKind::ServiceAdded, Some(service), now)?;
    }
    Ok(())
}

/// Accounts that nobody has signed in to since `before`.
pub(crate) fn list_due_accounts(c: &mut SqliteConnection, before: i64) -> QueryResult<Vec<(i64, Standing)>> {
    let due = accounts::table.filter(accounts::last_signed_in_at.le(before));
    let standing = (accounts::last_signed_in_at, accounts::noticed_60_at, accounts::noticed_30_at);
    due.order(accounts::last_signed_in_at).limit(MOST_DUE).select((accounts::id, standing)).load(c)
}

/// With everything in it.
pub(crate) fn delete_account(c: &mut SqliteConnection, id: i64) -> QueryResult<()> {
    diesel::delete(accounts::table.find(id)).execute(c).map(|_| ())
}

/// Notes which reminders of an account's end are out.
pub(crate) fn mark_account(c: &mut SqliteConnection, id: i64, told: Standing) -> QueryResult<()> {
    let told =
        (accounts::noticed_60_at.eq(told.noticed_60_at), accounts::noticed_30_at.eq(told.noticed_30_at));
    diesel::update(accounts::table.find(id)).set(told).execute(c).map(|_| ())
}
