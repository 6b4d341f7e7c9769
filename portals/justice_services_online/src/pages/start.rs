//! The first page, and J0: the start pages of the two parts.

use crate::texts;
use actix_web::http::StatusCode;
use askama::Template;
use ontario_design::Frame;
use portal_front::Visit;
use portal_front::handlers::Answer;

#[derive(Template)]
#[template(path = "landing.html")]
struct LandingPage {
    frame: Frame,
    civil: String,
    family: String,
    account: Option<String>,
}

#[derive(Template)]
#[template(path = "start.html")]
struct StartPage {
    frame: Frame,
    session: &'static str,
    button: &'static str,
    sign_in: String,
}

/// `/{l}/`
pub(crate) async fn landing(visit: &Visit) -> Answer {
    let language = visit.language;
    let page = LandingPage {
        frame: visit
            .frame(texts::landing_title(language))
            .heading(texts::service_name(language))
            .alert(visit.notice()?),
        civil: visit.path("civil"),
        family: visit.path("family"),
        account: visit.member().map(|_| visit.path("account")),
    };
    visit.html(StatusCode::OK, &page)
}

/// `/{l}/civil`
pub(crate) async fn civil(visit: &Visit) -> Answer {
    let language = visit.language;
    start(
        visit,
        texts::civil_title(language),
        texts::start_civil_session(language),
        texts::file_documents(language),
    )
}

/// `/{l}/family`
pub(crate) async fn family(visit: &Visit) -> Answer {
    let language = visit.language;
    start(
        visit,
        texts::family_title(language),
        texts::start_family_session(language),
        texts::file_application(language),
    )
}

fn start(visit: &Visit, title: &'static str, session: &'static str, button: &'static str) -> Answer {
    let sign_in = match visit.member() {
        Some(_) => visit.path("account"),
        None => visit.path("sign-in?page=account"),
    };
    let page = StartPage { frame: visit.frame(title).alert(visit.notice()?), session, button, sign_in };
    visit.html(StatusCode::OK, &page)
}
