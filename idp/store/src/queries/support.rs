//! What support does to an account. Each act gives its reason, which is on record.

use super::Conn;
use super::audit::insert_audit_record;
use super::grants::end_grants_of_account;
use super::sessions::end_sessions_of_account;
use crate::schema::account;
use crate::{EndSessions, Result};
use diesel::prelude::*;
use idp_domain::account::AccountStatus;
use idp_domain::administration::{Actor, Reason};
use idp_domain::audit::AuditEvent;
use idp_domain::grant::GrantEnd;
use idp_domain::ids::AccountId;
use idp_domain::session::SessionEndReason;
use idp_domain::time::Timestamp;

/// Only one of several that change a status finds it as it was.
fn change_status(conn: &mut Conn, id: &AccountId, from: AccountStatus, to: AccountStatus) -> Result<bool> {
    let as_it_was =
        account::table.filter(account::id.eq(id.as_str())).filter(account::status.eq(from.as_str()));
    Ok(diesel::update(as_it_was).set(account::status.eq(to.as_str())).execute(conn)? == 1)
}

pub fn lock_account(
    conn: &mut Conn,
    id: AccountId,
    by: Actor,
    reason: Reason,
    now: Timestamp,
) -> Result<bool> {
    if !change_status(conn, &id, AccountStatus::Active, AccountStatus::Locked)? {
        return Ok(false);
    }
    let end = EndSessions { account: id.clone(), except: None, reason: SessionEndReason::AccountLocked, now };
    end_sessions_of_account(conn, end)?;
    end_grants_of_account(conn, id.clone(), GrantEnd::AccountEnded, now)?;
    insert_audit_record(conn, &AuditEvent::AccountLocked { account: id, by, reason }, now)?;
    Ok(true)
}

pub fn unlock_account(
    conn: &mut Conn,
    id: AccountId,
    by: Actor,
    reason: Reason,
    now: Timestamp,
) -> Result<bool> {
    if !change_status(conn, &id, AccountStatus::Locked, AccountStatus::Active)? {
        return Ok(false);
    }
    insert_audit_record(conn, &AuditEvent::AccountUnlocked { account: id, by, reason }, now)?;
    Ok(true)
}
