//! The origins of all registered redirect addresses: which scripts may read our answers.

use super::remembered::Remembered;
use idp_store::{Result, Store};
use std::collections::HashSet;

/// The origins.
#[derive(Default)]
pub struct OriginCache(Remembered<(), HashSet<String>>);

impl OriginCache {
    /// Whether a service that isn't disabled registered an address of this origin.
    ///
    /// # Errors
    /// The database is away.
    pub async fn contains(&self, store: &Store, origin: &str) -> Result<bool> {
        Ok(self.0.get_one(store.list_redirect_origins()).await?.contains(origin))
    }

    /// Reads them anew at the next question.
    pub fn forget(&self) {
        self.0.forget(&());
    }
}
