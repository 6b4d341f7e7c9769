//! Messages and other static parts of a page.

use super::html_component;
use crate::texts;
use askama::Template;
use ontario_language::Language;

/// The four kinds of alerts of the design system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertKind {
    /// Something was done.
    Success,
    /// Something to know before going on.
    Warning,
    /// Something that went wrong and is no error of a field.
    Error,
    /// Something worth knowing.
    Informational,
}

/// A message on the page.
#[derive(Debug, Clone, Template)]
#[template(path = "components/alert.html")]
pub struct Alert {
    language: Language,
    kind: AlertKind,
    message: String,
    heading: Option<String>,
    link: Option<(String, String)>,
    role: Option<&'static str>,
    focused: bool,
    id: Option<&'static str>,
}

html_component!(Alert, StepIndicator, Details);

impl Alert {
    /// An alert of any kind.
    #[must_use]
    pub fn new(language: Language, kind: AlertKind, message: impl Into<String>) -> Self {
        Self {
            language,
            kind,
            message: message.into(),
            heading: None,
            link: None,
            role: None,
            focused: false,
            id: None,
        }
    }

    /// Something was done.
    #[must_use]
    pub fn success(language: Language, message: impl Into<String>) -> Self {
        Self::new(language, AlertKind::Success, message)
    }

    /// Something to know before going on.
    #[must_use]
    pub fn warning(language: Language, message: impl Into<String>) -> Self {
        Self::new(language, AlertKind::Warning, message)
    }

    /// Something that went wrong and is no error of a field.
    #[must_use]
    pub fn error(language: Language, message: impl Into<String>) -> Self {
        Self::new(language, AlertKind::Error, message)
    }

    /// Something worth knowing.
    #[must_use]
    pub fn informational(language: Language, message: impl Into<String>) -> Self {
        Self::new(language, AlertKind::Informational, message)
    }

    /// Adds a heading (`h2`).
    #[must_use]
    pub fn heading(mut self, heading: impl Into<String>) -> Self {
        self.heading = Some(heading.into());
        self
    }

    /// Adds a link after the message.
    #[must_use]
    pub fn link(mut self, text: impl Into<String>, href: impl Into<String>) -> Self {
        self.link = Some((text.into(), href.into()));
        self
    }

    /// Announces the message: `status` or `alert`.
    #[must_use]
    pub fn role(mut self, role: &'static str) -> Self {
        self.role = Some(role);
        self
    }

    /// Moves the focus to the message without a script. At most one element of a page may have it, and an error
    /// summary goes before.
    #[must_use]
    pub fn focused(mut self) -> Self {
        self.focused = true;
        self
    }

    /// Gives the message an id.
    #[must_use]
    pub fn id(mut self, id: &'static str) -> Self {
        self.id = Some(id);
        self
    }

    fn class(&self) -> &'static str {
        match self.kind {
            AlertKind::Success => "success",
            AlertKind::Warning => "warning",
            AlertKind::Error => "error",
            AlertKind::Informational => "informational",
        }
    }

    fn kind_text(&self) -> &'static str {
        match self.kind {
            AlertKind::Success => texts::success(self.language),
            AlertKind::Warning => texts::warning(self.language),
            AlertKind::Error => texts::error_prefix(self.language),
            AlertKind::Informational => texts::information(self.language),
        }
    }
}

/// "Step 1 of 2".
#[derive(Debug, Clone, Template)]
#[template(path = "components/step_indicator.html")]
pub struct StepIndicator {
    text: String,
}

impl StepIndicator {
    /// Step `step` (from 1) of `steps`.
    #[must_use]
    pub fn new(language: Language, step: u8, steps: u8) -> Self {
        Self { text: texts::step_of(language, step, steps) }
    }
}

/// A part that opens, with paragraphs of text. A part that holds a form is written in the page's template as
/// `<details class="app-details"><summary>…</summary><div class="app-details__body">…</div></details>`.
#[derive(Debug, Clone, Template)]
#[template(path = "components/details.html")]
pub struct Details {
    summary: String,
    paragraphs: Vec<String>,
    open: bool,
}

impl Details {
    /// Closed at first.
    #[must_use]
    pub fn new(summary: impl Into<String>, paragraphs: Vec<String>) -> Self {
        Self { summary: summary.into(), paragraphs, open: false }
    }

    /// Open at first.
    #[must_use]
    pub fn open(mut self) -> Self {
        self.open = true;
        self
    }
}
