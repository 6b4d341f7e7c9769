//! P6 with a passkey of the account. The options name nobody, as at the sign-in page; the answer has to be of this account.

use super::News;
use super::link::{By, page, request, waiting};
use crate::journeys::passkeys::{self, PasskeyForm, relying_party};
use crate::journeys::sign_in;
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::limits::{network_window, seconds_left};
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::account::{Account, AccountStatus};
use idp_domain::audit::SignInRefusal;
use idp_domain::passkey::{AssertionResponse, ChallengePurpose};
use idp_store::PasskeyLinkEnd;
use ontario_design::components::ErrorSummary;

/// Where its form goes, after the language.
pub const PATH: &str = "/partner/link/passkey";

/// The form on P6, where the account has a passkey.
///
/// # Errors
/// The database is away.
pub(super) async fn form(visit: &Visit, account: &Account) -> Result<Option<PasskeyForm>, Problem> {
    if relying_party(visit).is_none() || visit.app.store.list_passkeys(account.id.clone()).await?.is_empty() {
        return Ok(None);
    }
    let (purpose, label) = (ChallengePurpose::SignIn, t::passkeys::sign_in(visit.language));
    Ok(Some(PasskeyForm::get(visit, purpose, visit.url(PATH), label)))
}

/// `POST /{l}/partner/link/passkey`
///
/// # Errors
/// The journey is finished, too many attempts from this network, or the database is away.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let (journey, email, account) = match waiting(visit).await? {
        Ok(waiting) => waiting,
        Err(answer) => return Ok(answer),
    };
    let most = visit.in_force.limits.network_sign_ins_per_minute;
    if let Some(window) = network_window(visit, "sign-in", 60, most)
        && !visit.app.store.count_network_use(window).await?
    {
        return Err(Problem::TooMany { seconds: seconds_left(visit.now, 60) });
    }
    let again = async || {
        let mut errors = ErrorSummary::new(visit.language);
        errors.add("passkey", t::passkeys::cancelled(visit.language));
        page(visit, 422, &email, &account, errors).await
    };
    let response = match AssertionResponse::parse(form.value("credential"), ChallengePurpose::SignIn) {
        Ok(response) => response,
        Err(reason) => {
            passkeys::refuse(visit, Some(account.id.clone()), reason).await?;
            return again().await;
        }
    };
    if account.status != AccountStatus::Active {
        sign_in::refuse(visit, Some(&account), SignInRefusal::Locked).await?;
        return sign_in::locked(visit, &account.id).await;
    }
    let (link, cookie) = request(visit, &journey, &account, By::Passkey).await?;
    let proof = passkeys::proof(visit, response, None).ok_or(Problem::NotFound)?;
    match visit.app.store.link_partner_by_passkey(proof, link).await? {
        PasskeyLinkEnd::Linked => {
            Ok(visit.dress(Answer::see_other(visit.url(super::done::PATH))).cookie(cookie))
        }
        PasskeyLinkEnd::Refused => again().await,
        PasskeyLinkEnd::Gone => Ok(News::Failed.at_sign_in(visit)),
    }
}
