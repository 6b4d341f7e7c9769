//! Why somebody changed something, in their own words.

use serde::{Deserialize, Serialize};

/// Why: 1 to 200 characters on one line. It goes into the audit, so it is no place for a secret or an address; pages say so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Reason(String);

/// What is wrong with a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReasonError {
    /// Nothing but blanks.
    #[error("say why")]
    Empty,
    /// More than 200 characters.
    #[error("at most 200 characters")]
    TooLong,
    /// A line break or another control character.
    #[error("on one line, without control characters")]
    Control,
}

impl Reason {
    /// The most characters.
    pub const MAX: usize = 200;

    /// Reads one; blanks around it count, and are dropped.
    ///
    /// # Errors
    /// It is empty, too long, or not one line.
    pub fn parse(text: &str) -> Result<Self, ReasonError> {
        if text.trim().is_empty() {
            return Err(ReasonError::Empty);
        }
        if text.chars().count() > Self::MAX {
            return Err(ReasonError::TooLong);
        }
        if text.chars().any(char::is_control) {
            return Err(ReasonError::Control);
        }
        Ok(Self(text.trim().to_owned()))
    }

    /// The words.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Reason {
    type Error = ReasonError;

    fn try_from(text: String) -> Result<Self, ReasonError> {
        Self::parse(&text)
    }
}

impl From<Reason> for String {
    fn from(reason: Reason) -> Self {
        reason.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line_of_words() {
        assert_eq!(Reason::parse("  é ticket 12 ").unwrap().as_str(), "é ticket 12");
        assert_eq!(Reason::parse(&"é".repeat(200)).unwrap().as_str().chars().count(), 200);
        assert_eq!(Reason::parse(" \u{a0} "), Err(ReasonError::Empty));
        assert_eq!(Reason::parse(&"a".repeat(201)), Err(ReasonError::TooLong));
        assert_eq!(Reason::parse("one\ntwo"), Err(ReasonError::Control));
        assert_eq!(Reason::parse("nul\0"), Err(ReasonError::Control));
    }
}
