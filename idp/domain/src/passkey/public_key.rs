//! A credential's public key (RFC 9052 section 7, RFC 9053, WebAuthn Level 3 section 5.8.5), and what it signed.

use super::PasskeyError;
use super::cbor::Value;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};

/// The longest RSA modulus that is taken: 4096 bits.
const LONGEST_MODULUS: usize = 512;
/// The shortest: 2048 bits.
const SHORTEST_MODULUS: usize = 256;

/// An algorithm of a COSE key that registrations may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CoseAlgorithm {
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// Ed25519.
    EdDsa,
    /// RSASSA-PKCS1-v1_5 with SHA-256; what Windows Hello makes with an older TPM.
    Rs256,
}

impl CoseAlgorithm {
    /// What is offered, dearest first.
    pub const OFFERED: [Self; 3] = [Self::Es256, Self::EdDsa, Self::Rs256];

    /// Its number in the IANA registry "COSE Algorithms".
    #[must_use]
    pub fn number(self) -> i64 {
        match self {
            Self::Es256 => -7,
            Self::EdDsa => -8,
            Self::Rs256 => -257,
        }
    }
}

/// A key that can verify.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialKey {
    /// What it verifies with; one key, one algorithm.
    pub algorithm: CoseAlgorithm,
    material: Material,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Material {
    /// 4, x, y.
    Point(Vec<u8>),
    Ed25519(Vec<u8>),
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
}

impl CredentialKey {
    /// Reads a COSE key. Section 5.8.5: it names its algorithm, coordinates are whole, and it has no optional parameter.
    ///
    /// # Errors
    /// It is none, one of another algorithm than those offered, or one that can verify nothing.
    pub fn parse(bytes: &[u8]) -> Result<Self, PasskeyError> {
        let key = Value::read_all(bytes)?;
        let number = key.label(3).and_then(Value::integer).ok_or(PasskeyError::Malformed)?;
        // "Verify that the alg parameter matches the alg attribute of one of the items in options.pubKeyCredParams."
        let algorithm = CoseAlgorithm::OFFERED.into_iter().find(|offered| offered.number() == number);
        let algorithm = algorithm.ok_or(PasskeyError::Algorithm)?;
        let material = match algorithm {
            CoseAlgorithm::Es256 => point(&key),
            CoseAlgorithm::EdDsa => ed25519(&key),
            CoseAlgorithm::Rs256 => rsa(&key),
        };
        let key = Self { algorithm, material: material.ok_or(PasskeyError::Key)? };
        if key.is_usable() { Ok(key) } else { Err(PasskeyError::Key) }
    }

    /// Whether it made this signature over `message`.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let verified = match &self.material {
            Material::Point(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(message, signature)
            }
            Material::Ed25519(x) => UnparsedPublicKey::new(&ED25519, x).verify(message, signature),
            Material::Rsa { n, e } => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
            }
        };
        verified.is_ok()
    }

    /// A point that isn't on its curve verifies nothing; better told at the registration than at every sign-in.
    fn is_usable(&self) -> bool {
        match &self.material {
            Material::Point(point) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).parse().is_ok(),
            Material::Ed25519(x) => UnparsedPublicKey::new(&ED25519, x).parse().is_ok(),
            Material::Rsa { n, e } => {
                (SHORTEST_MODULUS..=LONGEST_MODULUS).contains(&n.len())
                    && n.first().is_some_and(|first| *first & 0x80 != 0)
                    && (1..=4).contains(&e.len())
                    && e.first().is_some_and(|first| *first != 0)
                    && e.last().is_some_and(|last| last & 1 == 1)
                    && e != &[1]
            }
        }
    }
}

/// Whether the key is of this type and has exactly so many members.
fn kind(key: &Value<'_>, kty: i64, length: usize) -> Option<()> {
    let Value::Map(members) = key else { return None };
    (members.len() == length && key.label(1).and_then(Value::integer) == Some(kty)).then_some(())
}

/// RFC 9053 section 7.1.1: `kty` 2, curve 1, x and y of 32 bytes each.
fn point(key: &Value<'_>) -> Option<Material> {
    kind(key, 2, 5)?;
    let coordinate = |label| key.label(label).and_then(Value::bytes).filter(|bytes| bytes.len() == 32);
    let curve = key.label(-1).and_then(Value::integer);
    let (x, y) = (coordinate(-2)?, coordinate(-3)?);
    (curve == Some(1)).then(|| Material::Point([&[4], x, y].concat()))
}

/// RFC 9053 section 7.2: `kty` 1, curve 6, x of 32 bytes.
fn ed25519(key: &Value<'_>) -> Option<Material> {
    kind(key, 1, 4)?;
    let x = key.label(-2).and_then(Value::bytes).filter(|x| x.len() == 32)?;
    (key.label(-1).and_then(Value::integer) == Some(6)).then(|| Material::Ed25519(x.to_vec()))
}

/// RFC 8230 section 4: `kty` 3, modulus and exponent.
fn rsa(key: &Value<'_>) -> Option<Material> {
    kind(key, 3, 4)?;
    let (n, e) = (key.label(-1)?.bytes()?, key.label(-2)?.bytes()?);
    Some(Material::Rsa { n: n.to_vec(), e: e.to_vec() })
}
