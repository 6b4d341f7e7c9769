//! The two languages of every program here: which one a request wants, texts that exist in both or don't compile,
//! and dates as people in Ontario write them.
//!
//! Owns no text of any page; each program keeps its own messages with [`messages!`].

mod dates;
mod messages;

pub use dates::{format_date, format_date_time, format_time, in_toronto, iso_date_time, utc_stamp};
use serde::{Deserialize, Serialize};

/// The language that a page, a mail or an account is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Language {
    /// `en`
    #[default]
    #[serde(rename = "en")]
    English,
    /// `fr`
    #[serde(rename = "fr")]
    French,
}

impl Language {
    /// Both, in the order in which they are listed to people.
    pub const ALL: [Self; 2] = [Self::English, Self::French];

    /// The code in URLs, cookies and the database: `en` or `fr`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
        }
    }

    /// The BCP 47 tag for `lang` and `hreflang`: `en-CA` or `fr-CA`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en-CA",
            Self::French => "fr-CA",
        }
    }

    /// The language's own name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::French => "Français",
        }
    }

    /// The other of the two.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::English => Self::French,
            Self::French => Self::English,
        }
    }

    /// Exactly `en` or `fr`.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// A BCP 47 tag such as `fr-CA` or `EN`: only its primary subtag counts.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(primary))
    }

    /// The first of `ui_locales` (OIDC Core 3.1.2.1: tags by preference, separated by spaces) that we speak.
    #[must_use]
    pub fn from_ui_locales(ui_locales: &str) -> Option<Self> {
        ui_locales.split_ascii_whitespace().find_map(Self::from_tag)
    }

    /// The best of an `Accept-Language` header (RFC 9110 section 12.5.4); of equal weights the first named.
    #[must_use]
    pub fn from_accept_language(header: &str) -> Option<Self> {
        let mut best: Option<(Self, f32)> = None;
        for part in header.split(',').take(32) {
            let mut pieces = part.split(';');
            let Some(language) = pieces.next().and_then(Self::from_tag) else { continue };
            let weight = pieces
                .find_map(|piece| piece.trim().strip_prefix("q="))
                .map_or(1.0, |q| q.parse().unwrap_or(0.0));
            if weight > 0.0 && best.is_none_or(|(_, w)| weight > w) {
                best = Some((language, weight));
            }
        }
        best.map(|(language, _)| language)
    }

    /// Picks the text of this language.
    #[must_use]
    pub fn pick<T>(self, english: T, french: T) -> T {
        match self {
            Self::English => english,
            Self::French => french,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Language::{self, English, French};

    #[test]
    fn the_heaviest_language_we_speak_wins() {
        for (header, expected) in [
            ("fr-CA,fr;q=0.9,en;q=0.8", Some(French)),
            ("en", Some(English)),
            ("de,fr;q=0.2,en;q=0.1", Some(French)),
            ("en;q=0,fr;q=0.1", Some(French)),
            ("de-DE", None),
            ("", None),
            ("fr;q=abc,en;q=0.1", Some(English)),
        ] {
            assert_eq!(Language::from_accept_language(header), expected, "{header}");
        }
    }

    #[test]
    fn ui_locales_are_tried_in_order() {
        assert_eq!(Language::from_ui_locales("de fr-CA en"), Some(French));
        assert_eq!(Language::from_ui_locales("xx"), None);
    }
}
