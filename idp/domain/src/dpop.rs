//! DPoP (RFC 9449): a proof, made anew for each request, that the sender holds a key; tokens that are bound to the key are
//! worthless without it.
//!
//! 1. [`Proof::parse`] reads the one header `DPoP`: its type, its algorithm, its public key.
//! 2. The server verifies the signature by that very key.
//! 3. [`Proof::check`] compares what it says with the request; [`decide_nonce`] looks at the server's nonce.
//! 4. The server spends its `jti`, once over all nodes, until [`CheckedProof::expires_at`].

use crate::jwk::{PublicKey, Thumbprint};
use crate::jwt::{CLOCK_SKEW, Jwt, JwtError};
use crate::secret::{HashKey, Secret, equal_in_constant_time};
use crate::signing_key::SigningAlgorithm;
use crate::time::Timestamp;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::Value;
use std::time::Duration;
use url::Url;

/// How old a proof may be.
pub const LONGEST_LIFE: Duration = Duration::from_mins(1);
/// The longest `jti`.
const LONGEST_ID: usize = 512;
/// A nonce is made for a window of so many seconds, and good in the one before and after, for clocks that differ.
const NONCE_WINDOW: i64 = 120;

/// Why a proof proves nothing. `invalid_dpop_proof` each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DpopError {
    /// More than one header.
    #[error("DPoP appears more than once")]
    Repeated,
    /// No token that could be looked at.
    #[error(transparent)]
    Form(#[from] JwtError),
    /// Another kind of token (RFC 9449 section 4.3, check 4).
    #[error("typ is not dpop+jwt")]
    Type,
    /// No key, a private one, or one of another kind than the algorithm.
    #[error("jwk is not a public key for alg")]
    Key,
    /// An algorithm that this client's profile doesn't take.
    #[error("alg is not one that this client may use")]
    Algorithm,
    /// The signature isn't by the key.
    #[error("the signature is not by the key")]
    Signature,
    /// Made for another method.
    #[error("htm is not the request's method")]
    Method,
    /// Made for another address.
    #[error("htu is not the request's address")]
    Address,
    /// Too old, too far ahead, or without a time.
    #[error("iat is missing, too old or in the future")]
    Time,
    /// No `jti`, or one that can't be kept.
    #[error("jti is missing or too long")]
    NoIdentifier,
    /// Not for the access token that came along.
    #[error("ath is not the access token's hash")]
    TokenHash,
    /// Sent before.
    #[error("it was used before")]
    Replayed,
    /// By another key than the one that something is bound to.
    #[error("it is by another key")]
    OtherKey,
    /// None came where the client's tokens must be bound.
    #[error("a proof is required")]
    Missing,
}

/// A proof as it came; its signature is not verified.
#[derive(Debug)]
pub struct Proof<'a> {
    /// The token.
    pub jwt: Jwt<'a>,
    /// The key that it holds.
    pub key: PublicKey,
}

/// The request that a proof came with.
#[derive(Debug, Clone, Copy)]
pub struct ProvenRequest<'a> {
    /// Its method.
    pub method: &'a str,
    /// Its address, as the issuer's.
    pub url: &'a str,
    /// The access token that came along, at a resource.
    pub access_token: Option<&'a Secret>,
    /// Whether its client keeps FAPI 2.0.
    pub fapi2: bool,
}

/// A proof that fits its request; it still has to be the first of its `jti`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedProof {
    /// Of the key.
    pub thumbprint: Thumbprint,
    /// `jti`
    pub id: String,
    /// `nonce`
    pub nonce: Option<String>,
    /// Until when it could be sent again.
    pub expires_at: Timestamp,
}

impl<'a> Proof<'a> {
    /// RFC 9449 section 4.3, checks 2 to 5 and 7: a JWT of the type, by a public key that it holds.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(header: &'a str) -> Result<Self, DpopError> {
        let jwt = Jwt::parse(header)?;
        if jwt.typ() != "dpop+jwt" {
            return Err(DpopError::Type);
        }
        let key = jwt.header.get("jwk").and_then(Value::as_object).and_then(PublicKey::parse);
        let key = key.filter(|key| key.fits(jwt.algorithm)).ok_or(DpopError::Key)?;
        Ok(Self { jwt, key })
    }

    /// RFC 9449 section 4.3, checks 8 to 12. `exp` and `nbf` have no meaning in a proof.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn check(&self, request: &ProvenRequest<'_>, now: Timestamp) -> Result<CheckedProof, DpopError> {
        if request.fapi2 && !SigningAlgorithm::is_fapi2(self.jwt.algorithm) {
            return Err(DpopError::Algorithm);
        }
        if self.jwt.text("htm") != Some(request.method) {
            return Err(DpopError::Method);
        }
        if !self.jwt.text("htu").is_some_and(|htu| is_same_address(htu, request.url)) {
            return Err(DpopError::Address);
        }
        let made_at = self.jwt.time("iat")?.ok_or(DpopError::Time)?;
        let expires_at = made_at.plus(LONGEST_LIFE);
        if made_at > now.plus(CLOCK_SKEW) || now > expires_at {
            return Err(DpopError::Time);
        }
        let id = self.jwt.text("jti").filter(|id| !id.is_empty() && id.len() <= LONGEST_ID);
        let id = id.ok_or(DpopError::NoIdentifier)?.to_owned();
        if let Some(token) = request.access_token
            && self.jwt.text("ath") != Some(token_hash(token).as_str())
        {
            return Err(DpopError::TokenHash);
        }
        // A nonce that is no text is none of ours.
        let nonce = self.jwt.claims.get("nonce").map(|nonce| nonce.as_str().unwrap_or_default().to_owned());
        Ok(CheckedProof { thumbprint: self.key.thumbprint(), id, nonce, expires_at })
    }
}

