//! The rules of the contact form, with what people type.

use super::*;
use Language::{English, French};
use proptest::prelude::*;

fn flowers() -> Contact {
    let own = str::to_owned;
    Contact {
        role: Some(Role::Individual),
        last_name: own("Flowers"),
        first_name: own("Bernie"),
        firm: String::new(),
        address: Address {
            street: own("45 Elm Street, Unit 3"),
            city: own("Toronto"),
            country: own("CA"),
            province: own("ON"),
            postal: own("m5v2t6"),
            phone: own("416-555-0123"),
        },
        ext: own("12"),
        fax: String::new(),
        email: own("bernie@example.test"),
    }
}

const FIELDS: [&str; 13] = [
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

fn errors(language: Language, typed: &Contact) -> Vec<(&'static str, String)> {
    let summary = typed.checked(language).err();
    let of = |field: &&'static str| {
        let messages = summary.as_ref().map(|summary| summary.messages(field)).unwrap_or_default();
        messages.into_iter().map(|message| (*field, message)).collect::<Vec<_>>()
    };
    FIELDS.iter().flat_map(of).collect()
}

#[test]
fn an_empty_form_tells_every_mistake_in_both_languages() {
    let typed = Contact::new(None);
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
                "address" => typed.address.street = text,
                _ => typed.address.city = text,
            }
            errors(English, &typed)
        };
        assert!(with(longest).is_empty(), "{field}");
        assert_eq!(with(longest + 1)[0].0, field);
    }
    let long = Contact { last_name: "x".repeat(81), ..flowers() };
    assert_eq!(errors(English, &long)[0].1, "Last name must be 80 characters or fewer");
    assert_eq!(errors(French, &long)[0].1, "Nom de famille\u{a0}: au plus 80 caractères");
}

#[test]
fn extension_and_fax_may_be_left_out_and_have_their_form() {
    for (ext, right) in
        [("", true), ("12345678", true), ("１２", true), ("123456789", false), ("12a", false), ("=1", false)]
    {
        assert_eq!(errors(English, &Contact { ext: ext.into(), ..flowers() }).is_empty(), right, "{ext}");
    }
    let fax = errors(French, &Contact { fax: "non".into(), ..flowers() });
    assert_eq!(fax, [("fax", "Entrez un numéro de télécopieur, par exemple 416 555-0124".to_owned())]);
}

#[test]
fn contact_information_that_was_saved_by_an_older_version_is_read() {
    let saved = r#"{"role":"individual","last_name":"Flowers","first_name":"Bernie","firm":"","address":"45 Elm Street",
        "city":"Toronto","country":"CA","province":"ON","postal":"M5V 2T6","phone":"416-555-0123","ext":"","fax":"",
        "email":"bernie@example.test"}"#;
    let contact: Contact = serde_json::from_str(saved).unwrap();
    assert_eq!((contact.role, contact.address.street.as_str()), (Some(Role::Individual), "45 Elm Street"));
    let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(value(&serde_json::to_string(&contact).unwrap()), value(saved));
}

proptest! {
    #[test]
    fn whatever_is_typed_is_kept_right_or_refused(text in "\\PC*|[\\x00-\\u{ffff}]{0,300}") {
        let address = Address {
            postal: text.clone(), phone: text.clone(), province: text.clone(), country: text.clone(),
            ..flowers().address
        };
        let typed = Contact {
            role: None, last_name: text.clone(), firm: text.clone(), address, ext: text.clone(),
            email: text.clone(), ..flowers()
        };
        prop_assert!(typed.checked(English).is_err());
        if let Ok(contact) = (Contact { last_name: text, ..flowers() }).checked(English) {
            prop_assert!(contact.last_name.chars().count() <= 80 && !contact.last_name.is_empty());
            // Editing what was saved changes nothing.
            prop_assert_eq!(contact.checked(French).unwrap(), contact);
        }
    }
}
