//! Signing out: a POST ends the session here; a GET only asks. What a relying service asks for
//! (`endpoints::end_session`) ends here too.

use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::cookies::Name;
use crate::web::form::Form;
use crate::web::message_page::MessagePage;
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// `GET /{l}/sign-out`: a confirm button.
///
/// # Errors
/// The page can't be rendered.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let l = visit.language;
    let frame = visit.plain_frame(t::sign_out_question_title(l));
    MessagePage::new(frame, "sign-out-page", vec![t::sign_out_question(l).into()])
        .form(visit.button_form("sign-out-form", "/sign-out", t::sign_out(l)))
        .link(t::stay_signed_in(l), visit.url("/account"))
        .answer(visit, 200)
}

/// `POST /{l}/sign-out`
///
/// # Errors
/// The database is away.
pub async fn post(visit: &Visit, _: &Form) -> Result<Answer, Problem> {
    end(visit, None).await?;
    let answer = Answer::see_other(visit.url("/signed-out"));
    Ok(visit.dress(answer).cookie(visit.clear_cookie(Name::Session)))
}

/// Ends this browser's session, if it has one.
///
/// # Errors
/// The database is away.
pub async fn end(visit: &Visit, client: Option<idp_domain::ids::ClientId>) -> Result<(), Problem> {
    if let Some(session) = visit.session().await? {
        visit.app.store.end_session(session.session.id, client, visit.now).await?;
    }
    Ok(())
}

/// X3: `GET /{l}/signed-out`
///
/// # Errors
/// The page can't be rendered.
pub async fn signed_out(visit: &Visit) -> Result<Answer, Problem> {
    let l = visit.language;
    let frame = visit.plain_frame(t::signed_out_title(l));
    MessagePage::new(frame, "signed-out-page", vec![t::signed_out_text(l).into()])
        .button(t::sign_in(l), visit.url("/sign-in"))
        .answer(visit, 200)
}
