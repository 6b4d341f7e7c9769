//! O2 and O3: a new ONE-key account, and its confirmation.

use super::questions::{self, QuestionFields};
use super::{count_network, frame, new_password, plain_frame};
use crate::adapters::rng::rng;
use crate::adapters::signing::random_salt;
use crate::journeys::information::TERMS_VERSION;
use crate::journeys::sign_in::email_error;
use crate::journeys::{new_session, resume};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::held_form;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::account::{AccountKind, EmailAddress};
use idp_domain::ids::AccountId;
use idp_domain::one_key::{OneKeyId, OneKeyIdError};
use idp_domain::secret::Secret;
use idp_domain::session::AuthenticationMethod;
use idp_store::NewOneKeyAccount;
use ontario_design::Frame;
use ontario_design::components::{
    Checkbox, ErrorSummary, FormTokens, PasswordField, PasswordRules, TextField,
};
use ontario_language::{Language, format_date_time};
use rand::RngExt;

/// Where it is.
pub const PATH: &str = "/one-key/register";
/// Where O3 is.
pub const DONE: &str = "/one-key/register/done";

#[derive(Template)]
#[template(path = "one_key/register.html")]
struct RegisterPage {
    frame: Frame,
    action: String,
    tokens: FormTokens,
    id: TextField,
    password: PasswordField,
    password2: PasswordField,
    accept: Checkbox,
    questions: Vec<QuestionFields>,
    email: TextField,
    phone: Option<String>,
    cancel: String,
}

/// `GET /{l}/one-key/register`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    if !visit.in_force.one_key_mode.takes_registrations() {
        return Ok(visit.dress(Answer::see_other(visit.url(super::sign_in::PATH))));
    }
    let held = held_form::take(visit).await?;
    page(visit, 200, held.as_ref(), ErrorSummary::new(visit.language)).await
}

async fn page(
    visit: &Visit,
    status: u16,
    form: Option<&Form>,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = visit.language;
    let kept = visit.kept_request().await?;
    let name = visit.service_name(kept.as_ref());
    let value = |name: &str| form.map(|form| form.value(name).to_owned()).unwrap_or_default();
    let rules = PasswordRules::one_key(l).user_name_field("id");
    let (password, password2) = new_password::fields(l, t::password(l), rules, &errors);
    let template = RegisterPage {
        action: visit.url(PATH),
        tokens: visit.form_tokens(),
        id: id_field(l, t::one_key::choose_id(l), &value("id"), &errors),
        password,
        password2,
        accept: Checkbox::new(l, "accept", t::one_key::accept(l))
            .required()
            .link(t::one_key::accept_link(l), visit.url("/terms"))
            .link(t::one_key::accept_notice_link(l), format!("{}#notice", visit.url("/privacy")))
            .checked(form.is_some_and(|form| form.is_checked("accept")))
            .errors_of(&errors),
        questions: questions::fields(l, form, &errors),
        email: email_field(l, &value("email"), &errors),
        phone: visit.in_force.help.phone_in(l).map(|phone| t::one_key::help_phone(l, phone)),
        cancel: visit.url(super::sign_in::PATH),
        frame: frame(visit, t::one_key::register_title(l)).continue_to(name).language_button().errors(errors),
    };
    visit.page(status, &template)
}

/// The field for a new ID.
pub(super) fn id_field(l: Language, label: &str, value: &str, errors: &ErrorSummary) -> TextField {
    TextField::text(l, "id", label)
        .hint(t::one_key::id_hint(l))
        .autocomplete("username")
        .without_spellcheck()
        .value(value)
        .errors_of(errors)
}

/// The field for the address for recovering.
pub(super) fn email_field(l: Language, value: &str, errors: &ErrorSummary) -> TextField {
    TextField::email(l, "email", t::one_key::email_optional(l))
        .hint(t::one_key::email_hint(l))
        .optional()
        .value(value)
        .errors_of(errors)
}

/// Reads a new ID.
pub(super) fn parse_id(l: Language, form: &Form, errors: &mut ErrorSummary) -> Option<OneKeyId> {
    let message = match OneKeyId::parse(form.value("id")) {
        Ok(id) => return Some(id),
        Err(OneKeyIdError::Missing) => t::one_key::id_missing(l),
        Err(OneKeyIdError::Length) => t::one_key::id_length(l),
        Err(OneKeyIdError::NoLetter) => t::one_key::id_letter(l),
        Err(OneKeyIdError::Forbidden) => t::one_key::id_signs(l),
    };
    errors.add("id", message);
    None
}

/// Reads an address that may be left out.
pub(super) fn parse_email(l: Language, form: &Form, errors: &mut ErrorSummary) -> Option<EmailAddress> {
    let typed = form.value("email");
    if typed.trim().is_empty() {
        return None;
    }
    EmailAddress::parse(typed).map_err(|error| errors.add("email", email_error(l, error))).ok()
}

