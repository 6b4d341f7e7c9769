//! Registrations, their codes and links, and how one of them becomes an account.

use super::audit::insert_audit_record;
use super::email_changes::is_email_taken;
use super::outbox::insert_mail;
use super::proven::ProvenAccount;
use super::sessions::insert_session;
use super::{Conn, lock_key};
use crate::keeping::update;
use crate::schema::{account, activation_code, mail_allowance, registration};
use crate::{
    ActivationOutcome, CodeAttempt, LinkAttempt, LinkFacts, NewActivationCode, NewMail, NewRegistration,
    NewSession, Registration, ResendActivation, ResendOutcome, Result, StoreError,
};
use diesel::prelude::*;
use idp_domain::Language;
use idp_domain::account::{AccountStatus, EmailAddress};
use idp_domain::activation::{
    CodeDecision, LinkDecision, RegistrationFacts, RegistrationState, SentCode, WORKING_CODES, decide_code,
    decide_link, may_resend,
};
use idp_domain::audit::AuditEvent;
use idp_domain::ids::{AccountId, AuthorizationRequestId, MailId, RegistrationId};
use idp_domain::mail_allowance::{MailDecision, MailLimits, decide_mail};
use idp_domain::secret::{KeyedHash, TokenHash};
use idp_domain::time::Timestamp;

#[derive(Queryable, Selectable)]
#[diesel(table_name = registration)]
pub(super) struct RegistrationRow {
    id: String,
    browser_hash: Vec<u8>,
    email: String,
    email_key: String,
    password_hash: String,
    language: String,
    terms_version: i64,
    request_id: Option<String>,
    state: String,
    wrong_tries: i64,
    codes_dead_until: Option<i64>,
    created_at: i64,
}

const OPEN: &str = "open";
const ACTIVATED: &str = "activated";
const ENDED: &str = "ended";

impl RegistrationRow {
    fn facts(&self) -> Result<RegistrationFacts> {
        let state = match self.state.as_str() {
            OPEN => RegistrationState::Open,
            ACTIVATED => RegistrationState::Activated,
            ENDED => RegistrationState::Ended,
            _ => return Err(StoreError::Corrupt("registration")),
        };
        let wrong = u32::try_from(self.wrong_tries).unwrap_or(u32::MAX);
        Ok(RegistrationFacts {
            state,
            created_at: Timestamp::from_micros(self.created_at),
            wrong,
            codes_dead_until: self.codes_dead_until.map(Timestamp::from_micros),
        })
    }

    fn id(&self) -> Result<RegistrationId> {
        RegistrationId::parse(&self.id).ok_or(StoreError::Corrupt("registration"))
    }

    fn request_id(&self) -> Option<AuthorizationRequestId> {
        self.request_id.as_deref().and_then(AuthorizationRequestId::parse)
    }

    fn into_domain(self, last_sent_at: Option<i64>) -> Result<Registration> {
        let corrupt = || StoreError::Corrupt("registration");
        Ok(Registration {
            id: self.id()?,
            email: EmailAddress::parse(&self.email).map_err(|_| corrupt())?,
            language: Language::from_code(&self.language).ok_or_else(corrupt)?,
            request_id: self.request_id(),
            facts: self.facts()?,
            last_sent_at: last_sent_at.map(Timestamp::from_micros),
            password_hash: self.password_hash,
        })
    }
}

pub fn start_registration(conn: &mut Conn, new: NewRegistration, limits: MailLimits) -> Result<MailDecision> {
    let email_key = new.email.key();
    lock_key(conn, &email_key)?;
    diesel::insert_into(registration::table)
        .values((
            registration::id.eq(new.id.as_str()),
            registration::browser_hash.eq(new.browser.as_bytes()),
            registration::email.eq(new.email.as_str()),
            registration::email_key.eq(&email_key),
            registration::password_hash.eq(&new.password_hash),
            registration::language.eq(new.language.code()),
            registration::terms_version.eq(new.terms_version),
            registration::request_id.eq(new.request_id.as_ref().map(AuthorizationRequestId::as_str)),
            registration::state.eq(OPEN),
            registration::wrong_tries.eq(0),
            registration::created_at.eq(new.now.micros()),
        ))
        .execute(conn)?;
    insert_audit_record(conn, &AuditEvent::RegistrationStarted { registration: new.id.clone() }, new.now)?;
    let mails = Mails { code: new.code, activation: new.activation_mail, exists: new.exists_mail };
    send_if_allowed(conn, &new.id, &email_key, new.address_hash, mails, &limits, new.now)
}

