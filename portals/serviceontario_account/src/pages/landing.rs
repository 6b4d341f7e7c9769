//! S1, the first page.

use super::at_provider;
use crate::{Portal, SystemNotice, texts};
use actix_web::http::StatusCode;
use askama::Template;
use ontario_design::Frame;
use portal_front::handlers::Answer;
use portal_front::{Moment, Visit};

#[derive(Template)]
#[template(path = "landing.html")]
struct LandingPage {
    frame: Frame,
    is_member: bool,
    help: String,
    notices: Vec<(Moment, &'static str)>,
}

/// `/{l}/`
pub(crate) async fn landing(visit: &Visit) -> Answer {
    let language = visit.language;
    let notice = |notice: &SystemNotice| {
        (Moment::day(language, notice.at), language.pick(notice.text[0], notice.text[1]))
    };
    let page = LandingPage {
        frame: visit
            .frame(texts::landing_title(language))
            .heading(texts::service_name(language))
            .alert(visit.notice()?),
        is_member: visit.member().is_some(),
        notices: visit.data::<Portal>()?.notices.iter().map(notice).collect(),
        help: at_provider(visit, "help"),
    };
    visit.html(StatusCode::OK, &page)
}
