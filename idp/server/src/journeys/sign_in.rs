//! M1: signing in with e-mail and password.
//!
//! Wrong address and wrong password give one and the same answer after the same work: the attempt is counted, one
//! argon2id hash is computed whether or not there is an account, and only then is anything told apart.

use super::client_card::{ClientLinkList, ClientLogo};
use super::extra_verification::{self, second_step};
use super::passkeys::form::{PasskeyForm, SCRIPT};
use super::sign_in_partner::PartnerButton;
use super::sign_up::verify::send_fresh_code;
use super::{account, locked, new_session, one_key, passkeys, recovery, resume, session, sign_in_partner};
use crate::adapters::rng::rng;
use crate::adapters::signing::random_salt;
use crate::locales as t;
use crate::mail::{Envelope, Mail};
use crate::web::answer::Answer;
use crate::web::cookies::Name;
use crate::web::form::Form;
use crate::web::held_form;
use crate::web::limits::{network_window, seconds_left};
use crate::web::message_page::ButtonForm;
use crate::web::problem::Problem;
use crate::web::visit::{Kept, Visit};
use askama::Template;
use idp_domain::account::{
    Account, AccountKind, AccountStatus, EmailAddress, EmailAddressError, PasswordRules,
};
use idp_domain::administration::LockReference;
use idp_domain::audit::{AuditEvent, SignInRefusal};
use idp_domain::extra_verification::SecondStepPurpose;
use idp_domain::ids::AccountId;
use idp_domain::lockout::{Lockout, LockoutDecision};
use idp_domain::notice::NoticePlace;
use idp_domain::secret::{KeyedHash, Secret};
use idp_domain::session::AuthenticationMethod;
use idp_domain::time::minutes_rounded_up;
use idp_store::{PasswordProof, SignInAttempt, SignInEnd, SignInStart, SignInSuccess};
use ontario_design::Frame;
use ontario_design::components::{Alert, Checkbox, ErrorSummary, FormTokens, PasswordField, TextField};
use std::time::Duration;

/// How long the mail about a new device waits for a mail server.
const NOTICE_LIFE: Duration = Duration::from_hours(72);

#[derive(Template)]
#[template(path = "sign_in/page.html")]
struct SignInPage {
    frame: Frame,
    create_account: String,
    forgot_password: String,
    action: String,
    tokens: FormTokens,
    email: TextField,
    password: PasswordField,
    remember: Checkbox,
    cancel: Option<ButtonForm>,
    logo: ClientLogo,
    links: ClientLinkList,
    one_key: Option<String>,
    passkey: Option<PasskeyForm>,
    partners: Vec<PartnerButton>,
}

/// `GET /{l}/sign-in`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let kept = visit.kept_request().await?;
    if kept.as_ref().is_some_and(Kept::is_answered) {
        return Err(Problem::StepDone);
    }
    if let Some(answer) = one_key::elsewhere(visit, kept.as_ref(), AccountKind::MyOntario) {
        return Ok(answer);
    }
    // A bookmarked sign-in page leads a signed-in person to the account; a service may want to sign in again.
    if kept.is_none() && !session::is_again(visit) && visit.session().await?.is_some() {
        return Ok(visit.dress(Answer::see_other(account::after_sign_in(visit, visit.language))));
    }
    let held = held_form::take(visit).await?;
    let hint = kept.as_ref().and_then(|kept| kept.record.request.login_hint.clone());
    let (email, remember) = match &held {
        Some(form) => (form.value("email").to_owned(), form.is_checked("remember")),
        None => (hint.or(visit.remembered.clone()).unwrap_or_default(), visit.remembered.is_some()),
    };
    page(visit, kept, 200, &email, remember, ErrorSummary::new(visit.language)).await
}

async fn page(
    visit: &Visit,
    kept: Option<Kept>,
    status: u16,
    email: &str,
    remember: bool,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = visit.language;
    let name = visit.service_name(kept.as_ref());
    let service = kept.as_ref().and_then(|kept| kept.service.as_deref());
    let takes_one_key = one_key::is_offered(visit, service);
    let partners = sign_in_partner::buttons(visit).await?;
    let ends = sign_in_partner::destinations(&partners);
    let redirect_uri = kept.as_ref().map(|kept| kept.redirect_uri().to_owned());
    let email = TextField::email(l, "email", t::email(l))
        .hint(t::email_hint_registered(l))
        .autocomplete("username webauthn")
        .value(email)
        .errors_of(&errors);
    let template = SignInPage {
        create_account: visit.url("/create-account"),
        forgot_password: visit.url(recovery::PATH),
        action: visit.url("/sign-in"),
        tokens: visit.form_tokens(),
        email,
        password: PasswordField::current(l, "password", t::password(l)).errors_of(&errors),
        remember: Checkbox::new(l, "remember", t::remember_me(l)).hint(t::remember_hint(l)).checked(remember),
        cancel: kept.as_ref().map(|_| ButtonForm {
            primary: false,
            ..visit.button_form("cancel-form", "/cancel", t::cancel(l))
        }),
        logo: ClientLogo::new(l, service),
        links: ClientLinkList::new(l, service),
        passkey: passkeys::sign_in::form(visit),
        one_key: takes_one_key.then(|| visit.url(one_key::sign_in::PATH)),
        partners,
        frame: visit
            .frame(t::sign_in(l))
            .notice(visit.notice(NoticePlace::MyOntario).await)
            .heading(t::sign_in_heading(l))
            .continue_to(name)
            .language_button()
            .alert(news(visit).filter(|_| errors.is_empty()))
            .script(SCRIPT)
            .errors(errors),
    };
    let answer = visit.page(status, &template)?.form_may_end_at(redirect_uri.as_deref());
    Ok(ends.iter().fold(answer, |answer, end| answer.form_may_end_at(Some(end))))
}

