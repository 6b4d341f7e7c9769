//! Public keys of others (RFC 7517): read strictly, told apart by their RFC 7638 thumbprint, and each good for the
//! algorithms of its kind only.

use crate::signing_key::SigningAlgorithm;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::fmt;

/// The most keys of a set that are looked at.
const MOST_KEYS: usize = 50;
/// Members that only a private or a shared key has (RFC 7518 sections 6.2.2, 6.3.2, 6.4.1).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// The SHA-256 thumbprint of a key (RFC 7638), `jkt` where tokens are bound to it (RFC 9449 section 6.1).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Thumbprint(String);

impl Thumbprint {
    /// Reads one: 32 bytes in base64url, 43 characters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = if text.len() == 43 { BASE64_URL_SAFE_NO_PAD.decode(text).ok()? } else { return None };
        (bytes.len() == 32).then(|| Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a key is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyMaterial {
    /// RSA of 2048 bits or more (FAPI 2.0 section 5.4.1).
    Rsa {
        /// The modulus without leading zeros.
        n: Vec<u8>,
        /// The exponent without leading zeros.
        e: Vec<u8>,
    },
    /// A point on a curve.
    Ec {
        /// Which.
        curve: Curve,
        /// Of the curve's length.
        x: Vec<u8>,
        /// Of the curve's length.
        y: Vec<u8>,
    },
    /// Ed25519 (RFC 8037).
    Ed25519 {
        /// 32 bytes.
        x: Vec<u8>,
    },
}

/// A curve of RFC 7518 section 6.2.1.1. Only P-256 signs here; the others can stand in a client's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Curve {
    /// ES256.
    P256,
    /// Certificates only.
    P384,
    /// Certificates only.
    P521,
}

impl Curve {
    const ALL: [Self; 3] = [Self::P256, Self::P384, Self::P521];

    /// Its name in a JWK.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }

    /// The bytes of a coordinate.
    #[must_use]
    pub fn coordinate_length(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }
}

/// A public key as its owner published it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// `kid`
    pub kid: Option<String>,
    /// What it is made of.
    pub material: KeyMaterial,
    algorithm: Option<String>,
    for_signatures: bool,
}

impl PublicKey {
    /// Reads a JWK. `None` for a private or shared key, one that is too weak, or one of a kind that we don't know.
    #[must_use]
    pub fn parse(jwk: &Map<String, Value>) -> Option<Self> {
        if PRIVATE.iter().any(|name| jwk.contains_key(*name)) {
            return None;
        }
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        let bytes = |name: &str| BASE64_URL_SAFE_NO_PAD.decode(text(name)?).ok();
        let material = match text("kty")? {
            "RSA" => KeyMaterial::rsa(bytes("n")?, bytes("e")?)?,
            "EC" => {
                let curve = Curve::ALL.into_iter().find(|curve| text("crv") == Some(curve.as_str()))?;
                KeyMaterial::ec(curve, bytes("x")?, bytes("y")?)?
            }
            "OKP" if text("crv") == Some("Ed25519") => KeyMaterial::ed25519(bytes("x")?)?,
            _ => return None,
        };
        let may_verify = |operations: &Vec<Value>| operations.iter().any(|operation| operation == "verify");
        let operations = jwk.get("key_ops").and_then(Value::as_array);
        Some(Self {
            kid: text("kid").map(str::to_owned),
            material,
            algorithm: text("alg").map(str::to_owned),
            for_signatures: text("use").is_none_or(|usage| usage == "sig")
                && operations.is_none_or(may_verify),
        })
    }

    /// The keys of a set (RFC 7517 section 5: what isn't understood is passed over); `None` where it is no set.
    #[must_use]
    pub fn parse_set(set: &Value) -> Option<Vec<Self>> {
        let keys = set.get("keys")?.as_array()?;
        Some(keys.iter().take(MOST_KEYS).filter_map(Value::as_object).filter_map(Self::parse).collect())
    }

    /// Whether a signature by `algorithm` may be verified with it: of its kind, and what its owner says it is for.
    #[must_use]
    pub fn fits(&self, algorithm: SigningAlgorithm) -> bool {
        let kind = match self.material {
            KeyMaterial::Rsa { .. } => matches!(algorithm, SigningAlgorithm::Rs256 | SigningAlgorithm::Ps256),
            KeyMaterial::Ec { curve, .. } => algorithm == SigningAlgorithm::Es256 && curve == Curve::P256,
            KeyMaterial::Ed25519 { .. } => algorithm == SigningAlgorithm::EdDsa,
        };
        let named = self.algorithm.as_deref().is_none_or(|named| {
            // RFC 9864 gives EdDSA on this curve a name of its own.
            named == algorithm.as_str() || (algorithm == SigningAlgorithm::EdDsa && named == "Ed25519")
        });
        kind && named && self.for_signatures
    }

    /// RFC 7638.
    #[must_use]
    pub fn thumbprint(&self) -> Thumbprint {
        self.material.thumbprint()
    }
}

impl KeyMaterial {
    /// An RSA key; `None` for fewer than 2048 bits, more than 8192, or an exponent that can't be.
    #[must_use]
    pub fn rsa(n: Vec<u8>, e: Vec<u8>) -> Option<Self> {
        let (n, e) = (without_leading_zeros(n), without_leading_zeros(e));
        let bits = n.len() * 8 - usize::try_from(n.first()?.leading_zeros()).ok()?;
        let odd = e.last()? & 1 == 1 && e != [1] && e.len() <= 8;
        ((2048..=8192).contains(&bits) && odd).then_some(Self::Rsa { n, e })
    }

