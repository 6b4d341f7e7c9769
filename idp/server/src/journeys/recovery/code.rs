//! M9: the code, and asking for another mail.

use super::{CODE, FreshCode, NEW, PATH, RESEND, address_hash, newest, over, prover, url_of};
use crate::journeys::mailed_code;
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::message_page::ButtonForm;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::activation::{ActivationCode, ActivationCodeError, may_resend};
use idp_domain::mail_allowance::MailDecision;
use idp_store::{PasswordReset, ResendOutcome, ResendPasswordReset, ResetCodeAttempt, ResetProof};
use ontario_design::Frame;
use ontario_design::components::{Alert, CodeField, ErrorSummary, FormTokens};

#[derive(Template)]
#[template(path = "recovery/code.html")]
struct CodePage {
    frame: Frame,
    action: String,
    tokens: FormTokens,
    sent: String,
    until: Option<String>,
    code: CodeField,
    resend: ButtonForm,
    resend_open: bool,
    different_email: String,
    back: String,
}

/// `GET /{l}/forgot-password/code`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let Some(reset) = newest(visit).await? else { return over(visit) };
    if reset.facts.may_set_password(visit.now) {
        return Ok(visit.dress(Answer::see_other(visit.url(NEW))));
    }
    if !reset.facts.is_open(visit.now, &visit.in_force.activation_limits()) {
        return over(visit);
    }
    page(visit, 200, &reset, ErrorSummary::new(visit.language), mailed_code::news(visit, None))
}

fn page(
    visit: &Visit,
    status: u16,
    reset: &PasswordReset,
    errors: ErrorSummary,
    alert: Option<Alert>,
) -> Result<Answer, Problem> {
    let l = visit.language;
    let template = CodePage {
        action: visit.url(CODE),
        tokens: visit.form_tokens(),
        sent: t::recovery::if_there_is_an_account(l, reset.email.as_str()),
        until: mailed_code::works_until(visit, reset.last_sent_at),
        code: CodeField::new(l, "code", t::enter_the_code(l)).errors_of(&errors),
        resend: ButtonForm {
            primary: false,
            ..visit.button_form("resend-form", RESEND, t::send_it_again(l))
        },
        resend_open: !errors.is_empty() || alert.is_some(),
        different_email: visit.url(PATH),
        back: visit.url("/sign-in"),
        frame: visit.frame(t::recovery::code_title(l)).language_button().errors(errors).alert(alert),
    };
    visit.page(status, &template)
}

fn refuse(visit: &Visit, reset: &PasswordReset, message: &str) -> Result<Answer, Problem> {
    let mut errors = ErrorSummary::new(visit.language);
    errors.add("code", message);
    page(visit, 422, reset, errors, None)
}

/// This browser's reset, while it waits for its code.
pub(super) async fn waiting(visit: &Visit) -> Result<Option<PasswordReset>, Problem> {
    let limits = visit.in_force.activation_limits();
    Ok(newest(visit).await?.filter(|reset| reset.facts.is_open(visit.now, &limits)))
}

/// `POST /{l}/forgot-password/code`
///
/// # Errors
/// The database is away.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let Some(reset) = waiting(visit).await? else { return get(visit).await };
    let l = visit.language;
    if form.stale {
        return refuse(visit, &reset, t::form_stale(l));
    }
    let typed = match ActivationCode::parse(form.value("code")) {
        Ok(typed) => typed,
        Err(ActivationCodeError::Missing) => return refuse(visit, &reset, t::code_required(l)),
        Err(ActivationCodeError::Malformed) => return refuse(visit, &reset, t::code_format(l)),
    };
    match visit.app.store.prove_reset_by_code(attempt(visit, &reset, &typed)).await? {
        ResetProof::Proven { .. } | ResetProof::AlreadyProven => {
            Ok(visit.dress(Answer::see_other(url_of(visit, NEW, reset.request_id.as_ref()))))
        }
        ResetProof::Wrong => refuse(visit, &reset, t::code_wrong(l)),
        ResetProof::TooManyTries => refuse(visit, &reset, t::code_tries(l)),
        ResetProof::LinkOnly => refuse(visit, &reset, t::recovery::link_only(l)),
        ResetProof::Expired => refuse(visit, &reset, t::code_expired(l)),
        ResetProof::Over | ResetProof::OtherBrowser => over(visit),
    }
}

fn attempt(visit: &Visit, reset: &PasswordReset, typed: &ActivationCode) -> ResetCodeAttempt {
    let hash = &visit.app.data_keys.hash;
    let email_key = reset.email.key();
    ResetCodeAttempt {
        reset: reset.id.clone(),
        typed: typed.hash(hash, reset.id.as_str()),
        proof: prover(visit),
        address_key: hash.hash("password-reset-address", &[email_key.as_bytes()]),
        device_key: hash
            .hash("password-reset-device", &[email_key.as_bytes(), visit.browser.expose().as_bytes()]),
        limits: visit.in_force.activation_limits(),
        now: visit.now,
    }
}

/// `POST /{l}/forgot-password/resend`
///
/// # Errors
/// The database is away.
pub async fn resend(visit: &Visit, _: &Form) -> Result<Answer, Problem> {
    let Some(reset) = waiting(visit).await? else { return over(visit) };
    match send_again(visit, reset).await? {
        Some(decision) => {
            Ok(visit.dress(Answer::see_other(mailed_code::url_after_resend(visit, CODE, decision))))
        }
        None => over(visit),
    }
}

/// Sends one more mail, if the address may have one; `None` where the reset may not.
pub(super) async fn send_again(visit: &Visit, reset: PasswordReset) -> Result<Option<MailDecision>, Problem> {
    let limits = visit.in_force.activation_limits();
    if !may_resend(&reset.facts.as_mailed_code(), visit.now, &limits) {
        return Ok(None);
    }
    let fresh = FreshCode::draw(visit, &reset.id, &reset.email).await?;
    let request = ResendPasswordReset {
        address_hash: address_hash(visit, &reset.email),
        reset: reset.id,
        code: fresh.code,
        mail: fresh.mail,
        limits,
        now: visit.now,
    };
    match visit.app.store.resend_password_reset(request, visit.in_force.limits.mail).await? {
        ResendOutcome::Mail(decision) => Ok(Some(decision)),
        ResendOutcome::Over => Ok(None),
    }
}
