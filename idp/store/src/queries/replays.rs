//! What is good once and carries its own end: a keyed hash of each that came, until no check would let it through again.

use super::Conn;
use crate::Result;
use crate::schema::spent_identifier;
use diesel::prelude::*;
use idp_domain::secret::KeyedHash;
use idp_domain::time::Timestamp;

pub fn spend_identifier(conn: &mut Conn, key: KeyedHash, expires_at: Timestamp) -> Result<bool> {
    let inserted = diesel::insert_into(spent_identifier::table)
        .values((
            spent_identifier::key.eq(key.as_bytes()),
            spent_identifier::expires_at.eq(expires_at.micros()),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(inserted == 1)
}
