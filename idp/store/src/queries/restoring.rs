//! What a database that was brought back from a copy must not honour any more. What was issued after the copy is unknown to
//! it; what was spent after the copy is unspent in it. So everything that is good once, or for a while, ends.

use super::audit::insert_audit_record;
use super::operator_settings::set_operator_setting;
use super::transfer::repeat_decision;
use super::{Conn, lock_key};
use crate::keeping::update;
use crate::schema::{
    access_token, audit_record, authenticator_app, authenticator_enrolment, authorization_code,
    authorization_request, browser_session, client_token, email_change_code, form_submission, held_form,
    initial_access_token, lease, one_key_recovery, operator_setting, outbox_mail, partner_journey,
    passkey_challenge, password_reset, pushed_request, recovery_code, recovery_code_sheet, registration,
    second_step, token_grant,
};
use crate::{BACKUP_MADE_AT, RESTORED_AT, Restoration, RestoreCounts, Result, TRANSFERS};
use diesel::prelude::*;
use idp_domain::administration::Order;
use idp_domain::audit::AuditEvent;
use idp_domain::grant::GrantEnd;
use idp_domain::time::Timestamp;
use idp_domain::transfer::TransferDecision;

pub fn begin_anew(conn: &mut Conn, restoration: Restoration) -> Result<RestoreCounts> {
    lock_key(conn, "settings")?;
    let now = restoration.now.micros();
    end_one_time_things(conn)?;
    let sessions = update(browser_session::table.filter(browser_session::ended_at.is_null()))
        .set(browser_session::ended_at.eq(now))
        .execute(conn)?;
    let grants = update(token_grant::table.filter(token_grant::ended_at.is_null()))
        .set((token_grant::ended_at.eq(now), token_grant::end_reason.eq(GrantEnd::Restored.as_str())))
        .execute(conn)?;
    let recovery_codes = diesel::delete(recovery_code::table).execute(conn)?;
    diesel::delete(recovery_code_sheet::table).execute(conn)?;
    // No code of an app that could have been typed before now.
    let step = restoration.last_app_step.number();
    update(authenticator_app::table.filter(authenticator_app::last_step.lt(step)))
        .set(authenticator_app::last_step.eq(step))
        .execute(conn)?;
    let mails = update(outbox_mail::table.filter(outbox_mail::settled_at.is_null()))
        .set((
            outbox_mail::state.eq("failed"),
            outbox_mail::payload.eq(None::<Vec<u8>>),
            outbox_mail::settled_at.eq(now),
            outbox_mail::last_error.eq("a backup was restored: it may have been sent before"),
        ))
        .execute(conn)?;
    diesel::delete(lease::table).execute(conn)?;
    diesel::delete(operator_setting::table.find(BACKUP_MADE_AT)).execute(conn)?;
    set_operator_setting(conn, RESTORED_AT.to_owned(), now.to_string(), restoration.now)?;
    set_operator_setting(conn, TRANSFERS.to_owned(), "held".to_owned(), restoration.now)?;
    let last_number: Option<i64> =
        audit_record::table.select(diesel::dsl::max(audit_record::number)).first(conn)?;
    let counts = RestoreCounts { sessions, grants, recovery_codes, mails };
    let event = AuditEvent::BackupRestored {
        made_at: restoration.made_at.map(Timestamp::micros),
        last_number: last_number.unwrap_or_default(),
        sessions,
        grants,
        by: restoration.order.by,
        reason: restoration.order.reason,
    };
    insert_audit_record(conn, &event, restoration.now)?;
    Ok(counts)
}

/// Codes, links, challenges, opaque tokens, and journeys that are under way.
fn end_one_time_things(conn: &mut Conn) -> Result<()> {
    macro_rules! clear {
        ($($table:ident),+) => { $( diesel::delete($table::table).execute(conn)?; )+ };
    }
    clear!(
        authorization_code,
        access_token,
        client_token,
        authorization_request,
        pushed_request,
        registration,
        password_reset,
        one_key_recovery,
        email_change_code,
        partner_journey,
        second_step,
        passkey_challenge,
        authenticator_enrolment,
        form_submission,
        held_form,
        initial_access_token
    );
    Ok(())
}

pub fn repeat_transfers(conn: &mut Conn, decisions: Vec<TransferDecision>, now: Timestamp) -> Result<usize> {
    let mut repeated = 0;
    for decision in decisions {
        repeated += usize::from(repeat_decision(conn, decision, now)?);
    }
    Ok(repeated)
}

pub fn record_backup(conn: &mut Conn, order: Order, now: Timestamp) -> Result<()> {
    insert_audit_record(conn, &AuditEvent::BackupMade { by: order.by }, now)
}
