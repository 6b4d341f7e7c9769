//! Signing in with a password: what is counted, what is found, what a success writes.

use super::Conn;
use super::accounts::find_account_by_email;
use super::audit::{insert_audit_record, insert_audit_record_from};
use super::outbox::insert_mail;
use super::proven::{Unproven, take_password_to_sign_in};
use super::registrations::find_open_registration;
use super::second_steps::start_session;
use crate::keeping::update;
use crate::schema::{known_device, network_counter, sign_in_failure};
use crate::{
    NetworkWindow, Result, SessionStart, SignInAttempt, SignInEnd, SignInStart, SignInSuccess, WrongProof,
};
use diesel::prelude::*;
use idp_domain::audit::AuditEvent;
use idp_domain::ids::AccountId;
use idp_domain::lockout::{Failures, LockoutDecision, LockoutLimits, decide_try};
use idp_domain::secret::{KeyedHash, TokenHash};
use idp_domain::time::Timestamp;

pub fn begin_sign_in(conn: &mut Conn, attempt: SignInAttempt) -> Result<Option<SignInStart>> {
    let account = find_account_by_email(conn, &attempt.email_key)?;
    let known_device = match (&account, &attempt.device) {
        (Some(account), Some(device)) => is_known_device(conn, device, &account.id)?,
        _ => false,
    };
    // Nor does a stranger's flood from the owner's network: a known device has limits of its own.
    if let Some(window) = attempt.network.filter(|_| !known_device)
        && !count_network_use(conn, window)?
    {
        return Ok(None);
    }
    let registration = find_open_registration(conn, &attempt.browser, &attempt.email_key)?;
    // A stranger's wrong tries don't slow the owner on a device that the account knows.
    let counted = if known_device { attempt.device_key } else { attempt.address_hash };
    let set_at = account.as_ref().map(|account| account.password_changed_at);
    let (decision, failures) = count_attempt(conn, counted, set_at, attempt.now, attempt.limits)?;
    Ok(Some(SignInStart { decision, account, registration, known_device, counted, failures }))
}

/// Counts an attempt under a key, where it may be made. `set_at` is when the password was set: what was tried before counts
/// no more.
pub(super) fn count_attempt(
    conn: &mut Conn,
    counted: KeyedHash,
    set_at: Option<Timestamp>,
    now: Timestamp,
    limits: LockoutLimits,
) -> Result<(LockoutDecision, Failures)> {
    count_attempt_by(conn, counted, set_at, now, limits, decide_try)
}

/// The same by another rule.
pub(super) fn count_attempt_by(
    conn: &mut Conn,
    counted: KeyedHash,
    set_at: Option<Timestamp>,
    now: Timestamp,
    limits: LockoutLimits,
    decide: fn(Failures, Timestamp, &LockoutLimits) -> LockoutDecision,
) -> Result<(LockoutDecision, Failures)> {
    let before = lock_failures(conn, counted)?.since_password(set_at);
    let decision = decide(before, now, &limits);
    if decision != LockoutDecision::Try {
        return Ok((decision, before));
    }
    let failures = before.and_one_more(now);
    keep_failures(conn, counted, failures.count, now)?;
    Ok((decision, failures))
}

/// Writes a count whose row is locked.
pub(super) fn keep_failures(conn: &mut Conn, counted: KeyedHash, count: u32, now: Timestamp) -> Result<()> {
    update(sign_in_failure::table.find(counted.as_bytes()))
        .set((sign_in_failure::failures.eq(i64::from(count)), sign_in_failure::last_at.eq(now.micros())))
        .execute(conn)?;
    Ok(())
}

/// Forgets a count.
pub(super) fn clear_failures(conn: &mut Conn, counted: KeyedHash) -> Result<()> {
    diesel::delete(sign_in_failure::table.find(counted.as_bytes())).execute(conn)?;
    Ok(())
}

/// Reads the count under a key so that attempts at the same moment queue for it: the upsert takes the row's lock.
pub(super) fn lock_failures(conn: &mut Conn, key: KeyedHash) -> Result<Failures> {
    let (count, last_at): (i64, i64) = diesel::insert_into(sign_in_failure::table)
        .values((
            sign_in_failure::key.eq(key.as_bytes()),
            sign_in_failure::failures.eq(0),
            sign_in_failure::last_at.eq(0),
        ))
        .on_conflict(sign_in_failure::key)
        .do_update()
        .set(sign_in_failure::failures.eq(sign_in_failure::failures))
        .returning((sign_in_failure::failures, sign_in_failure::last_at))
        .get_result(conn)?;
    let last_at = (count > 0).then(|| Timestamp::from_micros(last_at));
    Ok(Failures { count: u32::try_from(count).unwrap_or(u32::MAX), last_at })
}

