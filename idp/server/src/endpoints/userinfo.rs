//! The userinfo endpoint (OIDC Core 5.3): what the access token's scopes open.

use crate::app::App;
use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use actix_web::{HttpRequest, HttpResponse, web};
use idp_domain::authorization::parameters::Parameters;
use idp_domain::claims::UserinfoClaims;
use idp_domain::client::Client;
use idp_domain::grant::TokenKind;
use idp_domain::secret::{Secret, TokenHash};
use idp_store::StoreError;
use serde::Serialize;

/// Why a request opens nothing (RFC 6750 section 3).
enum Refusal {
    /// No token was sent: a bare challenge.
    NoToken,
    /// Two tokens, or one in a place where none belongs.
    InvalidRequest,
    /// Unknown, expired or revoked.
    InvalidToken,
    /// A good token, but not for this (RFC 6750 section 3.1).
    InsufficientScope,
    /// The database is away.
    Unavailable,
    /// Our own mistake.
    Failed,
}

impl Refusal {
    fn response(&self) -> HttpResponse {
        let (mut response, challenge) = match self {
            Self::NoToken => (HttpResponse::Unauthorized(), "Bearer realm=\"userinfo\""),
            Self::InvalidRequest => {
                (HttpResponse::BadRequest(), "Bearer realm=\"userinfo\", error=\"invalid_request\"")
            }
            Self::InvalidToken => {
                (HttpResponse::Unauthorized(), "Bearer realm=\"userinfo\", error=\"invalid_token\"")
            }
            Self::InsufficientScope => (
                HttpResponse::Forbidden(),
                "Bearer realm=\"userinfo\", error=\"insufficient_scope\", scope=\"openid\"",
            ),
            Self::Failed => return HttpResponse::InternalServerError().finish(),
            Self::Unavailable => {
                return HttpResponse::ServiceUnavailable().insert_header(("Retry-After", "5")).finish();
            }
        };
        response
            .insert_header((WWW_AUTHENTICATE, challenge))
            .insert_header((CACHE_CONTROL, "no-store"))
            .finish()
    }
}

/// `GET /userinfo`
pub async fn get(app: web::Data<App>, request: HttpRequest) -> HttpResponse {
    answer(&app, bearer(&request, None)).await
}

/// `POST /userinfo`: the token in the header, or in the form (RFC 6750 section 2.2).
pub async fn post(app: web::Data<App>, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    let content_type =
        request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_form = content_type.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded");
    let parameters = if is_form { Parameters::parse(&body).ok() } else { None };
    answer(&app, bearer(&request, parameters.as_ref())).await
}

/// The one token of a request. RFC 6750 section 2: not in more than one way, and never in the query.
fn bearer(request: &HttpRequest, form: Option<&Parameters>) -> Result<Secret, Refusal> {
    let headers: Vec<_> = request.headers().get_all(AUTHORIZATION).collect();
    let in_form = match form.map(|form| form.get("access_token")) {
        Some(Err(_)) => return Err(Refusal::InvalidRequest),
        Some(Ok(token)) => token,
        None => None,
    };
    match (headers.as_slice(), in_form) {
        ([], None) => Err(Refusal::NoToken),
        ([], Some(token)) => Ok(Secret::new(token)),
        ([header], None) => {
            let text = header.to_str().map_err(|_| Refusal::InvalidToken)?;
            let (scheme, token) = text.split_once(' ').ok_or(Refusal::InvalidToken)?;
            let is_bearer = scheme.eq_ignore_ascii_case("bearer");
            if is_bearer { Ok(Secret::new(token.trim())) } else { Err(Refusal::NoToken) }
        }
        _ => Err(Refusal::InvalidRequest),
    }
}

async fn answer(app: &App, token: Result<Secret, Refusal>) -> HttpResponse {
    match claims(app, token).await {
        Ok(response) => response,
        Err(refusal) => refusal.response(),
    }
}

async fn claims(app: &App, token: Result<Secret, Refusal>) -> Result<HttpResponse, Refusal> {
    let token = token?;
    let away = |error: StoreError| {
        tracing::error!(%error, "userinfo could not be read");
        Refusal::Unavailable
    };
    // Opaque or a JWT: either is known by its hash.
    if !matches!(TokenKind::of(token.expose()), TokenKind::Access | TokenKind::Jwt) {
        return Err(Refusal::InvalidToken);
    }
    let found = app.store.find_access_token(TokenHash::of(token.expose()), app.clock.now()).await;
    let facts = found.map_err(away)?.ok_or(Refusal::InvalidToken)?;
    if !facts.access.is_for(app.issuer()) {
        return Err(Refusal::InvalidToken);
    }
    // OIDC Core 5.3: userinfo is of OpenID Connect's sign-ins.
    if !facts.access.scope.contains("openid") {
        return Err(Refusal::InsufficientScope);
    }
    let service = app.find_service(&facts.client_id).await.map_err(away)?.ok_or(Refusal::InvalidToken)?;
    let subject = app.subject_of(&service.client, &facts.account.id).await.map_err(away)?;
    send(
        app,
        &service.client,
        UserinfoClaims::new(subject, &facts.account, &facts.access.scope, &facts.claims),
    )
}

/// The claims of a signed answer (OIDC Core 5.3.2). Without `exp` it is no ID token, whoever takes it for one.
#[derive(Serialize)]
struct SignedClaims<'a> {
    iss: &'a str,
    aud: &'a str,
    #[serde(flatten)]
    claims: UserinfoClaims,
}

/// JSON, or a JWT where the client registered an algorithm for it.
fn send(app: &App, client: &Client, claims: UserinfoClaims) -> Result<HttpResponse, Refusal> {
    let mut response = HttpResponse::Ok();
    response.insert_header((CACHE_CONTROL, "no-store"));
    let Some(algorithm) = client.tokens.userinfo_algorithm else { return Ok(response.json(claims)) };
    let failed = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "a userinfo answer could not be signed");
        Refusal::Failed
    };
    let key = app.keys.active(algorithm).map_err(|error| failed(&error))?;
    let claims = SignedClaims { iss: app.issuer(), aud: client.id.as_str(), claims };
    let jwt = key.sign_jwt("JWT", &claims).map_err(|error| failed(&error))?;
    Ok(response.content_type("application/jwt").body(jwt))
}
