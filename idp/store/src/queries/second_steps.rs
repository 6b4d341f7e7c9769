//! Second steps: what waits for one, what a try counts, and what a right one completes.
//!
//! 1. A right first proof of an account with a second factor starts no session: [`start_session`] keeps what was proven,
//!    for this browser, for a quarter of an hour.
//! 2. A try is counted before what was typed is looked at ([`begin_second_step_try`]), so that no burst outruns the count.
//! 3. One transaction spends what was proven and gives what it buys ([`finish_second_step`]).

use super::Conn;
use super::accounts::AccountRow;
use super::audit::insert_audit_record;
use super::factor_removals::stop_factor_removal;
use super::outbox::insert_mail;
use super::proven::{ProvenAccount, take_active};
use super::second_factors::second_factors;
use super::sessions::insert_session;
use super::sign_in::{clear_failures, count_attempt_by, is_known_device};
use crate::keeping::update;
use crate::schema::{
    account, authenticator_app, authorization_request, browser_session, recovery_code, second_step,
};
use crate::{
    FinishSecondStep, NewMail, NewSecondStep, NewSession, Result, SecondProof, SecondStep, SecondStepEnd,
    SecondStepTarget, SecondStepTry, SecondStepTryStart, SessionStart, StoreError,
};
use diesel::prelude::*;
use idp_domain::account::AccountStatus;
use idp_domain::audit::AuditEvent;
use idp_domain::extra_verification::level::with_method;
use idp_domain::extra_verification::{SecondStepPurpose, decide_second_step};
use idp_domain::ids::{AccountId, AuthorizationRequestId, SecondStepId, SessionId};
use idp_domain::secret::TokenHash;
use idp_domain::session::AuthenticationMethod;
use idp_domain::time::Timestamp;

/// Starts a session after a right first proof, or keeps the proof where the account asks for a second step.
pub(super) fn start_session(
    conn: &mut Conn,
    account: &ProvenAccount,
    session: &NewSession,
    step: &NewSecondStep,
    now: Timestamp,
) -> Result<SessionStart> {
    if second_factors(conn, account.id())?.is_empty() {
        let new_device = insert_session(conn, account, session, now)?;
        return Ok(SessionStart::Started { new_device });
    }
    let proof = FirstProof {
        browser: session.device,
        methods: session.methods.clone(),
        network: session.network.clone(),
    };
    insert_second_step(conn, account.id(), proof, step, now)?;
    Ok(SessionStart::SecondStep)
}

/// What a browser has proven before its second step.
pub(super) struct FirstProof {
    /// The browser.
    pub(super) browser: TokenHash,
    /// By what.
    pub(super) methods: Vec<AuthenticationMethod>,
    /// Keyed hash of the network address, for the audit.
    pub(super) network: String,
}

/// Keeps what a browser has proven until its second step.
pub(super) fn insert_second_step(
    conn: &mut Conn,
    account: &AccountId,
    proven: FirstProof,
    step: &NewSecondStep,
    now: Timestamp,
) -> Result<()> {
    diesel::insert_into(second_step::table)
        .values((
            second_step::id.eq(step.id.as_str()),
            second_step::browser_hash.eq(proven.browser.as_bytes()),
            second_step::account_id.eq(account.as_str()),
            second_step::purpose.eq(step.purpose.as_str()),
            second_step::methods.eq(as_json(&proven.methods)?),
            second_step::request_id.eq(step.request_id.as_ref().map_or("", AuthorizationRequestId::as_str)),
            second_step::created_at.eq(now.micros()),
            second_step::expires_at.eq(step.expires_at.micros()),
        ))
        .execute(conn)?;
    let event = AuditEvent::SecondStepAsked { account: account.clone(), network: proven.network };
    insert_audit_record(conn, &event, now)
}

fn as_json(methods: &[AuthenticationMethod]) -> Result<String> {
    serde_json::to_string(methods).map_err(|_| StoreError::Corrupt("second_step"))
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = second_step)]
struct SecondStepRow {
    id: String,
    purpose: String,
    methods: String,
    created_at: i64,
}

pub fn find_second_step(
    conn: &mut Conn,
    browser: TokenHash,
    request: Option<AuthorizationRequestId>,
    now: Timestamp,
) -> Result<Option<SecondStep>> {
    let request = request.as_ref().map_or("", AuthorizationRequestId::as_str);
    let found: Option<(SecondStepRow, AccountRow)> = second_step::table
        .inner_join(account::table.on(account::id.eq(second_step::account_id)))
        .filter(second_step::browser_hash.eq(browser.as_bytes()))
        .filter(second_step::request_id.eq(request))
        .filter(second_step::completed_at.is_null())
        .filter(second_step::expires_at.ge(now.micros()))
        .filter(account::status.eq(AccountStatus::Active.as_str()))
        .order(second_step::created_at.desc())
        .select((SecondStepRow::as_select(), AccountRow::as_select()))
        .first(conn)
        .optional()?;
    let Some((row, account)) = found else { return Ok(None) };
    let corrupt = || StoreError::Corrupt("second_step");
    Ok(Some(SecondStep {
        id: SecondStepId::parse(&row.id).ok_or_else(corrupt)?,
        account: account.into_domain()?,
        purpose: SecondStepPurpose::parse(&row.purpose).ok_or_else(corrupt)?,
        methods: serde_json::from_str(&row.methods).map_err(|_| corrupt())?,
        created_at: Timestamp::from_micros(row.created_at),
    }))
}

