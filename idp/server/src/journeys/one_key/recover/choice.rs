//! O5: what is forgotten?

use super::{RecoverPage, html, start, way_back};
use crate::journeys::one_key::{frame, recover_id};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use ontario_design::components::{Choice, ErrorSummary, RadioGroup};

/// Where it is.
pub const PATH: &str = "/one-key/recover";

/// `GET /{l}/one-key/recover`
///
/// # Errors
/// The page can't be rendered.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    page(visit, 200, ErrorSummary::new(visit.language))
}

fn page(visit: &Visit, status: u16, errors: ErrorSummary) -> Result<Answer, Problem> {
    let l = visit.language;
    let choices = vec![
        Choice::new("password", t::one_key::forgot_password(l)),
        Choice::new("id", t::one_key::forgot_id(l)),
        Choice::new("both", t::one_key::forgot_both(l)),
    ];
    let what = RadioGroup::new(l, "what", t::one_key::recover_what(l), choices).errors_of(&errors);
    let template = RecoverPage {
        id: "recover-choice",
        text: Vec::new(),
        action: visit.side_url(PATH),
        tokens: visit.form_tokens(),
        fields: vec![html(&what)?],
        button: t::continue_(l),
        again: None,
        links: vec![way_back(visit)],
        frame: frame(visit, t::one_key::recover_title(l))
            .language_link(visit.here_in(l.other()))
            .errors(errors),
    };
    visit.page(status, &template)
}

/// `POST /{l}/one-key/recover`
///
/// # Errors
/// The page can't be rendered.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let path = match form.value("what") {
        "password" => start::PATH,
        "id" | "both" => recover_id::PATH,
        _ => {
            let mut errors = ErrorSummary::new(visit.language);
            errors.add("what", t::choice_required(visit.language));
            return page(visit, 422, errors);
        }
    };
    Ok(visit.dress(Answer::see_other(visit.side_url(path))))
}
