//! C4: another address. A code proves it; the old one is told at once and can take the change back ([`super::email_undo`]).
//! An address that has an account gets another mail; nothing else tells it from a free one.

use super::password::{NOTICE_LIFE, notice};
use super::{Page, done_at, email_undo, frame, recently_proven, signed_in};
use crate::adapters::rng::rng;
use crate::journeys::mailed_code::{news, url_after, url_after_resend, works_until};
use crate::journeys::recovery;
use crate::journeys::sign_in::email_error;
use crate::journeys::sign_up::address_hash;
use crate::locales as t;
use crate::mail::{Envelope, Mail};
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::held_form;
use crate::web::message_page::ButtonForm;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::account::{Account, EmailAddress};
use idp_domain::activation::{ActivationCode, ActivationCodeError, may_resend};
use idp_domain::ids::{EmailChangeCodeId, EmailChangeId};
use idp_domain::mail_allowance::MailDecision;
use idp_domain::secret::{KeyedHash, TokenHash, random_token};
use idp_domain::time::seconds_rounded_up;
use idp_store::{
    EmailChange, EmailChangeAttempt, EmailChangeMail, EmailChangeOutcome, NewEmailChange, NewEmailChangeCode,
    ResendEmailChangeCode, SessionWithAccount,
};
use ontario_design::Frame;
use ontario_design::components::{Alert, CodeField, ErrorSummary, FormTokens, TextField};
use ontario_language::format_time;

/// Where the code is typed, after the language.
pub const VERIFY: &str = "/account/email/verify";
/// Where one more is asked for.
pub const RESEND: &str = "/account/email/resend";

#[derive(Template)]
#[template(path = "account/email.html")]
struct EmailPage {
    frame: Frame,
    current: String,
    action: String,
    tokens: FormTokens,
    email: TextField,
    back: String,
}

/// `GET /{l}/account/email`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let session = match recently_proven(visit, Page::Email, None).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let held = held_form::take_for(visit, &session.account.id).await?;
    let typed = held.map(|form| form.value("email").to_owned()).unwrap_or_default();
    let waiting = waiting(visit, &session.account).await?;
    page(visit, &session, 200, &typed, waiting.as_ref(), ErrorSummary::new(visit.language))
}

fn page(
    visit: &Visit,
    session: &SessionWithAccount,
    status: u16,
    typed: &str,
    waiting: Option<&EmailChange>,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = visit.language;
    let alert = waiting.filter(|_| errors.is_empty()).map(|change| {
        Alert::informational(l, t::account::email_waits(l, change.new_email.as_str()))
            .link(t::enter_the_code(l), visit.plain_url(VERIFY))
    });
    let template = EmailPage {
        current: session.account.name.as_str().to_owned(),
        action: visit.plain_url(Page::Email.path()),
        tokens: visit.form_tokens(),
        email: TextField::email(l, "email", t::account::new_email(l))
            .hint(t::email_hint_code(l))
            .value(typed)
            .errors_of(&errors),
        back: visit.plain_url(Page::Security.path()),
        frame: frame(visit, Page::Email, t::account::change_email(l), session)
            .language_button()
            .errors(errors)
            .alert(alert),
    };
    visit.page(status, &template)
}

/// `POST /{l}/account/email`
///
/// # Errors
/// The database is away.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let session = match recently_proven(visit, Page::Email, Some(form)).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let l = visit.language;
    let refuse = |message: String| {
        let mut errors = ErrorSummary::new(l);
        errors.add("email", message);
        page(visit, &session, 422, form.value("email"), None, errors)
    };
    if form.stale {
        return refuse(t::form_stale(l).into());
    }
    let new = match EmailAddress::parse(form.value("email")) {
        Ok(new) => new,
        Err(error) => return refuse(email_error(l, error).into()),
    };
    let Some(old) = session.account.email().cloned() else { return Err(Problem::NotFound) };
    if old.key() == new.key() {
        return refuse(t::account::email_same(l).into());
    }
    let change = draw(visit, &session, old, new)?;
    let mail = visit.app.store.start_email_change(change, visit.in_force.limits.mail).await?;
    match mail {
        EmailChangeMail::Mail(MailDecision::Send) => {
            Ok(visit.dress(Answer::see_other(url_after(visit, VERIFY, MailDecision::Send))))
        }
        EmailChangeMail::Mail(MailDecision::WaitUntil(at)) => {
            refuse(t::resend_wait(l, t::in_seconds(l, seconds_rounded_up(at.since(visit.now)))))
        }
        EmailChangeMail::Mail(MailDecision::TooManyUntil(at)) => {
            refuse(t::resend_max(l, t::toronto_time(l, format_time(l, at.micros()))))
        }
        EmailChangeMail::Over => Ok(visit.dress(Answer::see_other(visit.plain_url(Page::Email.path())))),
    }
}

