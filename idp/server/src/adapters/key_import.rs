//! A signing key that was made elsewhere, as PEM or as a JWK: read strictly, looked at for its strength, and brought into the one
//! form that is stored.

use super::signing::{GeneratedKey, PrivateKey};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair as RsaPair, KeyPairComponents, PublicKeyComponents};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use idp_domain::secret::Secret;
use idp_domain::signing_key::SigningAlgorithm;
use serde::Deserialize;

/// The longest text that is read.
const LONGEST: usize = 16 * 1024;
/// The least and the most bits of an RSA modulus: below the least it is weak (NIST SP 800-131A), above the most each signature
/// takes too long.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=4096;

/// Why a key can't be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// Neither PEM nor a JWK.
    #[error("it must be a private key as PEM (PRIVATE KEY, RSA PRIVATE KEY, EC PRIVATE KEY) or as a JWK")]
    Unreadable,
    /// It has a password.
    #[error("it is encrypted: decrypt it first")]
    Encrypted,
    /// The public half only.
    #[error("it has no private part")]
    Public,
    /// Of another kind than the algorithm's, or damaged.
    #[error("it is no whole private key for this algorithm")]
    Mismatch,
    /// RSA of another size.
    #[error("an RSA key must have 2048 to 4096 bits and an exponent of at least 65537")]
    Weak,
    /// A JWK that says what it is for, and it is not this.
    #[error("it says itself that it is for something else (alg, use, key_ops)")]
    OtherUse,
}

impl ImportError {
    /// Each of them.
    pub const ALL: [Self; 6] =
        [Self::Unreadable, Self::Encrypted, Self::Public, Self::Mismatch, Self::Weak, Self::OtherUse];
}

/// A JWK's members that matter (RFC 7517, RFC 7518 section 6.3.2, RFC 8037). Others, such as `kid`, are ours to choose.
#[derive(Deserialize)]
struct PrivateJwk {
    kty: String,
    crv: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    key_ops: Option<Vec<String>>,
    n: Option<String>,
    e: Option<String>,
    d: Option<String>,
    p: Option<String>,
    q: Option<String>,
    dp: Option<String>,
    dq: Option<String>,
    qi: Option<String>,
    oth: Option<serde_json::Value>,
    x: Option<String>,
    y: Option<String>,
}

/// Reads a key for `algorithm`.
///
/// # Errors
/// The first rule that it breaks.
pub fn read(text: &Secret, algorithm: SigningAlgorithm) -> Result<GeneratedKey, ImportError> {
    let text = text.expose().trim();
    if text.len() > LONGEST {
        return Err(ImportError::Unreadable);
    }
    let pkcs8 = if text.starts_with('{') { of_jwk(text, algorithm)? } else { of_pem(text, algorithm)? };
    let key = PrivateKey::from_pkcs8(algorithm, &pkcs8).map_err(|_| ImportError::Mismatch)?;
    // What can't sign is found before it is published.
    key.sign_jwt("JWT", &serde_json::json!({})).map_err(|_| ImportError::Mismatch)?;
    Ok(key.into_generated(pkcs8))
}

fn of_pem(text: &str, algorithm: SigningAlgorithm) -> Result<Vec<u8>, ImportError> {
    let (label, der) = pem(text)?;
    match label {
        "PRIVATE KEY" | "RSA PRIVATE KEY" | "EC PRIVATE KEY" => {}
        "ENCRYPTED PRIVATE KEY" => return Err(ImportError::Encrypted),
        "PUBLIC KEY" | "RSA PUBLIC KEY" | "CERTIFICATE" => return Err(ImportError::Public),
        _ => return Err(ImportError::Unreadable),
    }
    let wrong = |_| ImportError::Mismatch;
    match algorithm {
        SigningAlgorithm::Rs256 | SigningAlgorithm::Ps256 => {
            let pair =
                if label == "RSA PRIVATE KEY" { RsaPair::from_der(&der) } else { RsaPair::from_pkcs8(&der) };
            of_rsa(&pair.map_err(wrong)?)
        }
        SigningAlgorithm::Es256 => {
            of_ec(EcdsaKeyPair::from_private_key_der(&ECDSA_P256_SHA256_FIXED_SIGNING, &der).map_err(wrong)?)
        }
        SigningAlgorithm::EdDsa => of_ed(Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).map_err(wrong)?),
    }
}

