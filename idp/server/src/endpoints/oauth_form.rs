//! The form that a client sends to an OAuth endpoint (RFC 6749 section 3.2, RFC 9126 section 2.1).

use super::oauth_error::{OAuthError, OAuthErrorCode};
use crate::web::form::{MAX_BODY, is_form};
use actix_web::HttpRequest;
use idp_domain::authorization::parameters::Parameters;

/// Reads it: of bounded length, each parameter once.
///
/// # Errors
/// `invalid_request`
pub fn read(request: &HttpRequest, body: &[u8]) -> Result<Parameters, OAuthError> {
    let invalid = |description| OAuthError::new(OAuthErrorCode::InvalidRequest, description);
    if !is_form(request) {
        return Err(invalid("the body must be application/x-www-form-urlencoded"));
    }
    if body.len() > MAX_BODY {
        return Err(invalid("the body is too long"));
    }
    let parameters = Parameters::parse(body).map_err(|_| invalid("too many parameters"))?;
    if parameters.has_repeated() {
        return Err(invalid("a parameter appears more than once"));
    }
    Ok(parameters)
}
