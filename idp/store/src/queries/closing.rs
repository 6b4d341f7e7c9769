//! The one end of an account, whoever ends it: what is on its way to services ends, its services are told, then everything
//! that is kept of its person goes.

use super::Conn;
use super::administrators::{find_roles, sole_role};
use super::audit::insert_audit_record;
use super::outbox::insert_mail;
use super::retention::withdraw_retention_notices_in;
use super::support::{end_use, not_changed};
use crate::keeping::update;
use crate::schema::{
    account, authorization_code, authorization_request, connected_service, logout_delivery, one_key_account,
    one_key_question, password_reset, registration, relying_service, transfer_decision,
};
use crate::{AccountOutcome, CloseAccount, DeliveryState, Result, SessionService, StoreError};
use diesel::prelude::*;
use idp_domain::account::{AccountCloser, AccountStatus};
use idp_domain::audit::AuditEvent;
use idp_domain::grant::GrantEnd;
use idp_domain::ids::{AccountId, ClientId, SessionId};
use idp_domain::session::SessionEndReason;
use idp_domain::time::Timestamp;

pub fn close_account(conn: &mut Conn, close: CloseAccount) -> Result<AccountOutcome> {
    if let Some(role) = sole_role(conn, &close.account)? {
        return Ok(AccountOutcome::LastOfRole(role));
    }
    if let AccountCloser::Support(_) = close.by
        && let Some(role) = find_roles(conn, close.account.clone())?.into_iter().next()
    {
        return Ok(AccountOutcome::HasRole(role));
    }
    // Takes the row's lock: of two that close it one does, and a sign-in meanwhile waits and finds it gone. One that was
    // carried over stays spent.
    let own = account::table
        .filter(account::id.eq(close.account.as_str()))
        .filter(account::status.ne(AccountStatus::Transferred.as_str()));
    if update(own).set(account::status.eq(AccountStatus::Locked.as_str())).execute(conn)? == 0 {
        return not_changed(conn, &close.account);
    }
    if let Some(mail) = &close.mail {
        insert_mail(conn, mail, close.now)?;
    }
    end_account(conn, &close.account, close.now)?;
    let event = AuditEvent::AccountClosed { account: close.account, by: close.by, reason: close.reason };
    insert_audit_record(conn, &event, close.now)?;
    Ok(AccountOutcome::Done)
}

/// Deletes an account with all that is personal, in the transaction of what deletes it, which holds its row: its services are
/// told, its grants end, and of a ONE-key account that was carried over to it only the spent ID stays, which nobody gets
/// again. What stays beside that is the audit, which knows people by pseudonym.
pub(super) fn end_account(conn: &mut Conn, id: &AccountId, now: Timestamp) -> Result<()> {
    let key = id.as_str();
    diesel::delete(authorization_code::table.filter(authorization_code::account_id.eq(key))).execute(conn)?;
    update(authorization_request::table.filter(authorization_request::consented_account.eq(key)))
        .set(authorization_request::consented_account.eq(None::<String>))
        .execute(conn)?;
    end_use(conn, id, SessionEndReason::AccountClosed, GrantEnd::AccountEnded, now)?;
    let one_key: Option<Option<String>> = transfer_decision::table
        .find(key)
        .select(transfer_decision::one_key_account_id)
        .first(conn)
        .optional()?;
    if let Some(one_key) = one_key.flatten() {
        strip_one_key(conn, &one_key)?;
    }
    withdraw_retention_notices_in(conn, id)?;
    let email_key: Option<Option<String>> =
        account::table.find(key).select(account::email_key).first(conn).optional()?;
    if let Some(email) = email_key.flatten() {
        diesel::delete(registration::table.filter(registration::email_key.eq(&email))).execute(conn)?;
        diesel::delete(password_reset::table.filter(password_reset::email_key.eq(&email))).execute(conn)?;
    }
    // Sessions, tokens, devices, consents, services, the decision on a transfer go with it.
    diesel::delete(account::table.find(key)).execute(conn)?;
    Ok(())
}

fn strip_one_key(conn: &mut Conn, id: &str) -> Result<()> {
    diesel::delete(one_key_question::table.filter(one_key_question::account_id.eq(id))).execute(conn)?;
    diesel::delete(one_key_account::table.find(id)).execute(conn)?;
    diesel::delete(connected_service::table.filter(connected_service::account_id.eq(id))).execute(conn)?;
    update(account::table.find(id)).set(account::password_hash.eq(None::<String>)).execute(conn)?;
    Ok(())
}

pub fn list_closed_session_services(
    conn: &mut Conn,
    session: SessionId,
    clients: Vec<ClientId>,
) -> Result<Vec<SessionService>> {
    let ids: Vec<&str> = clients.iter().map(ClientId::as_str).collect();
    let rows: Vec<(String, Option<String>)> = relying_service::table
        .left_join(
            logout_delivery::table.on(logout_delivery::client_id
                .eq(relying_service::client_id)
                .and(logout_delivery::session_id.eq(session.as_str()))),
        )
        .filter(relying_service::client_id.eq_any(ids))
        .order(relying_service::client_id)
        .select((relying_service::metadata, logout_delivery::state.nullable()))
        .load(conn)?;
    rows.into_iter()
        .map(|(metadata, state)| {
            let client =
                serde_json::from_str(&metadata).map_err(|_| StoreError::Corrupt("relying_service"))?;
            let parse =
                |state: &String| DeliveryState::parse(state).ok_or(StoreError::Corrupt("logout_delivery"));
            Ok(SessionService { client, delivery: state.as_ref().map(parse).transpose()? })
        })
        .collect()
}
