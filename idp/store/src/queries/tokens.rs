//! Access tokens: those of grants, and those of a service's own.

use super::Conn;
use super::accounts::AccountRow;
use super::audit::insert_audit_record;
use super::grants::read_claims;
use crate::keeping::update;
use crate::schema::{access_token, account, client_token, token_grant};
use crate::{AccessTokenFacts, ClientTokenFacts, NewAccessToken, NewClientToken, Result, StoreError};
use diesel::prelude::*;
use idp_domain::account::{Account, AccountStatus};
use idp_domain::audit::AuditEvent;
use idp_domain::authorization::scope::Scope;
use idp_domain::grant::access::Access;
use idp_domain::grant::{GrantLimits, TokenGrant};
use idp_domain::ids::{AccountId, ClientId, GrantId};
use idp_domain::secret::TokenHash;
use idp_domain::session::AuthenticationLevel;
use idp_domain::time::Timestamp;

/// Stores an access token of a grant.
pub(super) fn insert_access_token(
    conn: &mut Conn,
    grant: &TokenGrant,
    token: &NewAccessToken,
    access: &Access,
    limits: &GrantLimits,
    now: Timestamp,
) -> Result<()> {
    diesel::insert_into(access_token::table)
        .values((
            access_token::token_hash.eq(token.hash.as_bytes()),
            access_token::grant_id.eq(grant.id.as_str()),
            access_token::client_id.eq(grant.client_id.as_str()),
            access_token::account_id.eq(grant.account_id.as_str()),
            access_token::scope.eq(access.scope.to_string()),
            access_token::audience.eq(stored_audience(&access.audience)?),
            access_token::jkt.eq(token.jkt.as_deref()),
            access_token::issued_at.eq(now.micros()),
            access_token::expires_at.eq(now.plus(limits.access_token).micros()),
        ))
        .execute(conn)?;
    Ok(())
}

/// `None` where the token is for us alone.
fn stored_audience(audience: &[String]) -> Result<Option<String>> {
    if audience.is_empty() {
        return Ok(None);
    }
    serde_json::to_string(audience).map(Some).map_err(|_| StoreError::Corrupt("access_token"))
}

fn read_audience(stored: Option<&str>) -> Result<Vec<String>> {
    match stored {
        None => Ok(Vec::new()),
        Some(text) => serde_json::from_str(text).map_err(|_| StoreError::Corrupt("access_token")),
    }
}

type AccessTokenColumns = (
    String,
    String,
    String,
    String,
    Option<String>,
    Option<String>,
    Option<i64>,
    i64,
    i64,
    String,
    Option<String>,
);

/// The columns of [`AccessTokenColumns`].
macro_rules! access_token_columns {
    () => {
        (
            access_token::grant_id,
            access_token::client_id,
            access_token::account_id,
            access_token::scope,
            access_token::audience,
            access_token::jkt,
            access_token::issued_at,
            access_token::expires_at,
            token_grant::authenticated_at,
            token_grant::level,
            token_grant::claims,
        )
    };
}

/// A token that is good now, with what it depends on.
macro_rules! live_access_token {
    ($token:expr, $now:expr) => {
        access_token::table
            .inner_join(account::table.on(account::id.eq(access_token::account_id)))
            .inner_join(token_grant::table.on(token_grant::id.eq(access_token::grant_id)))
            .filter(access_token::token_hash.eq($token.as_bytes()))
            .filter(access_token::revoked_at.is_null())
            .filter(access_token::expires_at.ge($now.micros()))
            .filter(token_grant::ended_at.is_null())
            .filter(token_grant::created_at.ge(account::password_changed_at))
            .filter(account::status.eq(AccountStatus::Active.as_str()))
    };
}

pub fn find_access_token(
    conn: &mut Conn,
    token: TokenHash,
    now: Timestamp,
) -> Result<Option<AccessTokenFacts>> {
    let found: Option<AccessTokenColumns> =
        live_access_token!(token, now).select(access_token_columns!()).first(conn).optional()?;
    found.map(facts).transpose()
}

pub fn find_access_token_and_account(
    conn: &mut Conn,
    token: TokenHash,
    now: Timestamp,
) -> Result<Option<(AccessTokenFacts, Account)>> {
    let found: Option<(AccessTokenColumns, AccountRow)> = live_access_token!(token, now)
        .select((access_token_columns!(), AccountRow::as_select()))
        .first(conn)
        .optional()?;
    let Some((token, account)) = found else { return Ok(None) };
    Ok(Some((facts(token)?, account.into_domain()?)))
}

