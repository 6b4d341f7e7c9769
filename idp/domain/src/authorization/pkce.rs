//! Proof Key for Code Exchange (RFC 7636), method S256 only (RFC 9700 section 2.1.1).

use crate::secret::equal_in_constant_time;
use aws_lc_rs::digest;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// `code_challenge`: base64url of a SHA-256, 43 characters (RFC 7636 section 4.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CodeChallenge(String);

impl CodeChallenge {
    /// Reads one; `None` unless it is base64url of exactly 32 bytes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        (bytes.len() == 32).then(|| Self(text.to_owned()))
    }

    /// Whether `verifier` made this challenge: base64url(SHA-256(verifier)) equals it (RFC 7636 section 4.6). A verifier
    /// has 43 to 128 unreserved characters (section 4.1).
    #[must_use]
    pub fn is_made_by(&self, verifier: &str) -> bool {
        let unreserved = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
        let sound = (43..=128).contains(&verifier.len()) && verifier.bytes().all(unreserved);
        let made = BASE64_URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()));
        sound && equal_in_constant_time(made.as_bytes(), self.0.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_rfcs_own_example_verifies() {
        assert!(CodeChallenge::parse(CHALLENGE).unwrap().is_made_by(VERIFIER));
    }

    #[test]
    fn unsound_challenges_are_not_taken() {
        for text in
            ["", "short", VERIFIER.get(..42).unwrap(), &format!("{CHALLENGE}="), &CHALLENGE.replace('-', "+")]
        {
            assert_eq!(CodeChallenge::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_other_verifier_is_taken(other in "[A-Za-z0-9._~-]{0,140}") {
            prop_assume!(other != VERIFIER);
            prop_assert!(!CodeChallenge::parse(CHALLENGE).unwrap().is_made_by(&other));
        }
    }
}
