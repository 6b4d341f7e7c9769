//! The ONE-key ID: to own a [`OneKeyId`] is to have parsed one.

use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// 8 to 100 characters with a letter, as typed but for surrounding blanks. The old directory may hold some that are older
/// than these rules.
#[derive(Clone, PartialEq, Eq)]
pub struct OneKeyId(String);

/// Why a text is no ONE-key ID; one error message each (pages.md O2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OneKeyIdError {
    /// Nothing but blanks.
    #[error("no ONE-key ID was given")]
    Missing,
    /// Fewer than 8 or more than 100 characters.
    #[error("a ONE-key ID has at most 100 characters, a new one at least 8")]
    Length,
    /// Only digits and signs.
    #[error("a ONE-key ID has a letter")]
    NoLetter,
    /// A blank, `*`, `\`, `+`, `"`, or a character that can't be seen.
    #[error("a ONE-key ID has nothing that can't be seen, a new one no blank, *, \\, + or \"")]
    Forbidden,
}

impl OneKeyId {
    /// Parses an ID. Letters of any script are taken; what can't be seen (controls, joiners, marks of direction) is not,
    /// so that no two IDs look alike for that reason.
    ///
    /// # Errors
    /// The first rule that the text breaks.
    pub fn parse(text: &str) -> Result<Self, OneKeyIdError> {
        let text: String = text.trim().nfc().collect();
        let length = text.chars().count();
        if length == 0 {
            Err(OneKeyIdError::Missing)
        } else if text.chars().any(is_forbidden) {
            Err(OneKeyIdError::Forbidden)
        } else if !(8..=100).contains(&length) {
            Err(OneKeyIdError::Length)
        } else if !text.chars().any(char::is_alphabetic) {
            Err(OneKeyIdError::NoLetter)
        } else {
            Ok(Self(text))
        }
    }

    /// Takes an ID that the old directory holds, though it may be older than the rules of [`Self::parse`]: 1 to 100
    /// characters, all of which can be seen, with blanks between them at most. Whoever has such an ID signs in with it as
    /// before; no new one is made.
    ///
    /// # Errors
    /// The first rule that the text breaks.
    pub fn parse_imported(text: &str) -> Result<Self, OneKeyIdError> {
        let text: String = text.trim().nfc().collect();
        match text.chars().count() {
            0 => Err(OneKeyIdError::Missing),
            _ if text
                .chars()
                .any(|c| c.is_control() || super::is_invisible(c) || (c.is_whitespace() && c != ' ')) =>
            {
                Err(OneKeyIdError::Forbidden)
            }
            101.. => Err(OneKeyIdError::Length),
            _ => Ok(Self(text)),
        }
    }

    /// The ID as it was typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What makes two IDs the same account: case does not.
    #[must_use]
    pub fn key(&self) -> String {
        Self::key_of(&self.0)
    }

    /// The key under which a typed text is looked for, whether or not it is an ID: what isn't one is found nowhere.
    #[must_use]
    pub fn key_of(typed: &str) -> String {
        typed.trim().nfkc().flat_map(char::to_lowercase).collect()
    }
}

fn is_forbidden(c: char) -> bool {
    c.is_whitespace() || c.is_control() || super::is_invisible(c) || r#"*\+""#.contains(c)
}

impl fmt::Display for OneKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A log is no place for a name.
impl fmt::Debug for OneKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneKeyId([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_rule_of_an_id_has_its_own_error() {
        for (text, error) in [
            ("  ", OneKeyIdError::Missing),
            ("short", OneKeyIdError::Length),
            ("12345678", OneKeyIdError::NoLetter),
            ("two words here", OneKeyIdError::Forbidden),
            ("maple*leaf", OneKeyIdError::Forbidden),
            (r"maple\leaf", OneKeyIdError::Forbidden),
            ("maple+leaf", OneKeyIdError::Forbidden),
            ("maple\"leaf", OneKeyIdError::Forbidden),
            ("maple\u{202e}leaf", OneKeyIdError::Forbidden),
            ("maple\u{200b}leaf", OneKeyIdError::Forbidden),
            ("maple\u{a0}leaf", OneKeyIdError::Forbidden),
            ("maple\u{7}leaf", OneKeyIdError::Forbidden),
        ] {
            assert_eq!(OneKeyId::parse(text), Err(error), "{text:?}");
        }
        assert_eq!(OneKeyId::parse(&"a".repeat(101)), Err(OneKeyIdError::Length));
        for text in ["mapleleaf", "érable-2019", "user@example.ca", "שלום-עולם", &"a".repeat(100)] {
            assert_eq!(OneKeyId::parse(&format!(" {text} ")).unwrap().as_str(), text);
        }
    }

    #[test]
    fn case_and_the_way_of_writing_an_accent_make_no_other_id() {
        let key = |text: &str| OneKeyId::parse(text).unwrap().key();
        assert_eq!(key("Érable-2019"), key("e\u{301}rable-2019"));
        assert_eq!(key("MAPLE.LEAF"), key("maple.leaf"));
        assert_ne!(key("erable-2019"), key("érable-2019"));
        assert_eq!(OneKeyId::key_of(" Maple.Leaf "), key("maple.leaf"));
    }

    #[test]
    fn an_id_that_is_older_than_the_rules_is_taken_from_the_directory() {
        for text in ["bob", "12345678", "maple leaf", "maple+leaf*", "mapleleaf", &"a".repeat(100)] {
            let id = OneKeyId::parse_imported(&format!(" {text} ")).unwrap();
            assert_eq!((id.as_str(), id.key()), (text, OneKeyId::key_of(text)));
        }
        let long = "a".repeat(101);
        for (text, error) in [
            (" ", OneKeyIdError::Missing),
            (long.as_str(), OneKeyIdError::Length),
            ("maple\u{202e}leaf", OneKeyIdError::Forbidden),
            ("maple\u{a0}leaf", OneKeyIdError::Forbidden),
            ("maple\tleaf", OneKeyIdError::Forbidden),
            ("maple\0leaf", OneKeyIdError::Forbidden),
        ] {
            assert_eq!(OneKeyId::parse_imported(text), Err(error), "{text:?}");
        }
    }

    #[test]
    fn an_id_is_not_printed_by_accident() {
        assert!(!format!("{:?}", OneKeyId::parse("mapleleaf").unwrap()).contains("maple"));
    }

    proptest! {
        #[test]
        fn parsing_any_text_ends_and_what_is_parsed_parses_again(text in "\\PC{0,120}") {
            if let Ok(id) = OneKeyId::parse(&text) {
                prop_assert_eq!(OneKeyId::parse(id.as_str()), Ok(id));
            }
        }
    }
}
