//! Sending the browser to the provider and taking its answer.

use crate::answers::redirect;
use crate::error::PortalError;
use crate::handlers::Answer;
use crate::pending::{PENDING_LIFE, PendingRow};
use crate::session::{NewSession, Person};
use crate::texts;
use crate::visit::{Visit, plain_page};
use actix_web::http::StatusCode;
use actix_web::{Either, HttpResponse, web};
use askama::Template;
use ontario_design::Frame;
use ontario_language::Language;
use relying_party::browser_session::CookieSecret;
use relying_party::{AuthorizationAnswer, Failure, PendingSignIn, SECOND, SignInOptions, SignedIn};
use serde::Deserialize;

/// Seconds that the browser cookie lives: as long as a pending sign-in.
const BROWSER_COOKIE_LIFE: i64 = PENDING_LIFE / SECOND;
const MAX_LOGIN_HINT: usize = 254;

/// The parameters of a sign-in that another site starts (OpenID Connect Core section 4), and our own `page`.
#[derive(Default, Deserialize)]
pub(crate) struct Initiation {
    iss: Option<String>,
    login_hint: Option<String>,
    target_link_uri: Option<String>,
    page: Option<String>,
}

#[derive(Template)]
#[template(path = "sign_in_failed.html")]
struct SignInFailedPage {
    frame: Frame,
    text: String,
    sign_in: String,
}

/// GET `/sign-in` and `/{l}/sign-in`
pub(crate) async fn start(visit: Visit, query: web::Query<Initiation>) -> Answer {
    begin(&visit, &query).await
}

/// POST of the same; a body is optional.
pub(crate) async fn start_by_post(visit: Visit, body: Either<web::Form<Initiation>, web::Bytes>) -> Answer {
    match body {
        Either::Left(form) => begin(&visit, &form).await,
        Either::Right(bytes) if bytes.is_empty() => begin(&visit, &Initiation::default()).await,
        Either::Right(_) => Err(PortalError::BadRequest),
    }
}

async fn begin(visit: &Visit, initiation: &Initiation) -> Answer {
    let front = &visit.front;
    if initiation.iss.as_ref().is_some_and(|iss| *iss != front.settings.issuer) {
        return Err(PortalError::BadRequest);
    }
    if initiation.login_hint.as_ref().is_some_and(|hint| hint.len() > MAX_LOGIN_HINT) {
        return Err(PortalError::BadRequest);
    }
    let options = SignInOptions {
        ui_locales: vec![visit.language.tag().to_owned()],
        login_hint: initiation.login_hint.clone(),
        acr_values: acr_values(visit),
        ..SignInOptions::default()
    };
    let (address, pending) = match front.relying_party.begin(options, visit.now).await {
        Ok(begun) => begun,
        Err(error) => return failed(visit, &error),
    };
    let browser = visit.browser_cookie.clone().unwrap_or_else(CookieSecret::random);
    let row = PendingRow {
        state: pending.state,
        browser_hash: browser.hash(),
        nonce: pending.nonce,
        code_verifier: pending.code_verifier,
        destination: destination(initiation, &front.settings.base_url, front.service.home()),
        language: visit.language.code().to_owned(),
        created_at: visit.now,
    };
    front.database.insert_pending(row).await?;
    let cookie = visit.cookie(&front.cookies.browser, browser.expose(), Some(BROWSER_COOKIE_LIFE));
    Ok(with_cookie(redirect(address.as_str()), &cookie))
}

fn acr_values(visit: &Visit) -> Vec<String> {
    visit.front.service.acr_values().iter().map(|&acr| acr.to_owned()).collect()
}

/// The page that the sign-in leads to, without its language; never one elsewhere.
fn destination(initiation: &Initiation, base_url: &str, home: &str) -> String {
    let own = initiation.page.as_deref().and_then(plain_page);
    let target = initiation.target_link_uri.as_deref().and_then(|target| own_page(target, base_url));
    own.or(target).filter(|page| !page.is_empty()).unwrap_or(home).to_owned()
}

/// The page of an address on this portal, without its language.
fn own_page<'t>(target: &'t str, base_url: &str) -> Option<&'t str> {
    let (language, page) = target.strip_prefix(base_url)?.strip_prefix('/')?.split_once('/')?;
    plain_page(page).filter(|_| Language::from_code(language).is_some())
}

