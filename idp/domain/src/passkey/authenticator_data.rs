//! What the authenticator says (WebAuthn Level 3 section 6.1): which relying party, who was there, the counter, and at a
//! registration the new credential.

use super::cbor::Value;
use super::{CredentialId, PasskeyError, RelyingParty};

const USER_PRESENT: u8 = 1;
const USER_VERIFIED: u8 = 1 << 2;
const BACKUP_ELIGIBLE: u8 = 1 << 3;
const BACKED_UP: u8 = 1 << 4;
const HAS_CREDENTIAL: u8 = 1 << 6;
const HAS_EXTENSIONS: u8 = 1 << 7;

/// Authenticator data, read whole.
#[derive(Debug, Clone, PartialEq)]
pub struct AuthenticatorData<'a> {
    relying_party_hash: &'a [u8],
    flags: u8,
    /// The signature counter; zero where the authenticator has none.
    pub sign_count: u32,
    /// The credential that was made.
    pub credential: Option<AttestedCredential<'a>>,
}

/// Attested credential data (section 6.5.2).
#[derive(Debug, Clone, PartialEq)]
pub struct AttestedCredential<'a> {
    /// Its identifier.
    pub id: CredentialId,
    /// Its public key in COSE form, as it came.
    pub public_key: &'a [u8],
}

impl<'a> AuthenticatorData<'a> {
    /// Reads them; nothing may be missing, nothing may follow.
    ///
    /// # Errors
    /// They are none.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, PasskeyError> {
        let (relying_party_hash, rest) = split(bytes, 32)?;
        let (head, mut rest) = split(rest, 5)?;
        let [flags, count @ ..] = head else { return Err(PasskeyError::Malformed) };
        let sign_count = u32::from_be_bytes(count.try_into().map_err(|_| PasskeyError::Malformed)?);
        let mut credential = None;
        if flags & HAS_CREDENTIAL != 0 {
            let (made, after) = attested_credential(rest)?;
            credential = Some(made);
            rest = after;
        }
        if flags & HAS_EXTENSIONS != 0 {
            let (extensions, after) = Value::read(rest)?;
            if !matches!(extensions, Value::Map(_)) {
                return Err(PasskeyError::Malformed);
            }
            rest = after;
        }
        if !rest.is_empty() {
            return Err(PasskeyError::Malformed);
        }
        Ok(Self { relying_party_hash, flags: *flags, sign_count, credential })
    }

    /// Whether it may leave its device (BE).
    #[must_use]
    pub fn is_backup_eligible(&self) -> bool {
        self.flags & BACKUP_ELIGIBLE != 0
    }

    /// Whether it has (BS).
    #[must_use]
    pub fn is_backed_up(&self) -> bool {
        self.flags & BACKED_UP != 0
    }

    /// "Verify that the rpIdHash in authData is the SHA-256 hash of the RP ID expected by the Relying Party."
    pub(super) fn is_for(&self, relying_party: &RelyingParty) -> Result<(), PasskeyError> {
        let ours = relying_party.id_hash();
        if self.relying_party_hash == ours { Ok(()) } else { Err(PasskeyError::RelyingParty) }
    }

    /// "Verify that the UP bit of the flags in authData is set."
    pub(super) fn has_user_present(&self) -> Result<(), PasskeyError> {
        if self.flags & USER_PRESENT != 0 { Ok(()) } else { Err(PasskeyError::UserNotPresent) }
    }

    /// "If user verification is required, verify that the UV bit is set": here it always is, since a passkey alone opens an
    /// account.
    pub(super) fn has_user_verified(&self) -> Result<(), PasskeyError> {
        if self.flags & USER_VERIFIED != 0 { Ok(()) } else { Err(PasskeyError::UserNotVerified) }
    }

    /// "If the BE bit of the flags in authData is not set, verify that the BS bit is not set."
    pub(super) fn has_sane_backup_flags(&self) -> Result<(), PasskeyError> {
        if self.is_backed_up() && !self.is_backup_eligible() {
            Err(PasskeyError::BackupState)
        } else {
            Ok(())
        }
    }
}

/// AAGUID, the identifier with its length, the key. Which model made it is not kept: nothing here asks.
fn attested_credential(bytes: &[u8]) -> Result<(AttestedCredential<'_>, &[u8]), PasskeyError> {
    let (_aaguid, rest) = split(bytes, 16)?;
    let (length, rest) = split(rest, 2)?;
    let length = u16::from_be_bytes(length.try_into().map_err(|_| PasskeyError::Malformed)?);
    let (id, key_and_rest) = split(rest, usize::from(length))?;
    let (_, rest) = Value::read(key_and_rest)?;
    let public_key = key_and_rest.get(..key_and_rest.len() - rest.len()).unwrap_or_default();
    Ok((AttestedCredential { id: CredentialId::from_bytes(id)?, public_key }, rest))
}

fn split(bytes: &[u8], length: usize) -> Result<(&[u8], &[u8]), PasskeyError> {
    bytes.split_at_checked(length).ok_or(PasskeyError::Malformed)
}
