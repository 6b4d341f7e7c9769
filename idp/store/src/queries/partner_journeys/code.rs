//! P4 and P5: the address that a person of a partner gives, and the code that proves it.

use super::super::accounts::find_account_by_email;
use super::super::audit::insert_audit_record;
use super::super::email_changes::is_email_taken;
use super::super::outbox::insert_mail;
use super::super::partners::insert_partner_link;
use super::super::proven::ProvenAccount;
use super::super::registrations::{end_registrations_of, take_mail_allowance};
use super::super::sessions::insert_session;
use super::{CORRUPT, Conn, JourneyRow, finish, lock_journey, lock_key};
use crate::keeping::update;
use crate::schema::{account, partner_code, partner_journey, partner_link};
use crate::{NewPartnerCode, PartnerCodeAttempt, PartnerCodeOutcome, Result, StoreError};
use diesel::prelude::*;
use idp_domain::account::AccountStatus;
use idp_domain::activation::{CodeDecision, SentCode, WORKING_CODES, decide_code};
use idp_domain::audit::AuditEvent;
use idp_domain::ids::PartnerJourneyId;
use idp_domain::mail_allowance::{MailDecision, MailLimits, decide_mail};
use idp_domain::secret::KeyedHash;
use idp_domain::sign_in_partner::PartnerCodeLimits;
use idp_domain::time::Timestamp;

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
