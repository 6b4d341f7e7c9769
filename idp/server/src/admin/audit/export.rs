//! The whole chain as a file, part by part, so that no length of it fills the memory; and last its signed head.
//!
//! 1. [`Export::begin`] asks whether they may, and puts on record that they took it and up to which record.
//! 2. [`Export::next`] gives the lines of the next part; every record is followed on the chain before it is given.
//! 3. The last part ends with the head, signed over exactly what was given.

use super::{PAGE, broken};
use crate::adapters::key_ring::KeyRing;
use crate::admin::{AdminError, Desk};
use crate::app::App;
use actix_web::web::{Bytes, Data};
use futures_util::stream::{Stream, unfold};
use idp_domain::administration::{Act, Area};
use idp_domain::audit::{AuditEvent, ChainHead};
use idp_domain::audit_export::{ExportFault, HEAD_TYPE, HeadClaims, head_line, line_of};
use idp_domain::signing_key::SigningAlgorithm;
use idp_domain::time::Timestamp;
use idp_store::Store;
use std::fmt::Write;

/// What signs a head.
const ALGORITHM: SigningAlgorithm = SigningAlgorithm::Es256;

/// An export under way.
#[derive(Debug)]
pub struct Export {
    /// The last record that will be given.
    through: i64,
    /// The last record that was given.
    head: ChainHead,
    now: Timestamp,
    is_done: bool,
}

impl Export {
    /// Begins one.
    ///
    /// # Errors
    /// Not allowed, or the database is away.
    pub async fn begin(desk: &Desk<'_>) -> Result<Self, AdminError> {
        desk.admit(Act::Read(Area::Audit)).await?;
        // However fast records are added and however slowly they are read, it ends.
        let through = desk.store.find_chain_head().await?.number;
        let event = AuditEvent::AuditExported { records: through, by: desk.authority.actor() };
        desk.store.record_administration(event, desk.now).await?;
        Ok(Self { through, head: ChainHead::genesis(), now: desk.now, is_done: false })
    }

    /// How many records were given.
    #[must_use]
    pub fn records(&self) -> i64 {
        self.head.number
    }

    /// The next lines; `None` after the head.
    ///
    /// # Errors
    /// The chain is broken, the database is away, or there is no key.
    pub async fn next(
        &mut self,
        store: &Store,
        keys: &KeyRing,
        issuer: &str,
    ) -> Result<Option<String>, AdminError> {
        if self.is_done {
            return Ok(None);
        }
        let mut lines = String::new();
        let most = PAGE.min(self.through - self.head.number);
        for record in store.list_sealed_records(self.head.number, most).await? {
            self.head.follow(&record).map_err(|number| broken(&ExportFault::Record(number)))?;
            let _ = writeln!(lines, "{}", line_of(&record));
        }
        if lines.is_empty() && self.head.number < self.through {
            return Err(broken(&ExportFault::Record(self.head.number + 1)));
        }
        if self.head.number == self.through {
            let key = keys.active(ALGORITHM).map_err(|error| AdminError::failed(&error))?;
            let claims = HeadClaims::of(issuer, &self.head, self.now);
            let signed = key.sign_jwt(HEAD_TYPE, &claims).map_err(|error| AdminError::failed(&error))?;
            let _ = writeln!(lines, "{}", head_line(signed));
            self.is_done = true;
        }
        Ok(Some(lines))
    }

    /// All of it as the body of an answer. What is wrong with the first part is told before anything is sent; what shows
    /// later breaks the answer off, so that the file lacks its head and no verifier takes it.
    ///
    /// # Errors
    /// The first part can't be had.
    pub async fn into_body(
        mut self,
        app: Data<App>,
    ) -> Result<impl Stream<Item = Result<Bytes, std::io::Error>> + 'static, AdminError> {
        let first = self.next(&app.store, &app.keys, app.issuer()).await?;
        Ok(unfold((app, Some(self), first), |(app, export, first)| async move {
            let mut export = export?;
            if let Some(first) = first {
                return Some((Ok(Bytes::from(first)), (app, Some(export), None)));
            }
            match export.next(&app.store, &app.keys, app.issuer()).await {
                Ok(part) => Some((Ok(Bytes::from(part?)), (app, Some(export), None))),
                Err(error) => {
                    tracing::error!(%error, "an export of the audit broke off");
                    Some((Err(std::io::Error::other("the export broke off")), (app, None, None)))
                }
            }
        }))
    }
}
