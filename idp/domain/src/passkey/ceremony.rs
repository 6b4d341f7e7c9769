//! How a ceremony begins: what the script hands to the browser (WebAuthn Level 3 section 5.1.10, the `…OptionsJSON` forms),
//! and what is kept until the browser answers.
//!
//! The library draws the challenge and notes its end itself, by the machine's random numbers and clock; the end that counts is
//! that of the row in the database.

use super::{Passkey, PasskeyError, RelyingParty, TRANSPORTS, UserHandle};
use crate::secret::TokenHash;
use serde::Serialize;
use serde_json::Value;
use webauthn_rp::bin::{Decode, Encode};
use webauthn_rp::request::auth::AllowedCredentials;
use webauthn_rp::request::register::{CoseAlgorithmIdentifier, CredProtect, PublicKeyCredentialUserEntity};
use webauthn_rp::request::{Credentials, PublicKeyCredentialDescriptor, UserVerificationRequirement};
use webauthn_rp::response::CredentialId;
use webauthn_rp::{
    DiscoverableCredentialRequestOptions, NonDiscoverableCredentialRequestOptions,
    PublicKeyCredentialCreationOptions,
};

/// The beginning of a ceremony.
#[derive(Debug)]
pub struct Ceremony {
    /// For the browser.
    pub options: Value,
    /// Of the challenge in them.
    pub challenge: TokenHash,
    /// For the verification of the answer.
    pub state: CeremonyState,
}

/// What the library wants back with the answer, in its own form: the challenge, what was asked for, and whose credentials
/// were.
#[derive(Clone, PartialEq, Eq)]
pub struct CeremonyState(Vec<u8>);

impl CeremonyState {
    /// As it was kept.
    #[must_use]
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// As it is kept.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for CeremonyState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CeremonyState([redacted])")
    }
}

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
}

impl Ceremony {
    /// A registration: a discoverable credential of an algorithm that we take, with user verification, without attestation.
    ///
    /// # Errors
    /// The machine's clock is beyond reason.
    pub fn registration(facts: &CreationFacts<'_>) -> Result<Self, PasskeyError> {
        let handle = facts.handle.for_library();
        let known = facts.existing.iter().map(descriptor).collect::<Result<_, _>>()?;
        let user = PublicKeyCredentialUserEntity::from(&handle);
        let mut asked = PublicKeyCredentialCreationOptions::passkey(&facts.relying_party.id, user, known);
        asked.pub_key_cred_params = asked.pub_key_cred_params.remove(CoseAlgorithmIdentifier::Es384);
        asked.extensions.cred_protect = CredProtect::None;
        let (kept, sent) = asked.start_ceremony().map_err(|_| PasskeyError::Malformed)?;
        let mut begun = Self::begun(kept.encode().ok(), &sent)?;
        // The names that its person reads have nothing to do with the ceremony: the library knows none, and lets only some in.
        begun.options["rp"]["name"] = facts.relying_party_name.into();
        begun.options["user"]["name"] = facts.user_name.into();
        begun.options["user"]["displayName"] = facts.user_name.into();
        Ok(begun)
    }

    /// A sign-in by whoever has a passkey: the device offers what it has, and no list tells which accounts there are.
    ///
    /// # Errors
    /// The machine's clock is beyond reason.
    pub fn sign_in(relying_party: &RelyingParty) -> Result<Self, PasskeyError> {
        let asked = DiscoverableCredentialRequestOptions::passkey(&relying_party.id);
        let (kept, sent) = asked.start_ceremony().map_err(|_| PasskeyError::Malformed)?;
        Self::begun(kept.encode().ok(), &sent)
    }

    /// A proof by one of these passkeys of an account.
    ///
    /// # Errors
    /// There are none.
    pub fn proof(relying_party: &RelyingParty, allowed: &[Passkey]) -> Result<Self, PasskeyError> {
        let mut known = AllowedCredentials::with_capacity(allowed.len());
        for passkey in allowed {
            known.push(descriptor(passkey)?.into());
        }
        let mut asked = NonDiscoverableCredentialRequestOptions::second_factor(&relying_party.id, known)
            .map_err(|_| PasskeyError::Unknown)?;
        asked.options().user_verification = UserVerificationRequirement::Required;
        let (kept, sent) = asked.start_ceremony().map_err(|_| PasskeyError::Malformed)?;
        Self::begun(kept.encode().ok(), &sent)
    }

    fn begun(kept: Option<Vec<u8>>, sent: &impl Serialize) -> Result<Self, PasskeyError> {
        let options = serde_json::to_value(sent).map_err(|_| PasskeyError::Malformed)?;
        let challenge = options["challenge"].as_str().ok_or(PasskeyError::Malformed)?;
        let state = CeremonyState(kept.ok_or(PasskeyError::Malformed)?);
        Ok(Self { challenge: TokenHash::of(challenge), options, state })
    }
}

fn descriptor(passkey: &Passkey) -> Result<PublicKeyCredentialDescriptor<Vec<u8>>, PasskeyError> {
    let id = passkey.credential_id.as_bytes().to_vec();
    let transports = passkey.transports.iter().filter(|known| TRANSPORTS.contains(&known.as_str()));
    Ok(PublicKeyCredentialDescriptor {
        id: CredentialId::decode(id).map_err(|_| PasskeyError::Malformed)?,
        transports: serde_json::from_value(transports.cloned().collect())
            .map_err(|_| PasskeyError::Malformed)?,
    })
}
