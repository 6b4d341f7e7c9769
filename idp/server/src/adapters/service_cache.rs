//! The registered services of this node. What isn't registered is not remembered, so a new service works at once.

use super::remembered::Remembered;
use idp_domain::ids::ClientId;
use idp_store::{RegisteredService, Result, Store};
use std::sync::Arc;

/// Services by id.
#[derive(Default)]
pub struct ServiceCache(Remembered<ClientId, RegisteredService>);

impl ServiceCache {
    /// A registered service.
    ///
    /// # Errors
    /// The database is away.
    pub async fn find(&self, store: &Store, id: &ClientId) -> Result<Option<Arc<RegisteredService>>> {
        self.0.get(id, store.find_service(id.clone())).await
    }

    /// Reads a service anew at the next question.
    pub fn forget(&self, id: &ClientId) {
        self.0.forget(id);
    }
}
