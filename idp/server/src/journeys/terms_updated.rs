//! X9: the terms of use have changed since the person accepted them; nothing goes on before they are accepted again.

use super::information::TERMS_VERSION;
use super::resume;
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::message_page::{ButtonForm, MessagePage};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Where the page is, after the language.
pub const PATH: &str = "/terms/updated";

/// `GET /{l}/terms/updated`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    if visit.session().await?.is_none() {
        return resume::go_on(visit, None).await;
    }
    let l = visit.language;
    let to = visit.kept_request().await?.map(|kept| kept.redirect_uri().to_owned());
    let sign_out =
        ButtonForm { primary: false, ..visit.button_form("sign-out-form", "/sign-out", t::sign_out(l)) };
    let frame = visit.plain_frame(t::terms_updated_title(l));
    let page = MessagePage::new(frame, "terms-updated-page", vec![t::terms_updated_text(l).into()])
        .form(visit.button_form("accept-form", PATH, t::accept(l)))
        .form(sign_out)
        .link(t::terms_title(l), visit.url("/terms"));
    Ok(page.answer(visit, 200)?.form_may_end_at(to.as_deref()))
}

/// `POST /{l}/terms/updated`
///
/// # Errors
/// The database is away.
pub async fn post(visit: &Visit, _: &Form) -> Result<Answer, Problem> {
    let Some(mut session) = visit.session().await? else { return resume::go_on(visit, None).await };
    visit.app.store.accept_terms(session.account.id.clone(), TERMS_VERSION, visit.now).await?;
    session.account.terms_version = TERMS_VERSION;
    resume::go_on(visit, Some(&session)).await
}
