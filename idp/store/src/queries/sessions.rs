//! Browser sessions.

use super::Conn;
use super::accounts::AccountRow;
use super::audit::insert_audit_record;
use super::grants::end_grants_of_session;
use super::sign_in::upsert_known_device;
use crate::schema::{account, browser_session};
use crate::{NewSession, Result, SessionWithAccount, StoreError};
use diesel::prelude::*;
use idp_domain::audit::AuditEvent;
use idp_domain::ids::{AccountId, ClientId, SessionId};
use idp_domain::secret::TokenHash;
use idp_domain::session::Session;
use idp_domain::time::Timestamp;

#[derive(Queryable, Selectable)]
#[diesel(table_name = browser_session)]
pub(super) struct SessionRow {
    id: String,
    account_id: String,
    methods: String,
    authenticated_at: i64,
    created_at: i64,
    last_seen_at: i64,
    ended_at: Option<i64>,
}

impl SessionRow {
    pub(super) fn into_domain(self) -> Result<Session> {
        let corrupt = || StoreError::Corrupt("browser_session");
        Ok(Session {
            id: SessionId::parse(&self.id).ok_or_else(corrupt)?,
            account_id: AccountId::parse(&self.account_id).ok_or_else(corrupt)?,
            authenticated_at: Timestamp::from_micros(self.authenticated_at),
            methods: serde_json::from_str(&self.methods).map_err(|_| corrupt())?,
            created_at: Timestamp::from_micros(self.created_at),
            last_seen_at: Timestamp::from_micros(self.last_seen_at),
            ended_at: self.ended_at.map(Timestamp::from_micros),
        })
    }
}

/// Starts a session, or renews the one that the browser had for the same account, and notes the device; whether that is
/// new to the account.
pub(super) fn insert_session(
    conn: &mut Conn,
    account: &AccountId,
    new: &NewSession,
    now: Timestamp,
) -> Result<bool> {
    let methods = serde_json::to_string(&new.methods).map_err(|_| StoreError::Corrupt("browser_session"))?;
    let id = match &new.replaces {
        Some(old) if renew_session(conn, old, account, new, &methods, now)? => old,
        Some(old) => {
            end_session(conn, old.clone(), None, now)?;
            insert_new_session(conn, account, new, &methods, now)?
        }
        None => insert_new_session(conn, account, new, &methods, now)?,
    };
    let new_device = upsert_known_device(conn, &new.device, account, now)?;
    let event = AuditEvent::SignedIn {
        account: account.clone(),
        session: id.clone(),
        new_device,
        network: new.network.clone(),
    };
    insert_audit_record(conn, &event, now)?;
    Ok(new_device)
}

/// The same person proved again who they are: services keep knowing the session by its `sid`, while its cookie and its
/// times are new. `false` where the session is somebody else's or has ended.
fn renew_session(
    conn: &mut Conn,
    old: &SessionId,
    account: &AccountId,
    new: &NewSession,
    methods: &str,
    now: Timestamp,
) -> Result<bool> {
    let same = browser_session::table
        .filter(browser_session::id.eq(old.as_str()))
        .filter(browser_session::account_id.eq(account.as_str()))
        .filter(browser_session::ended_at.is_null());
    let renewed = diesel::update(same)
        .set((
            browser_session::secret_hash.eq(new.secret.as_bytes()),
            browser_session::methods.eq(methods),
            browser_session::authenticated_at.eq(now.micros()),
            browser_session::created_at.eq(now.micros()),
            browser_session::last_seen_at.eq(now.micros()),
        ))
        .execute(conn)?;
    Ok(renewed == 1)
}

fn insert_new_session<'a>(
    conn: &mut Conn,
    account: &AccountId,
    new: &'a NewSession,
    methods: &str,
    now: Timestamp,
) -> Result<&'a SessionId> {
    diesel::insert_into(browser_session::table)
        .values((
            browser_session::id.eq(new.id.as_str()),
            browser_session::secret_hash.eq(new.secret.as_bytes()),
            browser_session::account_id.eq(account.as_str()),
            browser_session::methods.eq(methods),
            browser_session::authenticated_at.eq(now.micros()),
            browser_session::created_at.eq(now.micros()),
            browser_session::last_seen_at.eq(now.micros()),
        ))
        .execute(conn)?;
    Ok(&new.id)
}

pub fn find_session(conn: &mut Conn, secret: TokenHash) -> Result<Option<SessionWithAccount>> {
    let found: Option<(SessionRow, AccountRow)> = browser_session::table
        .inner_join(account::table.on(account::id.eq(browser_session::account_id)))
        .filter(browser_session::secret_hash.eq(secret.as_bytes()))
        .select((SessionRow::as_select(), AccountRow::as_select()))
        .first(conn)
        .optional()?;
    let Some((session, account)) = found else { return Ok(None) };
    Ok(Some(SessionWithAccount { session: session.into_domain()?, account: account.into_domain()? }))
}

pub fn touch_session(conn: &mut Conn, id: SessionId, now: Timestamp) -> Result<()> {
    // The later request wins, whatever order they are written in.
    let row = browser_session::table
        .filter(browser_session::id.eq(id.as_str()))
        .filter(browser_session::ended_at.is_null())
        .filter(browser_session::last_seen_at.lt(now.micros()));
    diesel::update(row).set(browser_session::last_seen_at.eq(now.micros())).execute(conn)?;
    Ok(())
}

pub fn end_session(conn: &mut Conn, id: SessionId, client: Option<ClientId>, now: Timestamp) -> Result<bool> {
    let row = browser_session::table
        .filter(browser_session::id.eq(id.as_str()))
        .filter(browser_session::ended_at.is_null());
    let account: Option<String> = diesel::update(row)
        .set(browser_session::ended_at.eq(now.micros()))
        .returning(browser_session::account_id)
        .get_result(conn)
        .optional()?;
    let Some(account) = account.as_deref().and_then(AccountId::parse) else { return Ok(false) };
    end_grants_of_session(conn, &id, now)?;
    insert_audit_record(conn, &AuditEvent::SignedOut { account, session: id, client }, now)?;
    Ok(true)
}
