//! The provider's answer at the redirect URI, and its checks that need no network.

use crate::Error;
use serde::Deserialize;

const MAX_CODE: usize = 4096;
const MAX_STATE: usize = 256;
const MAX_ISSUER: usize = 2048;
const MAX_ERROR: usize = 128;

/// What has to be kept between sending the browser away and its return: on the server, for this browser only, used
/// once, and not longer than a sign-in may take (a day: creating an account waits for a mail).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PendingSignIn {
    /// Ties the answer to this browser's request (RFC 6749 section 10.12).
    pub state: String,
    /// Ties the ID token to it (OpenID Connect Core 3.1.2.1).
    pub nonce: String,
    /// The PKCE secret (RFC 7636 section 4.1).
    pub code_verifier: String,
    /// The `max_age` asked for, in seconds: the ID token has to satisfy it.
    pub max_age: Option<u32>,
    /// The `acr_values` asked for: the ID token has to name one of them, when there are any.
    pub acr_values: Vec<String>,
}

impl std::fmt::Debug for PendingSignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PendingSignIn([redacted])")
    }
}

/// The parameters of the authorization response (RFC 6749 section 4.1.2, RFC 9207 section 2).
#[derive(Clone, Default, Deserialize)]
pub struct AuthorizationAnswer {
    /// The authorization code, when the provider agreed.
    pub code: Option<String>,
    /// As sent.
    pub state: Option<String>,
    /// Who answers.
    pub iss: Option<String>,
    /// The error code, when the provider refused.
    pub error: Option<String>,
}

impl AuthorizationAnswer {
    /// The `state`, to find the pending sign-in by; `None` when it is missing or longer than any that was sent.
    #[must_use]
    pub fn bounded_state(&self) -> Option<&str> {
        self.state.as_deref().filter(|state| !state.is_empty() && state.len() <= MAX_STATE)
    }

    /// The code, once the answer is known to be the one to this request.
    ///
    /// RFC 6749 section 10.12 and RFC 9207 section 2.4: state and issuer MUST be checked before anything else in the
    /// answer is believed, its error included.
    ///
    /// # Errors
    /// [`Error::WrongState`], [`Error::WrongIssuer`], [`Error::Refused`], [`Error::MalformedAnswer`].
    pub(crate) fn code(&self, sent_state: &str, issuer: &str, iss_required: bool) -> Result<&str, Error> {
        let state = self.bounded_state().unwrap_or_default();
        aws_lc_rs::constant_time::verify_slices_are_equal(state.as_bytes(), sent_state.as_bytes())
            .map_err(|_| Error::WrongState)?;
        match self.iss.as_deref() {
            Some(iss) if iss.len() <= MAX_ISSUER && iss == issuer => {}
            None if !iss_required => {}
            _ => return Err(Error::WrongIssuer),
        }
        match (self.code.as_deref(), self.error.as_deref()) {
            (None, Some(error)) if is_error_code(error) => Err(Error::Refused(error.to_owned())),
            (Some(code), None) if !code.is_empty() && code.len() <= MAX_CODE => Ok(code),
            _ => Err(Error::MalformedAnswer),
        }
    }
}

/// Error codes go to the log: a bounded name, nothing else.
fn is_error_code(error: &str) -> bool {
    (1..=MAX_ERROR).contains(&error.len()) && error.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Failure;

    const ISSUER: &str = "https://idp.example";

    fn answer(
        code: Option<&str>,
        state: Option<&str>,
        iss: Option<&str>,
        error: Option<&str>,
    ) -> AuthorizationAnswer {
        let own = |value: Option<&str>| value.map(str::to_owned);
        AuthorizationAnswer { code: own(code), state: own(state), iss: own(iss), error: own(error) }
    }

    #[test]
    fn the_code_is_given_only_for_the_state_and_issuer_of_this_request() {
        let good = answer(Some("c"), Some("s"), Some(ISSUER), None);
        assert_eq!(good.code("s", ISSUER, true).unwrap(), "c");
        for state in [None, Some(""), Some("S"), Some("s "), Some("ss")] {
            let foreign = answer(Some("c"), state, Some(ISSUER), None);
            assert!(matches!(foreign.code("s", ISSUER, true), Err(Error::WrongState)), "{state:?}");
        }
        for iss in [None, Some(""), Some("https://idp.example/"), Some("https://evil.example")] {
            let foreign = answer(Some("c"), Some("s"), iss, None);
            assert!(matches!(foreign.code("s", ISSUER, true), Err(Error::WrongIssuer)), "{iss:?}");
        }
    }

    #[test]
    fn an_issuer_that_is_sent_is_checked_even_where_none_was_promised() {
        assert!(answer(Some("c"), Some("s"), None, None).code("s", ISSUER, false).is_ok());
        let foreign = answer(Some("c"), Some("s"), Some("https://evil.example"), None);
        assert!(matches!(foreign.code("s", ISSUER, false), Err(Error::WrongIssuer)));
    }

    #[test]
    fn a_missing_sent_state_never_matches_a_missing_answered_state() {
        let long = "s".repeat(MAX_STATE + 1);
        let answered = answer(Some("c"), Some(&long), Some(ISSUER), None);
        assert!(matches!(answered.code(&long, ISSUER, true), Err(Error::WrongState)));
    }

    #[test]
    fn cancelling_is_told_apart_from_faults() {
        let failure = |error: &str| {
            answer(None, Some("s"), Some(ISSUER), Some(error)).code("s", ISSUER, true).unwrap_err().failure()
        };
        assert_eq!(failure("access_denied"), Failure::Cancelled);
        assert_eq!(failure("temporarily_unavailable"), Failure::Unreachable);
        assert_eq!(failure("invalid_scope"), Failure::Invalid);
    }

    #[test]
    fn an_error_without_the_right_state_is_not_believed() {
        let foreign = answer(None, Some("x"), Some(ISSUER), Some("access_denied"));
        assert_eq!(foreign.code("s", ISSUER, true).unwrap_err().failure(), Failure::Stale);
    }

    #[test]
    fn malformed_answers_are_refused() {
        let long = "c".repeat(MAX_CODE + 1);
        for (code, error) in [
            (None, None),
            (Some("c"), Some("access_denied")),
            (Some(""), None),
            (Some(long.as_str()), None),
            (None, Some("Access denied\nfake log line")),
            (None, Some("")),
        ] {
            let malformed = answer(code, Some("s"), Some(ISSUER), error);
            assert!(matches!(malformed.code("s", ISSUER, true), Err(Error::MalformedAnswer)), "{error:?}");
        }
    }
}
