//! Who calls: a service by an access token of its own.

use super::problem::Problem;
use crate::admin::Desk;
use crate::admin::keys::KeyTools;
use crate::admin::services::ServiceTools;
use crate::app::App;
use crate::endpoints::live_token;
use crate::endpoints::protected::{PresentedToken, Refusal};
use crate::web::cookies::{self, Name};
use crate::web::wrong_proofs::{Claim, ProofTry};
use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use idp_domain::administration::Authority;
use idp_domain::time::Timestamp;
use std::pin::Pin;

/// A service that proved its right.
pub struct Caller {
    /// The node.
    pub app: Data<App>,
    authority: Authority,
    now: Timestamp,
}

impl Caller {
    /// Where it administers.
    #[must_use]
    pub fn desk(&self) -> Desk<'_> {
        Desk::new(&self.app.store, &self.authority, self.now)
    }

    /// Whether it is this service.
    #[must_use]
    pub fn is(&self, client_id: &str) -> bool {
        matches!(&self.authority, Authority::ApiClient { client, .. } if client.as_str() == client_id)
    }

    /// What acts on keys need.
    #[must_use]
    pub fn key_tools(&self) -> KeyTools<'_> {
        KeyTools::of(&self.app)
    }

    /// What acts on services need.
    #[must_use]
    pub fn service_tools(&self) -> ServiceTools<'_> {
        ServiceTools { outbound: &self.app.outbound, allow_loopback: self.app.settings.allow_loopback }
    }

    /// Who sent a request.
    ///
    /// # Errors
    /// Nobody who proved a right.
    pub async fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let app = request.app_data::<Data<App>>().cloned().ok_or(Problem::Failed("no app".into()))?;
        let now = app.clock.now();
        let presented = match PresentedToken::read(request, None) {
            // A person who is signed in here has no business with the API, whoever asks them for a token.
            Err(Refusal::NoToken) if is_signed_in(&app, request) => return Err(Problem::Person),
            presented => presented?,
        };
        let invalid = || Refusal::InvalidToken(presented.scheme);
        let guess = ProofTry::begin(&app, request, Claim::Administration).map_err(Refusal::from)?;
        let Some(token) =
            live_token::find(&app, presented.token.expose(), now).await.map_err(Refusal::from)?
        else {
            let wait = guess.wrong().await.map_err(Refusal::from)?;
            return Err(wait.map_or_else(invalid, Refusal::from).into());
        };
        // A person's token is that person's; RFC 6749 section 4.4 gives a program its own.
        if token.is_refresh || !token.access.is_for(app.issuer()) {
            return Err(invalid().into());
        }
        if token.account_id.is_some() {
            return Err(Problem::Person);
        }
        let service = app.find_service(&token.client_id).await.map_err(Refusal::from)?;
        let service = service.ok_or_else(invalid)?;
        presented.check_binding(&app, request, service.client.profile, token.jkt.as_deref()).await?;
        guess.right();
        let authority = Authority::ApiClient { client: token.client_id, scope: token.access.scope };
        Ok(Self { app, authority, now })
    }
}

fn is_signed_in(app: &App, request: &HttpRequest) -> bool {
    cookies::read(request, Name::Session, app.settings.server.is_https()).is_some()
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Self::of(&request).await })
    }
}