fn facts(token: AccessTokenColumns) -> Result<AccessTokenFacts> {
    let (
        grant,
        client,
        account,
        scope,
        audience,
        jkt,
        issued_at,
        expires_at,
        authenticated_at,
        level,
        claims,
    ) = token;
    let corrupt = || StoreError::Corrupt("access_token");
    Ok(AccessTokenFacts {
        client_id: ClientId::parse(&client).ok_or_else(corrupt)?,
        account_id: AccountId::parse(&account).ok_or_else(corrupt)?,
        access: Access { scope: Scope::from_stored(&scope), audience: read_audience(audience.as_deref())? },
        grant_id: GrantId::parse(&grant).ok_or_else(corrupt)?,
        claims: read_claims(claims.as_deref())?,
        authenticated_at: Timestamp::from_micros(authenticated_at),
        level: AuthenticationLevel::parse(&level).ok_or_else(corrupt)?,
        jkt,
        issued_at: Timestamp::from_micros(issued_at.ok_or_else(corrupt)?),
        expires_at: Timestamp::from_micros(expires_at),
    })
}

pub fn revoke_access_token(
    conn: &mut Conn,
    token: TokenHash,
    client: ClientId,
    now: Timestamp,
) -> Result<bool> {
    let theirs = access_token::table
        .filter(access_token::token_hash.eq(token.as_bytes()))
        .filter(access_token::client_id.eq(client.as_str()))
        .filter(access_token::revoked_at.is_null());
    let grant: Option<String> = update(theirs)
        .set(access_token::revoked_at.eq(now.micros()))
        .returning(access_token::grant_id)
        .get_result(conn)
        .optional()?;
    let Some(grant) = grant.as_deref().and_then(GrantId::parse) else { return Ok(false) };
    insert_audit_record(conn, &AuditEvent::AccessTokenRevoked { client, grant: Some(grant) }, now)?;
    Ok(true)
}

pub fn insert_client_token(conn: &mut Conn, new: NewClientToken) -> Result<()> {
    insert_client_token_row(conn, &new, None).map(|_| ())
}

fn insert_client_token_row(
    conn: &mut Conn,
    new: &NewClientToken,
    revoked_at: Option<Timestamp>,
) -> Result<bool> {
    let inserted = diesel::insert_into(client_token::table)
        .values((
            client_token::token_hash.eq(new.hash.as_bytes()),
            client_token::client_id.eq(new.client_id.as_str()),
            client_token::scope.eq(new.access.scope.to_string()),
            client_token::audience.eq(stored_audience(&new.access.audience)?),
            client_token::jkt.eq(new.jkt.as_deref()),
            client_token::issued_at.eq(new.issued_at.micros()),
            client_token::expires_at.eq(new.expires_at.micros()),
            client_token::revoked_at.eq(revoked_at.map(Timestamp::micros)),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(inserted == 1)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = client_token)]
struct ClientTokenRow {
    client_id: String,
    scope: String,
    audience: Option<String>,
    jkt: Option<String>,
    issued_at: i64,
    expires_at: i64,
    revoked_at: Option<i64>,
}

pub fn find_client_token(conn: &mut Conn, token: TokenHash) -> Result<Option<ClientTokenFacts>> {
    let row = client_token::table.find(token.as_bytes()).select(ClientTokenRow::as_select());
    let Some(row) = row.first(conn).optional()? else { return Ok(None) };
    Ok(Some(ClientTokenFacts {
        client_id: ClientId::parse(&row.client_id).ok_or(StoreError::Corrupt("client_token"))?,
        access: Access {
            scope: Scope::from_stored(&row.scope),
            audience: read_audience(row.audience.as_deref())?,
        },
        jkt: row.jkt,
        issued_at: Timestamp::from_micros(row.issued_at),
        expires_at: Timestamp::from_micros(row.expires_at),
        is_revoked: row.revoked_at.is_some(),
    }))
}

pub fn revoke_client_token(conn: &mut Conn, token: NewClientToken, now: Timestamp) -> Result<bool> {
    let theirs = client_token::table
        .filter(client_token::token_hash.eq(token.hash.as_bytes()))
        .filter(client_token::client_id.eq(token.client_id.as_str()))
        .filter(client_token::revoked_at.is_null());
    let revoked = update(theirs).set(client_token::revoked_at.eq(now.micros())).execute(conn)? == 1
        || insert_client_token_row(conn, &token, Some(now))?;
    if revoked {
        let event = AuditEvent::AccessTokenRevoked { client: token.client_id, grant: None };
        insert_audit_record(conn, &event, now)?;
    }
    Ok(revoked)
}
