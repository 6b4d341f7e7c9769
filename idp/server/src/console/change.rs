//! A change: a form with a reason, the page that shows what will be done, and only then the act.
//!
//! The page that shows it carries all that was typed, and a keyed hash over it: who changes a value on the way sees the
//! page again with the new one, and nothing is done that its person was not shown. A secret that was typed is carried sealed.

use super::Clerk;
use super::sheet::{Cell, Facts, Sheet};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use askama::Template;
use askama::filters::HtmlSafe;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use idp_domain::administration::{Reason, ReasonError};
use idp_domain::secret::{Secret, equal_in_constant_time};
use ontario_design::Frame;
use ontario_design::components::{Alert, ErrorSummary, FormTokens, TextField};
use std::fmt::Display;

/// The field of the keyed hash.
const SEAL: &str = "_confirm";
/// What stands before a secret that a page carries.
const SEALED: &str = "sealed.";

/// A form that asks for a change.
#[derive(Template)]
#[template(path = "console/form.html")]
pub struct ChangeForm {
    action: String,
    tokens: FormTokens,
    hidden: Vec<(String, String)>,
    fields: Vec<Box<dyn Display>>,
    button: String,
    dangerous: bool,
    cancel: (&'static str, String),
}

impl HtmlSafe for ChangeForm {}

impl ChangeForm {
    /// Adds a field.
    #[must_use]
    pub fn field(mut self, field: impl HtmlSafe + 'static) -> Self {
        self.fields.push(Box::new(field));
        self
    }

    /// Adds a value that nobody types.
    #[must_use]
    pub fn hidden(mut self, name: &str, value: &str) -> Self {
        self.hidden.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Adds a field, if there is one.
    #[must_use]
    pub fn field_if(self, field: Option<impl HtmlSafe + 'static>) -> Self {
        match field {
            Some(field) => self.field(field),
            None => self,
        }
    }
}

/// What will be done, for the page that asks once more.
pub struct Confirmation {
    /// Its heading.
    pub title: String,
    /// Labels and values.
    pub facts: Vec<(String, Cell)>,
    /// What it means: a warning where it can't be undone.
    pub means: Option<String>,
    /// The button's words.
    pub button: String,
    /// Whether it can't be undone.
    pub dangerous: bool,
}

impl Clerk<'_> {
    /// A form that posts to this page; [`Self::reason_field`] belongs in it.
    #[must_use]
    pub fn form(&self, button: impl Into<String>, cancel: String) -> ChangeForm {
        ChangeForm {
            action: self.visit.plain_url(self.place.path()),
            tokens: self.visit.form_tokens(),
            hidden: Vec::new(),
            fields: Vec::new(),
            button: button.into(),
            dangerous: false,
            cancel: (t::cancel(self.l()), cancel),
        }
    }

    /// The frame of a page with a form.
    #[must_use]
    pub fn form_frame(&self, title: impl Into<String>, errors: ErrorSummary) -> Frame {
        let mut frame = self.frame(title).language_button().errors(errors);
        frame.wide = false;
        frame
    }

    /// The field for a change's reason.
    #[must_use]
    pub fn reason_field(&self, form: Option<&Form>, errors: &ErrorSummary) -> TextField {
        let l = self.l();
        TextField::text(l, "reason", t::console::reason(l))
            .hint(t::console::reason_hint(l))
            .value(form.map_or("", |form| form.value("reason")))
            .errors_of(errors)
    }

    /// Checks the reason, and whether the page was open too long.
    pub fn check_reason(&self, form: &Form, errors: &mut ErrorSummary) {
        let l = self.l();
        match Reason::parse(form.value("reason")) {
            _ if form.stale => errors.add("reason", t::form_stale(l)),
            Ok(_) => {}
            Err(ReasonError::Empty) => errors.add("reason", t::console::reason(l)),
            Err(ReasonError::TooLong) => errors.add("reason", t::console::reason_long(l)),
            Err(ReasonError::Control) => errors.add("reason", t::console::reason_control(l)),
        }
    }

    /// Whether all of this was shown to its person before they said so.
    #[must_use]
    pub fn is_confirmed(&self, form: &Form) -> bool {
        let given = form.value(SEAL);
        !form.stale
            && !given.is_empty()
            && equal_in_constant_time(given.as_bytes(), self.seal(form.typed()).as_bytes())
    }

