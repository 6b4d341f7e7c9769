//! The CSRF token of a form: bound to the browser's cookie, with the time when the page was made.
//!
//! `nonce ‖ seconds ‖ HMAC(browser, nonce, seconds)`, so that each page's token looks another and none is stored.

use crate::adapters::rng::rng;
use crate::app::App;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use idp_domain::secret::{HashKey, Secret, equal_in_constant_time};
use idp_domain::time::Timestamp;
use rand::Rng;

/// What a token says of the form that brought it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenState {
    /// Ours, for this browser, and fresh.
    Good,
    /// Ours, for this browser, but of a page that was open too long.
    Stale,
    /// Missing, foreign or made up.
    Bad,
}

/// A new token for a page of `browser`.
#[must_use]
pub fn issue(app: &App, browser: &Secret, now: Timestamp) -> String {
    let mut bytes = [0; 24];
    if let Some(nonce) = bytes.first_chunk_mut::<16>() {
        rng().fill_bytes(nonce);
    }
    if let Some(time) = bytes.last_chunk_mut::<8>() {
        *time = now.seconds().to_be_bytes();
    }
    let mut token = bytes.to_vec();
    token.extend_from_slice(&tag(&app.data_keys.hash, browser, &bytes));
    BASE64_URL_SAFE_NO_PAD.encode(token)
}

/// What `token` says for `browser`; stale after the longest life of a session.
#[must_use]
pub fn check(app: &App, browser: &Secret, token: &str, now: Timestamp) -> TokenState {
    let Ok(bytes) = BASE64_URL_SAFE_NO_PAD.decode(token) else { return TokenState::Bad };
    let Some((head, given)) = bytes.split_at_checked(24) else { return TokenState::Bad };
    if !equal_in_constant_time(given, &tag(&app.data_keys.hash, browser, head)) {
        return TokenState::Bad;
    }
    let seconds = head.last_chunk::<8>().map_or(0, |time| i64::from_be_bytes(*time));
    let age = now.since(Timestamp::from_seconds(seconds));
    if age > app.in_force().lifetimes.session.max { TokenState::Stale } else { TokenState::Good }
}

fn tag(key: &HashKey, browser: &Secret, head: &[u8]) -> [u8; 32] {
    let hash = key.hash("csrf", &[browser.expose().as_bytes(), head]);
    hash.as_bytes().try_into().unwrap_or_default()
}
