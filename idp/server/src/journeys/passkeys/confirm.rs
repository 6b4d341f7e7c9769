//! C0 with a passkey. No try is counted here: an answer can't be guessed.

use super::{PasskeyForm, proof, refuse, relying_party};
use crate::journeys::account::{self, Page, confirm};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::passkey::{AssertionResponse, ChallengePurpose, PasskeyError};
use idp_store::{ConfirmPasskeyEnd, SessionWithAccount};
use ontario_design::components::ErrorSummary;

/// Where its form goes, after the language.
pub const PATH: &str = "/account/confirm/passkey";

/// The form on C0, where the account has a passkey.
///
/// # Errors
/// The database is away.
pub async fn form(visit: &Visit, session: &SessionWithAccount) -> Result<Option<PasskeyForm>, Problem> {
    if relying_party(visit).is_none()
        || visit.app.store.list_passkeys(session.account.id.clone()).await?.is_empty()
    {
        return Ok(None);
    }
    let (purpose, label) = (ChallengePurpose::Confirm, t::passkeys::confirm(visit.language));
    Ok(Some(PasskeyForm::get(visit, purpose, visit.url(PATH), label)))
}

/// `POST /{l}/account/confirm/passkey?next=…`
///
/// # Errors
/// The database is away.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let page = visit.next.clone().map_or(Page::Security.into(), |next| next.page);
    let session = match account::signed_in(visit, page, None).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let account = session.account.id.clone();
    let response = match AssertionResponse::parse(form.value("credential"), ChallengePurpose::Confirm) {
        Ok(response) => response,
        Err(reason) => {
            refuse(visit, Some(account), reason).await?;
            return again(visit, &session, reason).await;
        }
    };
    let proof = proof(visit, response, Some(account)).ok_or(Problem::NotFound)?;
    let (noted, secret) = confirm::session_proof(visit, &session, None);
    match visit.app.store.confirm_with_passkey(proof, noted).await? {
        ConfirmPasskeyEnd::Proven => Ok(confirm::go_on(visit, &secret)),
        ConfirmPasskeyEnd::SessionEnded => Ok(visit.dress(Answer::see_other(visit.url("/sign-in")))),
        ConfirmPasskeyEnd::Refused(reason) => again(visit, &session, reason).await,
    }
}

async fn again(visit: &Visit, session: &SessionWithAccount, reason: PasskeyError) -> Result<Answer, Problem> {
    tracing::info!(%reason, "a passkey was refused");
    let mut errors = ErrorSummary::new(visit.language);
    errors.add("passkey", t::passkeys::cancelled(visit.language));
    confirm::page(visit, session, 422, errors).await
}
