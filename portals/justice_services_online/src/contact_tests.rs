//! The rules of the contact form, with what people type.

use super::*;
use Language::{English, French};
use proptest::prelude::*;

pub(crate) fn flowers() -> TypedContact {
    let own = str::to_owned;
    TypedContact {
        role: own("individual"),
        last_name: own("Flowers"),
        first_name: own("Bernie"),
        firm: String::new(),
        address: own("45 Elm Street, Unit 3"),
        city: own("Toronto"),
        country: own("CA"),
        province: own("ON"),
        province_of: own("CA"),
        postal: own("m5v2t6"),
        phone: own("416-555-0123"),
        ext: own("12"),
        fax: String::new(),
        email: own("bernie@example.test"),
    }
}

fn errors(language: Language, typed: &TypedContact) -> Vec<(String, String)> {
    let summary = parse(language, typed).err();
    let fields = [
        "role",
        "last_name",
        "first_name",
        "firm",
        "address",
        "city",
        "country",
        "province",
        "postal",
        "phone",
        "ext",
        "fax",
        "email",
    ];
    let of = |field: &&str| {
        let messages = summary.as_ref().map(|summary| summary.messages(field)).unwrap_or_default();
        messages.into_iter().map(|message| ((*field).to_owned(), message)).collect::<Vec<_>>()
    };
    fields.iter().flat_map(of).collect()
}

#[test]
fn an_empty_form_tells_every_mistake_in_both_languages() {
    let typed = TypedContact::new(None);
    let words = |language| errors(language, &typed).into_iter().map(|(_, words)| words).collect::<Vec<_>>();
    assert_eq!(
        words(English),
        [
            "Tell us who you are: a lawyer or an individual",
            "Enter your last name",
            "Enter your first name",
            "Enter your address",
            "Enter a city, town or village",
            "Choose a province",
            "Enter a postal code like M5V 2T6",
            "Enter a phone number, like 416-555-0123",
            "Enter your email address",
        ]
    );
    assert_eq!(
        words(French),
        [
            "Indiquez si vous êtes avocat ou avocate, ou un particulier",
            "Entrez votre nom de famille",
            "Entrez votre prénom",
            "Entrez votre adresse",
            "Entrez une ville ou un village",
            "Choisissez une province",
            "Entrez un code postal, par exemple M5V 2T6",
            "Entrez un numéro de téléphone, par exemple 416 555-0123",
            "Entrez votre adresse courriel",
        ]
    );
}

#[test]
fn postal_codes_come_in_any_case_and_spacing() {
    for typed in ["m5v2t6", "M5V 2T6", " m5v\u{a0}2t6 ", "M5V-2T6", "m 5 v 2 t 6", "Ｍ５Ｖ２Ｔ６"] {
        let contact = parse(English, &TypedContact { postal: typed.to_owned(), ..flowers() }).unwrap();
        assert_eq!(contact.postal, "M5V 2T6", "{typed}");
    }
    for typed in ["", "M5V", "M5V 2T66", "D5V 2T6", "W5V 2T6", "M5O 2T6", "12345", "M5V\u{301}2T6", "٥٥٥٥٥٥"]
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
    let at = |country: &str, province: &str, postal: &str| TypedContact {
        country: country.into(),
        province_of: country.into(),
        province: province.into(),
        postal: postal.into(),
        ..flowers()
    };
    assert!(errors(English, &at("US", "NY", "14201")).is_empty());
    let american = errors(English, &at("US", "ON", "M5V 2T6"));
    assert_eq!(american[0].1, "Choose a state");
    assert_eq!(american[1].1, "Enter a ZIP code like 14201");
    assert!(errors(French, &at("FR", "", "")).is_empty());
    let japan = parse(English, &at("JP", "東京都", "100-0001")).unwrap();
    assert_eq!((japan.province.as_str(), japan.postal.as_str()), ("東京都", "100-0001"));
    // The select still shows Canada's provinces: none of them is the other country's.
    let switched = TypedContact { province_of: "CA".into(), ..at("US", "ON", "14201") };
    assert_eq!(errors(English, &switched)[0].0, "province");
    let switched = TypedContact { province_of: "CA".into(), ..at("FR", "ON", "75001") };
    assert_eq!(parse(English, &switched).unwrap().province, "");
    assert_eq!(errors(English, &at("Canada", "ON", ""))[0].1, "Choose a country");
}