    /// A point; `None` where a coordinate hasn't the curve's length (RFC 7518 section 6.2.1.2).
    #[must_use]
    pub fn ec(curve: Curve, x: Vec<u8>, y: Vec<u8>) -> Option<Self> {
        let length = curve.coordinate_length();
        (x.len() == length && y.len() == length).then_some(Self::Ec { curve, x, y })
    }

    /// An Ed25519 key; `None` unless it has 32 bytes.
    #[must_use]
    pub fn ed25519(x: Vec<u8>) -> Option<Self> {
        (x.len() == 32).then_some(Self::Ed25519 { x })
    }

    /// RFC 7638: SHA-256 over the required members in alphabetical order.
    #[must_use]
    pub fn thumbprint(&self) -> Thumbprint {
        let b64 = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        // Base64url needs no escaping in JSON.
        let members = match self {
            Self::Rsa { n, e } => format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, b64(e), b64(n)),
            Self::Ec { curve, x, y } => {
                format!(r#"{{"crv":"{}","kty":"EC","x":"{}","y":"{}"}}"#, curve.as_str(), b64(x), b64(y))
            }
            Self::Ed25519 { x } => format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, b64(x)),
        };
        Thumbprint(b64(digest(&SHA256, members.as_bytes()).as_ref()))
    }
}

fn without_leading_zeros(mut bytes: Vec<u8>) -> Vec<u8> {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.drain(..zeros);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn parse(jwk: &Value) -> Option<PublicKey> {
        PublicKey::parse(jwk.as_object().unwrap())
    }

    fn zeros(length: usize) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(vec![0x81; length])
    }

    #[test]
    fn a_key_is_good_for_its_own_kind_only() {
        use SigningAlgorithm::{EdDsa, Es256, Ps256, Rs256};
        let rsa = json!({"kty": "RSA", "n": zeros(256), "e": "AQAB"});
        let ec = json!({"kty": "EC", "crv": "P-256", "x": zeros(32), "y": zeros(32)});
        let large = json!({"kty": "EC", "crv": "P-384", "x": zeros(48), "y": zeros(48)});
        let ed = json!({"kty": "OKP", "crv": "Ed25519", "x": zeros(32)});
        for (jwk, fitting) in
            [(&rsa, vec![Rs256, Ps256]), (&ec, vec![Es256]), (&large, vec![]), (&ed, vec![EdDsa])]
        {
            let key = parse(jwk).unwrap();
            let fits: Vec<_> = SigningAlgorithm::ALL.into_iter().filter(|alg| key.fits(*alg)).collect();
            assert_eq!(fits, fitting, "{jwk}");
        }
        for (name, value, fits) in [
            ("alg", json!("PS256"), [false, true]),
            ("alg", json!("RSA-OAEP"), [false, false]),
            ("use", json!("enc"), [false, false]),
            ("use", json!("sig"), [true, true]),
            ("key_ops", json!(["sign"]), [false, false]),
            ("key_ops", json!(["verify"]), [true, true]),
        ] {
            let mut jwk = rsa.clone();
            jwk[name] = value;
            let key = parse(&jwk).unwrap();
            assert_eq!([key.fits(Rs256), key.fits(Ps256)], fits, "{jwk}");
        }
    }

    #[test]
    fn weak_private_and_strange_keys_are_none() {
        for jwk in [
            json!({"kty": "RSA", "n": zeros(128), "e": "AQAB"}),
            json!({"kty": "RSA", "n": zeros(2048), "e": "AQAB"}),
            json!({"kty": "RSA", "n": zeros(256), "e": "AQ"}),
            json!({"kty": "RSA", "n": zeros(256), "e": "Ag"}),
            json!({"kty": "RSA", "n": zeros(256)}),
            json!({"kty": "RSA", "n": "", "e": ""}),
            json!({"kty": "RSA", "n": zeros(256), "e": "AQAB", "d": "AA"}),
            json!({"kty": "EC", "crv": "P-256", "x": zeros(31), "y": zeros(32)}),
            json!({"kty": "EC", "crv": "secp256k1", "x": zeros(32), "y": zeros(32)}),
            json!({"kty": "EC", "crv": "P-256", "x": zeros(32), "y": zeros(32), "d": "AA"}),
            json!({"kty": "OKP", "crv": "X25519", "x": zeros(32)}),
            json!({"kty": "oct", "k": "AA"}),
            json!({"kty": 1}),
            json!({}),
        ] {
            assert_eq!(parse(&jwk), None, "{jwk}");
        }
        let set =
            json!({"keys": [{"kty": "oct", "k": "AA"}, 7, {"kty": "OKP", "crv": "Ed25519", "x": zeros(32)}]});
        assert_eq!(PublicKey::parse_set(&set).unwrap().len(), 1);
        assert_eq!(PublicKey::parse_set(&json!([])), None);
    }

    #[test]
    fn the_thumbprint_is_rfc_7638s() {
        // Section 3.1 of the RFC.
        let jwk = json!({"kty": "RSA", "e": "AQAB", "alg": "RS256", "kid": "2011-04-29", "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"});
        let thumbprint = parse(&jwk).unwrap().thumbprint();
        assert_eq!(thumbprint.as_str(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
        assert_eq!(Thumbprint::parse(thumbprint.as_str()), Some(thumbprint));
        for bad in ["", "x", &"x".repeat(44), &"é".repeat(21), &format!("{}=", "A".repeat(42))] {
            assert_eq!(Thumbprint::parse(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_members_panic(kty in "RSA|EC|OKP|x", crv in "P-256|Ed25519|x", x in "[A-Za-z0-9_=-]{0,50}", y in "\\PC{0,50}") {
            let jwk = json!({"kty": kty, "crv": crv, "x": x, "y": y, "n": x, "e": y});
            if let Some(key) = parse(&jwk) {
                let _ = key.thumbprint();
            }
        }
    }
}
