//! Who files, and how the court reaches them: the rules of the contact form (J2, J7). Knows no page and no database.

use crate::places::{self, CANADA, UNITED_STATES};
use crate::texts;
use ontario_design::components::ErrorSummary;
use ontario_language::Language;
use serde::{Deserialize, Serialize};
use std::str::FromStr;
use unicode_normalization::UnicodeNormalization;

/// RFC 5321 section 4.5.3.1.3, without the angle brackets.
const MAX_EMAIL: usize = 254;
const MAX_REGION: usize = 80;
const MAX_FOREIGN_POSTAL: usize = 20;
const MAX_PHONE: usize = 40;
const MAX_EXTENSION: usize = 8;
/// Fewer digits are no telephone number anywhere.
const FEWEST_PHONE_DIGITS: usize = 7;

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

/// The fields as they were typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct TypedContact {
    pub(crate) role: String,
    pub(crate) last_name: String,
    pub(crate) first_name: String,
    pub(crate) firm: String,
    pub(crate) address: String,
    pub(crate) city: String,
    pub(crate) country: String,
    pub(crate) province: String,
    /// The country for which the field `province` was drawn.
    pub(crate) province_of: String,
    pub(crate) postal: String,
    pub(crate) phone: String,
    pub(crate) ext: String,
    pub(crate) fax: String,
    pub(crate) email: String,
}

/// Contact information that is complete and right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Contact {
    pub(crate) role: Role,
    pub(crate) last_name: String,
    pub(crate) first_name: String,
    pub(crate) firm: String,
    pub(crate) address: String,
    pub(crate) city: String,
    pub(crate) country: String,
    /// A code for Canada and the United States, else what was typed.
    pub(crate) province: String,
    /// `A1A 1A1`, `14201`, `14201-1234`, else what was typed.
    pub(crate) postal: String,
    pub(crate) phone: String,
    pub(crate) ext: String,
    pub(crate) fax: String,
    pub(crate) email: String,
}

impl TypedContact {
    /// An empty form: Canada, and the account's address.
    pub(crate) fn new(email: Option<String>) -> Self {
        let canada = CANADA.to_owned();
        let email = email.unwrap_or_default();
        Self { country: canada.clone(), province_of: canada, email, ..Self::default() }
    }

    /// The provinces or states to choose from; empty where the field takes any text.
    pub(crate) fn regions(&self, language: Language) -> Vec<places::Place> {
        places::regions(&self.country, language)
    }

    /// The province, unless the field was drawn for another country.
    pub(crate) fn province(&self) -> &str {
        if self.province_of == self.country { &self.province } else { "" }
    }
}

impl From<Contact> for TypedContact {
    fn from(contact: Contact) -> Self {
        Self {
            role: contact.role.code().to_owned(),
            last_name: contact.last_name,
            first_name: contact.first_name,
            firm: contact.firm,
            address: contact.address,
            city: contact.city,
            province_of: contact.country.clone(),
            country: contact.country,
            province: contact.province,
            postal: contact.postal,
            phone: contact.phone,
            ext: contact.ext,
            fax: contact.fax,
            email: contact.email,
        }
    }
}

/// The contact information, or every field's mistake in the order of the fields.
pub(crate) fn parse(language: Language, typed: &TypedContact) -> Result<Contact, ErrorSummary> {
    use texts as t;
    let mut check = Check { language, errors: ErrorSummary::new(language) };
    let role = Role::ALL.into_iter().find(|role| role.code() == typed.role);
    if role.is_none() {
        check.refuse("role", t::role_required(language));
    }
    let last_name = check.line("last_name", &typed.last_name, 80, Some(t::last_name_required), t::last_name);
    let first_name =
        check.line("first_name", &typed.first_name, 80, Some(t::first_name_required), t::first_name);
    let firm = check.line("firm", &typed.firm, 120, None, t::firm);
    let address = check.line("address", &typed.address, 160, Some(t::address_required), t::address_short);
    let city = check.line("city", &typed.city, 80, Some(t::city_required), t::city);
    if places::find_country(&typed.country).is_none() {
        check.refuse("country", t::country_required(language));
    }
    let province = check.province(typed);
    let postal = check.postal(typed);
    let phone = check.phone("phone", &typed.phone, true);
    let ext = check.extension(&typed.ext);
    let fax = check.phone("fax", &typed.fax, false);
    let email = check.email(&typed.email);
    let Some(role) = role.filter(|_| check.errors.is_empty()) else { return Err(check.errors) };
    let country = typed.country.clone();
    Ok(Contact {
        role,
        last_name,
        first_name,
        firm,
        address,
        city,
        country,
        province,
        postal,
        phone,
        ext,
        fax,
        email,
    })
}

