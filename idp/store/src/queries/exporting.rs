//! Everything that is kept of an account's person, as JSON, for the person. No secret is in it, nor a hash of one: whoever
//! gets hold of the copy must not be able to do anything with it. A table that refers to an account belongs here.

use super::Conn;
use crate::Result;
use crate::schema::{
    account, account_activity, account_lock, activity_report, administrator_role, authenticator_app,
    browser_session, connected_service, consent, email_change, factor_removal, former_password, known_device,
    logout_delivery, one_key_account, one_key_question, partner_link, passkey, recovery_code,
    retention_notice, session_service, token_grant, transfer_decision, transfer_refusal,
};
use diesel::prelude::*;
use idp_domain::ids::AccountId;
use serde_json::{Value, json};

pub fn export_account(conn: &mut Conn, id: AccountId) -> Result<Option<Value>> {
    type Row = (Option<String>, Option<String>, String, String, i64, i64, i64, Option<i64>);
    let id = id.as_str();
    let row: Option<Row> = account::table
        .find(id)
        .select((
            account::email,
            account::one_key_id,
            account::language,
            account::status,
            account::terms_version,
            account::created_at,
            account::password_changed_at,
            account::last_sign_in_at,
        ))
        .first(conn)
        .optional()?;
    let Some((email, one_key_id, language, status, terms, created, password, last)) = row else {
        return Ok(None);
    };
    Ok(Some(json!({
        "account": {
            "id": id, "email": email, "one_key_id": one_key_id, "language": language, "status": status, "terms_version": terms,
            "created_at": created, "password_changed_at": password, "last_sign_in_at": last,
        },
        "one_key": one_key(conn, id)?,
        "former_passwords": former_passwords(conn, id)?,
        "second_step": second_step(conn, id)?,
        "sign_in_partners": partners(conn, id)?,
        "email_changes": email_changes(conn, id)?,
        "sessions": sessions(conn, id)?,
        "known_browsers": known_browsers(conn, id)?,
        "connected_services": services(conn, id)?,
        "consents": consents(conn, id)?,
        "grants": grants(conn, id)?,
        "notices_to_services": notices(conn, id)?,
        "one_key_transfer": transfer(conn, id)?,
        "refused_transfers": refused_transfers(conn, id)?,
        "notices_of_deletion": notices_of_deletion(conn, id)?,
        "roles": roles(conn, id)?,
        "support": support(conn, id)?,
        "activity": activity(conn, id)?,
    })))
}

/// What only a ONE-key account has.
fn one_key(conn: &mut Conn, id: &str) -> Result<Option<Value>> {
    let row: Option<(Option<String>, Option<i64>)> = one_key_account::table
        .find(id)
        .select((one_key_account::recovery_email, one_key_account::previous_sign_in_at))
        .first(conn)
        .optional()?;
    let Some((email, previous)) = row else { return Ok(None) };
    let questions: Vec<String> = one_key_question::table
        .filter(one_key_question::account_id.eq(id))
        .order(one_key_question::position)
        .select(one_key_question::question)
        .load(conn)?;
    Ok(Some(json!({ "recovery_email": email, "previous_sign_in_at": previous, "questions": questions })))
}

/// What support has to do with the account.
fn support(conn: &mut Conn, id: &str) -> Result<Value> {
    let lock: Option<(String, String, i64)> = account_lock::table
        .find(id)
        .select((account_lock::reference, account_lock::reason, account_lock::locked_at))
        .first(conn)
        .optional()?;
    let lock = lock
        .map(|(reference, reason, at)| json!({ "reference": reference, "reason": reason, "locked_at": at }));
    let removal: Option<(String, i64)> = factor_removal::table
        .find(id)
        .select((factor_removal::factors, factor_removal::asked_at))
        .first(conn)
        .optional()?;
    let removal = removal.map(|(factors, at)| json!({ "second_step": factors, "asked_at": at }));
    let reports: Vec<(String, i64)> = activity_report::table
        .filter(activity_report::account_id.eq(id))
        .order(activity_report::reported_at)
        .select((activity_report::id, activity_report::reported_at))
        .load(conn)?;
    let report = |(reference, at): (String, i64)| json!({ "reference": reference, "reported_at": at });
    let reports: Vec<Value> = reports.into_iter().map(report).collect();
    Ok(json!({ "lock": lock, "removal_of_second_step": removal, "reports": reports }))
}

fn former_passwords(conn: &mut Conn, id: &str) -> Result<Vec<Value>> {
    let rows: Vec<i64> = former_password::table
        .filter(former_password::account_id.eq(id))
        .order(former_password::replaced_at)
        .select(former_password::replaced_at)
        .load(conn)?;
    Ok(rows.into_iter().map(|at| json!({ "replaced_at": at })).collect())
}

