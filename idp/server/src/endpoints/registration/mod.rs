//! Services that register themselves (RFC 7591, OIDC Dynamic Client Registration) and tend their registration (RFC
//! 7592).
//!
//! 1. The bearer token says who may: an initial access token at `/register`, whose policy holds what the administrator
//!    lays down; the registration access token at `/register/{client_id}`. Nothing of the body is looked at before.
//! 2. The body is read and checked, as a service's file would be.
//! 3. The sector document, where there is one, is fetched.
//! 4. One transaction spends a use of the initial token, or finds the service still there, and writes.
//! 5. The answer tells the whole registration. Of secrets we keep hashes: only a new one can be told.

mod refusal;

use crate::adapters::rng::rng;
use crate::adapters::{client_secrets, sector_document};
use crate::app::App;
use crate::web::form::MAX_BODY;
use crate::web::wrong_proofs::{Claim, ProofTry};
use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, PRAGMA};
use actix_web::{HttpRequest, HttpResponse, web};
use idp_domain::administration::Order;
use idp_domain::client::{Client, RegistrationError, RegistrationRequest};
use idp_domain::ids::ClientId;
use idp_domain::secret::{Secret, TokenHash, random_base64url, random_token};
use idp_domain::time::Timestamp;
use idp_store::{ClientRegistration, NewClientRegistration, ServiceUpdate, UpdateOutcome};
use refusal::Refusal;

/// `/register`
pub const PATH: &str = "/register";

/// `POST /register` (RFC 7591 section 3.1).
pub async fn post(app: web::Data<App>, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    register(&app, &request, &body).await.unwrap_or_else(|refusal| refusal.response())
}

/// `GET /register/{client_id}` (RFC 7592 section 2.1).
pub async fn get(app: web::Data<App>, request: HttpRequest, id: web::Path<String>) -> HttpResponse {
    read(&app, &request, &id).await.unwrap_or_else(|refusal| refusal.response())
}

/// `PUT /register/{client_id}` (RFC 7592 section 2.2).
pub async fn put(
    app: web::Data<App>,
    request: HttpRequest,
    id: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    replace(&app, &request, &id, &body).await.unwrap_or_else(|refusal| refusal.response())
}

/// `DELETE /register/{client_id}` (RFC 7592 section 2.3).
pub async fn delete(app: web::Data<App>, request: HttpRequest, id: web::Path<String>) -> HttpResponse {
    end(&app, &request, &id).await.unwrap_or_else(|refusal| refusal.response())
}

async fn register(app: &App, request: &HttpRequest, body: &[u8]) -> Result<HttpResponse, Refusal> {
    let now = app.clock.now();
    let initial_token = TokenHash::of(bearer(request)?.expose());
    let guess = ProofTry::begin(app, request, Claim::Registration)?;
    let Some(policy) = app.store.find_registration_policy(initial_token, now).await? else {
        return Err(guess.wrong().await?.map_or(Refusal::InvalidToken, Refusal::from));
    };
    guess.right();
    let id = ClientId::parse(&random_base64url::<16>(&mut rng())).ok_or(Refusal::Internal)?;
    let client = json(request, body)?.register(&policy, id, app.settings.allow_loopback)?;
    sector_document::check(&app.outbound, &client).await?;
    let secret = client_secrets::secret_for(&client, None);
    let registration_token = random_token(&mut rng());
    let new = NewClientRegistration {
        initial_token,
        client: client.clone(),
        secret: secret.as_ref().map(client_secrets::stored),
        registration_token: TokenHash::of(registration_token.expose()),
        policy,
        now,
    };
    if !app.store.register_client(new).await? {
        return Err(Refusal::InvalidToken);
    }
    app.forget_service(&client.id);
    Ok(tell(app, StatusCode::CREATED, &client, now, secret.as_ref(), &registration_token))
}

async fn read(app: &App, request: &HttpRequest, id: &str) -> Result<HttpResponse, Refusal> {
    let (registration, token) = find(app, request, id).await?;
    let service = &registration.service;
    Ok(tell(app, StatusCode::OK, &service.client, service.created_at, None, &token))
}

