//! What support may do to an account, and with whom: pure rules, told by values.

use super::Actor;
use crate::ids::AccountId;
use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;

/// How long a removal that one asked for waits for another.
pub const APPROVAL_WINDOW: Duration = Duration::from_hours(24);

/// Which second factors are removed. Recovery codes go with the last of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemovedFactors {
    /// The authenticator app.
    AuthenticatorApp,
    /// Every passkey.
    Passkeys,
    /// Everything.
    All,
}

impl RemovedFactors {
    const ALL: [Self; 3] = [Self::AuthenticatorApp, Self::Passkeys, Self::All];

    /// Its word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AuthenticatorApp => "authenticator_app",
            Self::Passkeys => "passkeys",
            Self::All => "all",
        }
    }

    /// Reads its word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|factors| factors.as_str() == text)
    }

    /// Whether the authenticator app goes.
    #[must_use]
    pub fn includes_app(self) -> bool {
        self != Self::Passkeys
    }

    /// Whether the passkeys go.
    #[must_use]
    pub fn includes_passkeys(self) -> bool {
        self != Self::AuthenticatorApp
    }
}

/// Why somebody may not have a part in the removal of a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TwoPersonsError {
    /// Whoever asked doesn't approve.
    #[error("somebody else than who asked has to approve")]
    SamePerson,
    /// It is their own account.
    #[error("nobody removes a second factor of their own account this way")]
    OwnAccount,
    /// It is a program that registered or changed itself.
    #[error("a program that registered itself is none of two persons: nobody knows who is behind it")]
    Unknown,
}

/// Whether somebody may ask for, or approve, the removal of a second factor of this account. Whoever runs the program, each
/// administrator and each program at the API is one person; behind a program stand those who registered or changed it, since
/// they could have its secret. So each side is a list of everybody behind it. Behind one that registered itself may be anybody.
///
/// # Errors
/// Why not.
pub fn check_two_persons(
    owner: &AccountId,
    asked_by: &[Actor],
    approved_by: &[Actor],
) -> Result<(), TwoPersonsError> {
    let own = Actor::Administrator(owner.clone());
    if asked_by.contains(&own) || approved_by.contains(&own) {
        return Err(TwoPersonsError::OwnAccount);
    }
    if asked_by.contains(&Actor::Service) || approved_by.contains(&Actor::Service) {
        return Err(TwoPersonsError::Unknown);
    }
    if asked_by.iter().any(|actor| approved_by.contains(actor)) {
        return Err(TwoPersonsError::SamePerson);
    }
    Ok(())
}

/// Digits and letters that are not taken for one another: no 0 and O, no 1 and I. Five bits choose one.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const LETTERS: usize = 10;

/// What a locked account's person tells support (page X10): ten letters and digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LockReference(String);

impl LockReference {
    /// A new one: 50 random bits.
    #[must_use]
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        let mut bytes = [0_u8; LETTERS];
        rng.fill_bytes(&mut bytes);
        let letters = bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
        Self(letters.collect())
    }

    /// Reads what somebody typed or was told: small letters, blanks and dashes don't matter.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let letters: String =
            text.chars().filter(|c| !matches!(c, ' ' | '-')).map(|c| c.to_ascii_uppercase()).collect();
        let is_one = letters.len() == LETTERS && letters.bytes().all(|byte| ALPHABET.contains(&byte));
        is_one.then_some(Self(letters))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LockReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ClientId;
    use rand::SeedableRng;

    #[test]
    fn two_persons_are_two_and_neither_is_the_owner() {
        let owner = AccountId::parse("owner").unwrap();
        let person = |id| Actor::Administrator(AccountId::parse(id).unwrap());
        let client = |id| Actor::ApiClient(ClientId::parse(id).unwrap());
        let check = |asked: &[Actor], approved: &[Actor]| check_two_persons(&owner, asked, approved);
        assert_eq!(check(&[person("a")], &[]), Ok(()));
        assert_eq!(check(&[person("a")], &[person("b")]), Ok(()));
        assert_eq!(check(&[Actor::Operator], &[client("desk")]), Ok(()));
        assert_eq!(check(&[client("desk")], &[client("other")]), Ok(()));
        assert_eq!(check(&[client("desk"), person("a")], &[client("other"), person("b")]), Ok(()));
        let same = Err(TwoPersonsError::SamePerson);
        for one in [person("a"), client("desk"), Actor::Operator] {
            assert_eq!(check(std::slice::from_ref(&one), std::slice::from_ref(&one)), same);
        }
        assert_eq!(check(&[person("a")], &[client("desk"), person("a")]), same, "by their own program");
        assert_eq!(check(&[client("desk"), person("a")], &[client("other"), person("a")]), same);
        let own = Err(TwoPersonsError::OwnAccount);
        assert_eq!(check(&[person("owner")], &[]), own);
        assert_eq!(check(&[person("a")], &[person("owner")]), own);
        assert_eq!(check(&[person("a")], &[client("desk"), person("owner")]), own);
        assert_eq!(check(&[person("owner")], &[person("owner")]), own);
        let unknown = Err(TwoPersonsError::Unknown);
        assert_eq!(check(&[client("desk"), Actor::Service], &[]), unknown);
        assert_eq!(check(&[person("a")], &[client("desk"), person("b"), Actor::Service]), unknown);
    }

    #[test]
    fn a_reference_is_read_however_it_is_dictated() {
        let reference = LockReference::random(&mut rand::rngs::StdRng::seed_from_u64(1));
        assert_eq!(reference.as_str().len(), 10);
        let (one, two) = reference.as_str().split_at(5);
        for text in [format!("{one}-{two}"), format!(" {} {} ", one.to_lowercase(), two)] {
            assert_eq!(LockReference::parse(&text), Some(reference.clone()));
        }
        for text in ["", "ABCDE", "ABCDEFGHJ0", "ABCDEFGHJÉ", "ABCDEFGHJKM"] {
            assert_eq!(LockReference::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_word_is_read_as_it_was_written() {
        for factors in RemovedFactors::ALL {
            assert_eq!(RemovedFactors::parse(factors.as_str()), Some(factors));
            assert_eq!(serde_json::to_value(factors).unwrap(), factors.as_str());
            assert!(factors.includes_app() || factors.includes_passkeys());
        }
        assert_eq!(RemovedFactors::parse("password"), None);
    }
}
