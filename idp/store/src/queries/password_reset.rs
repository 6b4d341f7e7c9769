//! Forgotten passwords. An address that nobody has gets the same rows; its code is a decoy that nothing fits.

use super::account_pages::remember_password;
use super::accounts::find_account_by_email;
use super::audit::insert_audit_record;
use super::grants::end_grants_of_account;
use super::outbox::{insert_mail, insert_mail_if};
use super::registrations::take_mail_allowance;
use super::second_factors::second_factors;
use super::second_steps::{FirstProof, insert_second_step, take_proven_second_step};
use super::sessions::end_sessions_of_account;
use super::sign_in::{clear_failures, is_known_device, keep_failures, lock_failures};
use super::{Conn, lock_key};
use crate::keeping::update;
use crate::schema::{account, password_reset, password_reset_code};
use crate::{
    EndSessions, FinishPasswordReset, NewActivationCode, NewMail, NewPasswordReset, NewSecondStep,
    PasswordReset, ResendOutcome, ResendPasswordReset, ResetCodeAttempt, ResetLinkAttempt, ResetLinkFacts,
    ResetProof, ResetProver, Result, StoreError,
};
use diesel::prelude::*;
use idp_domain::account::{Account, EmailAddress};
use idp_domain::activation::{
    CodeDecision, LinkDecision, SentCode, WORKING_CODES, decide_code, decide_link, may_resend,
};
use idp_domain::audit::AuditEvent;
use idp_domain::grant::GrantEnd;
use idp_domain::ids::{AuthorizationRequestId, PasswordResetId};
use idp_domain::mail_allowance::{MailDecision, MailLimits};
use idp_domain::password_reset::{PasswordResetFacts, PasswordResetState, takes_codes};
use idp_domain::secret::{KeyedHash, TokenHash};
use idp_domain::session::SessionEndReason;
use idp_domain::time::Timestamp;

#[derive(Queryable, Selectable)]
#[diesel(table_name = password_reset)]
struct ResetRow {
    id: String,
    browser_hash: Vec<u8>,
    email: String,
    email_key: String,
    request_id: Option<String>,
    state: String,
    wrong_tries: i64,
    codes_dead_until: Option<i64>,
    proven_at: Option<i64>,
    created_at: i64,
}

impl ResetRow {
    fn id(&self) -> Result<PasswordResetId> {
        PasswordResetId::parse(&self.id).ok_or(StoreError::Corrupt("password_reset"))
    }

    fn facts(&self) -> Result<PasswordResetFacts> {
        Ok(PasswordResetFacts {
            state: PasswordResetState::parse(&self.state).ok_or(StoreError::Corrupt("password_reset"))?,
            created_at: Timestamp::from_micros(self.created_at),
            wrong: u32::try_from(self.wrong_tries).unwrap_or(u32::MAX),
            codes_dead_until: self.codes_dead_until.map(Timestamp::from_micros),
            proven_at: self.proven_at.map(Timestamp::from_micros),
        })
    }

    fn request_id(&self) -> Option<AuthorizationRequestId> {
        self.request_id.as_deref().and_then(AuthorizationRequestId::parse)
    }
}

pub fn find_account_to_reset(conn: &mut Conn, email_key: String) -> Result<Option<Account>> {
    find_account_by_email(conn, &email_key)
}

pub fn start_password_reset(
    conn: &mut Conn,
    new: NewPasswordReset,
    limits: MailLimits,
) -> Result<MailDecision> {
    let email_key = new.email.key();
    lock_key(conn, &email_key)?;
    diesel::insert_into(password_reset::table)
        .values((
            password_reset::id.eq(new.id.as_str()),
            password_reset::browser_hash.eq(new.browser.as_bytes()),
            password_reset::email.eq(new.email.as_str()),
            password_reset::email_key.eq(&email_key),
            password_reset::language.eq(new.language.code()),
            password_reset::request_id.eq(new.request_id.as_ref().map(AuthorizationRequestId::as_str)),
            password_reset::state.eq(PasswordResetState::Open.as_str()),
            password_reset::wrong_tries.eq(0),
            password_reset::created_at.eq(new.now.micros()),
        ))
        .execute(conn)?;
    let account = find_account_by_email(conn, &email_key)?;
    let event = AuditEvent::PasswordResetStarted {
        reset: new.id.clone(),
        account: account.as_ref().map(|account| account.id.clone()),
        network: new.network,
    };
    insert_audit_record(conn, &event, new.now)?;
    let sending = Sending { code: new.code, mail: new.mail, has_account: account.is_some() };
    send_if_allowed(conn, &new.id, new.address_hash, sending, &limits, new.now)
}

