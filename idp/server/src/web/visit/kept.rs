//! The authorization request that a page belongs to.

use super::Visit;
use crate::web::problem::Problem;
use idp_domain::ids::AuthorizationRequestId;
use idp_store::{KeptRequest, RegisteredService};
use std::sync::Arc;

/// A request of this browser that still waits, and its service as it is registered now.
pub struct Kept {
    /// What is on record of it.
    pub record: KeptRequest,
    /// The service that it came from; `None` where that is registered no more.
    pub service: Option<Arc<RegisteredService>>,
}

impl Kept {
    /// Whether it was answered.
    #[must_use]
    pub fn is_answered(&self) -> bool {
        self.record.completed
    }

    /// Where its answer goes.
    #[must_use]
    pub fn redirect_uri(&self) -> &str {
        &self.record.request.destination.redirect_uri
    }

    /// The service, to go on to it.
    ///
    /// # Errors
    /// X6: it is registered no more.
    pub fn service(&self) -> Result<&Arc<RegisteredService>, Problem> {
        let gone = || Problem::BadRequest("the service is no longer registered".into());
        self.service.as_ref().ok_or_else(gone)
    }
}

impl Visit {
    /// The kept request of this page, if it is this browser's and still waits.
    ///
    /// # Errors
    /// X6: the service's registration takes it no more. The database is away.
    pub async fn kept_request(&self) -> Result<Option<Kept>, Problem> {
        self.find_kept(self.tx.clone()).await
    }

    /// A kept request, if it is this browser's and still waits, as its service is registered now: a request waits for up to
    /// a day, and a redirect address may have been taken off the registration because somebody else has it.
    ///
    /// # Errors
    /// X6: the service's registration takes it no more. The database is away.
    pub async fn find_kept(&self, id: Option<AuthorizationRequestId>) -> Result<Option<Kept>, Problem> {
        let Some(id) = id.filter(|_| !self.browser_is_new) else { return Ok(None) };
        let record = self.app.store.find_authorization_request(id, self.browser_hash()).await?;
        let Some(record) = record.filter(|record| record.expires_at >= self.now) else { return Ok(None) };
        let service = self.app.find_service(&record.request.client_id).await?;
        let Some(service) = service else { return Ok(Some(Kept { record, service: None })) };
        let no_longer = || Problem::BadRequest("the service's registration takes the request no more".into());
        let request = record.request.as_registered(&service.client).ok_or_else(no_longer)?;
        Ok(Some(Kept { record: KeptRequest { request, ..record }, service: Some(service) }))
    }

    /// The name of the service that a kept request is of, in the page's language.
    #[must_use]
    pub fn service_name(&self, kept: Option<&Kept>) -> Option<String> {
        let service = kept?.service.as_ref()?;
        Some(service.client.name.get(self.language).to_owned())
    }
}
