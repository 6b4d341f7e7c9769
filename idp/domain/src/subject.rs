//! Subject identifiers (OIDC Core section 8): by default another one in each sector, so that two services can't join
//! what they know of a person.

use crate::account::AccountKind;
use crate::client::{Client, SubjectType};
use crate::ids::AccountId;
use crate::secret::HashKey;

/// The `sub` of `account` at `client`: 43 base64url characters, the same for ever. Pairwise ones are keyed by the salt
/// and the sector (OIDC Core 8.1), which is the host of the client's redirect addresses. An imported ONE-key account
/// keeps the identifier by which the service knew it; the server looks for that one first.
#[must_use]
pub fn subject_at(salt: &HashKey, client: &Client, account: &AccountId) -> String {
    let purpose = match (client.subject_type, account.kind()) {
        (SubjectType::Pairwise, AccountKind::MyOntario) => "pairwise-subject",
        (SubjectType::Public, AccountKind::MyOntario) => "public-subject",
        (SubjectType::Pairwise, AccountKind::OneKey) => "one-key-pairwise-subject",
        (SubjectType::Public, AccountKind::OneKey) => "one-key-public-subject",
    };
    let id = account.as_str().as_bytes();
    match client.subject_type {
        SubjectType::Pairwise => salt.hash(purpose, &[client.sector().as_bytes(), id]).to_base64url(),
        SubjectType::Public => salt.hash(purpose, &[id]).to_base64url(),
    }
}
