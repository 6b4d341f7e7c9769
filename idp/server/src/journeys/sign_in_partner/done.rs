//! P7: the account is there, or linked; on to where the person was going.

use crate::journeys::resume;
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::message_page::MessagePage;
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Where it is, after the language.
pub const PATH: &str = "/partner/done";

/// `GET /{l}/partner/done`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    if visit.session().await?.is_none() {
        return resume::go_on(visit, None).await;
    }
    let l = visit.language;
    let kept = visit.kept_request().await?;
    let text = match visit.service_name(kept.as_ref()) {
        Some(name) => t::sign_in_partner::ready_for(l, name),
        None => t::sign_in_partner::ready(l).to_owned(),
    };
    let to = kept.map(|kept| kept.redirect_uri().to_owned());
    let frame = visit.plain_frame(t::sign_in_partner::done_title(l));
    let page = MessagePage::new(frame, "partner-done-page", vec![text]).form(visit.button_form(
        "finish-form",
        PATH,
        t::continue_(l),
    ));
    Ok(page.answer(visit, 200)?.form_may_end_at(to.as_deref()))
}

/// `POST /{l}/partner/done`
///
/// # Errors
/// The database is away.
pub async fn post(visit: &Visit, _: &Form) -> Result<Answer, Problem> {
    let session = visit.session().await?;
    resume::go_on(visit, session.as_ref()).await
}
