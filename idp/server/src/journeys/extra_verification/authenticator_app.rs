//! C5: setting up and removing the authenticator app.
//!
//! 1. The session is shown a key, as a QR code with an address of its own, as text and as a link; it stays the same until
//!    it is turned on or an hour has passed.
//! 2. A code of the app proves that it has the key; that code is spent by it.
//! 3. Recovery codes are made with it where the account has none (C7).

use super::{change_mail, enrolled, new_codes, open_totp_secret, recovery_codes, seal_totp_secret};
use crate::adapters::rng::rng;
use crate::journeys::account::{self, Page};
use crate::locales as t;
use crate::mail::SecondStepChange;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::held_form;
use crate::web::message_page::{ButtonForm, MessagePage};
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::activation::ActivationCodeError;
use idp_domain::extra_verification::{AuthenticatorApp, SecondFactors, TotpCode, TotpSecret};
use idp_domain::passkey::{PasskeyName, PasskeyNameError};
use idp_store::{AppOutcome, NewAuthenticatorApp, RemovalOutcome, SessionWithAccount};
use ontario_design::Frame;
use ontario_design::components::{Alert, CodeField, ErrorSummary, FormTokens, TextField};
use ontario_language::format_date_time;
use std::time::Duration;

/// The picture, after the language.
pub const QR: &str = "/account/totp/qr.svg";
/// C5b, after the language.
pub const REMOVE: &str = "/account/totp/remove";
/// How long a key is shown.
const LIFE: Duration = Duration::from_hours(1);

#[derive(Template)]
#[template(path = "extra_verification/authenticator_app.html")]
struct AppPage {
    frame: Frame,
    action: String,
    tokens: FormTokens,
    qr: String,
    link: String,
    key: String,
    code: CodeField,
    name: TextField,
}

/// `GET /{l}/account/totp`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let session = match account::recently_proven(visit, Page::Totp, None).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let factors = visit.app.store.find_second_factors(session.account.id.clone()).await?;
    if let Some(app) = factors.authenticator_app {
        return is_on(visit, &session, &app);
    }
    let held = held_form::take_for(visit, &session.account.id).await?;
    let name = held.as_ref().map_or("", |form| form.value("name"));
    let secret = shown_secret(visit, &session).await?;
    page(visit, &session, 200, &secret, name, ErrorSummary::new(visit.language))
}

/// The key that this session is shown.
async fn shown_secret(visit: &Visit, session: &SessionWithAccount) -> Result<TotpSecret, Problem> {
    let fresh = seal_totp_secret(&visit.app, &TotpSecret::random(&mut rng()))?;
    let id = session.session.id.clone();
    let store = &visit.app.store;
    let shown = store.start_authenticator_enrolment(id, fresh, visit.now, visit.now.plus(LIFE)).await?;
    open_totp_secret(visit, &shown)
}

fn uri(visit: &Visit, session: &SessionWithAccount, secret: &TotpSecret) -> String {
    secret.otpauth_uri(t::service_name(visit.language), session.account.name.as_str())
}

fn page(
    visit: &Visit,
    session: &SessionWithAccount,
    status: u16,
    secret: &TotpSecret,
    name: &str,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = visit.language;
    let template = AppPage {
        action: visit.url(Page::Totp.path()),
        tokens: visit.form_tokens(),
        qr: visit.plain_url(QR),
        link: uri(visit, session, secret),
        key: secret.grouped(),
        code: CodeField::new(l, "code", t::extra_verification::app_code_label(l)).errors_of(&errors),
        name: TextField::text(l, "name", t::extra_verification::app_name_label(l))
            .optional()
            .autocomplete("off")
            .value(name)
            .errors_of(&errors),
        frame: account::frame(visit, Page::Totp, Page::Totp.title(l), session)
            .language_button()
            .script("copy.js")
            .errors(errors),
    };
    visit.page(status, &template)
}

fn is_on(visit: &Visit, session: &SessionWithAccount, app: &AuthenticatorApp) -> Result<Answer, Problem> {
    let l = visit.language;
    let mut text = vec![t::extra_verification::app_is_on(l, format_date_time(l, app.added_at.micros()))];
    if !app.name.is_empty() {
        text.push(t::extra_verification::app_is_called(l, &app.name));
    }
    text.extend(
        app.last_used_at.map(|at| t::extra_verification::app_last_used(l, format_date_time(l, at.micros()))),
    );
    let frame = account::frame(visit, Page::Totp, Page::Totp.title(l), session);
    MessagePage::new(frame, "app-on-page", text)
        .button(t::extra_verification::remove_app(l), visit.url(REMOVE))
        .link(t::account::recovery_codes(l), visit.url(Page::RecoveryCodes.path()))
        .answer(visit, 200)
}

