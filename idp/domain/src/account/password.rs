//! The rules for a My Ontario Account's password (guide S2; `product.md` 2.2) and how one is made ready for hashing.

use super::common_passwords::is_common;
use super::email_address::EmailAddress;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// One rule that a password can break; one error message each (pages.md 0.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordRule {
    /// At least 8 characters.
    Length,
    /// At least one digit, 0 to 9.
    Digit,
    /// At least one symbol: whatever is no letter, digit, combining mark or blank.
    Symbol,
    /// At least one lower-case letter.
    LowerCase,
    /// At least one upper-case letter.
    UpperCase,
    /// No part of the user name.
    UserName,
    /// Not one of the most common passwords.
    Common,
    /// At most 256 characters.
    TooLong,
}

impl PasswordRule {
    /// The six rules that are shown before the field, in the guide's order.
    pub const SHOWN: [Self; 6] =
        [Self::Length, Self::Digit, Self::Symbol, Self::LowerCase, Self::UpperCase, Self::UserName];
}

/// The figures of the rules.
pub struct PasswordRules;

impl PasswordRules {
    /// Fewest characters.
    pub const MIN_LENGTH: usize = 8;
    /// Most characters; longer input is refused, never cut.
    pub const MAX_LENGTH: usize = 256;
    /// A piece of the address counts as "part of the user name" from this many characters.
    const PIECE: usize = 4;
    /// The whole local part counts from this many characters.
    const LOCAL_PART: usize = 3;
}

/// NFC, so that a password typed on another keyboard has the same bytes (NIST SP 800-63B-4, 3.1.1.2). Nothing is cut
/// or trimmed.
#[must_use]
pub fn normalize_password(typed: &str) -> String {
    typed.nfc().collect()
}

/// Every rule that `password` breaks, in the order in which they are shown; empty when it is good. The length is
/// counted in characters of the normalized text. Without a readable user name the other rules still apply.
#[must_use]
pub fn check_password(password: &str, user_name: Option<&EmailAddress>) -> Vec<PasswordRule> {
    let password = normalize_password(password);
    let length = password.chars().count();
    let mut broken = Vec::new();
    let mut rule = |rule: PasswordRule, kept: bool| {
        if !kept {
            broken.push(rule);
        }
    };
    rule(PasswordRule::Length, length >= PasswordRules::MIN_LENGTH);
    rule(PasswordRule::Digit, password.chars().any(|c| c.is_ascii_digit()));
    rule(PasswordRule::Symbol, password.chars().any(is_symbol));
    rule(PasswordRule::LowerCase, password.chars().any(char::is_lowercase));
    rule(PasswordRule::UpperCase, password.chars().any(char::is_uppercase));
    rule(PasswordRule::UserName, !user_name.is_some_and(|name| contains_part_of(&password, name)));
    rule(PasswordRule::TooLong, length <= PasswordRules::MAX_LENGTH);
    if broken.is_empty() && is_common(&password) {
        broken.push(PasswordRule::Common);
    }
    broken
}

fn is_symbol(c: char) -> bool {
    !c.is_alphanumeric() && !c.is_whitespace() && !c.is_control() && !is_combining_mark(c)
}

/// "Part" (product.md 2.2): a piece of 4 or more characters between the signs of the address, or the whole local part
/// from 3, found without regard to case or accents.
fn contains_part_of(password: &str, user_name: &EmailAddress) -> bool {
    let password = fold(password);
    let address = fold(user_name.as_str());
    let local_part = fold(user_name.local_part());
    let piece_is_found = address
        .split(|c: char| !c.is_alphanumeric())
        .any(|piece| piece.chars().count() >= PasswordRules::PIECE && password.contains(piece));
    piece_is_found
        || (local_part.chars().count() >= PasswordRules::LOCAL_PART && password.contains(&local_part))
}

/// Case and accents gone: NFKD, lower case, no combining marks.
fn fold(text: &str) -> String {
    text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn broken(password: &str, email: &str) -> Vec<PasswordRule> {
        check_password(password, EmailAddress::parse(email).ok().as_ref())
    }

    #[test]
    fn each_rule_alone_is_found_broken() {
        use PasswordRule::*;
        let email = "jeanne.tremblay@exemple.ca";
        for (password, expected) in [
            ("Lac-Bleu-42", vec![]),
            ("Lac-4é!", vec![Length]),
            ("Lac-Bleu-Vert", vec![Digit]),
            ("LacBleuVert42", vec![Symbol]),
            ("LAC-BLEU-42", vec![LowerCase]),
            ("lac-bleu-42", vec![UpperCase]),
            ("Lac-JEANNE-42", vec![UserName]),
            ("Lac-Trémblay-42", vec![UserName]),
            ("Lac-exemple-42", vec![UserName]),
            ("P@ssw0rd", vec![Common]),
            ("abc", vec![Length, Digit, Symbol, UpperCase]),
            ("", vec![Length, Digit, Symbol, LowerCase, UpperCase]),
        ] {
            assert_eq!(broken(password, email), expected, "{password}");
        }
    }

    #[test]
    fn part_of_the_user_name_is_a_piece_of_four_or_the_local_part_of_three() {
        assert_eq!(broken("Xx-ann-2468!", "ann@b.example.test"), [PasswordRule::UserName]);
        assert_eq!(broken("Xx-an-24680!", "an@b.example.test"), []);
        assert_eq!(broken("Xx-joe-2468!", "joe.smith@b.example.test"), []);
        assert_eq!(broken("Xx-SMITH-68!", "joe.smith@b.example.test"), [PasswordRule::UserName]);
    }

    #[test]
    fn accents_typed_in_either_form_are_the_same_password() {
        assert_eq!(normalize_password("e\u{301}te\u{301}"), normalize_password("\u{e9}t\u{e9}"));
    }

    #[test]
    fn length_counts_characters_up_to_256() {
        let long = format!("Aa1!{}", "é".repeat(252));
        assert_eq!(broken(&long, "x@example.test"), []);
        assert_eq!(broken(&format!("{long}é"), "x@example.test"), [PasswordRule::TooLong]);
    }

    proptest! {
        #[test]
        fn no_input_panics_and_a_good_password_stays_good_under_normalization(password in any::<String>()) {
            let email = EmailAddress::parse("someone@example.test").unwrap();
            prop_assert_eq!(check_password(&password, Some(&email)), check_password(&normalize_password(&password), Some(&email)));
        }

        #[test]
        fn the_local_part_is_never_taken(prefix in "[A-Z][a-z]{1,4}[0-9]!{1,3}", suffix in "[A-Za-z0-9]{0,5}") {
            let email = EmailAddress::parse("someone@example.test").unwrap();
            let password = format!("{prefix}SomeOne{suffix}");
            prop_assert!(check_password(&password, Some(&email)).contains(&PasswordRule::UserName));
        }
    }
}
