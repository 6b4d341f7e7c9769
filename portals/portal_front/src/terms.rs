//! Terms of use as configuration: in headed sections, in both languages, in named parts. A portal's people accept a version;
//! when it is raised they accept anew.

use crate::texts;
use askama::Template;
use ontario_language::Language;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A text in both languages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    en: String,
    fr: String,
}

impl Text {
    fn pick(&self, language: Language) -> &str {
        language.pick(&self.en, &self.fr)
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    heading: Text,
    paragraphs: Vec<Text>,
}

/// The terms of a service.
#[derive(Debug, Clone, Deserialize)]
pub struct Terms {
    /// Raised when they change in substance.
    pub version: i32,
    /// Since when.
    date: Text,
    #[serde(flatten)]
    parts: BTreeMap<String, Vec<Section>>,
}

impl Terms {
    /// Reads a TOML file that has these parts.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn parse(file: &str, parts: &[&str]) -> Result<Self, String> {
        let terms: Self = toml::from_str(file).map_err(|error| error.to_string())?;
        let sections = || terms.parts.values().flatten();
        let texts = sections().flat_map(|section| section.paragraphs.iter().chain([&section.heading]));
        let is_blank = |text: &Text| text.en.trim().is_empty() || text.fr.trim().is_empty();
        let named = terms.parts.len() == parts.len()
            && parts.iter().all(|part| terms.parts.get(*part).is_some_and(|sections| !sections.is_empty()));
        if terms.version < 1 || !named || texts.chain([&terms.date]).any(is_blank) {
            let parts = parts.join(", ");
            return Err(format!(
                "the terms need a version from 1, sections in {parts}, and every text in both languages"
            ));
        }
        Ok(terms)
    }

    /// A part, to be read: its headings are `h2` or `h3`.
    #[must_use]
    pub fn text(&self, language: Language, part: &str, heading_level: u8) -> TermsText {
        let words = |text: &Text| text.pick(language).to_owned();
        let section = |section: &Section| {
            (words(&section.heading), section.paragraphs.iter().map(words).collect::<Vec<_>>())
        };
        TermsText {
            version: texts::terms_version(language, self.version, self.date.pick(language)),
            sections: self.parts.get(part).into_iter().flatten().map(section).collect(),
            level: heading_level,
        }
    }
}

/// `Version 1, November 1, 2026`, then headings with their paragraphs.
#[derive(Template)]
#[template(path = "terms_text.html")]
pub struct TermsText {
    version: String,
    sections: Vec<(String, Vec<String>)>,
    level: u8,
}

impl askama::filters::HtmlSafe for TermsText {}
