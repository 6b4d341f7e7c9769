//! What relying parties call: discovery, key set, authorization (up to the pages), token.

use crate::control::Fault;
use crate::state::Request;
use crate::token::{IdToken, random_text, sha256};
use crate::{Hub, RelyingParty, pages};
use actix_web::http::header::{AUTHORIZATION, CACHE_CONTROL, LOCATION};
use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::json;
use url::Url;

pub(crate) fn configure(app: &mut web::ServiceConfig) {
    app.route("/.well-known/openid-configuration", web::get().to(discovery))
        .route("/jwks", web::get().to(jwks))
        .route("/authorize", web::get().to(authorize))
        .route("/token", web::post().to(token));
}

async fn discovery(hub: web::Data<Hub>) -> HttpResponse {
    let here = &hub.settings.issuer;
    let control = &hub.settings.control;
    let issuer = if control.has(Fault::DescribesAnotherIssuer) { "https://hub.example.test" } else { here };
    let document = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{here}/authorize"),
        "token_endpoint": format!("{here}/token"),
        "jwks_uri": format!("{here}/jwks"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["pairwise"],
        "scopes_supported": ["openid"],
        "claims_supported": ["sub"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "ui_locales_supported": ["en-CA", "fr-CA"],
        "authorization_response_iss_parameter_supported": true,
    });
    let mut text = document.to_string();
    if control.has(Fault::HalfDescription) {
        text.truncate(text.len() / 2);
    }
    HttpResponse::Ok().content_type("application/json").body(text)
}

async fn jwks(hub: web::Data<Hub>) -> HttpResponse {
    HttpResponse::Ok().json(hub.settings.control.key().jwks())
}

/// The parameters that count; every other one is left alone.
#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    client_id: String,
    #[serde(default)]
    redirect_uri: String,
    #[serde(default)]
    response_type: String,
    #[serde(default)]
    scope: String,
    state: Option<String>,
    nonce: Option<String>,
    #[serde(default)]
    code_challenge: String,
    #[serde(default)]
    code_challenge_method: String,
    ui_locales: Option<String>,
}

/// Checks a request and keeps it. What can't be answered by redirect is a page.
async fn authorize(hub: web::Data<Hub>, http: HttpRequest, asked: web::Query<Asked>) -> HttpResponse {
    let asked = asked.into_inner();
    let party = find(&hub, &asked.client_id);
    let known = party.is_some_and(|party| party.redirect_uris.contains(&asked.redirect_uri));
    if !known {
        return pages::not_valid(&hub, &http);
    }
    let browser = pages::browser(&http).unwrap_or_else(random_text);
    let request = Request::new(
        asked.client_id,
        asked.redirect_uri,
        asked.state,
        asked.nonce,
        asked.code_challenge,
        browser.clone(),
        hub.seconds(),
    );
    if asked.response_type != "code" || !asked.scope.split(' ').any(|scope| scope == "openid") {
        return back(&hub, &request, &[("error", "invalid_request")]);
    }
    if asked.code_challenge_method != "S256" || request.code_challenge.len() != 43 {
        return back(
            &hub,
            &request,
            &[("error", "invalid_request"), ("error_description", "PKCE is required")],
        );
    }
    if hub.settings.control.has(Fault::ServerError) {
        let raw = "the bank's raw <b>words</b>";
        return back(&hub, &request, &[("error", "server_error"), ("error_description", raw)]);
    }
    let handle = hub.state.begin(request);
    let french = asked.ui_locales.is_some_and(|locales| locales.starts_with("fr"));
    let url = format!("/?t={handle}&l={}", if french { "fr" } else { "en" });
    HttpResponse::SeeOther().insert_header((LOCATION, url)).cookie(pages::cookie(browser)).finish()
}

fn find<'a>(hub: &'a Hub, client_id: &str) -> Option<&'a RelyingParty> {
    hub.settings.relying_parties.iter().find(|party| party.client_id == client_id)
}

/// Sends the browser back with an answer (RFC 6749 section 4.1.2), `state` and `iss` (RFC 9207).
pub(crate) fn back(hub: &Hub, request: &Request, answer: &[(&str, &str)]) -> HttpResponse {
    let Ok(mut url) = Url::parse(&request.redirect_uri) else { return HttpResponse::BadRequest().finish() };
    {
        let mut query = url.query_pairs_mut();
        query.extend_pairs(answer).extend_pairs(request.state.iter().map(|state| ("state", state)));
        match hub.settings.control.fault() {
            Some(Fault::AnswersAsNobody) => {}
            Some(Fault::AnswersAsAnother) => drop(query.append_pair("iss", "https://hub.example.test")),
            _ => drop(query.append_pair("iss", &hub.settings.issuer)),
        }
    }
    HttpResponse::SeeOther().insert_header((LOCATION, url.to_string())).finish()
}

#[derive(Deserialize)]
struct Redemption {
    #[serde(default)]
    grant_type: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    redirect_uri: String,
    #[serde(default)]
    code_verifier: String,
    client_id: Option<String>,
    client_secret: Option<String>,
}

async fn token(hub: web::Data<Hub>, http: HttpRequest, form: web::Form<Redemption>) -> HttpResponse {
    let form = form.into_inner();
    let refuse = |status: u16, error: &str| {
        let status = actix_web::http::StatusCode::from_u16(status).unwrap_or_default();
        HttpResponse::build(status).insert_header((CACHE_CONTROL, "no-store")).json(json!({ "error": error }))
    };
    let Some(party) = authenticated(&hub, &http, &form) else { return refuse(401, "invalid_client") };
    if form.grant_type != "authorization_code" {
        return refuse(400, "unsupported_grant_type");
    }
    let now = hub.seconds();
    let Some(code) = hub.state.redeem(&form.code, now) else { return refuse(400, "invalid_grant") };
    let request = &code.request;
    let fits = request.client_id == party.client_id
        && request.redirect_uri == form.redirect_uri
        && request.code_challenge == sha256(&form.code_verifier);
    if !fits {
        return refuse(400, "invalid_grant");
    }
    let control = &hub.settings.control;
    let access_token = random_text();
    let id_token = IdToken {
        issuer: &hub.settings.issuer,
        subject: &code.subject,
        client_id: &party.client_id,
        nonce: request.nonce.as_deref(),
        first_nonce: &control.first_nonce(request.nonce.as_deref().unwrap_or_default()),
        access_token: &access_token,
        authenticated_at: code.authenticated_at,
        now,
    };
    let id_token = id_token.signed(&control.key(), &party.client_secret, control.fault());
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(json!({
        "access_token": access_token, "token_type": "Bearer", "expires_in": 60, "id_token": id_token,
    }))
}

/// `client_secret_basic` or `client_secret_post` (RFC 6749 section 2.3.1).
fn authenticated<'a>(hub: &'a Hub, http: &HttpRequest, form: &Redemption) -> Option<&'a RelyingParty> {
    let basic = http.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (id, secret) = match basic.and_then(|value| value.strip_prefix("Basic ")) {
        Some(encoded) => {
            let text = String::from_utf8(BASE64_STANDARD.decode(encoded).ok()?).ok()?;
            let (id, secret) = text.split_once(':')?;
            let decode = |part: &str| {
                let pair = format!("x={part}");
                url::form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned())
            };
            (decode(id)?, decode(secret)?)
        }
        None => (form.client_id.clone()?, form.client_secret.clone()?),
    };
    find(hub, &id).filter(|party| party.client_secret == secret)
}
