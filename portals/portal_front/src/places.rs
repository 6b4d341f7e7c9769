//! Countries, provinces and states under their names in both languages.

use ontario_language::Language;
use std::sync::LazyLock;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The country that the form begins with.
pub const CANADA: &str = "CA";
/// Where a ZIP code is asked for.
pub const UNITED_STATES: &str = "US";

/// A country, a province or a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// ISO 3166-1 or 3166-2, without the country.
    pub code: &'static str,
    names: [&'static str; 2],
}

impl Place {
    /// In one of the languages.
    #[must_use]
    pub fn name(&self, language: Language) -> &'static str {
        language.pick(self.names[0], self.names[1])
    }
}

static COUNTRIES: LazyLock<Vec<Place>> =
    LazyLock::new(|| lines(include_str!("../data/countries.tsv")).filter_map(|line| place(&line)).collect());
static REGIONS: LazyLock<Vec<(&str, Place)>> = LazyLock::new(|| {
    let regions = lines(include_str!("../data/regions.tsv"));
    regions.filter_map(|line| Some((*line.first()?, place(line.get(1..)?)?))).collect()
});

fn lines(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect())
}

fn place(fields: &[&'static str]) -> Option<Place> {
    let [code, english, french] = fields else { return None };
    Some(Place { code, names: [english, french] })
}

/// All countries from A to Z in this language; the accents don't count.
#[must_use]
pub fn countries(language: Language) -> Vec<Place> {
    sorted(COUNTRIES.clone(), language)
}

/// The provinces or states of a country, from A to Z; empty where any text will do.
#[must_use]
pub fn regions(country: &str, language: Language) -> Vec<Place> {
    sorted(REGIONS.iter().filter(|(of, _)| *of == country).map(|(_, place)| *place).collect(), language)
}

/// By its code.
#[must_use]
pub fn find_country(code: &str) -> Option<Place> {
    COUNTRIES.iter().find(|place| place.code == code).copied()
}

/// By its code, in this country.
#[must_use]
pub fn find_region(country: &str, code: &str) -> Option<Place> {
    REGIONS.iter().find(|(of, place)| *of == country && place.code == code).map(|(_, place)| *place)
}

fn sorted(mut places: Vec<Place>, language: Language) -> Vec<Place> {
    places.sort_by_cached_key(|place| fold(place.name(language)));
    places
}

/// Without case and accents: `États-Unis` stands between `Espagne` and `Éthiopie`, and is found by `etats`.
#[must_use]
pub fn fold(name: &str) -> String {
    name.nfkd().filter(|sign| !is_combining_mark(*sign)).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_sorted_in_the_language_of_the_page() {
        for language in Language::ALL {
            let names: Vec<&str> = countries(language).iter().map(|place| place.name(language)).collect();
            assert!(names.len() > 230, "{}", names.len());
            assert!(names.is_sorted_by_key(|name| fold(name)));
        }
        let french: Vec<&str> =
            countries(Language::French).iter().map(|place| place.name(Language::French)).collect();
        let at = |name: &str| french.iter().position(|other| *other == name).unwrap();
        assert!(
            at("Espagne") < at("États-Unis")
                && at("États-Unis") < at("Éthiopie")
                && at("Éthiopie") < at("Fidji")
        );
    }

    #[test]
    fn names_begin_with_a_capital_letter_and_have_the_signs_that_people_type() {
        let regions = REGIONS.iter().map(|(_, place)| place);
        for name in COUNTRIES.iter().chain(regions).flat_map(|place| place.names) {
            assert!(name.starts_with(char::is_uppercase), "{name}");
            assert!(name.chars().all(|c| c.is_alphabetic() || " -’(),.&".contains(c)), "{name}");
        }
    }

    #[test]
    fn codes_are_told_apart_by_country() {
        assert_eq!(find_region(CANADA, "ON").unwrap().name(Language::English), "Ontario");
        assert_eq!(find_region(UNITED_STATES, "ON"), None);
        assert_eq!(
            (regions(CANADA, Language::French).len(), regions(UNITED_STATES, Language::French).len()),
            (13, 51)
        );
        assert!(regions("FR", Language::French).is_empty());
        assert_eq!(regions(CANADA, Language::French).last().unwrap().name(Language::French), "Yukon");
        assert_eq!(find_country("FR").unwrap().name(Language::French), "France");
        assert!(find_country("XX").is_none() && find_country("").is_none() && find_country("ca").is_none());
    }
}