/// What one sending of a reset may write.
struct Sending {
    code: NewActivationCode,
    mail: NewMail,
    has_account: bool,
}

/// Writes the code and its mail, where the address may get one; for an address that nobody has the same rows, but a code
/// that fits nothing and a mail that is never sent.
fn send_if_allowed(
    conn: &mut Conn,
    id: &PasswordResetId,
    address_hash: KeyedHash,
    sending: Sending,
    limits: &MailLimits,
    now: Timestamp,
) -> Result<MailDecision> {
    let decision = take_mail_allowance(conn, address_hash, &sending.mail.id, limits, now)?;
    if decision != MailDecision::Send {
        return Ok(decision);
    }
    let code_hash = if sending.has_account { sending.code.code } else { sending.code.decoy };
    diesel::insert_into(password_reset_code::table)
        .values((
            password_reset_code::id.eq(sending.code.id.as_str()),
            password_reset_code::reset_id.eq(id.as_str()),
            password_reset_code::code_hash.eq(code_hash.as_bytes()),
            password_reset_code::link_hash.eq(sending.code.link.as_bytes()),
            password_reset_code::sent_at.eq(now.micros()),
        ))
        .execute(conn)?;
    insert_mail_if(conn, &sending.mail, sending.has_account, now)?;
    Ok(MailDecision::Send)
}

pub fn find_password_reset(conn: &mut Conn, browser: TokenHash) -> Result<Option<PasswordReset>> {
    let row = password_reset::table
        .filter(password_reset::browser_hash.eq(browser.as_bytes()))
        .order(password_reset::created_at.desc())
        .select(ResetRow::as_select())
        .first(conn)
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    let last_sent_at = password_reset_code::table
        .filter(password_reset_code::reset_id.eq(&row.id))
        .select(diesel::dsl::max(password_reset_code::sent_at))
        .first::<Option<i64>>(conn)?;
    Ok(Some(PasswordReset {
        id: row.id()?,
        email: EmailAddress::parse(&row.email).map_err(|_| StoreError::Corrupt("password_reset"))?,
        request_id: row.request_id(),
        facts: row.facts()?,
        last_sent_at: last_sent_at.map(Timestamp::from_micros),
    }))
}

/// Reads a reset so that nothing else decides on it, nor on another one of its address, before this transaction ends.
fn lock_reset(conn: &mut Conn, id: &str) -> Result<Option<ResetRow>> {
    let email_key: Option<String> =
        password_reset::table.find(id).select(password_reset::email_key).first(conn).optional()?;
    let Some(email_key) = email_key else { return Ok(None) };
    lock_key(conn, &email_key)?;
    Ok(update(password_reset::table.find(id))
        .set(password_reset::wrong_tries.eq(password_reset::wrong_tries))
        .returning(ResetRow::as_returning())
        .get_result(conn)
        .optional()?)
}

pub fn resend_password_reset(
    conn: &mut Conn,
    resend: ResendPasswordReset,
    limits: MailLimits,
) -> Result<ResendOutcome> {
    let Some(row) = lock_reset(conn, resend.reset.as_str())? else { return Ok(ResendOutcome::Over) };
    if !may_resend(&row.facts()?.as_mailed_code(), resend.now, &resend.limits) {
        return Ok(ResendOutcome::Over);
    }
    let has_account = find_account_by_email(conn, &row.email_key)?.is_some();
    let sending = Sending { code: resend.code, mail: resend.mail, has_account };
    let decision = send_if_allowed(conn, &resend.reset, resend.address_hash, sending, &limits, resend.now)?;
    Ok(ResendOutcome::Mail(decision))
}

