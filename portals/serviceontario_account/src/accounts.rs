//! Portal accounts and what happened in them.

use crate::records::{Notice, tell};
use crate::schema::{accounts, activities};
use diesel::prelude::*;
use ontario_language::Language;
use portal_front::Person;

/// A page of the list of activities holds at most so many.
const MOST_ACTIVITIES: i64 = 500;

portal_front::codes! {
    /// What is noted in an account.
    pub(crate) enum ActivityKind {
        AccountCreated = "account_created",
        SignedIn = "signed_in",
        OneKeyTransferred = "one_key_transferred",
        ServiceAdded = "service_added",
        Submitted = "submitted",
        AwaitingPayment = "awaiting_payment",
        ProfileAdded = "profile_added",
        ProfileChanged = "profile_changed",
        ProfileDeleted = "profile_deleted",
        SettingsChanged = "settings_changed",
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

/// The account of this person: by the subject, else the one that their transferred ONE-key account had here.
fn find_or_adopt(c: &mut SqliteConnection, person: &Person, now: i64) -> QueryResult<Option<i64>> {
    if let Some(id) = portal_front::accounts::find(c, person)? {
        return Ok(Some(id));
    }
    let Some(id) = portal_front::accounts::adopt(c, person)? else { return Ok(None) };
    note(c, id, ActivityKind::OneKeyTransferred, None, now)?;
    Ok(Some(id))
}

/// Notes a sign-in in the person's account; whether they have one.
pub(crate) fn sign_in(c: &mut SqliteConnection, person: &Person, now: i64) -> QueryResult<bool> {
    let Some(id) = find_or_adopt(c, person, now)? else { return Ok(false) };
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
    Ok(true)
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
    if let (1, Some(id)) = (created, portal_front::accounts::find(c, person)?) {
        note(c, id, ActivityKind::AccountCreated, None, now)?;
        tell(c, id, Notice::Welcome, None, None, now)?;
    }
    Ok(())
}

/// Makes the account of somebody who used this service with ONE-key and carried that account over.
pub(crate) fn carry_over(c: &mut SqliteConnection, person: &Person, now: i64) -> QueryResult<()> {
    create(c, person, person.language.unwrap_or_default(), 0, now)?;
    if let Some(id) = portal_front::accounts::find(c, person)? {
        note(c, id, ActivityKind::OneKeyTransferred, None, now)?;
    }
    Ok(())
}

/// The account of this person.
pub(crate) fn find(c: &mut SqliteConnection, person: &Person) -> QueryResult<Option<Account>> {
    let Some(id) = portal_front::accounts::find(c, person)? else { return Ok(None) };
    accounts::table.find(id).select(Account::as_select()).first(c).optional()
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
        Some(Activity { kind: ActivityKind::from_code(&code)?, service, at })
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
