//! What people type into forms, checked: text of any script, bounded, every mistake told in the order of the fields.

use crate::texts;
use ontario_design::components::ErrorSummary;
use ontario_language::Language;
use std::str::FromStr;
use unicode_normalization::UnicodeNormalization;

/// RFC 5321 section 4.5.3.1.3, without the angle brackets.
const MAX_EMAIL: usize = 254;
const MAX_PHONE: usize = 40;
/// Fewer digits are no telephone number anywhere.
const FEWEST_PHONE_DIGITS: usize = 7;

/// A text in both languages.
pub type Text = fn(Language) -> &'static str;

/// Checks the fields of one form, in their order, and collects what is wrong.
pub struct FieldCheck {
    /// Of the mistakes' words.
    pub language: Language,
    /// What is wrong so far.
    pub errors: ErrorSummary,
}

impl FieldCheck {
    /// Nothing is wrong yet.
    #[must_use]
    pub fn new(language: Language) -> Self {
        Self { language, errors: ErrorSummary::new(language) }
    }

    /// Notes a mistake.
    pub fn refuse(&mut self, field: &str, message: impl Into<String>) {
        self.errors.add(field, message);
    }

    /// A line of text of at most `longest` characters; with `required`, what is said where it is empty.
    pub fn line(
        &mut self,
        field: &str,
        typed: &str,
        longest: usize,
        required: Option<Text>,
        name: Text,
    ) -> String {
        let value = one_line(typed);
        match required {
            Some(message) if value.is_empty() => self.refuse(field, message(self.language)),
            _ if value.chars().count() > longest => {
                self.refuse(field, texts::too_long(self.language, name(self.language), longest));
            }
            _ => {}
        }
        value
    }

    /// A telephone number in any format: at least as many digits, of any script, as one has, and what people put between.
    /// An empty one is a mistake only where it is `required`.
    pub fn phone(&mut self, field: &str, typed: &str, required: bool, message: Text) -> String {
        let value = one_line(typed);
        let digits = value.chars().filter(|sign| sign.is_numeric()).count();
        let between = |sign: char| sign.is_numeric() || " +-\u{2010}\u{2011}\u{2013}().,/#*".contains(sign);
        let fits =
            digits >= FEWEST_PHONE_DIGITS && value.chars().count() <= MAX_PHONE && value.chars().all(between);
        if !fits && (required || !value.is_empty()) {
            self.refuse(field, message(self.language));
        }
        value
    }

    /// The choice of a language in the field `language`.
    pub fn language(&mut self, typed: &str) -> Language {
        Language::from_code(typed).unwrap_or_else(|| {
            self.refuse("language", texts::choice_required(self.language));
            self.language
        })
    }

    /// An e-mail address in the field `email`.
    pub fn email(&mut self, typed: &str) -> String {
        let value = typed.trim();
        if value.is_empty() {
            self.refuse("email", texts::email_required(self.language));
        } else if value.len() > MAX_EMAIL {
            self.refuse("email", texts::email_long(self.language));
        } else if !is_email(value) {
            self.refuse("email", texts::email_format(self.language));
        }
        value.to_owned()
    }
}

/// An address that a mail's header can hold as it is.
fn is_email(value: &str) -> bool {
    let plain =
        value.is_ascii() && value.bytes().all(|b| b.is_ascii_graphic() && !b"\"<>()[],;:\\".contains(&b));
    let domain = value.rsplit_once('@').map(|(_, domain)| domain);
    let dotted = domain
        .is_some_and(|domain| domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.'));
    plain && dotted && lettre::Address::from_str(value).is_ok()
}

/// Text of one line, of any script: without control characters and without those that turn the reading direction
/// round, one space between words.
#[must_use]
pub fn one_line(typed: &str) -> String {
    // Composed after the hidden ones have gone: they may stand between a letter and its accent.
    let visible =
        typed.chars().filter(|sign| !is_hidden(*sign)).map(|sign| if sign.is_control() { ' ' } else { sign });
    visible.nfc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Directional overrides and embeddings, zero-width spaces, line separators. Joiners stay: some scripts need them.
#[must_use]
pub fn is_hidden(sign: char) -> bool {
    matches!(sign, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::English;
    use proptest::prelude::*;

    #[test]
    fn names_of_every_script_are_kept_and_what_hides_is_not() {
        let names = [
            "O’Brien-Żółć",
            "محمد",
            "李小龍",
            "क्षत्रिय",
            "נועה",
            "Nguyễn",
            "🦊",
            "=1+1",
            "<script>x</script>",
        ];
        for name in names {
            assert_eq!(one_line(name), name.nfc().collect::<String>());
        }
        assert_eq!(one_line(" a\r\n\tb\u{0}\u{202e}c\u{2066}\u{200b} \u{85}d "), "a b c d");
        assert_eq!(one_line("\u{202e}\u{200b} \t"), "");
    }

    #[test]
    fn telephone_numbers_come_in_any_format() {
        let wrong = |typed: &str, required: bool| {
            let mut check = FieldCheck::new(English);
            check.phone("phone", typed, required, texts::phone_required);
            !check.errors.is_empty()
        };
        let formats =
            ["416-555-0123", "416 555–0123", "(416) 555.0123", "+33 1 23 45 67 89", "４１６５５５０１２３"];
        for phone in formats.into_iter().chain(["٤١٦٥٥٥٠١٢٣"]) {
            assert!(!wrong(phone, true), "{phone}");
        }
        for phone in ["none", "555", "1234567 call me", "<b>4165550123</b>", &"1".repeat(41)] {
            assert!(wrong(phone, true) && wrong(phone, false), "{phone}");
        }
        assert!(wrong("", true) && !wrong("", false));
    }

    #[test]
    fn an_address_can_not_reach_into_a_mails_header() {
        let mistakes = |typed: &str| {
            let mut check = FieldCheck::new(English);
            check.email(typed);
            check.errors.messages("email")
        };
        assert!(mistakes(" name+tag@example.ca ").is_empty());
        for email in [
            "a",
            "a@b",
            "@example.test",
            "a@example.",
            "a@.test",
            "a@b..ca",
            "a@@b.ca",
            "a b@example.test",
            "a@example.test\r\nBcc: x@example.test",
            "<a@example.test>",
            "a@example.test,b@example.test",
            "\"a\"@example.test",
            "почта@example.test",
            "a@[127.0.0.1]",
        ] {
            assert_eq!(mistakes(email), [texts::email_format(English)], "{email}");
        }
        let long = format!("{}@{}.test", "a".repeat(64), "b".repeat(200));
        assert!(mistakes(&long)[0].contains("254"));
    }

    proptest! {
        #[test]
        fn a_line_is_one_line_and_reading_it_again_changes_nothing(text in "\\PC*|[\\x00-\\u{ffff}]{0,300}") {
            let line = one_line(&text);
            prop_assert!(!line.chars().any(|sign| sign.is_control() || is_hidden(sign)));
            prop_assert_eq!(one_line(&line), line);
        }
    }

    #[test]
    fn a_letter_and_its_accent_are_one_whatever_stood_between_them() {
        assert_eq!(one_line("A\u{feff}\u{300}  B\r\n"), "À B");
    }
}
