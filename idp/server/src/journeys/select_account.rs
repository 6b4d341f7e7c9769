//! M13: with which account to go on.

use super::resume;
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::cookies::Name;
use crate::web::form::Form;
use crate::web::message_page::{ButtonForm, MessagePage};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// `GET /{l}/select-account`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let Some(session) = visit.session().await? else { return resume::go_on(visit, None).await };
    let l = visit.language;
    let kept = visit.kept_request().await?;
    let to = kept.as_ref().map(|kept| kept.redirect_uri().to_owned());
    let text = t::signed_in_as(l, session.account.name.as_str());
    let other = ButtonForm {
        primary: false,
        fields: vec![("choice", "other".into())],
        ..visit.button_form("other-form", "/select-account", t::use_a_different_account(l))
    };
    let frame = visit.plain_frame(t::choose_session_title(l)).continue_to(visit.service_name(kept.as_ref()));
    let page = MessagePage::new(frame, "select-account-page", vec![text])
        .form(visit.button_form("continue-form", "/select-account", t::continue_(l)))
        .form(other);
    Ok(page.answer(visit, 200)?.form_may_end_at(to.as_deref()))
}

/// `POST /{l}/select-account`
///
/// # Errors
/// The database is away.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let Some(session) = visit.session().await? else { return resume::go_on(visit, None).await };
    if form.value("choice") == "other" {
        visit.app.store.end_session(session.session.id, None, visit.now).await?;
        let answer = Answer::see_other(visit.url("/sign-in"));
        return Ok(visit.dress(answer).cookie(visit.clear_cookie(Name::Session)));
    }
    if let Some(kept) = visit.kept_request().await? {
        visit.app.store.choose_account(kept.record.id).await?;
    }
    resume::go_on(visit, Some(&session)).await
}
