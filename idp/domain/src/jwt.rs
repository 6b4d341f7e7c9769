//! JSON Web Tokens that others sign, read but not believed (RFC 7515 section 7.1, RFC 7519): client assertions, DPoP
//! proofs, request objects.
//!
//! 1. [`Jwt::parse`] splits and decodes, and refuses what no rule here takes: `crit`, `b64`, `zip`, no signature.
//! 2. Whoever knows the key verifies [`Jwt::signed_part`] against [`Jwt::signature`], by the algorithm that the key and
//!    the use allow, never by the header alone (RFC 8725 section 3.1).
//! 3. Only then the claims count.

use crate::signing_key::SigningAlgorithm;
use crate::time::Timestamp;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use std::time::Duration;

/// The longest one that is read, in bytes.
pub const MAX_LENGTH: usize = 8 * 1024;

/// How far the sender's clock may be ahead of ours (FAPI 2.0 section 5.3.2.1: 10 seconds are taken), and how late an end
/// may be met.
pub const CLOCK_SKEW: Duration = Duration::from_secs(10);

/// Why a text is no token that could be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JwtError {
    /// Too long, not three parts, not base64url, not JSON objects.
    #[error("it is no compact JWS")]
    Malformed,
    /// `none`, a shared-secret algorithm, or one that we don't know.
    #[error("its algorithm is not one of ours")]
    Algorithm,
    /// RFC 7515 section 4.1.11 and RFC 7797 section 7: an extension that must be understood, and isn't.
    #[error("its header asks for an extension")]
    Extension,
}

/// A token in its parts. Nothing in it is verified.
#[derive(Debug, Clone)]
pub struct Jwt<'a> {
    text: &'a str,
    signature_at: usize,
    /// What its header claims to be signed with.
    pub algorithm: SigningAlgorithm,
    /// The header.
    pub header: Map<String, Value>,
    /// The claims.
    pub claims: Map<String, Value>,
}

impl<'a> Jwt<'a> {
    /// Reads one.
    ///
    /// # Errors
    /// It has another form, or a header that no rule here takes.
    pub fn parse(text: &'a str) -> Result<Self, JwtError> {
        Self::parse_up_to(text, MAX_LENGTH)
    }

    /// Reads one of at most `longest` bytes.
    ///
    /// # Errors
    /// It has another form, or a header that no rule here takes.
    pub fn parse_up_to(text: &'a str, longest: usize) -> Result<Self, JwtError> {
        if text.len() > longest {
            return Err(JwtError::Malformed);
        }
        let parts: Vec<&str> = text.splitn(4, '.').collect();
        let [header, claims, signature] = parts.as_slice() else { return Err(JwtError::Malformed) };
        let (header, claims) = (object(header)?, object(claims)?);
        // RFC 8725 section 3.1 and RFC 7797 section 7; RFC 8725 section 3.6: no compression.
        if ["crit", "b64", "zip"].iter().any(|name| header.contains_key(*name)) {
            return Err(JwtError::Extension);
        }
        let algorithm = header.get("alg").and_then(Value::as_str).and_then(SigningAlgorithm::parse);
        let algorithm = algorithm.ok_or(JwtError::Algorithm)?;
        if signature.is_empty() || BASE64_URL_SAFE_NO_PAD.decode(signature).is_err() {
            return Err(JwtError::Malformed);
        }
        Ok(Self { text, signature_at: text.len() - signature.len(), algorithm, header, claims })
    }