    fn seal<'f>(&self, typed: impl Iterator<Item = &'f (String, String)>) -> String {
        let mut parts = vec![self.session.session.id.as_str().as_bytes(), self.place.path().as_bytes()];
        // A browser writes line ends its own way.
        let typed: Vec<(&str, String)> =
            typed.map(|(name, value)| (name.as_str(), value.replace("\r\n", "\n"))).collect();
        for (name, value) in &typed {
            parts.extend([name.as_bytes(), value.as_bytes()]);
        }
        self.visit.app.data_keys.hash.hash("console-confirm", &parts).to_base64url()
    }

    /// The page that shows what will be done.
    ///
    /// # Errors
    /// The template fails, which no data causes.
    pub fn confirm(&self, form: &Form, confirmation: Confirmation) -> Result<Answer, Problem> {
        self.confirm_typed(form, form.typed().cloned().collect(), confirmation)
    }

    /// The same where one of the fields holds a secret: the page carries it sealed, for this session and this page alone, and
    /// `beside` it what else was shown.
    ///
    /// # Errors
    /// It can't be sealed, or the template fails, neither of which any data causes.
    pub fn confirm_with_secret(
        &self,
        form: &Form,
        field: &str,
        beside: &[(&str, String)],
        confirmation: Confirmation,
    ) -> Result<Answer, Problem> {
        let secret = self.typed_secret(form, field);
        let mut typed: Vec<(String, String)> = form.typed().cloned().collect();
        typed.retain(|(name, _)| beside.iter().all(|(other, _)| name != other));
        typed.extend(beside.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        if let Some(secret) = secret {
            let key = &self.visit.app.data_keys.content;
            let sealed = key.seal(&self.purpose(field), secret.expose().as_bytes());
            let text = BASE64_URL_SAFE_NO_PAD.encode(sealed.map_err(|error| Problem::internal(&error))?);
            for (_, value) in typed.iter_mut().filter(|(name, _)| name == field) {
                *value = format!("{SEALED}{text}");
            }
        }
        self.confirm_typed(form, typed, confirmation)
    }

    /// A secret as it was typed, or as the page that asks once more carries it; `None` where there is none.
    #[must_use]
    pub fn typed_secret(&self, form: &Form, field: &str) -> Option<Secret> {
        let carried = form.value(field).strip_prefix(SEALED).and_then(|text| {
            let sealed = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
            let plain = self.visit.app.data_keys.content.open(&self.purpose(field), &sealed).ok()?;
            String::from_utf8(plain).ok().map(Secret::new)
        });
        carried.or_else(|| Some(form.secret(field)).filter(|secret| !secret.expose().trim().is_empty()))
    }

    fn purpose(&self, field: &str) -> String {
        format!("console-secret {} {} {field}", self.session.session.id, self.place.path())
    }

    fn confirm_typed(
        &self,
        form: &Form,
        typed: Vec<(String, String)>,
        confirmation: Confirmation,
    ) -> Result<Answer, Problem> {
        let Confirmation { title, mut facts, means, button, dangerous } = confirmation;
        let l = self.l();
        facts.push((t::console::reason_told(l).to_owned(), Cell::text(form.value("reason").trim())));
        let mut change = self.form(button, self.visit.plain_url(self.place.path()));
        let seal = self.seal(typed.iter());
        change.hidden = typed;
        change.hidden.push((SEAL.to_owned(), seal));
        change.dangerous = dangerous;
        change.cancel.0 = t::console::change_answers(l);
        Sheet::new(self.form_frame(title, self.no_errors()))
            .text(t::console::check_and_confirm(l))
            .with_some(means.map(|means| {
                if dangerous { Alert::warning(l, means) } else { Alert::informational(l, means) }
            }))
            .with(Facts::new("confirm", facts))
            .with(change)
            .answer(self.visit, 200)
    }

    /// The page that says why it was not done, and that nothing was changed.
    ///
    /// # Errors
    /// The template fails, which no data causes.
    pub fn refuse(&self, status: u16, title: &str, why: &str) -> Result<Answer, Problem> {
        let l = self.l();
        Sheet::new(self.frame(title).alert(Some(Alert::error(l, why).focused().id("refused"))))
            .text(t::console::nothing_changed(l))
            .with(super::sheet::Links(vec![super::sheet::Link::new(
                self.place.section().title(l),
                self.home(),
            )]))
            .answer(self.visit, status)
    }
}
