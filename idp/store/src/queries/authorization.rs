//! Kept authorization requests and codes.

use super::Conn;
use super::accounts::upsert_connected_service;
use super::audit::insert_audit_record;
use super::grants::{Grants, end_grants, insert_grant};
use super::logout::{keep_from_ending, note_session_service};
use super::pushed_requests::{remember_pushed_request, spend_pushed_request};
use super::tokens::insert_access_token;
use crate::keeping::update;
use crate::schema::{account, authorization_code, authorization_request, browser_session};
use crate::{
    IssueCode, KeptRequest, NewAuthorizationRequest, RedeemCode, Redeemed, RedemptionOutcome, Result,
    StoreError,
};
use diesel::prelude::*;
use idp_domain::account::AccountStatus;
use idp_domain::audit::AuditEvent;
use idp_domain::authorization::code::{AuthorizationCode, Redemption, RedemptionError, decide_redemption};
use idp_domain::grant::{GrantEnd, TokenGrant};
use idp_domain::ids::{AccountId, AuthorizationRequestId};
use idp_domain::secret::TokenHash;
use idp_domain::time::Timestamp;

pub fn insert_authorization_request(conn: &mut Conn, new: NewAuthorizationRequest) -> Result<()> {
    let request =
        serde_json::to_string(&new.request).map_err(|_| StoreError::Corrupt("authorization_request"))?;
    diesel::insert_into(authorization_request::table)
        .values((
            authorization_request::id.eq(new.id.as_str()),
            authorization_request::browser_hash.eq(new.browser.as_bytes()),
            authorization_request::client_id.eq(new.request.client_id.as_str()),
            authorization_request::request.eq(request),
            authorization_request::account_chosen.eq(false),
            authorization_request::pushed_hash.eq(new.pushed.as_ref().map(TokenHash::as_bytes)),
            authorization_request::expires_at.eq(new.expires_at.micros()),
        ))
        .execute(conn)?;
    if let Some(reference) = &new.pushed {
        remember_pushed_request(conn, reference, new.expires_at)?;
    }
    Ok(())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = authorization_request)]
struct KeptRow {
    request: String,
    account_chosen: bool,
    consented_account: Option<String>,
    level_declined_by: Option<String>,
    completed_at: Option<i64>,
    expires_at: i64,
}

pub fn find_authorization_request(
    conn: &mut Conn,
    id: AuthorizationRequestId,
    browser: TokenHash,
) -> Result<Option<KeptRequest>> {
    let row: Option<KeptRow> = authorization_request::table
        .find(id.as_str())
        .filter(authorization_request::browser_hash.eq(browser.as_bytes()))
        .select(KeptRow::as_select())
        .first(conn)
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    let corrupt = || StoreError::Corrupt("authorization_request");
    Ok(Some(KeptRequest {
        id,
        request: serde_json::from_str(&row.request).map_err(|_| corrupt())?,
        account_chosen: row.account_chosen,
        consented_account: row.consented_account.as_deref().and_then(AccountId::parse),
        level_declined_by: row.level_declined_by.as_deref().and_then(AccountId::parse),
        completed: row.completed_at.is_some(),
        expires_at: Timestamp::from_micros(row.expires_at),
    }))
}

pub fn choose_account(conn: &mut Conn, id: AuthorizationRequestId) -> Result<()> {
    update(authorization_request::table.find(id.as_str()))
        .set(authorization_request::account_chosen.eq(true))
        .execute(conn)?;
    Ok(())
}

pub fn cancel_authorization_request(
    conn: &mut Conn,
    id: AuthorizationRequestId,
    now: Timestamp,
) -> Result<bool> {
    complete_request(conn, &id, now)
}

/// Answers a kept request, and spends the pushed one that it came from: only one caller gets `true`.
fn complete_request(conn: &mut Conn, id: &AuthorizationRequestId, now: Timestamp) -> Result<bool> {
    let open = authorization_request::table
        .filter(authorization_request::id.eq(id.as_str()))
        .filter(authorization_request::completed_at.is_null());
    let completed: Option<Option<Vec<u8>>> = update(open)
        .set(authorization_request::completed_at.eq(now.micros()))
        .returning(authorization_request::pushed_hash)
        .get_result(conn)
        .optional()?;
    match completed {
        None => Ok(false),
        Some(None) => Ok(true),
        Some(Some(reference)) => spend_pushed_request(conn, &reference, now),
    }
}

