//! Which scripts of other origins may read our answers (Fetch standard, CORS protocol). Cookies never go along: no answer
//! here depends on them. The authorization endpoint and the pages are no script's to read (RFC 9700 section 2.6).

use crate::app::App;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HeaderMap,
    HeaderValue, ORIGIN, VARY,
};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, web};

/// Whose scripts may read an endpoint's answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// Anybody's: it is public.
    Everyone,
    /// Those of registered services: the origins of their redirect addresses.
    Services,
}

/// What a script may send along.
const REQUEST_HEADERS: HeaderValue = HeaderValue::from_static("Authorization, Content-Type, DPoP");
/// What a script may read beside the body.
const RESPONSE_HEADERS: HeaderValue = HeaderValue::from_static("WWW-Authenticate, DPoP-Nonce, Retry-After");
/// How long a browser may remember a preflight's answer, in seconds.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

/// Answers preflights of an endpoint, and lets the right scripts read its other answers.
///
/// # Errors
/// Those of the endpoint.
pub async fn share<B: MessageBody + 'static>(
    readers: Readers,
    methods: HeaderValue,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let allowed = allowed_origin(readers, &request).await;
    let is_preflight =
        request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if is_preflight {
        let answer = if allowed.is_some() { HttpResponse::NoContent() } else { HttpResponse::Forbidden() };
        request.into_response({ answer }.finish())
    } else {
        next.call(request).await?.map_into_boxed_body()
    };
    let headers = response.headers_mut();
    if readers == Readers::Services {
        headers.append(VARY, HeaderValue::from_static("Origin"));
    }
    if let Some(origin) = allowed {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        if is_preflight {
            headers.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS);
            headers.insert(ACCESS_CONTROL_MAX_AGE, MAX_AGE);
        } else {
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, RESPONSE_HEADERS);
        }
    }
    Ok(response)
}

/// What `Access-Control-Allow-Origin` says, if anything.
async fn allowed_origin(readers: Readers, request: &ServiceRequest) -> Option<HeaderValue> {
    if readers == Readers::Everyone {
        return Some(HeaderValue::from_static("*"));
    }
    let origin = lone(request.headers())?;
    let app = request.app_data::<web::Data<App>>()?;
    match app.origins.contains(&app.store, origin.to_str().ok()?).await {
        Ok(true) => Some(origin),
        Ok(false) => None,
        Err(error) => {
            tracing::error!(%error, "the registered origins could not be read");
            None
        }
    }
}

/// The one `Origin` of a request.
fn lone(headers: &HeaderMap) -> Option<HeaderValue> {
    let mut values = headers.get_all(ORIGIN);
    let value = values.next().cloned();
    if values.next().is_some() { None } else { value }
}
