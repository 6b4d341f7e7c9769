//! Grants: what redeemed codes bought, how it is refreshed, how it ends.

use super::Conn;
use super::audit::insert_audit_record;
use super::sessions::{SessionRow, touch_session};
use super::tokens::insert_access_token;
use crate::keeping::update;
use crate::schema::{account, authorization_code, browser_session, token_grant};
use crate::{RefreshGrant, RefreshOutcome, Refreshed, Result, StoreError};
use diesel::prelude::*;
use idp_domain::account::AccountStatus;
use idp_domain::audit::AuditEvent;
use idp_domain::authorization::claims_request::ClaimsRequest;
use idp_domain::authorization::code::AuthorizationCode;
use idp_domain::authorization::scope::Scope;
use idp_domain::grant::refresh::{RefreshDecision, RefreshError, decide_refresh};
use idp_domain::grant::{CurrentRefresh, GrantEnd, Standing, TokenGrant};
use idp_domain::ids::{AccountId, ClientId, GrantId, SessionId};
use idp_domain::secret::TokenHash;
use idp_domain::session::AuthenticationLevel;
use idp_domain::time::Timestamp;

#[derive(Queryable, Selectable)]
#[diesel(table_name = token_grant)]
struct GrantRow {
    id: String,
    client_id: String,
    account_id: String,
    session_id: String,
    scope: String,
    resources: String,
    claims: Option<String>,
    authenticated_at: i64,
    methods: String,
    level: String,
    offline: bool,
    jkt: Option<String>,
    refresh_number: Option<i64>,
    refreshed_at: Option<i64>,
    created_at: i64,
    expires_at: i64,
    ended_at: Option<i64>,
}

impl GrantRow {
    fn into_domain(self) -> Result<TokenGrant> {
        let corrupt = || StoreError::Corrupt("token_grant");
        let number =
            self.refresh_number.map(|number| u32::try_from(number).map_err(|_| corrupt())).transpose()?;
        let since = self.refreshed_at.map(Timestamp::from_micros);
        Ok(TokenGrant {
            id: GrantId::parse(&self.id).ok_or_else(corrupt)?,
            client_id: ClientId::parse(&self.client_id).ok_or_else(corrupt)?,
            account_id: AccountId::parse(&self.account_id).ok_or_else(corrupt)?,
            session_id: SessionId::parse(&self.session_id).ok_or_else(corrupt)?,
            scope: Scope::from_stored(&self.scope),
            resources: serde_json::from_str(&self.resources).map_err(|_| corrupt())?,
            claims: read_claims(self.claims.as_deref())?,
            authenticated_at: Timestamp::from_micros(self.authenticated_at),
            methods: serde_json::from_str(&self.methods).map_err(|_| corrupt())?,
            level: AuthenticationLevel::parse(&self.level).ok_or_else(corrupt)?,
            offline: self.offline,
            jkt: self.jkt,
            refresh: number.map(|number| CurrentRefresh { number, since }),
            created_at: Timestamp::from_micros(self.created_at),
            expires_at: Timestamp::from_micros(self.expires_at),
            ended_at: self.ended_at.map(Timestamp::from_micros),
        })
    }
}

/// `None` where nothing is asked for by name.
fn stored_claims(claims: &ClaimsRequest) -> Result<Option<String>> {
    if claims.is_empty() {
        return Ok(None);
    }
    serde_json::to_string(claims).map(Some).map_err(|_| StoreError::Corrupt("token_grant"))
}

pub(super) fn read_claims(stored: Option<&str>) -> Result<ClaimsRequest> {
    match stored {
        None => Ok(ClaimsRequest::default()),
        Some(text) => serde_json::from_str(text).map_err(|_| StoreError::Corrupt("token_grant")),
    }
}

