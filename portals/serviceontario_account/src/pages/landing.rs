//! S1, the first page.

use crate::{Portal, SystemNotice, texts};
use actix_web::http::StatusCode;
use askama::Template;
use ontario_design::Frame;
use ontario_language::{Language, format_date, iso_date_time};
use portal_front::Visit;
use portal_front::handlers::Answer;

#[derive(Template)]
#[template(path = "landing.html")]
struct LandingPage {
    frame: Frame,
    sign_in: String,
    home: Option<String>,
    help: String,
    notices: Vec<(String, String, &'static str)>,
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
        notices: visit.data::<Portal>()?.notices.iter().map(|notice| notice_of(language, notice)).collect(),
        help: format!("{}/{}/help", visit.front.provider_origin, language.code()),
    };
    visit.html(StatusCode::OK, &page)
}

fn notice_of(language: Language, notice: &SystemNotice) -> (String, String, &'static str) {
    let text = language.pick(notice.text[0], notice.text[1]);
    (iso_date_time(notice.at), format_date(language, notice.at), text)
}