/// What one sending of a registration may write.
struct Mails {
    code: NewActivationCode,
    activation: NewMail,
    exists: NewMail,
}

/// Writes the code and the mail that is due, where the address may get one. A taken address gets the same rows, but a
/// code that fits nothing and the other mail.
fn send_if_allowed(
    conn: &mut Conn,
    id: &RegistrationId,
    email_key: &str,
    address_hash: KeyedHash,
    mails: Mails,
    limits: &MailLimits,
    now: Timestamp,
) -> Result<MailDecision> {
    let decision = take_mail_allowance(conn, address_hash, &mails.activation.id, limits, now)?;
    if decision != MailDecision::Send {
        return Ok(decision);
    }
    let taken = is_email_taken(conn, email_key, None, now)?;
    let (code_hash, mail) =
        if taken { (mails.code.decoy, mails.exists) } else { (mails.code.code, mails.activation) };
    diesel::insert_into(activation_code::table)
        .values((
            activation_code::id.eq(mails.code.id.as_str()),
            activation_code::registration_id.eq(id.as_str()),
            activation_code::code_hash.eq(code_hash.as_bytes()),
            activation_code::link_hash.eq(mails.code.link.as_bytes()),
            activation_code::sent_at.eq(now.micros()),
        ))
        .execute(conn)?;
    insert_mail(conn, &mail, now)?;
    Ok(MailDecision::Send)
}

/// Counts one mail to an address, if it may get one.
pub(super) fn take_mail_allowance(
    conn: &mut Conn,
    address_hash: KeyedHash,
    id: &MailId,
    limits: &MailLimits,
    now: Timestamp,
) -> Result<MailDecision> {
    let sent: Vec<i64> = mail_allowance::table
        .filter(mail_allowance::address_hash.eq(address_hash.as_bytes()))
        .filter(mail_allowance::sent_at.gt(now.minus(MailLimits::WINDOW).micros()))
        .order(mail_allowance::sent_at.desc())
        .limit(100)
        .select(mail_allowance::sent_at)
        .load(conn)?;
    let sent: Vec<Timestamp> = sent.into_iter().map(Timestamp::from_micros).collect();
    let decision = decide_mail(&sent, now, limits);
    if decision == MailDecision::Send {
        diesel::insert_into(mail_allowance::table)
            .values((
                mail_allowance::id.eq(id.as_str()),
                mail_allowance::address_hash.eq(address_hash.as_bytes()),
                mail_allowance::sent_at.eq(now.micros()),
            ))
            .execute(conn)?;
    }
    Ok(decision)
}

pub fn find_registration(conn: &mut Conn, browser: TokenHash) -> Result<Option<Registration>> {
    let row = registration::table
        .filter(registration::browser_hash.eq(browser.as_bytes()))
        .order(registration::created_at.desc())
        .select(RegistrationRow::as_select())
        .first(conn)
        .optional()?;
    row.map(|row| with_last_mail(conn, row)).transpose()
}

/// A registration by its identifier, whichever browser's.
pub fn find_registration_by_id(conn: &mut Conn, id: RegistrationId) -> Result<Option<Registration>> {
    let row = registration::table.find(id.as_str()).select(RegistrationRow::as_select()).first(conn);
    row.optional()?.map(|row| with_last_mail(conn, row)).transpose()
}

/// The newest registrations of an address, of all browsers.
pub(super) fn list_registrations(conn: &mut Conn, email_key: &str, most: i64) -> Result<Vec<Registration>> {
    let rows: Vec<RegistrationRow> = registration::table
        .filter(registration::email_key.eq(email_key))
        .filter(registration::state.eq(OPEN))
        .order(registration::created_at.desc())
        .limit(most)
        .select(RegistrationRow::as_select())
        .load(conn)?;
    rows.into_iter().map(|row| with_last_mail(conn, row)).collect()
}

/// This browser's newest waiting registration of an address.
pub(super) fn find_open_registration(
    conn: &mut Conn,
    browser: &TokenHash,
    email_key: &str,
) -> Result<Option<Registration>> {
    let row = registration::table
        .filter(registration::browser_hash.eq(browser.as_bytes()))
        .filter(registration::email_key.eq(email_key))
        .filter(registration::state.eq(OPEN))
        .order(registration::created_at.desc())
        .select(RegistrationRow::as_select())
        .first(conn)
        .optional()?;
    row.map(|row| with_last_mail(conn, row)).transpose()
}

