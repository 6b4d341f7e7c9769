//! Journeys through a sign-in partner. Each is spent by one conditional update, in the transaction that gives what it buys.

use super::accounts::find_account_by_email;
use super::audit::insert_audit_record;
use super::email_changes::is_email_taken;
use super::outbox::insert_mail;
use super::partners::insert_partner_link;
use super::passkeys::{refuse, use_passkey};
use super::proven::{ProvenAccount, is_in_session, take_password_to_sign_in, take_to_sign_in};
use super::registrations::{end_registrations_of, take_mail_allowance};
use super::second_factors::second_factors;
use super::second_steps::start_session;
use super::sessions::insert_session;
use super::{Conn, lock_key};
use crate::keeping::update;
use crate::schema::{account, partner_code, partner_journey, partner_link};
use crate::{
    LinkAfterSecondStep, LinkPartner, NewMail, NewPartnerCode, NewPartnerJourney, PartnerCodeAttempt,
    PartnerCodeOutcome, PartnerJourney, PartnerSignIn, PasskeyLinkEnd, PasskeyProof, Result, SessionStart,
    SignInEnd, StoreError, TakePartnerAnswer,
};
use diesel::prelude::*;
use idp_domain::Language;
use idp_domain::account::{AccountStatus, EmailAddress};
use idp_domain::activation::{
    CodeDecision, RegistrationFacts, RegistrationState, SentCode, WORKING_CODES, decide_code,
};
use idp_domain::audit::AuditEvent;
use idp_domain::ids::{AccountId, AuthorizationRequestId, PartnerJourneyId};
use idp_domain::mail_allowance::{MailDecision, MailLimits, decide_mail};
use idp_domain::passkey::PasskeyError;
use idp_domain::secret::{KeyedHash, TokenHash};
use idp_domain::sign_in_partner::{PartnerCodeLimits, PartnerId};
use idp_domain::time::Timestamp;

#[derive(Queryable, Selectable)]
#[diesel(table_name = partner_journey)]
struct JourneyRow {
    id: String,
    request_id: Option<String>,
    partner_id: String,
    issuer: String,
    account_id: Option<String>,
    fresh: bool,
    next: Option<String>,
    language: String,
    subject_hash: Option<Vec<u8>>,
    email: Option<String>,
    email_key: Option<String>,
    email_proven_at: Option<i64>,
    wrong_tries: i64,
    codes_dead_until: Option<i64>,
    finished_at: Option<i64>,
    last_seen_at: i64,
    created_at: i64,
    link_journey_id: Option<String>,
}

const CORRUPT: StoreError = StoreError::Corrupt("partner_journey");

impl JourneyRow {
    fn facts(&self) -> RegistrationFacts {
        let state = match self.finished_at {
            Some(_) => RegistrationState::Activated,
            None => RegistrationState::Open,
        };
        RegistrationFacts {
            state,
            created_at: Timestamp::from_micros(self.created_at),
            wrong: u32::try_from(self.wrong_tries).unwrap_or(u32::MAX),
            codes_dead_until: self.codes_dead_until.map(Timestamp::from_micros),
        }
    }

    fn partner(&self) -> Result<PartnerId> {
        PartnerId::parse(&self.partner_id).ok_or(CORRUPT)
    }

    fn language(&self) -> Result<Language> {
        Language::from_code(&self.language).ok_or(CORRUPT)
    }

    fn into_domain(self, last_sent_at: Option<i64>) -> Result<PartnerJourney> {
        let subject = self.subject_hash.as_deref();
        let email = self.email.as_deref().map(EmailAddress::parse).transpose().map_err(|_| CORRUPT)?;
        Ok(PartnerJourney {
            id: PartnerJourneyId::parse(&self.id).ok_or(CORRUPT)?,
            request_id: self.request_id.as_deref().and_then(AuthorizationRequestId::parse),
            partner: self.partner()?,
            account: self.account_id.as_deref().and_then(AccountId::parse),
            link: self.link_journey_id.as_deref().and_then(PartnerJourneyId::parse),
            fresh: self.fresh,
            next: self.next.clone(),
            language: self.language()?,
            subject: subject.map(|bytes| KeyedHash::from_slice(bytes).ok_or(CORRUPT)).transpose()?,
            email,
            email_proven_at: self.email_proven_at.map(Timestamp::from_micros),
            facts: self.facts(),
            last_sent_at: last_sent_at.map(Timestamp::from_micros),
            last_seen_at: Timestamp::from_micros(self.last_seen_at),
            issuer: self.issuer,
        })
    }
}

