//! C6, new: the browser makes a passkey, its person names it. From M5 or M14 it leads back to where they were going.

use super::form::SCRIPT;
use super::list::{self, Done};
use super::{PasskeyForm, network, refuse, relying_party};
use crate::adapters::rng::rng;
use crate::journeys::account::{self, Page};
use crate::journeys::extra_verification::{back_to_asker, change_mail};
use crate::locales as t;
use crate::mail::SecondStepChange;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::held_form;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::Language;
use idp_domain::ids::PasskeyId;
use idp_domain::passkey::{PasskeyName, PasskeyNameError, RegistrationResponse};
use idp_store::{AddPasskeyOutcome, NewPasskey, SessionWithAccount};
use ontario_design::Frame;
use ontario_design::components::{Alert, ErrorSummary, TextField};

/// Where it is, after the language.
pub const PATH: &str = "/account/passkeys/new";

#[derive(Template)]
#[template(path = "passkeys/new.html")]
struct NewPage {
    frame: Frame,
    without_script: Alert,
    form: PasskeyForm,
    back: String,
    back_label: &'static str,
}

/// `GET /{l}/account/passkeys/new`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let session = match account::recently_proven(visit, Page::NewPasskey, None).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    relying_party(visit).ok_or(Problem::NotFound)?;
    let held = held_form::take_for(visit, &session.account.id).await?;
    let name = held.map_or_else(|| visit.browser_name(), |form| form.value("name").to_owned());
    page(visit, &session, 200, &name, ErrorSummary::new(visit.language)).await
}

/// The field for a passkey's name.
#[must_use]
pub fn name_field(l: Language, value: &str, errors: &ErrorSummary) -> TextField {
    TextField::text(l, "name", t::passkeys::name(l))
        .hint(t::passkeys::name_hint(l))
        .without_spellcheck()
        .value(value)
        .errors_of(errors)
}

/// The words for a name that can't be one.
#[must_use]
pub fn name_error(l: Language, error: PasskeyNameError) -> &'static str {
    match error {
        PasskeyNameError::Missing => t::passkeys::name_required(l),
        PasskeyNameError::TooLong => t::passkeys::name_long(l),
    }
}

async fn page(
    visit: &Visit,
    session: &SessionWithAccount,
    status: u16,
    name: &str,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = visit.language;
    let kept = visit.kept_request().await?.filter(|kept| !kept.is_answered());
    let to = kept.as_ref().map(|kept| kept.redirect_uri().to_owned());
    let (back, back_label) = match &kept {
        Some(_) => (visit.url("/resume"), t::passkeys::not_now(l)),
        None => (visit.url(list::PATH), t::passkeys::title(l)),
    };
    let template = NewPage {
        without_script: Alert::informational(l, t::passkeys::without_script(l)).id("without-script"),
        form: PasskeyForm::create(visit, visit.url(PATH), name_field(l, name, &errors)),
        back,
        back_label,
        frame: account::frame(visit, Page::NewPasskey, t::passkeys::add(l), session)
            .language_button()
            .script(SCRIPT)
            .errors(errors),
    };
    Ok(visit.page(status, &template)?.form_may_end_at(to.as_deref()))
}

/// `POST /{l}/account/passkeys/new`
///
/// # Errors
/// The database is away.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let session = match account::recently_proven(visit, Page::NewPasskey, Some(form)).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let (l, typed) = (visit.language, form.value("name"));
    let mut errors = ErrorSummary::new(l);
    let name = PasskeyName::parse(typed).map_err(|error| errors.add("name", name_error(l, error)));
    let Ok(name) = name else { return page(visit, &session, 422, typed, errors).await };
    let response = match RegistrationResponse::parse(form.value("credential")) {
        Ok(response) => response,
        Err(reason) => {
            refuse(visit, Some(session.account.id.clone()), reason).await?;
            errors.add("passkey", t::passkeys::cancelled(l));
            return page(visit, &session, 422, typed, errors).await;
        }
    };
    let new = NewPasskey {
        id: PasskeyId::random(&mut rng()),
        account: session.account.id.clone(),
        session: session.session.id.clone(),
        response,
        relying_party: relying_party(visit).ok_or(Problem::NotFound)?,
        browser: visit.browser_hash(),
        mail: change_mail(visit, &session.account, SecondStepChange::PasskeyAdded)?,
        name,
        network: network(visit),
        now: visit.now,
    };
    match visit.app.store.add_passkey(new).await? {
        AddPasskeyOutcome::Added => return added(visit).await,
        AddPasskeyOutcome::Refused(reason) => {
            tracing::info!(%reason, "a new passkey was refused");
            errors.add("passkey", t::passkeys::cancelled(l));
        }
        AddPasskeyOutcome::Taken => errors.add("passkey", t::passkeys::exists(l)),
        AddPasskeyOutcome::TooMany => {
            errors.add("passkey", t::passkeys::full(l, idp_domain::passkey::MOST_PASSKEYS));
        }
    }
    page(visit, &session, 422, typed, errors).await
}

/// On to the service or the console that the person came from, if one waits; else back to the list.
async fn added(visit: &Visit) -> Result<Answer, Problem> {
    Ok(back_to_asker(visit).await?.unwrap_or_else(|| Done::Added.answer(visit)))
}
