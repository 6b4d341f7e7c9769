//! The second step with a passkey: chosen on M7, or what M6 asks for where there is no authenticator app, or a service asks
//! for what only a passkey gives. No try is counted: an answer can't be guessed.

use super::form::SCRIPT;
use super::{PasskeyForm, proof, refuse};
use crate::journeys::extra_verification::second_step::{over, ways_out};
use crate::journeys::extra_verification::{self, Asked, asked, other_way};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::message_page::ButtonForm;
use crate::web::problem::Problem;
use crate::web::visit::{Kept, Visit};
use askama::Template;
use idp_domain::extra_verification::SecondFactorKind;
use idp_domain::passkey::{AssertionResponse, ChallengePurpose};
use idp_store::SecondStepEnd;
use ontario_design::Frame;
use ontario_design::components::{Alert, ErrorSummary};

/// Where it is, after the language.
pub const PATH: &str = "/sign-in/second-step/passkey";

#[derive(Template)]
#[template(path = "passkeys/second_step.html")]
struct PasskeyStepPage {
    frame: Frame,
    without_script: Alert,
    form: PasskeyForm,
    other_way: String,
    forms: Vec<ButtonForm>,
}

/// `GET /{l}/sign-in/second-step/passkey`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    match asked(visit).await? {
        Ok(asked) => page(visit, &asked, 200, ErrorSummary::new(visit.language)).await,
        Err(answer) => Ok(answer),
    }
}

async fn page(visit: &Visit, asked: &Asked, status: u16, errors: ErrorSummary) -> Result<Answer, Problem> {
    if !asked.takes(SecondFactorKind::Passkey) {
        return Ok(visit.dress(Answer::see_other(visit.url(other_way::PATH))));
    }
    let (l, purpose) = (visit.language, ChallengePurpose::SecondStep);
    let template = PasskeyStepPage {
        without_script: Alert::informational(l, t::passkeys::without_script(l)).id("without-script"),
        form: PasskeyForm::get(visit, purpose, visit.url(PATH), t::passkeys::confirm(l)).alone(),
        other_way: visit.url(other_way::PATH),
        forms: ways_out(visit, asked),
        frame: visit
            .plain_frame(t::passkeys::confirm(l))
            .continue_to(visit.service_name(asked.kept.as_ref()))
            .script(SCRIPT)
            .errors(errors),
    };
    let to = asked.kept.as_ref().map(Kept::redirect_uri);
    Ok(visit.page(status, &template)?.form_may_end_at(to))
}

/// `POST /{l}/sign-in/second-step/passkey`
///
/// # Errors
/// The database is away.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let asked = match asked(visit).await? {
        Ok(asked) => asked,
        Err(answer) => return Ok(answer),
    };
    let account = asked.waiting.account().id.clone();
    let response = match AssertionResponse::parse(form.value("credential"), ChallengePurpose::SecondStep) {
        Ok(response) => response,
        Err(reason) => {
            refuse(visit, Some(account), reason).await?;
            return again(visit, &asked).await;
        }
    };
    let proof = proof(visit, response, Some(account.clone())).ok_or(Problem::NotFound)?;
    let (target, signed_in) = extra_verification::target(visit, &asked.waiting).await?;
    match visit.app.store.finish_second_step_by_passkey(proof, account, target).await? {
        SecondStepEnd::Done => extra_verification::go_on(visit, &asked.waiting, signed_in).await,
        SecondStepEnd::Gone => Ok(over(visit)),
        SecondStepEnd::Refused => again(visit, &asked).await,
    }
}

async fn again(visit: &Visit, asked: &Asked) -> Result<Answer, Problem> {
    let mut errors = ErrorSummary::new(visit.language);
    errors.add("passkey", t::passkeys::cancelled(visit.language));
    page(visit, asked, 422, errors).await
}
