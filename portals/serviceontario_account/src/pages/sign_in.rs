//! Sending the browser to the provider and taking its answer.

use super::PortalError;
use crate::store::{NewSession, PendingRow};
use crate::texts;
use crate::visit::{BROWSER_COOKIE, SESSION_COOKIE, Visit, redirect};
use actix_web::http::StatusCode;
use actix_web::{Either, HttpResponse, web};
use askama::Template;
use ontario_design::Frame;
use ontario_language::Language;
use relying_party::browser_session::CookieSecret;
use relying_party::{AuthorizationAnswer, Failure, PendingSignIn, SignInOptions};
use serde::Deserialize;

/// Seconds that the browser cookie lives: as long as a pending sign-in.
const BROWSER_COOKIE_LIFE: i64 = 15 * 60;
const MAX_LOGIN_HINT: usize = 254;
const MAX_DESTINATION: usize = 512;

/// The parameters of a sign-in that another site starts (OpenID Connect Core section 4).
#[derive(Default, Deserialize)]
pub(crate) struct Initiation {
    iss: Option<String>,
    login_hint: Option<String>,
    target_link_uri: Option<String>,
}

#[derive(Template)]
#[template(path = "sign_in_failed.html")]
struct SignInFailedPage {
    frame: Frame,
    text: &'static str,
    sign_in: String,
}

/// GET `/sign-in` and `/{l}/sign-in`
pub(crate) async fn start(visit: Visit, query: web::Query<Initiation>) -> Result<HttpResponse, PortalError> {
    begin(&visit, &query).await
}

/// POST of the same; a body is optional.
pub(crate) async fn start_by_post(
    visit: Visit,
    body: Either<web::Form<Initiation>, web::Bytes>,
) -> Result<HttpResponse, PortalError> {
    match body {
        Either::Left(form) => begin(&visit, &form).await,
        Either::Right(bytes) if bytes.is_empty() => begin(&visit, &Initiation::default()).await,
        Either::Right(_) => Err(PortalError::BadRequest),
    }
}

async fn begin(visit: &Visit, initiation: &Initiation) -> Result<HttpResponse, PortalError> {
    let settings = &visit.portal.settings;
    if initiation.iss.as_ref().is_some_and(|iss| *iss != settings.issuer) {
        return Err(PortalError::BadRequest);
    }
    if initiation.login_hint.as_ref().is_some_and(|hint| hint.len() > MAX_LOGIN_HINT) {
        return Err(PortalError::BadRequest);
    }
    let options = SignInOptions {
        ui_locales: vec![visit.language.tag().to_owned()],
        login_hint: initiation.login_hint.clone(),
        ..SignInOptions::default()
    };
    let (address, pending) = match visit.portal.relying_party.begin(options, visit.now).await {
        Ok(begun) => begun,
        Err(error) => return failed(visit, &error),
    };
    let browser = visit.browser_cookie.clone().unwrap_or_else(CookieSecret::random);
    let target =
        initiation.target_link_uri.as_deref().and_then(|target| own_page(target, &settings.base_url));
    let row = PendingRow {
        state: pending.state,
        browser_hash: browser.hash(),
        nonce: pending.nonce,
        code_verifier: pending.code_verifier,
        destination: target.unwrap_or_else(|| visit.path("home")),
        language: visit.language.code().to_owned(),
        created_at: visit.now,
    };
    visit.portal.store.insert_pending(row).await?;
    Ok(with_cookie(
        redirect(address.as_str()),
        &visit.cookie(BROWSER_COOKIE, browser.expose(), Some(BROWSER_COOKIE_LIFE)),
    ))
}

/// The path of an address on this portal; `None` for any other, so that nobody is sent away from here.
fn own_page(target: &str, base_url: &str) -> Option<String> {
    let path = target.strip_prefix(base_url)?;
    let language = path.strip_prefix('/')?.split('/').next()?;
    let plain = path.len() <= MAX_DESTINATION
        && path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-_?=&".contains(&b));
    (plain && Language::from_code(language).is_some()).then(|| path.to_owned())
}