pub fn insert_partner_journey(conn: &mut Conn, new: NewPartnerJourney) -> Result<()> {
    diesel::insert_into(partner_journey::table)
        .values((
            partner_journey::id.eq(new.id.as_str()),
            partner_journey::state_hash.eq(new.state.as_bytes()),
            partner_journey::browser_hash.eq(new.browser.as_bytes()),
            partner_journey::request_id.eq(new.request_id.as_ref().map(AuthorizationRequestId::as_str)),
            partner_journey::partner_id.eq(new.partner.as_str()),
            partner_journey::issuer.eq(&new.issuer),
            partner_journey::account_id.eq(new.account.as_ref().map(AccountId::as_str)),
            partner_journey::link_journey_id.eq(new.link.as_ref().map(PartnerJourneyId::as_str)),
            partner_journey::fresh.eq(new.fresh),
            partner_journey::next.eq(new.next),
            partner_journey::language.eq(new.language.code()),
            partner_journey::wrong_tries.eq(0),
            partner_journey::last_seen_at.eq(new.now.micros()),
            partner_journey::created_at.eq(new.now.micros()),
        ))
        .execute(conn)?;
    Ok(())
}

pub fn take_partner_answer(conn: &mut Conn, answer: TakePartnerAnswer) -> Result<Option<PartnerJourney>> {
    let open = partner_journey::table
        .filter(partner_journey::state_hash.eq(answer.state.as_bytes()))
        .filter(partner_journey::browser_hash.eq(answer.browser.as_bytes()))
        .filter(partner_journey::partner_id.eq(answer.partner.as_str()))
        .filter(partner_journey::created_at.ge(answer.begun_after.micros()))
        .filter(partner_journey::answered_at.is_null());
    let row: Option<JourneyRow> = update(open)
        .set((
            partner_journey::answered_at.eq(answer.now.micros()),
            partner_journey::last_seen_at.eq(answer.now.micros()),
        ))
        .returning(JourneyRow::as_returning())
        .get_result(conn)
        .optional()?;
    row.map(|row| row.into_domain(None)).transpose()
}

pub fn keep_partner_subject(
    conn: &mut Conn,
    id: PartnerJourneyId,
    subject: KeyedHash,
    now: Timestamp,
) -> Result<bool> {
    let answered = partner_journey::table
        .filter(partner_journey::id.eq(id.as_str()))
        .filter(partner_journey::answered_at.is_not_null())
        .filter(partner_journey::finished_at.is_null())
        .filter(partner_journey::subject_hash.is_null());
    let kept = update(answered)
        .set((
            partner_journey::subject_hash.eq(subject.as_bytes()),
            partner_journey::last_seen_at.eq(now.micros()),
        ))
        .execute(conn)?;
    Ok(kept == 1)
}

pub fn record_refused_partner_answer(
    conn: &mut Conn,
    partner: PartnerId,
    reason: String,
    now: Timestamp,
) -> Result<()> {
    insert_audit_record(conn, &AuditEvent::PartnerAnswerRefused { partner, reason }, now)
}

/// Spends a journey; whether it was there to spend.
fn finish(conn: &mut Conn, id: &PartnerJourneyId, now: Timestamp) -> Result<bool> {
    let open = partner_journey::table
        .filter(partner_journey::id.eq(id.as_str()))
        .filter(partner_journey::finished_at.is_null());
    let finished = update(open).set(partner_journey::finished_at.eq(now.micros())).execute(conn)?;
    Ok(finished == 1)
}

