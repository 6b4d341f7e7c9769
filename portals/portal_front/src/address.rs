//! Where somebody lives and is reached: the part of a form that every portal asks in the same way (pages.md J2, S6).

use crate::field_check::FieldCheck;
use crate::places::{self, CANADA, Place, UNITED_STATES};
use crate::{Form, texts as t};
use askama::Template;
use ontario_design::components::{Choice, ErrorSummary, Select, TextField};
use ontario_language::Language;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

const MAX_REGION: usize = 80;
const MAX_FOREIGN_POSTAL: usize = 20;

/// As it was typed, or as it is kept once it was checked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Address {
    /// Street, number, unit.
    #[serde(rename = "address")]
    pub street: String,
    /// City, town or village.
    pub city: String,
    /// ISO 3166-1.
    pub country: String,
    /// A code for Canada and the United States, else what was typed.
    pub province: String,
    /// `A1A 1A1`, `14201`, `14201-1234`, else what was typed.
    pub postal: String,
    /// In any format.
    pub phone: String,
}

impl Address {
    /// What a form begins with: Canada.
    #[must_use]
    pub fn in_canada() -> Self {
        Self { country: CANADA.to_owned(), ..Self::default() }
    }

    /// What was typed into the form. A province counts only where its field was drawn for the country that is chosen now.
    #[must_use]
    pub fn typed(form: &Form) -> Self {
        let value = |name: &str| form.value(name).to_owned();
        let is_of_country = form.value("province_of") == form.value("country");
        Self {
            street: value("address"),
            city: value("city"),
            country: value("country"),
            province: if is_of_country { value("province") } else { String::new() },
            postal: value("postal"),
            phone: value("phone"),
        }
    }

    /// As it is kept; mistakes are noted in the order of the fields.
    #[must_use]
    pub fn checked(&self, check: &mut FieldCheck) -> Self {
        let street = check.line("address", &self.street, 160, Some(t::address_required), t::address_short);
        let city = check.line("city", &self.city, 80, Some(t::city_required), t::city);
        if places::find_country(&self.country).is_none() {
            check.refuse("country", t::country_required(check.language));
        }
        let (province, postal) = (self.checked_province(check), self.checked_postal(check));
        let phone = check.phone("phone", &self.phone, true, t::phone_required);
        Self { street, city, country: self.country.clone(), province, postal, phone }
    }

    fn checked_province(&self, check: &mut FieldCheck) -> String {
        let required = match self.country.as_str() {
            CANADA => t::province_required(check.language),
            UNITED_STATES => t::state_required(check.language),
            _ => return check.line("province", &self.province, MAX_REGION, None, t::province),
        };
        if places::find_region(&self.country, &self.province).is_none() {
            check.refuse("province", required);
        }
        self.province.clone()
    }

    fn checked_postal(&self, check: &mut FieldCheck) -> String {
        let (code, required) = match self.country.as_str() {
            CANADA => (canadian_postal_code(&self.postal), t::postal_required(check.language)),
            UNITED_STATES => (zip_code(&self.postal), t::zip_required(check.language)),
            _ => return check.line("postal", &self.postal, MAX_FOREIGN_POSTAL, None, t::postal),
        };
        if code.is_none() {
            check.refuse("postal", required);
        }
        code.unwrap_or_default()
    }

