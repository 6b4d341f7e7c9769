//! Why the registration endpoint refuses (RFC 7591 section 3.2.2, RFC 7592 section 2, RFC 6750 section 3).

use crate::web::limits::TooMany;
use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE};
use idp_domain::client::{MetadataError, RegistrationError};
use idp_store::StoreError;
use serde_json::json;

/// A refusal.
#[derive(Debug)]
pub enum Refusal {
    /// No token came along: a bare challenge.
    NoToken,
    /// A token that opens nothing here: unknown, expired, used up, or another client's. All are one answer.
    InvalidToken,
    /// What was sent registers nothing.
    Registration(RegistrationError),
    /// More wrong tokens from this network than the limit.
    TooMany(TooMany),
    /// The database is away, or the registration was changed by somebody else just now.
    Unavailable,
    /// Our own mistake.
    Internal,
}

impl Refusal {
    /// The answer.
    #[must_use]
    pub fn response(&self) -> HttpResponse {
        let (mut response, code, description) = match self {
            Self::NoToken => {
                let mut response = HttpResponse::Unauthorized();
                response.insert_header((WWW_AUTHENTICATE, "Bearer realm=\"register\""));
                (response, "invalid_token", "a bearer token is needed".to_owned())
            }
            Self::InvalidToken => {
                let mut response = HttpResponse::Unauthorized();
                let challenge = "Bearer realm=\"register\", error=\"invalid_token\"";
                response.insert_header((WWW_AUTHENTICATE, challenge));
                (response, "invalid_token", "the token opens nothing here".to_owned())
            }
            Self::Registration(error) => (HttpResponse::BadRequest(), error.code(), error.description()),
            Self::TooMany(TooMany { seconds }) => {
                let mut response = HttpResponse::TooManyRequests();
                response.insert_header((RETRY_AFTER, seconds.to_string()));
                let description = "too many requests: wait as Retry-After says".to_owned();
                (response, "temporarily_unavailable", description)
            }
            Self::Unavailable => {
                let mut response = HttpResponse::ServiceUnavailable();
                response.insert_header((RETRY_AFTER, "5"));
                (response, "temporarily_unavailable", "try again in a few seconds".to_owned())
            }
            Self::Internal => {
                (HttpResponse::InternalServerError(), "server_error", "this can't be read".to_owned())
            }
        };
        response.insert_header((CACHE_CONTROL, "no-store")).insert_header((PRAGMA, "no-cache"));
        response.json(json!({"error": code, "error_description": description}))
    }
}

impl From<TooMany> for Refusal {
    fn from(too_many: TooMany) -> Self {
        Self::TooMany(too_many)
    }
}

impl From<RegistrationError> for Refusal {
    fn from(error: RegistrationError) -> Self {
        Self::Registration(error)
    }
}

impl From<MetadataError> for Refusal {
    fn from(error: MetadataError) -> Self {
        Self::Registration(RegistrationError::Metadata(vec![error]))
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a registration request failed");
        match error {
            StoreError::Corrupt(_) => Self::Internal,
            _ => Self::Unavailable,
        }
    }
}
