//! Whose a portal's own account is. The portal's migrations make the table `accounts`, with these columns and its own.

use crate::Person;
use diesel::prelude::*;
use schema::accounts;

mod schema {
    // The portal's, as far as it is looked at here.
    diesel::table! {
        accounts (id) {
            id -> BigInt,
            issuer -> Text,
            subject -> Text,
        }
    }
}

/// The account of this person, by the subject that the provider gave them for this service.
///
/// # Errors
/// Of the database.
pub fn find(c: &mut SqliteConnection, person: &Person) -> QueryResult<Option<i64>> {
    id_of(c, &person.issuer, &person.subject)
}

/// Whether there is such an account: it may have been closed since a page of it was made.
pub(crate) fn exists(c: &mut SqliteConnection, id: i64) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(accounts::table.find(id))).get_result(c)
}

/// Gives the person who has no account the one that their transferred ONE-key account had here: it is theirs under the new
/// subject from now on. Nothing where there is none.
///
/// # Errors
/// Of the database.
pub fn adopt(c: &mut SqliteConnection, person: &Person) -> QueryResult<Option<i64>> {
    let Some(old_subject) = &person.onekey_subject else { return Ok(None) };
    let Some(id) = id_of(c, &person.issuer, old_subject)? else { return Ok(None) };
    diesel::update(accounts::table.find(id)).set(accounts::subject.eq(&person.subject)).execute(c)?;
    Ok(Some(id))
}

fn id_of(c: &mut SqliteConnection, issuer: &str, subject: &str) -> QueryResult<Option<i64>> {
    let own = accounts::issuer.eq(issuer).and(accounts::subject.eq(subject));
    accounts::table.filter(own).select(accounts::id).first(c).optional()
}
