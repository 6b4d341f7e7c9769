//! Relying services and their secrets.

use super::Conn;
use super::audit::insert_audit_record;
use crate::schema::{client_secret, relying_service};
use crate::{NewClientSecret, RegisteredService, Result, StoreError};
use diesel::prelude::*;
use idp_domain::audit::AuditEvent;
use idp_domain::client::Client;
use idp_domain::ids::ClientId;
use idp_domain::time::Timestamp;

pub fn insert_service(
    conn: &mut Conn,
    client: Client,
    secret: Option<NewClientSecret>,
    now: Timestamp,
) -> Result<bool> {
    let metadata = serde_json::to_string(&client).map_err(|_| StoreError::Corrupt("relying_service"))?;
    let inserted = diesel::insert_into(relying_service::table)
        .values((
            relying_service::client_id.eq(client.id.as_str()),
            relying_service::metadata.eq(metadata),
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
    insert_audit_record(conn, &AuditEvent::ServiceAdded { client: client.id }, now)?;
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

pub fn rotate_client_secret(
    conn: &mut Conn,
    id: ClientId,
    secret: NewClientSecret,
    now: Timestamp,
) -> Result<bool> {
    // The update takes the row's lock, so that two rotations take turns.
    let locked = diesel::update(relying_service::table.find(id.as_str()))
        .set(relying_service::created_at.eq(relying_service::created_at))
        .execute(conn)?;
    if locked == 0 {
        return Ok(false);
    }
    let newest: Option<String> = client_secret::table
        .filter(client_secret::client_id.eq(id.as_str()))
        .order((client_secret::created_at.desc(), client_secret::id.desc()))
        .select(client_secret::id)
        .first(conn)
        .optional()?;
    let older = client_secret::table
        .filter(client_secret::client_id.eq(id.as_str()))
        .filter(client_secret::id.ne(newest.unwrap_or_default()));
    diesel::delete(older).execute(conn)?;
    insert_secret(conn, &id, &secret, now)?;
    insert_audit_record(conn, &AuditEvent::ClientSecretRotated { client: id }, now)?;
    Ok(true)
}

pub fn find_service(conn: &mut Conn, id: ClientId) -> Result<Option<RegisteredService>> {
    let row: Option<(String, i64)> = relying_service::table
        .find(id.as_str())
        .select((relying_service::metadata, relying_service::created_at))
        .first(conn)
        .optional()?;
    row.map(|(metadata, created_at)| with_secrets(conn, &metadata, created_at)).transpose()
}

pub fn list_services(conn: &mut Conn) -> Result<Vec<RegisteredService>> {
    let rows: Vec<(String, i64)> = relying_service::table
        .order(relying_service::client_id)
        .select((relying_service::metadata, relying_service::created_at))
        .load(conn)?;
    rows.into_iter().map(|(metadata, created_at)| with_secrets(conn, &metadata, created_at)).collect()
}

fn with_secrets(conn: &mut Conn, metadata: &str, created_at: i64) -> Result<RegisteredService> {
    let client: Client =
        serde_json::from_str(metadata).map_err(|_| StoreError::Corrupt("relying_service"))?;
    let secrets = client_secret::table
        .filter(client_secret::client_id.eq(client.id.as_str()))
        .select(client_secret::secret_hash)
        .load(conn)?;
    Ok(RegisteredService { client, secrets, created_at: Timestamp::from_micros(created_at) })
}
