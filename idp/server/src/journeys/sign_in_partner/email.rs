//! P4: the address, asked once. What follows is the same for every address, whether it has an account or not.

use super::journey;
use crate::adapters::rng::rng;
use crate::journeys::mailed_code;
use crate::journeys::sign_in::email_error;
use crate::locales as t;
use crate::mail::{Envelope, Mail};
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::held_form;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::account::EmailAddress;
use idp_domain::activation::ActivationCode;
use idp_domain::ids::{ActivationCodeId, PartnerJourneyId};
use idp_store::{NewPartnerCode, PartnerJourney};
use ontario_design::Frame;
use ontario_design::components::{ErrorSummary, FormTokens, TextField};

/// Where it is, after the language.
pub const PATH: &str = "/partner/email";

#[derive(Template)]
#[template(path = "sign_in_partner/email.html")]
struct EmailPage {
    frame: Frame,
    action: String,
    tokens: FormTokens,
    email: TextField,
}

/// `GET /{l}/partner/email`
///
/// # Errors
/// The journey is finished, or the database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let journey = match journey(visit).await? {
        Ok(journey) => journey,
        Err(answer) => return Ok(answer),
    };
    let held = held_form::take(visit).await?.map(|form| form.value("email").to_owned());
    let email = held.or_else(|| journey.email.map(|email| email.as_str().to_owned())).unwrap_or_default();
    page(visit, 200, &email, ErrorSummary::new(visit.language)).await
}

async fn page(visit: &Visit, status: u16, email: &str, errors: ErrorSummary) -> Result<Answer, Problem> {
    let l = visit.language;
    let kept = visit.kept_request().await?;
    let name = visit.service_name(kept.as_ref());
    let template = EmailPage {
        action: visit.url(PATH),
        tokens: visit.form_tokens(),
        email: TextField::email(l, "email", t::email(l))
            .hint(t::email_hint_code(l))
            .value(email)
            .errors_of(&errors),
        frame: visit
            .frame(t::sign_in_partner::email_title(l))
            .continue_to(name)
            .language_button()
            .errors(errors),
    };
    visit.page(status, &template)
}

/// `POST /{l}/partner/email`
///
/// # Errors
/// The journey is finished, or the database is away.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let journey = match journey(visit).await? {
        Ok(journey) => journey,
        Err(answer) => return Ok(answer),
    };
    let l = visit.language;
    let mut errors = ErrorSummary::new(l);
    if form.stale {
        errors.add("email", t::form_stale(l));
    }
    match EmailAddress::parse(form.value("email")) {
        Ok(email) if errors.is_empty() => send_code(visit, &journey, &email, false).await,
        Ok(_) => page(visit, 422, form.value("email"), errors).await,
        Err(error) => {
            errors.add("email", email_error(l, error));
            page(visit, 422, form.value("email"), errors).await
        }
    }
}

/// What a code is bound to: another journey's, or another address's, never fits.
pub(super) fn bound_to(journey: &PartnerJourneyId, email: &EmailAddress) -> String {
    format!("partner\n{journey}\n{}", email.key())
}

/// Mails a code, if the address and the journey may have one, and shows P5.
///
/// # Errors
/// The database is away.
pub(super) async fn send_code(
    visit: &Visit,
    journey: &PartnerJourney,
    email: &EmailAddress,
    again: bool,
) -> Result<Answer, Problem> {
    let app = &visit.app;
    let limits = app.in_force().partner_code_limits();
    let life = limits.activation.code_lifetime;
    let digits = ActivationCode::random(&mut rng());
    let mail = Mail::PartnerCode { code: digits.expose().to_owned(), minutes: life.as_secs().div_ceil(60) };
    let envelope = Envelope { to: email.clone(), language: journey.language, mail };
    let mail = envelope.seal(&app.data_keys.content, visit.now.plus(life));
    let code = NewPartnerCode {
        journey: journey.id.clone(),
        email: email.clone(),
        id: ActivationCodeId::random(&mut rng()),
        code: digits.hash(&app.data_keys.hash, &bound_to(&journey.id, email)),
        address_hash: app.data_keys.hash.hash("partner-mail-address", &[email.key().as_bytes()]),
        mail: mail.map_err(|error| Problem::internal(&error))?,
        now: visit.now,
    };
    let decision = app.store.send_partner_code(code, limits).await?;
    let url = if again { mailed_code::url_after_resend } else { mailed_code::url_after };
    Ok(visit.dress(Answer::see_other(url(visit, super::verify::PATH, decision))))
}
