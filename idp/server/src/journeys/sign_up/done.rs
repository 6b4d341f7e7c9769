//! M5: the account is there; on to where the person was going. Whoever has a browser for it may add a passkey first.

use crate::journeys::passkeys::form::SCRIPT;
use crate::journeys::{passkeys, resume};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::message_page::ButtonForm;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use ontario_design::Frame;

const PATH: &str = "/create-account/done";

#[derive(Template)]
#[template(path = "sign_up/done.html")]
struct DonePage {
    frame: Frame,
    finish: ButtonForm,
    add_passkey: Option<String>,
    not_now: ButtonForm,
}

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
    let to = kept.map(|kept| kept.redirect_uri().to_owned());
    let page = DonePage {
        frame: visit.plain_frame(t::activated_title(l)).script(SCRIPT),
        finish: visit.button_form("finish-form", PATH, t::finish_activation(l)),
        add_passkey: passkeys::relying_party(visit).map(|_| visit.url(passkeys::new::PATH)),
        not_now: visit.button_form("not-now-form", PATH, t::passkeys::not_now(l)),
    };
    Ok(visit.page(200, &page)?.form_may_end_at(to.as_deref()))
}

/// `POST /{l}/create-account/done`
///
/// # Errors
/// The database is away.
pub async fn post(visit: &Visit, _: &Form) -> Result<Answer, Problem> {
    let session = visit.session().await?;
    resume::go_on(visit, session.as_ref()).await
}
