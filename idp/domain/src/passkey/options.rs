//! What the script hands to the browser (WebAuthn Level 3 section 5.1.10, the `…OptionsJSON` forms).

use super::{CHALLENGE_LIFE, CoseAlgorithm, Passkey, RelyingParty, UserHandle};
use crate::secret::Secret;
use serde_json::{Value, json};

/// What a registration tells the authenticator.
#[derive(Debug)]
pub struct CreationFacts<'a> {
    /// This server.
    pub relying_party: &'a RelyingParty,
    /// Its name for people.
    pub relying_party_name: &'a str,
    /// By what authenticators know the account.
    pub handle: &'a UserHandle,
    /// By what its person knows it; shown by the device, never stored with us.
    pub user_name: &'a str,
    /// The account's passkeys: no device makes a second one.
    pub existing: &'a [Passkey],
    /// The challenge.
    pub challenge: &'a Secret,
}

/// `PublicKeyCredentialCreationOptionsJSON`: discoverable, with user verification, without attestation.
#[must_use]
pub fn creation_options(facts: &CreationFacts<'_>) -> Value {
    let algorithms: Vec<Value> = CoseAlgorithm::OFFERED
        .into_iter()
        .map(|offered| json!({"type": "public-key", "alg": offered.number()}))
        .collect();
    json!({
        "rp": {"id": facts.relying_party.id(), "name": facts.relying_party_name},
        "user": {"id": facts.handle.as_str(), "name": facts.user_name, "displayName": facts.user_name},
        "challenge": facts.challenge.expose(),
        "pubKeyCredParams": algorithms,
        "timeout": timeout(),
        "excludeCredentials": descriptors(facts.existing),
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": true,
            "userVerification": "required",
        },
        "attestation": "none",
    })
}

/// `PublicKeyCredentialRequestOptionsJSON`. `allowed` is empty where nobody has said who they are: then the device offers
/// what it has, and no list tells which accounts there are.
#[must_use]
pub fn request_options(relying_party: &RelyingParty, allowed: &[Passkey], challenge: &Secret) -> Value {
    json!({
        "rpId": relying_party.id(),
        "challenge": challenge.expose(),
        "timeout": timeout(),
        "userVerification": "required",
        "allowCredentials": descriptors(allowed),
    })
}

fn descriptors(passkeys: &[Passkey]) -> Vec<Value> {
    let descriptor = |passkey: &Passkey| json!({"type": "public-key", "id": passkey.credential_id.to_base64url(), "transports": passkey.transports});
    passkeys.iter().map(descriptor).collect()
}

/// In milliseconds: as long as the challenge is good.
fn timeout() -> u64 {
    CHALLENGE_LIFE.as_secs() * 1000
}
