//! Portal accounts and what happened in them.

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
}

impl ActivityKind {
    const ALL: [Self; 3] = [Self::AccountCreated, Self::SignedIn, Self::OneKeyTransferred];

    fn code(self) -> &'static str {
        match self {
            Self::AccountCreated => "account_created",
            Self::SignedIn => "signed_in",
            Self::OneKeyTransferred => "one_key_transferred",
        }
    }
}

/// Something that happened at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Activity {
    pub(crate) kind: ActivityKind,
    pub(crate) at: i64,
}

/// What the account pages show.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = accounts)]
pub(crate) struct Account {
    pub(crate) id: i64,
    pub(crate) email: String,
    pub(crate) created_at: i64,
}

fn note(c: &mut SqliteConnection, account_id: i64, kind: ActivityKind, at: i64) -> QueryResult<()> {
    diesel::insert_into(activities::table)
        .values((
            activities::account_id.eq(account_id),
            activities::kind.eq(kind.code()),
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
    note(c, id, ActivityKind::OneKeyTransferred, now)?;
    Ok(Some(id))
}

/// Notes a sign-in in the person's account, if they have one.
pub(crate) fn sign_in(c: &mut SqliteConnection, person: &Person, now: i64) -> QueryResult<Option<i64>> {
    let Some(id) = find_or_adopt(c, person, now)? else { return Ok(None) };
    note(c, id, ActivityKind::SignedIn, now)?;
    diesel::update(accounts::table.find(id)).set(accounts::last_signed_in_at.eq(now)).execute(c)?;
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
        note(c, id, ActivityKind::AccountCreated, now)?;
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
        .select((activities::kind, activities::at))
        .load::<(String, i64)>(c)?;
    let known = |(code, at): (String, i64)| {
        ActivityKind::ALL.into_iter().find(|kind| kind.code() == code).map(|kind| Activity { kind, at })
    };
    Ok(rows.into_iter().filter_map(known).collect())
}