    /// Label and value of each field, in their order.
    #[must_use]
    pub fn rows(&self, language: Language) -> [(&'static str, String); 6] {
        let country = places::find_country(&self.country).map(|place| place.name(language).to_owned());
        let region = places::find_region(&self.country, &self.province);
        [
            (t::address_short(language), self.street.clone()),
            (t::city(language), self.city.clone()),
            (t::country(language), country.unwrap_or_default()),
            (
                t::province(language),
                region.map_or_else(|| self.province.clone(), |place| place.name(language).to_owned()),
            ),
            (t::postal(language), self.postal.clone()),
            (t::phone(language), self.phone.clone()),
        ]
    }
}

/// Any case, spaces and hyphens; Canada Post uses neither D, F, I, O, Q nor U, and begins with neither W nor Z.
fn canadian_postal_code(typed: &str) -> Option<String> {
    let code = compact(typed);
    let letter = |b: u8| b.is_ascii_uppercase() && !b"DFIOQU".contains(&b);
    let fits = code.bytes().enumerate().all(|(n, b)| if n % 2 == 0 { letter(b) } else { b.is_ascii_digit() });
    (fits && code.len() == 6 && !code.starts_with(['W', 'Z']))
        .then(|| format!("{} {}", &code[..3], &code[3..]))
}

/// Five digits, or nine.
fn zip_code(typed: &str) -> Option<String> {
    let code = compact(typed);
    match code.len() {
        _ if !code.bytes().all(|b| b.is_ascii_digit()) => None,
        5 => Some(code),
        9 => Some(format!("{}-{}", &code[..5], &code[5..])),
        _ => None,
    }
}

fn compact(typed: &str) -> String {
    let signs = typed.nfkc().filter(|sign| !sign.is_whitespace() && *sign != '-' && *sign != '\u{2010}');
    signs.collect::<String>().to_uppercase()
}

/// The fields. "Update" draws the provinces of another country, without any script: the front's language button does it, in
/// the language that the page has.
#[derive(Template)]
#[template(path = "address_fields.html")]
pub struct AddressFields {
    language: Language,
    before: [TextField; 2],
    country: Select,
    province: Province,
    /// For which country `province` is drawn.
    province_of: String,
    after: [TextField; 2],
}

impl askama::filters::HtmlSafe for AddressFields {}

enum Province {
    List(Select),
    Text(TextField),
}

impl AddressFields {
    /// With what was typed, and what is wrong with it.
    #[must_use]
    pub fn new(language: Language, typed: &Address, errors: &ErrorSummary) -> Self {
        let text = |name: &str, label: &str, autocomplete: &'static str, value: &str| {
            let field = TextField::text(language, name, label).autocomplete(autocomplete);
            field.without_spellcheck().value(value).errors_of(errors)
        };
        let postal = text("postal", t::postal(language), "postal-code", &typed.postal).width(7);
        let needs_code = !places::regions(&typed.country, language).is_empty();
        let phone = TextField::tel(language, "phone", t::phone(language)).autocomplete("tel");
        Self {
            language,
            before: [
                text("address", t::address(language), "address-line1", &typed.street),
                text("city", t::city(language), "address-level2", &typed.city),
            ],
            country: country(language, &typed.country, errors),
            province: province(language, typed, errors),
            province_of: typed.country.clone(),
            after: [
                if needs_code { postal } else { postal.optional() },
                phone.value(&typed.phone).errors_of(errors),
            ],
        }
    }
}

/// Canada first, then A to Z.
fn country(language: Language, chosen: &str, errors: &ErrorSummary) -> Select {
    let choice = |place: &Place| Choice::new(place.code, place.name(language));
    let countries = places::countries(language);
    let canada = countries.iter().filter(|place| place.code == CANADA);
    let others = countries.iter().filter(|place| place.code != CANADA);
    // Something else than a country was sent: none is chosen.
    let unknown = places::find_country(chosen).is_none();
    let none = unknown.then(|| Choice::new("", t::choose(language)));
    let choices = none.into_iter().chain(canada.chain(others).map(choice)).collect();
    Select::new(language, "country", t::country(language), choices)
        .hint(t::update_hint(language))
        .autocomplete("country")
        .selected(Some(chosen))
        .errors_of(errors)
}