pub fn prove_reset_by_code(conn: &mut Conn, attempt: ResetCodeAttempt) -> Result<ResetProof> {
    let Some(row) = lock_reset(conn, attempt.reset.as_str())? else { return Ok(ResetProof::Over) };
    let account = find_account_by_email(conn, &row.email_key)?;
    let known = match &account {
        Some(account) => is_known_device(conn, &attempt.proof.browser, &account.id)?,
        None => false,
    };
    let counted = if known { attempt.device_key } else { attempt.address_key };
    let failures = lock_failures(conn, counted)?
        .since_password(account.as_ref().map(|account| account.password_changed_at));
    if !takes_codes(failures, &attempt.limits) {
        return Ok(ResetProof::LinkOnly);
    }
    let facts = row.facts()?.as_mailed_code();
    let codes = newest_codes(conn, &row.id)?;
    let (wrong, state, outcome) =
        match decide_code(&facts, &codes, attempt.typed, attempt.now, &attempt.limits) {
            CodeDecision::Activate => {
                clear_failures(conn, counted)?;
                return prove(conn, &row, account.as_ref(), attempt.proof, attempt.now);
            }
            CodeDecision::Wrong(wrong) => (wrong, PasswordResetState::Open, ResetProof::Wrong),
            CodeDecision::KillCodes(wrong) => {
                let dead = password_reset::codes_dead_until.eq(attempt.now.micros());
                update(password_reset::table.find(&row.id)).set(dead).execute(conn)?;
                (wrong, PasswordResetState::Open, ResetProof::TooManyTries)
            }
            CodeDecision::End(wrong) => (wrong, PasswordResetState::Ended, ResetProof::Over),
            CodeDecision::Dead => return Ok(ResetProof::TooManyTries),
            CodeDecision::Expired => return Ok(ResetProof::Expired),
            CodeDecision::AlreadyActivated => return Ok(ResetProof::AlreadyProven),
            CodeDecision::AlreadyEnded => return Ok(ResetProof::Over),
        };
    keep_failures(conn, counted, failures.and_one_more(attempt.now).count, attempt.now)?;
    update(password_reset::table.find(&row.id))
        .set((password_reset::wrong_tries.eq(i64::from(wrong)), password_reset::state.eq(state.as_str())))
        .execute(conn)?;
    let event = AuditEvent::PasswordResetRefused { reset: row.id()?, wrong_in_all: wrong };
    insert_audit_record(conn, &event, attempt.now)?;
    Ok(outcome)
}

fn newest_codes(conn: &mut Conn, id: &str) -> Result<Vec<SentCode>> {
    let rows: Vec<(Vec<u8>, i64)> = password_reset_code::table
        .filter(password_reset_code::reset_id.eq(id))
        .order(password_reset_code::sent_at.desc())
        .limit(WORKING_CODES.into())
        .select((password_reset_code::code_hash, password_reset_code::sent_at))
        .load(conn)?;
    rows.into_iter()
        .map(|(hash, sent_at)| {
            let hash = KeyedHash::from_slice(&hash).ok_or(StoreError::Corrupt("password_reset_code"))?;
            Ok(SentCode { hash, sent_at: Timestamp::from_micros(sent_at) })
        })
        .collect()
}

/// The address is proven. Where its account has a second factor, that is asked for before the new password.
fn prove(
    conn: &mut Conn,
    row: &ResetRow,
    account: Option<&Account>,
    proof: ResetProver,
    now: Timestamp,
) -> Result<ResetProof> {
    // The account was closed since its mail was written.
    let Some(account) = account else { return Ok(ResetProof::Over) };
    update(password_reset::table.find(&row.id))
        .set((
            password_reset::state.eq(PasswordResetState::Proven.as_str()),
            password_reset::proven_at.eq(now.micros()),
        ))
        .execute(conn)?;
    let event = AuditEvent::PasswordResetProven { reset: row.id()?, account: account.id.clone() };
    insert_audit_record(conn, &event, now)?;
    if !second_factors(conn, &account.id)?.is_empty() {
        let step = NewSecondStep { request_id: row.request_id(), ..proof.second_step };
        let first = FirstProof { browser: proof.browser, methods: Vec::new(), network: proof.network };
        insert_second_step(conn, &account.id, first, &step, now)?;
    }
    Ok(ResetProof::Proven { request_id: row.request_id() })
}

fn reset_of_link(conn: &mut Conn, link: &TokenHash) -> Result<Option<(ResetRow, Timestamp)>> {
    let found: Option<(String, i64)> = password_reset_code::table
        .filter(password_reset_code::link_hash.eq(link.as_bytes()))
        .select((password_reset_code::reset_id, password_reset_code::sent_at))
        .first(conn)
        .optional()?;
    let Some((id, sent_at)) = found else { return Ok(None) };
    let row = password_reset::table.find(&id).select(ResetRow::as_select()).first(conn).optional()?;
    Ok(row.map(|row| (row, Timestamp::from_micros(sent_at))))
}