pub fn sign_in_by_partner(conn: &mut Conn, sign_in: PartnerSignIn) -> Result<SignInEnd> {
    let now = sign_in.now;
    if !finish(conn, &sign_in.journey, now)? {
        return Ok(SignInEnd::Gone);
    }
    let link = partner_link::table
        .filter(partner_link::subject_hash.eq(sign_in.subject.as_bytes()))
        .filter(partner_link::account_id.eq(sign_in.account.as_str()));
    let linked = update(link).set(partner_link::last_used_at.eq(now.micros())).execute(conn)?;
    if linked == 0 {
        return Ok(SignInEnd::Gone);
    }
    let Some(account) = take_to_sign_in(conn, &sign_in.account, now)? else { return Ok(SignInEnd::Gone) };
    match start_session(conn, &account, &sign_in.session, &sign_in.second_step, now)? {
        SessionStart::SecondStep => return Ok(SignInEnd::SecondStep),
        SessionStart::Started { new_device: true } => insert_mail(conn, &sign_in.new_device_mail, now)?,
        SessionStart::Started { new_device: false } => {}
    }
    Ok(SignInEnd::SignedIn)
}

pub fn find_partner_journey(
    conn: &mut Conn,
    browser: TokenHash,
    request: Option<AuthorizationRequestId>,
) -> Result<Option<PartnerJourney>> {
    let answered = || {
        partner_journey::table
            .filter(partner_journey::browser_hash.eq(browser.as_bytes()))
            .filter(partner_journey::subject_hash.is_not_null())
            .order(partner_journey::created_at.desc())
            .select(JourneyRow::as_select())
    };
    let row: Option<JourneyRow> = match request {
        Some(id) => answered().filter(partner_journey::request_id.eq(id.as_str())).first(conn).optional()?,
        None => answered().filter(partner_journey::request_id.is_null()).first(conn).optional()?,
    };
    let Some(row) = row else { return Ok(None) };
    let last_sent_at = partner_code::table
        .filter(partner_code::journey_id.eq(&row.id))
        .select(diesel::dsl::max(partner_code::sent_at))
        .first::<Option<i64>>(conn)?;
    row.into_domain(last_sent_at).map(Some)
}

pub fn touch_partner_journey(conn: &mut Conn, id: PartnerJourneyId, now: Timestamp) -> Result<()> {
    let row = partner_journey::table
        .filter(partner_journey::id.eq(id.as_str()))
        .filter(partner_journey::last_seen_at.lt(now.micros()));
    update(row).set(partner_journey::last_seen_at.eq(now.micros())).execute(conn)?;
    Ok(())
}

/// Reads an open journey so that no other transaction decides on it before this one ends: the update takes the row's lock on
/// both databases.
fn lock_journey(conn: &mut Conn, id: &PartnerJourneyId) -> Result<Option<JourneyRow>> {
    Ok(update(partner_journey::table.find(id.as_str()))
        .set(partner_journey::wrong_tries.eq(partner_journey::wrong_tries))
        .returning(JourneyRow::as_returning())
        .get_result(conn)
        .optional()?)
}

pub fn send_partner_code(
    conn: &mut Conn,
    code: NewPartnerCode,
    limits: PartnerCodeLimits,
) -> Result<MailDecision> {
    let email_key = code.email.key();
    // Before the journey's row: the order is the same in every transaction that takes both.
    lock_key(conn, &email_key)?;
    let Some(_) = lock_journey(conn, &code.journey)?.filter(|row| row.finished_at.is_none()) else {
        return Ok(MailDecision::WaitUntil(code.now));
    };
    // Another address has to be proven anew; the codes that were sent to the one before are bound to it.
    update(partner_journey::table.find(code.journey.as_str()))
        .set((
            partner_journey::email.eq(code.email.as_str()),
            partner_journey::email_key.eq(&email_key),
            partner_journey::email_proven_at.eq(None::<i64>),
            partner_journey::last_seen_at.eq(code.now.micros()),
        ))
        .execute(conn)?;
    let decision = decide_mail(&sent_in(conn, &code.journey, code.now)?, code.now, &limits.journey);
    if decision != MailDecision::Send {
        return Ok(decision);
    }
    let decision = take_mail_allowance(conn, code.address_hash, &code.mail.id, &limits.address, code.now)?;
    if decision != MailDecision::Send {
        return Ok(decision);
    }
    diesel::insert_into(partner_code::table)
        .values((
            partner_code::id.eq(code.id.as_str()),
            partner_code::journey_id.eq(code.journey.as_str()),
            partner_code::code_hash.eq(code.code.as_bytes()),
            partner_code::sent_at.eq(code.now.micros()),
        ))
        .execute(conn)?;
    insert_mail(conn, &code.mail, code.now)?;
    Ok(MailDecision::Send)
}