pub(super) fn is_known_device(conn: &mut Conn, device: &TokenHash, account: &AccountId) -> Result<bool> {
    let row = known_device::table.find((device.as_bytes(), account.as_str()));
    Ok(diesel::select(diesel::dsl::exists(row)).get_result(conn)?)
}

impl From<Unproven> for SignInEnd {
    fn from(why: Unproven) -> Self {
        match why {
            Unproven::Superseded => Self::Superseded,
            Unproven::Closed => Self::Gone,
        }
    }
}

pub fn complete_sign_in(conn: &mut Conn, success: SignInSuccess) -> Result<SignInEnd> {
    let rehashed = success.new_password_hash.as_deref();
    let account = match take_password_to_sign_in(conn, &success.proof, rehashed, success.now)? {
        Ok(account) => account,
        Err(why) => return Ok(why.into()),
    };
    match start_session(conn, &account, &success.session, &success.second_step, success.now)? {
        SessionStart::SecondStep => return Ok(SignInEnd::SecondStep),
        SessionStart::Started { new_device: true } => {
            insert_mail(conn, &success.new_device_mail, success.now)?;
        }
        SessionStart::Started { new_device: false } => {}
    }
    Ok(SignInEnd::SignedIn)
}

/// Notes that an account is used from a device; whether it is new to it.
pub(super) fn upsert_known_device(
    conn: &mut Conn,
    device: &TokenHash,
    account: &AccountId,
    now: Timestamp,
) -> Result<bool> {
    let row = known_device::table.find((device.as_bytes(), account.as_str()));
    if update(row).set(known_device::last_seen_at.eq(now.micros())).execute(conn)? > 0 {
        return Ok(false);
    }
    let inserted = diesel::insert_into(known_device::table)
        .values((
            known_device::device_hash.eq(device.as_bytes()),
            known_device::account_id.eq(account.as_str()),
            known_device::first_seen_at.eq(now.micros()),
            known_device::last_seen_at.eq(now.micros()),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(inserted > 0)
}

pub fn record_refused_sign_in(conn: &mut Conn, event: AuditEvent, now: Timestamp) -> Result<()> {
    insert_audit_record_from(conn, &event, "", now)
}

pub fn record_refused_sign_in_from(
    conn: &mut Conn,
    event: AuditEvent,
    browser: String,
    now: Timestamp,
) -> Result<()> {
    insert_audit_record_from(conn, &event, &browser, now)
}

/// Counts a use by a network, and where that is let through by the wider one that it is part of: what is refused to the one
/// costs its neighbours nothing.
pub fn count_network_use(conn: &mut Conn, window: NetworkWindow) -> Result<bool> {
    if count_use(conn, window.key, window.start)? > i64::from(window.most) {
        return Ok(false);
    }
    match window.wider {
        Some(wider) => Ok(count_use(conn, wider.key, window.start)? <= i64::from(wider.most)),
        None => Ok(true),
    }
}

/// Counts one more under a key in the window that began at `start`; how many that makes.
pub(super) fn count_use(conn: &mut Conn, key: KeyedHash, start: Timestamp) -> Result<i64> {
    Ok(diesel::insert_into(network_counter::table)
        .values((
            network_counter::key.eq(key.as_bytes()),
            network_counter::window_start.eq(start.micros()),
            network_counter::uses.eq(1),
        ))
        .on_conflict((network_counter::key, network_counter::window_start))
        .do_update()
        .set(network_counter::uses.eq(network_counter::uses + 1))
        .returning(network_counter::uses)
        .get_result(conn)?)
}

pub fn count_wrong_proof(conn: &mut Conn, wrong: WrongProof) -> Result<Vec<u32>> {
    let mut counts = Vec::new();
    for key in &wrong.origins {
        counts.push(u32::try_from(count_use(conn, *key, wrong.window)?).unwrap_or(u32::MAX));
    }
    if let Some(alarm) = wrong.alarm
        && count_use(conn, alarm.key, wrong.window)? == i64::from(alarm.at)
    {
        let event = AuditEvent::ClientProofsRefused { client: alarm.client, wrong: alarm.at };
        insert_audit_record(conn, &event, wrong.now)?;
    }
    Ok(counts)
}

pub fn clear_sign_in_failures(conn: &mut Conn, counted: KeyedHash) -> Result<()> {
    clear_failures(conn, counted)
}
