//! Pushed authorization requests (RFC 9126).

use super::Conn;
use crate::keeping::update;
use crate::schema::pushed_request;
use crate::{NewPushedRequest, Result, StoreError};
use diesel::prelude::*;
use idp_domain::authorization::AuthorizationRequest;
use idp_domain::ids::ClientId;
use idp_domain::secret::TokenHash;
use idp_domain::time::Timestamp;

pub fn insert_pushed_request(conn: &mut Conn, new: NewPushedRequest) -> Result<()> {
    let request = serde_json::to_string(&new.request).map_err(|_| StoreError::Corrupt("pushed_request"))?;
    diesel::insert_into(pushed_request::table)
        .values((
            pushed_request::reference_hash.eq(new.reference.as_bytes()),
            pushed_request::client_id.eq(new.request.client_id.as_str()),
            pushed_request::request.eq(request),
            pushed_request::expires_at.eq(new.expires_at.micros()),
            pushed_request::forget_at.eq(new.expires_at.micros()),
        ))
        .execute(conn)?;
    Ok(())
}

pub fn find_pushed_request(
    conn: &mut Conn,
    reference: TokenHash,
    client: ClientId,
    now: Timestamp,
) -> Result<Option<AuthorizationRequest>> {
    let row: Option<String> = pushed_request::table
        .find(reference.as_bytes())
        .filter(pushed_request::client_id.eq(client.as_str()))
        .filter(pushed_request::expires_at.ge(now.micros()))
        .filter(pushed_request::used_at.is_null())
        .select(pushed_request::request)
        .first(conn)
        .optional()?;
    row.map(|request| serde_json::from_str(&request).map_err(|_| StoreError::Corrupt("pushed_request")))
        .transpose()
}

/// Remembers a reference that was taken up for as long as its person has time: until then it can be spent, by one answer. One
/// that nobody takes up is forgotten when it expires, so that pushing fills no disk.
pub(super) fn remember_pushed_request(
    conn: &mut Conn,
    reference: &TokenHash,
    until: Timestamp,
) -> Result<()> {
    update(pushed_request::table.find(reference.as_bytes()))
        .set(pushed_request::forget_at.eq(until.micros()))
        .execute(conn)?;
    Ok(())
}

/// Spends a reference: only one caller gets `true`. One that is no longer there counts as spent.
pub(super) fn spend_pushed_request(conn: &mut Conn, reference: &[u8], now: Timestamp) -> Result<bool> {
    let unspent = pushed_request::table
        .filter(pushed_request::reference_hash.eq(reference))
        .filter(pushed_request::used_at.is_null());
    Ok(update(unspent).set(pushed_request::used_at.eq(now.micros())).execute(conn)? == 1)
}