/// When the mails of a journey were written, newest first.
fn sent_in(conn: &mut Conn, journey: &PartnerJourneyId, now: Timestamp) -> Result<Vec<Timestamp>> {
    let sent: Vec<i64> = partner_code::table
        .filter(partner_code::journey_id.eq(journey.as_str()))
        .filter(partner_code::sent_at.gt(now.minus(MailLimits::WINDOW).micros()))
        .order(partner_code::sent_at.desc())
        .limit(100)
        .select(partner_code::sent_at)
        .load(conn)?;
    Ok(sent.into_iter().map(Timestamp::from_micros).collect())
}

pub fn activate_by_partner(conn: &mut Conn, attempt: PartnerCodeAttempt) -> Result<PartnerCodeOutcome> {
    let email_key: Option<Option<String>> = partner_journey::table
        .find(attempt.journey.as_str())
        .select(partner_journey::email_key)
        .first(conn)
        .optional()?;
    let Some(Some(email_key)) = email_key else { return Ok(PartnerCodeOutcome::Over) };
    lock_key(conn, &email_key)?;
    let Some(row) = lock_journey(conn, &attempt.journey)? else { return Ok(PartnerCodeOutcome::Over) };
    let codes = newest_codes(conn, &row.id)?;
    match decide_code(&row.facts(), &codes, attempt.typed, attempt.now, &attempt.limits) {
        CodeDecision::Activate => activate(conn, &row, attempt),
        CodeDecision::Wrong(wrong) => {
            keep_wrong_tries(conn, &row, wrong, attempt.now)?;
            Ok(PartnerCodeOutcome::Wrong)
        }
        CodeDecision::KillCodes(wrong) => {
            keep_wrong_tries(conn, &row, wrong, attempt.now)?;
            let dead = partner_journey::codes_dead_until.eq(attempt.now.micros());
            update(partner_journey::table.find(&row.id)).set(dead).execute(conn)?;
            Ok(PartnerCodeOutcome::TooManyTries)
        }
        CodeDecision::End(wrong) => {
            keep_wrong_tries(conn, &row, wrong, attempt.now)?;
            finish(conn, &attempt.journey, attempt.now)?;
            Ok(PartnerCodeOutcome::Over)
        }
        CodeDecision::Dead => Ok(PartnerCodeOutcome::TooManyTries),
        CodeDecision::Expired => Ok(PartnerCodeOutcome::Expired),
        CodeDecision::AlreadyActivated => Ok(PartnerCodeOutcome::AlreadyDone),
        CodeDecision::AlreadyEnded => Ok(PartnerCodeOutcome::Over),
    }
}

/// The codes that can work: the two newest.
fn newest_codes(conn: &mut Conn, journey: &str) -> Result<Vec<SentCode>> {
    let rows: Vec<(Vec<u8>, i64)> = partner_code::table
        .filter(partner_code::journey_id.eq(journey))
        .order(partner_code::sent_at.desc())
        .limit(WORKING_CODES.into())
        .select((partner_code::code_hash, partner_code::sent_at))
        .load(conn)?;
    rows.into_iter()
        .map(|(hash, sent_at)| {
            let hash = KeyedHash::from_slice(&hash).ok_or(StoreError::Corrupt("partner_code"))?;
            Ok(SentCode { hash, sent_at: Timestamp::from_micros(sent_at) })
        })
        .collect()
}

