//! Subject identifiers (OIDC Core section 8): by default another one in each sector, so that two services can't join
//! what they know of a person.

use crate::client::{Client, SubjectType};
use crate::ids::AccountId;
use crate::secret::HashKey;

/// The `sub` of `account` at `client`: 43 base64url characters, the same for ever. Pairwise ones are keyed by the salt
/// and the sector (OIDC Core 8.1), which is the host of the client's redirect addresses.
#[must_use]
pub fn subject_at(salt: &HashKey, client: &Client, account: &AccountId) -> String {
    match client.subject_type {
        SubjectType::Pairwise => salt
            .hash("pairwise-subject", &[client.sector().as_bytes(), account.as_str().as_bytes()])
            .to_base64url(),
        SubjectType::Public => salt.hash("public-subject", &[account.as_str().as_bytes()]).to_base64url(),
    }
}
