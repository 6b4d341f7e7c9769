//! Recovery codes: ten at a time, each good once, for the day when the phone is gone.
//!
//! 50 random bits in ten characters of Crockford's base32, written `xxxxx-xxxxx`. Fewer than the 112 bits that may rest as
//! a plain hash (ASVS 6.5.2), so they rest as keyed hashes, bound to their account.

use crate::ids::AccountId;
use crate::secret::{HashKey, KeyedHash};
use rand::{CryptoRng, RngExt};
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// Letters and digits that nobody takes for one another; `u` is left out so that no word is spelt.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// Characters in a code.
const LENGTH: usize = 10;
/// The longest text that is read: whoever types more has typed no code.
const LONGEST: usize = 64;

/// A recovery code.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(String);

impl RecoveryCode {
    /// How many are made at a time.
    pub const COUNT: usize = 10;

    /// Draws ten different ones.
    #[must_use]
    pub fn random_set(rng: &mut impl CryptoRng) -> Vec<Self> {
        let mut codes: Vec<Self> = Vec::with_capacity(Self::COUNT);
        while codes.len() < Self::COUNT {
            let code = Self((0..LENGTH).map(|_| char::from(ALPHABET[rng.random_range(0..32)])).collect());
            if !codes.contains(&code) {
                codes.push(code);
            }
        }
        codes
    }

    /// Reads what a person typed: hyphens, blanks and case don't matter, `o`, `i` and `l` are the digits that they look
    /// like. `None` where it can't be a code.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        if typed.chars().count() > LONGEST {
            return None;
        }
        let kept = typed.nfkc().flat_map(char::to_lowercase).filter(|c| !is_separator(*c));
        let code: String = kept.map(unambiguous).collect();
        (code.len() == LENGTH && code.bytes().all(|b| ALPHABET.contains(&b))).then_some(Self(code))
    }

    /// As it is shown: `xxxxx-xxxxx`.
    #[must_use]
    pub fn shown(&self) -> String {
        let (first, second) = self.0.split_at_checked(LENGTH / 2).unwrap_or((&self.0, ""));
        format!("{first}-{second}")
    }

    /// How it rests in the database.
    #[must_use]
    pub fn hash(&self, key: &HashKey, account: &AccountId) -> KeyedHash {
        key.hash("recovery-code", &[account.as_str().as_bytes(), self.0.as_bytes()])
    }
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || "-._\u{2010}\u{2011}\u{2012}\u{2013}\u{2014}\u{2212}".contains(c)
}

fn unambiguous(c: char) -> char {
    match c {
        'o' => '0',
        'i' | 'l' => '1',
        other => other,
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    #[test]
    fn ten_different_codes_are_drawn_and_read_as_they_are_shown() {
        let codes = RecoveryCode::random_set(&mut StdRng::seed_from_u64(1));
        assert_eq!(codes.len(), 10);
        for (n, code) in codes.iter().enumerate() {
            let shown = code.shown();
            assert!(shown.len() == 11 && shown.as_bytes()[5] == b'-', "{shown}");
            assert_eq!(RecoveryCode::parse(&shown).as_ref(), Some(code));
            assert!(!codes[..n].contains(code));
            assert_eq!(format!("{code:?}"), "RecoveryCode([redacted])");
        }
    }

    #[test]
    fn what_a_person_may_type_is_read() {
        let code = RecoveryCode::parse("0123a-bcdef").unwrap();
        for typed in [
            "0123abcdef",
            " O123A BCDEF ",
            "oi23a–bcdef",
            "０１２３ａｂｃｄｅｆ",
            "0L23a.bcdef",
            "0123-a-b-c-d-e-f",
        ] {
            assert_eq!(RecoveryCode::parse(typed).as_ref(), Some(&code), "{typed}");
        }
        let long = "0123abcdef".to_owned() + &" ".repeat(60);
        for typed in ["", "0123abcde", "0123abcdefg", "0123ubcdef", "0123abcdé0", "💩", "0123a\0bcdef", &long]
        {
            assert_eq!(RecoveryCode::parse(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_hash_is_bound_to_its_account() {
        let key = HashKey::new(&[1; 32]);
        let [mine, yours] = ["a", "b"].map(|id| AccountId::parse(id).unwrap());
        let code = RecoveryCode::parse("0123abcdef").unwrap();
        assert_ne!(code.hash(&key, &mine), code.hash(&key, &yours));
    }

    proptest! {
        #[test]
        fn no_text_breaks_it_and_what_is_read_is_shown_alike(typed in "\\PC{0,80}") {
            if let Some(code) = RecoveryCode::parse(&typed) {
                prop_assert_eq!(RecoveryCode::parse(&code.shown()), Some(code));
            }
        }
    }
}
