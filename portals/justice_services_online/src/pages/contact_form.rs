//! The fields of the contact form (J2 and J7), and contact information as a list.

use crate::contact::{Contact, Role, TypedContact};
use crate::places;
use crate::texts as t;
use askama::Template;
use ontario_design::components::{Choice, ErrorSummary, RadioGroup, Select, TextField};
use ontario_language::Language;
use portal_front::Form;

/// The fields.
#[derive(Template)]
#[template(path = "contact_fields.html")]
pub(crate) struct ContactFields {
    language: Language,
    role: RadioGroup,
    before_country: [TextField; 5],
    country: Select,
    province: Province,
    /// For which country `province` is drawn.
    province_of: String,
    after_country: [TextField; 5],
}

impl askama::filters::HtmlSafe for ContactFields {}

enum Province {
    List(Select),
    Text(TextField),
}

/// What was typed into the form.
pub(crate) fn typed(form: &Form) -> TypedContact {
    let value = |name: &str| form.value(name).to_owned();
    TypedContact {
        role: value("role"),
        last_name: value("last_name"),
        first_name: value("first_name"),
        firm: value("firm"),
        address: value("address"),
        city: value("city"),
        country: value("country"),
        province: value("province"),
        province_of: value("province_of"),
        postal: value("postal"),
        phone: value("phone"),
        ext: value("ext"),
        fax: value("fax"),
        email: value("email"),
    }
}

impl ContactFields {
    pub(crate) fn new(language: Language, typed: &TypedContact, errors: &ErrorSummary) -> Self {
        let l = language;
        let text = |name: &str, label: &str, autocomplete: &'static str, value: &str| {
            TextField::text(l, name, label)
                .autocomplete(autocomplete)
                .without_spellcheck()
                .value(value)
                .errors_of(errors)
        };
        let tel = |name: &str, label: &str, autocomplete: &'static str, value: &str| {
            TextField::tel(l, name, label).autocomplete(autocomplete).value(value).errors_of(errors)
        };
        let roles = Role::ALL.map(|role| Choice::new(role.code(), role.name(l)));
        let needs_code = !typed.regions(l).is_empty();
        let postal = text("postal", t::postal(l), "postal-code", &typed.postal).width(7);
        Self {
            language,
            role: RadioGroup::new(l, "role", t::role(l), roles.into())
                .hint(t::contact_hint(l))
                .selected(Some(&typed.role))
                .errors_of(errors),
            before_country: [
                text("last_name", t::last_name(l), "family-name", &typed.last_name),
                text("first_name", t::first_name(l), "given-name", &typed.first_name),
                text("firm", t::firm(l), "organization", &typed.firm).optional(),
                text("address", t::address(l), "address-line1", &typed.address),
                text("city", t::city(l), "address-level2", &typed.city),
            ],
            country: country(l, typed, errors),
            province: province(l, typed, errors),
            province_of: typed.country.clone(),
            after_country: [
                if needs_code { postal } else { postal.optional() },
                tel("phone", t::phone(l), "tel", &typed.phone),
                text("ext", t::ext(l), "tel-extension", &typed.ext)
                    .input_mode("numeric")
                    .width(10)
                    .optional(),
                tel("fax", t::fax(l), "off", &typed.fax).optional(),
                TextField::email(l, "email", t::email(l)).value(&typed.email).errors_of(errors),
            ],
        }
    }
}

/// Canada first, then A to Z.
fn country(language: Language, typed: &TypedContact, errors: &ErrorSummary) -> Select {
    let choice = |place: &places::Place| Choice::new(place.code, place.name(language));
    let countries = places::countries(language);
    let canada = countries.iter().filter(|place| place.code == places::CANADA);
    let others = countries.iter().filter(|place| place.code != places::CANADA);
    // Something else than a country was sent: none is chosen.
    let unknown = places::find_country(&typed.country).is_none();
    let none = unknown.then(|| Choice::new("", t::choose(language)));
    let choices = none.into_iter().chain(canada.chain(others).map(choice)).collect();
    Select::new(language, "country", t::country(language), choices)
        .hint(t::update_hint(language))
        .autocomplete("country")
        .selected(Some(&typed.country))
        .errors_of(errors)
}

fn province(language: Language, typed: &TypedContact, errors: &ErrorSummary) -> Province {
    let regions = typed.regions(language);
    if regions.is_empty() {
        let field = TextField::text(language, "province", t::province(language))
            .autocomplete("address-level1")
            .without_spellcheck()
            .optional()
            .value(typed.province())
            .errors_of(errors);
        return Province::Text(field);
    }
    let choices = regions.iter().map(|place| Choice::new(place.code, place.name(language)));
    let choices = [Choice::new("", t::choose(language))].into_iter().chain(choices).collect();
    let field = Select::new(language, "province", t::province(language), choices)
        .autocomplete("address-level1")
        .selected(Some(typed.province()))
        .errors_of(errors);
    Province::List(field)
}

/// Contact information as label and value; what was left out is left out.
pub(crate) fn rows(language: Language, contact: &Contact) -> Vec<(&'static str, String)> {
    let l = language;
    let country = places::find_country(&contact.country).map(|place| place.name(l).to_owned());
    let region = places::find_region(&contact.country, &contact.province);
    let province = region.map_or_else(|| contact.province.clone(), |place| place.name(l).to_owned());
    let rows = [
        (t::role(l), contact.role.name(l).to_owned()),
        (t::last_name(l), contact.last_name.clone()),
        (t::first_name(l), contact.first_name.clone()),
        (t::firm(l), contact.firm.clone()),
        (t::address_short(l), contact.address.clone()),
        (t::city(l), contact.city.clone()),
        (t::country(l), country.unwrap_or_default()),
        (t::province(l), province),
        (t::postal(l), contact.postal.clone()),
        (t::phone(l), contact.phone.clone()),
        (t::ext(l), contact.ext.clone()),
        (t::fax(l), contact.fax.clone()),
        (t::email(l), contact.email.clone()),
    ];
    rows.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}