/// `ath`: the SHA-256 of an access token in base64url (RFC 9449 section 4.2).
#[must_use]
pub fn token_hash(token: &Secret) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, token.expose().as_bytes()))
}

/// RFC 9449 section 4.3: equal without query and fragment, after the normalisation of RFC 3986 section 6.2.
fn is_same_address(htu: &str, url: &str) -> bool {
    let plain = |text: &str| {
        let mut url = Url::parse(text).ok()?;
        let named = !url.username().is_empty() || url.password().is_some();
        url.set_query(None);
        url.set_fragment(None);
        (!named && matches!(url.scheme(), "https" | "http")).then_some(url)
    };
    let (one, other) = (plain(htu), plain(url));
    one.is_some() && one == other
}

/// The nonce that the server gives out now (RFC 9449 section 8). No node stores any: each can tell.
#[must_use]
pub fn nonce(key: &HashKey, now: Timestamp) -> String {
    nonce_of(key, now.seconds().div_euclid(NONCE_WINDOW))
}

fn nonce_of(key: &HashKey, window: i64) -> String {
    key.hash("dpop nonce", &[&window.to_be_bytes()]).to_base64url()
}

/// Whether a proof's nonce lets it through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NonceDecision {
    /// It is a fresh one of ours, or there is none and none is needed.
    Fine,
    /// `use_dpop_nonce`, with a fresh one.
    AskForFresh,
}