fn second_step(conn: &mut Conn, id: &str) -> Result<Value> {
    let app: Option<(String, i64, Option<i64>)> = authenticator_app::table
        .find(id)
        .select((authenticator_app::name, authenticator_app::added_at, authenticator_app::last_used_at))
        .first(conn)
        .optional()?;
    let app = app.map(|(name, added, used)| json!({ "name": name, "added_at": added, "last_used_at": used }));
    let codes: Vec<Option<i64>> = recovery_code::table
        .filter(recovery_code::account_id.eq(id))
        .order(recovery_code::used_at)
        .select(recovery_code::used_at)
        .load(conn)?;
    let codes: Vec<Value> = codes.into_iter().map(|at| json!({ "used_at": at })).collect();
    let passkeys: Vec<(String, i64, Option<i64>)> = passkey::table
        .filter(passkey::account_id.eq(id))
        .order(passkey::created_at)
        .select((passkey::name, passkey::created_at, passkey::last_used_at))
        .load(conn)?;
    let value = |(name, created, used)| json!({ "name": name, "added_at": created, "last_used_at": used });
    let passkeys: Vec<Value> = passkeys.into_iter().map(value).collect();
    Ok(json!({ "authenticator_app": app, "recovery_codes": codes, "passkeys": passkeys }))
}

fn partners(conn: &mut Conn, id: &str) -> Result<Vec<Value>> {
    let rows: Vec<(String, i64, i64)> = partner_link::table
        .filter(partner_link::account_id.eq(id))
        .order(partner_link::linked_at)
        .select((partner_link::partner_id, partner_link::linked_at, partner_link::last_used_at))
        .load(conn)?;
    let value =
        |(partner, linked, used)| json!({ "partner": partner, "linked_at": linked, "last_used_at": used });
    Ok(rows.into_iter().map(value).collect())
}

fn email_changes(conn: &mut Conn, id: &str) -> Result<Vec<Value>> {
    let rows: Vec<(String, String, String, i64, Option<i64>)> = email_change::table
        .filter(email_change::account_id.eq(id))
        .order(email_change::created_at)
        .select((
            email_change::old_email,
            email_change::new_email,
            email_change::state,
            email_change::created_at,
            email_change::changed_at,
        ))
        .load(conn)?;
    let value = |(old, new, state, created, changed)| json!({ "from": old, "to": new, "state": state, "asked_at": created, "changed_at": changed });
    Ok(rows.into_iter().map(value).collect())
}

fn sessions(conn: &mut Conn, id: &str) -> Result<Vec<Value>> {
    type Row = (String, String, String, i64, i64, i64, Option<i64>, Option<i64>);
    let rows: Vec<Row> = browser_session::table
        .filter(browser_session::account_id.eq(id))
        .order(browser_session::created_at)
        .select((
            browser_session::id,
            browser_session::browser,
            browser_session::methods,
            browser_session::created_at,
            browser_session::authenticated_at,
            browser_session::last_seen_at,
            browser_session::proven_at,
            browser_session::ended_at,
        ))
        .load(conn)?;
    let mut sessions = Vec::new();
    for (session, browser, methods, created, authenticated, seen, proven, ended) in rows {
        let used: Vec<(String, i64)> = session_service::table
            .filter(session_service::session_id.eq(&session))
            .order(session_service::first_used_at)
            .select((session_service::client_id, session_service::first_used_at))
            .load(conn)?;
        let used: Vec<Value> = used
            .into_iter()
            .map(|(service, at)| json!({ "service": service, "first_used_at": at }))
            .collect();
        sessions.push(json!({
            "browser": browser, "methods": serde_json::from_str::<Value>(&methods).unwrap_or_default(),
            "began_at": created, "authenticated_at": authenticated, "last_seen_at": seen,
            "proven_at": proven, "ended_at": ended, "services": used,
        }));
    }
    Ok(sessions)
}

fn known_browsers(conn: &mut Conn, id: &str) -> Result<Vec<Value>> {
    let rows: Vec<(i64, i64)> = known_device::table
        .filter(known_device::account_id.eq(id))
        .order(known_device::first_seen_at)
        .select((known_device::first_seen_at, known_device::last_seen_at))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(first, last)| json!({ "first_seen_at": first, "last_seen_at": last }))
        .collect())
}

fn services(conn: &mut Conn, id: &str) -> Result<Vec<Value>> {
    let rows: Vec<(String, i64, i64)> = connected_service::table
        .filter(connected_service::account_id.eq(id))
        .order(connected_service::first_used_at)
        .select((
            connected_service::client_id,
            connected_service::first_used_at,
            connected_service::last_used_at,
        ))
        .load(conn)?;
    let value =
        |(service, first, last)| json!({ "service": service, "first_used_at": first, "last_used_at": last });
    Ok(rows.into_iter().map(value).collect())
}