pub fn find_reset_link(conn: &mut Conn, link: TokenHash) -> Result<Option<ResetLinkFacts>> {
    let Some((row, sent_at)) = reset_of_link(conn, &link)? else { return Ok(None) };
    Ok(Some(ResetLinkFacts {
        facts: row.facts()?,
        request_id: row.request_id(),
        browser: row.browser_hash,
        sent_at,
    }))
}

pub fn prove_reset_by_link(conn: &mut Conn, attempt: ResetLinkAttempt) -> Result<ResetProof> {
    let Some((row, sent_at)) = reset_of_link(conn, &attempt.link)? else { return Ok(ResetProof::Expired) };
    let Some(row) = lock_reset(conn, &row.id)? else { return Ok(ResetProof::Expired) };
    let same_browser = row.browser_hash == attempt.proof.browser.as_bytes();
    let facts = row.facts()?.as_mailed_code();
    match decide_link(&facts, sent_at, same_browser, attempt.now, &attempt.limits) {
        LinkDecision::Activate => {
            let account = find_account_by_email(conn, &row.email_key)?;
            prove(conn, &row, account.as_ref(), attempt.proof, attempt.now)
        }
        LinkDecision::OtherBrowser => Ok(ResetProof::OtherBrowser),
        LinkDecision::Expired => Ok(ResetProof::Expired),
        LinkDecision::AlreadyUsed => Ok(ResetProof::AlreadyProven),
    }
}

pub fn finish_password_reset(conn: &mut Conn, finish: FinishPasswordReset) -> Result<bool> {
    let Some(row) = lock_reset(conn, finish.reset.as_str())? else { return Ok(false) };
    if !row.facts()?.may_set_password(finish.now) {
        return Ok(false);
    }
    let Some(account) = find_account_by_email(conn, &row.email_key)? else { return Ok(false) };
    if !second_factors(conn, &account.id)?.is_empty()
        && !take_proven_second_step(conn, finish.browser, account.id.clone(), finish.now)?
    {
        return Ok(false);
    }
    // Once: of several that save, on any nodes, one finds it proven.
    let proven = password_reset::table
        .filter(password_reset::id.eq(finish.reset.as_str()))
        .filter(password_reset::browser_hash.eq(finish.browser.as_bytes()))
        .filter(password_reset::state.eq(PasswordResetState::Proven.as_str()));
    let done = password_reset::state.eq(PasswordResetState::Done.as_str());
    if update(proven).set(done).execute(conn)? == 0 {
        return Ok(false);
    }
    update(account::table.find(account.id.as_str()))
        .set((
            account::password_hash.eq(&finish.password_hash),
            account::password_changed_at.eq(finish.now.micros()),
        ))
        .execute(conn)?;
    if let Some(old_hash) = &account.password_hash {
        remember_password(conn, &account.id, old_hash, finish.now)?;
    }
    end_other_resets(conn, &row)?;
    let end = EndSessions {
        account: account.id.clone(),
        except: None,
        reason: SessionEndReason::PasswordChanged,
        now: finish.now,
    };
    end_sessions_of_account(conn, end)?;
    end_grants_of_account(conn, account.id.clone(), GrantEnd::PasswordChanged, finish.now)?;
    insert_mail(conn, &finish.mail, finish.now)?;
    let event = AuditEvent::PasswordReset { reset: row.id()?, account: account.id, network: finish.network };
    insert_audit_record(conn, &event, finish.now)?;
    Ok(true)
}

/// Whoever else asked for this address's password has to ask anew.
fn end_other_resets(conn: &mut Conn, row: &ResetRow) -> Result<()> {
    let waiting = [PasswordResetState::Open.as_str(), PasswordResetState::Proven.as_str()];
    update(
        password_reset::table
            .filter(password_reset::email_key.eq(&row.email_key))
            .filter(password_reset::state.eq_any(waiting)),
    )
    .set(password_reset::state.eq(PasswordResetState::Ended.as_str()))
    .execute(conn)?;
    Ok(())
}
