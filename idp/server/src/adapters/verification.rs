//! Verifying signatures of others: the algorithm is what the key and the use allow, never what a header says alone.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use idp_domain::jwk::{KeyMaterial, PublicKey};
use idp_domain::jwt::Jwt;
use idp_domain::signing_key::SigningAlgorithm;
use jsonwebtoken::{Algorithm, DecodingKey, crypto};

/// Whether `key` made the signature of `jwt`, by the algorithm that its header names and that fits the key.
#[must_use]
pub fn is_signed_by(jwt: &Jwt<'_>, key: &PublicKey) -> bool {
    if !key.fits(jwt.algorithm) {
        return false;
    }
    let Some(decoding) = decoding_key(&key.material) else { return false };
    let algorithm = algorithm_of(jwt.algorithm);
    crypto::verify(jwt.signature(), jwt.signed_part().as_bytes(), &decoding, algorithm).unwrap_or(false)
}

/// The library's name of an algorithm.
#[must_use]
pub fn algorithm_of(algorithm: SigningAlgorithm) -> Algorithm {
    match algorithm {
        SigningAlgorithm::Rs256 => Algorithm::RS256,
        SigningAlgorithm::Ps256 => Algorithm::PS256,
        SigningAlgorithm::Es256 => Algorithm::ES256,
        SigningAlgorithm::EdDsa => Algorithm::EdDSA,
    }
}

fn decoding_key(material: &KeyMaterial) -> Option<DecodingKey> {
    let b64 = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    match material {
        KeyMaterial::Rsa { n, e } => Some(DecodingKey::from_rsa_raw_components(n, e)),
        KeyMaterial::Ec { x, y, .. } => DecodingKey::from_ec_components(&b64(x), &b64(y)).ok(),
        KeyMaterial::Ed25519 { x } => Some(DecodingKey::from_ed_der(x)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::signing::{PrivateKey, generate};
    use serde_json::json;

    #[test]
    fn a_signature_is_good_with_its_own_key_and_whole_only() {
        let made = SigningAlgorithm::ALL.map(|algorithm| {
            let made = generate(algorithm).unwrap();
            let jwk: serde_json::Value = serde_json::from_str(&made.public_jwk).unwrap();
            let private = PrivateKey::from_pkcs8(algorithm, &made.pkcs8).unwrap();
            let public = PublicKey::parse(jwk.as_object().unwrap()).unwrap();
            assert_eq!(public.thumbprint().as_str(), private.kid);
            (private.sign_jwt("JWT", &json!({"sub": "x"})).unwrap(), public)
        });
        for (n, (text, _)) in made.iter().enumerate() {
            for (m, (_, key)) in made.iter().enumerate() {
                assert_eq!(is_signed_by(&Jwt::parse(text).unwrap(), key), n == m, "{n} {m}");
            }
            let (header, rest) = text.split_once('.').unwrap();
            let (_, signature) = rest.split_once('.').unwrap();
            let other = format!("{header}.{}.{signature}", BASE64_URL_SAFE_NO_PAD.encode("{\"sub\":\"y\"}"));
            assert!(!is_signed_by(&Jwt::parse(&other).unwrap(), &made[n].1));
        }
    }

    #[test]
    fn a_point_that_is_not_on_the_curve_verifies_nothing() {
        let one = BASE64_URL_SAFE_NO_PAD.encode([1; 32]);
        let jwk = json!({"kty": "EC", "crv": "P-256", "x": one, "y": one});
        let key = PublicKey::parse(jwk.as_object().unwrap()).unwrap();
        let part = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
        let text = format!(
            "{}.{}.{}",
            part("{\"alg\":\"ES256\"}"),
            part("{}"),
            BASE64_URL_SAFE_NO_PAD.encode([1; 64])
        );
        assert!(!is_signed_by(&Jwt::parse(&text).unwrap(), &key));
    }
}
