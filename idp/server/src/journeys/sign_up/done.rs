//! M5: the account is there; on to where the person was going.

use crate::journeys::resume;
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::message_page::MessagePage;
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// `GET /{l}/create-account/done`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    if visit.session().await?.is_none() {
        return resume::go_on(visit, None).await;
    }
    let l = visit.language;
    let kept = visit.kept_request().await?;
    let to = kept.map(|kept| kept.request.destination.redirect_uri);
    let page = MessagePage::new(
        visit.plain_frame(t::activated_title(l)),
        "activated-page",
        vec![t::account_ready(l).into()],
    )
    .form(visit.button_form("finish-form", "/create-account/done", t::finish_activation(l)));
    Ok(page.answer(visit, 200)?.form_may_end_at(to.as_deref()))
}

/// `POST /{l}/create-account/done`
///
/// # Errors
/// The database is away.
pub async fn post(visit: &Visit, _: &Form) -> Result<Answer, Problem> {
    let session = visit.session().await?;
    resume::go_on(visit, session.as_ref()).await
}
