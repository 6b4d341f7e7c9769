//! A profile: what a person says of themselves for the forms of services.

use crate::texts;
use ontario_design::components::ErrorSummary;
use ontario_language::Language;
use portal_front::address::Address;
use portal_front::{FieldCheck, Form};
use serde::{Deserialize, Serialize};

/// As it was typed, or as it is kept once it was checked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Profile {
    pub(crate) name: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    #[serde(flatten)]
    pub(crate) address: Address,
    pub(crate) email: String,
    pub(crate) language: String,
}

impl Profile {
    /// As it is kept: JSON.
    pub(crate) fn of(fields: &str) -> Self {
        serde_json::from_str(fields).unwrap_or_default()
    }

    /// As it was typed, whether it is right or not.
    pub(crate) fn typed(form: &Form) -> Self {
        let field = |name: &str| form.value(name).to_owned();
        Self {
            name: field("name"),
            first_name: field("first_name"),
            last_name: field("last_name"),
            address: Address::typed(form),
            email: field("email"),
            language: field("language"),
        }
    }

    /// As it is kept, or what is wrong with it, in the order of the fields.
    pub(crate) fn checked(&self, language: Language) -> Result<Self, ErrorSummary> {
        use texts as t;
        let mut check = FieldCheck::new(language);
        let name = check.line("name", &self.name, 60, Some(t::profile_name_required), t::profile_name);
        let first =
            check.line("first_name", &self.first_name, 80, Some(t::first_name_required), t::first_name);
        let last = check.line("last_name", &self.last_name, 80, Some(t::last_name_required), t::last_name);
        let address = self.address.checked(&mut check);
        let email = check.email(&self.email);
        let language = check.language(&self.language).code().to_owned();
        let kept = Self { name, first_name: first, last_name: last, address, email, language };
        if check.errors.is_empty() { Ok(kept) } else { Err(check.errors) }
    }
}
