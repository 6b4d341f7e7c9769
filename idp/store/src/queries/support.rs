//! What support does to an account. Each act is on record with its reason, and its person is told.

use super::Conn;
use super::administrators::sole_role;
use super::audit::insert_audit_record;
use super::grants::end_grants_of_account;
use super::outbox::insert_mail;
use super::sessions::end_sessions_of_account;
use crate::keeping::update;
use crate::schema::{account, account_lock};
use crate::{AccountLock, AccountOutcome, EndSessions, Result, StoreError, SupportAct};
use diesel::prelude::*;
use idp_domain::account::AccountStatus;
use idp_domain::administration::{Actor, LockReference, Reason};
use idp_domain::audit::AuditEvent;
use idp_domain::grant::GrantEnd;
use idp_domain::ids::AccountId;
use idp_domain::session::SessionEndReason;
use idp_domain::time::Timestamp;

/// Only one of several that change a status finds it as it was.
fn change_status(conn: &mut Conn, id: &AccountId, from: AccountStatus, to: AccountStatus) -> Result<bool> {
    let as_it_was =
        account::table.filter(account::id.eq(id.as_str())).filter(account::status.eq(from.as_str()));
    Ok(update(as_it_was).set(account::status.eq(to.as_str())).execute(conn)? == 1)
}

/// Why an account could not be changed.
pub(super) fn not_changed(conn: &mut Conn, id: &AccountId) -> Result<AccountOutcome> {
    let is_there = diesel::dsl::exists(account::table.find(id.as_str()));
    let is_there: bool = diesel::select(is_there).get_result(conn)?;
    Ok(if is_there { AccountOutcome::NotSo } else { AccountOutcome::Gone })
}

/// Ends everything by which somebody uses an account; how many sessions.
pub(super) fn end_use(
    conn: &mut Conn,
    id: &AccountId,
    session: SessionEndReason,
    grant: GrantEnd,
    now: Timestamp,
) -> Result<usize> {
    let end = EndSessions { account: id.clone(), except: None, reason: session, now };
    let sessions = end_sessions_of_account(conn, end)?;
    end_grants_of_account(conn, id.clone(), grant, now)?;
    Ok(sessions)
}

pub(super) fn tell(conn: &mut Conn, act: &SupportAct) -> Result<()> {
    act.mail.as_ref().map_or(Ok(()), |mail| insert_mail(conn, mail, act.now))
}

pub fn lock_account(
    conn: &mut Conn,
    act: SupportAct,
    reference: LockReference,
    reason: Reason,
) -> Result<AccountOutcome> {
    if let Some(role) = sole_role(conn, &act.account)? {
        return Ok(AccountOutcome::LastOfRole(role));
    }
    if !change_status(conn, &act.account, AccountStatus::Active, AccountStatus::Locked)? {
        return not_changed(conn, &act.account);
    }
    end_use(conn, &act.account, SessionEndReason::AccountLocked, GrantEnd::AccountEnded, act.now)?;
    diesel::insert_into(account_lock::table)
        .values((
            account_lock::account_id.eq(act.account.as_str()),
            account_lock::reference.eq(reference.as_str()),
            account_lock::locked_by.eq(act.order.by.to_string()),
            account_lock::reason.eq(reason.as_str()),
            account_lock::locked_at.eq(act.now.micros()),
        ))
        .execute(conn)?;
    tell(conn, &act)?;
    let event = AuditEvent::AccountLocked {
        account: act.account,
        reference: Some(reference),
        by: act.order.by,
        reason: Some(reason),
    };
    insert_audit_record(conn, &event, act.now)?;
    Ok(AccountOutcome::Done)
}

pub fn unlock_account(conn: &mut Conn, act: SupportAct) -> Result<AccountOutcome> {
    if !change_status(conn, &act.account, AccountStatus::Locked, AccountStatus::Active)? {
        return not_changed(conn, &act.account);
    }
    diesel::delete(account_lock::table.find(act.account.as_str())).execute(conn)?;
    tell(conn, &act)?;
    let event =
        AuditEvent::AccountUnlocked { account: act.account, by: act.order.by, reason: act.order.reason };
    insert_audit_record(conn, &event, act.now)?;
    Ok(AccountOutcome::Done)
}

pub fn end_sessions_by_support(conn: &mut Conn, act: SupportAct) -> Result<Option<usize>> {
    if not_changed(conn, &act.account)? == AccountOutcome::Gone {
        return Ok(None);
    }
    let sessions = end_use(conn, &act.account, SessionEndReason::Support, GrantEnd::Support, act.now)?;
    tell(conn, &act)?;
    let event = AuditEvent::SessionsEndedBySupport {
        account: act.account,
        sessions: sessions as u64,
        by: act.order.by,
        reason: act.order.reason,
    };
    insert_audit_record(conn, &event, act.now)?;
    Ok(Some(sessions))
}

pub fn find_account_lock(conn: &mut Conn, id: AccountId) -> Result<Option<AccountLock>> {
    let row: Option<(String, String, String, i64)> = account_lock::table
        .find(id.as_str())
        .select((
            account_lock::reference,
            account_lock::locked_by,
            account_lock::reason,
            account_lock::locked_at,
        ))
        .first(conn)
        .optional()?;
    let Some((reference, by, reason, at)) = row else { return Ok(None) };
    let corrupt = || StoreError::Corrupt("account_lock");
    Ok(Some(AccountLock {
        reference: LockReference::parse(&reference).ok_or_else(corrupt)?,
        by: by.parse::<Actor>().map_err(|_| corrupt())?,
        reason: Reason::parse(&reason).map_err(|_| corrupt())?,
        locked_at: Timestamp::from_micros(at),
    }))
}

pub fn record_administration(conn: &mut Conn, event: AuditEvent, now: Timestamp) -> Result<()> {
    insert_audit_record(conn, &event, now)
}

pub fn export_account_by_support(conn: &mut Conn, act: SupportAct) -> Result<Option<serde_json::Value>> {
    let Some(copy) = super::exporting::export_account(conn, act.account.clone())? else { return Ok(None) };
    tell(conn, &act)?;
    let event =
        AuditEvent::AccountExported { account: act.account, by: act.order.by, reason: act.order.reason };
    insert_audit_record(conn, &event, act.now)?;
    Ok(Some(copy))
}
