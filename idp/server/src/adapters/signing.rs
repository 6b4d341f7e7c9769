//! Signatures: one adapter around each private key, kept parsed.
//!
//! Another place to sign, such as a device (PKCS#11), is one more variant of [`Pair`] and nothing else: what is stored of a key, sealed,
//! is made ([`generate`]), read ([`PrivateKey::from_pkcs8`]) and used ([`PrivateKey::sign_jwt`]) in this file only. A device's key would be
//! stored as its address on the device.

use super::rng::rng;
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256,
    RsaEncoding, RsaKeyPair,
};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use idp_domain::signing_key::SigningAlgorithm;
use rand::Rng;
use serde::Serialize;
use serde_json::json;

/// The library refused a key or a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signing key can't be used")]
pub struct SigningError;

/// A private key, ready to sign.
pub struct PrivateKey {
    /// RFC 7638 thumbprint of the public key.
    pub kid: String,
    /// The only algorithm that it signs with.
    pub algorithm: SigningAlgorithm,
    pair: Pair,
    random: SystemRandom,
}

enum Pair {
    Rsa(Box<RsaKeyPair>),
    Ec(Box<EcdsaKeyPair>),
    Ed(Box<Ed25519KeyPair>),
}

/// A new key: PKCS#8 to be encrypted, and what the key set publishes.
pub struct GeneratedKey {
    /// RFC 7638 thumbprint.
    pub kid: String,
    /// PKCS#8.
    pub pkcs8: Vec<u8>,
    /// The JWK as JSON (RFC 7517).
    pub public_jwk: String,
}

/// Makes a key. Slow for RSA (a tenth of a second and more): call it off the request's thread.
///
/// # Errors
/// The library refuses.
pub fn generate(algorithm: SigningAlgorithm) -> Result<GeneratedKey, SigningError> {
    let random = SystemRandom::new();
    let pkcs8 = match algorithm {
        SigningAlgorithm::Rs256 | SigningAlgorithm::Ps256 => {
            let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| SigningError)?;
            AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).map_err(|_| SigningError)?.as_ref().to_vec()
        }
        SigningAlgorithm::Es256 => EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random)
            .map_err(|_| SigningError)?
            .as_ref()
            .to_vec(),
        SigningAlgorithm::EdDsa => {
            Ed25519KeyPair::generate_pkcs8(&random).map_err(|_| SigningError)?.as_ref().to_vec()
        }
    };
    Ok(PrivateKey::from_pkcs8(algorithm, &pkcs8)?.into_generated(pkcs8))
}