/// Decides on the nonce of a proof. One that isn't ours, or is too old, is never let through, since its sender believes
/// that the proof is bound to it.
#[must_use]
pub fn decide_nonce(sent: Option<&str>, required: bool, key: &HashKey, now: Timestamp) -> NonceDecision {
    let window = now.seconds().div_euclid(NONCE_WINDOW);
    let ours = |nonce: &str| {
        (window - 1..=window + 1)
            .any(|window| equal_in_constant_time(nonce_of(key, window).as_bytes(), nonce.as_bytes()))
    };
    match sent {
        None if required => NonceDecision::AskForFresh,
        Some(nonce) if !ours(nonce) => NonceDecision::AskForFresh,
        _ => NonceDecision::Fine,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    const URL: &str = "https://signin.example.ca/token";

    fn jwk() -> Value {
        json!({"kty": "OKP", "crv": "Ed25519", "x": BASE64_URL_SAFE_NO_PAD.encode([7; 32])})
    }

    fn text(header: &Value, claims: &Value) -> String {
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.AA", part(header), part(claims))
    }

    fn with(mut object: Value, changes: &Value) -> Value {
        for (name, value) in changes.as_object().unwrap() {
            object[name] = value.clone();
        }
        object.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        object
    }

    fn checked(header: &Value, change: &Value, token: Option<&Secret>) -> Result<CheckedProof, DpopError> {
        let header = with(json!({"alg": "EdDSA", "typ": "dpop+jwt", "jwk": jwk()}), header);
        let claims = with(json!({"htm": "POST", "htu": URL, "iat": 1000, "jti": "1"}), change);
        let text = text(&header, &claims);
        let request = ProvenRequest { method: "POST", url: URL, access_token: token, fapi2: true };
        Proof::parse(&text)?.check(&request, Timestamp::from_seconds(1000))
    }

    #[test]
    fn an_honest_proof_fits_its_request() {
        let proof = checked(&json!({}), &json!({}), None).unwrap();
        assert_eq!((proof.id.as_str(), proof.expires_at), ("1", Timestamp::from_seconds(1060)));
        for change in [
            json!({"htu": "HTTPS://SIGNIN.example.ca:443/./token?x=1#y"}),
            json!({"iat": 940}),
            json!({"iat": 1010}),
            json!({"exp": 1, "nbf": 99_999}),
            json!({"ath": "whatever"}),
        ] {
            assert!(checked(&json!({}), &change, None).is_ok(), "{change}");
        }
        let token = Secret::new("token");
        assert!(checked(&json!({}), &json!({"ath": token_hash(&token)}), Some(&token)).is_ok());
    }

    #[test]
    fn each_broken_rule_is_told() {
        use DpopError as E;
        let mut private = jwk();
        private["d"] = "AA".into();
        for (header, error) in [
            (json!({"typ": "JWT"}), E::Type),
            (json!({"typ": null}), E::Type),
            (json!({"alg": "none"}), E::Form(JwtError::Algorithm)),
            (json!({"alg": "HS256"}), E::Form(JwtError::Algorithm)),
            (json!({"alg": "ES256"}), E::Key),
            (json!({"jwk": private}), E::Key),
            (json!({"jwk": null}), E::Key),
            (json!({"jwk": "x"}), E::Key),
            (json!({"jwk": {"kty": "oct", "k": "AA"}}), E::Key),
            (json!({"crit": ["x"]}), E::Form(JwtError::Extension)),
        ] {
            assert_eq!(checked(&header, &json!({}), None), Err(error), "{header}");
        }
        let token = Secret::new("token");
        for (change, error) in [
            (json!({"htm": "GET"}), E::Method),
            (json!({"htm": "post"}), E::Method),
            (json!({"htm": null}), E::Method),
            (json!({"htu": "https://signin.example.ca/par"}), E::Address),
            (json!({"htu": "https://signin.example.ca/token/"}), E::Address),
            (json!({"htu": "http://signin.example.ca/token"}), E::Address),
            (json!({"htu": "https://signin.example.ca:8443/token"}), E::Address),
            (json!({"htu": "https://signin.example.ca@evil.test/token"}), E::Address),
            (json!({"htu": "https://x@signin.example.ca/token"}), E::Address),
            (json!({"htu": "/token"}), E::Address),
            (json!({"htu": null}), E::Address),
            (json!({"iat": 700}), E::Time),
            (json!({"iat": 939}), E::Time),
            (json!({"iat": 1011}), E::Time),
            (json!({"iat": 1300}), E::Time),
            (json!({"iat": null}), E::Time),
            (json!({"iat": "1000"}), E::Form(JwtError::Malformed)),
            (json!({"jti": null}), E::NoIdentifier),
            (json!({"jti": ""}), E::NoIdentifier),
            (json!({"jti": "x".repeat(513)}), E::NoIdentifier),
            (json!({}), E::TokenHash),
            (json!({"ath": token_hash(&Secret::new("other"))}), E::TokenHash),
        ] {
            assert_eq!(checked(&json!({}), &change, Some(&token)), Err(error), "{change}");
        }
    }

    #[test]
    fn rs256_is_for_services_outside_fapi2() {
        let jwk = json!({"kty": "RSA", "e": "AQAB", "n": BASE64_URL_SAFE_NO_PAD.encode([0x81; 256])});
        let text = text(
            &json!({"alg": "RS256", "typ": "dpop+jwt", "jwk": jwk}),
            &json!({"htm": "POST", "htu": URL, "iat": 1000, "jti": "1"}),
        );
        for (fapi2, taken) in [(false, true), (true, false)] {
            let request = ProvenRequest { method: "POST", url: URL, access_token: None, fapi2 };
            let checked = Proof::parse(&text).unwrap().check(&request, Timestamp::from_seconds(1000));
            assert_eq!(checked.is_ok(), taken);
        }
    }

    #[test]
    fn a_nonce_is_ours_for_a_few_minutes() {
        let (key, other) = (HashKey::new(&[1; 32]), HashKey::new(&[2; 32]));
        let at = Timestamp::from_seconds;
        let ours = nonce(&key, at(1000));
        let decide = |sent: Option<&str>, required, seconds| decide_nonce(sent, required, &key, at(seconds));
        for (seconds, decision) in [
            (1000, NonceDecision::Fine),
            (1100, NonceDecision::Fine),
            (970, NonceDecision::Fine),
            (1300, NonceDecision::AskForFresh),
            (700, NonceDecision::AskForFresh),
        ] {
            assert_eq!(decide(Some(&ours), true, seconds), decision, "{seconds}");
            assert_eq!(decide(Some(&ours), false, seconds), decision, "{seconds}");
        }
        assert_eq!(decide(None, false, 1000), NonceDecision::Fine);
        assert_eq!(decide(None, true, 1000), NonceDecision::AskForFresh);
        for foreign in ["", "x", &nonce(&other, at(1000))] {
            assert_eq!(decide(Some(foreign), false, 1000), NonceDecision::AskForFresh);
        }
    }

    proptest! {
        #[test]
        fn no_proof_panics(header in "\\PC{0,80}", htu in "\\PC{0,60}", iat in any::<f64>()) {
            let _ = Proof::parse(&header);
            let _ = checked(&json!({}), &json!({"htu": htu, "iat": iat}), None);
        }

        #[test]
        fn another_path_is_another_address(path in "[a-zA-Z0-9._~%/-]{0,20}") {
            let htu = format!("https://signin.example.ca/{path}");
            let same = Url::parse(&htu).is_ok_and(|url| url.path() == "/token");
            prop_assert_eq!(is_same_address(&htu, URL), same);
        }
    }
}
