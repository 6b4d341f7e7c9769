//! Browser sessions.

use super::accounts::AccountRow;
use super::audit::{insert_audit_record, insert_audit_record_from};
use super::factor_removals::stop_factor_removal;
use super::grants::{Grants, end_grants};
use super::logout::{EndedSession, queue_logouts};
use super::proven::ProvenAccount;
use super::retention::withdraw_retention_notices_in;
use super::second_steps::forget_second_steps;
use super::sign_in::upsert_known_device;
use super::{Conn, lock_key, lock_sessions};
use crate::keeping::update;
use crate::schema::{account, browser_session};
use crate::{EndSessions, NewSession, Result, SessionWithAccount, StoreError};
use diesel::prelude::*;
use idp_domain::audit::AuditEvent;
use idp_domain::extra_verification::AuthenticationLevel;
use idp_domain::grant::GrantEnd;
use idp_domain::ids::{AccountId, ClientId, SessionId};
use idp_domain::secret::TokenHash;
use idp_domain::session::{Session, SessionEndReason, SessionLimits};
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
    proven_at: Option<i64>,
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
            proven_at: self.proven_at.map(Timestamp::from_micros),
            ended_at: self.ended_at.map(Timestamp::from_micros),
        })
    }
}

/// Starts a session, or renews the one that the browser had for the same account, and notes the device; whether that is
/// new to the account.
pub(super) fn insert_session(
    conn: &mut Conn,
    account: &ProvenAccount,
    new: &NewSession,
    now: Timestamp,
) -> Result<bool> {
    let account = account.id();
    let methods = serde_json::to_string(&new.methods).map_err(|_| StoreError::Corrupt("browser_session"))?;
    let id = match &new.replaces {
        Some(old) if renew_session(conn, old, account, new, &methods, now)? => old,
        Some(old) => {
            end_session_in(conn, old, None, SessionEndReason::OtherAccount, now)?;
            insert_new_session(conn, account, new, &methods, now)?
        }
        None => insert_new_session(conn, account, new, &methods, now)?,
    };
    let new_device = upsert_known_device(conn, &new.device, account, now)?;
    withdraw_retention_notices_in(conn, account)?;
    if AuthenticationLevel::reached_by(&new.methods) > AuthenticationLevel::One {
        stop_factor_removal(conn, account, now)?;
    }
    let event = AuditEvent::SignedIn {
        account: account.clone(),
        session: id.clone(),
        methods: new.methods.clone(),
        new_device,
        network: new.network.clone(),
    };
    insert_audit_record_from(conn, &event, &new.browser, now)?;
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
    let renewed = update(same)
        .set((
            browser_session::secret_hash.eq(new.secret.as_bytes()),
            browser_session::methods.eq(methods),
            browser_session::authenticated_at.eq(now.micros()),
            browser_session::created_at.eq(now.micros()),
            browser_session::last_seen_at.eq(now.micros()),
            browser_session::browser.eq(&new.browser),
            browser_session::wrong_proofs.eq(0),
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
            browser_session::browser.eq(&new.browser),
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
    update(row).set(browser_session::last_seen_at.eq(now.micros())).execute(conn)?;
    Ok(())
}

/// The open sessions with these ids, ended by this transaction; of two that try, only one gets a session.
fn end_open(conn: &mut Conn, ids: &[String], now: Timestamp) -> Result<Vec<EndedSession>> {
    lock_sessions(conn, ids)?;
    let open = browser_session::table
        .filter(browser_session::id.eq_any(ids))
        .filter(browser_session::ended_at.is_null());
    let ended: Vec<(String, String)> = diesel::update(open)
        .set(browser_session::ended_at.eq(now.micros()))
        .returning((browser_session::id, browser_session::account_id))
        .get_results(conn)?;
    Ok(ended.into_iter().map(|(id, account)| EndedSession { id, account }).collect())
}

/// What every end of a session does, whatever its reason: its services will be told, what depends on it ends, and it is on
/// record.
fn settle_end(
    conn: &mut Conn,
    ended: &[EndedSession],
    client: Option<&ClientId>,
    reason: SessionEndReason,
    now: Timestamp,
) -> Result<()> {
    queue_logouts(conn, ended, reason, now)?;
    for one in ended {
        let (Some(account), Some(session)) = (AccountId::parse(&one.account), SessionId::parse(&one.id))
        else {
            continue;
        };
        end_grants(conn, Grants::OfSession(&session), GrantEnd::SessionEnded, now)?;
        let event = match reason {
            SessionEndReason::SignedOut => {
                AuditEvent::SignedOut { account, session, client: client.cloned() }
            }
            _ => AuditEvent::SessionEnded { account, session, reason },
        };
        insert_audit_record(conn, &event, now)?;
    }
    Ok(())
}

/// Ends one session, in the transaction of what ends it; whether it was still there to end.
pub(super) fn end_session_in(
    conn: &mut Conn,
    id: &SessionId,
    client: Option<&ClientId>,
    reason: SessionEndReason,
    now: Timestamp,
) -> Result<bool> {
    let ended = end_open(conn, &[id.as_str().to_owned()], now)?;
    settle_end(conn, &ended, client, reason, now)?;
    Ok(!ended.is_empty())
}

/// Ends the sessions of an account, in the transaction of what ends them; how many.
pub fn end_sessions_of_account(conn: &mut Conn, end: EndSessions) -> Result<usize> {
    forget_second_steps(conn, &end.account)?;
    let except = end.except.as_ref().map_or("", SessionId::as_str);
    let open: Vec<String> = browser_session::table
        .filter(browser_session::account_id.eq(end.account.as_str()))
        .filter(browser_session::ended_at.is_null())
        .filter(browser_session::id.ne(except))
        .select(browser_session::id)
        .load(conn)?;
    let ended = end_open(conn, &open, end.now)?;
    settle_end(conn, &ended, None, end.reason, end.now)?;
    Ok(ended.len())
}

pub fn end_session(conn: &mut Conn, id: SessionId, client: Option<ClientId>, now: Timestamp) -> Result<bool> {
    end_session_in(conn, &id, client.as_ref(), SessionEndReason::SignedOut, now)
}

pub fn end_session_because(
    conn: &mut Conn,
    id: SessionId,
    reason: SessionEndReason,
    now: Timestamp,
) -> Result<bool> {
    end_session_in(conn, &id, None, reason, now)
}

pub fn end_expired_sessions(
    conn: &mut Conn,
    limits: SessionLimits,
    now: Timestamp,
    batch: i64,
) -> Result<usize> {
    let idle = browser_session::last_seen_at.lt(now.minus(limits.idle).micros());
    let old = browser_session::created_at.lt(now.minus(limits.max).micros());
    let open = || browser_session::table.filter(browser_session::ended_at.is_null());
    let mut ids: Vec<String> = open().filter(idle).limit(batch).select(browser_session::id).load(conn)?;
    let room = batch - i64::try_from(ids.len()).unwrap_or(batch);
    ids.extend(open().filter(old).limit(room).select(browser_session::id).load::<String>(conn)?);
    if ids.is_empty() {
        return Ok(0);
    }
    // Nodes that sweep at the same moment take turns, so that they never wait for each other's rows.
    lock_key(conn, "session-expiry")?;
    lock_sessions(conn, &ids)?;
    // Looked at again by the write: a request may have come in between.
    let over = open().filter(browser_session::id.eq_any(&ids)).filter(idle.or(old));
    let ended: Vec<(String, String)> = update(over)
        .set(browser_session::ended_at.eq(now.micros()))
        .returning((browser_session::id, browser_session::account_id))
        .get_results(conn)?;
    let ended: Vec<_> = ended.into_iter().map(|(id, account)| EndedSession { id, account }).collect();
    settle_end(conn, &ended, None, SessionEndReason::Expired, now)?;
    Ok(ended.len())
}
