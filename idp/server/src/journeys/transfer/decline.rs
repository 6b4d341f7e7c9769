//! T4: the *No*, said twice. It is final.

use super::{Asked, CONFIRM_NO, PATH, asked, mail, receipt};
use crate::adapters::rng::rng;
use crate::journeys::resume;
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::ids::TransferId;
use idp_domain::transfer::{TransferChoice, TransferDecision};
use idp_store::DeclineTransfer;
use ontario_design::Frame;
use ontario_design::components::{Checkbox, ErrorSummary, FormTokens, StepIndicator};

#[derive(Template)]
#[template(path = "transfer/confirm_no.html")]
struct ConfirmNoPage {
    frame: Frame,
    step: StepIndicator,
    critical: &'static str,
    action: String,
    tokens: FormTokens,
    understand: Checkbox,
    back: String,
}

/// `GET /{l}/transfer/confirm-no`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    match asked(visit).await? {
        Ok(asked) => page(visit, 200, &asked, ErrorSummary::new(visit.language)),
        Err(answer) => Ok(answer),
    }
}

fn page(visit: &Visit, status: u16, asked: &Asked, errors: ErrorSummary) -> Result<Answer, Problem> {
    let l = visit.language;
    let template = ConfirmNoPage {
        step: StepIndicator::new(l, 2, 2),
        critical: t::transfer::confirm_text(l),
        action: visit.url(CONFIRM_NO),
        tokens: visit.form_tokens(),
        understand: Checkbox::new(l, "understand", t::transfer::understand(l)).required().errors_of(&errors),
        back: visit.url(PATH),
        frame: visit.signed_in_frame(t::transfer::confirm_title(l), &asked.session).errors(errors),
    };
    Ok(visit.page(status, &template)?.form_may_end_at(Some(&asked.redirect_uri)))
}

/// `POST /{l}/transfer/confirm-no`
///
/// # Errors
/// It was decided before, or the database is away.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let asked = match asked(visit).await? {
        Ok(asked) => asked,
        Err(answer) => return Ok(answer),
    };
    let l = visit.language;
    let mut errors = ErrorSummary::new(l);
    if form.stale {
        errors.add("understand", t::form_stale(l));
    } else if !form.is_checked("understand") {
        errors.add("understand", t::transfer::understand_required(l));
    }
    if !errors.is_empty() {
        return page(visit, 422, &asked, errors);
    }
    let account = &asked.session.account;
    let Some(email) = account.email() else { return Err(Problem::Forbidden) };
    let decision = TransferDecision {
        id: TransferId::random(&mut rng()),
        account: account.id.clone(),
        choice: TransferChoice::Declined,
        client: asked.client.id.clone(),
        decided_at: visit.now,
    };
    let receipt = receipt(visit, &decision).await?;
    let decline = DeclineTransfer {
        mail: mail(visit, email, account.language, false, Some(receipt))?,
        id: decision.id,
        account: decision.account,
        client: decision.client,
        now: decision.decided_at,
    };
    if !visit.app.store.decline_transfer(decline).await? {
        return Err(Problem::StepDone);
    }
    resume::go_on(visit, Some(&asked.session)).await
}