/// Stores a grant, in the transaction that spends its code.
pub(super) fn insert_grant(conn: &mut Conn, grant: &TokenGrant) -> Result<()> {
    let corrupt = |_| StoreError::Corrupt("token_grant");
    diesel::insert_into(token_grant::table)
        .values((
            token_grant::id.eq(grant.id.as_str()),
            token_grant::client_id.eq(grant.client_id.as_str()),
            token_grant::account_id.eq(grant.account_id.as_str()),
            token_grant::session_id.eq(grant.session_id.as_str()),
            token_grant::scope.eq(grant.scope.to_string()),
            token_grant::resources.eq(serde_json::to_string(&grant.resources).map_err(corrupt)?),
            token_grant::claims.eq(stored_claims(&grant.claims)?),
            token_grant::authenticated_at.eq(grant.authenticated_at.micros()),
            token_grant::methods.eq(serde_json::to_string(&grant.methods).map_err(corrupt)?),
            token_grant::level.eq(grant.level.as_str()),
            token_grant::offline.eq(grant.offline),
            token_grant::jkt.eq(grant.jkt.as_deref()),
            token_grant::refresh_number.eq(grant.refresh.map(|refresh| i64::from(refresh.number))),
            token_grant::created_at.eq(grant.created_at.micros()),
            token_grant::expires_at.eq(grant.expires_at.micros()),
        ))
        .execute(conn)?;
    Ok(())
}

pub fn find_code(conn: &mut Conn, code: TokenHash, client: ClientId) -> Result<Option<AuthorizationCode>> {
    let stored: Option<String> = authorization_code::table
        .find(code.as_bytes())
        .select(authorization_code::code)
        .first(conn)
        .optional()?;
    let Some(stored) = stored else { return Ok(None) };
    let code: AuthorizationCode =
        serde_json::from_str(&stored).map_err(|_| StoreError::Corrupt("authorization_code"))?;
    Ok((code.client_id == client).then_some(code))
}

pub fn find_grant(conn: &mut Conn, id: GrantId) -> Result<Option<(TokenGrant, Standing)>> {
    let row: Option<(GrantRow, String, i64, Option<SessionRow>)> = token_grant::table
        .inner_join(account::table.on(account::id.eq(token_grant::account_id)))
        .left_join(browser_session::table.on(browser_session::id.eq(token_grant::session_id)))
        .filter(token_grant::id.eq(id.as_str()))
        .select((
            GrantRow::as_select(),
            account::status,
            account::password_changed_at,
            Option::<SessionRow>::as_select(),
        ))
        .first(conn)
        .optional()?;
    let Some((grant, status, password_changed_at, session)) = row else { return Ok(None) };
    let standing = Standing {
        account_is_active: status == AccountStatus::Active.as_str(),
        password_changed_at: Timestamp::from_micros(password_changed_at),
        session: session.map(SessionRow::into_domain).transpose()?,
    };
    Ok(Some((grant.into_domain()?, standing)))
}

pub fn refresh_grant(conn: &mut Conn, refresh: RefreshGrant) -> Result<RefreshOutcome> {
    let RefreshGrant { grant_id, sent, token, limits, now } = &refresh;
    // Once more where another node was faster: it has spent the token, or ended the grant, in the meantime.
    for _ in 0..2 {
        let Some((grant, standing)) = find_grant(conn, grant_id.clone())? else {
            return Ok(RefreshOutcome::Refused(RefreshError::Unknown));
        };
        let (access, number, spend) = match decide_refresh(&grant, &standing, sent, limits, *now) {
            RefreshDecision::Refuse(error) => return Ok(RefreshOutcome::Refused(error)),
            RefreshDecision::EndGrant => return reused(conn, &grant, *now),
            RefreshDecision::Keep(access) => (access, sent.number, false),
            RefreshDecision::Repeat(access) => (access, sent.number + 1, false),
            RefreshDecision::Rotate(access) => (access, sent.number + 1, true),
        };
        // The session before its grant, in the order in which a sign-out writes them: neither waits for the other. A
        // service refreshes while the person is at work there (product.md 2.5).
        if let Some(session) = standing.session.filter(|_| !grant.offline)
            && session.needs_touch(*now, &limits.session)
        {
            touch_session(conn, session.id, *now)?;
        }
        if spend && !spend_refresh_token(conn, &grant.id, sent.number, *now)? {
            continue;
        }
        insert_access_token(conn, &grant, token, &access, limits, *now)?;
        let event = AuditEvent::TokensRefreshed { client: grant.client_id.clone(), grant: grant.id.clone() };
        insert_audit_record(conn, &event, *now)?;
        return Ok(RefreshOutcome::Refreshed(Box::new(Refreshed { grant, access, number })));
    }
    Err(StoreError::Busy)
}

