//! Token introspection (RFC 7662): a service asks about a token that it got.
//!
//! 1. The caller proves itself; a public client can't.
//! 2. It is told about tokens of its own, and about access tokens that are meant for it. All else is `active: false`
//!    and nothing more, whatever the reason (section 2.2).

use super::client_authentication::authenticate;
use super::live_token::{self, LiveToken};
use super::oauth_error::{OAuthError, OAuthErrorCode};
use super::oauth_form;
use super::token::{Audience, Confirmation};
use crate::app::App;
use actix_web::http::header::{CACHE_CONTROL, PRAGMA};
use actix_web::{HttpRequest, HttpResponse, web};
use idp_domain::client::{Client, ClientAuthenticationMethod};
use serde::Serialize;

/// RFC 7662 section 2.2
#[derive(Serialize)]
struct Description {
    active: bool,
    #[serde(skip_serializing_if = "String::is_empty")]
    scope: String,
    client_id: String,
    /// The person as the caller knows them, so that two services can't join what they know.
    sub: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    exp: i64,
    iat: i64,
    aud: Audience,
    iss: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acr: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cnf: Option<Confirmation>,
}

/// `POST /introspect`
pub async fn post(app: web::Data<App>, request: HttpRequest, body: web::Bytes) -> HttpResponse {
    match answer(&app, &request, &body).await {
        Ok(response) => response,
        Err(error) => error.response(),
    }
}

async fn answer(app: &App, request: &HttpRequest, body: &[u8]) -> Result<HttpResponse, OAuthError> {
    let parameters = oauth_form::read(request, body)?;
    let service = authenticate(app, request, &parameters).await?;
    let caller = &service.client;
    // RFC 7662 section 2.1: the endpoint MUST require authorization, or tokens could be guessed at here.
    if caller.authentication_method == ClientAuthenticationMethod::None {
        return Err(OAuthError::new(OAuthErrorCode::InvalidClient, "a public client can't introspect"));
    }
    let malformed = |_| OAuthError::new(OAuthErrorCode::InvalidRequest, "token is malformed");
    let token = parameters.get("token").map_err(malformed)?;
    let token = token.ok_or(OAuthError::new(OAuthErrorCode::InvalidRequest, "token is missing"))?;
    let live = live_token::find(app, token, app.clock.now()).await?;
    let mut response = HttpResponse::Ok();
    response.insert_header((CACHE_CONTROL, "no-store")).insert_header((PRAGMA, "no-cache"));
    Ok(match live.filter(|live| may_know(caller, live)) {
        Some(live) if app.find_service(&live.client_id).await?.is_some() => {
            let subject = match &live.account_id {
                Some(account) => app.subject_of(caller, account).await?,
                None => live.client_id.to_string(),
            };
            response.json(describe(app, subject, live))
        }
        _ => response.content_type("application/json").body(r#"{"active":false}"#),
    })
}

/// A token's own client, and the services that it is for: one that answers for a resource in its audience.
fn may_know(caller: &Client, live: &LiveToken) -> bool {
    let is_meant = |resource: &String| {
        resource == caller.id.as_str() || caller.tokens.audiences.iter().any(|own| own == resource)
    };
    live.client_id == caller.id || (!live.is_refresh && live.access.audience.iter().any(is_meant))
}

fn describe(app: &App, sub: String, live: LiveToken) -> Description {
    let token_type = if live.jkt.is_some() { "DPoP" } else { "Bearer" };
    Description {
        active: true,
        scope: live.access.scope.to_string(),
        client_id: live.client_id.to_string(),
        sub,
        token_type: (!live.is_refresh).then_some(token_type),
        exp: live.expires_at.seconds(),
        iat: live.issued_at.seconds(),
        aud: match live.access.audience_or(app.issuer()).as_slice() {
            [one] => Audience::One((*one).to_owned()),
            several => Audience::Several(several.iter().map(|one| (*one).to_owned()).collect()),
        },
        iss: app.issuer().to_owned(),
        jti: live.jti,
        auth_time: live.authentication.map(|(at, _)| at.seconds()),
        acr: live.authentication.map(|(_, level)| level.as_str()),
        cnf: live.jkt.map(|jkt| Confirmation { jkt }),
    }
}
