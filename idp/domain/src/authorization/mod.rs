//! The authorization request (OIDC Core 3.1.2.1, RFC 6749 section 4.1.1) and the code that answers it.
//!
//! 1. [`parameters`]: reads what came, once each.
//! 2. [`pushed`] and [`request_object`]: where the parameters really are, if the request came by reference or signed.
//! 3. [`destination`]: finds where an answer may go; what fails here is told to the person on a page, never by a redirect.
//! 4. [`checks`]: the ordered rules; what fails here is told to the client by a redirect. [`acr`], [`claims_request`],
//!    [`pkce`] and [`scope`] read what their parameters say.
//! 5. [`code`]: what an authorization code stands for, and when it is redeemed.

pub mod acr;
pub mod checks;
pub mod claims_request;
pub mod code;
pub mod destination;
pub mod parameters;
pub mod pkce;
pub mod pushed;
pub mod request_object;
pub mod scope;

use crate::authorization::acr::AcrRequest;
use crate::authorization::claims_request::ClaimsRequest;
use crate::authorization::destination::Destination;
use crate::authorization::pkce::CodeChallenge;
use crate::authorization::scope::Scope;
use crate::client::Client;
use crate::ids::ClientId;
use crate::jwk::Thumbprint;
use crate::time::Timestamp;
use ontario_language::Language;
use serde::{Deserialize, Serialize};

/// A checked authorization request, as it is kept while the person signs in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// Whose request it is.
    pub client_id: ClientId,
    /// Where the answer goes.
    pub destination: Destination,
    /// What is asked for and allowed.
    pub scope: Scope,
    /// Given back in the ID token.
    pub nonce: Option<String>,
    /// PKCE (RFC 7636); absent only where the registration allows it.
    pub code_challenge: Option<CodeChallenge>,
    /// `prompt`.
    pub prompt: Prompt,
    /// `max_age` in seconds.
    pub max_age: Option<u64>,
    /// The first language of `ui_locales` that we speak.
    pub ui_locale: Option<Language>,
    /// `login_hint`, shown in the e-mail field.
    pub login_hint: Option<String>,
    /// The `sub` of an `id_token_hint`: nobody else may be answered with (OIDC Core 3.1.2.1).
    pub hinted_subject: Option<String>,
    /// `acr_values`, the claim `acr`, and the client's own level.
    #[serde(default)]
    pub acr: AcrRequest,
    /// `claims`.
    #[serde(default)]
    pub claims: ClaimsRequest,
    /// `resource`: where the access token is to be used (RFC 8707).
    #[serde(default)]
    pub resources: Vec<String>,
    /// `dpop_jkt`: the key that the code is bound to (RFC 9449 section 10).
    #[serde(default)]
    pub dpop_jkt: Option<Thumbprint>,
    /// When it arrived.
    pub received_at: Timestamp,
}

impl AuthorizationRequest {
    /// The request under its client's registration as it is now, which may have changed while the request was kept: no more
    /// scopes than it has now, no lower level, and nothing at all where a redirect address, a resource or PKCE's absence is
    /// no longer allowed.
    #[must_use]
    pub fn as_registered(self, client: &Client) -> Option<Self> {
        client.registered_redirect_uri(&self.destination.redirect_uri)?;
        let stands = self.resources.iter().all(|resource| client.tokens.resources.contains(resource))
            && (self.code_challenge.is_some() || !client.require_pkce);
        let scope = Scope::grant(&self.scope.to_string(), &client.scopes).filter(|_| stands)?;
        let minimum = self.acr.minimum.max(client.minimum_level);
        Some(Self { scope, acr: AcrRequest { minimum, ..self.acr }, ..self })
    }
}

/// The `prompt` parameter (OIDC Core 3.1.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Prompt {
    /// `none`: no page may be shown; never with another value.
    pub none: bool,
    /// `login`: the person signs in again.
    pub login: bool,
    /// `select_account`: the person says with which account.
    pub select_account: bool,
    /// `consent`: the person is asked, whatever they allowed before.
    #[serde(default)]
    pub consent: bool,
}

/// An error that the client is told by a redirect (RFC 6749 section 4.1.2.1, OIDC Core 3.1.2.6).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {description}")]
pub struct AuthorizationError {
    /// The registered code.
    pub code: AuthorizationErrorCode,
    /// For the client's developers; our own words, nothing of the request in it.
    pub description: &'static str,
}

/// The registered codes that we send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthorizationErrorCode {
    /// A parameter is missing, doubled or unsound.
    InvalidRequest,
    /// Something else than `code` was asked for.
    UnsupportedResponseType,
    /// No usable scope.
    InvalidScope,
    /// The person said no.
    AccessDenied,
    /// `prompt=none` without a fitting session.
    LoginRequired,
    /// `prompt=none`, but the person has to choose an account.
    AccountSelectionRequired,
    /// `prompt=none`, but the person has to be asked something else.
    InteractionRequired,
    /// `prompt=none`, but the person has to allow it.
    ConsentRequired,
    /// The level that it demands can't be reached.
    UnmetAuthenticationRequirements,
    /// `resource` isn't one that the client may ask for (RFC 8707 section 2).
    InvalidTarget,
    /// The client may not send people here.
    UnauthorizedClient,
    /// `request` isn't signed.
    RequestNotSupported,
    /// `request` doesn't stand (RFC 9101 section 7).
    InvalidRequestObject,
    /// `request_uri` isn't registered, or brings no request object (RFC 9101 section 7).
    InvalidRequestUri,
    /// `registration` isn't taken.
    RegistrationNotSupported,
}

impl AuthorizationErrorCode {
    /// The code as it is sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::AccessDenied => "access_denied",
            Self::LoginRequired => "login_required",
            Self::AccountSelectionRequired => "account_selection_required",
            Self::InteractionRequired => "interaction_required",
            Self::ConsentRequired => "consent_required",
            Self::UnmetAuthenticationRequirements => "unmet_authentication_requirements",
            Self::InvalidTarget => "invalid_target",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::RequestNotSupported => "request_not_supported",
            Self::InvalidRequestObject => "invalid_request_object",
            Self::InvalidRequestUri => "invalid_request_uri",
            Self::RegistrationNotSupported => "registration_not_supported",
        }
    }
}

impl std::fmt::Display for AuthorizationErrorCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
