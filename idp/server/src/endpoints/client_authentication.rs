//! Client authentication (RFC 6749 section 2.3): one method a request, and the one that the client registered.

use super::oauth_error::{OAuthError, OAuthErrorCode};
use crate::app::App;
use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use idp_domain::authorization::parameters::Parameters;
use idp_domain::client::ClientAuthenticationMethod;
use idp_domain::ids::ClientId;
use idp_domain::secret::{Secret, TokenHash, equal_in_constant_time};
use idp_store::RegisteredService;
use std::sync::Arc;

/// What a request brings to prove its client.
struct Credentials {
    id: String,
    secret: Option<Secret>,
    method: ClientAuthenticationMethod,
}

/// The client that sent a request, proven as it registered.
///
/// # Errors
/// `invalid_request` for two methods at once, `invalid_client` for what doesn't prove the client.
pub async fn authenticate(
    app: &App,
    request: &HttpRequest,
    parameters: &Parameters,
) -> Result<Arc<RegisteredService>, OAuthError> {
    let credentials = credentials(request, parameters)?;
    let challenge = credentials.method == ClientAuthenticationMethod::ClientSecretBasic;
    let refused = || OAuthError {
        challenge,
        ..OAuthError::new(OAuthErrorCode::InvalidClient, "client authentication failed")
    };
    let id = ClientId::parse(&credentials.id).ok_or_else(refused)?;
    let service = app.find_service(&id).await?.ok_or_else(refused)?;
    if service.client.authentication_method != credentials.method {
        return Err(refused());
    }
    let proven = match &credentials.secret {
        // Generated secrets have at least 128 bits: SHA-256 is enough (performance.md, complaints).
        Some(secret) => {
            let hash = TokenHash::of(secret.expose());
            service.secrets.iter().any(|stored| equal_in_constant_time(stored, hash.as_bytes()))
        }
        None => service.client.authentication_method == ClientAuthenticationMethod::None,
    };
    if proven { Ok(service) } else { Err(refused()) }
}

fn credentials(request: &HttpRequest, parameters: &Parameters) -> Result<Credentials, OAuthError> {
    let invalid = |description| OAuthError::new(OAuthErrorCode::InvalidRequest, description);
    let get = |name| parameters.get(name).map_err(|_| invalid("a parameter is repeated or malformed"));
    let (body_id, body_secret) = (get("client_id")?, get("client_secret")?);
    let headers: Vec<_> = request.headers().get_all(AUTHORIZATION).collect();
    if headers.len() > 1 {
        return Err(invalid("Authorization appears more than once"));
    }
    let Some(header) = headers.first() else {
        let id = body_id.unwrap_or_default().to_owned();
        return Ok(match body_secret {
            Some(secret) => Credentials {
                id,
                secret: Some(Secret::new(secret)),
                method: ClientAuthenticationMethod::ClientSecretPost,
            },
            None => Credentials { id, secret: None, method: ClientAuthenticationMethod::None },
        });
    };
    // RFC 6749 section 2.3: a client MUST NOT use more than one method in a request.
    if body_secret.is_some() {
        return Err(invalid("two ways of client authentication"));
    }
    let malformed = OAuthError {
        challenge: true,
        ..OAuthError::new(OAuthErrorCode::InvalidClient, "client authentication failed")
    };
    let (id, secret) = header.to_str().ok().and_then(basic).ok_or(malformed)?;
    if body_id.is_some_and(|body_id| body_id != id) {
        return Err(invalid("client_id differs from the Authorization header's"));
    }
    Ok(Credentials { id, secret: Some(secret), method: ClientAuthenticationMethod::ClientSecretBasic })
}

/// RFC 6749 section 2.3.1: both parts are form-encoded before they are joined.
fn basic(header: &str) -> Option<(String, Secret)> {
    let (scheme, rest) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") || rest.len() > 4096 {
        return None;
    }
    let decoded = String::from_utf8(BASE64_STANDARD.decode(rest.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((form_decode(id), Secret::new(form_decode(secret))))
}

fn form_decode(text: &str) -> String {
    // A lone name is a pair without a value.
    let encoded = text.replace('&', "%26").replace('=', "%3D");
    url::form_urlencoded::parse(encoded.as_bytes())
        .next()
        .map_or_else(String::new, |(name, _)| name.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_parts_are_form_decoded() {
        let header = format!("Basic {}", BASE64_STANDARD.encode("my%3Aid:a%2Bb+c%26d"));
        let (id, secret) = basic(&header).unwrap();
        assert_eq!((id.as_str(), secret.expose()), ("my:id", "a+b c&d"));
        for bad in ["Basic", "Basic %%%", "Bearer x", &format!("Basic {}", BASE64_STANDARD.encode("nocolon"))]
        {
            assert!(basic(bad).is_none(), "{bad}");
        }
    }
}
