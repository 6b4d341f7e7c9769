//! O1: signing in with ONE-key ID and password. What is told apart is told after the right password only.

use super::{PasswordTry, coming_back, elsewhere, frame, plain_frame, refuse, superseded, try_password};
use crate::adapters::signing::random_salt;
use crate::journeys::{locked, new_session, resume, session};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::held_form;
use crate::web::message_page::{ButtonForm, MessagePage};
use crate::web::problem::Problem;
use crate::web::visit::{Kept, Visit};
use askama::Template;
use idp_domain::account::{AccountKind, AccountStatus, PasswordRules};
use idp_domain::audit::SignInRefusal;
use idp_domain::notice::NoticePlace;
use idp_domain::one_key::OneKeyMode;
use idp_domain::secret::Secret;
use idp_domain::session::AuthenticationMethod;
use idp_store::{OneKeySignInSuccess, PasswordProof, SignInEnd};
use ontario_design::Frame;
use ontario_design::components::{Alert, ErrorSummary, FormTokens, PasswordField, TextField};

/// Where it is.
pub const PATH: &str = "/one-key/sign-in";

#[derive(Template)]
#[template(path = "one_key/sign_in.html")]
struct SignInPage {
    frame: Frame,
    action: String,
    tokens: FormTokens,
    id: TextField,
    password: PasswordField,
    register: Option<String>,
    my_ontario: Option<String>,
    recover: String,
    help: String,
    cancel: Option<ButtonForm>,
}

/// `GET /{l}/one-key/sign-in`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let kept = visit.kept_request().await?;
    if kept.as_ref().is_some_and(Kept::is_answered) {
        return Err(Problem::StepDone);
    }
    if let Some(answer) = elsewhere(visit, kept.as_ref(), AccountKind::OneKey) {
        return Ok(answer);
    }
    let mode = visit.in_force.one_key_mode;
    if !mode.takes_sign_ins() {
        return retired(visit).await;
    }
    // A bookmarked sign-in page leads a signed-in person to their services.
    if kept.is_none()
        && !session::is_again(visit)
        && visit.session().await?.is_some_and(|live| live.account.id.kind() == AccountKind::OneKey)
    {
        return Ok(visit.dress(Answer::see_other(visit.url(super::services::PATH))));
    }
    let held = held_form::take(visit).await?;
    let id = held.map(|form| form.value("id").to_owned()).unwrap_or_default();
    page(visit, kept, mode, 200, &id, ErrorSummary::new(visit.language)).await
}

/// ONE-key takes no sign-ins any more: the notice, and where to go instead. Recovering goes on, for the transfer.
async fn retired(visit: &Visit) -> Result<Answer, Problem> {
    let l = visit.language;
    let text = vec![t::one_key::retired_text(l).to_owned()];
    MessagePage::new(plain_frame(visit, t::one_key::retired_title(l)), "one-key-retired", text)
        .button(t::one_key::with_my_ontario(l), my_ontario_url(visit).await?)
        .link(t::one_key::cannot_access(l), visit.url(super::recover::choice::PATH))
        .answer(visit, 200)
}

async fn page(
    visit: &Visit,
    kept: Option<Kept>,
    mode: OneKeyMode,
    status: u16,
    id: &str,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = visit.language;
    let name = visit.service_name(kept.as_ref());
    let redirect_uri = kept.as_ref().map(|kept| kept.redirect_uri().to_owned());
    let service = kept.as_ref().and_then(|kept| kept.service.as_deref());
    let takes_my_ontario = service.is_some_and(|service| service.client.takes(AccountKind::MyOntario));
    let saved = visit.query.get("saved").ok().flatten().is_some();
    let alert = if saved {
        Some(Alert::success(l, t::one_key::password_saved(l)).role("status"))
    } else {
        (!mode.takes_registrations()).then(|| Alert::informational(l, t::one_key::closing(l)))
    };
    let frame = frame(visit, t::sign_in(l))
        .notice(visit.notice(NoticePlace::OneKey).await)
        .heading(t::one_key::sign_in_heading(l))
        .continue_to(name)
        .language_button()
        .alert(alert);
    // The block for new people stands beside the form where there is room.
    let frame = if mode.takes_registrations() { frame.wide() } else { frame };
    let template = SignInPage {
        action: coming_back::carried_on(visit, &visit.url(PATH)),
        tokens: visit.form_tokens(),
        id: TextField::text(l, "id", t::one_key::id(l))
            .autocomplete("username")
            .without_spellcheck()
            .value(id)
            .errors_of(&errors),
        password: PasswordField::current(l, "password", t::password(l)).errors_of(&errors),
        register: mode.takes_registrations().then(|| visit.url(super::register::PATH)),
        my_ontario: takes_my_ontario.then(|| visit.url("/sign-in")),
        recover: visit.url(super::recover::choice::PATH),
        help: format!("{}#one-key", visit.url("/help")),
        cancel: kept.map(|_| ButtonForm {
            primary: false,
            ..visit.button_form("cancel-form", "/cancel", t::cancel(l))
        }),
        frame: frame.errors(errors),
    };
    Ok(visit.page(status, &template)?.form_may_end_at(redirect_uri.as_deref()))
}