type Text = fn(Language) -> &'static str;

struct Check {
    language: Language,
    errors: ErrorSummary,
}

impl Check {
    fn refuse(&mut self, field: &str, message: impl Into<String>) {
        self.errors.add(field, message);
    }

    fn line(
        &mut self,
        field: &str,
        typed: &str,
        longest: usize,
        required: Option<Text>,
        name: Text,
    ) -> String {
        let value = one_line(typed);
        match required {
            Some(message) if value.is_empty() => self.refuse(field, message(self.language)),
            _ if value.chars().count() > longest => {
                self.refuse(field, texts::too_long(self.language, name(self.language), longest));
            }
            _ => {}
        }
        value
    }

    fn province(&mut self, typed: &TypedContact) -> String {
        let required = match typed.country.as_str() {
            CANADA => texts::province_required(self.language),
            UNITED_STATES => texts::state_required(self.language),
            _ => return self.line("province", typed.province(), MAX_REGION, None, texts::province),
        };
        if places::find_region(&typed.country, typed.province()).is_none() {
            self.refuse("province", required);
        }
        typed.province().to_owned()
    }

    fn postal(&mut self, typed: &TypedContact) -> String {
        let (code, required) = match typed.country.as_str() {
            CANADA => (canadian_postal_code(&typed.postal), texts::postal_required(self.language)),
            UNITED_STATES => (zip_code(&typed.postal), texts::zip_required(self.language)),
            _ => return self.line("postal", &typed.postal, MAX_FOREIGN_POSTAL, None, texts::postal),
        };
        if code.is_none() {
            self.refuse("postal", required);
        }
        code.unwrap_or_default()
    }

    /// In any format: at least as many digits, of any script, as a telephone number has, and what people put between.
    fn phone(&mut self, field: &str, typed: &str, required: bool) -> String {
        let value = one_line(typed);
        let digits = value.chars().filter(|sign| sign.is_numeric()).count();
        let between = |sign: char| sign.is_numeric() || " +-\u{2010}\u{2011}\u{2013}().,/#*".contains(sign);
        let fits =
            digits >= FEWEST_PHONE_DIGITS && value.chars().count() <= MAX_PHONE && value.chars().all(between);
        if !fits && (required || !value.is_empty()) {
            let message = if required { texts::phone_required } else { texts::fax_format };
            self.refuse(field, message(self.language));
        }
        value
    }

    fn extension(&mut self, typed: &str) -> String {
        let value: String = typed.nfkc().filter(|sign| !sign.is_whitespace()).collect();
        if value.len() > MAX_EXTENSION || !value.bytes().all(|b| b.is_ascii_digit()) {
            self.refuse("ext", texts::ext_format(self.language));
        }
        value
    }

    fn email(&mut self, typed: &str) -> String {
        let value = typed.trim();
        if value.is_empty() {
            self.refuse("email", texts::email_required(self.language));
        } else if value.len() > MAX_EMAIL {
            self.refuse("email", texts::email_long(self.language));
        } else if !is_email(value) {
            self.refuse("email", texts::email_format(self.language));
        }
        value.to_owned()
    }
}

/// An address that a mail's header can hold as it is.
fn is_email(value: &str) -> bool {
    let plain =
        value.is_ascii() && value.bytes().all(|b| b.is_ascii_graphic() && !b"\"<>()[],;:\\".contains(&b));
    let domain = value.rsplit_once('@').map(|(_, domain)| domain);
    let dotted = domain
        .is_some_and(|domain| domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.'));
    plain && dotted && lettre::Address::from_str(value).is_ok()
}

/// Text of one line, of any script: without control characters and without those that turn the reading direction
/// round, one space between words.
pub(crate) fn one_line(typed: &str) -> String {
    let visible =
        typed.nfc().map(|sign| if sign.is_control() { ' ' } else { sign }).filter(|sign| !is_hidden(*sign));
    visible.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Directional overrides and embeddings, zero-width spaces, line separators. Joiners stay: some scripts need them.
pub(crate) fn is_hidden(sign: char) -> bool {
    matches!(sign, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
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

#[cfg(test)]
#[path = "contact_tests.rs"]
mod tests;
