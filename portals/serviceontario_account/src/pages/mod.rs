//! What people see, one file per part of the way.

pub(crate) mod backchannel_logout;
pub(crate) mod home;
pub(crate) mod landing;
pub(crate) mod session;
pub(crate) mod setup;
pub(crate) mod sign_in;

use crate::store::StoreError;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};

/// Why a request gets an error page; `error_pages` writes it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PortalError {
    #[error(transparent)]
    Store(StoreError),
    #[error("a page does not render: {0}")]
    Render(#[from] askama::Error),
    #[error("the application has no portal")]
    NotConfigured,
    #[error("the form was not made for this session")]
    Forbidden,
    #[error("the request is not valid")]
    BadRequest,
}

impl ResponseError for PortalError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Store(_) | Self::Render(_) | Self::NotConfigured => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::BadRequest => StatusCode::BAD_REQUEST,
        }
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}
