//! The parts of forms and the messages (pages.md 0.3), each a small askama template that another template shows as
//! `{{ part }}`. Everything that comes in as text is escaped here; nothing takes HTML.

mod caption;
mod choice;
mod error_summary;
mod field;
mod message;
mod password;
mod tokens;

pub use caption::Caption;
pub use choice::{Checkbox, Choice, RadioGroup, Select};
pub use error_summary::{ErrorEntry, ErrorSummary};
pub use field::{CodeField, ReadOnlyField, TextArea, TextField};
pub use message::{Alert, AlertKind, Details, StepIndicator};
pub use password::{PasswordField, PasswordRule, PasswordRules, RuleState};
pub use tokens::FormTokens;

/// A component escapes its own texts, so a template that shows it must not escape it again.
macro_rules! html_component {
    ($($name:ty),+ $(,)?) => { $( impl askama::filters::HtmlSafe for $name {} )+ };
}

/// What every field with a [`Caption`] can be given.
macro_rules! caption_methods {
    () => {
        /// Adds a hint under the label.
        #[must_use]
        pub fn hint(mut self, hint: impl Into<String>) -> Self {
            self.caption.hint = Some(hint.into());
            self
        }

        /// Shows one error, if there is one.
        #[must_use]
        pub fn error(mut self, error: Option<String>) -> Self {
            self.caption.errors = error.into_iter().collect();
            self
        }

        /// Shows the errors that the summary has for this field.
        #[must_use]
        pub fn errors_of(mut self, summary: &crate::components::ErrorSummary) -> Self {
            self.caption.errors = summary.messages(&self.caption.id);
            self
        }

        /// Marks the field as optional instead of required.
        #[must_use]
        pub fn optional(mut self) -> Self {
            self.caption.required = Some(false);
            self
        }

        /// Shows neither "(required)" nor "(optional)".
        #[must_use]
        pub fn without_flag(mut self) -> Self {
            self.caption.required = None;
            self
        }
    };
}
pub(crate) use {caption_methods, html_component};

#[cfg(test)]
mod tests;
