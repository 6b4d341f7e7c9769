//! Pushed authorization requests (RFC 9126): the reference that stands for one.

use crate::secret::{Secret, TokenHash};

/// What every reference begins with (RFC 9126 section 2.2).
const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// The `request_uri` of a random token.
#[must_use]
pub fn request_uri(token: &Secret) -> String {
    format!("{PREFIX}{}", token.expose())
}

/// Whether a `request_uri` is a reference of ours, known or not; others are addresses (RFC 9101 section 5.2).
#[must_use]
pub fn is_reference(request_uri: &str) -> bool {
    request_uri.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("urn:"))
}

/// How a reference rests in the database; `None` for what can't be one.
#[must_use]
pub fn hash_of(request_uri: &str) -> Option<TokenHash> {
    request_uri.strip_prefix(PREFIX).filter(|token| token.len() <= 128).map(TokenHash::of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_reads_back_to_the_hash_of_its_token() {
        let token = Secret::new("abc");
        assert_eq!(hash_of(&request_uri(&token)), Some(TokenHash::of("abc")));
        assert!(is_reference(&request_uri(&token)) && is_reference("URN:x"));
        for other in ["https://rp.example.ca/r", "urn:x:abc", "", "é"] {
            assert_eq!(hash_of(other), None, "{other}");
        }
        assert!(!is_reference("https://rp.example.ca/r") && !is_reference("é") && !is_reference("ur"));
    }
}
