//! The fields of the contact form (J2 and J7), and contact information as a list.

use crate::contact::{Contact, Role};
use crate::texts as t;
use askama::Template;
use ontario_design::components::{Choice, ErrorSummary, RadioGroup, TextField};
use ontario_language::Language;
use portal_front::address::AddressFields;

/// The fields.
#[derive(Template)]
#[template(path = "contact_fields.html")]
pub(crate) struct ContactFields {
    role: RadioGroup,
    names: [TextField; 3],
    address: AddressFields,
    rest: [TextField; 3],
}

impl askama::filters::HtmlSafe for ContactFields {}

impl ContactFields {
    pub(crate) fn new(language: Language, typed: &Contact, errors: &ErrorSummary) -> Self {
        let l = language;
        let text = |name: &str, label: &str, autocomplete: &'static str, value: &str| {
            let field = TextField::text(l, name, label).autocomplete(autocomplete);
            field.without_spellcheck().value(value).errors_of(errors)
        };
        let roles = Role::ALL.map(|role| Choice::new(role.code(), role.name(l)));
        Self {
            role: RadioGroup::new(l, "role", t::role(l), roles.into())
                .hint(t::contact_hint(l))
                .selected(typed.role.map(Role::code))
                .errors_of(errors),
            names: [
                text("last_name", t::last_name(l), "family-name", &typed.last_name),
                text("first_name", t::first_name(l), "given-name", &typed.first_name),
                text("firm", t::firm(l), "organization", &typed.firm).optional(),
            ],
            address: AddressFields::new(l, &typed.address, errors),
            rest: [
                text("ext", t::ext(l), "tel-extension", &typed.ext)
                    .input_mode("numeric")
                    .width(10)
                    .optional(),
                TextField::tel(l, "fax", t::fax(l))
                    .autocomplete("off")
                    .value(&typed.fax)
                    .errors_of(errors)
                    .optional(),
                TextField::email(l, "email", t::email(l)).value(&typed.email).errors_of(errors),
            ],
        }
    }
}

/// Contact information as label and value; what was left out is left out.
pub(crate) fn rows(language: Language, contact: &Contact) -> Vec<(&'static str, String)> {
    let l = language;
    let names = [
        (t::role(l), contact.role.map_or(String::new(), |role| role.name(l).to_owned())),
        (t::last_name(l), contact.last_name.clone()),
        (t::first_name(l), contact.first_name.clone()),
        (t::firm(l), contact.firm.clone()),
    ];
    let rest = [
        (t::ext(l), contact.ext.clone()),
        (t::fax(l), contact.fax.clone()),
        (t::email(l), contact.email.clone()),
    ];
    let rows = names.into_iter().chain(contact.address.rows(l)).chain(rest);
    rows.filter(|(_, value)| !value.is_empty()).collect()
}
