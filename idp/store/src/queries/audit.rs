//! The audit: records are written with what they record, and chained right after by whichever node holds the lease.

use super::Conn;
use crate::keeping::update;
use crate::schema::{account, account_activity, audit_record, lease};
use crate::{AuditEntry, AuditQuery, Result, StoreError};
use diesel::prelude::*;
use idp_domain::activity::activity_of;
use idp_domain::audit::{AuditEvent, ChainHead, SealedRecord, seal};
use idp_domain::time::Timestamp;
use std::time::Duration;

/// Writes a record, in the transaction of what it records.
pub(super) fn insert_audit_record(conn: &mut Conn, event: &AuditEvent, now: Timestamp) -> Result<()> {
    insert_audit_record_from(conn, event, "", now)
}

/// The same of what came from a browser, which is named to the person of the account but not in the audit.
pub(super) fn insert_audit_record_from(
    conn: &mut Conn,
    event: &AuditEvent,
    browser: &str,
    now: Timestamp,
) -> Result<()> {
    let body = serde_json::to_string(event).map_err(|_| StoreError::Corrupt("audit_record"))?;
    diesel::insert_into(audit_record::table)
        .values((audit_record::recorded_at.eq(now.micros()), audit_record::body.eq(&body)))
        .execute(conn)?;
    insert_activity(conn, event, &body, browser, now)
}

/// What the person of an account may read of it, in the same transaction; it goes with the account, the record stays.
fn insert_activity(
    conn: &mut Conn,
    event: &AuditEvent,
    body: &str,
    browser: &str,
    now: Timestamp,
) -> Result<()> {
    let Some((whose, kind)) = activity_of(event) else { return Ok(()) };
    // A record may come late: of an account that is gone nothing is kept.
    if !diesel::select(diesel::dsl::exists(account::table.find(whose.as_str()))).get_result(conn)? {
        return Ok(());
    }
    diesel::insert_into(account_activity::table)
        .values((
            account_activity::account_id.eq(whose.as_str()),
            account_activity::recorded_at.eq(now.micros()),
            account_activity::kind.eq(kind.as_str()),
            account_activity::body.eq(body),
            account_activity::browser.eq(browser),
        ))
        .execute(conn)?;
    Ok(())
}

/// How long a sealer that went away holds the others up.
const LEASE: Duration = Duration::from_secs(10);

pub fn seal_audit_records(conn: &mut Conn, holder: String, now: Timestamp, most: i64) -> Result<usize> {
    // Readers first: nothing is written, and no lock taken, while there is nothing to seal.
    if count_unsealed_records(conn)? == 0 || !take_lease(conn, "audit-sealer", &holder, now)? {
        return Ok(0);
    }
    let unsealed: Vec<(i64, i64, String)> = audit_record::table
        .filter(audit_record::number.is_null())
        .order(audit_record::id)
        .limit(most)
        .select((audit_record::id, audit_record::recorded_at, audit_record::body))
        .load(conn)?;
    let mut head = find_chain_head(conn)?;
    for (id, at, body) in &unsealed {
        let number = head.number + 1;
        let hash = seal(&head.hash, number, Timestamp::from_micros(*at), body).to_vec();
        update(audit_record::table.find(id))
            .set((audit_record::number.eq(number), audit_record::hash.eq(&hash)))
            .execute(conn)?;
        head = ChainHead { number, hash };
    }
    Ok(unsealed.len())
}

/// Takes or renews a lease; the row's lock is held until the transaction ends, so two holders never work at once.
fn take_lease(conn: &mut Conn, name: &str, holder: &str, now: Timestamp) -> Result<bool> {
    diesel::insert_into(lease::table)
        .values((lease::name.eq(name), lease::holder.eq(holder), lease::until.eq(0)))
        .on_conflict_do_nothing()
        .execute(conn)?;
    let free = lease::table
        .filter(lease::name.eq(name))
        .filter(lease::holder.eq(holder).or(lease::until.lt(now.micros())));
    let taken = update(free)
        .set((lease::holder.eq(holder), lease::until.eq(now.plus(LEASE).micros())))
        .execute(conn)?;
    Ok(taken == 1)
}

pub fn find_chain_head(conn: &mut Conn) -> Result<ChainHead> {
    let last: Option<(Option<i64>, Option<Vec<u8>>)> = audit_record::table
        .filter(audit_record::number.is_not_null())
        .order(audit_record::number.desc())
        .select((audit_record::number, audit_record::hash))
        .first(conn)
        .optional()?;
    match last {
        Some((Some(number), Some(hash))) => Ok(ChainHead { number, hash }),
        Some(_) => Err(StoreError::Corrupt("audit_record")),
        None => Ok(ChainHead::genesis()),
    }
}

/// Number, time, body and hash.
type SealedRow = (Option<i64>, i64, String, Option<Vec<u8>>);

pub fn list_sealed_records(conn: &mut Conn, after: i64, most: i64) -> Result<Vec<SealedRecord>> {
    let rows: Vec<SealedRow> = audit_record::table
        .filter(audit_record::number.gt(after))
        .order(audit_record::number)
        .limit(most)
        .select((audit_record::number, audit_record::recorded_at, audit_record::body, audit_record::hash))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(number, at, body, hash)| SealedRecord {
            number: number.unwrap_or_default(),
            at: Timestamp::from_micros(at),
            body,
            hash: hash.unwrap_or_default(),
        })
        .collect())
}

pub fn count_unsealed_records(conn: &mut Conn) -> Result<i64> {
    Ok(audit_record::table.filter(audit_record::number.is_null()).count().get_result(conn)?)
}

pub fn list_audit(conn: &mut Conn, query: AuditQuery) -> Result<Vec<AuditEntry>> {
    let mut records = audit_record::table
        .order(audit_record::id.desc())
        .limit(query.most)
        .select((audit_record::id, audit_record::number, audit_record::recorded_at, audit_record::body))
        .into_boxed();
    if let Some(from) = query.from {
        records = records.filter(audit_record::recorded_at.ge(from.micros()));
    }
    if let Some(to) = query.to {
        records = records.filter(audit_record::recorded_at.lt(to.micros()));
    }
    if let Some(before) = query.before {
        records = records.filter(audit_record::number.lt(before));
    }
    if let Some(position) = query.older_than {
        records = records.filter(audit_record::id.lt(position));
    }
    // The text is ours: `event` stands first, and no member holds a quotation mark that isn't escaped. A target may be one of
    // several in a list.
    let patterns = [
        query.event.map(|event| format!("{{\"event\":\"{}\"%", escaped(&event))),
        query.actor.map(|actor| format!("%\"by\":\"{}\"%", escaped(&actor))),
        query.target.map(|target| format!("%\"{}\"%", escaped(&target))),
    ];
    for pattern in patterns.into_iter().flatten() {
        records = records.filter(audit_record::body.like(pattern).escape('!'));
    }
    let rows: Vec<(i64, Option<i64>, i64, String)> = records.load(conn)?;
    let entry =
        |(position, number, at, body)| AuditEntry { position, number, at: Timestamp::from_micros(at), body };
    Ok(rows.into_iter().map(entry).collect())
}

/// `_` stands for itself.
fn escaped(text: &str) -> String {
    text.replace('!', "!!").replace('_', "!_").replace('%', "!%")
}
