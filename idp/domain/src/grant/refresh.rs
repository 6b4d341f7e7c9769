//! Refresh tokens (RFC 6749 section 6, RFC 9700 section 4.14): rotated, and reuse ends the grant.
//!
//! A token is its grant's id, a number, and a tag by our key over both. Nothing of it is stored: the grant's row says
//! which number is good. So a lost answer can be given again, a token spent long ago is still known as ours, and the
//! table does not grow with use.
//!
//! 1. [`RefreshToken::verify`]: only what we made goes on; a guess touches nothing.
//! 2. [`decide_refresh`]: the current number is answered, and spent where tokens are rotated; the one before it is
//!    answered again for ten seconds; anything older ends the grant.

use super::access::{Access, AccessError, AccessRequest};
use super::{GrantLimits, Standing, TokenGrant, TokenKind};
use crate::ids::{ClientId, GrantId};
use crate::secret::{HashKey, Secret, equal_in_constant_time};
use crate::time::Timestamp;
use std::time::Duration;

/// How long a spent token is answered with the same successor: an answer can be lost on its way.
pub const ANSWERED_AGAIN_FOR: Duration = Duration::from_secs(10);

/// A refresh token of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshToken {
    /// Of which grant.
    pub grant_id: GrantId,
    /// Which of its tokens, from 0.
    pub number: u32,
}

impl RefreshToken {
    /// The text that the client gets.
    #[must_use]
    pub fn to_secret(&self, key: &HashKey) -> Secret {
        let Self { grant_id, number } = self;
        Secret::new(format!("{}{grant_id}.{number}.{}", TokenKind::REFRESH, self.tag(key)))
    }

    fn tag(&self, key: &HashKey) -> String {
        let parts: [&[u8]; 2] = [self.grant_id.as_str().as_bytes(), &self.number.to_be_bytes()];
        key.hash("refresh-token", &parts).to_base64url()
    }

    /// Reads what a client sent; `None` unless we made it.
    #[must_use]
    pub fn verify(key: &HashKey, text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix(TokenKind::REFRESH)?.splitn(3, '.');
        let (grant_id, number, tag) = (parts.next()?, parts.next()?, parts.next()?);
        let token = Self { grant_id: GrantId::parse(grant_id)?, number: number.parse().ok()? };
        // One text for each token: no leading zero or sign.
        let canonical = token.number.to_string() == number;
        (canonical && equal_in_constant_time(token.tag(key).as_bytes(), tag.as_bytes())).then_some(token)
    }
}

/// What a client sends to refresh.
#[derive(Debug, Clone)]
pub struct RefreshRequest {
    /// The authenticated client.
    pub client_id: ClientId,
    /// The token's number.
    pub number: u32,
    /// What the access token is asked to open.
    pub access: AccessRequest,
    /// Thumbprint of the key that the request proved (RFC 9449).
    pub jkt: Option<String>,
    /// Whether its tokens are rotated: not those of sender-constrained FAPI clients (FAPI 2.0 Security Profile 5.3.2.1).
    pub rotates: bool,
}

/// What is done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefreshDecision {
    /// The token is spent, and the next one follows.
    Rotate(Access),
    /// The answer is given once more, with the successor that the token has already.
    Repeat(Access),
    /// The token stays good.
    Keep(Access),
    /// Nothing changes.
    Refuse(RefreshError),
    /// A spent token is in two hands: the grant ends.
    EndGrant,
}

/// Why a refresh is refused; `invalid_grant` but for the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RefreshError {
    /// Not made by us, or its grant is long gone.
    #[error("the refresh token is unknown")]
    Unknown,
    /// Issued to another client, whose grant stays as it is.
    #[error("the refresh token was issued to another client")]
    OtherClient,
    /// Spent before; the grant has ended now.
    #[error("the refresh token was used before")]
    Reused,
    /// The grant, its session or its account has ended, its password was changed, or its time is over.
    #[error("the grant has ended")]
    Ended,
    /// Bound to another key.
    #[error("the refresh token is bound to another key")]
    OtherKey,
    /// `invalid_scope` or `invalid_target`.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Decides on a refresh token that is ours.
#[must_use]
pub fn decide_refresh(
    grant: &TokenGrant,
    standing: &Standing,
    sent: &RefreshRequest,
    limits: &GrantLimits,
    now: Timestamp,
) -> RefreshDecision {
    use RefreshDecision::{EndGrant, Keep, Refuse, Repeat, Rotate};
    if grant.client_id != sent.client_id {
        return Refuse(RefreshError::OtherClient);
    }
    if grant.ended_at.is_some() {
        return Refuse(RefreshError::Ended);
    }
    let Some(current) = grant.refresh else { return Refuse(RefreshError::Unknown) };
    let is_current = sent.number == current.number;
    if !is_current {
        // A number to come: issued after a backup that was put back. It fails closed.
        if sent.number > current.number {
            return Refuse(RefreshError::Unknown);
        }
        // Once the successor was used there is a number after that.
        let is_last = sent.number + 1 == current.number;
        let is_recent = current.since.is_some_and(|since| now.since(since) <= ANSWERED_AGAIN_FOR);
        if !(is_last && is_recent) {
            return EndGrant;
        }
    }
    if !standing.carries(grant, limits, now) {
        return Refuse(RefreshError::Ended);
    }
    if grant.jkt.is_some() && grant.jkt != sent.jkt {
        return Refuse(RefreshError::OtherKey);
    }
    match sent.access.decide(&grant.scope, &grant.resources) {
        Err(error) => Refuse(error.into()),
        Ok(access) if !is_current => Repeat(access),
        Ok(access) if sent.rotates => Rotate(access),
        Ok(access) => Keep(access),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key() -> HashKey {
        HashKey::new(&[7; 32])
    }

    fn token(grant: &str, number: u32) -> RefreshToken {
        RefreshToken { grant_id: GrantId::parse(grant).unwrap(), number }
    }

    #[test]
    fn the_same_token_is_made_again_and_every_other_is_another() {
        let text = |grant, number| token(grant, number).to_secret(&key()).expose().to_owned();
        assert_eq!(text("g", 1), text("g", 1));
        let all = [text("g", 0), text("g", 1), text("g", 10), text("h", 1), text("g1", 0)];
        for (n, one) in all.iter().enumerate() {
            assert!(all.iter().skip(n + 1).all(|other| other != one));
            assert!(RefreshToken::verify(&HashKey::new(&[8; 32]), one).is_none(), "another key");
        }
    }

    proptest! {
        #[test]
        fn only_what_we_made_is_taken(grant in "[A-Za-z0-9_-]{1,64}", number: u32, at: prop::sample::Index, put in "[ -~]") {
            let made = token(&grant, number);
            let text = made.to_secret(&key()).expose().to_owned();
            prop_assert_eq!(RefreshToken::verify(&key(), &text), Some(made));
            prop_assert_eq!(TokenKind::of(&text), TokenKind::Refresh);
            let at = at.index(text.len());
            let changed = format!("{}{put}{}", &text[..at], &text[at + 1..]);
            prop_assert_eq!(RefreshToken::verify(&key(), &changed).is_some(), changed == text);
            let longer = format!("{}{put}{}", &text[..at], &text[at..]);
            prop_assert_eq!(RefreshToken::verify(&key(), &longer), None);
            prop_assert_eq!(RefreshToken::verify(&key(), &text[..at]), None);
        }

        #[test]
        fn no_text_panics(text in "(ort_|oat_|eyJ0)?\\PC{0,80}") {
            prop_assert_eq!(RefreshToken::verify(&key(), &text), None);
            let _ = TokenKind::of(&text);
        }
    }
}