    /// What the signature is over: header and claims as they came (RFC 7515 section 5.2).
    #[must_use]
    pub fn signed_part(&self) -> &'a str {
        self.text.get(..self.signature_at.saturating_sub(1)).unwrap_or_default()
    }

    /// The signature in base64url.
    #[must_use]
    pub fn signature(&self) -> &'a str {
        self.text.get(self.signature_at..).unwrap_or_default()
    }

    /// `kid` of the header.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.header.get("kid").and_then(Value::as_str)
    }

    /// `typ` of the header in lower case and without `application/`, which may be left out (RFC 7515 section 4.1.9);
    /// empty where it is missing, or no text.
    #[must_use]
    pub fn typ(&self) -> String {
        let typ = self.header.get("typ").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
        typ.strip_prefix("application/").map_or(typ.clone(), str::to_owned)
    }

    /// A claim that is text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.claims.get(name).and_then(Value::as_str)
    }

    /// A claim that is an instant (RFC 7519 section 2, `NumericDate`: seconds, perhaps with a fraction).
    ///
    /// # Errors
    /// It is there, but no sensible number.
    pub fn time(&self, name: &str) -> Result<Option<Timestamp>, JwtError> {
        let Some(value) = self.claims.get(name) else { return Ok(None) };
        let seconds = value.as_f64().filter(|seconds| (0.0..1e11).contains(seconds));
        #[allow(clippy::cast_possible_truncation, reason = "bounded by the line above")]
        seconds.map(|seconds| Some(Timestamp::from_micros((seconds * 1e6) as i64))).ok_or(JwtError::Malformed)
    }
}

fn object(part: &str) -> Result<Map<String, Value>, JwtError> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| JwtError::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| JwtError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn jwt(header: &Value, claims: &Value) -> String {
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.AA", part(header), part(claims))
    }

    #[test]
    fn a_token_comes_apart() {
        let text =
            jwt(&json!({"alg": "ES256", "typ": "application/X+JWT", "kid": "1"}), &json!({"exp": 12.5}));
        let read = Jwt::parse(&text).unwrap();
        assert_eq!((read.kid(), read.typ().as_str(), read.signature()), (Some("1"), "x+jwt", "AA"));
        assert_eq!(format!("{}.AA", read.signed_part()), text);
        assert_eq!(read.time("exp"), Ok(Some(Timestamp::from_micros(12_500_000))));
        assert_eq!((read.time("iat"), read.text("exp")), (Ok(None), None));
    }

    #[test]
    fn what_no_rule_takes_is_not_read() {
        for (header, error) in [
            (json!({"alg": "none"}), JwtError::Algorithm),
            (json!({"alg": "HS256"}), JwtError::Algorithm),
            (json!({"alg": "es256"}), JwtError::Algorithm),
            (json!({"alg": ["ES256"]}), JwtError::Algorithm),
            (json!({}), JwtError::Algorithm),
            (json!({"alg": "ES256", "crit": ["b64"], "b64": false}), JwtError::Extension),
            (json!({"alg": "ES256", "b64": false}), JwtError::Extension),
            (json!({"alg": "ES256", "crit": []}), JwtError::Extension),
            (json!({"alg": "ES256", "zip": "DEF"}), JwtError::Extension),
            (json!([]), JwtError::Malformed),
        ] {
            assert_eq!(Jwt::parse(&jwt(&header, &json!({}))).unwrap_err(), error, "{header}");
        }
        let good = jwt(&json!({"alg": "ES256"}), &json!({}));
        let (unsigned, _) = good.rsplit_once('.').unwrap();
        let long = jwt(&json!({"alg": "ES256"}), &json!({"x": "x".repeat(MAX_LENGTH)}));
        for text in [
            "",
            ".",
            "..",
            "...",
            &format!("{unsigned}."),
            unsigned,
            &format!("{good}.AA"),
            &format!("{good}="),
            &long,
        ] {
            assert_eq!(Jwt::parse(text).unwrap_err(), JwtError::Malformed, "{text}");
        }
        for time in [json!("12"), json!(-1), json!(1e300), json!(null), json!([1])] {
            let text = jwt(&json!({"alg": "ES256"}), &json!({"exp": time}));
            assert_eq!(Jwt::parse(&text).unwrap().time("exp"), Err(JwtError::Malformed), "{time}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,200}") {
            let _ = Jwt::parse(&text);
        }

        #[test]
        fn no_parts_panic(header in proptest::collection::vec(any::<u8>(), 0..80), claims in "\\PC{0,80}", signature in "[A-Za-z0-9_=.-]{0,20}") {
            let part = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
            let text = format!("{}.{}.{signature}", part(&header), part(claims.as_bytes()));
            if let Ok(jwt) = Jwt::parse(&text) {
                let _ = (jwt.signed_part(), jwt.signature(), jwt.kid(), jwt.typ(), jwt.time("exp"));
            }
        }
    }
}