fn consents(conn: &mut Conn, id: &str) -> Result<Vec<Value>> {
    let rows: Vec<(String, String, i64)> = consent::table
        .filter(consent::account_id.eq(id))
        .order(consent::given_at)
        .select((consent::client_id, consent::disclosures, consent::given_at))
        .load(conn)?;
    let value = |(service, what, at): (String, String, i64)| {
        let what: Vec<&str> = what.split_ascii_whitespace().collect();
        json!({ "service": service, "allowed": what, "given_at": at })
    };
    Ok(rows.into_iter().map(value).collect())
}

fn grants(conn: &mut Conn, id: &str) -> Result<Vec<Value>> {
    type Row = (String, String, bool, i64, i64, Option<i64>, Option<String>);
    let rows: Vec<Row> = token_grant::table
        .filter(token_grant::account_id.eq(id))
        .order(token_grant::created_at)
        .select((
            token_grant::client_id,
            token_grant::scope,
            token_grant::offline,
            token_grant::created_at,
            token_grant::expires_at,
            token_grant::ended_at,
            token_grant::end_reason,
        ))
        .load(conn)?;
    let value = |(service, scope, offline, created, expires, ended, reason): Row| {
        json!({
            "service": service, "scope": scope, "while_signed_out": offline, "given_at": created,
            "expires_at": expires, "ended_at": ended, "end_reason": reason,
        })
    };
    Ok(rows.into_iter().map(value).collect())
}

fn notices(conn: &mut Conn, id: &str) -> Result<Vec<Value>> {
    let rows: Vec<(String, String, String, i64, Option<i64>)> = logout_delivery::table
        .filter(logout_delivery::account_id.eq(id))
        .order(logout_delivery::queued_at)
        .select((
            logout_delivery::client_id,
            logout_delivery::reason,
            logout_delivery::state,
            logout_delivery::queued_at,
            logout_delivery::settled_at,
        ))
        .load(conn)?;
    let value = |(service, reason, state, queued, settled)| {
        json!({
            "service": service, "session_ended_because": reason, "state": state, "queued_at": queued,
            "settled_at": settled,
        })
    };
    Ok(rows.into_iter().map(value).collect())
}

fn transfer(conn: &mut Conn, id: &str) -> Result<Option<Value>> {
    let row: Option<(String, Option<String>, String, i64)> = transfer_decision::table
        .find(id)
        .select((
            transfer_decision::id,
            transfer_decision::one_key_account_id,
            transfer_decision::client_id,
            transfer_decision::decided_at,
        ))
        .first(conn)
        .optional()?;
    let Some((receipt, one_key, service, at)) = row else { return Ok(None) };
    let name: Option<Option<String>> = match &one_key {
        Some(one_key) => account::table.find(one_key).select(account::one_key_id).first(conn).optional()?,
        None => None,
    };
    Ok(Some(json!({
        "receipt_number": receipt, "transferred": one_key.is_some(), "one_key_id": name.flatten(),
        "service": service, "decided_at": at,
    })))
}

fn refused_transfers(conn: &mut Conn, id: &str) -> Result<Vec<Value>> {
    let rows: Vec<(String, i64)> = transfer_refusal::table
        .filter(transfer_refusal::account_id.eq(id))
        .order(transfer_refusal::refused_at)
        .select((transfer_refusal::client_id, transfer_refusal::refused_at))
        .load(conn)?;
    Ok(rows.into_iter().map(|(service, at)| json!({ "service": service, "refused_at": at })).collect())
}

fn notices_of_deletion(conn: &mut Conn, id: &str) -> Result<Vec<Value>> {
    let rows: Vec<(i64, i64, Option<i64>)> = retention_notice::table
        .filter(retention_notice::account_id.eq(id))
        .order(retention_notice::position)
        .select((retention_notice::written_at, retention_notice::deletes_at, retention_notice::sent_at))
        .load(conn)?;
    let value =
        |(written, deletes, sent)| json!({ "written_at": written, "deletes_at": deletes, "sent_at": sent });
    Ok(rows.into_iter().map(value).collect())
}

fn roles(conn: &mut Conn, id: &str) -> Result<Vec<Value>> {
    let rows: Vec<(String, i64)> = administrator_role::table
        .filter(administrator_role::account_id.eq(id))
        .order(administrator_role::role)
        .select((administrator_role::role, administrator_role::granted_at))
        .load(conn)?;
    Ok(rows.into_iter().map(|(role, at)| json!({ "role": role, "granted_at": at })).collect())
}

fn activity(conn: &mut Conn, id: &str) -> Result<Vec<Value>> {
    let rows: Vec<(i64, String, String)> = account_activity::table
        .filter(account_activity::account_id.eq(id))
        .order((account_activity::recorded_at, account_activity::id))
        .select((account_activity::recorded_at, account_activity::browser, account_activity::body))
        .load(conn)?;
    let value = |(at, browser, body): (i64, String, String)| {
        let what: Value = serde_json::from_str(&body).unwrap_or_default();
        json!({ "recorded_at": at, "browser": browser, "what": what })
    };
    Ok(rows.into_iter().map(value).collect())
}
