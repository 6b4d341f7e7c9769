//! The userinfo endpoint (OIDC Core 5.3): what the access token's scopes open.

use crate::app::App;
use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use actix_web::{HttpRequest, HttpResponse, web};
use idp_domain::authorization::parameters::Parameters;
use idp_domain::claims::UserinfoClaims;
use idp_domain::secret::{Secret, TokenHash};
use idp_store::StoreError;

/// Why a request opens nothing (RFC 6750 section 3).
enum Refusal {
    /// No token was sent: a bare challenge.
    NoToken,
    /// Two tokens, or one in a place where none belongs.
    InvalidRequest,
    /// Unknown, expired or revoked.
    InvalidToken,
    /// The database is away.
    Unavailable,
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
        Ok(claims) => HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(claims),
        Err(refusal) => refusal.response(),
    }
}

async fn claims(app: &App, token: Result<Secret, Refusal>) -> Result<UserinfoClaims, Refusal> {
    let token = TokenHash::of(token?.expose());
    let away = |error: StoreError| {
        tracing::error!(%error, "userinfo could not be read");
        Refusal::Unavailable
    };
    let facts = app.store.find_access_token(token, app.clock.now()).await.map_err(away)?;
    let facts = facts.ok_or(Refusal::InvalidToken)?;
    let service = app.find_service(&facts.client_id).await.map_err(away)?.ok_or(Refusal::InvalidToken)?;
    let subject = app.subject_of(&service.client, &facts.account.id).await.map_err(away)?;
    Ok(UserinfoClaims::new(subject, &facts.account, &facts.scope))
}
