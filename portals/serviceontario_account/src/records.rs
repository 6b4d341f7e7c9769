//! What an account holds: profiles, enrolled services, applications with their drafts, messages.
//! Every function works within one transaction of its caller, and on rows of one account only.

use crate::accounts::{ActivityKind, note};
use crate::schema::{accounts, applications, enrolments, messages, profiles};
use crate::texts;
use diesel::prelude::*;
use ontario_language::Language;
use portal_front::retention::Standing;
use portal_front::{Letter, LetterLine, post};

/// An account's profiles, applications and messages are listed up to so many.
const MOST: i64 = 500;
/// Of everything that is due, one pass does so much.
const MOST_DUE: i64 = 10_000;
/// An account holds at most so many profiles, and so many drafts.
const MOST_OWN: i64 = 50;

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
    let subject = |language| texts::notice_subject(language, Some(notice), service, day);
    let body = |language: Language| {
        let words = LetterLine::Words(texts::notice_text(language, notice, service, day));
        [words].into_iter().chain(LetterLine::link(texts::mail_link(language), "home")).collect()
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

/// A profile as it was saved.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = profiles)]
pub(crate) struct ProfileRow {
    pub(crate) id: i64,
    pub(crate) fields: String,
}

/// A profile of this account.
#[diesel::dsl::auto_type(no_type_alias)]
fn own_profile(account_id: i64, id: i64) -> _ {
    profiles::table.filter(profiles::account_id.eq(account_id)).filter(profiles::id.eq(id))
}

pub(crate) fn list_profiles(c: &mut SqliteConnection, account_id: i64) -> QueryResult<Vec<ProfileRow>> {
    let own = profiles::table.filter(profiles::account_id.eq(account_id));
    own.order(profiles::id).limit(MOST).select(ProfileRow::as_select()).load(c)
}

pub(crate) fn find_profile(
    c: &mut SqliteConnection,
    account_id: i64,
    id: i64,
) -> QueryResult<Option<ProfileRow>> {
    own_profile(account_id, id).select(ProfileRow::as_select()).first(c).optional()
}

/// Adds a profile; `None` where the account has too many.
pub(crate) fn insert_profile(
    c: &mut SqliteConnection,
    account_id: i64,
    fields: &str,
    now: i64,
) -> QueryResult<Option<i64>> {
    let own = profiles::table.filter(profiles::account_id.eq(account_id));
    if own.count().get_result::<i64>(c)? >= MOST_OWN {
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

/// An application, begun or submitted.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = applications)]
pub(crate) struct Application {
    pub(crate) id: i64,
    pub(crate) account_id: i64,
    pub(crate) service: String,
    pub(crate) state: String,
    pub(crate) applicant: String,
    pub(crate) details: String,
    pub(crate) changed_at: i64,
    noticed_60_at: Option<i64>,
    noticed_30_at: Option<i64>,
}

impl Application {
    pub(crate) fn is_draft(&self) -> bool {
        self.state == "draft"
    }

    pub(crate) fn standing(&self) -> Standing {
        Standing {
            since: self.changed_at,
            noticed_60_at: self.noticed_60_at,
            noticed_30_at: self.noticed_30_at,
        }
    }
}

/// Drafts and applications that wait, the newest first.
pub(crate) fn list_applications(c: &mut SqliteConnection, account_id: i64) -> QueryResult<Vec<Application>> {
    let own = applications::table
        .filter(applications::account_id.eq(account_id))
        .filter(applications::state.ne("submitted"));
    own.order(applications::changed_at.desc()).limit(MOST).select(Application::as_select()).load(c)
}

/// A draft of this account.
#[diesel::dsl::auto_type(no_type_alias)]
fn own_draft(account_id: i64, id: i64) -> _ {
    applications::table
        .filter(applications::account_id.eq(account_id))
        .filter(applications::id.eq(id))
        .filter(applications::state.eq("draft"))
}

pub(crate) fn find_draft(
    c: &mut SqliteConnection,
    account_id: i64,
    id: i64,
) -> QueryResult<Option<Application>> {
    own_draft(account_id, id).select(Application::as_select()).first(c).optional()
}

/// Enrols the account and begins an application; `None` where it has too many drafts.
pub(crate) fn begin_application(
    c: &mut SqliteConnection,
    account_id: i64,
    service: &str,
    now: i64,
) -> QueryResult<Option<i64>> {
    let drafts = applications::table
        .filter(applications::account_id.eq(account_id))
        .filter(applications::state.eq("draft"));
    if drafts.count().get_result::<i64>(c)? >= MOST_OWN {
        return Ok(None);
    }
    let row =
        (enrolments::account_id.eq(account_id), enrolments::service.eq(service), enrolments::at.eq(now));
    if diesel::insert_into(enrolments::table).values(row).on_conflict_do_nothing().execute(c)? == 1 {
        note(c, account_id, ActivityKind::ServiceAdded, Some(service), now)?;
    }
    let draft = (
        applications::account_id.eq(account_id),
        applications::service.eq(service),
        applications::state.eq("draft"),
        applications::applicant.eq(""),
        applications::details.eq(""),
        applications::changed_at.eq(now),
    );
    diesel::insert_into(applications::table).values(draft).returning(applications::id).get_result(c).map(Some)
}

/// Keeps what was typed into a draft; its time begins anew. Whether it is theirs and still a draft.
pub(crate) fn update_draft(
    c: &mut SqliteConnection,
    account_id: i64,
    id: i64,
    applicant: &str,
    details: &str,
    now: i64,
) -> QueryResult<bool> {
    let none = None::<i64>;
    let changed = diesel::update(own_draft(account_id, id))
        .set((
            applications::applicant.eq(applicant),
            applications::details.eq(details),
            applications::changed_at.eq(now),
            applications::noticed_60_at.eq(none),
            applications::noticed_30_at.eq(none),
        ))
        .execute(c)?;
    Ok(changed == 1)
}

/// Submits a draft, once.
pub(crate) fn submit(
    c: &mut SqliteConnection,
    draft: &Application,
    needs_payment: bool,
    now: i64,
) -> QueryResult<()> {
    let (state, kind, notice) = if needs_payment {
        ("awaiting_payment", ActivityKind::AwaitingPayment, Notice::AwaitingPayment)
    } else {
        ("submitted", ActivityKind::Submitted, Notice::Received)
    };
    let open = applications::table.find(draft.id).filter(applications::state.eq("draft"));
    let changed = diesel::update(open)
        .set((applications::state.eq(state), applications::changed_at.eq(now)))
        .execute(c)?;
    if changed == 1 {
        note(c, draft.account_id, kind, Some(&draft.service), now)?;
        tell(c, draft.account_id, notice, Some(&draft.service), None, now)?;
    }
    Ok(())
}

/// Drafts of these services that were not changed since `before`.
pub(crate) fn list_due_drafts(
    c: &mut SqliteConnection,
    services: Vec<&'static str>,
    before: i64,
) -> QueryResult<Vec<Application>> {
    let due = applications::table
        .filter(applications::state.eq("draft"))
        .filter(applications::service.eq_any(services))
        .filter(applications::changed_at.le(before));
    due.order(applications::changed_at).limit(MOST_DUE).select(Application::as_select()).load(c)
}

pub(crate) fn delete_draft(c: &mut SqliteConnection, id: i64) -> QueryResult<()> {
    let draft = applications::table.filter(applications::id.eq(id)).filter(applications::state.eq("draft"));
    diesel::delete(draft).execute(c).map(|_| ())
}

/// An account that nobody has used for long.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = accounts)]
pub(crate) struct UnusedAccount {
    pub(crate) id: i64,
    last_signed_in_at: i64,
    noticed_60_at: Option<i64>,
    noticed_30_at: Option<i64>,
}

impl UnusedAccount {
    pub(crate) fn standing(&self) -> Standing {
        Standing {
            since: self.last_signed_in_at,
            noticed_60_at: self.noticed_60_at,
            noticed_30_at: self.noticed_30_at,
        }
    }
}

pub(crate) fn list_due_accounts(c: &mut SqliteConnection, before: i64) -> QueryResult<Vec<UnusedAccount>> {
    let due = accounts::table.filter(accounts::last_signed_in_at.le(before));
    due.order(accounts::last_signed_in_at).limit(MOST_DUE).select(UnusedAccount::as_select()).load(c)
}

/// With everything in it.
pub(crate) fn delete_account(c: &mut SqliteConnection, id: i64) -> QueryResult<()> {
    diesel::delete(accounts::table.find(id)).execute(c).map(|_| ())
}

/// Notes which reminders of a draft's end are out.
pub(crate) fn mark_draft(c: &mut SqliteConnection, id: i64, told: Standing) -> QueryResult<()> {
    let told = (
        applications::noticed_60_at.eq(told.noticed_60_at),
        applications::noticed_30_at.eq(told.noticed_30_at),
    );
    diesel::update(applications::table.find(id)).set(told).execute(c).map(|_| ())
}

/// Notes which reminders of an account's end are out.
pub(crate) fn mark_account(c: &mut SqliteConnection, id: i64, told: Standing) -> QueryResult<()> {
    let told =
        (accounts::noticed_60_at.eq(told.noticed_60_at), accounts::noticed_30_at.eq(told.noticed_30_at));
    diesel::update(accounts::table.find(id)).set(told).execute(c).map(|_| ())
}
