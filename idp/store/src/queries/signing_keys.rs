//! Signing keys and the wrapped secrets beside them.

use super::audit::insert_audit_record;
use super::{Conn, lock_key};
use crate::keeping::update;
use crate::schema::{signing_key, wrapped_secret};
use crate::{
    KeyImport, KeyPromotion, KeyRevocation, NewSigningKey, Result, RevocationOutcome, Rewrapped, StoreError,
    StoredSigningKey,
};
use diesel::prelude::*;
use idp_domain::administration::Order;
use idp_domain::audit::AuditEvent;
use idp_domain::signing_key::{KeyState, SigningAlgorithm};
use idp_domain::time::Timestamp;

#[derive(Queryable, Selectable)]
#[diesel(table_name = signing_key)]
struct SigningKeyRow {
    kid: String,
    algorithm: String,
    state: String,
    private_key: Vec<u8>,
    public_jwk: String,
    published_at: i64,
    activated_at: Option<i64>,
    retired_at: Option<i64>,
    removed_at: Option<i64>,
    revoked_at: Option<i64>,
}

impl SigningKeyRow {
    fn into_domain(self) -> Result<StoredSigningKey> {
        let corrupt = || StoreError::Corrupt("signing_key");
        Ok(StoredSigningKey {
            algorithm: SigningAlgorithm::parse(&self.algorithm).ok_or_else(corrupt)?,
            state: KeyState::parse(&self.state).ok_or_else(corrupt)?,
            kid: self.kid,
            private_key: self.private_key,
            public_jwk: self.public_jwk,
            published_at: Timestamp::from_micros(self.published_at),
            activated_at: self.activated_at.map(Timestamp::from_micros),
            retired_at: self.retired_at.map(Timestamp::from_micros),
            removed_at: self.removed_at.map(Timestamp::from_micros),
            revoked_at: self.revoked_at.map(Timestamp::from_micros),
        })
    }
}

pub fn list_signing_keys(conn: &mut Conn) -> Result<Vec<StoredSigningKey>> {
    let rows = signing_key::table
        .order((signing_key::published_at, signing_key::kid))
        .select(SigningKeyRow::as_select())
        .load(conn)?;
    rows.into_iter().map(SigningKeyRow::into_domain).collect()
}

pub fn find_signing_key(conn: &mut Conn, kid: String) -> Result<Option<StoredSigningKey>> {
    let row = signing_key::table.find(kid).select(SigningKeyRow::as_select());
    row.first(conn).optional()?.map(SigningKeyRow::into_domain).transpose()
}

