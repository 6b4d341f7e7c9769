//! What a person calls a passkey, to tell it from their others.

use crate::one_key::is_invisible;
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// 1 to 40 characters that can be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyName(String);

/// Why a text is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyNameError {
    /// Nothing but blanks and what can't be seen.
    #[error("no name was given")]
    Missing,
    /// More than 40 characters.
    #[error("a name has at most 40 characters")]
    TooLong,
}

impl PasskeyName {
    /// The most characters.
    pub const LONGEST: usize = 40;

    /// Takes a typed name: blanks become single ones, what can't be seen is dropped, so that no two names look alike for that
    /// reason and none turns the text around it.
    ///
    /// # Errors
    /// Nothing is left, or too much.
    pub fn parse(text: &str) -> Result<Self, PasskeyNameError> {
        let visible = |c: &char| c.is_whitespace() || !(c.is_control() || is_invisible(*c));
        // A form's body is bounded, but this needs no more than a line of it.
        let text: String = text.chars().filter(visible).take(4 * Self::LONGEST).nfc().collect();
        let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
        match name.chars().count() {
            0 => Err(PasskeyNameError::Missing),
            1..=Self::LONGEST => Ok(Self(name)),
            _ => Err(PasskeyNameError::TooLong),
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PasskeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_is_what_can_be_seen() {
        let name = |text: &str| PasskeyName::parse(text).map(|name| name.0);
        assert_eq!(name("  Office \t key\n "), Ok("Office key".into()));
        assert_eq!(name("clé de Zoé"), Ok("clé de Zoé".into()));
        assert_eq!(name("a\u{202e}b\u{200b}c\u{7}"), Ok("abc".into()));
        assert_eq!(name(" \u{200b} "), Err(PasskeyNameError::Missing));
        assert_eq!(name(&"é".repeat(40)), Ok("é".repeat(40)));
        assert_eq!(name(&"é".repeat(41)), Err(PasskeyNameError::TooLong));
        assert_eq!(name(&"x".repeat(60_000)), Err(PasskeyNameError::TooLong));
    }

    proptest! {
        #[test]
        fn a_name_that_was_taken_is_taken_again_as_it_is(text in "\\PC{0,60}") {
            if let Ok(name) = PasskeyName::parse(&text) {
                prop_assert_eq!(PasskeyName::parse(name.as_str()), Ok(name.clone()));
            }
        }
    }
}
