//! The registered services of this node, each remembered for a second: every request needs its own, and they hardly ever
//! change. What isn't registered is not remembered, so a new service works at once.

use idp_domain::ids::ClientId;
use idp_store::{RegisteredService, Result, Store};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a change of a registration may take to be seen.
const FRESH: Duration = Duration::from_secs(1);

/// Services by id, with the moment when they were read.
#[derive(Default)]
pub struct ServiceCache(Mutex<HashMap<ClientId, (Instant, Arc<RegisteredService>)>>);

impl ServiceCache {
    /// A registered service.
    ///
    /// # Errors
    /// The database is away.
    pub async fn find(&self, store: &Store, id: &ClientId) -> Result<Option<Arc<RegisteredService>>> {
        if let Some((read_at, service)) = self.lock().get(id)
            && read_at.elapsed() < FRESH
        {
            return Ok(Some(Arc::clone(service)));
        }
        let found = store.find_service(id.clone()).await?.map(Arc::new);
        match &found {
            Some(service) => self.lock().insert(id.clone(), (Instant::now(), Arc::clone(service))),
            None => self.lock().remove(id),
        };
        Ok(found)
    }

    /// Reads a service anew at the next question.
    pub fn forget(&self, id: &ClientId) {
        self.lock().remove(id);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<ClientId, (Instant, Arc<RegisteredService>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
