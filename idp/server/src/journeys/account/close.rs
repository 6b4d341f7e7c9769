//! C12: closing the account for good.

use super::password::notice;
use super::{Page, frame, recently_proven};
use crate::adapters::logout_worker::tell_now;
use crate::journeys::signed_out;
use crate::locales as t;
use crate::mail::Mail;
use crate::web::answer::Answer;
use crate::web::cookies::Name;
use crate::web::form::Form;
use crate::web::held_form;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::account::{AccountCloser, EmailAddress};
use idp_store::{AccountOutcome, CloseAccount, SessionWithAccount};
use ontario_design::Frame;
use ontario_design::components::{ErrorSummary, FormTokens, TextField};

#[derive(Template)]
#[template(path = "account/close.html")]
struct ClosePage {
    frame: Frame,
    services: Vec<String>,
    action: String,
    tokens: FormTokens,
    confirm: TextField,
    cancel: String,
}

/// `GET /{l}/account/close`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let session = match recently_proven(visit, Page::Close, None).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let held = held_form::take_for(visit, &session.account.id).await?;
    let typed = held.map(|form| form.value("confirm").to_owned()).unwrap_or_default();
    page(visit, &session, 200, &typed, ErrorSummary::new(visit.language)).await
}

async fn page(
    visit: &Visit,
    session: &SessionWithAccount,
    status: u16,
    typed: &str,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = visit.language;
    let services = visit.app.store.list_connected_services(session.account.id.clone()).await?;
    let template = ClosePage {
        services: services.iter().map(|service| service.client.name.get(l).to_owned()).collect(),
        action: visit.plain_url(Page::Close.path()),
        tokens: visit.form_tokens(),
        confirm: TextField::email(l, "confirm", t::account::type_your_email(l))
            .autocomplete("off")
            .value(typed)
            .errors_of(&errors),
        cancel: visit.plain_url(Page::Security.path()),
        frame: frame(visit, Page::Close, t::account::close(l), session).language_button().errors(errors),
    };
    visit.page(status, &template)
}

/// `POST /{l}/account/close`
///
/// # Errors
/// The database is away.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let session = match recently_proven(visit, Page::Close, Some(form)).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let l = visit.language;
    let typed = form.value("confirm");
    let own = session.account.email().map(EmailAddress::key);
    let is_own = EmailAddress::parse(typed).is_ok_and(|typed| Some(typed.key()) == own);
    if form.stale || !is_own {
        let mut errors = ErrorSummary::new(l);
        errors.add("confirm", if form.stale { t::form_stale(l) } else { t::account::not_your_email(l) });
        return page(visit, &session, 422, typed, errors).await;
    }
    let id = session.session.id.clone();
    // Their record goes with the account; the page after it says which of them were told.
    let services = visit.app.store.list_session_services(id.clone()).await?;
    let close = CloseAccount {
        account: session.account.id.clone(),
        by: AccountCloser::Person,
        reason: None,
        mail: Some(notice(visit, &session.account, Mail::AccountClosed { at: visit.now.micros() })?),
        now: visit.now,
    };
    if let AccountOutcome::LastOfRole(_) = visit.app.store.close_account(close).await? {
        let mut errors = ErrorSummary::new(l);
        errors.add("confirm", t::account::last_of_role(l));
        return page(visit, &session, 409, typed, errors).await;
    }
    tell_now(&visit.app, &id).await;
    let services = services.into_iter().map(|service| service.client.id).collect();
    let answer = signed_out::closed(visit, id, services)?;
    Ok(visit
        .dress(answer)
        .cookie(visit.clear_cookie(Name::Session))
        .cookie(visit.clear_cookie(Name::Remember)))
}
