//! A profile: what a person says of themselves for the forms of services. Parsed once; any script, bounded.

use crate::pages::clean;
use crate::records::ProfileRow;
use crate::texts;
use ontario_design::components::ErrorSummary;
use ontario_language::Language;
use portal_front::Form;
use serde::{Deserialize, Serialize};

/// What is kept of a profile.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Profile {
    pub(crate) name: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) address: String,
    pub(crate) city: String,
    /// `CA`, `US` or `other`.
    pub(crate) country: String,
    pub(crate) province: String,
    pub(crate) postal: String,
    pub(crate) phone: String,
    pub(crate) email: String,
    pub(crate) language: String,
}

pub(crate) const COUNTRIES: [&str; 3] = ["CA", "US", "other"];

impl Profile {
    pub(crate) fn of(row: &ProfileRow) -> Self {
        serde_json::from_str(&row.fields).unwrap_or_default()
    }

    /// As it was typed, whether it is right or not.
    pub(crate) fn typed(form: &Form) -> Self {
        let field = |name: &str| clean(form.value(name));
        Self {
            name: field("name"),
            first_name: field("first_name"),
            last_name: field("last_name"),
            address: field("address"),
            city: field("city"),
            country: field("country"),
            province: field("province"),
            postal: postal(&field("country"), &field("postal")),
            phone: field("phone"),
            email: field("email"),
            language: field("language"),
        }
    }

    /// What is wrong with it, in the order of the fields.
    pub(crate) fn errors(&self, language: Language) -> ErrorSummary {
        let mut errors = ErrorSummary::new(language);
        let mut text = |field: &str, value: &str, most: usize, missing: &'static str, required: bool| {
            if required && value.is_empty() {
                errors.add(field, missing);
            } else if value.chars().count() > most {
                errors.add(field, texts::too_long(language, most));
            }
        };
        text("name", &self.name, 60, texts::profile_name_required(language), true);
        text("first_name", &self.first_name, 80, texts::first_name_required(language), true);
        text("last_name", &self.last_name, 80, texts::last_name_required(language), true);
        text("address", &self.address, 160, texts::address_required(language), true);
        text("city", &self.city, 80, texts::city_required(language), true);
        text("province", &self.province, 80, texts::province_required(language), self.country != "other");
        text("phone", &self.phone, 40, texts::phone_required(language), true);
        if !COUNTRIES.contains(&self.country.as_str()) {
            errors.add("country", texts::country_required(language));
        }
        match self.country.as_str() {
            "CA" if !is_canadian(&self.postal) => errors.add("postal", texts::postal_required(language)),
            "US" if !is_zip(&self.postal) => errors.add("postal", texts::zip_required(language)),
            _ if self.postal.chars().count() > 20 => errors.add("postal", texts::too_long(language, 20)),
            _ => {}
        }
        if !self.phone.is_empty() && !self.phone.chars().any(char::is_numeric) {
            errors.add("phone", texts::phone_required(language));
        }
        check_email(&mut errors, language, &self.email);
        if Language::from_code(&self.language).is_none() {
            errors.add("language", texts::choice_required(language));
        }
        errors
    }
}

/// An address of an account or a profile: `name@place.tld`, at most 254 characters, nothing that a header could break on.
pub(crate) fn check_email(errors: &mut ErrorSummary, language: Language, email: &str) {
    if email.is_empty() {
        errors.add("email", texts::email_required(language));
    } else if email.len() > 254 {
        errors.add("email", texts::email_long(language));
    } else if !is_email(email) {
        errors.add("email", texts::email_format(language));
    }
}

fn is_email(email: &str) -> bool {
    let is_plain = |text: &str| {
        !text.is_empty()
            && text.is_ascii()
            && text.bytes().all(|b| b.is_ascii_graphic() && !b"()<>[]:;,\\\"@".contains(&b))
            && !text.starts_with('.')
            && !text.ends_with('.')
            && !text.contains("..")
    };
    email
        .split_once('@')
        .is_some_and(|(name, place)| is_plain(name) && is_plain(place) && place.contains('.'))
}

/// `a1a1a1` becomes `A1A 1A1`.
fn postal(country: &str, typed: &str) -> String {
    let compact: String =
        typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect::<String>().to_uppercase();
    if country == "CA" && compact.len() == 6 && compact.is_ascii() {
        return format!("{} {}", &compact[..3], &compact[3..]);
    }
    typed.to_owned()
}

fn is_canadian(postal: &str) -> bool {
    let pattern = |(n, b): (usize, u8)| match n {
        3 => b == b' ',
        0 | 2 | 5 => b.is_ascii_uppercase(),
        _ => b.is_ascii_digit(),
    };
    postal.len() == 7 && postal.bytes().enumerate().all(pattern)
}

fn is_zip(zip: &str) -> bool {
    let digits = |text: &str, count: usize| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    match zip.split_once('-') {
        Some((five, four)) => digits(five, 5) && digits(four, 4),
        None => digits(zip, 5),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_kept_as_they_are_written_in_their_country() {
        assert_eq!(postal("CA", " m5v2t6 "), "M5V 2T6");
        assert!(
            is_canadian("M5V 2T6")
                && !is_canadian("55V 2T6")
                && !is_canadian("M5V2T6")
                && !is_canadian("é5V 2T")
        );
        assert!(is_zip("14201") && is_zip("14201-1234") && !is_zip("1420") && !is_zip("14201-"));
    }

    #[test]
    fn addresses_that_could_break_a_mail_are_refused() {
        assert!(is_email("name+tag@example.ca"));
        for bad in [
            "",
            "name",
            "name@",
            "@x.ca",
            "a@b",
            "a@b..ca",
            "a@b.ca\r\nBcc: x@y.ca",
            "a b@c.ca",
            "a@b.ca>",
            "é@b.ca",
            "a@@b.ca",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
