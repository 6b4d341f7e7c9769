//! Closing an account, by its person or by support: what is on its way to services ends, then everything that is kept of its
//! person goes, as when nobody used it for too long (`retention`).

use super::Conn;
use super::audit::insert_audit_record;
use super::outbox::insert_mail;
use super::retention::delete_account;
use crate::schema::{account, authorization_code, authorization_request, logout_delivery, relying_service};
use crate::{CloseAccount, DeliveryState, Result, SessionService, StoreError};
use diesel::prelude::*;
use idp_domain::account::AccountStatus;
use idp_domain::audit::AuditEvent;
use idp_domain::ids::{ClientId, SessionId};

pub fn close_account(conn: &mut Conn, close: CloseAccount) -> Result<bool> {
    let id = close.account.as_str();
    // Takes the row's lock: of two that close it one does, and a sign-in meanwhile waits and finds it gone.
    let row = account::table.find(id);
    let locked = account::status.eq(AccountStatus::Locked.as_str());
    if diesel::update(row).set(locked).execute(conn)? == 0 {
        return Ok(false);
    }
    diesel::delete(authorization_code::table.filter(authorization_code::account_id.eq(id))).execute(conn)?;
    diesel::update(authorization_request::table.filter(authorization_request::consented_account.eq(id)))
        .set(authorization_request::consented_account.eq(None::<String>))
        .execute(conn)?;
    if let Some(mail) = &close.mail {
        insert_mail(conn, mail, close.now)?;
    }
    delete_account(conn, &close.account, close.now)?;
    let event = AuditEvent::AccountClosed { account: close.account, by: close.by };
    insert_audit_record(conn, &event, close.now)?;
    Ok(true)
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
