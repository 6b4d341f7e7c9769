//! Keeping a session alive, its end, and signing out.

use crate::answers::redirect;
use crate::error::PortalError;
use crate::form::Form;
use crate::handlers::{Answer, refuse};
use crate::session::{End, Session, SessionState};
use crate::sign_in::with_cookie;
use crate::visit::{Member, Visit, plain_page};
use crate::{Front, texts};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use ontario_design::Frame;
use ontario_design::components::Alert;
use relying_party::browser_session::CookieSecret;
use serde::Deserialize;

/// Seconds in which the provider is expected to send the browser back from signing out.
const SIGN_OUT_COOKIE_LIFE: i64 = 10 * 60;

#[derive(Template)]
#[template(path = "session_expired.html")]
struct ExpiredPage {
    frame: Frame,
    kept: Option<&'static str>,
    text: &'static str,
    sign_in: String,
    sign_in_text: &'static str,
}

/// POST `/{l}/session/keep`: the person is still there; loading the visit has extended the session.
pub(crate) async fn keep(_: &Visit, _: Member<'_>, _: &Form) -> Answer {
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Default, Deserialize)]
struct ExpiredQuery {
    page: Option<String>,
    kept: Option<String>,
    /// `lost`: the page's script left it when the time was over, with something typed and not sent.
    answers: Option<String>,
}

/// GET `/{l}/session-expired` (X2)
pub(crate) async fn expired(visit: &Visit) -> Answer {
    let language = visit.language;
    let query: ExpiredQuery = visit.query()?;
    let kept = match query.kept.as_deref() {
        Some("draft") => Some(texts::draft_was_saved(language)),
        Some("held") => Some(texts::answers_are_held(language)),
        Some("nothing") => Some(texts::answers_not_saved(language)),
        _ => query.answers.filter(|answers| answers == "lost").map(|_| texts::answers_not_saved(language)),
    };
    let sign_in = match query.page.as_deref().and_then(plain_page) {
        Some(page) => visit.path(&format!("sign-in?page={page}")),
        None => visit.path("sign-in"),
    };
    let page = ExpiredPage {
        frame: visit.frame(texts::expired_title(language)).heading(texts::expired_heading(language)),
        kept,
        text: texts::expired_text(language),
        sign_in,
        sign_in_text: texts::sign_in_again(language),
    };
    visit.html(StatusCode::OK, &page)
}

/// GET `/{l}/sign-out` by hand: the button is on every page.
pub(crate) async fn sign_out_page(visit: &Visit) -> Answer {
    Ok(redirect(&visit.path(visit.member().map_or("", |_| visit.front.service.home()))))
}

/// POST `/{l}/sign-out`: ends the own session first, so that it is over even when the provider can't be reached, then
/// the one at the provider, which sends the browser back to `/`. A second click is led the same way, since the browser
/// has dropped the answer to the first.
pub(crate) async fn sign_out(visit: Visit, body: web::Bytes) -> Answer {
    let form = Form::parse(&body)?;
    let (Some(secret), true) = (&visit.session_cookie, visit.comes_from_here()) else {
        return refuse(&visit);
    };
    if !secret.csrf_matches(form.value("_csrf")) {
        return refuse(&visit);
    }
    match &visit.session {
        SessionState::Live(session) => {
            visit.front.database.end_session(secret.hash(), End::Here).await?;
            if let Some(refresh_token) = session.refresh_token.clone() {
                give_back(visit.front.clone(), refresh_token, visit.now);
            }
            leave(&visit, session).await
        }
        SessionState::SignedOut(session) => leave(&visit, session).await,
        SessionState::Expired(_) | SessionState::None => refuse(&visit),
    }
}

async fn leave(visit: &Visit, session: &Session) -> Answer {
    let front = &visit.front;
    let state = CookieSecret::random();
    let (own, tag) = (state.expose().to_owned(), visit.language.tag());
    let address = front.relying_party.sign_out_url(&session.id_token, own, tag, visit.now).await;
    let address = address.unwrap_or_else(|error| {
        tracing::warn!(%error, "the provider was not told of a sign-out");
        None
    });
    Ok(match &address {
        Some(address) => {
            let life = Some(SIGN_OUT_COOKIE_LIFE);
            let cookie = visit.cookie(&front.cookies.sign_out, state.expose(), life);
            with_cookie(redirect(address.as_str()), &cookie)
        }
        None => redirect(&visit.path("?notice=signed-out-here-only")),
    })
}

/// Nobody waits for it: the session is over either way, and so is the token with the session at the provider.
pub(crate) fn give_back(front: web::Data<Front>, refresh_token: String, now: i64) {
    actix_web::rt::spawn(async move {
        if let Err(error) = front.relying_party.revoke(&refresh_token, now).await {
            tracing::info!(%error, "a refresh token was not given back");
        }
    });
}

#[derive(Deserialize)]
struct RootQuery {
    state: Option<String>,
}

/// `/`: on to the first page in the visitor's language. The provider also sends people here after signing out, with
/// the `state` that we gave it (RP-Initiated Logout section 2).
pub(crate) async fn root(visit: &Visit) -> Answer {
    let query: RootQuery = visit.query()?;
    let ours = visit.sign_out_cookie.as_ref().map(CookieSecret::expose);
    if ours.is_none() || query.state.as_deref() != ours {
        return Ok(redirect(&visit.path("")));
    }
    let forget = visit.forget(&visit.front.cookies.sign_out);
    Ok(with_cookie(redirect(&visit.path("?notice=signed-out")), &forget))
}

/// What happened just before.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Notice {
    Cancelled,
    SignedOut,
    SignedOutHereOnly,
}

#[derive(Deserialize)]
struct NoticeQuery {
    notice: Option<Notice>,
}

impl Visit {
    /// What happened just before, for the first page.
    ///
    /// # Errors
    /// [`PortalError::BadRequest`].
    pub fn notice(&self) -> Result<Option<Alert>, PortalError> {
        let language = self.language;
        let query: NoticeQuery = self.query()?;
        Ok(query.notice.map(|notice| {
            let alert = match notice {
                Notice::Cancelled => Alert::informational(language, texts::notice_cancelled(language)),
                Notice::SignedOut => Alert::success(language, texts::notice_signed_out(language)),
                Notice::SignedOutHereOnly => {
                    let (service, account) = (self.front.service.name()(language), self.account_name());
                    let text = texts::notice_signed_out_here_only(language, service, account);
                    Alert::warning(language, text)
                }
            };
            alert.role("status")
        }))
    }
}
