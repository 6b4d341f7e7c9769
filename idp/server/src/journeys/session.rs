//! A session's end by time: the answer to "stay signed in" (X1), signing in again before the longest time is over, and the
//! page after the end (X2).

use super::account::{Return, Target};
use super::one_key;
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::held_form;
use crate::web::message_page::MessagePage;
use crate::web::post::checked_form;
use crate::web::problem::Problem;
use crate::web::visit::{SignedIn, Visit};
use actix_web::{HttpRequest, HttpResponse, Responder, web};
use idp_domain::account::AccountKind;

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

/// A sign-in page's address for somebody who is signed in and wants to begin the longest time anew.
#[must_use]
pub fn again_url(url: &str) -> String {
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}again=1")
}

/// Whether somebody who may be signed in asks to sign in again.
#[must_use]
pub fn is_again(visit: &Visit) -> bool {
    visit.query.get("again").ok().flatten().is_some()
}

/// The button of X1 on a page with typed input: what was typed is held for its person, who comes back to it.
///
/// # Errors
/// The database is away.
pub async fn sign_in_again(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let Some(account) = visit.account_of_session().await? else {
        return Ok(visit.dress(Answer::see_other(visit.url("/sign-in"))));
    };
    held_form::hold_for(visit, form, &account).await?;
    let url = match account.kind() {
        AccountKind::OneKey => {
            one_key::coming_back::to_here_filled(visit, &visit.url(one_key::sign_in::PATH))
        }
        AccountKind::MyOntario => match Target::at(&visit.path) {
            Some(page) => Return { page, filled: true }.url(visit, "/sign-in"),
            None => visit.url("/sign-in"),
        },
    };
    Ok(visit.dress(Answer::see_other(again_url(&url))))
}

/// `GET /{l}/session-expired`
///
/// # Errors
/// The page can't be rendered, or the database is away.
pub async fn expired(visit: &Visit) -> Result<Answer, Problem> {
    let l = visit.language;
    let minutes = visit.in_force.lifetimes.session.idle.as_secs().div_ceil(60);
    let mut text = vec![t::expired_text(l, minutes)];
    let filled =
        visit.next.as_ref().is_some_and(|next| next.filled) || one_key::coming_back::is_filled(visit);
    if filled {
        text.push(t::draft_was_saved(l).to_owned());
    } else if visit.query.get("answers").ok().flatten() == Some("lost") {
        text.push(t::answers_not_saved(l).to_owned());
    }
    let account = visit.account_of_session().await?;
    let (frame, sign_in) = match account.map(|account| account.kind()) {
        Some(AccountKind::OneKey) => (
            one_key::plain_frame(visit, t::expired_title(l)),
            one_key::coming_back::carried_on(visit, &visit.url(one_key::sign_in::PATH)),
        ),
        _ => (visit.plain_frame(t::expired_title(l)), visit.url("/sign-in")),
    };
    MessagePage::new(frame, "session-expired-page", text)
        .button(t::sign_in_again(l), sign_in)
        .answer(visit, 200)
}
