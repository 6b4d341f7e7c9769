//! Where the parameters of a request really are: in the request itself, or in a request object (RFC 9101, OIDC Core
//! section 6).

use crate::app::App;
use idp_domain::authorization::parameters::Parameters;
use idp_domain::authorization::{AuthorizationError, AuthorizationErrorCode};
use idp_domain::client::Client;
use idp_domain::time::Timestamp;

/// A request's parameters, put together.
pub struct Assembled {
    /// Those that count.
    pub parameters: Parameters,
    /// Whether the client signed them.
    pub signed: bool,
}

/// Puts a request's parameters together. `pushed` says that the client itself sent them.
///
/// # Errors
/// The request object doesn't stand, or can't be had.
pub async fn assemble(
    _: &App,
    _: &Client,
    sent: &Parameters,
    _: bool,
    _: Timestamp,
) -> Result<Assembled, AuthorizationError> {
    if sent.all("request").next().is_some() {
        let description = "request objects are not supported";
        return Err(AuthorizationError { code: AuthorizationErrorCode::RequestNotSupported, description });
    }
    if sent.all("request_uri").next().is_some() {
        let description = "the request_uri is not registered";
        return Err(AuthorizationError { code: AuthorizationErrorCode::InvalidRequestUri, description });
    }
    Ok(Assembled { parameters: sent.clone(), signed: false })
}
