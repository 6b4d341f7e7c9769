//! Errors as the OAuth endpoints tell them: JSON with a registered code (RFC 6749 section 5.2).

use crate::web::limits::TooMany;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE};
use idp_domain::authorization::{AuthorizationError, AuthorizationErrorCode};
use idp_store::StoreError;
use serde_json::json;

/// The registered codes that we send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OAuthErrorCode {
    /// A parameter is missing, doubled or unsound.
    InvalidRequest,
    /// The client could not prove itself.
    InvalidClient,
    /// The code doesn't stand, or isn't this client's.
    InvalidGrant,
    /// More than was granted, or than the client may have.
    InvalidScope,
    /// A resource that the client may not name (RFC 8707 section 2).
    InvalidTarget,
    /// A token of this kind can't be revoked (RFC 7009 section 2.2.1).
    UnsupportedTokenType,
    /// The client may not use this grant.
    UnauthorizedClient,
    /// We don't know this grant.
    UnsupportedGrantType,
    /// More requests than the limit, for so many seconds more (RFC 9126 section 2.3).
    TooManyRequests(u64),
    /// The database is away.
    TemporarilyUnavailable,
    /// Our own mistake.
    ServerError,
    /// The DPoP proof is missing or doesn't fit (RFC 9449 section 5).
    InvalidDpopProof,
    /// The DPoP proof needs a fresh nonce (RFC 9449 section 8).
    UseDpopNonce,
    /// A pushed request breaks a rule (RFC 9126 section 2.3).
    Request(AuthorizationErrorCode),
}

/// An error answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OAuthError {
    /// The code.
    pub code: OAuthErrorCode,
    /// For the client's developers; our own words.
    pub description: &'static str,
    /// Whether the client used the `Authorization` header, so that a challenge is due (RFC 6749 section 5.2).
    pub challenge: bool,
    /// `DPoP-Nonce`: what the next proof is to hold.
    pub dpop_nonce: Option<String>,
}

impl OAuthError {
    /// An error without a challenge.
    #[must_use]
    pub fn new(code: OAuthErrorCode, description: &'static str) -> Self {
        Self { code, description, challenge: false, dpop_nonce: None }
    }

    /// The answer.
    #[must_use]
    pub fn response(&self) -> HttpResponse {
        let (status, code) = match self.code {
            OAuthErrorCode::InvalidRequest => (StatusCode::BAD_REQUEST, "invalid_request"),
            OAuthErrorCode::InvalidClient => (StatusCode::UNAUTHORIZED, "invalid_client"),
            OAuthErrorCode::InvalidGrant => (StatusCode::BAD_REQUEST, "invalid_grant"),
            OAuthErrorCode::InvalidScope => (StatusCode::BAD_REQUEST, "invalid_scope"),
            OAuthErrorCode::InvalidTarget => (StatusCode::BAD_REQUEST, "invalid_target"),
            OAuthErrorCode::UnsupportedTokenType => (StatusCode::BAD_REQUEST, "unsupported_token_type"),
            OAuthErrorCode::UnauthorizedClient => (StatusCode::BAD_REQUEST, "unauthorized_client"),
            OAuthErrorCode::UnsupportedGrantType => (StatusCode::BAD_REQUEST, "unsupported_grant_type"),
            OAuthErrorCode::TooManyRequests(_) => (StatusCode::TOO_MANY_REQUESTS, "temporarily_unavailable"),
            OAuthErrorCode::TemporarilyUnavailable => {
                (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable")
            }
            OAuthErrorCode::ServerError => (StatusCode::INTERNAL_SERVER_ERROR, "server_error"),
            OAuthErrorCode::InvalidDpopProof => (StatusCode::BAD_REQUEST, "invalid_dpop_proof"),
            OAuthErrorCode::UseDpopNonce => (StatusCode::BAD_REQUEST, "use_dpop_nonce"),
            OAuthErrorCode::Request(code) => (StatusCode::BAD_REQUEST, code.as_str()),
        };
        let mut response = HttpResponse::build(status);
        response.insert_header((CACHE_CONTROL, "no-store")).insert_header((PRAGMA, "no-cache"));
        if self.challenge {
            response.insert_header((WWW_AUTHENTICATE, "Basic realm=\"token\""));
        }
        match self.code {
            OAuthErrorCode::TooManyRequests(seconds) => {
                response.insert_header((RETRY_AFTER, seconds.to_string()));
            }
            OAuthErrorCode::TemporarilyUnavailable => {
                response.insert_header((RETRY_AFTER, "5"));
            }
            _ => {}
        }
        if let Some(nonce) = &self.dpop_nonce {
            response.insert_header(("DPoP-Nonce", nonce.as_str()));
        }
        response.json(json!({"error": code, "error_description": self.description}))
    }
}

impl From<TooMany> for OAuthError {
    fn from(TooMany { seconds }: TooMany) -> Self {
        Self::new(OAuthErrorCode::TooManyRequests(seconds), "too many requests: wait as Retry-After says")
    }
}

impl From<AuthorizationError> for OAuthError {
    fn from(error: AuthorizationError) -> Self {
        Self::new(OAuthErrorCode::Request(error.code), error.description)
    }
}

impl From<StoreError> for OAuthError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a token request failed");
        match error {
            StoreError::Corrupt(_) => Self::new(OAuthErrorCode::ServerError, "this can't be read"),
            _ => Self::new(OAuthErrorCode::TemporarilyUnavailable, "try again in a few seconds"),
        }
    }
}