struct Typed {
    id: OneKeyId,
    password: Secret,
    answered: questions::Answered,
    email: Option<EmailAddress>,
}

fn parse(l: Language, form: &Form) -> Result<Typed, ErrorSummary> {
    let mut errors = ErrorSummary::new(l);
    if form.stale {
        errors.add("id", t::form_stale(l));
    }
    let id = parse_id(l, form, &mut errors);
    let password = new_password::parse(l, form, id.as_ref(), &mut errors);
    if !form.is_checked("accept") {
        errors.add("accept", t::terms_required(l));
    }
    let answered = questions::parse(l, form, id.as_ref(), &mut errors);
    let email = parse_email(l, form, &mut errors);
    match (id, answered) {
        (Some(id), Some(answered)) if errors.is_empty() => Ok(Typed { id, password, answered, email }),
        _ => Err(errors),
    }
}

/// `POST /{l}/one-key/register`
///
/// # Errors
/// Too many registrations from this network, or the database or the password threads are busy.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    if !visit.in_force.one_key_mode.takes_registrations() {
        return Ok(visit.dress(Answer::see_other(visit.url(super::sign_in::PATH))));
    }
    let typed = match parse(visit.language, form) {
        Ok(typed) => typed,
        Err(errors) => return page(visit, 422, Some(form), errors).await,
    };
    // Only here it is told that an ID is taken, so a network may ask a bounded number of times.
    count_network(visit, "registration").await?;
    let password_hash = visit.app.hasher.hash(typed.password, random_salt()).await?;
    let questions = questions::hash(visit, typed.answered).await?;
    let session = new_session::start(visit, AuthenticationMethod::Password).await?;
    let new = NewOneKeyAccount {
        account: AccountId::random_one_key(&mut rng()),
        id: typed.id.clone(),
        password_hash,
        language: visit.language,
        terms_version: TERMS_VERSION,
        questions,
        recovery_email: typed.email,
        session: session.new,
        now: visit.now,
    };
    if visit.app.store.register_one_key(new).await? {
        return Ok(visit.dress(Answer::see_other(visit.url(DONE))).cookie(session.cookie));
    }
    let mut errors = ErrorSummary::new(visit.language);
    errors.add("id", t::one_key::id_taken(visit.language, suggestions(visit, &typed.id).await?));
    page(visit, 422, Some(form), errors).await
}

/// Three IDs that are free now, made from the one that isn't.
pub(super) async fn suggestions(visit: &Visit, taken: &OneKeyId) -> Result<String, Problem> {
    let stem: String = taken.as_str().chars().take(94).collect();
    let mut tries: Vec<OneKeyId> = (0..12)
        .filter_map(|_| OneKeyId::parse(&format!("{stem}{}", rng().random_range(100..1000))).ok())
        .collect();
    tries.dedup();
    let keys = tries.iter().map(OneKeyId::key).collect();
    let gone = visit.app.store.list_taken_one_key_ids(keys).await?;
    let free = tries.iter().filter(|id| !gone.contains(&id.key())).take(3);
    Ok(free.map(OneKeyId::as_str).collect::<Vec<_>>().join(", "))
}

#[derive(Template)]
#[template(path = "one_key/registered.html")]
struct RegisteredPage {
    frame: Frame,
    id: String,
    date: String,
    phone: Option<String>,
    action: String,
    tokens: FormTokens,
}

/// `GET /{l}/one-key/register/done`
///
/// # Errors
/// The database is away.
pub async fn done(visit: &Visit) -> Result<Answer, Problem> {
    let session = visit.session().await?.filter(|live| live.account.id.kind() == AccountKind::OneKey);
    let Some(session) = session else { return resume::go_on(visit, None).await };
    let l = visit.language;
    let to = visit.kept_request().await?.map(|kept| kept.redirect_uri().to_owned());
    let phone = visit.in_force.help.phone_in(visit.language);
    let page = RegisteredPage {
        id: session.account.name.as_str().to_owned(),
        date: t::one_key::registered_on(l, format_date_time(l, session.account.created_at.micros())),
        phone: phone.map(|phone| t::one_key::help_phone(l, phone)),
        action: visit.url(DONE),
        tokens: visit.form_tokens(),
        frame: plain_frame(visit, t::one_key::registered_title(l)),
    };
    Ok(visit.page(200, &page)?.form_may_end_at(to.as_deref()))
}

/// `POST /{l}/one-key/register/done`
///
/// # Errors
/// The database is away.
pub async fn go_on(visit: &Visit, _: &Form) -> Result<Answer, Problem> {
    let session = visit.session().await?;
    resume::go_on(visit, session.as_ref()).await
}