/// GET `/callback`
pub(crate) async fn callback(
    mut visit: Visit,
    answer: web::Query<AuthorizationAnswer>,
) -> Result<HttpResponse, PortalError> {
    let pending = match (&visit.browser_cookie, answer.bounded_state()) {
        (Some(browser), Some(state)) => {
            visit.portal.store.take_pending(browser.hash(), state.to_owned(), visit.now).await?
        }
        _ => None,
    };
    let Some(row) = pending else { return failed(&visit, &relying_party::Error::WrongState) };
    visit.language = Language::from_code(&row.language).unwrap_or(visit.language);
    let sent = PendingSignIn {
        state: row.state,
        nonce: row.nonce,
        code_verifier: row.code_verifier,
        max_age: None,
        acr_values: Vec::new(),
    };
    let signed_in = match visit.portal.relying_party.complete(&answer, &sent, visit.now).await {
        Ok(signed_in) => signed_in,
        Err(error) => return failed(&visit, &error),
    };
    let Some(email) = signed_in.identity.email else {
        return failed(&visit, &relying_party::Error::InvalidAnswer("no e-mail address".to_owned()));
    };
    // A new secret at every sign-in: one that was planted in the browser before gains nothing.
    let secret = CookieSecret::random();
    let new = NewSession {
        cookie_hash: secret.hash(),
        previous_cookie_hash: visit.session_cookie.as_ref().map(CookieSecret::hash),
        issuer: visit.portal.settings.issuer.clone(),
        subject: signed_in.identity.sub,
        sid: signed_in.identity.sid,
        onekey_subject: signed_in.identity.onekey.map(|onekey| onekey.sub),
        email,
        id_token: signed_in.id_token,
        destination: row.destination.clone(),
    };
    let has_account = visit.portal.store.insert_session(new, visit.now).await?.is_some();
    let next = if has_account { row.destination } else { visit.path("setup/terms") };
    Ok(with_cookie(redirect(&next), &visit.cookie(SESSION_COOKIE, secret.expose(), None)))
}

/// Cancelling leads back to the first page; every other failure has a page of its own.
fn failed(visit: &Visit, error: &relying_party::Error) -> Result<HttpResponse, PortalError> {
    let language = visit.language;
    let (status, title, text) = match error.failure() {
        Failure::Cancelled => return Ok(redirect(&visit.path("?notice=cancelled"))),
        Failure::Stale => {
            (StatusCode::BAD_REQUEST, texts::stale_title(language), texts::stale_text(language))
        }
        Failure::Unreachable => (
            StatusCode::SERVICE_UNAVAILABLE,
            texts::unreachable_title(language),
            texts::unreachable_text(language),
        ),
        Failure::Invalid => {
            (StatusCode::BAD_REQUEST, texts::invalid_title(language), texts::invalid_text(language))
        }
    };
    tracing::warn!(%error, "a sign-in failed");
    let page = SignInFailedPage { frame: visit.frame(title), text, sign_in: visit.path("sign-in") };
    visit.html(status, &page)
}

fn with_cookie(mut answer: HttpResponse, cookie: &actix_web::cookie::Cookie<'_>) -> HttpResponse {
    // Fails only for characters that our cookies never have.
    if answer.add_cookie(cookie).is_err() {
        tracing::error!("a cookie could not be set");
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::own_page;
    use proptest::prelude::*;

    const BASE: &str = "http://localhost:8081";

    #[test]
    fn only_pages_of_this_portal_are_destinations() {
        assert_eq!(
            own_page("http://localhost:8081/fr/home?month=2026-11", BASE).unwrap(),
            "/fr/home?month=2026-11"
        );
        for foreign in [
            "https://evil.example/en/home",
            "http://localhost:8081.evil.example/en/home",
            "http://localhost:8081@evil.example/en/home",
            "http://localhost:8081//evil.example",
            "http://localhost:8081/en/../../x",
            "http://localhost:8081/en/\r\nSet-Cookie: x",
            "http://localhost:8081/de/home",
            "/en/home",
            "",
        ] {
            assert_eq!(own_page(foreign, BASE), None, "{foreign}");
        }
    }

    proptest! {
        #[test]
        fn a_destination_is_always_a_path_with_a_language(target in "(http://localhost:8081)?.*") {
            if let Some(path) = own_page(&target, BASE) {
                prop_assert!(path.starts_with("/en") || path.starts_with("/fr"));
            }
        }
    }
}
