//! Passkeys as people meet them: signing in on M1, as the second step, proving again on C0, tending them on C6. The rules are
//! `idp_domain::passkey`'s; the script is `passkeys.js`.
//!
//! 1. The script asks [`options`] for a challenge with everything that the browser needs.
//! 2. It sends the browser's answer in the page's own form, which passes all that every form passes (`web/post.rs`).
//! 3. One transaction takes the challenge, runs the rules and gives what the answer buys.

pub mod confirm;
pub mod form;
pub mod list;
pub mod new;
pub mod options;
pub mod remove;
pub mod rename;
pub mod second_step;
pub mod sign_in;

pub use form::PasskeyForm;

use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::audit::AuditEvent;
use idp_domain::ids::AccountId;
use idp_domain::passkey::{AssertionResponse, PasskeyError, RelyingParty};
use idp_store::PasskeyProof;

/// This server as authenticators know it; `None` where its address is no domain, so that no browser would make a passkey.
#[must_use]
pub fn relying_party(visit: &Visit) -> Option<RelyingParty> {
    RelyingParty::of_issuer(visit.app.issuer())
}

fn network(visit: &Visit) -> String {
    visit.network_hash("audit-network").to_base64url()
}

/// What the store needs to look at an answer. `account` is whose it must be, where that is known.
pub fn proof(visit: &Visit, response: AssertionResponse, account: Option<AccountId>) -> Option<PasskeyProof> {
    Some(PasskeyProof {
        response,
        account,
        browser: visit.browser_hash(),
        relying_party: relying_party(visit)?,
        network: network(visit),
        now: visit.now,
    })
}

/// Puts on record an answer that could not even be looked at.
///
/// # Errors
/// The database is away.
pub async fn refuse(visit: &Visit, account: Option<AccountId>, reason: PasskeyError) -> Result<(), Problem> {
    let event = AuditEvent::PasskeyRefused { account, passkey: None, reason, network: network(visit) };
    Ok(visit.app.store.record_refused_sign_in(event, visit.now).await?)
}
