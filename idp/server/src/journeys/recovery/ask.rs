//! M8: the address. Always goes on to M9, whatever the address.

use super::{CODE, FreshCode, PATH, address_hash, code};
use crate::adapters::rng::rng;
use crate::journeys::mailed_code;
use crate::journeys::sign_in::email_error;
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::held_form;
use crate::web::limits::{network_window, seconds_left};
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::account::EmailAddress;
use idp_domain::ids::PasswordResetId;
use idp_domain::mail_allowance::MailDecision;
use idp_store::NewPasswordReset;
use ontario_design::Frame;
use ontario_design::components::{ErrorSummary, FormTokens, TextField};

#[derive(Template)]
#[template(path = "recovery/ask.html")]
struct AskPage {
    frame: Frame,
    action: String,
    tokens: FormTokens,
    email: TextField,
    back: String,
}

/// `GET /{l}/forgot-password`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let held = held_form::take(visit).await?;
    let email = held.map(|form| form.value("email").to_owned()).or_else(|| visit.remembered.clone());
    page(visit, 200, &email.unwrap_or_default(), ErrorSummary::new(visit.language)).await
}

async fn page(visit: &Visit, status: u16, email: &str, errors: ErrorSummary) -> Result<Answer, Problem> {
    let l = visit.language;
    let kept = visit.kept_request().await?;
    let name = visit.service_name(kept.as_ref());
    let template = AskPage {
        action: visit.url(PATH),
        tokens: visit.form_tokens(),
        email: TextField::email(l, "email", t::email(l))
            .hint(t::recovery::email_hint(l))
            .autocomplete("username")
            .value(email)
            .errors_of(&errors),
        back: visit.url("/sign-in"),
        frame: visit.frame(t::recovery::reset_title(l)).continue_to(name).language_button().errors(errors),
    };
    visit.page(status, &template)
}

/// `POST /{l}/forgot-password`
///
/// # Errors
/// Too many resets from this network, or the database is away.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let l = visit.language;
    let mut errors = ErrorSummary::new(l);
    if form.stale {
        errors.add("email", t::form_stale(l));
    }
    let email = match EmailAddress::parse(form.value("email")) {
        Ok(email) if errors.is_empty() => email,
        Ok(_) => return page(visit, 422, form.value("email"), errors).await,
        Err(error) => {
            errors.add("email", email_error(l, error));
            return page(visit, 422, form.value("email"), errors).await;
        }
    };
    count_network(visit).await?;
    // Asked twice in one browser it is one reset, so that the code of a mail that is on its way still works.
    let waiting = code::waiting(visit).await?.filter(|reset| reset.email.key() == email.key());
    let again = match waiting {
        Some(reset) => code::send_again(visit, reset).await?,
        None => None,
    };
    let decision = match again {
        Some(decision) => decision,
        None => start(visit, email).await?,
    };
    Ok(visit.dress(Answer::see_other(mailed_code::url_after(visit, CODE, decision))))
}

async fn start(visit: &Visit, email: EmailAddress) -> Result<MailDecision, Problem> {
    let id = PasswordResetId::random(&mut rng());
    let fresh = FreshCode::draw(visit, &id, &email).await?;
    let new = NewPasswordReset {
        id,
        browser: visit.browser_hash(),
        address_hash: address_hash(visit, &email),
        email,
        language: visit.language,
        request_id: visit.kept_request().await?.map(|kept| kept.record.id),
        code: fresh.code,
        mail: fresh.mail,
        network: visit.network_hash("audit-network").to_base64url(),
        now: visit.now,
    };
    Ok(visit.app.store.start_password_reset(new, visit.in_force.limits.mail).await?)
}

/// A network's resets in this hour.
async fn count_network(visit: &Visit) -> Result<(), Problem> {
    let most = visit.in_force.limits.network_registrations_per_hour;
    match network_window(visit, "password-reset", 3600, most) {
        Some(window) if !visit.app.store.count_network_use(window).await? => {
            Err(Problem::TooMany { seconds: seconds_left(visit.now, 3600) })
        }
        _ => Ok(()),
    }
}
