//! Label, flag and hint of a field, and the error between hint and field.

use super::html_component;
use crate::texts;
use askama::Template;
use ontario_language::Language;

/// What stands above a field.
#[derive(Debug, Clone, Template)]
#[template(path = "components/caption.html")]
pub struct Caption {
    pub(crate) language: Language,
    pub(crate) id: String,
    pub(crate) label: String,
    /// Some(true) shows "(required)", Some(false) "(optional)".
    pub(crate) required: Option<bool>,
    pub(crate) hint: Option<String>,
    pub(crate) errors: Vec<String>,
}

/// The error between hint and field; nothing at all without an error.
#[derive(Debug, Template)]
#[template(path = "components/inline_error.html")]
pub(crate) struct InlineError<'a> {
    language: Language,
    id: &'a str,
    errors: &'a [String],
}

html_component!(Caption, InlineError<'_>);

impl Caption {
    pub(crate) fn new(language: Language, id: &str, label: impl Into<String>) -> Self {
        Self {
            language,
            id: id.to_owned(),
            label: label.into(),
            required: Some(true),
            hint: None,
            errors: Vec::new(),
        }
    }

    pub(crate) fn flag(&self) -> Option<&'static str> {
        self.required.map(|required| {
            if required { texts::required(self.language) } else { texts::optional(self.language) }
        })
    }

    pub(crate) fn has_error(&self) -> bool {
        !self.errors.is_empty()
    }

    pub(crate) fn error(&self) -> InlineError<'_> {
        InlineError { language: self.language, id: &self.id, errors: &self.errors }
    }

    /// The ids that describe the field, in reading order; `before` stands between hint and error.
    pub(crate) fn described_by(&self, before: Option<&str>) -> Option<String> {
        let hint = self.hint.is_some().then(|| format!("{}-hint", self.id));
        let error = self.has_error().then(|| format!("{}-error", self.id));
        let ids: Vec<String> = hint.into_iter().chain(before.map(str::to_owned)).chain(error).collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}