/// The typed ID and password, or what is missing.
pub(crate) fn parse(
    visit: &Visit,
    form: &Form,
    id: &str,
    password: &str,
) -> Result<(String, Secret), ErrorSummary> {
    let l = visit.language;
    let mut errors = ErrorSummary::new(l);
    if form.stale {
        errors.add(id, t::form_stale(l));
    }
    let typed_id = form.value(id).trim();
    if typed_id.is_empty() {
        errors.add(id, t::one_key::id_required(l));
    }
    let secret = form.secret(password);
    if secret.expose().is_empty() {
        errors.add(password, t::password_required(l));
    } else if secret.expose().chars().count() > PasswordRules::MAX_LENGTH {
        errors.add(password, t::password_long(l));
    }
    if errors.is_empty() { Ok((typed_id.to_owned(), secret)) } else { Err(errors) }
}

/// `POST /{l}/one-key/sign-in`
///
/// # Errors
/// Too many attempts from this network, or the database or the password threads are busy.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let kept = visit.kept_request().await?;
    if kept.as_ref().is_some_and(Kept::is_answered) {
        return Err(Problem::StepDone);
    }
    let mode = visit.in_force.one_key_mode;
    if !mode.takes_sign_ins() {
        refuse(visit, None, SignInRefusal::Retired).await?;
        return retired(visit).await;
    }
    let l = visit.language;
    let typed = form.value("id");
    let (id, password) = match parse(visit, form, "id", "password") {
        Ok(typed) => typed,
        Err(errors) => return page(visit, kept, mode, 422, typed, errors).await,
    };
    let message = match try_password(visit, &id, &password).await? {
        PasswordTry::Right { account, proof, outdated } => match account.status {
            AccountStatus::Active => match sign_in(visit, proof, outdated, password).await? {
                Some(answer) => return Ok(answer),
                None => superseded(visit, &account).await?,
            },
            AccountStatus::Locked => {
                refuse(visit, Some(&account), SignInRefusal::Locked).await?;
                if let Some(lock) = visit.app.store.find_account_lock(account.id.clone()).await? {
                    return locked::page(visit, AccountKind::OneKey, &lock.reference);
                }
                t::one_key::locked(l).to_owned()
            }
            AccountStatus::Transferred => {
                refuse(visit, Some(&account), SignInRefusal::Transferred).await?;
                return moved(visit).await;
            }
        },
        PasswordTry::Slow(words) => words,
        PasswordTry::Wrong => t::one_key::sign_in_bad(l).to_owned(),
    };
    let mut errors = ErrorSummary::new(l);
    errors.add_linked("password", "id", message);
    page(visit, kept, mode, 422, &id, errors).await
}

/// M1. A service that takes ONE-key alone would lead from there back to here: its person goes to M1 without it.
async fn my_ontario_url(visit: &Visit) -> Result<String, Problem> {
    let kept = visit.kept_request().await?;
    let comes_back = elsewhere(visit, kept.as_ref(), AccountKind::MyOntario).is_some();
    Ok(if comes_back { visit.plain_url("/sign-in") } else { visit.url("/sign-in") })
}

/// The account was carried over: where its person signs in from now on.
async fn moved(visit: &Visit) -> Result<Answer, Problem> {
    let l = visit.language;
    let text = vec![t::one_key::moved(l).to_owned()];
    MessagePage::new(plain_frame(visit, t::one_key::moved_title(l)), "one-key-moved", text)
        .button(t::one_key::with_my_ontario(l), my_ontario_url(visit).await?)
        .answer(visit, 403)
}

/// The password fits: the browser is signed in; `None` where another one was set since it was looked at.
async fn sign_in(
    visit: &Visit,
    proof: PasswordProof,
    outdated: bool,
    password: Secret,
) -> Result<Option<Answer>, Problem> {
    let new_password_hash =
        if outdated { Some(visit.app.hasher.hash(password, random_salt()).await?) } else { None };
    let session = new_session::start(visit, AuthenticationMethod::Password).await?;
    let secret = session.new.secret;
    let success = OneKeySignInSuccess { proof, session: session.new, new_password_hash, now: visit.now };
    match visit.app.store.complete_one_key_sign_in(success).await? {
        SignInEnd::Superseded => return Ok(None),
        SignInEnd::Gone => return moved(visit).await.map(Some),
        SignInEnd::SignedIn | SignInEnd::SecondStep => {}
    }
    let live = resume::just_signed_in(visit, secret).await?;
    Ok(Some(resume::go_on(visit, live.as_ref()).await?.cookie(session.cookie)))
}
