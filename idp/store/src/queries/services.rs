//! Relying services and their secrets.

use super::Conn;
use super::audit::insert_audit_record;
use super::client_logo::{expect_logo, has_logo};
use super::grants::{Grants, end_grants};
use super::service_history::note;
use crate::keeping::update;
use crate::schema::{access_token, client_registration, client_secret, client_token, relying_service};
use crate::{
    NewClientSecret, RegisteredService, Result, SecretChange, ServiceEvent, ServiceStep, ServiceUpdate,
    StoreError, UpdateOutcome,
};
use diesel::prelude::*;
use idp_domain::administration::Order;
use idp_domain::audit::AuditEvent;
use idp_domain::client::Client;
use idp_domain::grant::GrantEnd;
use idp_domain::ids::ClientId;
use idp_domain::time::Timestamp;
use std::collections::HashSet;

/// A row: what was registered, when, and when it was disabled.
type Row = (String, i64, Option<i64>);

const COLUMNS: (relying_service::metadata, relying_service::created_at, relying_service::disabled_at) =
    (relying_service::metadata, relying_service::created_at, relying_service::disabled_at);

/// The row of a service that isn't disabled.
macro_rules! enabled {
    ($id:expr) => {
        relying_service::table.find($id.as_str()).filter(relying_service::disabled_at.is_null())
    };
}

pub fn insert_service(
    conn: &mut Conn,
    client: Client,
    secret: Option<NewClientSecret>,
    order: Order,
    now: Timestamp,
) -> Result<bool> {
    if !insert_service_row(conn, &client, secret, &order, now)? {
        return Ok(false);
    }
    insert_audit_record(
        conn,
        &AuditEvent::ServiceAdded { client: client.id, by: Some(order.by), reason: order.reason },
        now,
    )?;
    Ok(true)
}

