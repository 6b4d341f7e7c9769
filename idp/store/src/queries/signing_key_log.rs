//! The public log of signing keys.

use super::Conn;
use crate::schema::signing_key_log;
use crate::{Result, StoreError, StoredKeyLogEntry};
use diesel::prelude::*;
use idp_domain::signing_key_log::KeyLogEvent;

pub fn list_key_log(conn: &mut Conn) -> Result<Vec<StoredKeyLogEntry>> {
    let rows: Vec<(i64, String, String, String)> = signing_key_log::table
        .order(signing_key_log::number)
        .select((
            signing_key_log::number,
            signing_key_log::kid,
            signing_key_log::event,
            signing_key_log::entry,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(number, kid, event, entry)| {
            let event = KeyLogEvent::parse(&event).ok_or(StoreError::Corrupt("signing_key_log"))?;
            Ok(StoredKeyLogEntry { number, kid, event, entry })
        })
        .collect()
}

pub fn append_key_log(conn: &mut Conn, entry: StoredKeyLogEntry) -> Result<bool> {
    // Two nodes that append at once: the number, which both signed, lets one of them in.
    let inserted = diesel::insert_into(signing_key_log::table)
        .values((
            signing_key_log::number.eq(entry.number),
            signing_key_log::kid.eq(&entry.kid),
            signing_key_log::event.eq(entry.event.as_str()),
            signing_key_log::entry.eq(&entry.entry),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(inserted == 1)
}
