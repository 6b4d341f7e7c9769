//! Copies of the database, and bringing one back ([ADR 35](../../../../docs/adr/0035-a-restored-copy-begins-anew.md)). A copy
//! knows nothing of what was issued or spent after it, so a database that was brought back honours nothing that is good once or
//! for a while, signs with the next keys, and holds the decisions on the transfer until an operator lets them go.

use super::{AdminError, Desk, reason};
use crate::adapters::key_log;
use crate::adapters::key_ring::{self, RotationOrder};
use crate::admin::keys::KeyTools;
use idp_domain::extra_verification::TotpStep;
use idp_domain::signing_key::{KeySchedule, SigningAlgorithm};
use idp_domain::time::Timestamp;
use idp_domain::transfer::TransferDecision;
use idp_store::backup::BackupError;
use idp_store::{Restoration, RestoreCounts, Store};
use std::path::PathBuf;
use std::time::Duration;

/// Decisions of one page and one transaction.
const PAGE: i64 = 500;
/// Records sealed at a time.
const SEAL_BATCH: i64 = 500;
/// Why the keys are rotated, for the audit.
const WHY: &str = "a backup was restored";

impl From<BackupError> for AdminError {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::Store(error) => Self::Store(error),
            other => Self::Conflict(other.to_string()),
        }
    }
}

/// Copies the embedded database, as it is at one instant, to a new file, and puts it on record.
///
/// # Errors
/// It is PostgreSQL, or the file is there, or can't be written.
pub async fn back_up(desk: &Desk<'_>, to: PathBuf) -> Result<(), AdminError> {
    desk.store.back_up(to, desk.now).await?;
    Ok(desk.store.record_backup(desk.order(None), desk.now).await?)
}

/// Ends what a database that was brought back must not honour any more: sessions, grants, codes, links, challenges, recovery
/// codes, waiting mails; then the next keys sign. The decisions on the transfer are held from now on.
///
/// # Errors
/// The database refuses, or a key can't be opened.
pub async fn begin_anew(
    desk: &Desk<'_>,
    tools: KeyTools<'_>,
    made_at: Option<Timestamp>,
    why: Option<&str>,
) -> Result<RestoreCounts, AdminError> {
    let why = why.map(reason).transpose()?;
    let last_app_step = TotpStep::latest_at(desk.now);
    let restoration = Restoration { made_at, last_app_step, order: desk.order(why), now: desk.now };
    let counts = desk.store.begin_anew(restoration).await?;
    // Whoever is relied upon knows the next keys: they were published before the copy was made.
    let at_once =
        KeySchedule { publish_ahead: Duration::ZERO, jwks_max_age: Duration::ZERO, ..tools.schedule };
    for algorithm in SigningAlgorithm::ALL {
        let order =
            RotationOrder { by: desk.authority.actor(), reason: Some(WHY.to_owned()), is_early: true };
        let rotated = key_ring::rotate(desk.store, tools.master, &at_once, algorithm, order, desk.now).await;
        rotated.map_err(|error| AdminError::failed(&error))?;
    }
    key_log::write(desk.store, tools.master, tools.issuer)
        .await
        .map_err(|error| AdminError::failed(&error))?;
    while desk.store.seal_audit_records("restore".to_owned(), desk.now, SEAL_BATCH).await? > 0 {}
    Ok(counts)
}

/// Decides on transfers as the database `from` says it was decided; how many decisions the copy didn't have.
///
/// # Errors
/// One of the databases refuses.
pub async fn repeat_transfers(desk: &Desk<'_>, from: &Store) -> Result<usize, AdminError> {
    let (mut after, mut repeated) = (None, 0);
    loop {
        let page: Vec<TransferDecision> = from.list_transfer_decisions(after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(repeated) };
        after = Some((last.decided_at, last.id.clone()));
        repeated += desk.store.repeat_transfers(page, desk.now).await?;
    }
}
