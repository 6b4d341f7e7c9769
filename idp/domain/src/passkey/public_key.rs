//! Public keys at rest: COSE keys (RFC 9052 section 7, RFC 9053, RFC 8230) in the canonical form of CTAP 2, as authenticators
//! send them. The library keeps none as it came and gives its parts, so they are written from those, and given back to it
//! inside what it reads them from at a registration.

use super::PasskeyError;
use webauthn_rp::response::register::{
    AuthenticatorData, CompressedP256PubKey, CompressedPubKey, UncompressedPubKey,
};

/// A map of 5: `kty` EC2, `alg` ES256, curve P-256, x of 32 bytes.
const ES256: [u8; 10] = [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
/// y of 32 bytes.
const ES256_Y: [u8; 3] = [0x22, 0x58, 0x20];
/// A map of 4: `kty` OKP, `alg` `EdDSA`, curve Ed25519, x of 32 bytes.
const EDDSA: [u8; 10] = [0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20];
/// A map of 4: `kty` RSA, `alg` RS256, a modulus whose length takes two bytes.
const RS256: [u8; 9] = [0xa4, 0x01, 0x03, 0x03, 0x39, 0x01, 0x00, 0x20, 0x59];
/// The exponent's label.
const RS256_E: u8 = 0x21;
/// The head of a string of bytes, to which a short length is added.
const BYTES: u8 = 0x40;

/// What a registration's key is kept as.
///
/// # Errors
/// Its algorithm is none that was offered.
pub fn write(key: UncompressedPubKey<'_>) -> Result<Vec<u8>, PasskeyError> {
    match key {
        UncompressedPubKey::P256(key) => Ok([&ES256[..], key.x(), &ES256_Y, key.y()].concat()),
        UncompressedPubKey::Ed25519(key) => Ok([&EDDSA[..], key.inner()].concat()),
        UncompressedPubKey::Rsa(key) => {
            let (modulus, exponent) = key.as_parts();
            let length = u16::try_from(modulus.len()).map_err(|_| PasskeyError::Key)?.to_be_bytes();
            let exponent = exponent.to_be_bytes();
            let exponent = &exponent[exponent.iter().take_while(|byte| **byte == 0).count()..];
            let head = BYTES | u8::try_from(exponent.len()).map_err(|_| PasskeyError::Key)?;
            Ok([&RS256[..], &length, modulus, &[RS256_E, head], exponent].concat())
        }
        UncompressedPubKey::P384(_) => Err(PasskeyError::Algorithm),
    }
}

/// A key for verifications.
pub type Key<'a> = CompressedPubKey<&'a [u8], &'a [u8], &'a [u8], &'a [u8]>;

/// A key as it was kept, inside the authenticator data of a registration of nobody: what reads COSE keys there, reads it.
pub struct Stored(Vec<u8>);

/// The relying party's hash, 32 bytes, of which none is looked at.
const NO_PARTY: [u8; 32] = [0; 32];
/// The flag of attested credential data; a counter; which model: nothing.
const WITH_CREDENTIAL: [u8; 21] = {
    let mut head = [0; 21];
    head[0] = 0x40;
    head
};
/// The shortest credential identifier there is, with its length.
const NO_CREDENTIAL: [u8; 18] = {
    let mut id = [0; 18];
    id[1] = 16;
    id
};

impl Stored {
    /// Takes its COSE form.
    #[must_use]
    pub fn new(cose: &[u8]) -> Self {
        Self([&NO_PARTY[..], &WITH_CREDENTIAL, &NO_CREDENTIAL, cose].concat())
    }

    /// Reads it.
    ///
    /// # Errors
    /// It is none, or of an algorithm that was never offered.
    pub fn read(&self) -> Result<Key<'_>, PasskeyError> {
        let data = AuthenticatorData::try_from(self.0.as_slice()).map_err(|_| PasskeyError::Key)?;
        match data.attested_credential_data().credential_public_key {
            UncompressedPubKey::P256(key) => CompressedP256PubKey::try_from((key.x(), key.y_is_odd()))
                .map(CompressedPubKey::P256)
                .map_err(|_| PasskeyError::Key),
            UncompressedPubKey::Ed25519(key) => Ok(CompressedPubKey::Ed25519(key)),
            UncompressedPubKey::Rsa(key) => Ok(CompressedPubKey::Rsa(key)),
            UncompressedPubKey::P384(_) => Err(PasskeyError::Algorithm),
        }
    }
}
