//! The removal of second factors under two persons: one asks, another approves within a day. Whoever approves spends the
//! request by one conditional write in the transaction that removes the factors.

use super::Conn;
use super::accounts::find_account;
use super::audit::insert_audit_record;
use super::second_factors::{forget_codes, lock_factors, second_factors};
use super::service_history;
use super::support::{end_use, tell};
use crate::schema::{authenticator_app, factor_removal, passkey};
use crate::{
    FactorRemoval, FactorRemovalAsked, FactorRemovalOutcome, NewFactorRemoval, Result, StoreError, SupportAct,
};
use diesel::prelude::*;
use idp_domain::administration::{Actor, Reason, RemovedFactors, check_two_persons};
use idp_domain::audit::AuditEvent;
use idp_domain::extra_verification::SecondFactors;
use idp_domain::grant::GrantEnd;
use idp_domain::ids::{AccountId, FactorRemovalId};
use idp_domain::session::SessionEndReason;
use idp_domain::time::Timestamp;

#[derive(Queryable, Selectable)]
#[diesel(table_name = factor_removal)]
struct RemovalRow {
    account_id: String,
    id: String,
    factors: String,
    asked_by: String,
    reason: String,
    asked_at: i64,
    expires_at: i64,
}

impl RemovalRow {
    fn into_domain(self) -> Result<FactorRemoval> {
        let corrupt = || StoreError::Corrupt("factor_removal");
        Ok(FactorRemoval {
            id: FactorRemovalId::parse(&self.id).ok_or_else(corrupt)?,
            account: AccountId::parse(&self.account_id).ok_or_else(corrupt)?,
            factors: RemovedFactors::parse(&self.factors).ok_or_else(corrupt)?,
            asked_by: self.asked_by.parse::<Actor>().map_err(|_| corrupt())?,
            reason: Reason::parse(&self.reason).map_err(|_| corrupt())?,
            asked_at: Timestamp::from_micros(self.asked_at),
            expires_at: Timestamp::from_micros(self.expires_at),
        })
    }
}

fn has_any(set_up: &SecondFactors, factors: RemovedFactors) -> bool {
    (factors.includes_app() && set_up.authenticator_app.is_some())
        || (factors.includes_passkeys() && set_up.passkeys > 0)
}

