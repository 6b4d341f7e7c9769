//! Keeping a session alive, its end, and signing out.

use super::PortalError;
use crate::store::SessionState;
use crate::texts;
use crate::visit::{SESSION_COOKIE, SIGN_OUT_COOKIE, Visit, redirect};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use ontario_design::Frame;
use relying_party::browser_session::CookieSecret;
use serde::Deserialize;

/// Seconds in which the provider is expected to send the browser back from signing out.
const SIGN_OUT_COOKIE_LIFE: i64 = 10 * 60;

/// A form with no field but its token.
#[derive(Deserialize)]
pub(crate) struct TokenForm {
    #[serde(rename = "_csrf", default)]
    csrf: String,
}

#[derive(Template)]
#[template(path = "session_expired.html")]
struct ExpiredPage {
    frame: Frame,
    text: &'static str,
    sign_in: String,
    sign_in_text: &'static str,
}

/// A POST without a session: with the cookie of one that is over, say so; without any, the form is not from here.
pub(crate) fn refuse_post(visit: &Visit) -> Result<HttpResponse, PortalError> {
    match visit.session {
        SessionState::Expired | SessionState::SignedOut => Ok(visit.turn_away()),
        SessionState::None | SessionState::Live(_) => Err(PortalError::Forbidden),
    }
}

/// POST `/{l}/session/keep`: the person is still there; loading the visit has extended the session.
pub(crate) async fn keep(visit: Visit, form: web::Form<TokenForm>) -> Result<HttpResponse, PortalError> {
    let Some((_, secret)) = visit.live_session() else { return refuse_post(&visit) };
    if !secret.csrf_matches(&form.csrf) {
        return Err(PortalError::Forbidden);
    }
    Ok(HttpResponse::NoContent().finish())
}

/// GET `/{l}/session-expired`
pub(crate) async fn expired(visit: Visit) -> Result<HttpResponse, PortalError> {
    let language = visit.language;
    let page = ExpiredPage {
        frame: visit.frame(texts::expired_title(language)).heading(texts::expired_heading(language)),
        text: texts::expired_text(language),
        sign_in: visit.path("sign-in"),
        sign_in_text: texts::sign_in_again(language),
    };
    let mut answer = visit.html(StatusCode::OK, &page)?;
    if visit.live_session().is_none() {
        let _ = answer.add_removal_cookie(&visit.forget(SESSION_COOKIE));
    }
    Ok(answer)
}

/// POST `/{l}/sign-out`: ends the own session first, so that it is over even when the provider can't be reached, then
/// the one at the provider, which sends the browser back to `/`.
pub(crate) async fn sign_out(visit: Visit, form: web::Form<TokenForm>) -> Result<HttpResponse, PortalError> {
    let Some((session, secret)) = visit.live_session() else { return refuse_post(&visit) };
    if !secret.csrf_matches(&form.csrf) {
        return Err(PortalError::Forbidden);
    }
    visit.portal.store.delete_session(secret.hash()).await?;
    let state = CookieSecret::random();
    let tag = visit.language.tag();
    let address = visit
        .portal
        .relying_party
        .sign_out_url(&session.id_token, state.expose().to_owned(), tag, visit.now)
        .await;
    let address = address.unwrap_or_else(|error| {
        tracing::warn!(%error, "the provider was not told of a sign-out");
        None
    });
    let mut answer = match &address {
        Some(address) => redirect(address.as_str()),
        None => redirect(&visit.path("?notice=signed-out-here-only")),
    };
    let _ = answer.add_cookie(&visit.forget(SESSION_COOKIE));
    if address.is_some() {
        let _ = answer.add_cookie(&visit.cookie(SIGN_OUT_COOKIE, state.expose(), Some(SIGN_OUT_COOKIE_LIFE)));
    }
    Ok(answer)
}
