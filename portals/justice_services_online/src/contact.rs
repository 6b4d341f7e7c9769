//! Who files, and how the court reaches them: the rules of the contact form (J2, J7). Knows no page and no database.

use crate::texts;
use ontario_design::components::ErrorSummary;
use ontario_language::Language;
use portal_front::address::Address;
use portal_front::{FieldCheck, Form};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

const MAX_EXTENSION: usize = 8;

portal_front::codes! {
    /// For whom documents are filed.
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    pub(crate) enum Role {
        Lawyer = "lawyer",
        Individual = "individual",
    }
}

impl Role {
    pub(crate) fn name(self, language: Language) -> &'static str {
        match self {
            Self::Lawyer => texts::role_lawyer(language),
            Self::Individual => texts::role_individual(language),
        }
    }
}

/// As it was typed, or as it is kept once it was checked: then it has a role.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Contact {
    pub(crate) role: Option<Role>,
    pub(crate) last_name: String,
    pub(crate) first_name: String,
    pub(crate) firm: String,
    #[serde(flatten)]
    pub(crate) address: Address,
    pub(crate) ext: String,
    pub(crate) fax: String,
    pub(crate) email: String,
}

impl Contact {
    /// An empty form: Canada, and the account's address.
    pub(crate) fn new(email: Option<String>) -> Self {
        Self { address: Address::in_canada(), email: email.unwrap_or_default(), ..Self::default() }
    }

    /// What was typed into the form.
    pub(crate) fn typed(form: &Form) -> Self {
        let value = |name: &str| form.value(name).to_owned();
        Self {
            role: Role::from_code(form.value("role")),
            last_name: value("last_name"),
            first_name: value("first_name"),
            firm: value("firm"),
            address: Address::typed(form),
            ext: value("ext"),
            fax: value("fax"),
            email: value("email"),
        }
    }

    /// As it is kept, or every field's mistake in the order of the fields.
    pub(crate) fn checked(&self, language: Language) -> Result<Self, ErrorSummary> {
        use texts as t;
        let mut check = FieldCheck::new(language);
        if self.role.is_none() {
            check.refuse("role", t::role_required(language));
        }
        let kept = Self {
            role: self.role,
            last_name: check.line(
                "last_name",
                &self.last_name,
                80,
                Some(t::last_name_required),
                t::last_name,
            ),
            first_name: check.line(
                "first_name",
                &self.first_name,
                80,
                Some(t::first_name_required),
                t::first_name,
            ),
            firm: check.line("firm", &self.firm, 120, None, t::firm),
            address: self.address.checked(&mut check),
            ext: extension(&mut check, &self.ext),
            fax: check.phone("fax", &self.fax, false, t::fax_format),
            email: check.email(&self.email),
        };
        if check.errors.is_empty() { Ok(kept) } else { Err(check.errors) }
    }
}

fn extension(check: &mut FieldCheck, typed: &str) -> String {
    let value: String = typed.nfkc().filter(|sign| !sign.is_whitespace()).collect();
    if value.len() > MAX_EXTENSION || !value.bytes().all(|b| b.is_ascii_digit()) {
        check.refuse("ext", texts::ext_format(check.language));
    }
    value
}

#[cfg(test)]
#[path = "contact_tests.rs"]
mod tests;