fn keep_wrong_tries(conn: &mut Conn, row: &JourneyRow, wrong: u32, now: Timestamp) -> Result<()> {
    update(partner_journey::table.find(&row.id))
        .set((
            partner_journey::wrong_tries.eq(i64::from(wrong)),
            partner_journey::last_seen_at.eq(now.micros()),
        ))
        .execute(conn)?;
    let event = AuditEvent::PartnerCodeRefused { partner: row.partner()?, wrong_in_all: wrong };
    insert_audit_record(conn, &event, now)
}

/// The code was right: a free address becomes an account that the identifier opens. The unique address and the unique
/// identifier let only the first one through.
fn activate(conn: &mut Conn, row: &JourneyRow, attempt: PartnerCodeAttempt) -> Result<PartnerCodeOutcome> {
    let (Some(email), Some(email_key), Some(subject)) = (&row.email, &row.email_key, &row.subject_hash)
    else {
        return Err(CORRUPT);
    };
    let now = attempt.now;
    if find_account_by_email(conn, email_key)?.is_some() {
        update(partner_journey::table.find(&row.id))
            .set((
                partner_journey::email_proven_at.eq(now.micros()),
                partner_journey::last_seen_at.eq(now.micros()),
            ))
            .execute(conn)?;
        return Ok(PartnerCodeOutcome::HasAccount);
    }
    if is_email_taken(conn, email_key, None, now)? {
        // Its account has another address since lately, and whoever has this mailbox may take that back.
        finish(conn, &attempt.journey, now)?;
        return Ok(PartnerCodeOutcome::Over);
    }
    let open: bool =
        diesel::select(diesel::dsl::exists(partner_link::table.find(subject.as_slice()))).get_result(conn)?;
    if open || !finish(conn, &attempt.journey, now)? {
        // Another tab was faster with the same person: they sign in anew, straight to the account.
        return Ok(PartnerCodeOutcome::AlreadyDone);
    }
    let id = &attempt.account;
    diesel::insert_into(account::table)
        .values((
            account::id.eq(id.as_str()),
            account::email.eq(email),
            account::email_key.eq(email_key),
            account::language.eq(row.language()?.code()),
            account::status.eq(AccountStatus::Active.as_str()),
            account::terms_version.eq(attempt.terms_version),
            account::created_at.eq(now.micros()),
            account::password_changed_at.eq(now.micros()),
            account::last_sign_in_at.eq(now.micros()),
        ))
        .execute(conn)?;
    end_registrations_of(conn, email_key)?;
    let partner = row.partner()?;
    insert_partner_link(conn, subject, &partner, &row.issuer, id, now)?;
    insert_audit_record(conn, &AuditEvent::PartnerAccountCreated { account: id.clone(), partner }, now)?;
    insert_session(conn, &ProvenAccount::just_made(id), &attempt.session, now)?;
    Ok(PartnerCodeOutcome::Activated)
}

pub fn link_partner(conn: &mut Conn, link: LinkPartner) -> Result<SignInEnd> {
    let now = link.now;
    let Some(row) = lock_journey(conn, &link.journey)? else { return Ok(SignInEnd::Gone) };
    if !may_be_linked(conn, &row, &link.account)? {
        return Ok(SignInEnd::Gone);
    }
    let account = match &link.password {
        Some(proof) if proof.account != link.account => return Ok(SignInEnd::Gone),
        Some(proof) => match take_password_to_sign_in(conn, proof, None, now)? {
            Ok(account) => account,
            Err(why) => return Ok(why.into()),
        },
        None => match take_to_sign_in(conn, &link.account, now)? {
            Some(account) => account,
            None => return Ok(SignInEnd::Gone),
        },
    };
    if !second_factors(conn, &link.account)?.is_empty() {
        update(partner_journey::table.find(&row.id))
            .set((
                partner_journey::account_id.eq(link.account.as_str()),
                partner_journey::last_seen_at.eq(now.micros()),
            ))
            .execute(conn)?;
        start_session(conn, &account, &link.session, &link.second_step, now)?;
        return Ok(SignInEnd::SecondStep);
    }
    Ok(if link_and_sign_in(conn, &row, &account, &link)? { SignInEnd::SignedIn } else { SignInEnd::Gone })
}

