//! Registering a new credential (WebAuthn Level 3 section 7.1).

use super::{
    CeremonyState, CredentialId, PasskeyError, RelyingParty, TRANSPORTS, challenge_hash, public_key,
    script_answer,
};
use crate::secret::TokenHash;
use serde_json::{Value, json};
use webauthn_rp::bin::Decode;
use webauthn_rp::request::register::RegistrationVerificationOptions;
use webauthn_rp::response::Backup;
use webauthn_rp::{Registration, RegistrationServerState};

/// A browser's answer to a registration.
#[derive(Debug)]
pub struct RegistrationResponse {
    answer: Registration,
    challenge: TokenHash,
    transports: Vec<String>,
}

/// A credential that kept every rule. It still has to be the first of its identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCredential {
    /// Its identifier.
    pub id: CredentialId,
    /// Its public key in COSE form.
    pub public_key: Vec<u8>,
    /// Where its counter stands.
    pub sign_count: u32,
    /// Whether it may leave its device.
    pub backup_eligible: bool,
    /// Whether it has.
    pub backed_up: bool,
    /// How to reach it, for the browser's hints.
    pub transports: Vec<String>,
}

impl RegistrationResponse {
    /// Reads what the script sent (section 5.1.8, `RegistrationResponseJSON`). Of what it says beside what the authenticator
    /// says, only the transports are taken, and of those only what we know: new ones come with new browsers.
    ///
    /// # Errors
    /// It is too long, or none.
    pub fn parse(json: &str) -> Result<Self, PasskeyError> {
        let mut sent = script_answer(json)?;
        let said = sent.pointer_mut("/response/transports").map(Value::take).unwrap_or_default();
        let said: Vec<String> = serde_json::from_value(said).unwrap_or_default();
        let mut transports: Vec<String> =
            said.into_iter().filter(|transport| TRANSPORTS.contains(&transport.as_str())).collect();
        transports.sort_unstable();
        transports.dedup();
        let answer = json!({"type": sent["type"], "response": sent["response"]}).to_string();
        let answer =
            Registration::from_json_relaxed(answer.as_bytes()).map_err(|_| PasskeyError::Malformed)?;
        let challenge = answer.challenge_relaxed().map_err(|_| PasskeyError::Challenge)?;
        Ok(Self { answer, challenge: challenge_hash(challenge), transports })
    }

    /// The challenge that it answers.
    #[must_use]
    pub fn challenge(&self) -> TokenHash {
        self.challenge
    }

    /// Runs the rules of section 7.1 with what was kept under its challenge.
    ///
    /// # Errors
    /// The one that is broken.
    pub fn verify(
        &self,
        state: &CeremonyState,
        relying_party: &RelyingParty,
    ) -> Result<NewCredential, PasskeyError> {
        let state = RegistrationServerState::<{ super::HANDLE_LENGTH }>::decode(state.as_bytes())
            .map_err(|_| PasskeyError::Challenge)?;
        let ours = [relying_party.origin()];
        let options = RegistrationVerificationOptions::<&str, &str> {
            allowed_origins: &ours,
            // Authenticators and browsers add some that nobody asked for; none says anything here.
            error_on_unsolicited_extensions: false,
            ..RegistrationVerificationOptions::default()
        };
        let made = state.verify(&relying_party.id, &self.answer, &options)?;
        let now = made.dynamic_state();
        Ok(NewCredential {
            id: CredentialId::from_bytes(made.id().as_ref())?,
            public_key: public_key::write(made.static_state().credential_public_key)?,
            sign_count: now.sign_count,
            backup_eligible: now.backup != Backup::NotEligible,
            backed_up: now.backup == Backup::Exists,
            transports: self.transports.clone(),
        })
    }
}
