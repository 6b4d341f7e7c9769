//! The terms of use: configuration, in headed sections and both languages.

use ontario_language::Language;
use serde::Deserialize;

/// A text in both languages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    en: String,
    fr: String,
}

impl Text {
    /// In one of them.
    #[must_use]
    pub fn in_language(&self, language: Language) -> &str {
        language.pick(&self.en, &self.fr)
    }
}

/// A part of the terms.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    pub(crate) heading: Text,
    pub(crate) paragraphs: Vec<Text>,
}

/// The terms of the whole service and of its two parts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// Raised when they change in substance: people accept them anew.
    pub(crate) version: i32,
    /// Since when.
    pub(crate) date: Text,
    /// Of Justice Services Online.
    pub(crate) general: Vec<Section>,
    /// Of the civil part.
    pub(crate) civil: Vec<Section>,
    /// Of the family part.
    pub(crate) family: Vec<Section>,
}

impl Terms {
    /// The terms that the demonstration shows.
    ///
    /// # Errors
    /// See [`Terms::parse`].
    pub fn demonstration() -> Result<Self, String> {
        Self::parse(include_str!("../data/terms.toml"))
    }

    /// Reads a file of terms.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn parse(file: &str) -> Result<Self, String> {
        let terms: Self = toml::from_str(file).map_err(|error| error.to_string())?;
        let sections = || terms.general.iter().chain(&terms.civil).chain(&terms.family);
        let texts = sections().flat_map(|section| section.paragraphs.iter().chain([&section.heading]));
        let is_blank = |text: &Text| text.en.trim().is_empty() || text.fr.trim().is_empty();
        if terms.version < 1 || terms.general.is_empty() || texts.chain([&terms.date]).any(is_blank) {
            return Err(
                "the terms need a version from 1, sections, and every text in both languages".to_owned()
            );
        }
        Ok(terms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_terms_are_complete_in_both_languages_or_refused() {
        let terms = Terms::demonstration().unwrap();
        assert!(terms.general.len() >= 4 && !terms.civil.is_empty() && !terms.family.is_empty());
        let file = include_str!("../data/terms.toml");
        for (old, new) in
            [("version = 1", "version = 0"), ("fr = \"Documents\"", "fr = \" \""), ("date =", "day =")]
        {
            assert!(file.contains(old) && Terms::parse(&file.replace(old, new)).is_err(), "{new}");
        }
    }
}
