//! S1, the first page, and the addresses that lead to it.

use super::PortalError;
use crate::texts;
use crate::visit::{SIGN_OUT_COOKIE, Visit, redirect};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use ontario_design::Frame;
use ontario_design::components::Alert;
use relying_party::browser_session::CookieSecret;
use serde::Deserialize;

/// What happened just before.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Notice {
    Cancelled,
    SignedOut,
    SignedOutHereOnly,
}

#[derive(Deserialize)]
pub(crate) struct LandingQuery {
    notice: Option<Notice>,
}

#[derive(Template)]
#[template(path = "landing.html")]
struct LandingPage {
    frame: Frame,
    sign_in: String,
    home: Option<String>,
    help: String,
}

/// `/{l}/`
pub(crate) async fn landing(
    visit: Visit,
    query: web::Query<LandingQuery>,
) -> Result<HttpResponse, PortalError> {
    let language = visit.language;
    let alert = query.notice.map(|notice| {
        let alert = match notice {
            Notice::Cancelled => Alert::informational(language, texts::notice_cancelled(language)),
            Notice::SignedOut => Alert::success(language, texts::notice_signed_out(language)),
            Notice::SignedOutHereOnly => {
                Alert::warning(language, texts::notice_signed_out_here_only(language))
            }
        };
        alert.role("status")
    });
    let page = LandingPage {
        frame: visit
            .frame(texts::landing_title(language))
            .heading(texts::service_name(language))
            .alert(alert),
        sign_in: visit.path("sign-in"),
        home: visit.live_session().map(|_| visit.path("home")),
        help: format!("{}/{}/help", visit.portal.provider_origin, language.code()),
    };
    visit.html(StatusCode::OK, &page)
}

#[derive(Deserialize)]
pub(crate) struct RootQuery {
    state: Option<String>,
}

/// `/`: on to the first page in the visitor's language. The provider also sends people here after signing out, with
/// the `state` that we gave it (RP-Initiated Logout section 2).
pub(crate) async fn root(visit: Visit, query: web::Query<RootQuery>) -> HttpResponse {
    let ours = visit.sign_out_cookie.as_ref().map(CookieSecret::expose);
    if ours.is_none() || query.state.as_deref() != ours {
        return redirect(&visit.path(""));
    }
    let mut answer = redirect(&visit.path("?notice=signed-out"));
    // A cookie that the header can't hold is only not forgotten.
    let _ = answer.add_cookie(&visit.forget(SIGN_OUT_COOKIE));
    answer
}
