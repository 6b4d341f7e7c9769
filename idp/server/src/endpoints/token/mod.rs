//! The token endpoint (RFC 6749 section 3.2).
//!
//! 1. Every grant shares the first phases: the form is read, the client proves itself and may use the grant.
//! 2. Each grant is one arm of one exhaustive match: [`authorization_code`], [`refresh_token`], [`client_credentials`].
//! 3. They make their [`access_token`] and the [`response`] alike.

mod access_token;
mod authorization_code;
mod client_credentials;
mod refresh_token;
mod response;

pub use access_token::{AccessTokenClaims, Audience, Confirmation};

use super::client_authentication::authenticate;
use super::oauth_error::{OAuthError, OAuthErrorCode};
use super::{dpop, oauth_form};
use crate::app::App;
use actix_web::{HttpRequest, HttpResponse, web};
use idp_domain::authorization::parameters::{MAX_VALUE, Parameters};
use idp_domain::client::Client;
use idp_domain::grant::access::{AccessError, AccessRequest, may_target};
use idp_domain::time::Timestamp;

/// A grant that we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantType {
    /// RFC 6749 section 4.1
    AuthorizationCode,
    /// RFC 6749 section 6
    RefreshToken,
    /// RFC 6749 section 4.4
    ClientCredentials,
}

impl GrantType {
    /// Every grant, as discovery lists them.
    pub const ALL: [Self; 3] = [Self::AuthorizationCode, Self::RefreshToken, Self::ClientCredentials];

    /// The registered name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
        }
    }
}

/// A request that came through the shared phases.
struct TokenRequest<'a> {
    app: &'a App,
    /// Proven, and may use the grant.
    client: &'a Client,
    parameters: &'a Parameters,
    /// Thumbprint of the key that the request proved (RFC 9449).
    jkt: Option<String>,
    now: Timestamp,
}

/// `POST /token`
pub async fn post(app: web::Data<App>, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    match answer(&app, &request, &body).await {
        Ok(response) => response,
        Err(error) => error.response(),
    }
}

async fn answer(app: &App, request: &HttpRequest, body: &[u8]) -> Result<HttpResponse, OAuthError> {
    let parameters = oauth_form::read(request, body)?;
    let grant = grant_type(&parameters)?;
    let service = authenticate(app, request, &parameters).await?;
    let client = &service.client;
    if !client.may_use_grant(grant.as_str()) {
        return Err(OAuthError::new(
            OAuthErrorCode::UnauthorizedClient,
            "this client may not use this grant",
        ));
    }
    let jkt = dpop::client_proof(app, request, client).await?.map(|key| key.to_string());
    let request = TokenRequest { app, client, parameters: &parameters, jkt, now: app.clock.now() };
    match grant {
        GrantType::AuthorizationCode => authorization_code::answer(&request).await,
        GrantType::RefreshToken => refresh_token::answer(&request).await,
        GrantType::ClientCredentials => client_credentials::answer(&request).await,
    }
}

fn grant_type(parameters: &Parameters) -> Result<GrantType, OAuthError> {
    match parameters.get("grant_type") {
        Ok(Some(name)) => {
            GrantType::ALL.into_iter().find(|grant| grant.as_str() == name).ok_or(OAuthError::new(
                OAuthErrorCode::UnsupportedGrantType,
                "authorization_code, refresh_token or client_credentials",
            ))
        }
        _ => Err(OAuthError::new(OAuthErrorCode::InvalidRequest, "grant_type is missing")),
    }
}

impl TokenRequest<'_> {
    fn get(&self, name: &str) -> Result<Option<String>, OAuthError> {
        self.parameters
            .get(name)
            .map(|value| value.map(str::to_owned))
            .map_err(|_| OAuthError::new(OAuthErrorCode::InvalidRequest, "a parameter is malformed"))
    }

    fn required(&self, name: &str, missing: &'static str) -> Result<String, OAuthError> {
        self.get(name)?.ok_or(OAuthError::new(OAuthErrorCode::InvalidRequest, missing))
    }

    /// What the access token is asked to open: `scope`, where the grant takes one, and `resource` (RFC 8707), each of
    /// which the client must have registered.
    fn access(&self, scope: Option<String>) -> Result<AccessRequest, OAuthError> {
        let refused =
            || OAuthError::new(OAuthErrorCode::InvalidTarget, "this client may not name this resource");
        let named = || self.parameters.all("resource").filter(|resource| !resource.is_empty());
        if named().count() > 10 || named().any(|resource| resource.len() > MAX_VALUE) {
            return Err(refused());
        }
        let resources: Vec<String> = named().map(str::to_owned).collect();
        if !may_target(self.client, self.app.issuer(), &resources) {
            return Err(refused());
        }
        Ok(AccessRequest { scope, resources, issuer: self.app.issuer().to_owned() })
    }
}

impl From<AccessError> for OAuthError {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::WiderScope => Self::new(OAuthErrorCode::InvalidScope, "the scope was not granted"),
            AccessError::OtherTarget => {
                Self::new(OAuthErrorCode::InvalidTarget, "the resource was not authorized")
            }
        }
    }
}