/// The one block of a PEM text (RFC 7468).
fn pem(text: &str) -> Result<(&str, Vec<u8>), ImportError> {
    let rest = text.strip_prefix("-----BEGIN ").ok_or(ImportError::Unreadable)?;
    let (label, rest) = rest.split_once("-----").ok_or(ImportError::Unreadable)?;
    let (body, end) = rest.split_once("-----END ").ok_or(ImportError::Unreadable)?;
    if end.trim_end() != format!("{label}-----") {
        return Err(ImportError::Unreadable);
    }
    // RFC 1421 headers stand in keys that have a password.
    if body.contains("ENCRYPTED") {
        return Err(ImportError::Encrypted);
    }
    let base64: String = body.split_ascii_whitespace().collect();
    Ok((label, BASE64_STANDARD.decode(base64).map_err(|_| ImportError::Unreadable)?))
}

fn of_jwk(text: &str, algorithm: SigningAlgorithm) -> Result<Vec<u8>, ImportError> {
    let jwk: PrivateJwk = serde_json::from_str(text).map_err(|_| ImportError::Unreadable)?;
    let is_for_signing = jwk.usage.as_deref().is_none_or(|usage| usage == "sig")
        && jwk.alg.as_deref().is_none_or(|alg| alg == algorithm.as_str())
        && jwk.key_ops.as_ref().is_none_or(|operations| operations.iter().any(|name| name == "sign"));
    if !is_for_signing {
        return Err(ImportError::OtherUse);
    }
    let d = member(jwk.d.as_ref()).map_err(|_| ImportError::Public)?;
    let wrong = |_| ImportError::Mismatch;
    match (algorithm, jwk.kty.as_str(), jwk.crv.as_deref()) {
        (SigningAlgorithm::Rs256 | SigningAlgorithm::Ps256, "RSA", None) if jwk.oth.is_none() => {
            let components = KeyPairComponents {
                public_key: PublicKeyComponents { n: member(jwk.n.as_ref())?, e: member(jwk.e.as_ref())? },
                d,
                p: member(jwk.p.as_ref())?,
                q: member(jwk.q.as_ref())?,
                dP: member(jwk.dp.as_ref())?,
                dQ: member(jwk.dq.as_ref())?,
                qInv: member(jwk.qi.as_ref())?,
            };
            of_rsa(&RsaPair::from_components(&components).map_err(wrong)?)
        }
        (SigningAlgorithm::Es256, "EC", Some("P-256")) => {
            let mut point = vec![4];
            point.extend(member(jwk.x.as_ref())?);
            point.extend(member(jwk.y.as_ref())?);
            let curve = &ECDSA_P256_SHA256_FIXED_SIGNING;
            of_ec(EcdsaKeyPair::from_private_key_and_public_key(curve, &d, &point).map_err(wrong)?)
        }
        (SigningAlgorithm::EdDsa, "OKP", Some("Ed25519")) => {
            of_ed(Ed25519KeyPair::from_seed_and_public_key(&d, &member(jwk.x.as_ref())?).map_err(wrong)?)
        }
        _ => Err(ImportError::Mismatch),
    }
}

fn member(text: Option<&String>) -> Result<Vec<u8>, ImportError> {
    let text = text.ok_or(ImportError::Mismatch)?;
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| ImportError::Mismatch)?;
    if bytes.is_empty() { Err(ImportError::Mismatch) } else { Ok(bytes) }
}

fn of_rsa(pair: &RsaPair) -> Result<Vec<u8>, ImportError> {
    let public = pair.public_key();
    let exponent = public.exponent();
    let exponent = exponent.big_endian_without_leading_zero();
    let is_large = exponent.len() > 3 || exponent >= [1, 0, 1].as_slice();
    if !RSA_BITS.contains(&(public.modulus_len() * 8)) || exponent.len() < 3 || !is_large {
        return Err(ImportError::Weak);
    }
    let der = AsDer::<Pkcs8V1Der<'_>>::as_der(pair).map_err(|_| ImportError::Mismatch)?;
    Ok(der.as_ref().to_vec())
}

fn of_ec(pair: EcdsaKeyPair) -> Result<Vec<u8>, ImportError> {
    Ok(pair.to_pkcs8v1().map_err(|_| ImportError::Mismatch)?.as_ref().to_vec())
}

