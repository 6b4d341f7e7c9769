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

/// The person's account, as far as it is made.
pub(crate) fn find_account(c: &mut SqliteConnection, person: &Person) -> QueryResult<Option<Account>> {
    let Some(id) = portal_front::accounts::find(c, person)? else { return Ok(None) };
    let row =
        accounts::table.find(id).select((accounts::terms_version, accounts::reference, accounts::contact));
    let (terms_version, reference, contact) = row.first::<(i32, Option<String>, Option<String>)>(c)?;
    // Contact information that doesn't parse would be of a newer version of the portal: it is asked for again.
    let contact = contact.and_then(|contact| serde_json::from_str(&contact).ok());
    let registration = reference.zip(contact).map(|(reference, contact)| Registration { reference, contact });
    Ok(Some(Account { id, terms_version, registration }))
}

/// Where the person of an account is written to, and in which language.
pub(crate) fn find_mail_address(
    c: &mut SqliteConnection,
    id: i64,
) -> QueryResult<Option<(String, Language)>> {
    let row = accounts::table.find(id).select((accounts::contact, accounts::language));
    let (contact, language) = row.first::<(Option<String>, String)>(c)?;
    let contact = contact.and_then(|contact| serde_json::from_str::<Contact>(&contact).ok());
    Ok(contact.map(|contact| (contact.email, Language::from_code(&language).unwrap_or_default())))
}

/// Somebody has signed in: their account, or the one that their transferred ONE-key account had here.
pub(crate) fn signed_in(c: &mut SqliteConnection, person: &Person) -> QueryResult<Option<Account>> {
    if portal_front::accounts::find(c, person)?.is_none() {
        portal_front::accounts::adopt(c, person)?;
    }
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

/// Confirms a registration under `reference`, once, with its mail.
pub(crate) fn register(
    c: &mut SqliteConnection,
    person: &Person,
    contact: &Contact,
    (language, reference): (Language, &str),
    now: i64,
) -> QueryResult<()> {
    save_contact(c, person, contact, now)?;
    let own = accounts::issuer.eq(&person.issuer).and(accounts::subject.eq(&person.subject));
    let first = diesel::update(accounts::table.filter(own).filter(accounts::reference.is_null()))
        .set((
            accounts::reference.eq(reference),
            accounts::registered_at.eq(now),
            accounts::language.eq(language.code()),
        ))
        .execute(c)?;
    if first == 1 { post(c, &confirmation(&contact.email, language, reference, now)) } else { Ok(()) }
}

/// Saves contact information.
pub(crate) fn save_contact(
    c: &mut SqliteConnection,
    person: &Person,
    contact: &Contact,
    now: i64,
) -> QueryResult<()> {
    let contact = serde_json::to_string(contact)
        .map_err(|error| diesel::result::Error::SerializationError(error.into()))?;
    let own = accounts::issuer.eq(&person.issuer).and(accounts::subject.eq(&person.subject));
    let changed = (accounts::contact.eq(contact), accounts::contact_changed_at.eq(now));
    diesel::update(accounts::table.filter(own)).set(changed).execute(c)?;
    Ok(())
}

/// N10: it holds no name and no address of the account.
fn confirmation(to: &str, language: Language, reference: &str, now: i64) -> Letter {
    let subject = |language| texts::mail_subject(language).to_owned();
    let body = |language| {
        let date = format_date_time(language, now);
        vec![
            LetterLine::Words(texts::mail_registered(language, date)),
            LetterLine::Words(texts::mail_reference(language, reference)),
            LetterLine::link(texts::mail_link(language), "account"),
        ]
    };
    Letter::new(to, language, now, subject, body)
}
