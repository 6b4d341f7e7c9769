//! M6: the second step. An account that has no authenticator app is asked for its passkey, else on M7.

use super::other_way;
use super::{Asked, Tried, Typed, asked, attempt, go_on};
use crate::journeys::passkeys::second_step as by_passkey;
use crate::journeys::{leave, resume};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::message_page::ButtonForm;
use crate::web::problem::Problem;
use crate::web::visit::{Kept, Visit};
use askama::Template;
use idp_domain::activation::ActivationCodeError;
use idp_domain::authorization::acr::Missing;
use idp_domain::authorization::{AuthorizationError, AuthorizationErrorCode};
use idp_domain::extra_verification::{SecondFactorKind, TotpCode};
use ontario_design::Frame;
use ontario_design::components::{CodeField, ErrorSummary, FormTokens};

/// Where it is, after the language.
pub const PATH: &str = "/sign-in/second-step";
/// Where it is left out, after the language.
pub const NOT_NOW: &str = "/sign-in/not-now";

#[derive(Template)]
#[template(path = "extra_verification/second_step.html")]
struct SecondStepPage {
    frame: Frame,
    action: String,
    tokens: FormTokens,
    code: CodeField,
    other_way: String,
    forms: Vec<ButtonForm>,
}

/// `GET /{l}/sign-in/second-step`
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
    if !asked.takes(SecondFactorKind::AuthenticatorApp) {
        let path = if asked.takes(SecondFactorKind::Passkey) { by_passkey::PATH } else { other_way::PATH };
        return Ok(visit.dress(Answer::see_other(visit.url(path))));
    }
    let l = visit.language;
    let template = SecondStepPage {
        action: visit.url(PATH),
        tokens: visit.form_tokens(),
        code: CodeField::new(l, "code", t::extra_verification::totp_label(l)).errors_of(&errors),
        other_way: visit.url(other_way::PATH),
        forms: ways_out(visit, asked),
        frame: visit
            .frame(t::extra_verification::second_step_title(l))
            .continue_to(visit.service_name(asked.kept.as_ref()))
            .language_button()
            .errors(errors),
    };
    let to = asked.kept.as_ref().map(Kept::redirect_uri);
    Ok(visit.page(status, &template)?.form_may_end_at(to))
}

/// *Not now*, where the service is answered without it; *Cancel*, where there is a service.
#[must_use]
pub fn ways_out(visit: &Visit, asked: &Asked) -> Vec<ButtonForm> {
    let l = visit.language;
    let secondary =
        |id, path, label: &str| ButtonForm { primary: false, ..visit.button_form(id, path, label) };
    let not_now =
        asked.voluntary().then(|| secondary("not-now-form", NOT_NOW, t::extra_verification::not_now(l)));
    let cancel = asked.kept.as_ref().map(|_| secondary("cancel-form", "/cancel", t::cancel(l)));
    not_now.into_iter().chain(cancel).collect()
}

/// `POST /{l}/sign-in/second-step`
///
/// # Errors
/// The database is away.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let asked = match asked(visit).await? {
        Ok(asked) => asked,
        Err(answer) => return Ok(answer),
    };
    let l = visit.language;
    let message = match TotpCode::parse(form.value("code")) {
        _ if form.stale => t::form_stale(l).to_owned(),
        Err(ActivationCodeError::Missing) => t::code_required(l).to_owned(),
        Err(ActivationCodeError::Malformed) => t::code_format(l).to_owned(),
        Ok(code) => match attempt(visit, &asked, &Typed::Totp(code)).await? {
            Tried::Right(signed_in) => return go_on(visit, &asked.waiting, signed_in).await,
            Tried::Gone => return Ok(over(visit)),
            Tried::Wrong => t::extra_verification::totp_wrong(l).to_owned(),
            Tried::Slow(words) => words,
        },
    };
    let mut errors = ErrorSummary::new(l);
    errors.add("code", message);
    page(visit, &asked, 422, errors).await
}

/// What the step was to complete is over: it was completed in another tab, or its time is over.
#[must_use]
pub fn over(visit: &Visit) -> Answer {
    visit.dress(Answer::see_other(visit.url("/resume")))
}

/// OIDC Core 5.5.1.1: without a level that is essential, or the service's own, there is no answer.
async fn refuse_service(visit: &Visit, kept: &Kept) -> Result<Answer, Problem> {
    if !visit.app.store.cancel_authorization_request(kept.record.id.clone(), visit.now).await? {
        return Err(Problem::StepDone);
    }
    let code = AuthorizationErrorCode::UnmetAuthenticationRequirements;
    let error = AuthorizationError { code, description: "the person would rather not" };
    leave::with_error(visit, &kept.service()?.client, &kept.record.request.destination, &error)
}

/// `POST /{l}/sign-in/not-now`: the person would rather not, in this request.
///
/// # Errors
/// The database is away.
pub async fn not_now(visit: &Visit, _: &Form) -> Result<Answer, Problem> {
    let session = visit.session().await?;
    let kept = visit.kept_request().await?.filter(|kept| !kept.is_answered());
    if let (Some(session), Some(kept)) = (&session, kept) {
        let standing = resume::standing(visit, session, None).await?;
        match kept.record.request.acr.missing(&standing) {
            Missing::SecondStep { required: true, .. } | Missing::Enrolment { required: true, .. } => {
                return refuse_service(visit, &kept).await;
            }
            _ => visit.app.store.decline_level(kept.record.id, session.account.id.clone()).await?,
        }
    }
    resume::go_on(visit, session.as_ref()).await
}
