//! Portal accounts and what happened in them.

use crate::records::{Notice, tell};
use crate::schema::{accounts, activities};
use diesel::prelude::*;
use ontario_language::Language;
use portal_front::Person;

/// A page of the list of activities holds at most so many.
const MOST_ACTIVITIES: i64 = 500;

/// What is noted in an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ActivityKind {
    AccountCreated,
    SignedIn,
    OneKeyTransferred,
    ServiceAdded,
    Submitted,
    AwaitingPayment,
    ProfileAdded,
    ProfileChanged,
    ProfileDeleted,
    SettingsChanged,
}

impl ActivityKind {
    const ALL: [Self; 10] = [
        Self::AccountCreated,
        Self::SignedIn,
        Self::OneKeyTransferred,
        Self::ServiceAdded,
        Self::Submitted,
        Self::AwaitingPayment,
        Self::ProfileAdded,
        Self::ProfileChanged,
        Self::ProfileDeleted,
        Self::SettingsChanged,
    ];

    fn code(self) -> &'static str {
        match self {
            Self::AccountCreated => "account_created",
            Self::SignedIn => "signed_in",
            Self::OneKeyTransferred => "one_key_transferred",
            Self::ServiceAdded => "service_added",
            Self::Submitted => "submitted",
            Self::AwaitingPayment => "awaiting_payment",
            Self::ProfileAdded => "profile_added",
            Self::ProfileChanged => "profile_changed",
            Self::ProfileDeleted => "profile_deleted",
            Self::SettingsChanged => "settings_changed",
        }
    }
}

/// Something that happened at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Activity {
    pub(crate) kind: ActivityKind,
    /// The service that it is about.
    pub(crate) service: Option<String>,
    pub(crate) at: i64,
}

/// What the account pages show.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = accounts)]
pub(crate) struct Account {
    pub(crate) id: i64,
    pub(crate) email: String,
    pub(crate) language: String,
}

/// Notes something in an account.
pub(crate) fn note(
    c: &mut SqliteConnection,
    account_id: i64,
    kind: ActivityKind,
    service: Option<&str>,
    at: i64,
) -> QueryResult<()> {
    diesel::insert_into(activities::table)
        .values((
            activities::account_id.eq(account_id),
            activities::kind.eq(kind.code()),
            activities::service.eq(service),
            activities::at.eq(at),
        ))
        .execute(c)?;
    Ok(())
}

fn id_of(c: &mut SqliteConnection, issuer: &str, subject: &str) -> QueryResult<Option<i64>> {
    accounts::table
        .filter(accounts::issuer.eq(issuer).and(accounts::subject.eq(subject)))
        .select(accounts::id)
        .first(c)
        .optional()
}

/// The account of this person: by the subject, else the one that their transferred ONE-key account had here, which is
/// then theirs under the new subject.
fn find_or_adopt(c: &mut SqliteConnection, person: &Person, now: i64) -> QueryResult<Option<i64>> {
    if let Some(id) = id_of(c, &person.issuer, &person.subject)? {
        return Ok(Some(id));
    }
    let Some(old_subject) = &person.onekey_subject else { return Ok(None) };
    let Some(id) = id_of(c, &person.issuer, old_subject)? else { return Ok(None) };
    diesel::update(accounts::table.find(id)).set(accounts::subject.eq(&person.subject)).execute(c)?;
    note(c, id, ActivityKind::OneKeyTransferred, None, now)?;
    Ok(Some(id))
}

/// Notes a sign-in in the person's account, if they have one.
pub(crate) fn sign_in(c: &mut SqliteConnection, person: &Person, now: i64) -> QueryResult<Option<i64>> {
    let Some(id) = find_or_adopt(c, person, now)? else { return Ok(None) };
    note(c, id, ActivityKind::SignedIn, None, now)?;
    // Any sign-in stops the clock of an unused account.
    let never = None::<i64>;
    diesel::update(accounts::table.find(id))
        .set((
            accounts::last_signed_in_at.eq(now),
            accounts::noticed_60_at.eq(never),
            accounts::noticed_30_at.eq(never),
        ))
        .execute(c)?;
    Ok(Some(id))
}

/// Makes the account of a person who accepted the terms. A second call, or one from another tab, finds the account that
/// is already there.
pub(crate) fn create(
    c: &mut SqliteConnection,
    person: &Person,
    language: Language,
    terms_version: i32,
    now: i64,
) -> QueryResult<()> {
    let created = diesel::insert_into(accounts::table)
        .values((
            accounts::issuer.eq(&person.issuer),
            accounts::subject.eq(&person.subject),
            accounts::email.eq(person.email.as_deref().unwrap_or_default()),
            accounts::language.eq(language.code()),
            accounts::terms_version.eq(terms_version),
            accounts::created_at.eq(now),
            accounts::last_signed_in_at.eq(now),
        ))
        .on_conflict((accounts::issuer, accounts::subject))
        .do_nothing()
        .execute(c)?;
    if let (1, Some(id)) = (created, id_of(c, &person.issuer, &person.subject)?) {
        note(c, id, ActivityKind::AccountCreated, None, now)?;
        tell(c, id, Notice::Welcome, None, None, now)?;
    }
    Ok(())
}

/// Makes the account of somebody who used this service with ONE-key and carried that account over.
pub(crate) fn carry_over(c: &mut SqliteConnection, person: &Person, now: i64) -> QueryResult<()> {
    create(c, person, person.language.unwrap_or_default(), 0, now)?;
    if let Some(id) = id_of(c, &person.issuer, &person.subject)? {
        note(c, id, ActivityKind::OneKeyTransferred, None, now)?;
    }
    Ok(())
}

/// The account of this person.
pub(crate) fn find(c: &mut SqliteConnection, person: &Person) -> QueryResult<Option<Account>> {
    let own = accounts::issuer.eq(&person.issuer).and(accounts::subject.eq(&person.subject));
    accounts::table.filter(own).select(Account::as_select()).first(c).optional()
}

/// What happened in an account, the newest first.
pub(crate) fn list_activities(c: &mut SqliteConnection, account_id: i64) -> QueryResult<Vec<Activity>> {
    let rows = activities::table
        .filter(activities::account_id.eq(account_id))
        .order((activities::at.desc(), activities::id.desc()))
        .limit(MOST_ACTIVITIES)
        .select((activities::kind, activities::service, activities::at))
        .load::<(String, Option<String>, i64)>(c)?;
    let known = |(code, service, at): (String, Option<String>, i64)| {
        let kind = ActivityKind::ALL.into_iter().find(|kind| kind.code() == code)?;
        Some(Activity { kind, service, at })
    };
    Ok(rows.into_iter().filter_map(known).collect())
}

/// Changes the default address and the language of mails.
pub(crate) fn update_settings(
    c: &mut SqliteConnection,
    id: i64,
    email: &str,
    language: Language,
    now: i64,
) -> QueryResult<()> {
    let settings = (accounts::email.eq(email), accounts::language.eq(language.code()));
    diesel::update(accounts::table.find(id)).set(settings).execute(c)?;
    note(c, id, ActivityKind::SettingsChanged, None, now)
}
