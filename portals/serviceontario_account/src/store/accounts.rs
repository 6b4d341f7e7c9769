//! Portal accounts and what happened in them.

use super::schema::{accounts, activities, sessions};
use super::{Store, StoreError};
use diesel::prelude::*;
use ontario_language::Language;

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
    pub(crate) email: String,
    pub(crate) created_at: i64,
}

pub(super) fn note(
    c: &mut SqliteConnection,
    account_id: i64,
    kind: ActivityKind,
    at: i64,
) -> QueryResult<()> {
    diesel::insert_into(activities::table)
        .values((
            activities::account_id.eq(account_id),
            activities::kind.eq(kind.code()),
            activities::at.eq(at),
        ))
        .execute(c)?;
    Ok(())
}

/// The account of this person: by the subject, else the one that their transferred ONE-key account had here, which is
/// then theirs under the new subject.
pub(super) fn find_or_adopt(
    c: &mut SqliteConnection,
    issuer: &str,
    subject: &str,
    onekey_subject: Option<&str>,
    now: i64,
) -> QueryResult<Option<i64>> {
    let by = |subject: &str| {
        accounts::table
            .filter(accounts::issuer.eq(issuer.to_owned()).and(accounts::subject.eq(subject.to_owned())))
            .select(accounts::id)
    };
    if let Some(id) = by(subject).first::<i64>(c).optional()? {
        return Ok(Some(id));
    }
    let Some(old_subject) = onekey_subject else { return Ok(None) };
    let Some(id) = by(old_subject).first::<i64>(c).optional()? else { return Ok(None) };
    diesel::update(accounts::table.find(id)).set(accounts::subject.eq(subject)).execute(c)?;
    note(c, id, ActivityKind::OneKeyTransferred, now)?;
    Ok(Some(id))
}

impl Store {
    /// Makes the account of a signed-in person who accepted the terms, and puts the session into it. A second call, or
    /// one from another tab, finds the account that is already there.
    pub(crate) async fn create_account(
        &self,
        cookie_hash: String,
        language: Language,
        terms_version: i32,
        now: i64,
    ) -> Result<(), StoreError> {
        self.write(move |c| {
            let (issuer, subject, email) = sessions::table
                .find(&cookie_hash)
                .select((sessions::issuer, sessions::subject, sessions::email))
                .first::<(String, String, String)>(c)?;
            let created = diesel::insert_into(accounts::table)
                .values((
                    accounts::issuer.eq(&issuer),
                    accounts::subject.eq(&subject),
                    accounts::email.eq(&email),
                    accounts::language.eq(language.code()),
                    accounts::terms_version.eq(terms_version),
                    accounts::created_at.eq(now),
                    accounts::last_signed_in_at.eq(now),
                ))
                .on_conflict((accounts::issuer, accounts::subject))
                .do_nothing()
                .execute(c)?;
            let id = accounts::table
                .filter(accounts::issuer.eq(&issuer).and(accounts::subject.eq(&subject)))
                .select(accounts::id)
                .first::<i64>(c)?;
            if created == 1 {
                note(c, id, ActivityKind::AccountCreated, now)?;
            }
            diesel::update(sessions::table.find(&cookie_hash)).set(sessions::account_id.eq(id)).execute(c)?;
            Ok(())
        })
        .await
    }

    /// The account and its activities, the newest first.
    pub(crate) async fn find_account(
        &self,
        account_id: i64,
    ) -> Result<Option<(Account, Vec<Activity>)>, StoreError> {
        self.write(move |c| {
            let account =
                accounts::table.find(account_id).select(Account::as_select()).first(c).optional()?;
            let Some(account) = account else { return Ok(None) };
            let rows = activities::table
                .filter(activities::account_id.eq(account_id))
                .order((activities::at.desc(), activities::id.desc()))
                .limit(MOST_ACTIVITIES)
                .select((activities::kind, activities::at))
                .load::<(String, i64)>(c)?;
            let known = |(code, at): (String, i64)| {
                ActivityKind::ALL
                    .into_iter()
                    .find(|kind| kind.code() == code)
                    .map(|kind| Activity { kind, at })
            };
            Ok(Some((account, rows.into_iter().filter_map(known).collect())))
        })
        .await
    }
}