fn province(language: Language, typed: &Address, errors: &ErrorSummary) -> Province {
    let regions = places::regions(&typed.country, language);
    if regions.is_empty() {
        let field = TextField::text(language, "province", t::province(language))
            .autocomplete("address-level1")
            .without_spellcheck()
            .optional();
        return Province::Text(field.value(&typed.province).errors_of(errors));
    }
    let choices = regions.iter().map(|place| Choice::new(place.code, place.name(language)));
    let choices = [Choice::new("", t::choose(language))].into_iter().chain(choices).collect();
    let field = Select::new(language, "province", t::province(language), choices);
    Province::List(field.autocomplete("address-level1").selected(Some(&typed.province)).errors_of(errors))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, French};

    fn at(country: &str, province: &str, postal: &str) -> Address {
        let own = str::to_owned;
        Address {
            street: own("45 Elm Street"),
            city: own("Toronto"),
            country: own(country),
            province: own(province),
            postal: own(postal),
            phone: own("416-555-0123"),
        }
    }

    fn mistakes(language: Language, typed: &Address) -> Vec<String> {
        let mut check = FieldCheck::new(language);
        let _ = typed.checked(&mut check);
        let fields = ["address", "city", "country", "province", "postal", "phone"];
        fields.iter().flat_map(|field| check.errors.messages(field)).collect()
    }

    fn checked(typed: &Address) -> Address {
        let mut check = FieldCheck::new(English);
        let address = typed.checked(&mut check);
        assert!(check.errors.is_empty(), "{typed:?}");
        address
    }

    #[test]
    fn postal_codes_come_in_any_case_and_spacing() {
        for typed in ["m5v2t6", "M5V 2T6", " m5v\u{a0}2t6 ", "M5V-2T6", "m 5 v 2 t 6", "Ｍ５Ｖ２Ｔ６"] {
            assert_eq!(checked(&at("CA", "ON", typed)).postal, "M5V 2T6", "{typed}");
        }
        for typed in
            ["", "M5V", "M5V 2T66", "D5V 2T6", "W5V 2T6", "M5O 2T6", "12345", "M5V\u{301}2T6", "٥٥٥٥٥٥"]
        {
            assert_eq!(canadian_postal_code(typed), None, "{typed}");
        }
        assert_eq!(zip_code(" 14201 ").as_deref(), Some("14201"));
        assert_eq!(zip_code("14201 1234").as_deref(), Some("14201-1234"));
        for typed in ["", "1420", "142011", "M5V 2T6", "1420a", "-----"] {
            assert_eq!(zip_code(typed), None, "{typed}");
        }
    }

    #[test]
    fn the_country_decides_what_province_and_postal_code_have_to_be() {
        assert!(mistakes(English, &at("US", "NY", "14201")).is_empty());
        assert_eq!(
            mistakes(English, &at("US", "ON", "M5V 2T6")),
            ["Choose a state", "Enter a ZIP code like 14201"]
        );
        assert!(mistakes(French, &at("FR", "", "")).is_empty());
        let japan = checked(&at("JP", "東京都", "100-0001"));
        assert_eq!((japan.province.as_str(), japan.postal.as_str()), ("東京都", "100-0001"));
        assert_eq!(mistakes(English, &at("Canada", "ON", ""))[0], "Choose a country");
        assert_eq!(mistakes(French, &at("CA", "", "M5V 2T6")), ["Choisissez une province"]);
    }

    #[test]
    fn a_province_of_the_country_that_was_chosen_before_does_not_count() {
        let typed = |country: &str, province: &str| {
            let fields = [("country", country), ("province", province), ("province_of", "CA")];
            Address::typed(&Form::of(fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into()))
        };
        assert_eq!(typed("CA", "ON").province, "ON");
        assert_eq!(typed("US", "ON").province, "");
        assert_eq!(typed("FR", "ON").province, "");
    }

    #[test]
    fn canada_stands_first_and_what_is_no_country_is_not_chosen() {
        for language in [English, French] {
            let drawn = |typed: &Address| {
                AddressFields::new(language, typed, &ErrorSummary::new(language)).render().unwrap()
            };
            let canada = drawn(&Address::in_canada());
            let first = canada.find("<option").unwrap();
            assert!(canada[first..].starts_with("<option value=\"CA\" selected"), "{canada}");
            assert!(canada.matches("<option").count() > 240 && canada.contains("value=\"ON\""));
            let none = drawn(&Address { country: "<x>".into(), ..Address::default() });
            assert!(none.contains(t::choose(language)) && !none.contains("<x>"));
        }
    }
}
