//! Errors as problem details (RFC 9457); what the token is about, as RFC 6750 says.

use crate::admin::{AdminError, FieldError};
use crate::endpoints::protected::Refusal;
use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use serde_json::{Value, json};

/// The realm of challenges.
const REALM: &str = "administration";

/// Why a request was not done.
#[derive(Debug)]
pub enum Problem {
    /// The token.
    Token(Refusal),
    /// A person, by cookie or by a token of theirs: the API is for services' own tokens.
    Person,
    /// The token's scope doesn't reach so far; the one that would.
    Scope(String),
    /// No such thing.
    NotFound(String),
    /// The body is no JSON, or not of the described shape.
    Malformed(String),
    /// A body of another type.
    UnsupportedMediaType,
    /// A body of more than 1 MiB.
    TooLarge,
    /// Values break rules that the description tells of each alone.
    Invalid(Vec<FieldError>),
    /// Each value is as described, but they don't fit one another, or break a rule that no schema can tell.
    Unfit(Vec<FieldError>),
    /// It doesn't fit how things stand.
    Conflict(String),
    /// The database is away.
    Unavailable,
    /// Our own mistake; the words are for the log.
    Failed(String),
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::Token(refusal)
    }
}

impl From<AdminError> for Problem {
    fn from(error: AdminError) -> Self {
        match error {
            AdminError::Forbidden(act) => Self::Scope(act.scope()),
            AdminError::NotFound(what) => Self::NotFound(what),
            AdminError::Invalid(fields) => Self::Invalid(fields),
            AdminError::Conflict(text) => Self::Conflict(text),
            AdminError::Store(error) => {
                tracing::error!(%error, "an act of administration could not reach the database");
                Self::Unavailable
            }
            AdminError::Failed(text) => Self::Failed(text),
        }
    }
}

impl Problem {
    /// An error of an operation whose body keeps more rules than its schema tells: 422 stays for `told`, the fields of which the
    /// schema tells all.
    #[must_use]
    pub fn beyond(error: AdminError, told: &[&str]) -> Self {
        match error {
            AdminError::Invalid(fields)
                if !fields.iter().any(|error| told.contains(&error.field.as_str())) =>
            {
                Self::Unfit(fields)
            }
            error => error.into(),
        }
    }

    /// The answer.
    #[must_use]
    pub fn response(&self) -> HttpResponse {
        let (status, detail) = match self {
            Self::Token(refusal) => return self.of_token(refusal),
            Self::Scope(scope) => {
                let challenge =
                    format!(r#"Bearer realm="{REALM}", error="insufficient_scope", scope="{scope}""#);
                let mut response =
                    self.problem(StatusCode::FORBIDDEN, &format!("the scope {scope} is needed"));
                if let Ok(value) = challenge.parse() {
                    response.headers_mut().insert(WWW_AUTHENTICATE, value);
                }
                return response;
            }
            Self::Person => (StatusCode::FORBIDDEN, "the API is for services' own tokens".to_owned()),
            Self::NotFound(what) => (StatusCode::NOT_FOUND, format!("there is no {what}")),
            Self::Malformed(text) => (StatusCode::BAD_REQUEST, text.clone()),
            Self::UnsupportedMediaType => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "send application/json".to_owned())
            }
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "at most 1 MiB".to_owned()),
            Self::Invalid(_) => (StatusCode::UNPROCESSABLE_ENTITY, "a value breaks a rule".to_owned()),
            Self::Unfit(_) => {
                (StatusCode::CONFLICT, "a value doesn't fit the others, or what it is for".to_owned())
            }
            Self::Conflict(text) => (StatusCode::CONFLICT, text.clone()),
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "try again in a moment".to_owned()),
            Self::Failed(text) => {
                tracing::error!(error = %text, "an act of administration failed");
                (StatusCode::INTERNAL_SERVER_ERROR, "it is our mistake".to_owned())
            }
        };
        self.problem(status, &detail)
    }

    /// What RFC 6750 and RFC 9449 have in headers, with a body like every other error's.
    fn of_token(&self, refusal: &Refusal) -> HttpResponse {
        let told = refusal.response(REALM);
        let detail = match refusal {
            Refusal::NoToken => "send an access token",
            Refusal::InvalidRequest => "send one access token",
            Refusal::InvalidToken(_) | Refusal::InsufficientScope(_) => "the access token is not good here",
            Refusal::InvalidProof => "the DPoP proof is not good",
            Refusal::UseNonce(_) => "the DPoP proof needs the nonce",
            Refusal::TooMany(_) => "too many requests: wait as Retry-After says",
            Refusal::Failed => "it is our mistake",
            Refusal::Unavailable => "try again in a moment",
        };
        let mut response = self.problem(told.status(), detail);
        for (name, value) in told.headers() {
            if name != CACHE_CONTROL {
                response.headers_mut().append(name.clone(), value.clone());
            }
        }
        response
    }

    fn problem(&self, status: StatusCode, detail: &str) -> HttpResponse {
        let mut body = json!({
            "type": "about:blank",
            "title": status.canonical_reason().unwrap_or_default(),
            "status": status.as_u16(),
            "detail": detail,
        });
        if let Self::Invalid(fields) | Self::Unfit(fields) = self {
            let told = |error: &FieldError| {
                let mut told = json!({"field": error.field, "problem": error.problem});
                if let Some(at) = &error.at {
                    told["line"] = at.line.into();
                }
                told
            };
            body["errors"] = Value::Array(fields.iter().map(told).collect());
        }
        let mut response = HttpResponse::build(status);
        response
            .insert_header((CONTENT_TYPE, "application/problem+json"))
            .insert_header((CACHE_CONTROL, "no-store"));
        if matches!(self, Self::Unavailable) {
            response.insert_header((RETRY_AFTER, "5"));
        }
        response.body(body.to_string())
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the request was not done")
    }
}

impl ResponseError for Problem {
    fn error_response(&self) -> HttpResponse<BoxBody> {
        self.response()
    }
}