pub fn begin_second_step_try(conn: &mut Conn, attempt: SecondStepTry) -> Result<SecondStepTryStart> {
    let known = is_known_device(conn, &attempt.device, &attempt.account)?;
    let counted = if known { attempt.device_key } else { attempt.account_key };
    let (decision, failures) =
        count_attempt_by(conn, counted, None, attempt.now, attempt.limits, decide_second_step)?;
    let totp_secret = authenticator_app::table
        .find(attempt.account.as_str())
        .select(authenticator_app::secret)
        .first(conn)
        .optional()?;
    Ok(SecondStepTryStart { decision, counted, failures, totp_secret })
}

pub fn refuse_second_step(
    conn: &mut Conn,
    event: AuditEvent,
    mail: Option<NewMail>,
    now: Timestamp,
) -> Result<()> {
    if let Some(mail) = mail {
        insert_mail(conn, &mail, now)?;
    }
    insert_audit_record(conn, &event, now)
}

/// Forgets what waits for a second step of an account: another password proves something else.
pub(super) fn forget_second_steps(conn: &mut Conn, account: &AccountId) -> Result<()> {
    let waiting = second_step::table
        .filter(second_step::account_id.eq(account.as_str()))
        .filter(second_step::completed_at.is_null());
    diesel::delete(waiting).execute(conn)?;
    Ok(())
}

pub fn finish_second_step(conn: &mut Conn, finish: FinishSecondStep) -> Result<SecondStepEnd> {
    let Some(account) = take_open(conn, &finish.account, &finish.target, finish.now)? else {
        return Ok(SecondStepEnd::Gone);
    };
    if !spend(conn, &finish.account, &finish.proof, finish.now)? {
        return Ok(SecondStepEnd::Refused);
    }
    let end = complete(conn, &account, finish.target, finish.proof.method(), finish.now)?;
    if end == SecondStepEnd::Done {
        clear_failures(conn, finish.counted)?;
    }
    Ok(end)
}

/// Gives what a right second step buys.
pub(super) fn complete(
    conn: &mut Conn,
    account: &ProvenAccount,
    target: SecondStepTarget,
    method: AuthenticationMethod,
    now: Timestamp,
) -> Result<SecondStepEnd> {
    match target {
        SecondStepTarget::SignIn { id, mut session, new_device_mail } => {
            let open = second_step::table.find(id.as_str()).filter(second_step::completed_at.is_null());
            let purpose: Option<String> = update(open)
                .set(second_step::completed_at.eq(now.micros()))
                .returning(second_step::purpose)
                .get_result(conn)
                .optional()?;
            match purpose.as_deref().and_then(SecondStepPurpose::parse) {
                None => return Ok(SecondStepEnd::Gone),
                Some(SecondStepPurpose::NewPassword) => {}
                Some(SecondStepPurpose::SignIn) => {
                    session.methods = with_method(&session.methods, method);
                    if insert_session(conn, account, &session, now)? {
                        insert_mail(conn, &new_device_mail, now)?;
                    }
                }
            }
        }
        SecondStepTarget::Session { id, secret } => {
            if !add_method(conn, &id, account.id(), method, Some(secret), now)? {
                return Ok(SecondStepEnd::Gone);
            }
        }
    }
    Ok(SecondStepEnd::Done)
}

/// Takes the account, if it may sign in and what its second step is to complete still waits. Whoever sets a new password takes
/// it too, and then forgets what waits.
pub(super) fn take_open(
    conn: &mut Conn,
    account: &AccountId,
    target: &SecondStepTarget,
    now: Timestamp,
) -> Result<Option<ProvenAccount>> {
    let Some(proven) = take_active(conn, account)? else { return Ok(None) };
    let is_open: bool = match target {
        SecondStepTarget::SignIn { id, .. } => {
            let waiting = second_step::table
                .filter(second_step::id.eq(id.as_str()))
                .filter(second_step::account_id.eq(account.as_str()))
                .filter(second_step::completed_at.is_null())
                .filter(second_step::expires_at.ge(now.micros()));
            diesel::select(diesel::dsl::exists(waiting)).get_result(conn)?
        }
        SecondStepTarget::Session { id, .. } => {
            let live = browser_session::table
                .filter(browser_session::id.eq(id.as_str()))
                .filter(browser_session::account_id.eq(account.as_str()))
                .filter(browser_session::ended_at.is_null());
            diesel::select(diesel::dsl::exists(live)).get_result(conn)?
        }
    };
    Ok(is_open.then_some(proven))
}

