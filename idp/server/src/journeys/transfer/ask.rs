//! T1: the question.

use super::{Asked, CONFIRM_NO, ONE_KEY, PATH, asked};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use ontario_design::Frame;
use ontario_design::components::{Alert, Choice, ErrorSummary, FormTokens, RadioGroup, StepIndicator};

#[derive(Template)]
#[template(path = "transfer/ask.html")]
struct AskPage {
    frame: Frame,
    step: StepIndicator,
    warning: Alert,
    action: String,
    tokens: FormTokens,
    transfer: RadioGroup,
}

/// `GET /{l}/transfer`
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
    let choices = vec![Choice::new("yes", t::transfer::yes(l)), Choice::new("no", t::transfer::no(l))];
    let question = t::transfer::question(l, asked.client.name.get(l));
    let template = AskPage {
        step: StepIndicator::new(l, 1, 2),
        warning: Alert::warning(l, t::transfer::once(l)),
        action: visit.url(PATH),
        tokens: visit.form_tokens(),
        transfer: RadioGroup::new(l, "transfer", question.clone(), choices)
            .asked_by_heading()
            .errors_of(&errors),
        frame: visit.signed_in_frame(t::transfer::title(l), &asked.session).heading(question).errors(errors),
    };
    visit.page(status, &template)
}

/// `POST /{l}/transfer`: goes on to either page; nothing is decided yet.
///
/// # Errors
/// The database is away.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let asked = match asked(visit).await? {
        Ok(asked) => asked,
        Err(answer) => return Ok(answer),
    };
    let path = match form.value("transfer") {
        "yes" => ONE_KEY,
        "no" => CONFIRM_NO,
        _ => {
            let mut errors = ErrorSummary::new(visit.language);
            errors.add("transfer", t::choice_required(visit.language));
            return page(visit, 422, &asked, errors);
        }
    };
    Ok(visit.dress(Answer::see_other(visit.url(path))))
}