fn link_and_sign_in(
    conn: &mut Conn,
    row: &JourneyRow,
    account: &ProvenAccount,
    link: &LinkPartner,
) -> Result<bool> {
    if !make_link(conn, row, account.id(), &link.linked_mail, link.now)? {
        return Ok(false);
    }
    if insert_session(conn, account, &link.session, link.now)? {
        insert_mail(conn, &link.new_device_mail, link.now)?;
    }
    Ok(true)
}

pub fn link_partner_by_passkey(
    conn: &mut Conn,
    proof: PasskeyProof,
    mut link: LinkPartner,
) -> Result<PasskeyLinkEnd> {
    // Its challenge is spent in any case.
    let passkey = match use_passkey(conn, &proof)? {
        Ok(passkey) if passkey.account_id == link.account => passkey,
        Ok(passkey) => {
            let (whose, reason) = (Some(&passkey.account_id), PasskeyError::OtherAccount);
            refuse(conn, whose, Some(&passkey.id), reason, &proof.network, proof.now)?;
            return Ok(PasskeyLinkEnd::Refused);
        }
        Err(_) => return Ok(PasskeyLinkEnd::Refused),
    };
    let Some(row) = lock_journey(conn, &link.journey)? else { return Ok(PasskeyLinkEnd::Gone) };
    if !may_be_linked(conn, &row, &link.account)? {
        return Ok(PasskeyLinkEnd::Gone);
    }
    let Some(account) = take_to_sign_in(conn, &link.account, link.now)? else {
        return Ok(PasskeyLinkEnd::Gone);
    };
    // A passkey is both steps in one.
    link.session.methods = vec![passkey.method()];
    Ok(if link_and_sign_in(conn, &row, &account, &link)? {
        PasskeyLinkEnd::Linked
    } else {
        PasskeyLinkEnd::Gone
    })
}

/// Whether a journey's address is proven and this account's, and the journey is open.
fn may_be_linked(conn: &mut Conn, row: &JourneyRow, account: &AccountId) -> Result<bool> {
    let own_key: Option<Option<String>> =
        account::table.find(account.as_str()).select(account::email_key).first(conn).optional()?;
    let same = row.email_key.is_some() && row.email_key == own_key.flatten();
    Ok(same && row.email_proven_at.is_some() && row.finished_at.is_none())
}

/// Spends the journey for its link; `false` where the identifier opens an account already.
fn make_link(
    conn: &mut Conn,
    row: &JourneyRow,
    account: &AccountId,
    mail: &NewMail,
    now: Timestamp,
) -> Result<bool> {
    let Some(subject) = row.subject_hash.as_deref() else { return Ok(false) };
    let (id, partner) = (PartnerJourneyId::parse(&row.id).ok_or(CORRUPT)?, row.partner()?);
    if !finish(conn, &id, now)? || !insert_partner_link(conn, subject, &partner, &row.issuer, account, now)? {
        return Ok(false);
    }
    insert_audit_record(conn, &AuditEvent::PartnerLinked { account: account.clone(), partner }, now)?;
    insert_mail(conn, mail, now)?;
    Ok(true)
}

pub fn link_partner_after_second_step(conn: &mut Conn, link: LinkAfterSecondStep) -> Result<bool> {
    let waiting = find_partner_journey(conn, link.browser, link.request_id)?;
    let Some(journey) = waiting.filter(|journey| journey.last_seen_at >= link.seen_after) else {
        return Ok(false);
    };
    let Some(row) = lock_journey(conn, &journey.id)? else { return Ok(false) };
    let asked = row.account_id.as_deref() == Some(link.account.as_str());
    if !asked || !may_be_linked(conn, &row, &link.account)? {
        return Ok(false);
    }
    if !is_in_session(conn, &link.account, &link.session)? {
        return Ok(false);
    }
    make_link(conn, &row, &link.account, &link.linked_mail, link.now)
}