/// `GET /{l}/account/totp/qr.svg`: for the session that is shown the key, while its proof is recent.
///
/// # Errors
/// There is no key to show, or the database is away.
pub async fn qr(visit: &Visit) -> Result<Answer, Problem> {
    let session = visit.session().await?.ok_or(Problem::NotFound)?;
    if !session.session.is_proven_within(visit.in_force.lifetimes.reauthentication, visit.now) {
        return Err(Problem::NotFound);
    }
    let id = session.session.id.clone();
    let shown =
        visit.app.store.find_authenticator_enrolment(id, visit.now).await?.ok_or(Problem::NotFound)?;
    let secret = open_totp_secret(visit, &shown)?;
    Ok(Answer::svg(super::qr_code::svg(&uri(visit, &session, &secret))?))
}

/// `POST /{l}/account/totp`
///
/// # Errors
/// The database is away.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let session = match account::recently_proven(visit, Page::Totp, Some(form)).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let l = visit.language;
    let id = session.session.id.clone();
    let Some(shown) = visit.app.store.find_authenticator_enrolment(id, visit.now).await? else {
        return Ok(visit.dress(Answer::see_other(visit.url(Page::Totp.path()))));
    };
    let secret = open_totp_secret(visit, &shown)?;
    let name = PasskeyName::parse(form.value("name"));
    let mut errors = ErrorSummary::new(l);
    let code = TotpCode::parse(form.value("code"));
    match &code {
        _ if form.stale => errors.add("code", t::form_stale(l)),
        Err(ActivationCodeError::Missing) => errors.add("code", t::code_required(l)),
        Err(ActivationCodeError::Malformed) => errors.add("code", t::code_format(l)),
        Ok(_) => {}
    }
    if matches!(name, Err(PasskeyNameError::TooLong)) {
        errors.add("name", t::extra_verification::app_name_long(l));
    }
    let step = code.ok().filter(|_| errors.is_empty()).and_then(|code| secret.verify(&code, visit.now));
    let Some(step) = step else {
        if errors.is_empty() {
            errors.add("code", t::extra_verification::totp_wrong(l));
        }
        return page(visit, &session, 422, &secret, form.value("name"), errors);
    };
    let new = NewAuthenticatorApp {
        account: session.account.id.clone(),
        session: session.session.id.clone(),
        secret: shown,
        name: name.map(|name| name.to_string()).unwrap_or_default(),
        step,
        codes: Some(new_codes(visit, &session)?),
        mail: change_mail(visit, &session.account, SecondStepChange::AppAdded)?,
        now: visit.now,
    };
    match visit.app.store.add_authenticator_app(new).await? {
        AppOutcome::Added { with_codes: true } => {
            Ok(visit.dress(Answer::see_other(visit.url(recovery_codes::PATH))))
        }
        AppOutcome::Added { with_codes: false } => enrolled(visit).await,
        AppOutcome::Refused => Err(Problem::StepDone),
    }
}

/// C5b: `GET /{l}/account/totp/remove`
///
/// # Errors
/// The database is away.
pub async fn confirm_removal(visit: &Visit) -> Result<Answer, Problem> {
    let session = match account::recently_proven(visit, Page::Totp, None).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let factors = visit.app.store.find_second_factors(session.account.id.clone()).await?;
    if factors.authenticator_app.is_none() {
        return Ok(visit.dress(Answer::see_other(visit.url(Page::Totp.path()))));
    }
    let left = SecondFactors { authenticator_app: None, ..factors };
    let store = &visit.app.store;
    let needing = store.find_service_needing_more(session.account.id.clone(), left.reachable()).await?;
    if let Some(client) = needing {
        return needed(visit, &session, client.name.get(visit.language));
    }
    let l = visit.language;
    let mut text = vec![t::extra_verification::remove_app_text(l).to_owned()];
    if left.is_empty() {
        text.push(t::extra_verification::codes_go_too(l).to_owned());
    }
    let frame = account::frame(visit, Page::Totp, t::extra_verification::remove_app(l), &session)
        .back(visit.url(Page::Totp.path()));
    MessagePage::new(frame, "remove-app-page", text)
        .form(ButtonForm {
            primary: false,
            ..visit.button_form("remove-form", REMOVE, t::extra_verification::remove(l))
        })
        .answer(visit, 200)
}

/// The last second factor that a service needs stays.
fn needed(visit: &Visit, session: &SessionWithAccount, service: &str) -> Result<Answer, Problem> {
    let l = visit.language;
    let frame = account::frame(visit, Page::Totp, t::extra_verification::remove_app(l), session)
        .back(visit.url(Page::Totp.path()))
        .alert(Some(Alert::warning(l, t::extra_verification::service_needs(l, service))));
    MessagePage::new(frame, "app-needed-page", Vec::new()).answer(visit, 409)
}

/// `POST /{l}/account/totp/remove`
///
/// # Errors
/// The database is away.
pub async fn remove(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let session = match account::recently_proven(visit, Page::Totp, Some(form)).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let account = session.account.id.clone();
    let mail = change_mail(visit, &session.account, SecondStepChange::AppRemoved)?;
    match visit.app.store.remove_authenticator_app(account, mail, visit.now).await? {
        RemovalOutcome::Needed(client) => needed(visit, &session, client.name.get(visit.language)),
        RemovalOutcome::Removed => Ok(account::done_at(visit, Page::Security, "app-removed")),
        RemovalOutcome::NotThere => Err(Problem::StepDone),
    }
}
