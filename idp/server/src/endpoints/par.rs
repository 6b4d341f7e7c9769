//! Pushed authorization requests (RFC 9126).
//!
//! 1. The client proves itself as at the token endpoint, and says everything here: the browser will bring a reference.
//! 2. The request passes every check that it would pass at the authorization endpoint (section 2.1).
//! 3. It is kept under a random reference, for its client and for a minute; one that a person brings in time is remembered
//!    until the answer that it leads to spends it. What public clients push counts for the network's limit.

use super::authorization::checked;
use super::client_authentication::authenticate;
use super::oauth_error::{OAuthError, OAuthErrorCode};
use super::{dpop, oauth_form, request_object};
use crate::adapters::rng::rng;
use crate::app::App;
use actix_web::http::header::{CACHE_CONTROL, PRAGMA};
use actix_web::{HttpRequest, HttpResponse, web};
use idp_domain::authorization::checks::Incoming;
use idp_domain::authorization::destination::destination;
use idp_domain::authorization::pushed;
use idp_domain::client::ClientAuthenticationMethod;
use idp_domain::secret::{TokenHash, random_token};
use idp_store::NewPushedRequest;
use serde_json::json;

/// `POST /par`
pub async fn post(app: web::Data<App>, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    match push(&app, &request, &body).await {
        Ok(response) => response,
        Err(error) => error.response(),
    }
}

async fn push(app: &App, request: &HttpRequest, body: &[u8]) -> Result<HttpResponse, OAuthError> {
    let invalid = |description| OAuthError::new(OAuthErrorCode::InvalidRequest, description);
    let sent = oauth_form::read(request, body)?;
    let service = authenticate(app, request, &sent).await?;
    let client = &service.client;
    // A public client proves nothing: whoever knows its identifier could fill the database.
    if client.authentication_method == ClientAuthenticationMethod::None {
        let (network, now) = (app.network_of(request), app.clock.now());
        app.admit_network(network, now)?;
        app.admit_waiting(&client.id, network, now)?;
    }
    // RFC 9126 section 2.1: request_uri MUST NOT be provided.
    if sent.all("request_uri").next().is_some() {
        return Err(invalid("request_uri can't be pushed"));
    }
    let now = app.clock.now();
    let assembled = request_object::assemble(app, client, &sent, true, now).await?;
    let parameters = &assembled.parameters;
    let to = destination(parameters, client)
        .map_err(|_| invalid("redirect_uri is missing or not registered for this client"))?;
    let incoming = Incoming { parameters, client, pushed: true, signed: assembled.signed };
    let mut checked = checked(app, &incoming, to, now)?;
    // RFC 9449 section 10.1: a proof here binds the code to its key, as dpop_jkt does; the two must agree.
    let proven = dpop::proof(app, request, client.profile, None).await?;
    checked.dpop_jkt = dpop::agreed(checked.dpop_jkt, proven)?;
    let token = random_token(&mut rng());
    let life = app.in_force().lifetimes.par;
    let new = NewPushedRequest {
        reference: TokenHash::of(token.expose()),
        request: checked,
        expires_at: now.plus(life),
    };
    app.store.insert_pushed_request(new).await?;
    Ok(HttpResponse::Created()
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((PRAGMA, "no-cache"))
        .json(json!({"request_uri": pushed::request_uri(&token), "expires_in": life.as_secs()})))
}
