//! What a browser carries: random cookie values of which the server keeps only hashes, and form tokens bound to them.

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use aws_lc_rs::{constant_time, digest, hmac};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use openidconnect::CsrfToken;

/// 32 random bytes in base64url.
const COOKIE_VALUE_LENGTH: usize = 43;

/// A cookie's value: 256 random bits, so that it can't be guessed and needs no signature.
#[derive(Clone, PartialEq, Eq)]
pub struct CookieSecret(String);

impl CookieSecret {
    /// A new one from the operating system's randomness.
    #[must_use]
    pub fn random() -> Self {
        Self(CsrfToken::new_random_len(32).into_secret())
    }

    /// A value as a browser sent it; `None` unless it has the form of ours.
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        let well_formed = value.len() == COOKIE_VALUE_LENGTH
            && value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        well_formed.then(|| Self(value.to_owned()))
    }

    /// The value for the cookie.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What the server keeps (SHA-256, base64url): a stolen database opens no session.
    #[must_use]
    pub fn hash(&self) -> String {
        URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, self.0.as_bytes()))
    }

    /// The token for the forms of this session: a keyed hash of the purpose, so it is worth nothing elsewhere.
    #[must_use]
    pub fn csrf_token(&self) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.as_bytes());
        URL_SAFE_NO_PAD.encode(hmac::sign(&key, b"csrf"))
    }

    /// What the server keeps of a form's single-use id: worth nothing with another session.
    #[must_use]
    pub fn form_id_hash(&self, once: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.as_bytes());
        URL_SAFE_NO_PAD.encode(hmac::sign(&key, format!("once\n{once}").as_bytes()))
    }

    /// Whether a form was made for this session.
    #[must_use]
    pub fn csrf_matches(&self, token: &str) -> bool {
        constant_time::verify_slices_are_equal(self.csrf_token().as_bytes(), token.as_bytes()).is_ok()
    }
}

impl std::fmt::Debug for CookieSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

/// A cookie that no script reads and no foreign form sends; it lives as long as the browser unless `max_age` (seconds)
/// is given. `secure` everywhere but on a plain-HTTP demonstration.
#[must_use]
pub fn cookie(name: &str, value: &str, secure: bool, max_age: Option<i64>) -> Cookie<'static> {
    let mut cookie = Cookie::build(name.to_owned(), value.to_owned())
        .path("/")
        .http_only(true)
        .secure(secure)
        .same_site(SameSite::Lax)
        .finish();
    cookie.set_max_age(max_age.map(Duration::seconds));
    cookie
}

/// The cookie that makes a browser forget `name`.
#[must_use]
pub fn removal(name: &str, secure: bool) -> Cookie<'static> {
    let mut cookie = cookie(name, "", secure, None);
    cookie.make_removal();
    cookie
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_random_value_parses_and_its_form_token_fits_only_itself() {
        let (ours, other) = (CookieSecret::random(), CookieSecret::random());
        assert_eq!(CookieSecret::parse(ours.expose()), Some(ours.clone()));
        assert!(ours.csrf_matches(&ours.csrf_token()));
        assert!(!ours.csrf_matches(&other.csrf_token()));
        assert!(!ours.csrf_matches(""));
        assert_ne!(ours.hash(), ours.expose());
        assert_eq!(format!("{ours:?}"), "[redacted]");
    }

    proptest! {
        #[test]
        fn foreign_cookie_values_are_dropped(value in ".*") {
            prop_assume!(value.len() != COOKIE_VALUE_LENGTH);
            prop_assert_eq!(CookieSecret::parse(&value), None);
        }
    }

    #[test]
    fn cookies_are_closed_to_scripts_and_foreign_forms() {
        let text = cookie("so_session", "v", true, None).to_string();
        assert_eq!(text, "so_session=v; HttpOnly; SameSite=Lax; Secure; Path=/");
        assert!(cookie("x", "v", false, Some(900)).to_string().contains("Max-Age=900"));
        assert!(removal("x", false).to_string().contains("Max-Age=0"));
    }
}