pub fn insert_next_key(conn: &mut Conn, key: NewSigningKey, now: Timestamp) -> Result<bool> {
    // The partial unique index lets one next key of an algorithm in, whichever node is first.
    let inserted = diesel::insert_into(signing_key::table)
        .values((
            signing_key::kid.eq(&key.kid),
            signing_key::algorithm.eq(key.algorithm.as_str()),
            signing_key::state.eq(KeyState::Next.as_str()),
            signing_key::private_key.eq(&key.private_key),
            signing_key::public_jwk.eq(&key.public_jwk),
            signing_key::published_at.eq(now.micros()),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    if inserted == 0 {
        return Ok(false);
    }
    let event = AuditEvent::KeyPublished { kid: key.kid, algorithm: key.algorithm.to_string() };
    insert_audit_record(conn, &event, now)?;
    Ok(true)
}

pub fn import_next_key(
    conn: &mut Conn,
    key: NewSigningKey,
    order: Order,
    now: Timestamp,
) -> Result<KeyImport> {
    // Two administrators take turns; a rotation at the same moment takes the next key's row first, or finds it withdrawn.
    lock_key(conn, "key import")?;
    let known = signing_key::table.find(&key.kid).select(signing_key::kid);
    if known.first::<String>(conn).optional()?.is_some() {
        return Ok(KeyImport::Known);
    }
    let next = signing_key::table
        .filter(signing_key::algorithm.eq(key.algorithm.as_str()))
        .filter(signing_key::state.eq(KeyState::Next.as_str()));
    let withdrawn: Option<String> = update(next)
        .set((signing_key::state.eq(KeyState::Removed.as_str()), signing_key::removed_at.eq(now.micros())))
        .returning(signing_key::kid)
        .get_result(conn)
        .optional()?;
    let kid = key.kid.clone();
    if !insert_next_key(conn, key, now)? {
        return Ok(KeyImport::Overtaken);
    }
    let event =
        AuditEvent::KeyImported { kid, withdrawn: withdrawn.clone(), by: order.by, reason: order.reason };
    insert_audit_record(conn, &event, now)?;
    Ok(KeyImport::Published { withdrawn })
}

pub fn promote_next_key(conn: &mut Conn, promotion: KeyPromotion) -> Result<bool> {
    let of_algorithm = signing_key::algorithm.eq(promotion.algorithm.as_str());
    let next = signing_key::table
        .filter(signing_key::kid.eq(&promotion.kid))
        .filter(signing_key::state.eq(KeyState::Next.as_str()));
    // Locks the next key, so that of two nodes only one goes on.
    if update(next).set(signing_key::activated_at.eq(promotion.now.micros())).execute(conn)? == 0 {
        return Ok(false);
    }
    let active =
        signing_key::table.filter(of_algorithm).filter(signing_key::state.eq(KeyState::Active.as_str()));
    let follows: Option<String> = update(active)
        .set((
            signing_key::state.eq(KeyState::Retired.as_str()),
            signing_key::retired_at.eq(promotion.now.micros()),
        ))
        .returning(signing_key::kid)
        .get_result(conn)
        .optional()?;
    update(signing_key::table.find(&promotion.kid))
        .set(signing_key::state.eq(KeyState::Active.as_str()))
        .execute(conn)?;
    let event = AuditEvent::KeyActivated {
        kid: promotion.kid,
        follows,
        reason: promotion.reason,
        by: Some(promotion.by),
    };
    insert_audit_record(conn, &event, promotion.now)?;
    Ok(true)
}

pub fn remove_retired_key(conn: &mut Conn, kid: String, now: Timestamp) -> Result<bool> {
    let retired = signing_key::table
        .filter(signing_key::kid.eq(&kid))
        .filter(signing_key::state.eq(KeyState::Retired.as_str()));
    let removed = update(retired)
        .set((signing_key::state.eq(KeyState::Removed.as_str()), signing_key::removed_at.eq(now.micros())))
        .execute(conn)?;
    if removed == 0 {
        return Ok(false);
    }
    insert_audit_record(conn, &AuditEvent::KeyRemoved { kid }, now)?;
    Ok(true)
}

pub fn revoke_key(conn: &mut Conn, revocation: KeyRevocation) -> Result<RevocationOutcome> {
    let found: Option<(String, String)> = signing_key::table
        .find(&revocation.kid)
        .select((signing_key::state, signing_key::algorithm))
        .first(conn)
        .optional()?;
    let Some((state, algorithm)) = found else { return Ok(RevocationOutcome::Unknown) };
    let standing = signing_key::table
        .filter(signing_key::kid.eq(&revocation.kid))
        .filter(signing_key::state.eq(&state))
        .filter(signing_key::state.ne(KeyState::Revoked.as_str()));
    let revoked = update(standing)
        .set((
            signing_key::state.eq(KeyState::Revoked.as_str()),
            signing_key::revoked_at.eq(revocation.now.micros()),
        ))
        .execute(conn)?;
    if revoked == 0 {
        return Ok(RevocationOutcome::Already);
    }
    let promoted = if state == KeyState::Active.as_str() {
        let next = signing_key::table
            .filter(signing_key::algorithm.eq(&algorithm))
            .filter(signing_key::state.eq(KeyState::Next.as_str()));
        update(next)
            .set((
                signing_key::state.eq(KeyState::Active.as_str()),
                signing_key::activated_at.eq(revocation.now.micros()),
            ))
            .returning(signing_key::kid)
            .get_result(conn)
            .optional()?
    } else {
        None
    };
    let event = AuditEvent::KeyRevoked {
        kid: revocation.kid,
        promoted: promoted.clone(),
        reason: revocation.reason,
        by: Some(revocation.by),
    };
    insert_audit_record(conn, &event, revocation.now)?;
    Ok(RevocationOutcome::Revoked { promoted })
}

pub fn rewrap(
    conn: &mut Conn,
    keys: Vec<Rewrapped>,
    secrets: Vec<Rewrapped>,
    now: Timestamp,
) -> Result<bool> {
    // All or nothing: a value that changed or came in between has the caller read again.
    let stored: i64 = signing_key::table.count().get_result(conn)?;
    if usize::try_from(stored).ok() != Some(keys.len()) {
        return Ok(false);
    }
    let rewrapped = keys.len() + secrets.len();
    for key in keys {
        let unchanged = signing_key::table
            .filter(signing_key::kid.eq(&key.name))
            .filter(signing_key::private_key.eq(&key.from));
        if update(unchanged).set(signing_key::private_key.eq(&key.to)).execute(conn)? == 0 {
            return Err(StoreError::Busy);
        }
    }
    for secret in secrets {
        let unchanged = wrapped_secret::table
            .filter(wrapped_secret::name.eq(&secret.name))
            .filter(wrapped_secret::wrapped.eq(&secret.from));
        if update(unchanged).set(wrapped_secret::wrapped.eq(&secret.to)).execute(conn)? == 0 {
            return Err(StoreError::Busy);
        }
    }
    insert_audit_record(conn, &AuditEvent::MasterKeyExchanged { rewrapped }, now)?;
    Ok(true)
}

pub fn list_wrapped_secrets(conn: &mut Conn) -> Result<Vec<(String, Vec<u8>)>> {
    let columns = (wrapped_secret::name, wrapped_secret::wrapped);
    Ok(wrapped_secret::table.order(wrapped_secret::name).select(columns).load(conn)?)
}

pub fn find_or_insert_wrapped_secret(
    conn: &mut Conn,
    name: String,
    wrapped: Vec<u8>,
    now: Timestamp,
) -> Result<Vec<u8>> {
    diesel::insert_into(wrapped_secret::table)
        .values((
            wrapped_secret::name.eq(&name),
            wrapped_secret::wrapped.eq(wrapped),
            wrapped_secret::created_at.eq(now.micros()),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    find_wrapped_secret(conn, name)?.ok_or(StoreError::Corrupt("wrapped_secret"))
}

pub fn find_wrapped_secret(conn: &mut Conn, name: String) -> Result<Option<Vec<u8>>> {
    Ok(wrapped_secret::table.find(name).select(wrapped_secret::wrapped).first(conn).optional()?)
}
