//! P5: the code that works five minutes or until the session ends, whichever comes first, and the terms.

use super::email::{bound_to, send_code};
use super::journey;
use crate::adapters::rng::rng;
use crate::journeys::information::TERMS_VERSION;
use crate::journeys::{mailed_code, new_session};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::held_form;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::account::EmailAddress;
use idp_domain::activation::{ActivationCode, ActivationCodeError};
use idp_domain::ids::AccountId;
use idp_domain::session::AuthenticationMethod;
use idp_domain::time::seconds_rounded_up;
use idp_store::{PartnerCodeAttempt, PartnerCodeOutcome, PartnerJourney};
use ontario_design::Frame;
use ontario_design::components::{Alert, Checkbox, CodeField, ErrorSummary, FormTokens};
use ontario_language::format_time;

/// Where it is, after the language.
pub const PATH: &str = "/partner/verify";

#[derive(Template)]
#[template(path = "sign_in_partner/verify.html")]
struct VerifyPage {
    frame: Frame,
    action: String,
    tokens: FormTokens,
    address: String,
    until: Option<String>,
    /// Seconds until then.
    seconds_left: u64,
    minutes_left: String,
    code: CodeField,
    terms: Checkbox,
    different_email: String,
}

/// The journey of this page and its address; else where the person goes.
async fn waiting(visit: &Visit) -> Result<Result<(PartnerJourney, EmailAddress), Answer>, Problem> {
    let journey = match journey(visit).await? {
        Ok(journey) => journey,
        Err(answer) => return Ok(Err(answer)),
    };
    match journey.email.clone() {
        Some(email) => Ok(Ok((journey, email))),
        None => Ok(Err(visit.dress(Answer::see_other(visit.url(super::email::PATH))))),
    }
}

/// `GET /{l}/partner/verify`
///
/// # Errors
/// The journey is finished, or the database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let (journey, email) = match waiting(visit).await? {
        Ok(waiting) => waiting,
        Err(answer) => return Ok(answer),
    };
    let accepted = held_form::take(visit).await?.is_some_and(|form| form.is_checked("terms"));
    let news = mailed_code::news(visit, Some(t::we_sent_an_email(visit.language)));
    page(visit, 200, &journey, &email, accepted, ErrorSummary::new(visit.language), news)
}

fn page(
    visit: &Visit,
    status: u16,
    journey: &PartnerJourney,
    email: &EmailAddress,
    accepted: bool,
    errors: ErrorSummary,
    alert: Option<Alert>,
) -> Result<Answer, Problem> {
    let l = visit.language;
    let lifetime = visit.in_force.lifetimes.email_code;
    let ends_at = journey.last_sent_at.map(|sent| sent.plus(lifetime)).filter(|end| *end > visit.now);
    let until = ends_at.map(|end| {
        let time = t::toronto_time(l, format_time(l, end.micros()));
        t::code_works_until(l, lifetime.as_secs().div_ceil(60), time)
    });
    let template = VerifyPage {
        action: visit.url(PATH),
        tokens: visit.form_tokens(),
        address: email.as_str().to_owned(),
        until,
        seconds_left: ends_at.map_or(0, |end| seconds_rounded_up(end.since(visit.now))),
        minutes_left: t::sign_in_partner::minutes_left(l, "{n}"),
        code: CodeField::new(l, "code", t::sign_in_partner::code(l)).errors_of(&errors),
        terms: Checkbox::new(l, "terms", t::sign_in_partner::accept_terms(l))
            .required()
            .link(t::sign_in_partner::accept_terms_link(l), visit.url("/terms"))
            .checked(accepted)
            .errors_of(&errors),
        different_email: visit.url(super::email::PATH),
        frame: visit
            .frame(t::sign_in_partner::verify_title(l))
            .language_button()
            .script("partner.js")
            .errors(errors)
            .alert(alert),
    };
    visit.page(status, &template)
}

/// `POST /{l}/partner/verify`
///
/// # Errors
/// The journey is finished, or the database is away.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let (journey, email) = match waiting(visit).await? {
        Ok(waiting) => waiting,
        Err(answer) => return Ok(answer),
    };
    if form.is_checked("again") {
        return send_again(visit, form, &journey, &email).await;
    }
    let typed = match parse(visit, form) {
        Ok(typed) => typed,
        Err(errors) => {
            return page(visit, 422, &journey, &email, form.is_checked("terms"), errors, None);
        }
    };
    let session = new_session::start(visit, AuthenticationMethod::Partner).await?;
    let attempt = PartnerCodeAttempt {
        typed: typed.hash(&visit.app.data_keys.hash, &bound_to(&journey.id, &email)),
        journey: journey.id.clone(),
        account: AccountId::random(&mut rng()),
        terms_version: TERMS_VERSION,
        session: session.new,
        limits: visit.in_force.partner_code_limits().activation,
        now: visit.now,
    };
    let l = visit.language;
    let refuse = |message: &str| {
        let mut errors = ErrorSummary::new(l);
        errors.add("code", message);
        page(visit, 422, &journey, &email, true, errors, None)
    };
    let to = |path: &str| visit.dress(Answer::see_other(visit.url(path)));
    match visit.app.store.activate_by_partner(attempt).await? {
        PartnerCodeOutcome::Activated => Ok(to(super::done::PATH).cookie(session.cookie)),
        PartnerCodeOutcome::HasAccount => Ok(to(super::link::PATH)),
        PartnerCodeOutcome::Wrong => refuse(t::code_wrong(l)),
        PartnerCodeOutcome::TooManyTries => refuse(t::code_tries(l)),
        PartnerCodeOutcome::Expired => refuse(t::code_expired(l)),
        PartnerCodeOutcome::Over => Ok(super::News::Failed.at_sign_in(visit)),
        PartnerCodeOutcome::AlreadyDone => Err(Problem::StepDone),
    }
}

fn parse(visit: &Visit, form: &Form) -> Result<ActivationCode, ErrorSummary> {
    let l = visit.language;
    let mut errors = ErrorSummary::new(l);
    if form.stale {
        errors.add("code", t::form_stale(l));
    }
    let typed = ActivationCode::parse(form.value("code"));
    match &typed {
        Err(ActivationCodeError::Missing) => errors.add("code", t::code_required(l)),
        Err(ActivationCodeError::Malformed) => errors.add("code", t::code_format(l)),
        Ok(_) => {}
    }
    if !form.is_checked("terms") {
        errors.add("terms", t::terms_required(l));
    }
    typed.ok().filter(|_| errors.is_empty()).ok_or(errors)
}

/// One more code; whether the terms are accepted is held, as over a language switch.
async fn send_again(
    visit: &Visit,
    form: &Form,
    journey: &PartnerJourney,
    email: &EmailAddress,
) -> Result<Answer, Problem> {
    held_form::hold(visit, form).await?;
    Ok(send_code(visit, journey, email, true).await?.with_parameters("&held=1"))
}
