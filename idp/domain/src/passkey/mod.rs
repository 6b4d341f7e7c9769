//! Passkeys: Web Authentication Level 3 (sections 7.1 and 7.2) as a relying party that asks for discoverable credentials with
//! user verification and for no attestation.
//!
//! 1. [`Ceremony`] begins one: options for the script, the hash of their challenge, and what has to be kept beside it, with
//!    browser, purpose and end.
//! 2. The script brings the browser's answer back in a form: [`RegistrationResponse::parse`], [`AssertionResponse::parse`].
//! 3. What was kept is taken, once, by the challenge's hash.
//! 4. [`RegistrationResponse::verify`] or [`AssertionResponse::verify`] has `webauthn_rp` run the rules. The one that is
//!    broken is the reason on record; the person is told one and the same.
//!
//! The ceremonies are the library's; ours is what we ask of it, and what is kept (ADR 38). No attestation is asked for, so
//! nothing says which device holds a key, and none is believed to be hardware.

mod assertion;
mod ceremony;
mod name;
mod public_key;
mod refusal;
mod registration;
#[cfg(test)]
mod tests;

pub use assertion::{AssertionResponse, VerifiedAssertion};
pub use ceremony::{Ceremony, CeremonyState, CreationFacts};
pub use name::{PasskeyName, PasskeyNameError};
pub use registration::{NewCredential, RegistrationResponse};

use crate::ids::{AccountId, PasskeyId};
use crate::secret::TokenHash;
use crate::session::AuthenticationMethod;
use crate::time::Timestamp;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;
use std::time::Duration;
use url::{Host, Url};
use webauthn_rp::bin::Decode;
use webauthn_rp::request::{AsciiDomain, RpId};
use webauthn_rp::response::SentChallenge;

/// The most passkeys of an account.
pub const MOST_PASSKEYS: usize = 20;
/// How long a challenge can be answered: the library's own limit too.
pub const CHALLENGE_LIFE: Duration = Duration::from_mins(5);
/// The longest answer of a browser, as JSON.
pub const LONGEST_RESPONSE: usize = 16 * 1024;
/// The longest credential identifier (WebAuthn Level 3 section 7.1: "not longer than 1023 bytes").
const LONGEST_ID: usize = 1023;

/// Why a ceremony proves nothing. On record only: a person is told one thing for all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum PasskeyError {
    /// Nothing that could be read as what a browser sends.
    #[error("it can't be read")]
    Malformed,
    /// Not a challenge of ours for this browser and purpose, or one that was answered before or is over.
    #[error("its challenge is none that waits for it")]
    Challenge,
    /// A registration where a sign-in is due, the other way round, or what is neither.
    #[error("it is of another ceremony")]
    Type,
    /// Made on another site.
    #[error("its origin is not ours")]
    Origin,
    /// Made in a frame of another site.
    #[error("it was made inside another site")]
    Embedded,
    /// Made for another relying party.
    #[error("it is for another relying party")]
    RelyingParty,
    /// Nobody touched the authenticator.
    #[error("nobody was present")]
    UserNotPresent,
    /// Nobody gave a PIN, a finger or a face.
    #[error("nobody was verified")]
    UserNotVerified,
    /// Backed up, although it can't be.
    #[error("its backup flags contradict each other")]
    BackupState,
    /// Its ability to be backed up changed: it is not the same credential.
    #[error("its backup eligibility changed")]
    BackupEligibility,
    /// An algorithm that was not offered.
    #[error("its algorithm was not offered")]
    Algorithm,
    /// A key that can verify nothing, or an incomplete one.
    #[error("its key is unusable")]
    Key,
    /// An attestation that wasn't asked for, or a wrong one.
    #[error("its attestation is not one that was asked for")]
    Attestation,
    /// No passkey of any account.
    #[error("no account has this passkey")]
    Unknown,
    /// Another account's than the one that is asked to prove itself.
    #[error("it is another account's passkey")]
    OtherAccount,
    /// The user handle is not the account's.
    #[error("its user handle is not the account's")]
    UserHandle,
    /// Not signed by the passkey.
    #[error("the signature is not by the passkey")]
    Signature,
    /// The counter did not go on: two devices may hold the same key.
    #[error("its counter went back")]
    Counter,
}

/// What a challenge was drawn for; it is good for nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChallengePurpose {
    /// A new passkey of the signed-in account.
    Register,
    /// Signing in, whoever it is.
    SignIn,
    /// The second step of an account whose first proof was given.
    SecondStep,
    /// The signed-in person proves once more who they are (C0).
    Confirm,
}

