//! The first page, and J0: the start pages of the two parts.

use crate::filing::Area;
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
    is_member: bool,
}

#[derive(Template)]
#[template(path = "start.html")]
struct StartPage {
    frame: Frame,
    area: Area,
    is_member: bool,
}

/// `/{l}/`
pub(crate) async fn landing(visit: &Visit) -> Answer {
    let language = visit.language;
    let frame = visit.frame(texts::landing_title(language)).heading(texts::service_name(language));
    let page = LandingPage { frame: frame.alert(visit.notice()?), is_member: visit.member().is_some() };
    visit.html(StatusCode::OK, &page)
}

/// `/{l}/civil`
pub(crate) async fn civil(visit: &Visit) -> Answer {
    start(visit, Area::Civil, texts::civil_title(visit.language))
}

/// `/{l}/family`
pub(crate) async fn family(visit: &Visit) -> Answer {
    start(visit, Area::Family, texts::family_title(visit.language))
}

fn start(visit: &Visit, area: Area, title: &str) -> Answer {
    let frame = visit.frame(title).alert(visit.notice()?);
    visit.html(StatusCode::OK, &StartPage { frame, area, is_member: visit.member().is_some() })
}
