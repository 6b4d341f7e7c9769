//! The list of a form's errors above the `h1` (pages.md 0.3), and the one place from which the fields take theirs.

use super::html_component;
use crate::texts;
use askama::Template;
use ontario_language::Language;

/// One error: its words in the summary and at the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorEntry {
    /// Id of the field at which the error is shown.
    pub field: String,
    /// Id that the summary's link leads to; the field itself but for a few.
    pub target: String,
    /// The words in the summary.
    pub summary: String,
    /// The words at the field: usually the same, several where one summary line stands for several rules.
    pub inline: Vec<String>,
}

/// The errors of a form, in the order of its fields. Shows nothing when empty.
#[derive(Debug, Clone, Template)]
#[template(path = "components/error_summary.html")]
pub struct ErrorSummary {
    language: Language,
    entries: Vec<ErrorEntry>,
}

html_component!(ErrorSummary);

impl ErrorSummary {
    /// No errors yet.
    #[must_use]
    pub fn new(language: Language) -> Self {
        Self { language, entries: Vec::new() }
    }

    /// Adds an error with the same words in both places.
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        self.add_linked(field, field, message);
    }

    /// Adds an error of `field` whose link leads to `target`, as the sign-in page needs it.
    pub fn add_linked(&mut self, field: &str, target: &str, message: impl Into<String>) {
        let message = message.into();
        self.push(ErrorEntry {
            field: field.to_owned(),
            target: target.to_owned(),
            summary: message.clone(),
            inline: vec![message],
        });
    }

    /// Adds the broken rules of a new password: one line in the summary, all of them at the field.
    pub fn add_password_rules(&mut self, field: &str, mut messages: Vec<String>) {
        let summary = match messages.len() {
            0 => return,
            1 => messages.swap_remove(0),
            _ => {
                let summary = texts::choose_a_password_that_meets_the_rules(self.language).to_owned();
                let entry = ErrorEntry {
                    field: field.to_owned(),
                    target: field.to_owned(),
                    summary,
                    inline: messages,
                };
                return self.push(entry);
            }
        };
        self.add(field, summary);
    }

    /// Adds an error in full.
    pub fn push(&mut self, entry: ErrorEntry) {
        self.entries.push(entry);
    }

    /// Whether a field has an error already.
    #[must_use]
    pub fn has(&self, field: &str) -> bool {
        self.entries.iter().any(|entry| entry.field == field)
    }

    /// Puts the errors into the order of the form's fields, for a form whose rules are checked in another one.
    pub fn sort_by_fields<'a>(&mut self, fields: impl Iterator<Item = &'a str> + Clone) {
        self.entries.sort_by_key(|entry| fields.clone().position(|field| field == entry.field));
    }

    /// Whether the form has no error.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The words to show at a field.
    #[must_use]
    pub fn messages(&self, field: &str) -> Vec<String> {
        self.entries
            .iter()
            .filter(|entry| entry.field == field)
            .flat_map(|entry| entry.inline.clone())
            .collect()
    }
}
