//! P6: the address is an account's, whose person signs in to it once more and links the partner's identifier.

use super::super::audit::insert_audit_record;
use super::super::outbox::insert_mail;
use super::super::partners::insert_partner_link;
use super::super::passkeys::{refuse, use_passkey};
use super::super::proven::{ProvenAccount, is_in_session, take_password_to_sign_in, take_to_sign_in};
use super::super::second_factors::second_factors;
use super::super::second_steps::start_session;
use super::super::sessions::insert_session;
use super::{CORRUPT, Conn, JourneyRow, find_partner_journey, finish, lock_journey};
use crate::keeping::update;
use crate::schema::{account, partner_journey};
use crate::{LinkAfterSecondStep, LinkPartner, NewMail, PasskeyLinkEnd, PasskeyProof, Result, SignInEnd};
use diesel::prelude::*;
use idp_domain::audit::AuditEvent;
use idp_domain::ids::{AccountId, PartnerJourneyId};
use idp_domain::passkey::PasskeyError;
use idp_domain::time::Timestamp;

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
