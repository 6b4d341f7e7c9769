//! M1 with a passkey: nobody types who they are. Whatever is wrong (no such passkey, another site, an old challenge) gets
//! one answer.

use super::{PasskeyForm, proof, refuse, relying_party};
use crate::journeys::{new_session, resume, sign_in};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::limits::{network_window, seconds_left};
use crate::web::problem::Problem;
use crate::web::visit::{Kept, Visit};
use idp_domain::passkey::{AssertionResponse, ChallengePurpose, PasskeyError};
use idp_domain::session::AuthenticationMethod;
use idp_store::{PasskeySignIn, PasskeySignInEnd, PasskeyWithAccount};
use ontario_design::components::ErrorSummary;

/// Where its form goes, after the language.
pub const PATH: &str = "/sign-in/passkey";

/// The form on M1; none where no browser would make a passkey for this server.
#[must_use]
pub fn form(visit: &Visit) -> Option<PasskeyForm> {
    relying_party(visit)?;
    let (purpose, label) = (ChallengePurpose::SignIn, t::passkeys::sign_in(visit.language));
    Some(PasskeyForm::get(visit, purpose, visit.url(PATH), label).with_autofill())
}

/// `POST /{l}/sign-in/passkey`
///
/// # Errors
/// Too many attempts from this network, or the database is away.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let kept = visit.kept_request().await?;
    if kept.as_ref().is_some_and(Kept::is_answered) {
        return Err(Problem::StepDone);
    }
    let most = visit.in_force.limits.network_sign_ins_per_minute;
    if let Some(window) = network_window(visit, "sign-in", 60, most)
        && !visit.app.store.count_network_use(window).await?
    {
        return Err(Problem::TooMany { seconds: seconds_left(visit.now, 60) });
    }
    let response = match AssertionResponse::parse(form.value("credential"), ChallengePurpose::SignIn) {
        Ok(response) => response,
        Err(reason) => {
            refuse(visit, None, reason).await?;
            return again(visit, kept, &reason).await;
        }
    };
    let owner = visit.app.store.find_passkey_with_account(response.credential_id.clone()).await?;
    let new_device_mail = owner.as_ref().map(|owner| mail(visit, owner)).transpose()?.flatten();
    // The passkey itself says which kind it is; the store writes that.
    let session = new_session::start(visit, AuthenticationMethod::SyncedPasskey).await?;
    let secret = session.new.secret;
    let proof = proof(visit, response, None).ok_or(Problem::NotFound)?;
    let sign_in = PasskeySignIn { proof, session: session.new, new_device_mail };
    match visit.app.store.sign_in_with_passkey(sign_in).await? {
        PasskeySignInEnd::SignedIn => {
            let live = resume::just_signed_in(visit, secret).await?;
            Ok(resume::go_on(visit, live.as_ref()).await?.cookie(session.cookie))
        }
        PasskeySignInEnd::Gone => match owner {
            Some(owner) => sign_in::locked(visit, &owner.account.id).await,
            None => Err(Problem::NotFound),
        },
        PasskeySignInEnd::Refused(reason) => again(visit, kept, &reason).await,
    }
}

fn mail(visit: &Visit, owner: &PasskeyWithAccount) -> Result<Option<idp_store::NewMail>, Problem> {
    owner.account.email().map(|_| sign_in::new_device_mail(visit, &owner.account)).transpose()
}

async fn again(visit: &Visit, kept: Option<Kept>, reason: &PasskeyError) -> Result<Answer, Problem> {
    tracing::info!(%reason, "a passkey was refused");
    let mut errors = ErrorSummary::new(visit.language);
    errors.add("passkey", t::passkeys::cancelled(visit.language));
    sign_in::again_with(visit, kept, errors).await
}