/// A service with its secret; `false` where its id is taken, by a disabled one too.
pub(super) fn insert_service_row(
    conn: &mut Conn,
    client: &Client,
    secret: Option<NewClientSecret>,
    order: &Order,
    now: Timestamp,
) -> Result<bool> {
    let inserted = diesel::insert_into(relying_service::table)
        .values((
            relying_service::client_id.eq(client.id.as_str()),
            relying_service::metadata.eq(write(client)?),
            relying_service::created_at.eq(now.micros()),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    if inserted == 0 {
        return Ok(false);
    }
    if let Some(secret) = secret {
        insert_secret(conn, &client.id, &secret, now)?;
    }
    expect_logo(conn, client, now)?;
    note(conn, &client.id, ServiceEvent::Added, Some(client), order, now)?;
    Ok(true)
}

fn insert_secret(conn: &mut Conn, id: &ClientId, secret: &NewClientSecret, now: Timestamp) -> Result<()> {
    diesel::insert_into(client_secret::table)
        .values((
            client_secret::id.eq(secret.id.as_str()),
            client_secret::client_id.eq(id.as_str()),
            client_secret::secret_hash.eq(secret.hash.as_bytes()),
            client_secret::created_at.eq(now.micros()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Takes the lock of a service's row, so that two changes take turns; `false` where it is unknown or disabled.
fn lock_service(conn: &mut Conn, id: &ClientId) -> Result<bool> {
    let locked = update(enabled!(id))
        .set(relying_service::created_at.eq(relying_service::created_at))
        .execute(conn)?;
    Ok(locked == 1)
}

pub fn rotate_client_secret(
    conn: &mut Conn,
    id: ClientId,
    secret: NewClientSecret,
    order: Order,
    now: Timestamp,
) -> Result<bool> {
    if !lock_service(conn, &id)? {
        return Ok(false);
    }
    let newest: Option<String> = client_secret::table
        .filter(client_secret::client_id.eq(id.as_str()))
        .order((client_secret::created_at.desc(), client_secret::id.desc()))
        .select(client_secret::id)
        .first(conn)
        .optional()?;
    let superseded = client_secret::table
        .filter(client_secret::client_id.eq(id.as_str()))
        .filter(client_secret::id.ne(newest.unwrap_or_default()));
    diesel::delete(superseded).execute(conn)?;
    insert_secret(conn, &id, &secret, now)?;
    note(conn, &id, ServiceEvent::SecretRotated, None, &order, now)?;
    insert_audit_record(
        conn,
        &AuditEvent::ClientSecretRotated { client: id, by: Some(order.by), reason: order.reason },
        now,
    )?;
    Ok(true)
}

pub fn find_service(conn: &mut Conn, id: ClientId) -> Result<Option<RegisteredService>> {
    let service = find_service_even_disabled(conn, id)?;
    Ok(service.filter(|service| service.disabled_at.is_none()))
}

pub fn find_service_even_disabled(conn: &mut Conn, id: ClientId) -> Result<Option<RegisteredService>> {
    let row: Option<Row> = relying_service::table.find(id.as_str()).select(COLUMNS).first(conn).optional()?;
    row.map(|row| with_secrets(conn, row)).transpose()
}

pub fn list_services(conn: &mut Conn) -> Result<Vec<RegisteredService>> {
    let rows: Vec<Row> =
        relying_service::table.order(relying_service::client_id).select(COLUMNS).load(conn)?;
    rows.into_iter().map(|row| with_secrets(conn, row)).collect()
}

pub fn update_service(conn: &mut Conn, changed: ServiceUpdate) -> Result<UpdateOutcome> {
    let client = &changed.client;
    if !lock_service(conn, &client.id)? {
        return Ok(UpdateOutcome::Gone);
    }
    let stored: String =
        relying_service::table.find(client.id.as_str()).select(relying_service::metadata).first(conn)?;
    if read(&stored)? != changed.before {
        return Ok(UpdateOutcome::Changed);
    }
    update(enabled!(client.id)).set(relying_service::metadata.eq(write(client)?)).execute(conn)?;
    if !matches!(changed.secret, SecretChange::Keep) {
        diesel::delete(client_secret::table.filter(client_secret::client_id.eq(client.id.as_str())))
            .execute(conn)?;
    }
    if let SecretChange::Replace(secret) = &changed.secret {
        insert_secret(conn, &client.id, secret, changed.now)?;
    }
    expect_logo(conn, client, changed.now)?;
    note(conn, &client.id, ServiceEvent::Updated, Some(client), &changed.order, changed.now)?;
    let event = AuditEvent::ServiceUpdated {
        client: client.id.clone(),
        by: changed.order.by,
        reason: changed.order.reason,
    };
    insert_audit_record(conn, &event, changed.now)?;
    Ok(UpdateOutcome::Updated)
}

pub fn apply_services(
    conn: &mut Conn,
    steps: Vec<ServiceStep>,
    order: Order,
    now: Timestamp,
) -> Result<bool> {
    let mut steps = steps;
    // Whoever else saves several takes the rows' locks in the same order.
    steps.sort_by(|one, other| one.client.id.as_str().cmp(other.client.id.as_str()));
    for step in &steps {
        if !still_stands(conn, step)? {
            return Ok(false);
        }
    }
    for ServiceStep { before, client, secret } in steps {
        let order = order.clone();
        let is_done = match (before, secret) {
            (Some(before), secret) => {
                let update = ServiceUpdate { before, client, secret, order, now };
                update_service(conn, update)? == UpdateOutcome::Updated
            }
            (None, SecretChange::Replace(secret)) => insert_service(conn, client, Some(secret), order, now)?,
            (None, SecretChange::Keep | SecretChange::Remove) => {
                insert_service(conn, client, None, order, now)?
            }
        };
        if !is_done {
            // Somebody took the id since it was looked for: what was done before is undone with this.
            return Err(StoreError::Busy);
        }
    }
    Ok(true)
}

/// Whether a service is as it was when its new registration was made from it; its row is locked from then on.
fn still_stands(conn: &mut Conn, step: &ServiceStep) -> Result<bool> {
    let id = &step.client.id;
    let is_there = lock_service(conn, id)?;
    let stored: Option<String> =
        relying_service::table.find(id.as_str()).select(relying_service::metadata).first(conn).optional()?;
    Ok(match (&step.before, stored) {
        (Some(before), Some(stored)) => is_there && read(&stored)? == *before,
        (before, stored) => before.is_none() && stored.is_none(),
    })
}

pub fn disable_service(conn: &mut Conn, id: ClientId, order: Order, now: Timestamp) -> Result<bool> {
    let disabled = update(enabled!(id)).set(relying_service::disabled_at.eq(now.micros())).execute(conn)?;
    if disabled == 0 {
        return Ok(false);
    }
    end_tokens(conn, &id, now)?;
    note(conn, &id, ServiceEvent::Disabled, None, &order, now)?;
    diesel::delete(client_registration::table.find(id.as_str())).execute(conn)?;
    insert_audit_record(
        conn,
        &AuditEvent::ServiceDisabled { client: id, by: order.by, reason: order.reason },
        now,
    )?;
    Ok(true)
}

/// RFC 7592 section 2.3: its tokens end with the registration.
fn end_tokens(conn: &mut Conn, id: &ClientId, now: Timestamp) -> Result<()> {
    end_grants(conn, Grants::OfService(id), GrantEnd::ServiceDisabled, now)?;
    let live = access_token::table
        .filter(access_token::client_id.eq(id.as_str()))
        .filter(access_token::revoked_at.is_null());
    update(live).set(access_token::revoked_at.eq(now.micros())).execute(conn)?;
    let own = client_token::table
        .filter(client_token::client_id.eq(id.as_str()))
        .filter(client_token::revoked_at.is_null());
    update(own).set(client_token::revoked_at.eq(now.micros())).execute(conn)?;
    Ok(())
}

pub fn list_redirect_origins(conn: &mut Conn) -> Result<HashSet<String>> {
    let rows: Vec<String> = relying_service::table
        .filter(relying_service::disabled_at.is_null())
        .select(relying_service::metadata)
        .load(conn)?;
    let mut origins = HashSet::new();
    for metadata in rows {
        // A row that can't be read is that one service's trouble.
        origins.extend(read(&metadata).map(|client| client.redirect_origins()).unwrap_or_default());
    }
    Ok(origins)
}

fn write(client: &Client) -> Result<String> {
    serde_json::to_string(client).map_err(|_| StoreError::Corrupt("relying_service"))
}

fn read(metadata: &str) -> Result<Client> {
    serde_json::from_str(metadata).map_err(|_| StoreError::Corrupt("relying_service"))
}

fn with_secrets(conn: &mut Conn, (metadata, created_at, disabled_at): Row) -> Result<RegisteredService> {
    let client = read(&metadata)?;
    let secrets = client_secret::table
        .filter(client_secret::client_id.eq(client.id.as_str()))
        .select(client_secret::secret_hash)
        .load(conn)?;
    Ok(RegisteredService {
        has_logo: client.links.logo_uri.is_some() && has_logo(conn, &client.id)?,
        secrets,
        created_at: Timestamp::from_micros(created_at),
        disabled_at: disabled_at.map(Timestamp::from_micros),
        client,
    })
}
