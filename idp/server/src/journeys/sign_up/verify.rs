//! M3 and M4: the code, and asking for another mail.

use super::{FreshCode, address_hash};
use crate::adapters::rng::rng;
use crate::journeys::{mailed_code, new_session};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::message_page::{ButtonForm, MessagePage};
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::activation::{ActivationCode, ActivationCodeError, RegistrationState, may_resend};
use idp_domain::ids::AccountId;
use idp_domain::session::AuthenticationMethod;
use idp_store::{ActivationOutcome, CodeAttempt, Registration, ResendActivation, ResendOutcome};
use ontario_design::Frame;
use ontario_design::components::{Alert, CodeField, ErrorSummary, FormTokens};

#[derive(Template)]
#[template(path = "sign_up/verify.html")]
struct VerifyPage {
    frame: Frame,
    action: String,
    tokens: FormTokens,
    address: String,
    until: Option<String>,
    code: CodeField,
    resend: ButtonForm,
    resend_open: bool,
    different_email: String,
    back: String,
}

/// M3.
pub(super) const PATH: &str = "/create-account/verify";

/// This browser's registration, while it waits.
async fn waiting(visit: &Visit) -> Result<Option<Registration>, Problem> {
    if visit.browser_is_new {
        return Ok(None);
    }
    let found = visit.app.store.find_registration(visit.browser_hash()).await?;
    let limits = visit.in_force.activation_limits();
    let end =
        |found: &Registration| found.facts.created_at.plus(limits.resend_window).plus(limits.code_lifetime);
    Ok(found.filter(|found| found.facts.state == RegistrationState::Open && visit.now <= end(found)))
}

/// `GET /{l}/create-account/verify`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    match waiting(visit).await? {
        Some(registration) => {
            let news = mailed_code::news(visit, Some(t::we_sent_an_email(visit.language)));
            page(visit, 200, &registration, ErrorSummary::new(visit.language), news)
        }
        None => over(visit).await,
    }
}

fn page(
    visit: &Visit,
    status: u16,
    registration: &Registration,
    errors: ErrorSummary,
    alert: Option<Alert>,
) -> Result<Answer, Problem> {
    let l = visit.language;
    let template = VerifyPage {
        action: visit.url(PATH),
        tokens: visit.form_tokens(),
        address: registration.email.as_str().to_owned(),
        until: mailed_code::works_until(visit, registration.last_sent_at),
        code: CodeField::new(l, "code", t::enter_the_code(l)).errors_of(&errors),
        resend: ButtonForm {
            primary: false,
            ..visit.button_form("resend-form", "/create-account/resend", t::send_it_again(l))
        },
        resend_open: !errors.is_empty() || alert.is_some(),
        different_email: visit.url("/create-account"),
        back: visit.url("/sign-in"),
        frame: visit.frame(t::verify_title(l)).language_button().errors(errors).alert(alert),
    };
    visit.page(status, &template)
}

/// Nothing waits here: it was activated, or it is over.
async fn over(visit: &Visit) -> Result<Answer, Problem> {
    if visit.session().await?.is_some() {
        return Err(Problem::StepDone);
    }
    let l = visit.language;
    MessagePage::new(
        visit.plain_frame(t::sign_up_over_title(l)),
        "sign-up-over",
        vec![t::sign_up_expired(l).into()],
    )
    .button(t::create_an_account(l), visit.url("/create-account"))
    .link(t::back_to_sign_in(l), visit.url("/sign-in"))
    .answer(visit, 410)
}

/// `POST /{l}/create-account/verify`
///
/// # Errors
/// The database is away.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let Some(registration) = waiting(visit).await? else { return over(visit).await };
    let l = visit.language;
    if form.stale {
        return refuse(visit, &registration, t::form_stale(l));
    }
    let typed = match ActivationCode::parse(form.value("code")) {
        Ok(typed) => typed,
        Err(ActivationCodeError::Missing) => return refuse(visit, &registration, t::code_required(l)),
        Err(ActivationCodeError::Malformed) => return refuse(visit, &registration, t::code_format(l)),
    };
    let session = new_session::start(visit, AuthenticationMethod::Password).await?;
    let attempt = CodeAttempt {
        typed: typed.hash(&visit.app.data_keys.hash, registration.id.as_str()),
        registration: registration.id.clone(),
        account: AccountId::random(&mut rng()),
        session: session.new,
        limits: visit.in_force.activation_limits(),
        now: visit.now,
    };
    match visit.app.store.activate_by_code(attempt).await? {
        ActivationOutcome::Activated { .. } => {
            let answer = Answer::see_other(visit.url("/create-account/done"));
            Ok(visit.dress(answer).cookie(session.cookie))
        }
        ActivationOutcome::Wrong => refuse(visit, &registration, t::code_wrong(l)),
        ActivationOutcome::TooManyTries => refuse(visit, &registration, t::code_tries(l)),
        ActivationOutcome::Expired => refuse(visit, &registration, t::code_expired(l)),
        ActivationOutcome::AlreadyActivated => Err(Problem::StepDone),
        ActivationOutcome::Over | ActivationOutcome::OtherBrowser => over(visit).await,
    }
}

fn refuse(visit: &Visit, registration: &Registration, message: &str) -> Result<Answer, Problem> {
    let mut errors = ErrorSummary::new(visit.language);
    errors.add("code", message);
    page(visit, 422, registration, errors, None)
}

/// M4: `POST /{l}/create-account/resend`
///
/// # Errors
/// The database is away.
pub async fn resend(visit: &Visit, _: &Form) -> Result<Answer, Problem> {
    let Some(registration) = waiting(visit).await? else { return over(visit).await };
    if !may_resend(&registration.facts, visit.now, &visit.in_force.activation_limits()) {
        return over(visit).await;
    }
    send_fresh_code(visit, &registration).await
}

/// Sends one more mail, if the address may have one, and shows M3.
///
/// # Errors
/// The database is away.
pub async fn send_fresh_code(visit: &Visit, registration: &Registration) -> Result<Answer, Problem> {
    let Registration { id, email, language, .. } = registration;
    let fresh = FreshCode::draw(&visit.app, visit.now, id, email, *language)
        .map_err(|error| Problem::internal(&error))?;
    let request = ResendActivation {
        registration: registration.id.clone(),
        address_hash: address_hash(&visit.app, &registration.email),
        code: fresh.code,
        activation_mail: fresh.activation_mail,
        exists_mail: fresh.exists_mail,
        order: None,
        limits: visit.in_force.activation_limits(),
        now: visit.now,
    };
    match visit.app.store.resend_activation(request, visit.in_force.limits.mail).await? {
        ResendOutcome::Mail(decision) => {
            Ok(visit.dress(Answer::see_other(mailed_code::url_after_resend(visit, PATH, decision))))
        }
        ResendOutcome::Over => over(visit).await,
    }
}
