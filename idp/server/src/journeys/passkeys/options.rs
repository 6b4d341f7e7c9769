//! What a ceremony begins with: a fresh challenge, kept for this browser and this purpose, and the options around it.

use super::relying_party;
use crate::adapters::rng::rng;
use crate::journeys::account;
use crate::journeys::extra_verification::asked;
use crate::locales as t;
use crate::web::form::Form;
use crate::web::post::checked_form;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, Responder, web};
use idp_domain::account::AccountKind;
use idp_domain::extra_verification::SecondFactorKind;
use idp_domain::ids::AccountId;
use idp_domain::passkey::{
    CHALLENGE_LIFE, Ceremony, ChallengePurpose, CreationFacts, PasskeyError, RelyingParty, UserHandle,
};
use idp_store::{NewPasskeyChallenge, SessionWithAccount};
use serde_json::Value;

/// Where it is, after the language.
pub const PATH: &str = "/passkey-options";

/// `POST /{l}/passkey-options`, by the script. It is sent as often as a person tries, so it has no single-use id.
pub async fn post(request: HttpRequest, mut visit: Visit, body: web::Bytes) -> HttpResponse {
    let options = match checked_form(&request, &mut visit, &body) {
        Ok(form) => options(&visit, &form).await,
        Err(problem) => Err(problem),
    };
    match options {
        Ok(options) => HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(options),
        Err(problem) => problem.answer(&visit).respond_to(&request),
    }
}

async fn options(visit: &Visit, form: &Form) -> Result<Value, Problem> {
    let relying_party = relying_party(visit).ok_or(Problem::NotFound)?;
    match ChallengePurpose::parse(form.value("purpose")).ok_or(Problem::BadForm)? {
        ChallengePurpose::SignIn => for_anybody(visit, &relying_party).await,
        ChallengePurpose::Register => for_registration(visit, &relying_party).await,
        ChallengePurpose::Confirm => {
            let session = session(visit).await?;
            let account = session.account.id;
            for_account(visit, &relying_party, ChallengePurpose::Confirm, account).await
        }
        ChallengePurpose::SecondStep => match asked(visit).await? {
            Ok(asked) if asked.takes(SecondFactorKind::Passkey) => {
                let account = asked.waiting.account().id.clone();
                for_account(visit, &relying_party, ChallengePurpose::SecondStep, account).await
            }
            _ => Err(Problem::Forbidden),
        },
    }
}

/// Nobody has said who they are: no list of credentials could be right without telling which accounts there are.
async fn for_anybody(visit: &Visit, relying_party: &RelyingParty) -> Result<Value, Problem> {
    keep(visit, Ceremony::sign_in(relying_party), ChallengePurpose::SignIn, None).await
}

async fn for_account(
    visit: &Visit,
    relying_party: &RelyingParty,
    purpose: ChallengePurpose,
    account: AccountId,
) -> Result<Value, Problem> {
    let known = visit.app.store.list_passkeys(account.clone()).await?;
    keep(visit, Ceremony::proof(relying_party, &known), purpose, Some(account)).await
}

/// Only for a person who proved who they are a short while ago: who adds a passkey can come back for good.
async fn for_registration(visit: &Visit, relying_party: &RelyingParty) -> Result<Value, Problem> {
    let session = session(visit).await?;
    if !account::is_recently_proven(visit, &session) {
        return Err(Problem::Forbidden);
    }
    let account = session.account.id.clone();
    let known = visit.app.store.passkeys_of_account(account.clone(), UserHandle::random(&mut rng())).await?;
    let begun = Ceremony::registration(&CreationFacts {
        relying_party,
        relying_party_name: t::service_name(visit.language),
        handle: &known.handle,
        user_name: session.account.name.as_str(),
        existing: &known.passkeys,
    });
    keep(visit, begun, ChallengePurpose::Register, Some(account)).await
}

async fn session(visit: &Visit) -> Result<SessionWithAccount, Problem> {
    let session = visit.session().await?;
    session.filter(|session| session.account.id.kind() == AccountKind::MyOntario).ok_or(Problem::Forbidden)
}

/// Keeps a ceremony for its one answer; the options for the script. One that can't begin has nobody to ask: the account has
/// no passkeys.
async fn keep(
    visit: &Visit,
    begun: Result<Ceremony, PasskeyError>,
    purpose: ChallengePurpose,
    account: Option<AccountId>,
) -> Result<Value, Problem> {
    let Ceremony { options, challenge, state } = begun.map_err(|_| Problem::Forbidden)?;
    let kept = NewPasskeyChallenge {
        hash: challenge,
        state,
        browser: visit.browser_hash(),
        purpose,
        account,
        expires_at: visit.now.plus(CHALLENGE_LIFE),
    };
    visit.app.store.insert_passkey_challenge(kept).await?;
    Ok(options)
}
