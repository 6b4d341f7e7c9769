//! The token endpoint (RFC 6749 section 3.2).
//!
//! 1. Every grant shares the first phases: the form is read, the client proves itself and may use the grant.
//! 2. Each grant is one arm of one exhaustive match.

use super::client_authentication::authenticate;
use super::oauth_error::{OAuthError, OAuthErrorCode};
use crate::adapters::rng::rng;
use crate::app::App;
use crate::web::form::MAX_BODY;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA};
use actix_web::{HttpRequest, HttpResponse, web};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use idp_domain::authorization::code::AuthorizationCode;
use idp_domain::authorization::parameters::Parameters;
use idp_domain::claims::IdTokenClaims;
use idp_domain::client::Client;
use idp_domain::secret::{Secret, TokenHash, random_token};
use idp_domain::time::Timestamp;
use idp_store::{RedeemCode, RedemptionOutcome};
use serde::Serialize;

/// A grant that we know.
enum GrantType {
    AuthorizationCode,
}

/// RFC 6749 section 5.1, OIDC Core 3.1.3.3.
#[derive(Serialize)]
struct TokenResponse<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: u64,
    scope: String,
    id_token: String,
}

/// `POST /token`
pub async fn post(app: web::Data<App>, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    match answer(&app, &request, &body).await {
        Ok(response) => response,
        Err(error) => error.response(),
    }
}

async fn answer(app: &App, request: &HttpRequest, body: &[u8]) -> Result<HttpResponse, OAuthError> {
    let parameters = read(request, body)?;
    let grant = grant_type(&parameters)?;
    let service = authenticate(app, request, &parameters).await?;
    match grant {
        GrantType::AuthorizationCode => redeem(app, &service.client, &parameters).await,
    }
}

/// The form, each parameter once (RFC 6749 section 3.2).
fn read(request: &HttpRequest, body: &[u8]) -> Result<Parameters, OAuthError> {
    let invalid = |description| OAuthError::new(OAuthErrorCode::InvalidRequest, description);
    let content_type =
        request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !content_type.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded") {
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

fn grant_type(parameters: &Parameters) -> Result<GrantType, OAuthError> {
    match parameters.get("grant_type") {
        Ok(Some("authorization_code")) => Ok(GrantType::AuthorizationCode),
        Ok(Some(_)) => {
            Err(OAuthError::new(OAuthErrorCode::UnsupportedGrantType, "only authorization_code is supported"))
        }
        _ => Err(OAuthError::new(OAuthErrorCode::InvalidRequest, "grant_type is missing")),
    }
}

async fn redeem(app: &App, client: &Client, parameters: &Parameters) -> Result<HttpResponse, OAuthError> {
    if !client.grant_types.iter().any(|grant| grant == "authorization_code") {
        return Err(OAuthError::new(
            OAuthErrorCode::UnauthorizedClient,
            "this client may not use this grant",
        ));
    }
    let malformed = OAuthError::new(OAuthErrorCode::InvalidRequest, "a parameter is malformed");
    let get =
        |name| parameters.get(name).map(|value| value.map(str::to_owned)).map_err(|_| malformed.clone());
    let code = get("code")?.ok_or(OAuthError::new(OAuthErrorCode::InvalidRequest, "code is missing"))?;
    let now = app.clock.now();
    let access_token = random_token(&mut rng());
    let redemption = RedeemCode {
        hash: TokenHash::of(&code),
        client_id: client.id.clone(),
        redirect_uri: get("redirect_uri")?,
        code_verifier: get("code_verifier")?,
        access_token: TokenHash::of(access_token.expose()),
        access_token_expires_at: now.plus(app.settings.lifetimes.access_token),
        now,
    };
    match app.store.redeem_code(redemption).await? {
        RedemptionOutcome::Redeemed(code) => {
            let subject = app.subject_of(client, &code.account_id).await?;
            success(app, client, &code, &subject, &access_token, now)
        }
        RedemptionOutcome::Refused(error) => {
            tracing::info!(client = %client.id, %error, "a code was refused");
            Err(OAuthError::new(OAuthErrorCode::InvalidGrant, "the code can't be redeemed"))
        }
    }
}

fn success(
    app: &App,
    client: &Client,
    code: &AuthorizationCode,
    subject: &str,
    access_token: &Secret,
    now: Timestamp,
) -> Result<HttpResponse, OAuthError> {
    let failed = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "an ID token could not be signed");
        OAuthError::new(OAuthErrorCode::ServerError, "the ID token could not be signed")
    };
    let at_hash = at_hash(client, access_token);
    let lifetime = app.settings.lifetimes.id_token;
    let claims = IdTokenClaims::new(app.issuer(), subject, code, &at_hash, now, lifetime);
    let key = app.keys.active(client.id_token_algorithm).map_err(|error| failed(&error))?;
    let id_token = key.sign_jwt("JWT", &claims).map_err(|error| failed(&error))?;
    let response = TokenResponse {
        access_token: access_token.expose(),
        token_type: "Bearer",
        expires_in: app.settings.lifetimes.access_token.as_secs(),
        scope: code.scope.to_string(),
        id_token,
    };
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((PRAGMA, "no-cache"))
        .json(response))
}

/// OIDC Core 3.1.3.6: the left half of the access token's hash, by the hash of the ID token's algorithm; Ed25519's own is
/// SHA-512 (RFC 8032 section 5.1).
fn at_hash(client: &Client, access_token: &Secret) -> String {
    use idp_domain::signing_key::SigningAlgorithm::{EdDsa, Es256, Ps256, Rs256};
    let hash = match client.id_token_algorithm {
        Rs256 | Ps256 | Es256 => digest(&SHA256, access_token.expose().as_bytes()),
        EdDsa => digest(&aws_lc_rs::digest::SHA512, access_token.expose().as_bytes()),
    };
    let bytes = hash.as_ref();
    BASE64_URL_SAFE_NO_PAD.encode(bytes.get(..bytes.len() / 2).unwrap_or_default())
}
