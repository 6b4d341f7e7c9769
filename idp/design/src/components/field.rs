//! Fields: of one line, of several, for a code, and text that can't be changed.

use super::{Caption, caption_methods, html_component};
use askama::Template;
use ontario_language::Language;

/// A field of one line: e-mail address, text, telephone number or search. Its id is its name.
#[derive(Debug, Clone, Template)]
#[template(path = "components/text_field.html")]
pub struct TextField {
    caption: Caption,
    kind: &'static str,
    value: String,
    autocomplete: &'static str,
    input_mode: Option<&'static str>,
    spellcheck: bool,
    width: Option<u8>,
}

impl TextField {
    fn new(language: Language, kind: &'static str, name: &str, label: impl Into<String>) -> Self {
        Self {
            caption: Caption::new(language, name, label),
            kind,
            value: String::new(),
            autocomplete: "off",
            input_mode: None,
            spellcheck: true,
            width: None,
        }
    }

    /// An e-mail address.
    #[must_use]
    pub fn email(language: Language, name: &str, label: impl Into<String>) -> Self {
        Self { spellcheck: false, autocomplete: "email", ..Self::new(language, "email", name, label) }
    }

    /// Any text.
    #[must_use]
    pub fn text(language: Language, name: &str, label: impl Into<String>) -> Self {
        Self::new(language, "text", name, label)
    }

    /// A telephone number.
    #[must_use]
    pub fn tel(language: Language, name: &str, label: impl Into<String>) -> Self {
        Self { autocomplete: "tel", ..Self::new(language, "tel", name, label) }
    }

    /// A search.
    #[must_use]
    pub fn search(language: Language, name: &str, label: impl Into<String>) -> Self {
        Self::new(language, "search", name, label).without_flag()
    }

    caption_methods!();

    /// What was typed before.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// The purpose of the field (WCAG 1.3.5): a token such as `family-name`, or `off`.
    #[must_use]
    pub fn autocomplete(mut self, autocomplete: &'static str) -> Self {
        self.autocomplete = autocomplete;
        self
    }

    /// The keyboard of phones: `numeric` and so on.
    #[must_use]
    pub fn input_mode(mut self, input_mode: &'static str) -> Self {
        self.input_mode = Some(input_mode);
        self
    }

    /// The width in characters: 2, 3, 4, 5, 7, 10 or 20.
    #[must_use]
    pub fn width(mut self, characters: u8) -> Self {
        self.width = Some(characters);
        self
    }

    /// For names and codes, which no dictionary knows.
    #[must_use]
    pub fn without_spellcheck(mut self) -> Self {
        self.spellcheck = false;
        self
    }
}

/// A field of several lines. Its id is its name.
#[derive(Debug, Clone, Template)]
#[template(path = "components/text_area.html")]
pub struct TextArea {
    caption: Caption,
    value: String,
    rows: u8,
    spellcheck: bool,
}

impl TextArea {
    /// Any text of several lines.
    #[must_use]
    pub fn new(language: Language, name: &str, label: impl Into<String>) -> Self {
        let caption = Caption::new(language, name, label);
        Self { caption, value: String::new(), rows: 4, spellcheck: true }
    }

    caption_methods!();

    /// What was typed before.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// For addresses and codes, which no dictionary knows.
    #[must_use]
    pub fn without_spellcheck(mut self) -> Self {
        self.spellcheck = false;
        self
    }

    /// Shows this many lines; 4 otherwise.
    #[must_use]
    pub fn rows(mut self, rows: u8) -> Self {
        self.rows = rows;
        self
    }
}

/// A code from a mail or an app: one box, never six (pages.md 0.3). Its id is its name.
#[derive(Debug, Clone, Template)]
#[template(path = "components/code_field.html")]
pub struct CodeField {
    caption: Caption,
}

impl CodeField {
    /// An empty box: a code that was typed is never shown again.
    #[must_use]
    pub fn new(language: Language, name: &str, label: impl Into<String>) -> Self {
        Self { caption: Caption::new(language, name, label) }
    }

    caption_methods!();
}

/// Text that can't be changed, as a field that password managers can read: the user name on a page with only a
/// password.
#[derive(Debug, Clone, Template)]
#[template(path = "components/read_only_field.html")]
pub struct ReadOnlyField {
    caption: Caption,
    value: String,
    autocomplete: &'static str,
}

impl ReadOnlyField {
    /// The user name, `autocomplete=username`.
    #[must_use]
    pub fn user_name(
        language: Language,
        name: &str,
        label: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        Self { caption: Caption::new(language, name, label), value: value.into(), autocomplete: "username" }
            .without_flag()
    }

    /// Any other text.
    #[must_use]
    pub fn text(language: Language, name: &str, label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { autocomplete: "off", ..Self::user_name(language, name, label, value) }
    }

    caption_methods!();
}

html_component!(TextField, TextArea, CodeField, ReadOnlyField);