fn of_ed(pair: Ed25519KeyPair) -> Result<Vec<u8>, ImportError> {
    Ok(pair.to_pkcs8().map_err(|_| ImportError::Mismatch)?.as_ref().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::signing::generate;
    use proptest::prelude::*;

    fn pem_of(label: &str, der: &[u8]) -> Secret {
        Secret::new(format!(
            "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
            BASE64_STANDARD.encode(der)
        ))
    }

    fn refused(text: &str, algorithm: SigningAlgorithm) -> ImportError {
        read(&Secret::new(text), algorithm).map(|key| key.kid).unwrap_err()
    }

    #[test]
    fn a_key_comes_back_as_itself_and_for_no_other_kind_of_algorithm() {
        for algorithm in SigningAlgorithm::ALL {
            let made = generate(algorithm).unwrap();
            let text = pem_of("PRIVATE KEY", &made.pkcs8);
            let taken = read(&text, algorithm).unwrap();
            assert_eq!((taken.kid, taken.public_jwk), (made.kid, made.public_jwk));
            for other in SigningAlgorithm::ALL {
                let is_rsa = |one| matches!(one, SigningAlgorithm::Rs256 | SigningAlgorithm::Ps256);
                let fits = other == algorithm || (is_rsa(other) && is_rsa(algorithm));
                assert_eq!(read(&text, other).is_ok(), fits, "{algorithm} for {other}");
            }
        }
    }

    #[test]
    fn what_others_publish_in_standards_is_read() {
        // RFC 8037 appendix A.1.
        let ed = r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
        let key = read(&Secret::new(ed), SigningAlgorithm::EdDsa).unwrap();
        assert_eq!(key.kid, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        // RFC 7515 appendix A.3.
        let ec = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"#;
        assert!(read(&Secret::new(ec), SigningAlgorithm::Es256).is_ok());
        let other_point = ec.replace("f83OJ3D2", "f83OJ3D3");
        assert_eq!(refused(&other_point, SigningAlgorithm::Es256), ImportError::Mismatch);
        assert_eq!(refused(&ed.replace("11qYAY", "11qYAZ"), SigningAlgorithm::EdDsa), ImportError::Mismatch);
        let public = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
        assert_eq!(refused(public, SigningAlgorithm::EdDsa), ImportError::Public);
        for more in [r#""alg":"ES256","#, r#""use":"enc","#, r#""key_ops":["verify"],"#] {
            let text = ed.replacen('{', &format!("{{{more}"), 1);
            assert_eq!(refused(&text, SigningAlgorithm::EdDsa), ImportError::OtherUse, "{text}");
        }
        let text = ed.replacen('{', r#"{"alg":"EdDSA","use":"sig","key_ops":["sign"],"kid":"mine","#, 1);
        assert_eq!(
            read(&Secret::new(text), SigningAlgorithm::EdDsa).unwrap().kid,
            key.kid,
            "the kid is ours"
        );
    }

    #[test]
    fn what_is_no_private_key_is_refused_with_its_reason() {
        let made = generate(SigningAlgorithm::Es256).unwrap();
        let sealed = pem_of("ENCRYPTED PRIVATE KEY", &made.pkcs8);
        assert_eq!(refused(sealed.expose(), SigningAlgorithm::Es256), ImportError::Encrypted);
        let public = pem_of("PUBLIC KEY", &made.pkcs8);
        assert_eq!(refused(public.expose(), SigningAlgorithm::Es256), ImportError::Public);
        let cut = pem_of("PRIVATE KEY", &made.pkcs8[..40]);
        assert_eq!(refused(cut.expose(), SigningAlgorithm::Es256), ImportError::Mismatch);
        let two = format!("{0}{0}", pem_of("PRIVATE KEY", &made.pkcs8).expose());
        assert_eq!(refused(&two, SigningAlgorithm::Es256), ImportError::Unreadable);
        for text in
            ["", "{", "{}", "[]", "-----BEGIN ", "-----BEGIN A-----", "-----BEGIN A-----é-----END A-----"]
        {
            assert_eq!(refused(text, SigningAlgorithm::Es256), ImportError::Unreadable, "{text}");
        }
        assert_eq!(refused(&"x".repeat(20_000), SigningAlgorithm::Es256), ImportError::Unreadable);
    }

    proptest! {
        #[test]
        fn no_text_upsets_the_reader(text in ".{0,200}") {
            for text in [text.clone(), format!("{{{text}}}"), format!("-----BEGIN PRIVATE KEY-----{text}-----END PRIVATE KEY-----")] {
                prop_assert!(read(&Secret::new(text), SigningAlgorithm::Es256).is_err());
            }
        }
    }
}