#[test]
fn names_of_every_script_are_kept_and_what_hides_is_not() {
    for name in [
        "O’Brien-Żółć",
        "محمد",
        "李小龍",
        "Ὀδυσσεύς",
        "क्षत्रिय",
        "נועה",
        "Nguyễn",
        "🦊",
        "=1+1",
        "<script>alert(1)</script>",
    ] {
        let contact = parse(English, &TypedContact { last_name: name.into(), ..flowers() }).unwrap();
        assert_eq!(contact.last_name, one_line(name), "{name}");
        assert!(contact.last_name.contains(name) || name.nfc().ne(name.chars()), "{name}");
    }
    assert_eq!(one_line(" a\r\n\tb\u{0}\u{202e}c\u{2066}\u{200b} \u{85}d "), "a b c d");
    let blank = TypedContact { first_name: "\u{202e}\u{200b} \t".into(), ..flowers() };
    assert_eq!(errors(English, &blank)[0].1, "Enter your first name");
}

#[test]
fn lengths_are_counted_in_characters() {
    for (field, longest) in
        [("last_name", 80), ("first_name", 80), ("firm", 120), ("address", 160), ("city", 80)]
    {
        let with = |length: usize| {
            let mut typed = flowers();
            let text = "é".repeat(length);
            match field {
                "last_name" => typed.last_name = text,
                "first_name" => typed.first_name = text,
                "firm" => typed.firm = text,
                "address" => typed.address = text,
                _ => typed.city = text,
            }
            errors(English, &typed)
        };
        assert!(with(longest).is_empty(), "{field}");
        assert_eq!(with(longest + 1)[0].0, field);
    }
    let long = TypedContact { last_name: "x".repeat(81), ..flowers() };
    assert_eq!(errors(English, &long)[0].1, "Last name must be 80 characters or fewer");
    assert_eq!(errors(French, &long)[0].1, "Nom de famille\u{a0}: au plus 80 caractères");
}

#[test]
fn telephone_numbers_come_in_any_format() {
    for phone in [
        "416-555-0123",
        "416 555–0123",
        "(416) 555.0123",
        "+33 1 23 45 67 89",
        "４１６５５５０１２３",
        "٤١٦٥٥٥٠١٢٣",
    ] {
        assert!(errors(English, &TypedContact { phone: phone.into(), ..flowers() }).is_empty(), "{phone}");
    }
    for phone in ["", "none", "555", "1234567 call me", "<b>4165550123</b>", &"1".repeat(41)] {
        let found = errors(English, &TypedContact { phone: phone.into(), ..flowers() });
        assert_eq!(
            found,
            [("phone".to_owned(), "Enter a phone number, like 416-555-0123".to_owned())],
            "{phone}"
        );
    }
    for (ext, right) in
        [("", true), ("12345678", true), ("１２", true), ("123456789", false), ("12a", false), ("=1", false)]
    {
        assert_eq!(
            errors(English, &TypedContact { ext: ext.into(), ..flowers() }).is_empty(),
            right,
            "{ext}"
        );
    }
    let fax = errors(French, &TypedContact { fax: "non".into(), ..flowers() });
    assert_eq!(fax[0].1, "Entrez un numéro de télécopieur, par exemple 416 555-0124");
}

#[test]
fn an_address_can_not_reach_into_a_mails_header() {
    for email in [
        "a",
        "a@b",
        "@example.test",
        "a@example.",
        "a@.test",
        "a b@example.test",
        "a@example.test\r\nBcc: x@example.test",
        "<a@example.test>",
        "a@example.test,b@example.test",
        "\"a\"@example.test",
        "почта@example.test",
        "a@[127.0.0.1]",
    ] {
        let found = errors(English, &TypedContact { email: email.into(), ..flowers() });
        assert_eq!(
            found[0].1, "Enter your email address in the correct format, like name@example.com",
            "{email}"
        );
    }
    let long = format!("{}@{}.test", "a".repeat(64), "b".repeat(200));
    assert!(errors(English, &TypedContact { email: long, ..flowers() })[0].1.contains("254"));
}

proptest! {
    #[test]
    fn whatever_is_typed_is_kept_right_or_refused(text in "\\PC*|[\\x00-\\u{ffff}]{0,300}") {
        let typed = TypedContact {
            last_name: text.clone(), firm: text.clone(), postal: text.clone(), phone: text.clone(),
            ext: text.clone(), email: text.clone(), province: text.clone(), country: text.clone(),
            role: text.clone(), ..flowers()
        };
        prop_assert!(parse(English, &typed).is_err());
        if let Ok(contact) = parse(English, &TypedContact { last_name: text.clone(), ..flowers() }) {
            prop_assert!(contact.last_name.chars().count() <= 80 && !contact.last_name.is_empty());
            prop_assert!(!contact.last_name.chars().any(|sign| sign.is_control() || is_hidden(sign)));
            // Editing what was saved changes nothing.
            prop_assert_eq!(parse(French, &TypedContact::from(contact.clone())).unwrap(), contact);
        }
    }
}