impl ChallengePurpose {
    /// Every purpose.
    pub const ALL: [Self; 4] = [Self::Register, Self::SignIn, Self::SecondStep, Self::Confirm];

    /// The word in the database and in forms.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::SignIn => "sign_in",
            Self::SecondStep => "second_step",
            Self::Confirm => "confirm",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == text)
    }
}

/// This server, as authenticators know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelyingParty {
    id: RpId,
    origin: String,
}

impl RelyingParty {
    /// From the issuer: its host is the relying party's identifier, its origin the only one. `None` where the host is an
    /// address, for which no browser makes a credential (section 5.1.3: a valid domain).
    #[must_use]
    pub fn of_issuer(issuer: &str) -> Option<Self> {
        let url = Url::parse(issuer).ok()?;
        let Some(Host::Domain(domain)) = url.host() else { return None };
        let id = RpId::Domain(AsciiDomain::try_from(domain.to_owned()).ok()?);
        Some(Self { id, origin: url.origin().ascii_serialization() })
    }

    /// The relying party identifier.
    #[must_use]
    pub fn id(&self) -> &str {
        self.id.as_ref()
    }

    /// The origin.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }
}

/// A credential identifier: 1 to 1023 bytes that the authenticator chose.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CredentialId(Vec<u8>);

impl CredentialId {
    /// Takes its bytes.
    ///
    /// # Errors
    /// None, or too many.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PasskeyError> {
        if (1..=LONGEST_ID).contains(&bytes.len()) {
            Ok(Self(bytes.to_vec()))
        } else {
            Err(PasskeyError::Malformed)
        }
    }

    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Base64url without padding, as scripts have it.
    #[must_use]
    pub fn to_base64url(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(&self.0)
    }
}

impl fmt::Debug for CredentialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CredentialId([redacted])")
    }
}

/// By what authenticators know an account: random, so that it says nothing of its person (section 14.6.1), and the same for
/// all passkeys of the account, so that a new one takes the place of the old one on the same device.
#[derive(Clone, PartialEq, Eq)]
pub struct UserHandle([u8; HANDLE_LENGTH]);

const HANDLE_LENGTH: usize = 32;
type LibraryUserHandle = webauthn_rp::request::register::UserHandle<HANDLE_LENGTH>;

impl UserHandle {
    /// A new one: 256 random bits.
    #[must_use]
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        let mut bytes = [0; HANDLE_LENGTH];
        rng.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// Reads one that we made, in base64url.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }

    /// In base64url.
    #[must_use]
    pub fn to_base64url(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.0)
    }

    fn for_library(&self) -> LibraryUserHandle {
        let Ok(handle) = LibraryUserHandle::decode(self.0);
        handle
    }
}

impl fmt::Debug for UserHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserHandle([redacted])")
    }
}

/// How browsers reach an authenticator (section 5.8.4), as far as we repeat it to them.
const TRANSPORTS: [&str; 6] = ["ble", "hybrid", "internal", "nfc", "smart-card", "usb"];

/// A passkey of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// Its record.
    pub id: PasskeyId,
    /// Whose.
    pub account_id: AccountId,
    /// By what authenticators know it.
    pub credential_id: CredentialId,
    /// In COSE form.
    pub public_key: Vec<u8>,
    /// The counter of its last use.
    pub sign_count: u32,
    /// Whether it may leave its device. Never changes.
    pub backup_eligible: bool,
    /// Whether it has.
    pub backed_up: bool,
    /// How to reach it, for the browser's hints.
    pub transports: Vec<String>,
    /// What its person calls it.
    pub name: PasskeyName,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
}

impl Passkey {
    /// What a session says that was proven by it. Without attestation that is the authenticator's word.
    #[must_use]
    pub fn method(&self) -> AuthenticationMethod {
        if self.backup_eligible {
            AuthenticationMethod::SyncedPasskey
        } else {
            AuthenticationMethod::DevicePasskey
        }
    }
}

/// What the script sent, as JSON (section 5.1.8, the `…ResponseJSON` forms).
fn script_answer(json: &str) -> Result<Value, PasskeyError> {
    if json.len() > LONGEST_RESPONSE {
        return Err(PasskeyError::Malformed);
    }
    serde_json::from_str(json).map_err(|_| PasskeyError::Malformed)
}

/// As a challenge rests in the database: the hash of its base64url form, in which options and answers carry it.
fn challenge_hash(SentChallenge(challenge): SentChallenge) -> TokenHash {
    TokenHash::of(&BASE64_URL_SAFE_NO_PAD.encode(challenge.to_le_bytes()))
}