/// A password that was just set; or why somebody is here again whose second step took too long, or whose partner did not vouch
/// for them.
fn news(visit: &Visit) -> Option<Alert> {
    recovery::new_password::changed_alert(visit)
        .or_else(|| too_late(visit))
        .or_else(|| sign_in_partner::news(visit))
}

fn too_late(visit: &Visit) -> Option<Alert> {
    visit.query.get("late").ok().flatten()?;
    let l = visit.language;
    Some(Alert::warning(l, t::extra_verification::too_late(l)).focused())
}

/// What was typed, once it can be looked at.
struct Typed {
    email: EmailAddress,
    password: Secret,
    remember: bool,
}

/// `POST /{l}/sign-in`
///
/// # Errors
/// Too many attempts from this network, or the database or the password threads are busy.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let kept = visit.kept_request().await?;
    if kept.as_ref().is_some_and(Kept::is_answered) {
        return Err(Problem::StepDone);
    }
    let typed = match parse(visit, form) {
        Ok(typed) => typed,
        Err(errors) => {
            return page(visit, kept, 422, form.value("email"), form.is_checked("remember"), errors).await;
        }
    };
    let Some(start) = visit.app.store.begin_sign_in(attempt(visit, &typed.email)).await? else {
        return Err(Problem::TooMany { seconds: seconds_left(visit.now, 60) });
    };
    if let LockoutDecision::Refuse(lockout) = start.decision {
        refuse(visit, start.account.as_ref(), SignInRefusal::Delayed).await?;
        return again(visit, kept, &typed, lockout_words(visit, lockout)).await;
    }
    let stored = start.account.as_ref().and_then(|account| account.password_hash.clone());
    let verified = visit.app.hasher.verify(typed.password.clone(), stored).await?;
    match &start.account {
        Some(account) if verified.matches => {
            sign_in(visit, kept, &typed, account, &start, verified.outdated).await
        }
        _ => not_signed_in(visit, kept, &typed, &start).await,
    }
}

fn parse(visit: &Visit, form: &Form) -> Result<Typed, ErrorSummary> {
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
    if password.expose().is_empty() {
        errors.add("password", t::password_required(l));
    } else if password.expose().chars().count() > PasswordRules::MAX_LENGTH {
        errors.add("password", t::password_long(l));
    }
    match email {
        Ok(email) if errors.is_empty() => {
            Ok(Typed { email, password, remember: form.is_checked("remember") })
        }
        _ => Err(errors),
    }
}

/// What a person is told whose password is not looked at.
#[must_use]
pub fn lockout_words(visit: &Visit, lockout: Lockout) -> String {
    match lockout {
        Lockout::Until(until) => {
            let span = t::in_minutes(minutes_rounded_up(until.since(visit.now)));
            t::sign_in_slow(visit.language, span)
        }
        Lockout::UntilReset => t::recovery::sign_in_stopped(visit.language).to_owned(),
    }
}

/// The words for an address that can't be one.
#[must_use]
pub fn email_error(l: ontario_language::Language, error: EmailAddressError) -> &'static str {
    match error {
        EmailAddressError::Missing => t::email_required(l),
        EmailAddressError::Malformed => t::email_format(l),
        EmailAddressError::TooLong => t::email_long(l),
    }
}

pub(super) fn attempt(visit: &Visit, email: &EmailAddress) -> SignInAttempt {
    let email_key = email.key();
    let hash = &visit.app.data_keys.hash;
    SignInAttempt {
        browser: visit.browser_hash(),
        device: Some(visit.browser_hash()),
        address_hash: hash.hash("sign-in-address", &[email_key.as_bytes()]),
        device_key: device_key(visit, &email_key),
        network: network_window(visit, "sign-in", 60, visit.in_force.limits.network_sign_ins_per_minute),
        limits: visit.in_force.limits.lockout,
        now: visit.now,
        email_key,
    }
}

/// Under which wrong passwords of an address are counted in a browser that its account knows.
pub(super) fn device_key(visit: &Visit, email_key: &str) -> KeyedHash {
    let parts = [email_key.as_bytes(), visit.browser.expose().as_bytes()];
    visit.app.data_keys.hash.hash("sign-in-device", &parts)
}

