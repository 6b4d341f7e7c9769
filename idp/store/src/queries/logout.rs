//! The logout ledger: which services a session was used for, and the deliveries that tell them of its end. They are
//! written in the transaction that ends the session, and claimed by a worker on any node.

use super::audit::insert_audit_record;
use super::{Conn, hold_session};
use crate::keeping::update;
use crate::schema::{logout_delivery, relying_service, session_service};
use crate::{DeliveryState, DueLogout, LogoutClaim, LogoutFate, Result, SessionService, StoreError};
use diesel::prelude::*;
use idp_domain::audit::AuditEvent;
use idp_domain::client::Client;
use idp_domain::ids::{AccountId, ClientId, SessionId};
use idp_domain::session::SessionEndReason;
use idp_domain::time::Timestamp;
use std::collections::HashMap;

/// Notes that a session is used for a service. The session can't end meanwhile, so whoever ends it sees the note.
pub(super) fn note_session_service(
    conn: &mut Conn,
    session: &SessionId,
    client: &ClientId,
    now: Timestamp,
) -> Result<()> {
    diesel::insert_into(session_service::table)
        .values((
            session_service::session_id.eq(session.as_str()),
            session_service::client_id.eq(client.as_str()),
            session_service::first_used_at.eq(now.micros()),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(())
}

/// Keeps a session from ending until this transaction does.
pub(super) fn keep_from_ending(conn: &mut Conn, session: &SessionId) -> Result<()> {
    hold_session(conn, session.as_str())
}

/// A session that this transaction has ended.
pub(super) struct EndedSession {
    pub(super) id: String,
    pub(super) account: String,
}

/// Queues a delivery for each service of the ended sessions that can be told by back channel.
pub(super) fn queue_logouts(
    conn: &mut Conn,
    ended: &[EndedSession],
    reason: SessionEndReason,
    now: Timestamp,
) -> Result<()> {
    let ids: Vec<&str> = ended.iter().map(|session| session.id.as_str()).collect();
    let used: Vec<(String, String, String)> = session_service::table
        .inner_join(relying_service::table.on(relying_service::client_id.eq(session_service::client_id)))
        .filter(session_service::session_id.eq_any(ids))
        .select((session_service::session_id, session_service::client_id, relying_service::metadata))
        .load(conn)?;
    let accounts: HashMap<&str, &str> =
        ended.iter().map(|session| (session.id.as_str(), session.account.as_str())).collect();
    for (session, client, metadata) in &used {
        // A registration that can't be read is that service's trouble: it keeps no session from ending.
        let told = serde_json::from_str(metadata)
            .is_ok_and(|client: Client| client.backchannel_logout_uri.is_some());
        let Some(account) = accounts.get(session.as_str()).filter(|_| told) else { continue };
        diesel::insert_into(logout_delivery::table)
            .values((
                logout_delivery::session_id.eq(session),
                logout_delivery::client_id.eq(client),
                logout_delivery::account_id.eq(account),
                logout_delivery::reason.eq(reason.as_str()),
                logout_delivery::state.eq(DeliveryState::Queued.as_str()),
                logout_delivery::attempts.eq(0),
                logout_delivery::next_attempt_at.eq(now.micros()),
                logout_delivery::queued_at.eq(now.micros()),
            ))
            .on_conflict_do_nothing()
            .execute(conn)?;
    }
    Ok(())
}

pub fn take_due_logouts(conn: &mut Conn, claim: LogoutClaim) -> Result<Vec<DueLogout>> {
    let mut taken = Vec::new();
    let mut of_service: HashMap<String, usize> = HashMap::new();
    for (session, client) in due(conn, &claim)? {
        let count = of_service.entry(client.clone()).or_default();
        if taken.len() == claim.most || *count == claim.of_one_service {
            continue;
        }
        if let Some(logout) = take(conn, &session, &client, &claim)? {
            *count += 1;
            taken.push(logout);
        }
    }
    Ok(taken)
}

/// Deliveries whose time has come, oldest first, a few more than can be taken: some may be of one service.
fn due(conn: &mut Conn, claim: &LogoutClaim) -> Result<Vec<(String, String)>> {
    let most = i64::try_from(claim.most.saturating_mul(4)).unwrap_or(i64::MAX);
    let busy: Vec<&str> = claim.busy.iter().map(ClientId::as_str).collect();
    let due = logout_delivery::table
        .filter(logout_delivery::settled_at.is_null())
        .filter(logout_delivery::next_attempt_at.le(claim.now.micros()))
        .filter(logout_delivery::client_id.ne_all(busy))
        .order((logout_delivery::next_attempt_at, logout_delivery::session_id))
        .limit(most)
        .select((logout_delivery::session_id, logout_delivery::client_id));
    Ok(match &claim.session {
        Some(session) => due.filter(logout_delivery::session_id.eq(session.as_str())).load(conn)?,
        None => due.load(conn)?,
    })
}

/// Conditional, so that of two nodes only one takes it; should that one die, it is due again at `retry_at`.
fn take(conn: &mut Conn, session: &str, client: &str, claim: &LogoutClaim) -> Result<Option<DueLogout>> {
    let still_due = logout_delivery::table
        .filter(logout_delivery::session_id.eq(session))
        .filter(logout_delivery::client_id.eq(client))
        .filter(logout_delivery::settled_at.is_null())
        .filter(logout_delivery::next_attempt_at.le(claim.now.micros()));
    let row: Option<(String, i64, i64)> = update(still_due)
        .set((
            logout_delivery::state.eq(DeliveryState::Sent.as_str()),
            logout_delivery::next_attempt_at.eq(claim.retry_at.micros()),
            logout_delivery::attempts.eq(logout_delivery::attempts + 1),
        ))
        .returning((logout_delivery::account_id, logout_delivery::attempts, logout_delivery::queued_at))
        .get_result(conn)
        .optional()?;
    let Some((account, attempts, queued_at)) = row else { return Ok(None) };
    let corrupt = || StoreError::Corrupt("logout_delivery");
    Ok(Some(DueLogout {
        session: SessionId::parse(session).ok_or_else(corrupt)?,
        client: ClientId::parse(client).ok_or_else(corrupt)?,
        account: AccountId::parse(&account).ok_or_else(corrupt)?,
        attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
        queued_at: Timestamp::from_micros(queued_at),
    }))
}

pub fn settle_logout(conn: &mut Conn, logout: DueLogout, fate: LogoutFate, now: Timestamp) -> Result<()> {
    let row = logout_delivery::table.find((logout.session.as_str(), logout.client.as_str()));
    // A worker whose claim ran out may be late: only the newest try says when the next one is, and that a service took
    // one stays true.
    let newest = row
        .filter(logout_delivery::settled_at.is_null())
        .filter(logout_delivery::attempts.eq(i64::from(logout.attempts)));
    let not_acknowledged = row.filter(logout_delivery::state.ne(DeliveryState::Acknowledged.as_str()));
    let changed = match &fate {
        LogoutFate::Acknowledged => update(not_acknowledged)
            .set((
                logout_delivery::state.eq(DeliveryState::Acknowledged.as_str()),
                logout_delivery::settled_at.eq(now.micros()),
                logout_delivery::last_error.eq(None::<String>),
            ))
            .execute(conn)?,
        LogoutFate::RetryAt { at, error } => update(newest)
            .set((
                logout_delivery::state.eq(DeliveryState::Queued.as_str()),
                logout_delivery::next_attempt_at.eq(at.micros()),
                logout_delivery::last_error.eq(error),
            ))
            .execute(conn)?,
        LogoutFate::Failed { error } => update(newest)
            .set((
                logout_delivery::state.eq(DeliveryState::Failed.as_str()),
                logout_delivery::settled_at.eq(now.micros()),
                logout_delivery::last_error.eq(error),
            ))
            .execute(conn)?,
    };
    match event_of(logout, fate).filter(|_| changed == 1) {
        Some(event) => insert_audit_record(conn, &event, now),
        None => Ok(()),
    }
}

/// What goes on record when a delivery is settled.
fn event_of(logout: DueLogout, fate: LogoutFate) -> Option<AuditEvent> {
    let DueLogout { session, client, attempts, .. } = logout;
    match fate {
        LogoutFate::Acknowledged => Some(AuditEvent::LogoutAcknowledged { client, session, attempts }),
        LogoutFate::Failed { error } => Some(AuditEvent::LogoutFailed { client, session, attempts, error }),
        LogoutFate::RetryAt { .. } => None,
    }
}

pub fn list_session_services(conn: &mut Conn, session: SessionId) -> Result<Vec<SessionService>> {
    let rows: Vec<(String, Option<String>)> = session_service::table
        .inner_join(relying_service::table.on(relying_service::client_id.eq(session_service::client_id)))
        .left_join(
            logout_delivery::table.on(logout_delivery::session_id
                .eq(session_service::session_id)
                .and(logout_delivery::client_id.eq(session_service::client_id))),
        )
        .filter(session_service::session_id.eq(session.as_str()))
        .order((session_service::first_used_at, session_service::client_id))
        .select((relying_service::metadata, logout_delivery::state.nullable()))
        .load(conn)?;
    rows.into_iter()
        .map(|(metadata, state)| {
            let client =
                serde_json::from_str(&metadata).map_err(|_| StoreError::Corrupt("relying_service"))?;
            let parse =
                |state: &String| DeliveryState::parse(state).ok_or(StoreError::Corrupt("logout_delivery"));
            Ok(SessionService { client, delivery: state.as_ref().map(parse).transpose()? })
        })
        .collect()
}

pub fn is_logout_open(conn: &mut Conn, session: SessionId) -> Result<bool> {
    let never_tried = logout_delivery::attempts.eq(0);
    let under_way = logout_delivery::state.eq(DeliveryState::Sent.as_str());
    let open = logout_delivery::table
        .filter(logout_delivery::session_id.eq(session.as_str()))
        .filter(logout_delivery::settled_at.is_null())
        .filter(never_tried.or(under_way));
    Ok(diesel::select(diesel::dsl::exists(open)).get_result(conn)?)
}

pub fn count_waiting_logouts(conn: &mut Conn) -> Result<i64> {
    Ok(logout_delivery::table.filter(logout_delivery::settled_at.is_null()).count().get_result(conn)?)
}

/// Deletes up to `batch` deliveries that were settled before an instant; how many.
pub(super) fn delete_settled_logouts(conn: &mut Conn, before: Timestamp, batch: i64) -> Result<usize> {
    let settled = || logout_delivery::settled_at.lt(before.micros());
    let sessions: Vec<String> = logout_delivery::table
        .filter(settled())
        .limit(batch)
        .select(logout_delivery::session_id)
        .load(conn)?;
    let old = logout_delivery::table.filter(logout_delivery::session_id.eq_any(sessions)).filter(settled());
    Ok(diesel::delete(old).execute(conn)?)
}
