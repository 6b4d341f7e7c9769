//! Countries, provinces and states under their names in both languages, and where the courts are.

use ontario_language::Language;
use std::sync::LazyLock;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The country that the form begins with.
pub(crate) const CANADA: &str = "CA";
pub(crate) const UNITED_STATES: &str = "US";

/// Where documents are filed.
pub(crate) const COURTS: [&str; 24] = [
    "Barrie",
    "Belleville",
    "Brampton",
    "Brockville",
    "Cornwall",
    "Guelph",
    "Hamilton",
    "Kenora",
    "Kingston",
    "Kitchener",
    "London",
    "Milton",
    "Newmarket",
    "North Bay",
    "Oshawa",
    "Ottawa",
    "Peterborough",
    "Sault Ste. Marie",
    "St. Catharines",
    "Sudbury",
    "Thunder Bay",
    "Timmins",
    "Toronto",
    "Windsor",
];

/// A country, a province or a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) code: &'static str,
    names: [&'static str; 2],
}

impl Place {
    pub(crate) fn name(&self, language: Language) -> &'static str {
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
pub(crate) fn countries(language: Language) -> Vec<Place> {
    sorted(COUNTRIES.clone(), language)
}

/// The provinces or states of a country, from A to Z; empty where any text will do.
pub(crate) fn regions(country: &str, language: Language) -> Vec<Place> {
    sorted(REGIONS.iter().filter(|(of, _)| *of == country).map(|(_, place)| *place).collect(), language)
}

pub(crate) fn find_country(code: &str) -> Option<Place> {
    COUNTRIES.iter().find(|place| place.code == code).copied()
}

pub(crate) fn find_region(country: &str, code: &str) -> Option<Place> {
    REGIONS.iter().find(|(of, place)| *of == country && place.code == code).map(|(_, place)| *place)
}

fn sorted(mut places: Vec<Place>, language: Language) -> Vec<Place> {
    places.sort_by_cached_key(|place| fold(place.name(language)));
    places
}

/// Without case and accents: `États-Unis` stands between `Espagne` and `Éthiopie`, and is found by `etats`.
pub(crate) fn fold(name: &str) -> String {
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
