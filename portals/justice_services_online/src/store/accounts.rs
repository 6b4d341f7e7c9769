//! Accounts: a person who accepted the terms, then with contact information.

use super::schema::accounts;
use crate::contact::Contact;
use crate::texts;
use diesel::prelude::*;
use ontario_language::{Language, format_date_time};
use portal_front::{Letter, LetterLine, Person, post};

/// An account. It is registered once it has contact information and a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) id: i64,
    pub(crate) terms_version: i32,
    pub(crate) registration: Option<Registration>,
}

/// What a confirmed registration brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Registration {
    pub(crate) reference: String,
    pub(crate) contact: Contact,
}

type Row = (i64, i32, Option<String>, Option<String>);

fn find_row(c: &mut SqliteConnection, issuer: &str, subject: &str) -> QueryResult<Option<Row>> {
    accounts::table
        .filter(accounts::issuer.eq(issuer.to_owned()).and(accounts::subject.eq(subject.to_owned())))
        .select((accounts::id, accounts::terms_version, accounts::reference, accounts::contact))
        .first(c)
        .optional()
}

/// The person's account, as far as it is made.
pub(crate) fn find_account(c: &mut SqliteConnection, person: &Person) -> QueryResult<Option<Account>> {
    let Some((id, terms_version, reference, contact)) = find_row(c, &person.issuer, &person.subject)? else {
        return Ok(None);
    };
    // Contact information that doesn't parse would be of a newer version of the portal: it is asked for again.
    let contact = contact.and_then(|contact| serde_json::from_str(&contact).ok());
    let registration = reference.zip(contact).map(|(reference, contact)| Registration { reference, contact });
    Ok(Some(Account { id, terms_version, registration }))
}

/// Somebody has signed in: their account, or the one that their transferred ONE-key account had here, which is then
/// theirs under the new subject.
pub(crate) fn signed_in(c: &mut SqliteConnection, person: &Person) -> QueryResult<Option<Account>> {
    if let Some(account) = find_account(c, person)? {
        return Ok(Some(account));
    }
    let Some(old_subject) = &person.onekey_subject else { return Ok(None) };
    let old =
        accounts::table.filter(accounts::issuer.eq(&person.issuer).and(accounts::subject.eq(old_subject)));
    diesel::update(old).set(accounts::subject.eq(&person.subject)).execute(c)?;
    find_account(c, person)
}

/// The person accepted the terms of this version; makes the account at the first time.
pub(crate) fn accept_terms(
    c: &mut SqliteConnection,
    person: &Person,
    language: Language,
    version: i32,
    now: i64,
) -> QueryResult<()> {
    let accepted = (accounts::terms_version.eq(version), accounts::terms_accepted_at.eq(now));
    diesel::insert_into(accounts::table)
        .values((
            accounts::issuer.eq(&person.issuer),
            accounts::subject.eq(&person.subject),
            accounts::language.eq(language.code()),
            accepted,
        ))
        .on_conflict((accounts::issuer, accounts::subject))
        .do_update()
        .set(accepted)
        .execute(c)?;
    Ok(())
}

/// Saves contact information. The first time confirms the registration under `reference`, with its mail.
pub(crate) fn save_contact(
    c: &mut SqliteConnection,
    person: &Person,
    contact: &Contact,
    (language, reference): (Language, &str),
    now: i64,
) -> QueryResult<()> {
    let contact_text = serde_json::to_string(contact)
        .map_err(|error| diesel::result::Error::SerializationError(error.into()))?;
    let own = accounts::table
        .filter(accounts::issuer.eq(&person.issuer).and(accounts::subject.eq(&person.subject)));
    let changed = (accounts::contact.eq(contact_text), accounts::contact_changed_at.eq(now));
    let first = diesel::update(own.filter(accounts::reference.is_null()))
        .set((
            accounts::reference.eq(reference),
            accounts::registered_at.eq(now),
            accounts::language.eq(language.code()),
            changed.clone(),
        ))
        .execute(c)?;
    if first == 1 {
        return post(c, &confirmation(&contact.email, language, reference, now));
    }
    diesel::update(own).set(changed).execute(c)?;
    Ok(())
}

/// N10: it holds no name and no address of the account.
fn confirmation(to: &str, language: Language, reference: &str, now: i64) -> Letter {
    let subject = |language| texts::mail_subject(language).to_owned();
    let body = |language| {
        vec![
            LetterLine::Words(texts::mail_registered(language, format_date_time(language, now))),
            LetterLine::Words(texts::mail_reference(language, reference)),
            LetterLine::Words(texts::mail_link(language).to_owned()),
            LetterLine::Page("account".to_owned()),
        ]
    };
    Letter::new(to, language, now, subject, body)
}
