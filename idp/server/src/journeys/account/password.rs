//! C3: another password. The current one is asked for, the rules of a new account hold, and neither the current nor a
//! remembered former one comes back.

use super::confirm::{ProofTry, try_password};
use super::{Page, done_at, frame, not_me, recently_proven};
use crate::adapters::rng::rng;
use crate::adapters::signing::random_salt;
use crate::journeys::password_rules::{check, judged, was_used};
use crate::locales as t;
use crate::mail::{Envelope, Mail};
use crate::web::answer::Answer;
use crate::web::cookies::Name;
use crate::web::form::Form;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::account::{Account, PasswordRule, PasswordRules as Rules};
use idp_domain::secret::{Secret, TokenHash, random_token};
use idp_store::{NewMail, PasswordChange, PasswordProof, SessionWithAccount};
use ontario_design::Frame;
use ontario_design::components::{
    Checkbox, ErrorSummary, FormTokens, PasswordField, PasswordRules, ReadOnlyField,
};
use std::time::Duration;

/// How long a notice waits for a mail server.
pub(super) const NOTICE_LIFE: Duration = Duration::from_hours(72);

#[derive(Template)]
#[template(path = "account/password.html")]
struct PasswordPage {
    frame: Frame,
    action: String,
    tokens: FormTokens,
    user_name: ReadOnlyField,
    current: PasswordField,
    password: PasswordField,
    sign_out: Checkbox,
    back: String,
}

/// `GET /{l}/account/password`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    match recently_proven(visit, Page::Password, None).await? {
        Ok(session) => page(visit, &session, 200, true, None, ErrorSummary::new(visit.language)),
        Err(answer) => Ok(answer),
    }
}

fn page(
    visit: &Visit,
    session: &SessionWithAccount,
    status: u16,
    sign_out: bool,
    broken: Option<&[PasswordRule]>,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = visit.language;
    let name = session.account.name.as_str();
    let template = PasswordPage {
        action: visit.plain_url(Page::Password.path()),
        tokens: visit.form_tokens(),
        user_name: ReadOnlyField::user_name(l, "user_name", t::email(l), name),
        current: PasswordField::current(l, "current", t::account::current_password(l)).errors_of(&errors),
        password: PasswordField::new_password(l, "password", t::account::new_password(l))
            .rules(judged(PasswordRules::new(l).user_name(name), broken))
            .errors_of(&errors),
        sign_out: Checkbox::new(l, "signout", t::account::sign_out_elsewhere(l)).checked(sign_out),
        back: visit.plain_url(Page::Security.path()),
        frame: frame(visit, Page::Password, t::account::change_password(l), session)
            .language_button()
            .errors(errors),
    };
    visit.page(status, &template)
}

/// `POST /{l}/account/password`
///
/// # Errors
/// The database or the password threads are busy.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let session = match recently_proven(visit, Page::Password, Some(form)).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let l = visit.language;
    let sign_out = form.is_checked("signout");
    let mut errors = ErrorSummary::new(l);
    let (current, new) = (form.secret("current"), form.secret("password"));
    if form.stale {
        errors.add("current", t::form_stale(l));
    } else if current.expose().is_empty() {
        errors.add("current", t::password_required(l));
    } else if current.expose().chars().count() > Rules::MAX_LENGTH {
        errors.add("current", t::password_long(l));
    }
    let broken = check(&mut errors, l, &new, session.account.email());
    if !errors.is_empty() {
        return page(visit, &session, 422, sign_out, broken.as_deref(), errors);
    }
    let proof = match try_password(visit, &session, current.clone()).await? {
        ProofTry::Right(proof) => proof,
        ProofTry::SessionEnded(answer) => return Ok(*answer),
        ProofTry::Refused(message) => {
            errors.add("current", message.unwrap_or_else(|| t::account::current_password_wrong(l).into()));
            return page(visit, &session, 422, sign_out, None, errors);
        }
    };
    if was_used(visit, &session.account, &new).await? {
        visit.app.store.clear_sign_in_failures(proof.counted).await?;
        errors.add("password", t::password_reused(l));
        return page(visit, &session, 422, sign_out, broken.as_deref(), errors);
    }
    save(visit, &session, new, proof, sign_out).await
}

async fn save(
    visit: &Visit,
    session: &SessionWithAccount,
    new: Secret,
    proof: PasswordProof,
    end_others: bool,
) -> Result<Answer, Problem> {
    let account = &session.account;
    let new_hash = visit.app.hasher.hash(new, random_salt()).await?;
    let cookie = random_token(&mut rng());
    let change = PasswordChange {
        proof,
        session: session.session.id.clone(),
        secret: TokenHash::of(cookie.expose()),
        new_hash,
        end_others,
        mail: notice(
            visit,
            account,
            Mail::PasswordChanged { at: visit.now.micros(), not_me: not_me::address(visit) },
        )?,
        now: visit.now,
    };
    if !visit.app.store.change_password(change).await? {
        // It was changed in another window since: what was typed as current is current no more.
        let mut errors = ErrorSummary::new(visit.language);
        errors.add("current", t::account::current_password_wrong(visit.language));
        return page(visit, session, 422, end_others, None, errors);
    }
    let answer = done_at(visit, Page::Security, "password");
    Ok(answer.cookie(visit.set_cookie(Name::Session, cookie.expose())))
}

/// A mail to the address on file, sealed for the outbox.
///
/// # Errors
/// The account has no address, which a My Ontario Account always has.
pub(super) fn notice(visit: &Visit, account: &Account, mail: Mail) -> Result<NewMail, Problem> {
    let to = account.email().ok_or_else(|| Problem::internal(&"an account of these pages has an address"))?;
    let envelope = Envelope { to: to.clone(), language: account.language, mail };
    let sealed = envelope.seal(&visit.app.data_keys.content, visit.now.plus(NOTICE_LIFE));
    sealed.map_err(|error| Problem::internal(&error))
}
