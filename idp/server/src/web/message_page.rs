//! A page that says something and offers a way on: most pages without fields are one of these.

use super::answer::Answer;
use super::problem::Problem;
use super::visit::Visit;
use askama::Template;
use ontario_design::Frame;
use ontario_design::components::FormTokens;

/// A button with a form of its own.
pub struct ButtonForm {
    /// The form's id: stable, for robots and assistive technology.
    pub id: &'static str,
    /// Where it posts to.
    pub action: String,
    /// Its hidden fields.
    pub tokens: FormTokens,
    /// More hidden fields.
    pub fields: Vec<(&'static str, String)>,
    /// The button's words.
    pub label: String,
    /// Whether it is the way on (primary) or another way (secondary).
    pub primary: bool,
}

/// Heading, paragraphs, ways on.
#[derive(Template)]
#[template(path = "message.html")]
pub struct MessagePage {
    /// Around it.
    pub frame: Frame,
    /// What it says; a stable id for robots.
    pub id: &'static str,
    /// Its paragraphs.
    pub paragraphs: Vec<String>,
    /// Its forms.
    pub forms: Vec<ButtonForm>,
    /// Links styled as buttons: words and address.
    pub buttons: Vec<(String, String)>,
    /// Plain links: words and address.
    pub links: Vec<(String, String)>,
}

impl MessagePage {
    /// A page that only says something.
    #[must_use]
    pub fn new(frame: Frame, id: &'static str, paragraphs: Vec<String>) -> Self {
        Self { frame, id, paragraphs, forms: Vec::new(), buttons: Vec::new(), links: Vec::new() }
    }

    /// Adds a form with one button.
    #[must_use]
    pub fn form(mut self, form: ButtonForm) -> Self {
        self.forms.push(form);
        self
    }

    /// Adds a link that looks like a button.
    #[must_use]
    pub fn button(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.buttons.push((label.into(), href.into()));
        self
    }

    /// Adds a link.
    #[must_use]
    pub fn link(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.links.push((label.into(), href.into()));
        self
    }

    /// Renders it.
    ///
    /// # Errors
    /// The template fails, which no data causes.
    pub fn answer(&self, visit: &Visit, status: u16) -> Result<Answer, Problem> {
        visit.page(status, self)
    }
}

impl Visit {
    /// A primary button that posts to `path` of this visit's language and transaction.
    #[must_use]
    pub fn button_form(&self, id: &'static str, path: &str, label: impl Into<String>) -> ButtonForm {
        ButtonForm {
            id,
            action: self.url(path),
            tokens: self.form_tokens(),
            fields: Vec::new(),
            label: label.into(),
            primary: true,
        }
    }
}
