//! Who files, and how the court reaches them: the rules of the contact form (J2, J7). Knows no page and no database.

use crate::texts;
use ontario_design::components::ErrorSummary;
use ontario_language::Language;
use portal_front::address::Address;
use portal_front::{FieldCheck, Form};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

const MAX_EXTENSION: usize = 8;

/// For whom documents are filed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Role {
    Lawyer,
    Individual,
}

impl Role {
    pub(crate) const ALL: [Self; 2] = [Self::Lawyer, Self::Individual];

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Lawyer => "lawyer",
            Self::Individual => "individual",
        }
    }

    pub(crate) fn name(self, language: Language) -> &'static str {
        match self {
            Self::Lawyer => texts::role_lawyer(language),
            Self::Individual => texts::role_individual(language),
        }
    }
}

/// The fields: as they were typed with any role or none ([`TypedContact`]), or complete and right ([`Contact`]).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ContactOf<R> {
    pub(crate) role: R,
    pub(crate) last_name: String,
    pub(crate) first_name: String,
    pub(crate) firm: String,
    #[serde(flatten)]
    pub(crate) address: Address,
    pub(crate) ext: String,
    pub(crate) fax: String,
    pub(crate) email: String,
}

pub(crate) type TypedContact = ContactOf<Option<Role>>;
pub(crate) type Contact = ContactOf<Role>;

impl TypedContact {
    /// An empty form: Canada, and the account's address.
    pub(crate) fn new(email: Option<String>) -> Self {
        Self { address: Address::in_canada(), email: email.unwrap_or_default(), ..Self::default() }
    }

    /// What was typed into the form.
    pub(crate) fn typed(form: &Form) -> Self {
        let value = |name: &str| form.value(name).to_owned();
        Self {
            role: Role::ALL.into_iter().find(|role| role.code() == form.value("role")),
            last_name: value("last_name"),
            first_name: value("first_name"),
            firm: value("firm"),
            address: Address::typed(form),
            ext: value("ext"),
            fax: value("fax"),
            email: value("email"),
        }
    }

    /// The contact information, or every field's mistake in the order of the fields.
    pub(crate) fn checked(&self, language: Language) -> Result<Contact, ErrorSummary> {
        use texts as t;
        let mut check = FieldCheck::new(language);
        if self.role.is_none() {
            check.refuse("role", t::role_required(language));
        }
        let last_name =
            check.line("last_name", &self.last_name, 80, Some(t::last_name_required), t::last_name);
        let first_name =
            check.line("first_name", &self.first_name, 80, Some(t::first_name_required), t::first_name);
        let firm = check.line("firm", &self.firm, 120, None, t::firm);
        let address = self.address.checked(&mut check);
        let ext = extension(&mut check, &self.ext);
        let fax = check.phone("fax", &self.fax, false, t::fax_format);
        let email = check.email(&self.email);
        let Some(role) = self.role.filter(|_| check.errors.is_empty()) else { return Err(check.errors) };
        Ok(Contact { role, last_name, first_name, firm, address, ext, fax, email })
    }
}

impl From<Contact> for TypedContact {
    fn from(contact: Contact) -> Self {
        let Contact { role, last_name, first_name, firm, address, ext, fax, email } = contact;
        Self { role: Some(role), last_name, first_name, firm, address, ext, fax, email }
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
