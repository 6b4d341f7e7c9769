//! To the partner and back: from a button of ours to what the partner answers.

use super::super::audit::insert_audit_record;
use super::super::outbox::insert_mail;
use super::super::proven::take_to_sign_in;
use super::super::second_steps::start_session;
use super::{Conn, JourneyRow, finish};
use crate::keeping::update;
use crate::schema::{partner_journey, partner_link};
use crate::{
    NewPartnerJourney, PartnerJourney, PartnerSignIn, Result, SessionStart, SignInEnd, TakePartnerAnswer,
};
use diesel::prelude::*;
use idp_domain::audit::AuditEvent;
use idp_domain::ids::{AccountId, AuthorizationRequestId, PartnerJourneyId};
use idp_domain::secret::KeyedHash;
use idp_domain::sign_in_partner::PartnerId;
use idp_domain::time::Timestamp;

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