impl PrivateKey {
    /// Parses PKCS#8, once.
    ///
    /// # Errors
    /// The bytes are no key of that algorithm.
    pub fn from_pkcs8(algorithm: SigningAlgorithm, pkcs8: &[u8]) -> Result<Self, SigningError> {
        let pair = match algorithm {
            SigningAlgorithm::Rs256 | SigningAlgorithm::Ps256 => {
                Pair::Rsa(Box::new(RsaKeyPair::from_pkcs8(pkcs8).map_err(|_| SigningError)?))
            }
            SigningAlgorithm::Es256 => Pair::Ec(Box::new(
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8)
                    .map_err(|_| SigningError)?,
            )),
            SigningAlgorithm::EdDsa => {
                Pair::Ed(Box::new(Ed25519KeyPair::from_pkcs8(pkcs8).map_err(|_| SigningError)?))
            }
        };
        let mut key = Self { kid: String::new(), algorithm, pair, random: SystemRandom::new() };
        key.kid = thumbprint(&key.members());
        Ok(key)
    }

    /// The members that make the key (RFC 7517, RFC 7518 section 6, RFC 8037 section 2).
    fn members(&self) -> serde_json::Value {
        let b64 = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        match &self.pair {
            Pair::Rsa(pair) => {
                let public = pair.public_key();
                json!({"e": b64(public.exponent().big_endian_without_leading_zero()), "kty": "RSA",
                       "n": b64(public.modulus().big_endian_without_leading_zero())})
            }
            Pair::Ec(pair) => {
                // Uncompressed point: 0x04, x, y.
                let point = pair.public_key().as_ref();
                let (x, y) = point.get(1..).unwrap_or_default().split_at(point.len().saturating_sub(1) / 2);
                json!({"crv": "P-256", "kty": "EC", "x": b64(x), "y": b64(y)})
            }
            Pair::Ed(pair) => json!({"crv": "Ed25519", "kty": "OKP", "x": b64(pair.public_key().as_ref())}),
        }
    }

    /// Itself as it is stored and published; `pkcs8` is what it was read from.
    pub(super) fn into_generated(self, pkcs8: Vec<u8>) -> GeneratedKey {
        let public_jwk = self.public_jwk().to_string();
        GeneratedKey { kid: self.kid, pkcs8, public_jwk }
    }

    fn public_jwk(&self) -> serde_json::Value {
        let mut jwk = self.members();
        jwk["kid"] = json!(self.kid);
        jwk["alg"] = json!(self.algorithm.as_str());
        jwk["use"] = json!("sig");
        jwk
    }

    /// A compact JWS over `claims` (RFC 7515 section 3.1) with `typ` in its header.
    ///
    /// # Errors
    /// The library refuses.
    pub fn sign_jwt(&self, typ: &str, claims: &impl Serialize) -> Result<String, SigningError> {
        #[derive(Serialize)]
        struct Header<'a> {
            alg: &'static str,
            typ: &'a str,
            kid: &'a str,
        }
        let header = Header { alg: self.algorithm.as_str(), typ, kid: &self.kid };
        let header = serde_json::to_vec(&header).map_err(|_| SigningError)?;
        let claims = serde_json::to_vec(claims).map_err(|_| SigningError)?;
        let mut jwt = String::with_capacity(claims.len() * 2 + 512);
        BASE64_URL_SAFE_NO_PAD.encode_string(header, &mut jwt);
        jwt.push('.');
        BASE64_URL_SAFE_NO_PAD.encode_string(claims, &mut jwt);
        let signature = self.sign(jwt.as_bytes())?;
        jwt.push('.');
        BASE64_URL_SAFE_NO_PAD.encode_string(signature, &mut jwt);
        Ok(jwt)
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SigningError> {
        match &self.pair {
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                let padding: &'static dyn RsaEncoding = match self.algorithm {
                    SigningAlgorithm::Ps256 => &RSA_PSS_SHA256,
                    _ => &RSA_PKCS1_SHA256,
                };
                pair.sign(padding, &self.random, message, &mut signature).map_err(|_| SigningError)?;
                Ok(signature)
            }
            Pair::Ec(pair) => {
                Ok(pair.sign(&self.random, message).map_err(|_| SigningError)?.as_ref().to_vec())
            }
            Pair::Ed(pair) => Ok(pair.sign(message).as_ref().to_vec()),
        }
    }
}

/// RFC 7638: SHA-256 over the required members in alphabetical order, which `members` gives them in.
fn thumbprint(members: &serde_json::Value) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, members.to_string().as_bytes());
    BASE64_URL_SAFE_NO_PAD.encode(digest)
}

/// 16 random bytes for a password's salt.
#[must_use]
pub fn random_salt() -> [u8; 16] {
    let mut salt = [0; 16];
    rng().fill_bytes(&mut salt);
    salt
}

#[cfg(test)]
mod tests {
    use super::*;
    use jsonwebtoken::jwk::Jwk;
    use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};

    #[test]
    fn what_each_algorithm_signs_another_library_verifies() {
        for (algorithm, other) in [
            (SigningAlgorithm::Rs256, Algorithm::RS256),
            (SigningAlgorithm::Ps256, Algorithm::PS256),
            (SigningAlgorithm::Es256, Algorithm::ES256),
            (SigningAlgorithm::EdDsa, Algorithm::EdDSA),
        ] {
            let made = generate(algorithm).unwrap();
            let key = PrivateKey::from_pkcs8(algorithm, &made.pkcs8).unwrap();
            let jwt = key.sign_jwt("JWT", &json!({"sub": "x"})).unwrap();
            let jwk: Jwk = serde_json::from_str(&made.public_jwk).unwrap();
            let mut validation = Validation::new(other);
            validation.required_spec_claims.clear();
            validation.validate_exp = false;
            let decoding = DecodingKey::from_jwk(&jwk).unwrap();
            let decoded = decode::<serde_json::Value>(&jwt, &decoding, &validation).unwrap();
            assert_eq!(decoded.claims["sub"], "x");
            assert_eq!(decoded.header.kid.as_deref(), Some(made.kid.as_str()));
            assert_eq!(jwk.thumbprint(jsonwebtoken::jwk::ThumbprintHash::SHA256).unwrap(), made.kid);
            for private in ["\"d\"", "\"p\"", "\"q\"", "\"k\""] {
                assert!(!made.public_jwk.contains(private), "{}", made.public_jwk);
            }
        }
    }
}
