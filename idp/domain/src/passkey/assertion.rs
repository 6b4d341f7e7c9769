//! Verifying an assertion (WebAuthn Level 3 section 7.2).

use super::{
    CeremonyState, ChallengePurpose, CredentialId, HANDLE_LENGTH, Passkey, PasskeyError, RelyingParty,
    UserHandle, challenge_hash, public_key, script_answer,
};
use crate::secret::TokenHash;
use serde_json::Value;
use webauthn_rp::bin::Decode;
use webauthn_rp::request::BackupReq;
use webauthn_rp::request::auth::AuthenticationVerificationOptions;
use webauthn_rp::response::register::{
    AuthenticatorExtensionOutputStaticState, CredentialProtectionPolicy, DynamicState, StaticState,
};
use webauthn_rp::response::{AuthenticatorAttachment, Backup};
use webauthn_rp::{
    AuthenticatedCredential, DiscoverableAuthentication, DiscoverableAuthenticationServerState,
    NonDiscoverableAuthentication, NonDiscoverableAuthenticationServerState,
};

/// A browser's answer to a sign-in or a proof.
#[derive(Debug)]
pub struct AssertionResponse {
    /// What it is an answer to.
    pub purpose: ChallengePurpose,
    /// Which credential it says it is.
    pub credential_id: CredentialId,
    answer: Answer,
    challenge: TokenHash,
}

#[derive(Debug)]
enum Answer {
    /// By somebody who hasn't said who they are: it has to (section 7.2 step 6).
    OfAnybody(DiscoverableAuthentication<HANDLE_LENGTH>),
    /// By one of an account's own credentials.
    OfAccount(NonDiscoverableAuthentication<HANDLE_LENGTH>),
}

/// What a verified assertion changes in its passkey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerifiedAssertion {
    /// Where the counter stands now.
    pub sign_count: u32,
    /// Whether the credential is backed up now.
    pub backed_up: bool,
}

impl AssertionResponse {
    /// Reads what the script sent (section 5.1.8, `AuthenticationResponseJSON`) as an answer for this purpose.
    ///
    /// # Errors
    /// It is too long, or none, or doesn't say whose it is where it has to.
    pub fn parse(json: &str, purpose: ChallengePurpose) -> Result<Self, PasskeyError> {
        let mut sent = script_answer(json)?;
        let nobody = sent.pointer_mut("/response/userHandle").is_none_or(|handle| {
            // Some say it so.
            if handle == "" {
                *handle = Value::Null;
            }
            handle.is_null()
        });
        let sent = sent.to_string();
        let malformed = |_| PasskeyError::Malformed;
        let (id, challenge, answer) = if purpose == ChallengePurpose::SignIn {
            if nobody {
                return Err(PasskeyError::UserHandle);
            }
            let answer = DiscoverableAuthentication::from_json_relaxed(sent.as_bytes()).map_err(malformed)?;
            let id = CredentialId::from_bytes(answer.raw_id().as_ref())?;
            (id, answer.challenge_relaxed(), Answer::OfAnybody(answer))
        } else {
            let answer =
                NonDiscoverableAuthentication::from_json_relaxed(sent.as_bytes()).map_err(malformed)?;
            let id = CredentialId::from_bytes(answer.raw_id().as_ref())?;
            (id, answer.challenge_relaxed(), Answer::OfAccount(answer))
        };
        let challenge = challenge_hash(challenge.map_err(|_| PasskeyError::Challenge)?);
        Ok(Self { purpose, credential_id: id, answer, challenge })
    }

    /// The challenge that it answers.
    #[must_use]
    pub fn challenge(&self) -> TokenHash {
        self.challenge
    }

    /// Runs the rules of section 7.2 with what was kept under its challenge, after its passkey was found. `handle` is that of
    /// the passkey's account.
    ///
    /// # Errors
    /// The one that is broken.
    pub fn verify(
        &self,
        state: &CeremonyState,
        passkey: &Passkey,
        handle: &UserHandle,
        relying_party: &RelyingParty,
    ) -> Result<VerifiedAssertion, PasskeyError> {
        let user = handle.for_library();
        let stored = public_key::Stored::new(&passkey.public_key);
        let key = stored.read()?;
        let id = webauthn_rp::response::CredentialId::<&[u8]>::decode(passkey.credential_id.as_bytes())
            .map_err(|_| PasskeyError::Malformed)?;
        let mut credential = AuthenticatedCredential::new(id, &user, fixed(key), changing(passkey))
            .map_err(|_| PasskeyError::Malformed)?;
        let ours = [relying_party.origin()];
        let options = AuthenticationVerificationOptions::<&str, &str> {
            allowed_origins: &ours,
            // "Verify that currentBe equals credentialRecord.backupEligible."
            backup_requirement: Some(if passkey.backup_eligible {
                BackupReq::Eligible
            } else {
                BackupReq::NotEligible
            }),
            error_on_unsolicited_extensions: false,
            ..AuthenticationVerificationOptions::default()
        };
        let (state, rp_id) = (state.as_bytes(), &relying_party.id);
        match &self.answer {
            Answer::OfAnybody(answer) => DiscoverableAuthenticationServerState::decode(state)
                .map_err(|_| PasskeyError::Challenge)?
                .verify(rp_id, answer, &mut credential, &options)?,
            Answer::OfAccount(answer) => NonDiscoverableAuthenticationServerState::decode(state)
                .map_err(|_| PasskeyError::Challenge)?
                .verify(rp_id, answer, &mut credential, &options)?,
        };
        let now = credential.dynamic_state();
        Ok(VerifiedAssertion { sign_count: now.sign_count, backed_up: now.backup == Backup::Exists })
    }
}

/// What never changes in a credential; of extensions we keep none.
fn fixed<Key>(credential_public_key: Key) -> StaticState<Key> {
    let cred_protect = CredentialProtectionPolicy::None;
    let extensions = AuthenticatorExtensionOutputStaticState { cred_protect, hmac_secret: None };
    StaticState { credential_public_key, extensions }
}

/// What does. Its person was verified when it was registered, as at every other use.
fn changing(passkey: &Passkey) -> DynamicState {
    DynamicState {
        user_verified: true,
        backup: match (passkey.backup_eligible, passkey.backed_up) {
            (false, _) => Backup::NotEligible,
            (true, false) => Backup::Eligible,
            (true, true) => Backup::Exists,
        },
        sign_count: passkey.sign_count,
        authenticator_attachment: AuthenticatorAttachment::None,
    }
}
