//! O6, by a mailed code.

use super::{RecoverPage, begin_round, closed_text, html, proven, refuse_round, start, underway, way_back};
use crate::journeys::one_key::{count_network, frame};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::message_page::ButtonForm;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::activation::{ActivationCode, ActivationCodeError};
use idp_store::OneKeyRecovery;
use ontario_design::components::{Alert, CodeField, ErrorSummary};

/// Where it is typed.
pub const PATH: &str = "/one-key/recover/password/code";

/// `GET /{l}/one-key/recover/password/code`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    match underway(visit).await? {
        Ok(recovery) => page(visit, 200, &recovery, ErrorSummary::new(visit.language)),
        Err(over) => Ok(over),
    }
}

fn page(
    visit: &Visit,
    status: u16,
    recovery: &OneKeyRecovery,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = visit.language;
    let minutes = visit.in_force.lifetimes.activation_code.as_secs().div_ceil(60);
    let sent_again = (status == 200 && visit.query.get("again").ok().flatten().is_some()).then(|| {
        let apart = visit.in_force.limits.mail.interval.as_secs();
        Alert::informational(l, t::one_key::code_sent_again(l, apart)).focused()
    });
    let again = ButtonForm {
        primary: false,
        action: visit.side_url(PATH),
        fields: vec![("again", "yes".into())],
        ..visit.button_form("resend-form", PATH, t::send_it_again(l))
    };
    // For every ID alike: a mail that was asked for just before, of whatever kind, holds this one back.
    let apart = visit.in_force.limits.mail.interval.as_secs();
    let template = RecoverPage {
        id: "recover-code",
        text: vec![
            t::one_key::code_sent(l, &recovery.typed_id),
            t::one_key::code_minutes(l, minutes),
            t::one_key::mails_apart(l, apart),
        ],
        action: visit.side_url(PATH),
        tokens: visit.form_tokens(),
        fields: vec![html(&CodeField::new(l, "code", t::enter_the_code(l)).errors_of(&errors))?],
        button: t::verify(l),
        again: Some(again),
        links: vec![(t::one_key::start_again(l), visit.side_url(start::PATH)), way_back(visit)],
        frame: frame(visit, t::one_key::code_title(l))
            .language_link(visit.here_in(l.other()))
            .alert(sent_again)
            .errors(errors),
    };
    visit.page(status, &template)
}

/// `POST /{l}/one-key/recover/password/code`
///
/// # Errors
/// The database is away.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let recovery = match underway(visit).await? {
        Ok(recovery) => recovery,
        Err(over) => return Ok(over),
    };
    let l = visit.language;
    let refuse = |message: String| {
        let mut errors = ErrorSummary::new(l);
        errors.add("code", message);
        page(visit, 422, &recovery, errors)
    };
    if form.is_checked("again") {
        return send_again(visit, &recovery).await;
    }
    if form.stale {
        return refuse(t::form_stale(l).to_owned());
    }
    let typed = match ActivationCode::parse(form.value("code")) {
        Ok(typed) => typed,
        Err(ActivationCodeError::Missing) => return refuse(t::code_required(l).to_owned()),
        Err(ActivationCodeError::Malformed) => return refuse(t::code_format(l).to_owned()),
    };
    let (round, counted) = match begin_round(visit, &recovery).await? {
        Ok(round) => round,
        Err(until) => return refuse(closed_text(visit, until)),
    };
    let life = visit.in_force.lifetimes.activation_code;
    let hash = typed.hash(&visit.app.data_keys.hash, recovery.id.as_str());
    match round.code {
        Some((code, sent_at)) if code == hash && visit.now <= sent_at.plus(life) => {
            proven(visit, &recovery, counted, Vec::new()).await
        }
        Some((code, _)) if code == hash => refuse(t::code_expired(l).to_owned()),
        _ => {
            refuse_round(visit, &recovery, round.last).await?;
            refuse(t::code_wrong(l).to_owned())
        }
    }
}

/// One more mail for the same attempt: should none go out yet, the code that is on its way stays good.
async fn send_again(visit: &Visit, recovery: &OneKeyRecovery) -> Result<Answer, Problem> {
    count_network(visit, "one-key-recovery").await?;
    start::send_code(visit, recovery).await?;
    let url = visit.side_url(PATH);
    let separator = if url.contains('?') { '&' } else { '?' };
    Ok(visit.dress(Answer::see_other(format!("{url}{separator}again=1"))))
}