/// Spends the current refresh token for the next one: only one caller gets `true`.
fn spend_refresh_token(conn: &mut Conn, id: &GrantId, number: u32, now: Timestamp) -> Result<bool> {
    let current = token_grant::table
        .filter(token_grant::id.eq(id.as_str()))
        .filter(token_grant::refresh_number.eq(i64::from(number)))
        .filter(token_grant::ended_at.is_null());
    let spent = update(current)
        .set((
            token_grant::refresh_number.eq(i64::from(number) + 1),
            token_grant::refreshed_at.eq(now.micros()),
        ))
        .execute(conn)?;
    Ok(spent == 1)
}

/// RFC 9700 section 4.14.2: who used it, the client or a thief, can't be told; the grant ends for both.
fn reused(conn: &mut Conn, grant: &TokenGrant, now: Timestamp) -> Result<RefreshOutcome> {
    if end_grants(conn, Grants::One(&grant.id), GrantEnd::RefreshTokenReused, now)? == 1 {
        let event =
            AuditEvent::RefreshTokenReused { client: grant.client_id.clone(), grant: grant.id.clone() };
        insert_audit_record(conn, &event, now)?;
    }
    Ok(RefreshOutcome::Refused(RefreshError::Reused))
}

/// Which grants of an account, a session or a service.
#[derive(Clone, Copy)]
pub(super) enum Grants<'a> {
    /// This one.
    One(&'a GrantId),
    /// Those that depend on a session; those with `offline_access` go on.
    OfSession(&'a SessionId),
    /// All of an account.
    OfAccount(&'a AccountId),
    /// Those of one service for an account.
    AtService(&'a AccountId, &'a ClientId),
    /// All of a service.
    OfService(&'a ClientId),
}

/// Ends grants and with them every token of them; how many were still there to end.
pub(super) fn end_grants(conn: &mut Conn, which: Grants<'_>, why: GrantEnd, now: Timestamp) -> Result<usize> {
    let standing = token_grant::table.filter(token_grant::ended_at.is_null());
    let end = (
        token_grant::ended_at.eq(now.micros()),
        token_grant::expires_at.eq(now.micros()),
        token_grant::end_reason.eq(why.as_str()),
    );
    let ended = match which {
        Grants::One(id) => update(standing.filter(token_grant::id.eq(id.as_str()))).set(end).execute(conn)?,
        Grants::OfSession(session) => {
            let theirs = standing.filter(token_grant::session_id.eq(session.as_str()));
            update(theirs.filter(token_grant::offline.eq(false))).set(end).execute(conn)?
        }
        Grants::OfAccount(account) => {
            update(standing.filter(token_grant::account_id.eq(account.as_str()))).set(end).execute(conn)?
        }
        Grants::AtService(account, client) => {
            let theirs = standing.filter(token_grant::account_id.eq(account.as_str()));
            update(theirs.filter(token_grant::client_id.eq(client.as_str()))).set(end).execute(conn)?
        }
        Grants::OfService(client) => {
            update(standing.filter(token_grant::client_id.eq(client.as_str()))).set(end).execute(conn)?
        }
    };
    Ok(ended)
}

pub fn end_grants_of_account(conn: &mut Conn, id: AccountId, why: GrantEnd, now: Timestamp) -> Result<usize> {
    end_grants(conn, Grants::OfAccount(&id), why, now)
}

pub fn revoke_grant(conn: &mut Conn, id: GrantId, client: ClientId, now: Timestamp) -> Result<bool> {
    let theirs = token_grant::table
        .filter(token_grant::id.eq(id.as_str()))
        .filter(token_grant::client_id.eq(client.as_str()));
    let is_theirs: bool = diesel::select(diesel::dsl::exists(theirs)).get_result(conn)?;
    if !is_theirs || end_grants(conn, Grants::One(&id), GrantEnd::Revoked, now)? == 0 {
        return Ok(false);
    }
    insert_audit_record(conn, &AuditEvent::GrantRevoked { client, grant: id }, now)?;
    Ok(true)
}
