//! T6: what was done.

use super::{DONE, RECEIPT, signed_in};
use crate::journeys::resume;
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::transfer::TransferChoice;
use ontario_design::Frame;
use ontario_design::components::{Alert, FormTokens};

#[derive(Template)]
#[template(path = "transfer/done.html")]
struct DonePage {
    frame: Frame,
    services: Vec<String>,
    receipt: String,
    action: String,
    tokens: FormTokens,
}

/// `GET /{l}/transfer/done`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let session = match signed_in(visit).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let decision = visit.app.store.find_transfer_decision(session.account.id.clone()).await?;
    let Some(TransferChoice::Transferred(one_key)) = decision.map(|decision| decision.choice) else {
        return resume::go_on(visit, Some(&*session)).await;
    };
    let l = visit.language;
    let mut services = Vec::new();
    for id in visit.app.store.list_enrolments(one_key).await? {
        if let Some(service) = visit.app.find_service(&id).await? {
            services.push(service.client.name.get(l).to_owned());
        }
    }
    let to = visit.kept_request().await?.map(|kept| kept.redirect_uri().to_owned());
    let page = DonePage {
        services,
        receipt: visit.url(RECEIPT),
        action: visit.url(DONE),
        tokens: visit.form_tokens(),
        frame: visit
            .signed_in_frame(t::transfer::done_title(l), &session)
            .alert(Some(Alert::success(l, t::transfer::done(l)).role("status"))),
    };
    Ok(visit.page(200, &page)?.form_may_end_at(to.as_deref()))
}

/// `POST /{l}/transfer/done`
///
/// # Errors
/// The database is away.
pub async fn post(visit: &Visit, _: &Form) -> Result<Answer, Problem> {
    let session = visit.session().await?;
    resume::go_on(visit, session.as_ref()).await
}
