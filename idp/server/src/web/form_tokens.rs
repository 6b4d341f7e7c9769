//! The CSRF token of a form: bound to the browser's cookie, with the time when the page was made and whose session it was
//! made in.
//!
//! `nonce ‖ whose ‖ seconds ‖ HMAC(browser, nonce, whose, seconds)`, so that each page's token looks another and none is
//! stored. `whose` is a keyed hash of the account, or zeros where nobody was signed in.

use crate::adapters::rng::rng;
use crate::app::App;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use idp_domain::ids::AccountId;
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

/// What a token has before its tag.
const HEAD: usize = 32;
/// Of a page that nobody's session made.
const NOBODY: [u8; 8] = [0; 8];

/// A new token for a page of `browser`, made in the session of `account`.
#[must_use]
pub fn issue(app: &App, browser: &Secret, account: Option<&AccountId>, now: Timestamp) -> String {
    let mut nonce = [0; 16];
    rng().fill_bytes(&mut nonce);
    let whose = account.map_or(NOBODY, |account| mark(&app.data_keys.hash, account));
    let mut token = [&nonce[..], &whose, &now.seconds().to_be_bytes()].concat();
    let tag = tag(&app.data_keys.hash, browser, &token);
    token.extend_from_slice(&tag);
    BASE64_URL_SAFE_NO_PAD.encode(token)
}

/// Whether the page of a token was made in somebody's session.
#[must_use]
pub fn is_somebodys(token: &str) -> bool {
    whose(token).is_some_and(|whose| whose != NOBODY)
}

/// Whether the page of a token was made in a session of `account`.
#[must_use]
pub fn is_of(app: &App, token: &str, account: &AccountId) -> bool {
    whose(token) == Some(mark(&app.data_keys.hash, account))
}

fn whose(token: &str) -> Option<[u8; 8]> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).ok()?;
    bytes.get(16..24)?.try_into().ok()
}

fn mark(key: &HashKey, account: &AccountId) -> [u8; 8] {
    let hash = key.hash("form-of-account", &[account.as_str().as_bytes()]);
    hash.as_bytes().first_chunk().copied().unwrap_or_default()
}

/// What `token` says for `browser`; stale after the longest life of a session.
#[must_use]
pub fn check(app: &App, browser: &Secret, token: &str, now: Timestamp) -> TokenState {
    let Ok(bytes) = BASE64_URL_SAFE_NO_PAD.decode(token) else { return TokenState::Bad };
    let Some((head, given)) = bytes.split_at_checked(HEAD) else { return TokenState::Bad };
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
