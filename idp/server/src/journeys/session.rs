//! A session's end by time: the answer to "stay signed in" (X1) and the page after the end (X2).

use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::message_page::MessagePage;
use crate::web::post::checked_form;
use crate::web::problem::Problem;
use crate::web::visit::{SignedIn, Visit};
use actix_web::{HttpRequest, HttpResponse, Responder, web};

/// `POST /{l}/session/keep`, by the script: 204 while the session lives. It is sent many times, so it has no single-use
/// id.
pub async fn keep(request: HttpRequest, mut visit: Visit, body: web::Bytes) -> HttpResponse {
    let form: Result<Form, Problem> = checked_form(&request, &mut visit, &body);
    let answer = match form {
        Ok(_) => match visit.signed_in().await {
            Ok(SignedIn::Yes(_)) => Ok(Answer::no_content()),
            Ok(_) => Err(Problem::Forbidden),
            Err(problem) => Err(problem),
        },
        Err(problem) => Err(problem),
    };
    answer.unwrap_or_else(|problem| problem.answer(&visit)).respond_to(&request)
}

/// `GET /{l}/session-expired`
///
/// # Errors
/// The page can't be rendered.
pub async fn expired(visit: &Visit) -> Result<Answer, Problem> {
    let l = visit.language;
    let minutes = visit.app.settings.lifetimes.session.idle.as_secs().div_ceil(60);
    MessagePage::new(
        visit.plain_frame(t::expired_title(l)),
        "session-expired-page",
        vec![t::expired_text(l, minutes)],
    )
    .button(t::sign_in_again(l), visit.url("/sign-in"))
    .answer(visit, 200)
}
