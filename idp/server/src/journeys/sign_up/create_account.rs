//! M2: the address, the password and its rules, the language, the terms. Always goes on to M3, whatever the address.

use super::{FreshCode, address_hash};
use crate::adapters::rng::rng;
use crate::adapters::signing::random_salt;
use crate::journeys::information::TERMS_VERSION;
use crate::journeys::sign_in::email_error;
use crate::journeys::{mailed_code, password_rules};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::held_form;
use crate::web::limits::{network_window, seconds_left};
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::Language;
use idp_domain::account::{EmailAddress, PasswordRule};
use idp_domain::ids::RegistrationId;
use idp_domain::secret::Secret;
use idp_store::NewRegistration;
use ontario_design::Frame;
use ontario_design::components::{
    Checkbox, Choice, ErrorSummary, FormTokens, PasswordField, PasswordRules, RadioGroup, TextField,
};

#[derive(Template)]
#[template(path = "sign_up/create_account.html")]
struct CreateAccountPage {
    frame: Frame,
    action: String,
    tokens: FormTokens,
    email: TextField,
    password: PasswordField,
    language: RadioGroup,
    terms: Checkbox,
    back: String,
}

/// `GET /{l}/create-account`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let held = held_form::take(visit).await?;
    let form = held.unwrap_or_else(|| Form::held(vec![("language".into(), visit.language.code().into())]));
    page(visit, 200, &form, None, ErrorSummary::new(visit.language)).await
}

/// `broken` are the rules that a sent password breaks; `None` before one was sent.
async fn page(
    visit: &Visit,
    status: u16,
    form: &Form,
    broken: Option<&[PasswordRule]>,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = visit.language;
    let kept = visit.kept_request().await?;
    let name = visit.service_name(kept.as_ref());
    let rules = password_rules::judged(PasswordRules::new(l).user_name_field("email"), broken);
    let template = CreateAccountPage {
        action: visit.url("/create-account"),
        tokens: visit.form_tokens(),
        email: TextField::email(l, "email", t::email(l))
            .hint(t::email_hint_code(l))
            .value(form.value("email"))
            .errors_of(&errors),
        password: PasswordField::new_password(l, "password", t::password(l)).rules(rules).errors_of(&errors),
        language: RadioGroup::new(
            l,
            "language",
            t::language_for_messages(l),
            Language::ALL.map(Choice::language).to_vec(),
        )
        .selected(Some(form.value("language")))
        .errors_of(&errors),
        terms: Checkbox::new(l, "terms", t::accept_terms(l))
            .required()
            .link(t::accept_terms_link(l), visit.url("/terms"))
            .checked(form.is_checked("terms"))
            .errors_of(&errors),
        back: visit.url("/sign-in"),
        frame: visit.frame(t::create_an_account(l)).continue_to(name).language_button().errors(errors),
    };
    visit.page(status, &template)
}

struct Typed {
    email: EmailAddress,
    password: Secret,
    language: Language,
}

/// What is wrong with a form.
struct Unfit {
    errors: ErrorSummary,
    broken: Option<Vec<PasswordRule>>,
}

/// `POST /{l}/create-account`
///
/// # Errors
/// Too many registrations from this network, or the database or the password threads are busy.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let typed = match parse(visit, form) {
        Ok(typed) => typed,
        Err(unfit) => return page(visit, 422, form, unfit.broken.as_deref(), unfit.errors).await,
    };
    count_network(visit).await?;
    // Slow work first, outside the transaction.
    let password_hash = visit.app.hasher.hash(typed.password, random_salt()).await?;
    let id = RegistrationId::random(&mut rng());
    let fresh = FreshCode::draw(&visit.app, visit.now, &id, &typed.email, typed.language)
        .map_err(|error| Problem::internal(&error))?;
    let new = NewRegistration {
        id,
        browser: visit.browser_hash(),
        address_hash: address_hash(&visit.app, &typed.email),
        email: typed.email,
        password_hash,
        language: typed.language,
        terms_version: TERMS_VERSION,
        request_id: visit.kept_request().await?.map(|kept| kept.record.id),
        code: fresh.code,
        activation_mail: fresh.activation_mail,
        exists_mail: fresh.exists_mail,
        now: visit.now,
    };
    let decision = visit.app.store.start_registration(new, visit.in_force.limits.mail).await?;
    Ok(visit.dress(Answer::see_other(mailed_code::url_after(visit, super::verify::PATH, decision))))
}

fn parse(visit: &Visit, form: &Form) -> Result<Typed, Unfit> {
    let l = visit.language;
    let mut errors = ErrorSummary::new(l);
    if form.stale {
        errors.add("email", t::form_stale(l));
    }
    let email = EmailAddress::parse(form.value("email"));
    if let Err(error) = email {
        errors.add("email", email_error(l, error));
    }
    let password = form.secret("password");
    let broken = password_rules::check(&mut errors, l, &password, email.as_ref().ok());
    let language = Language::from_code(form.value("language"));
    if language.is_none() {
        errors.add("language", t::choice_required(l));
    }
    if !form.is_checked("terms") {
        errors.add("terms", t::terms_required(l));
    }
    match (email, language) {
        (Ok(email), Some(language)) if errors.is_empty() => Ok(Typed { email, password, language }),
        _ => Err(Unfit { errors, broken }),
    }
}

/// A network's registrations in this hour.
async fn count_network(visit: &Visit) -> Result<(), Problem> {
    let most = visit.in_force.limits.network_registrations_per_hour;
    match network_window(visit, "registration", 3600, most) {
        Some(window) if !visit.app.store.count_network_use(window).await? => {
            Err(Problem::TooMany { seconds: seconds_left(visit.now, 3600) })
        }
        _ => Ok(()),
    }
}