/// GET `/callback`
pub(crate) async fn callback(mut visit: Visit, answer: web::Query<AuthorizationAnswer>) -> Answer {
    let pending = match (&visit.browser_cookie, answer.bounded_state()) {
        (Some(browser), Some(state)) => {
            visit.front.database.take_pending(browser.hash(), state.to_owned(), visit.now).await?
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
        acr_values: acr_values(&visit),
    };
    match visit.front.relying_party.complete(&answer, &sent, visit.now).await {
        Ok(signed_in) => welcome(&visit, signed_in, row.destination).await,
        Err(error) => failed(&visit, &error),
    }
}

/// Starts the session. A new secret at every sign-in: one that was planted in the browser before gains nothing.
async fn welcome(visit: &Visit, signed_in: SignedIn, destination: String) -> Answer {
    let secret = CookieSecret::random();
    let identity = signed_in.identity;
    let person = Person {
        issuer: visit.front.settings.issuer.clone(),
        subject: identity.sub,
        email: identity.email.filter(|_| identity.email_verified),
        language: identity.locale.as_deref().and_then(Language::from_tag),
        onekey_subject: identity.onekey.map(|onekey| onekey.sub),
    };
    let new = NewSession {
        cookie_hash: secret.hash(),
        previous_cookie_hash: visit.session_cookie.as_ref().map(CookieSecret::hash),
        person,
        sid: identity.sid,
        id_token: signed_in.id_token,
        refresh_token: signed_in.refresh_token,
        destination: destination.clone(),
    };
    let page = destination.split('?').next().unwrap_or_default();
    let held = visit.front.database.find_held(&new.person, page, visit.now).await?.is_some();
    let (service, now) = (visit.front.service.clone(), visit.now);
    let started =
        visit.front.database.insert_session(new, now, move |c, person| service.signed_in(c, person, now));
    let wanted = if held { with_held(&destination) } else { destination };
    let next = started.await?.unwrap_or(wanted);
    let cookie = visit.cookie(&visit.front.cookies.session, secret.expose(), None);
    Ok(with_cookie(redirect(&visit.path(&next)), &cookie))
}

/// What was typed before a session was over is shown again.
fn with_held(page: &str) -> String {
    match page {
        page if page.contains("held=1") => page.to_owned(),
        page if page.contains('?') => format!("{page}&held=1"),
        page => format!("{page}?held=1"),
    }
}

/// Cancelling leads back to the first page; every other failure has a page of its own.
fn failed(visit: &Visit, error: &relying_party::Error) -> Answer {
    let language = visit.language;
    let (status, title, text) = match error.failure() {
        Failure::Cancelled => return Ok(redirect(&visit.path("?notice=cancelled"))),
        Failure::Stale => {
            (StatusCode::BAD_REQUEST, texts::stale_title(language), texts::stale_text(language).to_owned())
        }
        Failure::Unreachable => (
            StatusCode::SERVICE_UNAVAILABLE,
            texts::unreachable_title(language),
            texts::unreachable_text(language, visit.account_name()),
        ),
        Failure::Foreign | Failure::Invalid => (
            StatusCode::BAD_REQUEST,
            texts::invalid_title(language),
            texts::invalid_text(language).to_owned(),
        ),
    };
    tracing::warn!(%error, "a sign-in failed");
    let page = SignInFailedPage { frame: visit.frame(title), text, sign_in: visit.path("sign-in") };
    visit.html(status, &page)
}

pub(crate) fn with_cookie(mut answer: HttpResponse, cookie: &actix_web::cookie::Cookie<'_>) -> HttpResponse {
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
    fn only_addresses_of_this_portal_are_destinations() {
        assert_eq!(
            own_page("http://localhost:8081/fr/home?month=2026-11", BASE).unwrap(),
            "home?month=2026-11"
        );
        for foreign in [
            "https://evil.example/en/home",
            "http://localhost:8081.evil.example/en/home",
            "http://localhost:8081@evil.example/en/home",
            "http://localhost:8081//evil.example",
            "http://localhost:8081/en//evil.example",
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
        fn a_destination_is_always_a_page_without_a_host(target in "(http://localhost:8081)?.*") {
            if let Some(page) = own_page(&target, BASE) {
                prop_assert!(!page.starts_with('/') && !page.contains(':'));
            }
        }
    }
}
