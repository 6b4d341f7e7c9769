//! Mails that wait: written in the transaction of what causes them, so that a full disk or a crash loses none.

use super::schema::waiting_mails;
use diesel::prelude::*;
use ontario_language::Language;

/// N10: a registration was confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WaitingMail {
    pub(crate) id: i64,
    pub(crate) address: String,
    pub(crate) language: Language,
    pub(crate) reference: String,
    pub(crate) at: i64,
}

pub(super) fn insert_mail(
    c: &mut SqliteConnection,
    address: &str,
    language: Language,
    reference: &str,
    now: i64,
) -> QueryResult<()> {
    diesel::insert_into(waiting_mails::table)
        .values((
            waiting_mails::address.eq(address),
            waiting_mails::language.eq(language.code()),
            waiting_mails::reference.eq(reference),
            waiting_mails::at.eq(now),
        ))
        .execute(c)?;
    Ok(())
}

/// The oldest first.
pub(crate) fn list_waiting_mails(c: &mut SqliteConnection) -> QueryResult<Vec<WaitingMail>> {
    let rows: Vec<(i64, String, String, String, i64)> =
        waiting_mails::table.order(waiting_mails::id).limit(100).load(c)?;
    let mail = |(id, address, language, reference, at): (i64, String, String, String, i64)| WaitingMail {
        id,
        address,
        language: Language::from_code(&language).unwrap_or_default(),
        reference,
        at,
    };
    Ok(rows.into_iter().map(mail).collect())
}

/// It was written.
pub(crate) fn delete_mail(c: &mut SqliteConnection, id: i64) -> QueryResult<()> {
    diesel::delete(waiting_mails::table.find(id)).execute(c)?;
    Ok(())
}
