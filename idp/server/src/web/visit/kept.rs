//! The authorization request that a page belongs to.

use super::Visit;
use crate::web::problem::Problem;
use idp_domain::ids::AuthorizationRequestId;
use idp_store::{KeptRequest, RegisteredService};
use std::sync::Arc;

impl Visit {
    /// The kept request of this page, if it is this browser's and still waits.
    ///
    /// # Errors
    /// The database is away.
    pub async fn kept_request(&self) -> Result<Option<KeptRequest>, Problem> {
        self.find_kept(self.tx.clone()).await
    }

    /// A kept request, if it is this browser's and still waits, as its service is registered now: a request waits for up to
    /// a day, and a redirect address may have been taken off the registration because somebody else has it.
    ///
    /// # Errors
    /// X6: the service's registration takes it no more. The database is away.
    pub async fn find_kept(
        &self,
        id: Option<AuthorizationRequestId>,
    ) -> Result<Option<KeptRequest>, Problem> {
        let Some(id) = id.filter(|_| !self.browser_is_new) else { return Ok(None) };
        let kept = self.app.store.find_authorization_request(id, self.browser_hash()).await?;
        let Some(kept) = kept.filter(|kept| kept.expires_at >= self.now) else { return Ok(None) };
        let Some(service) = self.service_of(Some(&kept)).await? else { return Ok(Some(kept)) };
        let no_longer = || Problem::BadRequest("the service's registration takes the request no more".into());
        let request = kept.request.as_registered(&service.client).ok_or_else(no_longer)?;
        Ok(Some(KeptRequest { request, ..kept }))
    }

    /// The name of the service that a kept request is of, in the page's language.
    ///
    /// # Errors
    /// The database is away.
    pub async fn service_name(&self, kept: Option<&KeptRequest>) -> Result<Option<String>, Problem> {
        let service = self.service_of(kept).await?;
        Ok(service.map(|service| service.client.name.get(self.language).to_owned()))
    }

    /// The service that a kept request came from.
    ///
    /// # Errors
    /// The database is away.
    pub async fn service_of(
        &self,
        kept: Option<&KeptRequest>,
    ) -> Result<Option<Arc<RegisteredService>>, Problem> {
        let Some(kept) = kept else { return Ok(None) };
        Ok(self.app.find_service(&kept.request.client_id).await?)
    }
}
