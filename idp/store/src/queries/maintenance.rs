//! What a timer does: rows whose time is over leave in small batches, so that nobody waits for them.

use super::Conn;
use crate::schema::{
    access_token, account_activity, activity_report, authenticator_enrolment, authorization_code,
    authorization_request, browser_session, client_token, factor_removal, form_submission, held_form,
    initial_access_token, mail_allowance, network_counter, one_key_recovery, outbox_mail, partner_journey,
    passkey_challenge, password_reset, pushed_request, recovery_code_sheet, registration, second_step,
    sign_in_failure, spent_identifier, token_grant, transfer_refusal,
};
use crate::{Cutoffs, Result};
use diesel::prelude::*;
use idp_domain::activity;
use idp_domain::email_change::UNDO_WINDOW;

/// Deletes at most `$batch` rows of `$table` that fulfil `$condition`.
macro_rules! delete_batch {
    ($conn:expr, $batch:expr, $table:ident, $key:ident : $type:ty, $condition:expr) => {{
        let keys: Vec<$type> =
            $table::table.filter($condition).limit($batch).select($table::$key).load($conn)?;
        diesel::delete($table::table.filter($table::$key.eq_any(keys)).filter($condition)).execute($conn)?
    }};
}

pub fn delete_expired(conn: &mut Conn, cutoffs: Cutoffs, batch: i64) -> Result<usize> {
    let now = cutoffs.now.micros();
    let grants = cutoffs.grants.micros();
    let counters = cutoffs.counters.micros();
    let mut deleted = 0;
    deleted += delete_batch!(conn, batch, registration, id: String, registration::created_at.lt(cutoffs.registrations.micros()));
    deleted += delete_batch!(conn, batch, password_reset, id: String, password_reset::created_at.lt(cutoffs.registrations.micros()));
    deleted +=
        delete_batch!(conn, batch, one_key_recovery, id: String, one_key_recovery::created_at.lt(counters));
    deleted +=
        delete_batch!(conn, batch, partner_journey, id: String, partner_journey::created_at.lt(counters));
    deleted += delete_batch!(conn, batch, browser_session, id: String, browser_session::ended_at.lt(cutoffs.sessions.micros()));
    deleted += delete_batch!(conn, batch, second_step, id: String, second_step::expires_at.lt(now));
    deleted += delete_batch!(conn, batch, authenticator_enrolment, session_id: String, authenticator_enrolment::expires_at.lt(now));
    deleted += delete_batch!(conn, batch, recovery_code_sheet, account_id: String, recovery_code_sheet::expires_at.lt(now));
    deleted += delete_batch!(conn, batch, authorization_request, id: String, authorization_request::expires_at.lt(now));
    deleted += delete_batch!(conn, batch, pushed_request, reference_hash: Vec<u8>, pushed_request::forget_at.lt(now));
    deleted += delete_batch!(conn, batch, authorization_code, code_hash: Vec<u8>, authorization_code::expires_at.lt(grants));
    deleted +=
        delete_batch!(conn, batch, access_token, token_hash: Vec<u8>, access_token::expires_at.lt(grants));
    deleted +=
        delete_batch!(conn, batch, client_token, token_hash: Vec<u8>, client_token::expires_at.lt(grants));
    deleted += delete_batch!(conn, batch, token_grant, id: String, token_grant::expires_at.lt(grants));
    deleted +=
        delete_batch!(conn, batch, form_submission, once_hash: Vec<u8>, form_submission::expires_at.lt(now));
    deleted += delete_batch!(conn, batch, spent_identifier, key: Vec<u8>, spent_identifier::expires_at.lt(cutoffs.replays.micros()));
    deleted += delete_batch!(conn, batch, passkey_challenge, challenge_hash: Vec<u8>, passkey_challenge::expires_at.lt(now));
    deleted += delete_batch!(conn, batch, held_form, key: Vec<u8>, held_form::expires_at.lt(now));
    deleted += delete_batch!(conn, batch, mail_allowance, id: String, mail_allowance::sent_at.lt(counters));
    deleted +=
        delete_batch!(conn, batch, network_counter, key: Vec<u8>, network_counter::window_start.lt(counters));
    deleted += delete_batch!(conn, batch, sign_in_failure, key: Vec<u8>,
        sign_in_failure::last_at.lt(cutoffs.failures.micros()));
    deleted += delete_batch!(conn, batch, outbox_mail, id: String, outbox_mail::settled_at.lt(cutoffs.mails.micros()));
    // A change's code is as old as a registration's when it is typed last; from then on it can be taken back for a while.
    let email_changes = cutoffs.registrations.minus(UNDO_WINDOW);
    deleted += super::email_changes::delete_old_email_changes(conn, email_changes, batch)?;
    let activity = cutoffs.now.minus(activity::KEPT).micros();
    deleted +=
        delete_batch!(conn, batch, account_activity, id: i64, account_activity::recorded_at.lt(activity));
    deleted +=
        delete_batch!(conn, batch, activity_report, id: String, activity_report::reported_at.lt(activity));
    deleted +=
        delete_batch!(conn, batch, factor_removal, account_id: String, factor_removal::expires_at.lt(now));
    deleted +=
        delete_batch!(conn, batch, transfer_refusal, id: String, transfer_refusal::refused_at.lt(activity));
    deleted += super::logout::delete_settled_logouts(conn, cutoffs.mails, batch)?;
    deleted += delete_batch!(conn, batch, initial_access_token, id: String, initial_access_token::expires_at.lt(now));
    Ok(deleted)
}

pub fn ping(conn: &mut Conn) -> Result<()> {
    diesel::select(diesel::dsl::sql::<diesel::sql_types::Integer>("1")).get_result::<i32>(conn)?;
    Ok(())
}
