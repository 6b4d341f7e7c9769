//! Identifiers. Each is its own type, so that one can't stand where another is meant.

use crate::account::AccountKind;
use crate::secret::{KeyedHash, random_base64url};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! random_id {
    ($( $(#[$meta:meta])* $name:ident )+) => { $(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// A new one: 128 random bits as 22 base64url characters.
            #[must_use]
            pub fn random(rng: &mut impl CryptoRng) -> Self {
                Self(random_base64url::<16>(rng))
            }

            /// Reads one that we made: base64url characters, at most 64.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
                (!text.is_empty() && text.len() <= 64 && text.chars().all(allowed)).then(|| Self(text.to_owned()))
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+ };
}

random_id! {
    /// An account, for ever; also its pseudonym in the audit. Never given to a relying service.
    AccountId
    /// One attempt to create an account, in one browser.
    RegistrationId
    /// One sent activation code with its link.
    ActivationCodeId
    /// A relying service's kept authorization request; the `_tx` of pages. Worthless without the browser's cookie.
    AuthorizationRequestId
    /// A browser session; `sid` in tokens (OIDC Back-Channel Logout section 2.1). Not its cookie's value.
    SessionId
    /// What one redeemed authorization code bought: all its tokens end together.
    GrantId
    /// A mail in the outbox; the local part of its `Message-ID`.
    MailId
    /// An operator's notice on the sign-in pages.
    NoticeId
    /// A decision on a transfer; its receipt's `jti`.
    TransferId
    /// A change of an account's e-mail address.
    EmailChangeId
    /// One sent code of such a change.
    EmailChangeCodeId
    /// What a person told support about their account's activity.
    ActivityReportId
    /// The removal of a second factor that one of support asked for.
    FactorRemovalId
    /// A browser's attempt to recover a ONE-key password.
    OneKeyRecoveryId
    /// A passkey's record; in the addresses of its pages. Not its credential identifier.
    PasskeyId
    /// A sign-in that waits for its second step.
    SecondStepId
    /// A browser's attempt to set a new password by mail.
    PasswordResetId
    /// A browser's journey through a sign-in partner. Not its `state`.
    PartnerJourneyId
    /// A client secret's record.
    ClientSecretId
    /// An initial access token's record (RFC 7591 section 3). Not the token.
    InitialAccessTokenId
}

/// What a ONE-key account's identifier begins with.
const ONE_KEY: &str = "one-key-";

impl AccountId {
    /// A new one for a ONE-key account.
    #[must_use]
    pub fn random_one_key(rng: &mut impl CryptoRng) -> Self {
        Self(format!("{ONE_KEY}{}", random_base64url::<16>(rng)))
    }

    /// A new one for an imported ONE-key account. Those of one transaction share their first half, so that their rows stand
    /// side by side in every index: a tenth of the pages is written.
    #[must_use]
    pub fn random_one_key_beside(group: [u8; 8], rng: &mut impl CryptoRng) -> Self {
        let mut bytes = [0; 16];
        let (first, second) = bytes.split_at_mut(8);
        first.copy_from_slice(&group);
        rng.fill_bytes(second);
        Self(format!("{ONE_KEY}{}", BASE64_URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The place among the ONE-key accounts that a keyed hash points at. Nobody can put an account there, since
    /// identifiers are random and the key is secret.
    #[must_use]
    pub fn one_key_place(hash: &KeyedHash) -> Self {
        let text: String = hash.to_base64url().chars().take(22).collect();
        Self(format!("{ONE_KEY}{text}"))
    }

    /// Before every ONE-key account's.
    #[must_use]
    pub fn first_one_key() -> Self {
        Self(ONE_KEY.to_owned())
    }

    /// Whose it is. A My Ontario Account's identifier is 22 characters, a ONE-key account's 30, so neither can be taken
    /// for the other.
    #[must_use]
    pub fn kind(&self) -> AccountKind {
        let is_one_key = self.0.len() == ONE_KEY.len() + 22 && self.0.starts_with(ONE_KEY);
        if is_one_key { AccountKind::OneKey } else { AccountKind::MyOntario }
    }
}

/// A relying service's `client_id` (RFC 6749 section 2.2): 1 to 128 characters of `A–Z a–z 0–9 - . _ ~`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientId(String);

impl ClientId {
    /// Reads one; `None` when it breaks the rule above.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
        (!text.is_empty() && text.len() <= 128 && text.chars().all(allowed)).then(|| Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    #[test]
    fn an_account_identifier_tells_its_kind() {
        let mut rng = StdRng::seed_from_u64(1);
        for _ in 0..1000 {
            assert_eq!(AccountId::random(&mut rng).kind(), AccountKind::MyOntario);
            let one_key = AccountId::random_one_key(&mut rng);
            assert_eq!(one_key.kind(), AccountKind::OneKey);
            assert_eq!(AccountId::random_one_key_beside([9; 8], &mut rng).kind(), AccountKind::OneKey);
            assert_eq!(AccountId::parse(one_key.as_str()), Some(one_key));
        }
        assert_eq!(AccountId::parse("one-key-AAAAAAAAAAAAAA").unwrap().kind(), AccountKind::MyOntario);
    }
}