async fn replace(app: &App, request: &HttpRequest, id: &str, body: &[u8]) -> Result<HttpResponse, Refusal> {
    let (ClientRegistration { service, policy }, token) = find(app, request, id).await?;
    let client = json(request, body)?.replace(
        &policy,
        &service.client,
        |secret| client_secrets::is_of(&service, secret),
        app.settings.allow_loopback,
    )?;
    sector_document::check(&app.outbound, &client).await?;
    let (change, secret) = client_secrets::change(&service, &client, None);
    let update = ServiceUpdate {
        before: service.client.clone(),
        client: client.clone(),
        secret: change,
        order: Order::of_service(),
        now: app.clock.now(),
    };
    match app.store.update_service(update).await? {
        UpdateOutcome::Updated => {}
        UpdateOutcome::Changed => return Err(Refusal::Unavailable),
        UpdateOutcome::Gone => return Err(Refusal::InvalidToken),
    }
    app.forget_service(&client.id);
    Ok(tell(app, StatusCode::OK, &client, service.created_at, secret.as_ref(), &token))
}

async fn end(app: &App, request: &HttpRequest, id: &str) -> Result<HttpResponse, Refusal> {
    let (registration, _) = find(app, request, id).await?;
    let id = registration.service.client.id;
    if !app.store.disable_service(id.clone(), Order::of_service(), app.clock.now()).await? {
        return Err(Refusal::InvalidToken);
    }
    app.forget_service(&id);
    Ok(HttpResponse::NoContent().insert_header((CACHE_CONTROL, "no-store")).finish())
}

/// The registration that a registration access token opens. RFC 7592 section 2.1: for a client that isn't there the
/// answer is the same as for a wrong token.
async fn find(app: &App, request: &HttpRequest, id: &str) -> Result<(ClientRegistration, Secret), Refusal> {
    let token = bearer(request)?;
    let guess = ProofTry::begin(app, request, Claim::Registration)?;
    let found = match ClientId::parse(id) {
        Some(id) => app.store.find_client_registration(id, TokenHash::of(token.expose())).await?,
        None => None,
    };
    let Some(found) = found else {
        return Err(guess.wrong().await?.map_or(Refusal::InvalidToken, Refusal::from));
    };
    guess.right();
    Ok((found, token))
}

/// The one bearer token of a request, in its header (RFC 6750 section 2.1).
fn bearer(request: &HttpRequest) -> Result<Secret, Refusal> {
    let headers: Vec<_> = request.headers().get_all(AUTHORIZATION).collect();
    let [header] = headers.as_slice() else {
        return Err(if headers.is_empty() { Refusal::NoToken } else { Refusal::InvalidToken });
    };
    let (scheme, token) =
        header.to_str().ok().and_then(|text| text.split_once(' ')).ok_or(Refusal::NoToken)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(Secret::new(token.trim())) } else { Err(Refusal::NoToken) }
}

/// RFC 7591 section 3.1: the body is `application/json`.
fn json(request: &HttpRequest, body: &[u8]) -> Result<RegistrationRequest, RegistrationError> {
    let content_type =
        request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") || body.len() > MAX_BODY {
        return Err(RegistrationError::Malformed);
    }
    RegistrationRequest::parse(body)
}

/// RFC 7591 section 3.2.1, RFC 7592 section 3. The registration access token stays as it is: if it changed with an answer
/// that got lost, the service would be locked out of its own registration.
fn tell(
    app: &App,
    status: StatusCode,
    client: &Client,
    issued_at: Timestamp,
    secret: Option<&Secret>,
    token: &Secret,
) -> HttpResponse {
    let mut members = client.metadata();
    members.insert("client_id_issued_at".to_owned(), issued_at.seconds().into());
    if let Some(secret) = secret {
        members.insert("client_secret".to_owned(), secret.expose().into());
        members.insert("client_secret_expires_at".to_owned(), 0.into());
    }
    members.insert("registration_access_token".to_owned(), token.expose().into());
    let uri = format!("{}{PATH}/{}", app.issuer(), client.id);
    members.insert("registration_client_uri".to_owned(), uri.into());
    HttpResponse::build(status)
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((PRAGMA, "no-cache"))
        .json(members)
}