fn with_last_mail(conn: &mut Conn, row: RegistrationRow) -> Result<Registration> {
    let last_sent_at = activation_code::table
        .filter(activation_code::registration_id.eq(&row.id))
        .select(diesel::dsl::max(activation_code::sent_at))
        .first::<Option<i64>>(conn)?;
    row.into_domain(last_sent_at)
}

/// Reads a registration so that no other transaction decides on it before this one ends, nor on another registration of
/// its address: the first activation ends the others, and the address's mails are counted together. The update takes
/// the row's lock on both databases.
fn lock_registration(conn: &mut Conn, id: &str) -> Result<Option<RegistrationRow>> {
    let email_key: Option<String> =
        registration::table.find(id).select(registration::email_key).first(conn).optional()?;
    let Some(email_key) = email_key else { return Ok(None) };
    lock_key(conn, &email_key)?;
    Ok(update(registration::table.find(id))
        .set(registration::wrong_tries.eq(registration::wrong_tries))
        .returning(RegistrationRow::as_returning())
        .get_result(conn)
        .optional()?)
}

pub fn resend_activation(
    conn: &mut Conn,
    resend: ResendActivation,
    limits: MailLimits,
) -> Result<ResendOutcome> {
    let Some(row) = lock_registration(conn, resend.registration.as_str())? else {
        return Ok(ResendOutcome::Over);
    };
    if !may_resend(&row.facts()?, resend.now, &resend.limits) {
        return Ok(ResendOutcome::Over);
    }
    let mails = Mails { code: resend.code, activation: resend.activation_mail, exists: resend.exists_mail };
    let decision = send_if_allowed(
        conn,
        &resend.registration,
        &row.email_key,
        resend.address_hash,
        mails,
        &limits,
        resend.now,
    )?;
    if decision == MailDecision::Send {
        let (by, reason) = resend.order.map_or((None, None), |order| (Some(order.by), order.reason));
        let event = AuditEvent::ActivationMailResent { registration: resend.registration, by, reason };
        insert_audit_record(conn, &event, resend.now)?;
    }
    Ok(ResendOutcome::Mail(decision))
}

pub fn activate_by_code(conn: &mut Conn, attempt: CodeAttempt) -> Result<ActivationOutcome> {
    let Some(row) = lock_registration(conn, attempt.registration.as_str())? else {
        return Ok(ActivationOutcome::Over);
    };
    let codes = newest_codes(conn, &row.id)?;
    match decide_code(&row.facts()?, &codes, attempt.typed, attempt.now, &attempt.limits) {
        CodeDecision::Activate => activate(conn, row, attempt.account, attempt.session, attempt.now),
        CodeDecision::Wrong(wrong) => {
            keep_wrong_tries(conn, &row, wrong, OPEN, attempt.now)?;
            Ok(ActivationOutcome::Wrong)
        }
        CodeDecision::KillCodes(wrong) => {
            keep_wrong_tries(conn, &row, wrong, OPEN, attempt.now)?;
            let dead = registration::codes_dead_until.eq(attempt.now.micros());
            update(registration::table.find(&row.id)).set(dead).execute(conn)?;
            Ok(ActivationOutcome::TooManyTries)
        }
        CodeDecision::End(wrong) => {
            keep_wrong_tries(conn, &row, wrong, ENDED, attempt.now)?;
            Ok(ActivationOutcome::Over)
        }
        CodeDecision::Dead => Ok(ActivationOutcome::TooManyTries),
        CodeDecision::Expired => Ok(ActivationOutcome::Expired),
        CodeDecision::AlreadyActivated => Ok(ActivationOutcome::AlreadyActivated),
        CodeDecision::AlreadyEnded => Ok(ActivationOutcome::Over),
    }
}

/// The codes that can work: the two newest.
fn newest_codes(conn: &mut Conn, id: &str) -> Result<Vec<SentCode>> {
    let rows: Vec<(Vec<u8>, i64)> = activation_code::table
        .filter(activation_code::registration_id.eq(id))
        .order(activation_code::sent_at.desc())
        .limit(WORKING_CODES.into())
        .select((activation_code::code_hash, activation_code::sent_at))
        .load(conn)?;
    rows.into_iter()
        .map(|(hash, sent_at)| {
            let hash = KeyedHash::from_slice(&hash).ok_or(StoreError::Corrupt("activation_code"))?;
            Ok(SentCode { hash, sent_at: Timestamp::from_micros(sent_at) })
        })
        .collect()
}