pub fn issue_code(conn: &mut Conn, issue: IssueCode) -> Result<bool> {
    if let Some(id) = &issue.request_id
        && !complete_request(conn, id, issue.now)?
    {
        return Ok(false);
    }
    if let Some(reference) = &issue.pushed
        && !spend_pushed_request(conn, reference.as_bytes(), issue.now)?
    {
        return Ok(false);
    }
    let code = serde_json::to_string(&issue.code).map_err(|_| StoreError::Corrupt("authorization_code"))?;
    diesel::insert_into(authorization_code::table)
        .values((
            authorization_code::code_hash.eq(issue.hash.as_bytes()),
            authorization_code::grant_id.eq(issue.code.grant_id.as_str()),
            authorization_code::account_id.eq(issue.code.account_id.as_str()),
            authorization_code::code.eq(code),
            authorization_code::expires_at.eq(issue.code.expires_at.micros()),
        ))
        .execute(conn)?;
    let event = AuditEvent::CodeIssued {
        account: issue.code.account_id,
        client: issue.code.client_id,
        grant: issue.code.grant_id,
    };
    insert_audit_record(conn, &event, issue.now)?;
    Ok(true)
}

pub fn redeem_code(conn: &mut Conn, redemption: RedeemCode) -> Result<RedemptionOutcome> {
    let refused = |error| Ok(RedemptionOutcome::Refused(error));
    let row: Option<(String, Option<i64>)> = authorization_code::table
        .find(redemption.hash.as_bytes())
        .select((authorization_code::code, authorization_code::used_at))
        .first(conn)
        .optional()?;
    let Some((code, used_at)) = row else { return refused(RedemptionError::Unknown) };
    let code: AuthorizationCode =
        serde_json::from_str(&code).map_err(|_| StoreError::Corrupt("authorization_code"))?;
    if code.client_id != redemption.client_id {
        return refused(RedemptionError::OtherClient);
    }
    if used_at.is_some() {
        return replayed(conn, &code, redemption.now);
    }
    let sent = Redemption {
        client_id: &redemption.client_id,
        redirect_uri: redemption.redirect_uri.as_deref(),
        code_verifier: redemption.code_verifier.as_deref(),
        jkt: redemption.token.jkt.as_deref(),
    };
    if let Err(error) = decide_redemption(&code, sent, redemption.now) {
        return refused(error);
    }
    let access = match redemption.access.decide(&code.scope, &code.resources) {
        Ok(access) => access,
        Err(error) => return refused(error.into()),
    };
    let unspent = authorization_code::table
        .filter(authorization_code::code_hash.eq(redemption.hash.as_bytes()))
        .filter(authorization_code::used_at.is_null());
    if update(unspent).set(authorization_code::used_at.eq(redemption.now.micros())).execute(conn)? == 0 {
        return replayed(conn, &code, redemption.now);
    }
    if !still_stands(conn, &code)? {
        return refused(RedemptionError::Ended);
    }
    let RedeemCode { may_refresh, refresh_jkt, limits, now, .. } = &redemption;
    let grant = TokenGrant::issue(&code, *may_refresh, refresh_jkt.clone(), limits, *now);
    insert_grant(conn, &grant)?;
    note_session_service(conn, &code.session_id, &code.client_id, *now)?;
    insert_access_token(conn, &grant, &redemption.token, &access, limits, *now)?;
    upsert_connected_service(conn, &code.account_id, &code.client_id, *now)?;
    let event = AuditEvent::CodeRedeemed { client: code.client_id, grant: code.grant_id };
    insert_audit_record(conn, &event, *now)?;
    Ok(RedemptionOutcome::Redeemed(Box::new(Redeemed { grant, access, nonce: code.nonce })))
}

/// RFC 6749 section 4.1.2: a code used twice SHOULD revoke all tokens issued on it.
fn replayed(conn: &mut Conn, code: &AuthorizationCode, now: Timestamp) -> Result<RedemptionOutcome> {
    end_grants(conn, Grants::One(&code.grant_id), GrantEnd::CodeReplayed, now)?;
    let event = AuditEvent::CodeReplayed { client: code.client_id.clone(), grant: code.grant_id.clone() };
    insert_audit_record(conn, &event, now)?;
    Ok(RedemptionOutcome::Refused(RedemptionError::Replayed))
}

/// Whether the account may still sign in and the session was not ended since the code was issued. If so, it can't end
/// before this transaction does.
fn still_stands(conn: &mut Conn, code: &AuthorizationCode) -> Result<bool> {
    keep_from_ending(conn, &code.session_id)?;
    let row = browser_session::table
        .inner_join(account::table.on(account::id.eq(browser_session::account_id)))
        .filter(browser_session::id.eq(code.session_id.as_str()))
        .filter(browser_session::ended_at.is_null())
        .filter(account::status.eq(AccountStatus::Active.as_str()));
    Ok(diesel::select(diesel::dsl::exists(row)).get_result(conn)?)
}
