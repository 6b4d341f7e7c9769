//! Notices of the operator on the sign-in pages: what they say, where and when.

use crate::Language;
use crate::client::BilingualText;
use crate::ids::NoticeId;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// Anything that people should know.
    Information,
    /// A planned outage.
    Outage,
}

impl NoticeKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Information, Self::Outage];

    /// Its word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Information => "information",
            Self::Outage => "outage",
        }
    }

    /// Reads its word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// On which sign-in pages it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticePlace {
    /// My Ontario Account's (M1).
    MyOntario,
    /// ONE-key's (O1).
    OneKey,
    /// Both.
    Everywhere,
}

impl NoticePlace {
    /// Every place.
    pub const ALL: [Self; 3] = [Self::MyOntario, Self::OneKey, Self::Everywhere];

    /// Its word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MyOntario => "my-ontario",
            Self::OneKey => "one-key",
            Self::Everywhere => "everywhere",
        }
    }

    /// Reads its word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|place| place.as_str() == text)
    }
}

/// A notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its identifier.
    pub id: NoticeId,
    /// What it is about.
    pub kind: NoticeKind,
    /// What it says.
    pub text: BilingualText,
    /// From when.
    pub starts_at: Timestamp,
    /// Until when; without an end until it is removed.
    pub ends_at: Option<Timestamp>,
    /// Where.
    pub place: NoticePlace,
}

/// What is wrong with a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoticeError {
    /// A text is missing.
    #[error("enter the text in both languages")]
    TextMissing,
    /// A text is too long.
    #[error("at most 500 characters in each language")]
    TextTooLong,
    /// A line break or another control character.
    #[error("on one line, without control characters")]
    TextControl,
    /// It would end before it begins.
    #[error("it must end after it begins")]
    EndsBeforeStart,
}

impl Notice {
    /// The most characters of a text.
    pub const MAX_TEXT: usize = 500;

    /// Checks a notice before it is kept; blanks around its texts are dropped.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn check(mut self) -> Result<Self, NoticeError> {
        for text in [&mut self.text.en, &mut self.text.fr] {
            if text.trim().is_empty() {
                return Err(NoticeError::TextMissing);
            }
            if text.chars().count() > Self::MAX_TEXT {
                return Err(NoticeError::TextTooLong);
            }
            if text.chars().any(char::is_control) {
                return Err(NoticeError::TextControl);
            }
            *text = text.trim().to_owned();
        }
        if self.ends_at.is_some_and(|end| end <= self.starts_at) {
            return Err(NoticeError::EndsBeforeStart);
        }
        Ok(self)
    }

    /// Whether it stands on this page now.
    #[must_use]
    pub fn stands(&self, place: NoticePlace, now: Timestamp) -> bool {
        let here = self.place == NoticePlace::Everywhere || self.place == place;
        here && now >= self.starts_at && self.ends_at.is_none_or(|end| now < end)
    }

    /// What it says in a language.
    #[must_use]
    pub fn text(&self, language: Language) -> &str {
        self.text.get(language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(en: &str, fr: &str, end: Option<i64>) -> Notice {
        Notice {
            id: NoticeId::parse("n").unwrap(),
            kind: NoticeKind::Outage,
            text: BilingualText { en: en.into(), fr: fr.into() },
            starts_at: Timestamp::from_seconds(100),
            ends_at: end.map(Timestamp::from_seconds),
            place: NoticePlace::OneKey,
        }
    }

    #[test]
    fn a_notice_says_the_same_in_both_languages_on_one_line() {
        assert_eq!(notice(" a ", "à", None).check().unwrap().text.en, "a");
        assert_eq!(notice("a", " ", None).check(), Err(NoticeError::TextMissing));
        assert_eq!(notice(&"a".repeat(501), "b", None).check(), Err(NoticeError::TextTooLong));
        assert_eq!(notice("a\nb", "b", None).check(), Err(NoticeError::TextControl));
        assert_eq!(notice("a", "b", Some(100)).check(), Err(NoticeError::EndsBeforeStart));
    }

    #[test]
    fn a_notice_stands_in_its_place_from_its_start_to_its_end() {
        let stands = |place, at| notice("a", "b", Some(200)).stands(place, Timestamp::from_seconds(at));
        assert!(stands(NoticePlace::OneKey, 100) && stands(NoticePlace::OneKey, 199));
        assert!(!stands(NoticePlace::OneKey, 99) && !stands(NoticePlace::OneKey, 200));
        assert!(!stands(NoticePlace::MyOntario, 150));
        let everywhere = Notice { place: NoticePlace::Everywhere, ..notice("a", "b", None) };
        assert!(everywhere.stands(NoticePlace::MyOntario, Timestamp::from_seconds(9_999_999)));
    }
}