pub fn ask_factor_removal(conn: &mut Conn, new: NewFactorRemoval) -> Result<FactorRemovalAsked> {
    let act = &new.act;
    let asked_by = service_history::everybody_behind(conn, &act.order.by)?;
    if let Err(error) = check_two_persons(&act.account, &asked_by, &[]) {
        return Ok(FactorRemovalAsked::Refused(error));
    }
    lock_factors(conn, &act.account)?;
    if find_account(conn, act.account.clone())?.is_none() {
        return Ok(FactorRemovalAsked::Gone);
    }
    if !has_any(&second_factors(conn, &act.account)?, new.factors) {
        return Ok(FactorRemovalAsked::NothingThere);
    }
    let over = factor_removal::table
        .filter(factor_removal::account_id.eq(act.account.as_str()))
        .filter(factor_removal::expires_at.le(act.now.micros()));
    diesel::delete(over).execute(conn)?;
    let inserted = diesel::insert_into(factor_removal::table)
        .values((
            factor_removal::account_id.eq(act.account.as_str()),
            factor_removal::id.eq(new.id.as_str()),
            factor_removal::factors.eq(new.factors.as_str()),
            factor_removal::asked_by.eq(act.order.by.to_string()),
            factor_removal::reason.eq(new.reason.as_str()),
            factor_removal::asked_at.eq(act.now.micros()),
            factor_removal::expires_at.eq(new.expires_at.micros()),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    if inserted == 0 {
        return Ok(FactorRemovalAsked::Already);
    }
    tell(conn, act)?;
    let NewFactorRemoval { id, factors, reason, act, .. } = new;
    let event = AuditEvent::FactorRemovalAsked {
        account: act.account,
        request: id,
        factors,
        by: act.order.by,
        reason: Some(reason),
    };
    insert_audit_record(conn, &event, act.now)?;
    Ok(FactorRemovalAsked::Waiting)
}

pub fn find_factor_removal(
    conn: &mut Conn,
    account: AccountId,
    now: Timestamp,
) -> Result<Option<FactorRemoval>> {
    let row = factor_removal::table
        .find(account.as_str())
        .filter(factor_removal::expires_at.gt(now.micros()))
        .select(RemovalRow::as_select());
    row.first(conn).optional()?.map(RemovalRow::into_domain).transpose()
}

pub fn list_factor_removals(
    conn: &mut Conn,
    after: Option<AccountId>,
    now: Timestamp,
    most: i64,
) -> Result<Vec<FactorRemoval>> {
    let rows: Vec<RemovalRow> = factor_removal::table
        .filter(factor_removal::expires_at.gt(now.micros()))
        .filter(factor_removal::account_id.gt(after.as_ref().map_or("", AccountId::as_str)))
        .order(factor_removal::account_id)
        .limit(most)
        .select(RemovalRow::as_select())
        .load(conn)?;
    rows.into_iter().map(RemovalRow::into_domain).collect()
}

pub fn approve_factor_removal(
    conn: &mut Conn,
    act: SupportAct,
    request: FactorRemovalId,
) -> Result<FactorRemovalOutcome> {
    lock_factors(conn, &act.account)?;
    let waiting = find_factor_removal(conn, act.account.clone(), act.now)?;
    let Some(waiting) = waiting.filter(|waiting| waiting.id == request) else {
        return Ok(FactorRemovalOutcome::Gone);
    };
    let asked_by = service_history::everybody_behind(conn, &waiting.asked_by)?;
    let approved_by = service_history::everybody_behind(conn, &act.order.by)?;
    if let Err(error) = check_two_persons(&act.account, &asked_by, &approved_by) {
        return Ok(FactorRemovalOutcome::Refused(error));
    }
    let by_another = factor_removal::table
        .find(act.account.as_str())
        .filter(factor_removal::id.eq(request.as_str()))
        .filter(factor_removal::asked_by.ne(act.order.by.to_string()))
        .filter(factor_removal::expires_at.gt(act.now.micros()));
    if diesel::delete(by_another).execute(conn)? == 0 {
        return Ok(FactorRemovalOutcome::Gone);
    }
    remove(conn, &act.account, waiting.factors)?;
    end_use(conn, &act.account, SessionEndReason::Support, GrantEnd::Support, act.now)?;
    tell(conn, &act)?;
    let event = AuditEvent::FactorRemovalApproved {
        account: act.account,
        request,
        factors: waiting.factors,
        asked_by: waiting.asked_by,
        by: act.order.by,
        reason: act.order.reason,
    };
    insert_audit_record(conn, &event, act.now)?;
    Ok(FactorRemovalOutcome::Removed(waiting.factors))
}

fn remove(conn: &mut Conn, id: &AccountId, factors: RemovedFactors) -> Result<()> {
    if factors.includes_app() {
        diesel::delete(authenticator_app::table.find(id.as_str())).execute(conn)?;
    }
    if factors.includes_passkeys() {
        diesel::delete(passkey::table.filter(passkey::account_id.eq(id.as_str()))).execute(conn)?;
    }
    if second_factors(conn, id)?.is_empty() {
        forget_codes(conn, id)?;
    }
    Ok(())
}

/// Ends a removal that waits, in the transaction in which its person made a second step: whoever can needs no removal, and
/// whoever was warned by its mail stops it this way.
pub(super) fn stop_factor_removal(conn: &mut Conn, account: &AccountId, now: Timestamp) -> Result<()> {
    let stopped: Option<String> = diesel::delete(factor_removal::table.find(account.as_str()))
        .returning(factor_removal::id)
        .get_result(conn)
        .optional()?;
    let Some(request) = stopped.as_deref().and_then(FactorRemovalId::parse) else { return Ok(()) };
    let event = AuditEvent::FactorRemovalStopped { account: account.clone(), request };
    insert_audit_record(conn, &event, now)
}

pub fn refuse_factor_removal(conn: &mut Conn, act: SupportAct, request: FactorRemovalId) -> Result<bool> {
    let waiting = factor_removal::table
        .find(act.account.as_str())
        .filter(factor_removal::id.eq(request.as_str()))
        .filter(factor_removal::expires_at.gt(act.now.micros()));
    if diesel::delete(waiting).execute(conn)? == 0 {
        return Ok(false);
    }
    tell(conn, &act)?;
    let event = AuditEvent::FactorRemovalRefused {
        account: act.account,
        request,
        by: act.order.by,
        reason: act.order.reason,
    };
    insert_audit_record(conn, &event, act.now)?;
    Ok(true)
}
