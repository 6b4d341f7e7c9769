//! S1, the first page.

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
    sign_in: String,
    home: Option<String>,
    help: String,
}

/// `/{l}/`
pub(crate) async fn landing(visit: &Visit) -> Answer {
    let language = visit.language;
    let page = LandingPage {
        frame: visit
            .frame(texts::landing_title(language))
            .heading(texts::service_name(language))
            .alert(visit.notice()?),
        sign_in: visit.path("sign-in"),
        home: visit.member().map(|_| visit.path("home")),
        help: format!("{}/{}/help", visit.front.provider_origin, language.code()),
    };
    visit.html(StatusCode::OK, &page)
}
