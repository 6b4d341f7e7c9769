//! The audit: look, export, verify.

mod export;

pub use export::Export;

use super::{AdminError, Desk, instant};
use crate::adapters::own_jwt::OwnJwt;
use idp_domain::administration::{Act, Area};
use idp_domain::audit::ChainHead;
use idp_domain::audit_export::{ExportFault, ExportReader, HEAD_TYPE, HeadClaims, line_of};
use idp_domain::signing_key::SigningAlgorithm;
use idp_store::{AuditEntry, AuditQuery};
use jsonwebtoken::jwk::Jwk;
use serde::Serialize;
use std::io::BufRead;

/// Records of one page from the database.
const PAGE: i64 = 1000;
/// A record is far shorter.
const LONGEST_LINE: u64 = 64 * 1024;

/// A record as all faces show it.
#[derive(Debug, Clone, Serialize)]
pub struct AuditView {
    /// Where it stands among all records, sealed or not: what comes before it is asked for by this.
    pub position: i64,
    /// Its number in the chain; none while it is not sealed.
    pub number: Option<i64>,
    /// When.
    pub at: String,
    /// What: `event` and its members.
    pub record: serde_json::Value,
}

impl From<AuditEntry> for AuditView {
    fn from(entry: AuditEntry) -> Self {
        let record = serde_json::from_str(&entry.body).unwrap_or(serde_json::Value::String(entry.body));
        Self { position: entry.position, number: entry.number, at: instant(entry.at), record }
    }
}

/// Records that a filter lets through, newest first.
///
/// # Errors
/// Not allowed, or the database is away.
pub async fn list(desk: &Desk<'_>, query: AuditQuery) -> Result<Vec<AuditEntry>, AdminError> {
    desk.admit(Act::Read(Area::Audit)).await?;
    Ok(desk.store.list_audit(query).await?)
}

/// How far the chain is whole.
#[derive(Debug, Clone, Serialize)]
pub struct ChainView {
    /// How many records were followed.
    pub records: i64,
    /// How many are not sealed yet.
    pub unsealed: i64,
    /// The hash of the last one, base64url.
    pub head: String,
    /// The number of the first record that is missing or was altered, if one is.
    pub broken_at: Option<i64>,
}

/// Follows the chain in the database from its beginning.
///
/// # Errors
/// Not allowed, or the database is away. A broken chain is an answer.
pub async fn verify(desk: &Desk<'_>, progress: impl Fn(i64)) -> Result<ChainView, AdminError> {
    desk.admit(Act::Read(Area::Audit)).await?;
    let mut head = ChainHead::genesis();
    let mut broken_at = None;
    'pages: loop {
        let records = desk.store.list_sealed_records(head.number, PAGE).await?;
        if records.is_empty() {
            break;
        }
        for record in &records {
            if let Err(number) = head.follow(record) {
                broken_at = Some(number);
                break 'pages;
            }
        }
        progress(head.number);
    }
    let unsealed = desk.store.count_unsealed_records().await?;
    Ok(ChainView {
        records: head.number,
        unsealed,
        head: HeadClaims::of("", &head, desk.now).hash,
        broken_at,
    })
}

/// An export that is whole.
#[derive(Debug, Clone, Serialize)]
pub struct ExportView {
    /// How many records.
    pub records: i64,
    /// The hash of the last one.
    pub head: String,
    /// Whose audit.
    pub issuer: String,
    /// When its head was signed.
    pub signed: String,
}

/// Checks an export by nothing but itself and the published keys.
///
/// # Errors
/// The first record that is wrong, or the head's signature is.
pub fn verify_export(
    export: impl BufRead,
    find_key: impl Fn(&str) -> Option<(SigningAlgorithm, Jwk)>,
) -> Result<ExportView, AdminError> {
    let mut reader = ExportReader::default();
    let mut export = export;
    let mut line = String::new();
    loop {
        line.clear();
        let read = std::io::Read::take(&mut export, LONGEST_LINE)
            .read_line(&mut line)
            .map_err(|error| AdminError::failed(&error.kind()))?;
        if read == 0 {
            break;
        }
        reader.take(line.trim_end_matches('\n')).map_err(|fault| broken(&fault))?;
    }
    let (chain, signed) = reader.finish().map_err(|fault| broken(&fault))?;
    let head = OwnJwt { kind: HEAD_TYPE, issuer: None, required: &["iss"] };
    let claims: HeadClaims = head
        .read(&signed, find_key)
        .ok_or_else(|| AdminError::Conflict("the head's signature is not by a published key".into()))?;
    claims.check(&chain).map_err(|fault| broken(&fault))?;
    let signed = instant(idp_domain::time::Timestamp::from_seconds(claims.iat));
    Ok(ExportView { records: chain.number, head: claims.hash, issuer: claims.iss, signed })
}

/// Whether an export is of the chain in the database: of a fork, the first record that differs.
///
/// # Errors
/// It is of another chain, or the database is away.
pub async fn compare_export(desk: &Desk<'_>, export: impl BufRead) -> Result<(), AdminError> {
    desk.admit(Act::Read(Area::Audit)).await?;
    let mut lines = export.lines();
    let mut after = 0;
    loop {
        let records = desk.store.list_sealed_records(after, PAGE).await?;
        for record in &records {
            let Some(Ok(line)) = lines.next() else { return Ok(()) };
            if line.starts_with(r#"{"head""#) {
                return Ok(());
            }
            if line != line_of(record) {
                return Err(AdminError::Conflict(format!(
                    "the export and the database differ from record {} on: one of them is a fork",
                    record.number
                )));
            }
            after = record.number;
        }
        if records.is_empty() {
            break;
        }
    }
    match lines.next() {
        Some(Ok(line)) if !line.starts_with(r#"{"head""#) => Err(AdminError::Conflict(format!(
            "record {} of the export is missing in the database",
            after + 1
        ))),
        _ => Ok(()),
    }
}

fn broken(fault: &ExportFault) -> AdminError {
    AdminError::Conflict(format!("the audit is broken: {fault}"))
}