fn keep_wrong_tries(
    conn: &mut Conn,
    row: &RegistrationRow,
    wrong: u32,
    state: &str,
    now: Timestamp,
) -> Result<()> {
    update(registration::table.find(&row.id))
        .set((registration::wrong_tries.eq(i64::from(wrong)), registration::state.eq(state)))
        .execute(conn)?;
    let event = AuditEvent::ActivationCodeRefused { registration: row.id()?, wrong_in_all: wrong };
    insert_audit_record(conn, &event, now)
}

pub fn find_link(conn: &mut Conn, link: TokenHash) -> Result<Option<LinkFacts>> {
    let Some((row, sent_at)) = registration_of_link(conn, &link)? else { return Ok(None) };
    Ok(Some(LinkFacts {
        registration: row.facts()?,
        request_id: row.request_id(),
        browser: row.browser_hash,
        sent_at,
    }))
}

fn registration_of_link(conn: &mut Conn, link: &TokenHash) -> Result<Option<(RegistrationRow, Timestamp)>> {
    let found: Option<(String, i64)> = activation_code::table
        .filter(activation_code::link_hash.eq(link.as_bytes()))
        .select((activation_code::registration_id, activation_code::sent_at))
        .first(conn)
        .optional()?;
    let Some((id, sent_at)) = found else { return Ok(None) };
    let row = registration::table.find(&id).select(RegistrationRow::as_select()).first(conn).optional()?;
    Ok(row.map(|row| (row, Timestamp::from_micros(sent_at))))
}

pub fn activate_by_link(conn: &mut Conn, attempt: LinkAttempt) -> Result<ActivationOutcome> {
    let Some((row, sent_at)) = registration_of_link(conn, &attempt.link)? else {
        return Ok(ActivationOutcome::Expired);
    };
    let Some(row) = lock_registration(conn, &row.id)? else { return Ok(ActivationOutcome::Expired) };
    let same_browser = row.browser_hash == attempt.browser.as_bytes();
    match decide_link(&row.facts()?, sent_at, same_browser, attempt.now, &attempt.limits) {
        LinkDecision::Activate => activate(conn, row, attempt.account, attempt.session, attempt.now),
        LinkDecision::OtherBrowser => Ok(ActivationOutcome::OtherBrowser),
        LinkDecision::Expired => Ok(ActivationOutcome::Expired),
        LinkDecision::AlreadyUsed => Ok(ActivationOutcome::AlreadyActivated),
    }
}

/// Ends every waiting registration of an address.
pub(super) fn end_registrations_of(conn: &mut Conn, email_key: &str) -> Result<()> {
    let waiting = registration::table
        .filter(registration::email_key.eq(email_key))
        .filter(registration::state.eq(OPEN));
    update(waiting).set(registration::state.eq(ENDED)).execute(conn)?;
    Ok(())
}

/// Makes the account, ends every other registration of its address, and signs the browser in. The unique address lets
/// only the first one through.
fn activate(
    conn: &mut Conn,
    row: RegistrationRow,
    id: AccountId,
    session: NewSession,
    now: Timestamp,
) -> Result<ActivationOutcome> {
    // The address may have become another account's since the code was sent, or be one that it can take back.
    if is_email_taken(conn, &row.email_key, None, now)? {
        end_registrations_of(conn, &row.email_key)?;
        return Ok(ActivationOutcome::Over);
    }
    let inserted = diesel::insert_into(account::table)
        .values((
            account::id.eq(id.as_str()),
            account::email.eq(&row.email),
            account::email_key.eq(&row.email_key),
            account::password_hash.eq(&row.password_hash),
            account::language.eq(&row.language),
            account::status.eq(AccountStatus::Active.as_str()),
            account::terms_version.eq(row.terms_version),
            account::created_at.eq(now.micros()),
            account::password_changed_at.eq(now.micros()),
            account::last_sign_in_at.eq(now.micros()),
        ))
        .on_conflict(account::email_key)
        .do_nothing()
        .execute(conn)?;
    end_registrations_of(conn, &row.email_key)?;
    if inserted == 0 {
        return Ok(ActivationOutcome::Over);
    }
    update(registration::table.find(&row.id)).set(registration::state.eq(ACTIVATED)).execute(conn)?;
    insert_audit_record(
        conn,
        &AuditEvent::AccountActivated { registration: row.id()?, account: id.clone() },
        now,
    )?;
    insert_session(conn, &ProvenAccount::just_made(&id), &session, now)?;
    Ok(ActivationOutcome::Activated { request_id: row.request_id() })
}