/// The password fits: the browser is signed in, unless support locked the account, or its person has set another password
/// since this one was looked at.
async fn sign_in(
    visit: &Visit,
    kept: Option<Kept>,
    typed: &Typed,
    account: &Account,
    start: &SignInStart,
    outdated: bool,
) -> Result<Answer, Problem> {
    if account.status == AccountStatus::Locked {
        refuse(visit, Some(account), SignInRefusal::Locked).await?;
        return locked(visit, &account.id).await;
    }
    let new_password_hash = if outdated {
        Some(visit.app.hasher.hash(typed.password.clone(), random_salt()).await?)
    } else {
        None
    };
    let session = new_session::start(visit, AuthenticationMethod::Password).await?;
    let secret = session.new.secret;
    let success = SignInSuccess {
        proof: PasswordProof::of(account, start.counted).ok_or(Problem::Forbidden)?,
        session: session.new,
        new_password_hash,
        second_step: extra_verification::new_step(visit, SecondStepPurpose::SignIn),
        new_device_mail: new_device_mail(visit, account)?,
        now: visit.now,
    };
    let end = visit.app.store.complete_sign_in(success).await?;
    let answer = match end {
        SignInEnd::Gone => return locked(visit, &account.id).await,
        // As one that never was right.
        SignInEnd::Superseded => return not_signed_in(visit, kept, typed, start).await,
        SignInEnd::SecondStep => visit.dress(Answer::see_other(visit.url(second_step::PATH))),
        SignInEnd::SignedIn => {
            let live = resume::just_signed_in(visit, secret).await?;
            resume::go_on(visit, live.as_ref()).await?.cookie(session.cookie)
        }
    };
    Ok(answer.cookie(remember_cookie(visit, typed)))
}

/// Remembers the address, or forgets it.
fn remember_cookie(visit: &Visit, typed: &Typed) -> Option<String> {
    if typed.remember {
        visit.set_cookie(
            Name::Remember,
            &url::form_urlencoded::byte_serialize(typed.email.as_str().as_bytes()).collect::<String>(),
        )
    } else {
        visit.remembered.as_ref().and_then(|_| visit.clear_cookie(Name::Remember))
    }
}

/// N4, for a browser that the account has not seen.
pub(super) fn new_device_mail(visit: &Visit, account: &Account) -> Result<idp_store::NewMail, Problem> {
    let mail = Mail::NewDevice {
        at: visit.now.micros(),
        browser: visit.browser_name(),
        account: account::not_me::address(visit),
    };
    let Some(to) = account.email().cloned() else { return Err(Problem::Forbidden) };
    let envelope = Envelope { to, language: account.language, mail };
    envelope
        .seal(&visit.app.data_keys.content, visit.now.plus(NOTICE_LIFE))
        .map_err(|error| Problem::internal(&error))
}

/// X10, after the right password or passkey only: with the reference of support's lock, by which support finds the account.
///
/// # Errors
/// The database is away.
pub(super) async fn locked(visit: &Visit, account: &AccountId) -> Result<Answer, Problem> {
    let lock = visit.app.store.find_account_lock(account.clone()).await?;
    // An account that was closed a moment ago has none.
    let reference = lock.map_or_else(|| LockReference::random(&mut rng()), |lock| lock.reference);
    tracing::info!(%reference, "a locked account was told so");
    locked::page(visit, AccountKind::MyOntario, &reference)
}

/// The password fits no account. A registration that waits in this browser may still be signed in to: then its own
/// password is tried, which takes the same time whether or not the address has an account.
async fn not_signed_in(
    visit: &Visit,
    kept: Option<Kept>,
    typed: &Typed,
    start: &SignInStart,
) -> Result<Answer, Problem> {
    if let Some(registration) = &start.registration {
        let verified =
            visit.app.hasher.verify(typed.password.clone(), Some(registration.password_hash.clone())).await?;
        if verified.matches {
            return send_fresh_code(visit, registration).await;
        }
    }
    refuse(visit, start.account.as_ref(), SignInRefusal::WrongPassword).await?;
    again(visit, kept, typed, t::sign_in_bad(visit.language).into()).await
}

/// The page again, with one message for every reason.
async fn again(visit: &Visit, kept: Option<Kept>, typed: &Typed, message: String) -> Result<Answer, Problem> {
    let mut errors = ErrorSummary::new(visit.language);
    errors.add_linked("password", "email", message);
    page(visit, kept, 422, typed.email.as_str(), typed.remember, errors).await
}

/// The page again, with errors of another way to sign in.
///
/// # Errors
/// The database is away.
pub(super) async fn again_with(
    visit: &Visit,
    kept: Option<Kept>,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let email = visit.remembered.clone().unwrap_or_default();
    page(visit, kept, 422, &email, visit.remembered.is_some(), errors).await
}

pub(super) async fn refuse(
    visit: &Visit,
    account: Option<&Account>,
    reason: SignInRefusal,
) -> Result<(), Problem> {
    let event = AuditEvent::SignInRefused {
        account: account.map(|account| account.id.clone()),
        reason,
        network: visit.network_hash("audit-network").to_base64url(),
    };
    Ok(visit.app.store.record_refused_sign_in_from(event, visit.browser_name(), visit.now).await?)
}