fn draw(
    visit: &Visit,
    session: &SessionWithAccount,
    old_email: EmailAddress,
    new_email: EmailAddress,
) -> Result<NewEmailChange, Problem> {
    let account = &session.account;
    let id = EmailChangeId::random(&mut rng());
    let undo = random_token(&mut rng());
    let link = format!("{}/{{l}}{}?t={}", visit.app.issuer(), email_undo::PATH, undo.expose());
    Ok(NewEmailChange {
        account: account.id.clone(),
        session: session.session.id.clone(),
        address_hash: address_hash(&visit.app, &new_email),
        account_hash: account_hash(visit, account),
        code: draw_code(visit, &id, account, &new_email)?,
        undo: TokenHash::of(undo.expose()),
        notice_mail: notice(visit, account, Mail::EmailChanging { at: visit.now.micros(), undo: link })?,
        now: visit.now,
        id,
        old_email,
        new_email,
    })
}

fn account_hash(visit: &Visit, account: &Account) -> KeyedHash {
    visit.app.data_keys.hash.hash("email-change-mails", &[account.id.as_str().as_bytes()])
}

/// A fresh code with both mails: which one is due only the transaction knows.
fn draw_code(
    visit: &Visit,
    change: &EmailChangeId,
    account: &Account,
    to: &EmailAddress,
) -> Result<NewEmailChangeCode, Problem> {
    let app = &visit.app;
    let digits = ActivationCode::random(&mut rng());
    let seal = |mail: Mail, life| {
        let envelope = Envelope { to: to.clone(), language: account.language, mail };
        let sealed = envelope.seal(&app.data_keys.content, visit.now.plus(life));
        sealed.map_err(|error| Problem::internal(&error))
    };
    let code_mail = Mail::NewAddressCode { code: digits.expose().to_owned() };
    let issuer = app.issuer();
    let exists_mail = Mail::AccountExists {
        sign_in: format!("{issuer}/{{l}}/sign-in"),
        reset: format!("{issuer}/{{l}}{}", recovery::PATH),
    };
    Ok(NewEmailChangeCode {
        id: EmailChangeCodeId::random(&mut rng()),
        code: digits.hash(&app.data_keys.hash, change.as_str()),
        decoy: app.data_keys.hash.hash("decoy", &[random_token(&mut rng()).expose().as_bytes()]),
        code_mail: seal(code_mail, app.in_force().lifetimes.activation_code)?,
        exists_mail: seal(exists_mail, NOTICE_LIFE)?,
    })
}

/// The account's change that waits for its code, while it can still be made.
async fn waiting(visit: &Visit, account: &Account) -> Result<Option<EmailChange>, Problem> {
    let limits = visit.in_force.activation_limits();
    let found = visit.app.store.find_open_email_change(account.id.clone()).await?;
    Ok(found.filter(|change| {
        visit.now <= change.facts.created_at.plus(limits.resend_window).plus(limits.code_lifetime)
    }))
}

#[derive(Template)]
#[template(path = "account/email_verify.html")]
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
}

/// `GET /{l}/account/email/verify`
///
/// # Errors
/// The database is away.
pub async fn verify(visit: &Visit) -> Result<Answer, Problem> {
    let session = match signed_in(visit, Page::Email, None).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    match waiting(visit, &session.account).await? {
        Some(change) => {
            let alert = news(visit, Some(t::we_sent_an_email(visit.language)));
            verify_page(visit, &session, 200, &change, ErrorSummary::new(visit.language), alert)
        }
        None => Ok(start_again(visit)),
    }
}

