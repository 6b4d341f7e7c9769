//! Proving again who one is, in a session that goes on.

use super::Conn;
use super::audit::insert_audit_record;
use super::proven::{Unproven, take_password};
use super::sessions::end_session_in;
use super::sign_in::count_attempt;
use crate::keeping::update;
use crate::schema::{account, browser_session};
use crate::{ProofAttempt, ProofStart, Result, SessionProof, SessionProofEnd};
use diesel::prelude::*;
use idp_domain::audit::AuditEvent;
use idp_domain::lockout::LockoutDecision;
use idp_domain::session::SessionEndReason;
use idp_domain::time::Timestamp;

pub fn begin_proof(conn: &mut Conn, attempt: ProofAttempt) -> Result<ProofStart> {
    // A try counts as one at the sign-in page of this browser, so that a session buys no more of them.
    let set_at: Option<i64> = account::table
        .find(attempt.account.as_str())
        .select(account::password_changed_at)
        .first(conn)
        .optional()?;
    let set_at = set_at.map(Timestamp::from_micros);
    let (decision, _) = count_attempt(conn, attempt.counted, set_at, attempt.now, attempt.limits)?;
    if let LockoutDecision::Refuse(lockout) = decision {
        record_refusal(conn, &attempt)?;
        return Ok(ProofStart::Refuse(lockout));
    }
    let open = browser_session::table
        .filter(browser_session::id.eq(attempt.session.as_str()))
        .filter(browser_session::ended_at.is_null());
    let tries: Option<i64> = update(open)
        .set(browser_session::wrong_proofs.eq(browser_session::wrong_proofs + 1))
        .returning(browser_session::wrong_proofs)
        .get_result(conn)
        .optional()?;
    match tries {
        Some(tries) if tries <= i64::from(attempt.tries) => Ok(ProofStart::Try),
        Some(_) => {
            end_session_in(conn, &attempt.session, None, SessionEndReason::ProofRefused, attempt.now)?;
            Ok(ProofStart::SessionEnded)
        }
        None => Ok(ProofStart::SessionEnded),
    }
}

pub fn refuse_proof(conn: &mut Conn, attempt: ProofAttempt) -> Result<bool> {
    record_refusal(conn, &attempt)?;
    let tries: Option<i64> = browser_session::table
        .find(attempt.session.as_str())
        .select(browser_session::wrong_proofs)
        .first(conn)
        .optional()?;
    if tries.is_some_and(|tries| tries < i64::from(attempt.tries)) {
        return Ok(false);
    }
    end_session_in(conn, &attempt.session, None, SessionEndReason::ProofRefused, attempt.now)?;
    Ok(true)
}

fn record_refusal(conn: &mut Conn, attempt: &ProofAttempt) -> Result<()> {
    let event =
        AuditEvent::IdentityRefused { account: attempt.account.clone(), session: attempt.session.clone() };
    insert_audit_record(conn, &event, attempt.now)
}

pub fn complete_proof(conn: &mut Conn, proof: SessionProof) -> Result<SessionProofEnd> {
    // The account and the count before the session, as when an attempt begins, so that no two wait for each other.
    if let Some(password) = &proof.password {
        match take_password(conn, password)? {
            Ok(_) => {}
            Err(Unproven::Superseded) => return Ok(SessionProofEnd::Superseded),
            Err(Unproven::Closed) => return Ok(SessionProofEnd::SessionEnded),
        }
    }
    let open = browser_session::table
        .filter(browser_session::id.eq(proof.session.as_str()))
        .filter(browser_session::account_id.eq(proof.account.as_str()))
        .filter(browser_session::ended_at.is_null());
    let proven = update(open)
        .set((
            browser_session::secret_hash.eq(proof.secret.as_bytes()),
            browser_session::proven_at.eq(proof.now.micros()),
            browser_session::wrong_proofs.eq(0),
        ))
        .execute(conn)?;
    if proven == 0 {
        return Ok(SessionProofEnd::SessionEnded);
    }
    let event = AuditEvent::IdentityProven { account: proof.account, session: proof.session };
    insert_audit_record(conn, &event, proof.now)?;
    Ok(SessionProofEnd::Proven)
}