/// Spends what was proven, by one conditional write: of two that bring the same, only one gets `true`.
fn spend(conn: &mut Conn, account: &AccountId, proof: &SecondProof, now: Timestamp) -> Result<bool> {
    match proof {
        SecondProof::Totp(step) => {
            let later = authenticator_app::table
                .filter(authenticator_app::account_id.eq(account.as_str()))
                .filter(authenticator_app::last_step.lt(step.number()));
            let spent = update(later)
                .set((
                    authenticator_app::last_step.eq(step.number()),
                    authenticator_app::last_used_at.eq(now.micros()),
                ))
                .execute(conn)?;
            Ok(spent == 1)
        }
        SecondProof::RecoveryCode { hash, mail } => {
            let unspent = recovery_code::table
                .filter(recovery_code::account_id.eq(account.as_str()))
                .filter(recovery_code::code_hash.eq(hash.as_bytes()))
                .filter(recovery_code::used_at.is_null());
            if update(unspent).set(recovery_code::used_at.eq(now.micros())).execute(conn)? != 1 {
                return Ok(false);
            }
            let left = second_factors(conn, account)?.recovery_codes;
            insert_audit_record(conn, &AuditEvent::RecoveryCodeUsed { account: account.clone(), left }, now)?;
            insert_mail(conn, mail, now)?;
            Ok(true)
        }
    }
}

/// Notes that a session's person proved one more method: its level may grow and never falls. Its `sid` and the time of its
/// sign-in stay, since services are told when the first proof was (`auth_time`).
pub(super) fn add_method(
    conn: &mut Conn,
    session: &SessionId,
    account: &AccountId,
    method: AuthenticationMethod,
    secret: Option<TokenHash>,
    now: Timestamp,
) -> Result<bool> {
    let live = browser_session::table
        .filter(browser_session::id.eq(session.as_str()))
        .filter(browser_session::account_id.eq(account.as_str()))
        .filter(browser_session::ended_at.is_null());
    let methods: Option<String> = live.select(browser_session::methods).first(conn).optional()?;
    let Some(before) = methods else { return Ok(false) };
    let methods: Vec<AuthenticationMethod> =
        serde_json::from_str(&before).map_err(|_| StoreError::Corrupt("browser_session"))?;
    let grown = update(live.filter(browser_session::methods.eq(&before)))
        .set((
            browser_session::methods.eq(as_json(&with_method(&methods, method))?),
            browser_session::last_seen_at.eq(now.micros()),
        ))
        .execute(conn)?;
    if grown == 0 {
        return Ok(false);
    }
    if let Some(secret) = secret {
        let row = browser_session::table.find(session.as_str());
        update(row).set(browser_session::secret_hash.eq(secret.as_bytes())).execute(conn)?;
    }
    let event =
        AuditEvent::SessionStrengthened { account: account.clone(), session: session.clone(), method };
    insert_audit_record(conn, &event, now)?;
    stop_factor_removal(conn, account, now)?;
    Ok(true)
}

pub fn decline_level(conn: &mut Conn, request: AuthorizationRequestId, account: AccountId) -> Result<()> {
    update(authorization_request::table.find(request.as_str()))
        .set(authorization_request::level_declined_by.eq(account.as_str()))
        .execute(conn)?;
    Ok(())
}

pub fn find_proven_second_step(
    conn: &mut Conn,
    browser: TokenHash,
    account: AccountId,
    now: Timestamp,
) -> Result<bool> {
    let proven = second_step::table
        .filter(second_step::browser_hash.eq(browser.as_bytes()))
        .filter(second_step::account_id.eq(account.as_str()))
        .filter(second_step::purpose.eq(SecondStepPurpose::NewPassword.as_str()))
        .filter(second_step::completed_at.is_not_null())
        .filter(second_step::expires_at.ge(now.micros()));
    Ok(diesel::select(diesel::dsl::exists(proven)).get_result(conn)?)
}

/// Spends a second step that was made for a new password; of several that try, only one gets `true`.
pub(super) fn take_proven_second_step(
    conn: &mut Conn,
    browser: TokenHash,
    account: AccountId,
    now: Timestamp,
) -> Result<bool> {
    let proven = second_step::table
        .filter(second_step::browser_hash.eq(browser.as_bytes()))
        .filter(second_step::account_id.eq(account.as_str()))
        .filter(second_step::purpose.eq(SecondStepPurpose::NewPassword.as_str()))
        .filter(second_step::completed_at.is_not_null())
        .filter(second_step::expires_at.ge(now.micros()));
    Ok(diesel::delete(proven).execute(conn)? > 0)
}
