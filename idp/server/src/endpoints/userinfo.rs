//! The userinfo endpoint (OIDC Core 5.3): what the access token's scopes open.

use super::protected::{PresentedToken, Refusal};
use crate::app::App;
use crate::web::form::is_form;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, web};
use idp_domain::authorization::parameters::Parameters;
use idp_domain::claims::UserinfoClaims;
use idp_domain::client::Client;
use idp_domain::grant::TokenKind;
use idp_domain::secret::TokenHash;
use serde::Serialize;

/// The name of this resource in challenges.
const REALM: &str = "userinfo";

/// `GET /userinfo`
pub async fn get(app: web::Data<App>, request: HttpRequest) -> HttpResponse {
    answer(&app, &request, None).await
}

/// `POST /userinfo`: the token in the header, or in the form (RFC 6750 section 2.2).
pub async fn post(app: web::Data<App>, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    let parameters = if is_form(&request) { Parameters::parse(&body).ok() } else { None };
    answer(&app, &request, parameters.as_ref()).await
}

async fn answer(app: &App, request: &HttpRequest, form: Option<&Parameters>) -> HttpResponse {
    match claims(app, request, form).await {
        Ok(response) => response,
        Err(refusal) => refusal.response(REALM),
    }
}

async fn claims(
    app: &App,
    request: &HttpRequest,
    form: Option<&Parameters>,
) -> Result<HttpResponse, Refusal> {
    let presented = PresentedToken::read(request, form)?;
    let invalid = || Refusal::InvalidToken(presented.scheme);
    let token = presented.token.expose();
    // Opaque or a JWT: either is known by its hash.
    if !matches!(TokenKind::of(token), TokenKind::Access | TokenKind::Jwt) {
        return Err(invalid());
    }
    let found = app.store.find_access_token_and_account(TokenHash::of(token), app.clock.now()).await?;
    let (facts, account) =
        found.filter(|(facts, _)| facts.access.is_for(app.issuer())).ok_or_else(invalid)?;
    let service = app.find_service(&facts.client_id).await?.ok_or_else(invalid)?;
    let client = &service.client;
    presented.check_binding(app, request, client.profile, facts.jkt.as_deref()).await?;
    app.admit_client(client, request)?;
    // OIDC Core 5.3: userinfo is of OpenID Connect's sign-ins.
    if !facts.access.scope.contains("openid") {
        return Err(Refusal::InsufficientScope(presented.scheme));
    }
    let subject = app.subject_of(client, &account.id).await?;
    let one_key = app.one_key_claim(client, &account.id).await?;
    let claims = UserinfoClaims::new(subject, &account, &facts.access.scope, &facts.claims);
    send(app, client, claims.with_one_key(one_key))
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
