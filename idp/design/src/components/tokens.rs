//! The hidden fields of every form (pages.md 0.3).

use super::html_component;
use askama::Template;

/// CSRF token, transaction and single-use id of a form.
#[derive(Clone, Template)]
#[template(path = "components/form_tokens.html")]
pub struct FormTokens {
    /// `_csrf`
    pub csrf: String,
    /// `_tx`: the transaction that the form belongs to.
    pub transaction: Option<String>,
    /// `_once`: the server answers a second POST with the first answer.
    pub once: Option<String>,
}

html_component!(FormTokens);

impl FormTokens {
    /// A form that is bound to the browser only.
    #[must_use]
    pub fn new(csrf: impl Into<String>) -> Self {
        Self { csrf: csrf.into(), transaction: None, once: None }
    }

    /// Binds the form to a transaction, if there is one.
    #[must_use]
    pub fn transaction(mut self, transaction: Option<String>) -> Self {
        self.transaction = transaction;
        self
    }

    /// Gives the form its single-use id.
    #[must_use]
    pub fn once(mut self, once: impl Into<String>) -> Self {
        self.once = Some(once.into());
        self
    }
}

impl std::fmt::Debug for FormTokens {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("FormTokens([redacted])")
    }
}
