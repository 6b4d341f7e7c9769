//! M10: the new password. Saving it ends every session and grant of the account, and opens what wrong passwords had closed.

use super::{NEW, newest, over, url_of};
use crate::adapters::signing::random_salt;
use crate::journeys::extra_verification::second_step;
use crate::journeys::password_rules;
use crate::locales as t;
use crate::mail::{Envelope, Mail};
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::account::{Account, PasswordRule};
use idp_store::{FinishPasswordReset, NewMail, PasswordReset};
use ontario_design::Frame;
use ontario_design::components::{
    Alert, ErrorSummary, FormTokens, PasswordField, PasswordRules, ReadOnlyField,
};
use std::time::Duration;

/// How long the mail to the owner waits for a mail server.
const NOTICE_LIFE: Duration = Duration::from_hours(72);

#[derive(Template)]
#[template(path = "recovery/new.html")]
struct NewPasswordPage {
    frame: Frame,
    action: String,
    tokens: FormTokens,
    user_name: ReadOnlyField,
    password: PasswordField,
    back: String,
}

/// A proven reset and the account whose password it sets.
struct Proven {
    reset: PasswordReset,
    account: Account,
}

/// This browser's proven reset, while its password may be set; else where the person goes: to their second step, where
/// they have one and didn't make it yet.
async fn proven(visit: &Visit) -> Result<Result<Proven, Answer>, Problem> {
    let Some(reset) = newest(visit).await?.filter(|reset| reset.facts.may_set_password(visit.now)) else {
        return Ok(Err(over(visit)?));
    };
    let store = &visit.app.store;
    let Some(account) = store.find_account_to_reset(reset.email.key()).await? else {
        return Ok(Err(over(visit)?));
    };
    let id = &account.id;
    if !store.find_second_factors(id.clone()).await?.is_empty()
        && !store.find_proven_second_step(visit.browser_hash(), id.clone(), visit.now).await?
    {
        let url = url_of(visit, second_step::PATH, reset.request_id.as_ref());
        return Ok(Err(visit.dress(Answer::see_other(url))));
    }
    Ok(Ok(Proven { reset, account }))
}

/// `GET /{l}/forgot-password/new`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    match proven(visit).await? {
        Ok(proven) => page(visit, 200, &proven, None, ErrorSummary::new(visit.language)),
        Err(answer) => Ok(answer),
    }
}

fn page(
    visit: &Visit,
    status: u16,
    proven: &Proven,
    broken: Option<&[PasswordRule]>,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = visit.language;
    let name = proven.account.name.as_str();
    let rules = password_rules::judged(PasswordRules::new(l).user_name(name), broken);
    let template = NewPasswordPage {
        action: visit.url(NEW),
        tokens: visit.form_tokens(),
        user_name: ReadOnlyField::user_name(l, "user_name", t::email(l), name),
        password: PasswordField::new_password(l, "password", t::recovery::new_password(l))
            .rules(rules)
            .errors_of(&errors),
        back: visit.url("/sign-in"),
        frame: visit.plain_frame(t::recovery::new_title(l)).errors(errors),
    };
    visit.page(status, &template)
}

/// `POST /{l}/forgot-password/new`
///
/// # Errors
/// The database or the password threads are busy.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let proven = match proven(visit).await? {
        Ok(proven) => proven,
        Err(answer) => return Ok(answer),
    };
    let mut errors = ErrorSummary::new(visit.language);
    if form.stale {
        errors.add("password", t::form_stale(visit.language));
    }
    let password = form.secret("password");
    let broken = password_rules::check(&mut errors, visit.language, &password, proven.account.email());
    if !errors.is_empty() {
        return page(visit, 422, &proven, broken.as_deref(), errors);
    }
    if password_rules::was_used(visit, &proven.account, &password).await? {
        errors.add("password", t::password_reused(visit.language));
        return page(visit, 422, &proven, broken.as_deref(), errors);
    }
    let finish = FinishPasswordReset {
        reset: proven.reset.id.clone(),
        browser: visit.browser_hash(),
        password_hash: visit.app.hasher.hash(password, random_salt()).await?,
        mail: changed_mail(visit, &proven)?,
        network: visit.network_hash("audit-network").to_base64url(),
        now: visit.now,
    };
    if !visit.app.store.finish_password_reset(finish).await? {
        return over(visit);
    }
    let url = url_of(visit, "/sign-in", proven.reset.request_id.as_ref());
    let separator = if url.contains('?') { '&' } else { '?' };
    Ok(visit.dress(Answer::see_other(format!("{url}{separator}reset=1"))))
}

fn changed_mail(visit: &Visit, proven: &Proven) -> Result<NewMail, Problem> {
    let mail = Mail::PasswordChanged {
        at: visit.now.micros(),
        not_me: format!("{}/{{l}}{}", visit.app.issuer(), super::PATH),
    };
    let to = proven.account.email().unwrap_or(&proven.reset.email).clone();
    let envelope = Envelope { to, language: proven.account.language, mail };
    let sealed = envelope.seal(&visit.app.data_keys.content, visit.now.plus(NOTICE_LIFE));
    sealed.map_err(|error| Problem::internal(&error))
}

/// What the sign-in page says of a password that was just set.
#[must_use]
pub fn changed_alert(visit: &Visit) -> Option<Alert> {
    let changed = visit.query.get("reset").ok().flatten() == Some("1");
    let l = visit.language;
    changed.then(|| Alert::success(l, t::recovery::password_changed(l)).role("status"))
}
