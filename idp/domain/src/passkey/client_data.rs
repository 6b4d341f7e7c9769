//! What the browser says of a ceremony (WebAuthn Level 3 section 5.8.1): signed by the authenticator together with its own
//! data.

use super::{Ceremony, PasskeyError, RelyingParty};
use crate::secret::TokenHash;
use aws_lc_rs::digest::{SHA256, digest};
use serde::Deserialize;

/// The longest one. Browsers may add members.
pub(super) const LONGEST: usize = 4 * 1024;

/// The collected client data as they came.
#[derive(Debug)]
pub struct ClientData {
    kind: String,
    challenge: String,
    origin: String,
    embedded: bool,
    hash: [u8; 32],
}

#[derive(Deserialize)]
struct Members {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(rename = "crossOrigin")]
    cross_origin: Option<bool>,
    #[serde(rename = "topOrigin")]
    top_origin: Option<String>,
}

impl ClientData {
    /// Reads the JSON; members that it doesn't know are left out, none that it knows may come twice.
    ///
    /// # Errors
    /// It is none, or too long.
    pub fn parse(bytes: &[u8]) -> Result<Self, PasskeyError> {
        if bytes.len() > LONGEST {
            return Err(PasskeyError::Malformed);
        }
        let members: Members = serde_json::from_slice(bytes).map_err(|_| PasskeyError::Malformed)?;
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, bytes).as_ref());
        Ok(Self {
            kind: members.kind,
            challenge: members.challenge,
            origin: members.origin,
            embedded: members.cross_origin == Some(true) || members.top_origin.is_some(),
            hash,
        })
    }

    /// The challenge that it answers, as it rests in the database.
    #[must_use]
    pub fn challenge(&self) -> TokenHash {
        TokenHash::of(&self.challenge)
    }

    /// Its SHA-256, over the bytes as they came: a part of what is signed.
    #[must_use]
    pub fn hash(&self) -> &[u8; 32] {
        &self.hash
    }

    /// Sections 7.1 and 7.2, "verify that the value of C.type is the string webauthn.create" and "webauthn.get".
    pub(super) fn is_of(&self, ceremony: Ceremony) -> Result<(), PasskeyError> {
        if self.kind == ceremony.client_data_type() { Ok(()) } else { Err(PasskeyError::Type) }
    }

    /// "Verify that the value of C.origin is an origin expected by the relying party": exactly one is.
    pub(super) fn is_from(&self, relying_party: &RelyingParty) -> Result<(), PasskeyError> {
        if self.origin == relying_party.origin() { Ok(()) } else { Err(PasskeyError::Origin) }
    }

    /// "If C.crossOrigin is present and set to true, verify that the Relying Party expects" so; it never does.
    pub(super) fn is_not_embedded(&self) -> Result<(), PasskeyError> {
        if self.embedded { Err(PasskeyError::Embedded) } else { Ok(()) }
    }
}
