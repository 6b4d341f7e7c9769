//! The rules for a new ONE-key password (guides S0, S1; `product.md` 3.2). Older passwords are checked by their hash alone.

use super::OneKeyId;
use crate::account::normalize_password;
use unicode_normalization::char::is_combining_mark;

/// One rule that a password can break; one error message each (pages.md O2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OneKeyPasswordRule {
    /// 8 to 16 characters.
    Length,
    /// An upper-case letter.
    UpperCase,
    /// A lower-case letter.
    LowerCase,
    /// A digit, 0 to 9.
    Digit,
    /// A symbol.
    Symbol,
    /// No blank.
    Space,
    /// Not the ID.
    Id,
}

impl OneKeyPasswordRule {
    /// Every rule, in the order in which they are shown.
    pub const ALL: [Self; 7] =
        [Self::Length, Self::UpperCase, Self::LowerCase, Self::Digit, Self::Symbol, Self::Space, Self::Id];

    fn keeps(self, password: &str, id_key: Option<&str>) -> bool {
        let mut signs = password.chars();
        match self {
            Self::Length => (8..=16).contains(&password.chars().count()),
            Self::UpperCase => signs.any(char::is_uppercase),
            Self::LowerCase => signs.any(char::is_lowercase),
            Self::Digit => signs.any(|c| c.is_ascii_digit()),
            Self::Symbol => signs.any(is_symbol),
            Self::Space => !signs.any(char::is_whitespace),
            Self::Id => id_key.is_none_or(|key| OneKeyId::key_of(password) != key),
        }
    }
}

/// Every rule that `password` breaks, in the order in which they are shown. Without a readable ID the others still apply.
#[must_use]
pub fn check_one_key_password(password: &str, id: Option<&OneKeyId>) -> Vec<OneKeyPasswordRule> {
    let password = normalize_password(password);
    let key = id.map(OneKeyId::key);
    OneKeyPasswordRule::ALL.into_iter().filter(|rule| !rule.keeps(&password, key.as_deref())).collect()
}

fn is_symbol(c: char) -> bool {
    !c.is_alphanumeric() && !c.is_whitespace() && !c.is_control() && !is_combining_mark(c)
}

#[cfg(test)]
mod tests {
    use super::OneKeyPasswordRule::{Digit, Id, Length, LowerCase, Space, Symbol, UpperCase};
    use super::*;

    #[test]
    fn each_rule_is_found_broken() {
        let id = OneKeyId::parse("Erable-2019a").unwrap();
        for (password, broken) in [
            ("Lac-Bleu-42", vec![]),
            ("Lac-Bleu-42-Long", vec![]),
            ("Lac-Bleu-42-Longer", vec![Length]),
            ("La-4", vec![Length]),
            ("lac-bleu-42", vec![UpperCase]),
            ("LAC-BLEU-42", vec![LowerCase]),
            ("Lac-Bleu-xx", vec![Digit]),
            ("LacBleu42", vec![Symbol]),
            ("Lac Bleu-42", vec![Space]),
            ("eRABLE-2019A", vec![Id]),
            ("", vec![Length, UpperCase, LowerCase, Digit, Symbol]),
        ] {
            assert_eq!(check_one_key_password(password, Some(&id)), broken, "{password}");
        }
        assert_eq!(check_one_key_password("Érable-2019", None), vec![]);
        assert_eq!(
            check_one_key_password("E\u{301}rable-2019-abcd", None),
            vec![],
            "16 characters, composed"
        );
    }
}
