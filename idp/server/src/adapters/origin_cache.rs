//! The origins of all registered redirect addresses, read at most once a second: which scripts may read our answers.

use idp_store::{Result, Store};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a change of a registration may take to be seen.
const FRESH: Duration = Duration::from_secs(1);

/// The origins, with the moment when they were read.
#[derive(Default)]
pub struct OriginCache(Mutex<Option<(Instant, Arc<HashSet<String>>)>>);

impl OriginCache {
    /// Whether a service that isn't disabled registered an address of this origin.
    ///
    /// # Errors
    /// The database is away.
    pub async fn contains(&self, store: &Store, origin: &str) -> Result<bool> {
        let known = self.lock().clone().filter(|(read_at, _)| read_at.elapsed() < FRESH);
        if let Some((_, origins)) = known {
            return Ok(origins.contains(origin));
        }
        let origins = Arc::new(store.list_redirect_origins().await?);
        *self.lock() = Some((Instant::now(), Arc::clone(&origins)));
        Ok(origins.contains(origin))
    }

    /// Reads them anew at the next question.
    pub fn forget(&self) {
        *self.lock() = None;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<(Instant, Arc<HashSet<String>>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
