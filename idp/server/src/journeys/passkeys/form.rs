//! The form of a ceremony: hidden until the script has found that the browser knows passkeys; the script fills in what the
//! browser answers and sends it as any other form of ours.

use crate::locales as t;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::passkey::ChallengePurpose;
use ontario_design::components::{FormTokens, TextField};
use ontario_language::Language;

/// The script's name.
pub const SCRIPT: &str = "passkeys.js";

/// A part of a page that goes with [`SCRIPT`].
#[derive(Template)]
#[template(path = "passkeys/form.html")]
pub struct PasskeyForm {
    language: Language,
    id: &'static str,
    action: String,
    options: String,
    tokens: FormTokens,
    purpose: &'static str,
    call: &'static str,
    label: &'static str,
    primary: bool,
    autofill: bool,
    explain: bool,
    name: Option<TextField>,
}

impl askama::filters::HtmlSafe for PasskeyForm {}

impl PasskeyForm {
    /// A form that posts an assertion to `action`.
    #[must_use]
    pub fn get(visit: &Visit, purpose: ChallengePurpose, action: String, label: &'static str) -> Self {
        Self {
            language: visit.language,
            id: "passkey-form",
            action,
            options: visit.url(super::options::PATH),
            tokens: visit.form_tokens(),
            purpose: purpose.as_str(),
            call: "get",
            label,
            primary: false,
            autofill: false,
            explain: false,
            name: None,
        }
    }

    /// Offers passkeys in the page's e-mail field too.
    #[must_use]
    pub fn with_autofill(self) -> Self {
        Self { autofill: true, ..self }
    }

    /// The only thing that its page is there for: its button is the way on, and a browser without passkeys is told so.
    #[must_use]
    pub fn alone(self) -> Self {
        Self { primary: true, explain: true, ..self }
    }

    /// The form of a page that is there for nothing else: its one form, which posts a registration.
    #[must_use]
    pub fn create(visit: &Visit, action: String, name: TextField) -> Self {
        Self {
            id: "f",
            call: "create",
            primary: true,
            explain: true,
            name: Some(name),
            ..Self::get(visit, ChallengePurpose::Register, action, t::passkeys::add(visit.language))
        }
    }
}