/// Nothing waits: it was done, or is over.
fn start_again(visit: &Visit) -> Answer {
    visit.dress(Answer::see_other(visit.plain_url(Page::Email.path())))
}

fn verify_page(
    visit: &Visit,
    session: &SessionWithAccount,
    status: u16,
    change: &EmailChange,
    errors: ErrorSummary,
    alert: Option<Alert>,
) -> Result<Answer, Problem> {
    let l = visit.language;
    let template = VerifyPage {
        action: visit.plain_url(VERIFY),
        tokens: visit.form_tokens(),
        address: change.new_email.as_str().to_owned(),
        until: works_until(visit, change.last_sent_at),
        code: CodeField::new(l, "code", t::enter_the_code(l)).errors_of(&errors),
        resend: ButtonForm {
            primary: false,
            ..visit.button_form("resend-form", RESEND, t::send_it_again(l))
        },
        resend_open: !errors.is_empty() || alert.is_some(),
        different_email: visit.plain_url(Page::Email.path()),
        frame: frame(visit, Page::Email, t::verify_title(l), session)
            .language_button()
            .errors(errors)
            .alert(alert),
    };
    visit.page(status, &template)
}

/// `POST /{l}/account/email/verify`
///
/// # Errors
/// The database is away.
pub async fn confirm(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let session = match signed_in(visit, Page::Email, None).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let l = visit.language;
    let Some(change) = waiting(visit, &session.account).await? else { return Ok(start_again(visit)) };
    let refuse = |message: &str| {
        let mut errors = ErrorSummary::new(l);
        errors.add("code", message);
        verify_page(visit, &session, 422, &change, errors, None)
    };
    if form.stale {
        return refuse(t::form_stale(l));
    }
    let typed = match ActivationCode::parse(form.value("code")) {
        Ok(typed) => typed,
        Err(ActivationCodeError::Missing) => return refuse(t::code_required(l)),
        Err(ActivationCodeError::Malformed) => return refuse(t::code_format(l)),
    };
    let attempt = EmailChangeAttempt {
        account: session.account.id.clone(),
        session: session.session.id.clone(),
        typed: typed.hash(&visit.app.data_keys.hash, change.id.as_str()),
        change: change.id.clone(),
        limits: visit.in_force.activation_limits(),
        now: visit.now,
    };
    match visit.app.store.confirm_email_change(attempt).await? {
        EmailChangeOutcome::Changed => Ok(done_at(visit, Page::Security, "email")),
        EmailChangeOutcome::Wrong => refuse(t::code_wrong(l)),
        EmailChangeOutcome::TooManyTries => refuse(t::code_tries(l)),
        EmailChangeOutcome::Expired => refuse(t::code_expired(l)),
        EmailChangeOutcome::Over => Ok(start_again(visit)),
    }
}

/// `POST /{l}/account/email/resend`
///
/// # Errors
/// The database is away.
pub async fn resend(visit: &Visit, _: &Form) -> Result<Answer, Problem> {
    let session = match signed_in(visit, Page::Email, None).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let limits = visit.in_force.activation_limits();
    let change = waiting(visit, &session.account).await?;
    let Some(change) =
        change.filter(|change| may_resend(&change.facts.as_registration(), visit.now, &limits))
    else {
        return Ok(start_again(visit));
    };
    let request = ResendEmailChangeCode {
        account: session.account.id.clone(),
        address_hash: address_hash(&visit.app, &change.new_email),
        account_hash: account_hash(visit, &session.account),
        code: draw_code(visit, &change.id, &session.account, &change.new_email)?,
        change: change.id,
        limits,
        now: visit.now,
    };
    match visit.app.store.resend_email_change_code(request, visit.in_force.limits.mail).await? {
        EmailChangeMail::Mail(decision) => {
            Ok(visit.dress(Answer::see_other(url_after_resend(visit, VERIFY, decision))))
        }
        EmailChangeMail::Over => Ok(start_again(visit)),
    }
}
