//! E-mail addresses: to own an [`EmailAddress`] is to have parsed one.

use serde::{Deserialize, Serialize};
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// A syntactically sound e-mail address of at most 254 characters, as typed but for surrounding blanks.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EmailAddress(String);

/// Why a text is no address; one error message each (pages.md 0.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmailAddressError {
    /// Nothing but blanks.
    #[error("no e-mail address was given")]
    Missing,
    /// Not of the form name@example.com.
    #[error("the e-mail address has the wrong format")]
    Malformed,
    /// More than 254 characters (RFC 5321 section 4.5.3.1.3 less the angle brackets).
    #[error("the e-mail address is too long")]
    TooLong,
}

impl EmailAddress {
    /// Parses `local@domain`: a local part of 1–64 characters without blanks, controls, quotes or brackets, a domain of
    /// at least two labels of letters, digits and hyphens. Letters of any script are taken (RFC 6531).
    ///
    /// # Errors
    /// The first rule that the text breaks.
    pub fn parse(text: &str) -> Result<Self, EmailAddressError> {
        let text: String = text.trim().nfc().collect();
        if text.is_empty() {
            return Err(EmailAddressError::Missing);
        }
        if text.len() > 254 {
            return Err(EmailAddressError::TooLong);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(EmailAddressError::Malformed)?;
        if local_part_is_sound(local) && domain_is_sound(domain) {
            Ok(Self(text))
        } else {
            Err(EmailAddressError::Malformed)
        }
    }

    /// The address as it was typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What makes two addresses the same account: case does not (NFKC, lower case).
    #[must_use]
    pub fn key(&self) -> String {
        self.0.nfkc().flat_map(char::to_lowercase).collect()
    }

    /// What stands before the last `@`.
    #[must_use]
    pub fn local_part(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(local, _)| local)
    }
}

fn local_part_is_sound(local: &str) -> bool {
    let forbidden =
        |c: char| c.is_whitespace() || c.is_control() || is_invisible(c) || "\"(),:;<>@[\\]".contains(c);
    !local.is_empty()
        && local.len() <= 64
        && !local.contains(forbidden)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
}

/// Characters that change how a text looks without being seen: never in an address.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{AD}')
}

fn domain_is_sound(domain: &str) -> bool {
    let label_is_sound = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    let mut labels = 0;
    for label in domain.split('.') {
        if !label_is_sound(label) {
            return false;
        }
        labels += 1;
    }
    labels >= 2 && domain.rsplit('.').next().is_some_and(|top| !top.chars().all(|c| c.is_ascii_digit()))
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sound_and_unsound_addresses_are_told_apart() {
        use EmailAddressError::{Malformed, Missing, TooLong};
        let long = format!("{}@example.com", "a".repeat(300));
        for (text, expected) in [
            ("name@example.com", Ok(())),
            ("  name+tag@mail.example.ca ", Ok(())),
            ("élodie@exemple.ca", Ok(())),
            ("o'brien@example.ie", Ok(())),
            ("", Err(Missing)),
            ("   ", Err(Missing)),
            ("name", Err(Malformed)),
            ("name@", Err(Malformed)),
            ("@example.com", Err(Malformed)),
            ("name@localhost", Err(Malformed)),
            ("name@10.0.0.1", Err(Malformed)),
            ("a@b@example.com", Err(Malformed)),
            ("na me@example.com", Err(Malformed)),
            ("name@exa mple.com", Err(Malformed)),
            ("name@-example.com", Err(Malformed)),
            (".name@example.com", Err(Malformed)),
            ("na..me@example.com", Err(Malformed)),
            ("name@example..com", Err(Malformed)),
            ("name\r\nBcc: x@example.com", Err(Malformed)),
            ("name\u{202E}@example.com", Err(Malformed)),
            ("<name@example.com>", Err(Malformed)),
            (&long, Err(TooLong)),
        ] {
            assert_eq!(EmailAddress::parse(text).map(|_| ()), expected, "{text:?}");
        }
    }

    #[test]
    fn case_does_not_make_another_account() {
        let key = |text| EmailAddress::parse(text).map(|address| address.key());
        assert_eq!(key("Name@Example.COM"), key("name@example.com"));
    }

    proptest! {
        #[test]
        fn whatever_is_typed_either_parses_to_one_line_or_is_refused(text in any::<String>()) {
            if let Ok(address) = EmailAddress::parse(&text) {
                prop_assert!(!address.as_str().contains(char::is_control));
                prop_assert!(address.as_str().len() <= 254);
                prop_assert_eq!(EmailAddress::parse(address.as_str()), Ok(address.clone()));
            }
        }
    }
}
