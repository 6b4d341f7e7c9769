//! Why a request gets an error page; `error_pages` writes it.

use crate::answers::redirect;
use crate::database::DatabaseError;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};

/// Why a request gets an error page.
#[derive(Debug, thiserror::Error)]
pub enum PortalError {
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A template failed.
    #[error("a page does not render: {0}")]
    Render(#[from] askama::Error),
    /// Something can't be written as JSON.
    #[error("not to be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The application was put together without its data.
    #[error("the application is not configured")]
    NotConfigured,
    /// The form was not made for this session, or does not come from here.
    #[error("the form was not made for this session")]
    Forbidden,
    /// The person has to be on another page first; the address, with its language.
    #[error("another page comes first")]
    Elsewhere(String),
    /// Nothing of this person's is there.
    #[error("there is no such page")]
    NotFound,
    /// What was sent makes no sense.
    #[error("the request is not valid")]
    BadRequest,
    /// More was sent than is read.
    #[error("the request is too large")]
    TooLarge,
    /// A rule of the portal's own failed; the words are for the log.
    #[error("{0}")]
    Internal(String),
}

impl ResponseError for PortalError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Database(_) | Self::Render(_) | Self::Json(_) | Self::NotConfigured | Self::Internal(_) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
            Self::Elsewhere(_) => StatusCode::SEE_OTHER,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        }
    }

    fn error_response(&self) -> HttpResponse {
        match self {
            Self::Elsewhere(location) => redirect(location),
            _ => HttpResponse::new(self.status_code()),
        }
    }
}
