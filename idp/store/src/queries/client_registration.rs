//! Services that register themselves (RFC 7591) and tend their registration (RFC 7592).

use super::Conn;
use super::audit::insert_audit_record;
use super::services::{find_service, insert_service_row};
use crate::keeping::update;
use crate::schema::{client_registration, initial_access_token};
use crate::{ClientRegistration, NewClientRegistration, NewInitialAccessToken, Result, StoreError};
use diesel::prelude::*;
use idp_domain::administration::Order;
use idp_domain::audit::AuditEvent;
use idp_domain::client::RegistrationPolicy;
use idp_domain::ids::{ClientId, InitialAccessTokenId};
use idp_domain::secret::TokenHash;
use idp_domain::time::Timestamp;

pub fn insert_initial_access_token(conn: &mut Conn, new: NewInitialAccessToken) -> Result<()> {
    diesel::insert_into(initial_access_token::table)
        .values((
            initial_access_token::id.eq(new.id.as_str()),
            initial_access_token::token_hash.eq(new.hash.as_bytes()),
            initial_access_token::policy.eq(write_policy(&new.policy)?),
            initial_access_token::uses_left.eq(i64::from(new.uses)),
            initial_access_token::expires_at.eq(new.expires_at.micros()),
            initial_access_token::created_at.eq(new.now.micros()),
        ))
        .execute(conn)?;
    let (by, reason) = (Some(new.order.by), new.order.reason);
    let event = AuditEvent::RegistrationTokenIssued { token: new.id, uses: new.uses, by, reason };
    insert_audit_record(conn, &event, new.now)
}

pub fn find_registration_policy(
    conn: &mut Conn,
    token: TokenHash,
    now: Timestamp,
) -> Result<Option<RegistrationPolicy>> {
    let policy: Option<String> = initial_access_token::table
        .filter(initial_access_token::token_hash.eq(token.as_bytes()))
        .filter(initial_access_token::expires_at.gt(now.micros()))
        .filter(initial_access_token::uses_left.gt(0))
        .select(initial_access_token::policy)
        .first(conn)
        .optional()?;
    policy.as_deref().map(read_policy).transpose()
}

pub fn register_client(conn: &mut Conn, new: NewClientRegistration) -> Result<bool> {
    let Some(token) = spend_use(conn, new.initial_token, new.now)? else { return Ok(false) };
    let id = new.client.id.clone();
    // Identifiers are made up from random bits: one that is taken rolls the use back.
    if !insert_service_row(conn, &new.client, new.secret, &Order::of_service(), new.now)? {
        return Err(StoreError::Corrupt("relying_service"));
    }
    diesel::insert_into(client_registration::table)
        .values((
            client_registration::client_id.eq(id.as_str()),
            client_registration::token_hash.eq(new.registration_token.as_bytes()),
            client_registration::policy.eq(write_policy(&new.policy)?),
            client_registration::created_at.eq(new.now.micros()),
        ))
        .execute(conn)?;
    insert_audit_record(conn, &AuditEvent::ServiceRegistered { client: id, token }, new.now)?;
    Ok(true)
}

/// Takes one use of a token: of two that want the last one, only one gets it.
fn spend_use(conn: &mut Conn, token: TokenHash, now: Timestamp) -> Result<Option<InitialAccessTokenId>> {
    let good = initial_access_token::table
        .filter(initial_access_token::token_hash.eq(token.as_bytes()))
        .filter(initial_access_token::expires_at.gt(now.micros()))
        .filter(initial_access_token::uses_left.gt(0));
    let spent = update(good)
        .set(initial_access_token::uses_left.eq(initial_access_token::uses_left - 1))
        .execute(conn)?;
    if spent == 0 {
        return Ok(None);
    }
    let id: String = initial_access_token::table
        .filter(initial_access_token::token_hash.eq(token.as_bytes()))
        .select(initial_access_token::id)
        .first(conn)?;
    InitialAccessTokenId::parse(&id).map(Some).ok_or(StoreError::Corrupt("initial_access_token"))
}

pub fn find_client_registration(
    conn: &mut Conn,
    id: ClientId,
    token: TokenHash,
) -> Result<Option<ClientRegistration>> {
    let policy: Option<String> = client_registration::table
        .find(id.as_str())
        .filter(client_registration::token_hash.eq(token.as_bytes()))
        .select(client_registration::policy)
        .first(conn)
        .optional()?;
    let Some(policy) = policy else { return Ok(None) };
    let Some(service) = find_service(conn, id)? else { return Ok(None) };
    Ok(Some(ClientRegistration { service, policy: read_policy(&policy)? }))
}

fn write_policy(policy: &RegistrationPolicy) -> Result<String> {
    serde_json::to_string(policy).map_err(|_| StoreError::Corrupt("client_registration"))
}

fn read_policy(text: &str) -> Result<RegistrationPolicy> {
    serde_json::from_str(text).map_err(|_| StoreError::Corrupt("client_registration"))
}
