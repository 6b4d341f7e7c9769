//! Registrations that services send themselves.

use super::json::{names_of, object};
use super::policy::CHOSEN_BY_SERVICES;
use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};

fn id() -> ClientId {
    ClientId::parse("made-up").unwrap()
}

fn policy(toml: &Value) -> RegistrationPolicy {
    serde_json::from_value(toml.clone()).unwrap()
}

fn register(body: &Value) -> Result<Client, RegistrationError> {
    RegistrationRequest::parse(body.to_string().as_bytes())?.register(&policy(&json!({})), id(), false)
}

fn with(change: &Value) -> Value {
    let mut body = json!({"redirect_uris": ["https://rp.example.ca/cb"]});
    body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    body
}

/// The code and the description of the refusal.
fn refused(change: &Value) -> (&'static str, String) {
    let error = register(&with(change)).expect_err(&change.to_string());
    (error.code(), error.description())
}

#[test]
fn the_least_registration_gets_every_default_and_is_told_so() {
    let client = register(&with(&json!({}))).unwrap();
    assert_eq!((client.name.en.as_str(), client.first_party), ("rp.example.ca", false));
    assert_eq!(client.scopes, ["email", "offline_access", "openid", "profile"]);
    let told = client.metadata();
    for (name, value) in [
        ("client_id", json!("made-up")),
        ("token_endpoint_auth_method", json!("client_secret_basic")),
        ("grant_types", json!(["authorization_code"])),
        ("response_types", json!(["code"])),
        ("application_type", json!("web")),
        ("id_token_signed_response_alg", json!("RS256")),
        ("subject_type", json!("pairwise")),
        ("require_pkce", json!(true)),
        ("first_party", json!(false)),
    ] {
        assert_eq!(told.get(name), Some(&value), "{name}");
    }
    assert!(!told.contains_key("client_secret"));
}

#[test]
fn unknown_members_and_null_are_ignored() {
    let change = json!({"x": {"y": [1]}, "software_id": "s", "logo_uri": null, "client_id": "mine", "client_secret": 7});
    assert_eq!(register(&with(&change)).unwrap(), register(&with(&json!({}))).unwrap());
}

#[test]
fn what_the_administrator_lays_down_is_refused_by_its_name() {
    for (name, value) in [
        ("accounts", json!(["my-ontario"])),
        ("used_one_key", json!(false)),
        ("minimum_acr", json!("urn:ontario:idp:acr:1")),
        ("profile", json!("openid")),
        ("require_pkce", json!(true)),
        ("first_party", json!(true)),
        ("category", json!("personal")),
        ("ministry", json!("Ministry of Truth")),
        ("access_token_format", json!("jwt")),
        ("resources", json!([])),
    ] {
        let (code, description) = refused(&json!({name: value}));
        assert!(code == "invalid_client_metadata" && description.starts_with(name), "{description}");
    }
}

/// A name that the file learns is the administrator's until somebody decides otherwise.
#[test]
fn every_name_that_is_not_a_services_to_choose_is_refused() {
    let known = names_of::<ClientMetadata>();
    assert!(CHOSEN_BY_SERVICES.iter().all(|name| known.contains(name)), "a name here is none of the file's");
    for name in known.iter().filter(|name| !CHOSEN_BY_SERVICES.contains(name)) {
        let (code, description) = refused(&json!({*name: "x"}));
        assert!(code == "invalid_client_metadata" && description.contains(name), "{description}");
    }
}

#[test]
fn each_wrong_type_and_value_is_refused_by_its_name() {
    for (name, value) in [
        ("redirect_uris", json!("https://rp.example.ca/cb")),
        ("redirect_uris", json!(7)),
        ("redirect_uris", json!([])),
        ("redirect_uris", json!([["https://rp.example.ca/cb"]])),
        ("redirect_uris", json!(["https://rp.example.ca/cb#fragment"])),
        ("redirect_uris", json!(["javascript:alert(1)"])),
        ("redirect_uris", json!(["http://rp.example.ca/cb"])),
    ] {
        let (code, description) = refused(&json!({name: value}));
        assert!(code == "invalid_redirect_uri" && description.contains(name), "{code} {description}");
    }
    for (name, value) in [
        ("client_name", json!({"en": "x"})),
        ("client_name", json!("")),
        ("client_name", json!("a\u{0}b")),
        ("client_name", json!("Bank\u{202e}gro.knab")),
        ("client_name#fr", json!("x".repeat(201))),
        ("jwks", json!("x")),
        ("default_max_age", json!(-1)),
        ("token_endpoint_auth_method", json!("client_secret_jwt")),
        ("id_token_signed_response_alg", json!("none")),
        ("id_token_signed_response_alg", json!("HS256")),
        ("userinfo_signed_response_alg", json!("none")),
        ("application_type", json!("desktop")),
        ("subject_type", json!("secret")),
        ("grant_types", json!(["implicit"])),
        ("grant_types", json!(["client_credentials"])),
        ("response_types", json!(["code id_token"])),
        ("scope", json!("openid keys:write")),
        ("scope", json!("email")),
        ("logo_uri", json!("javascript:alert(1)")),
        ("policy_uri", json!("data:text/html,x")),
        ("sector_identifier_uri", json!("http://rp.example.ca/s")),
        ("id_token_encrypted_response_alg", json!("RSA-OAEP")),
        ("tls_client_certificate_bound_access_tokens", json!(true)),
    ] {
        let (code, description) = refused(&json!({name: value}));
        assert!(code == "invalid_client_metadata" && description.contains(name), "{code} {description}");
    }
    let (code, description) =
        refused(&json!({"redirect_uris": ["https://a.example/", "https://b.example/"]}));
    assert!(code == "invalid_client_metadata" && description.starts_with("sector_identifier_uri"));
}

#[test]
fn software_statements_are_refused_by_name() {
    assert_eq!(refused(&json!({"software_statement": "a.b.c"})).0, "unapproved_software_statement");
    assert_eq!(refused(&json!({"software_statement": 1})).0, "invalid_software_statement");
}

#[test]
fn names_come_in_the_languages_of_their_tags() {
    let named = |change: Value| {
        let name = register(&with(&change)).unwrap().name;
        (name.en, name.fr)
    };
    let pair = |en: &str, fr: &str| (en.to_owned(), fr.to_owned());
    assert_eq!(named(json!({"client_name": "A", "client_name#fr-CA": "B"})), pair("A", "B"));
    assert_eq!(
        named(json!({"client_name#EN-ca": "A", "client_name#fr": "B", "client_name#fr-FR": "C"})),
        pair("A", "B")
    );
    assert_eq!(named(json!({"client_name#fr": "B"})), pair("B", "B"));
    assert_eq!(named(json!({"client_name": "A", "client_name#de": "C"})), pair("A", "A"));
}

#[test]
fn a_policy_lays_down_what_the_service_is() {
    let policy = policy(&json!({
        "first_party": true, "require_pkce": false, "accounts": ["one-key", "my-ontario"], "scope": "openid email",
        "grant_types": ["authorization_code"], "ministry": "Ministry of Health", "resources": ["https://api.example.ca/"],
    }));
    assert_eq!(policy.check(false), Ok(()));
    let register = |body: Value| {
        let request = RegistrationRequest::parse(body.to_string().as_bytes()).unwrap();
        request.register(&policy, id(), false)
    };
    let client = register(with(&json!({}))).unwrap();
    assert!(client.first_party && !client.require_pkce && client.accounts.len() == 2);
    assert_eq!(client.scopes, ["email", "openid"]);
    for beyond in
        [json!({"scope": "openid profile"}), json!({"grant_types": ["authorization_code", "refresh_token"]})]
    {
        assert!(register(with(&beyond)).is_err(), "{beyond}");
    }
    // A public client is never let off PKCE, whatever the policy says.
    assert!(register(with(&json!({"token_endpoint_auth_method": "none"}))).unwrap().require_pkce);
}

#[test]
fn a_policy_that_nobody_can_keep_is_refused() {
    for bad in [
        json!({"profile": "fapi2", "require_pkce": false}),
        json!({"minimum_acr": "urn:ontario:idp:acr:9"}),
        json!({"accounts": []}),
        json!({"scope": "email"}),
        json!({"scope": "openid accounts:read"}),
        json!({"scope": "keys:write", "grant_types": ["client_credentials"]}),
        json!({"grant_types": ["password"]}),
        json!({"resources": ["http://api.example.ca/"]}),
    ] {
        assert!(policy(&bad).check(false).is_err(), "{bad}");
    }
    assert_eq!(policy(&json!({"profile": "fapi2"})).check(false), Ok(()));
    assert!(serde_json::from_value::<RegistrationPolicy>(json!({"client_name": "x"})).is_err());
}

#[test]
fn what_is_read_can_be_sent_back_and_changes_nothing() {
    let policy = policy(&json!({"first_party": true, "ministry": "Health", "ministry#fr": "Santé"}));
    let body = with(&json!({
        "client_name": "A", "client_name#fr": "B", "token_endpoint_auth_method": "private_key_jwt",
        "jwks_uri": "https://rp.example.ca/jwks", "default_max_age": 60, "grant_types": ["authorization_code", "refresh_token"],
        "backchannel_logout_uri": "https://rp.example.ca/out", "userinfo_signed_response_alg": "ES256",
        "logo_uri": "https://rp.example.ca/l.png", "request_uris": ["https://rp.example.ca/r#1"],
    }));
    let request = RegistrationRequest::parse(body.to_string().as_bytes()).unwrap();
    let client = request.register(&policy, id(), false).unwrap();
    let replace = |body: Value| {
        let request = RegistrationRequest::parse(body.to_string().as_bytes()).unwrap();
        request.replace(&policy, &client, |secret| secret.expose() == "mine", false)
    };
    let mut told = Value::Object(client.metadata());
    assert_eq!(replace(told.clone()).unwrap(), client);
    told["client_secret"] = "mine".into();
    assert_eq!(replace(told.clone()).unwrap(), client);
    told["client_secret"] = "other".into();
    assert_eq!(replace(told.clone()), Err(RegistrationError::AnotherClient("client_secret")));
    told.as_object_mut().unwrap().remove("client_secret");
    told["first_party"] = false.into();
    assert!(replace(told.clone()).unwrap_err().description().starts_with("first_party"));
    told["first_party"] = true.into();
    // What is left out falls back to its default.
    told.as_object_mut().unwrap().remove("default_max_age");
    assert_eq!(replace(told.clone()).unwrap().requests.default_max_age, None);
    told["client_id"] = "another".into();
    assert_eq!(replace(told.clone()), Err(RegistrationError::AnotherClient("client_id")));
}

/// Whoever adds a name to the file adds it to the answer.
#[test]
fn every_name_of_the_file_is_told() {
    let mut told = Vec::new();
    for body in [
        json!({
            "client_name": "A", "client_name#fr": "B", "description": "C", "description#fr": "D", "ministry": "E",
            "ministry#fr": "F", "redirect_uris": ["https://rp.example.ca/cb"], "contacts": ["a@example.ca"],
            "client_uri": "https://rp.example.ca/", "logo_uri": "https://rp.example.ca/", "policy_uri": "https://rp.example.ca/",
            "tos_uri": "https://rp.example.ca/", "initiate_login_uri": "https://rp.example.ca/",
            "backchannel_logout_uri": "https://rp.example.ca/", "frontchannel_logout_uri": "https://rp.example.ca/",
            "sector_identifier_uri": "https://rp.example.ca/", "token_endpoint_auth_signing_alg": "ES256",
            "token_endpoint_auth_audience": "lenient", "jwks_uri": "https://rp.example.ca/", "default_max_age": 1,
            "token_endpoint_auth_method": "private_key_jwt", "request_object_signing_alg": "ES256",
            "userinfo_signed_response_alg": "ES256", "authorization_signed_response_alg": "ES256",
            "request_uris": ["https://rp.example.ca/"], "default_acr_values": ["x"], "resources": ["https://rp.example.ca/"],
            "audiences": ["https://rp.example.ca/"],
        }),
        json!({
            "client_name": "A", "redirect_uris": ["https://rp.example.ca/cb"],
            "jwks": {"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]},
        }),
    ] {
        let metadata: ClientMetadata = serde_json::from_value(body).unwrap();
        let client = metadata.check(id(), false).unwrap().client;
        let again: ClientMetadata = serde_json::from_value(Value::Object(client.metadata())).unwrap();
        assert_eq!(again.check(id(), false).unwrap().client, client);
        told.extend(client.metadata().keys().cloned());
    }
    for name in names_of::<ClientMetadata>() {
        let told = told.iter().any(|told| told == name) || name.starts_with("tls_client_auth_");
        assert!(told || *name == "client_secret", "{name} is not told");
    }
}

#[test]
fn a_name_that_is_there_twice_is_refused_at_every_depth() {
    for text in [
        r#"{"a":1,"a":1}"#,
        r#"{"jwks":{"keys":[{"kty":"EC","kty":"RSA"}]}}"#,
        r#"{"a":1} x"#,
        "[]",
        "7",
        "",
        "\u{feff}{}",
        "{\"a\":\"\u{0}\"}",
    ] {
        assert!(object(text.as_bytes()).is_none(), "{text}");
    }
    assert!(object(br#"{"a":{"a":[{"a":1.5e3},null,true,-7]}}"#).is_some());
    let deep = format!("{}{}", r#"{"a":"#.repeat(4000), "}".repeat(4000));
    assert!(object(deep.as_bytes()).is_none());
    assert!(object(b"{\"a\":\"\xff\"}").is_none());
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "(https|http|javascript|ca.example)://[a-z#?/@:\\\\]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((any::<String>(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = RegistrationRequest::parse(&bytes);
    }

    #[test]
    fn no_value_of_any_member_panics_and_what_is_registered_reads_back(
        name in proptest::sample::select(names_of::<ClientMetadata>()), value in any_json(),
    ) {
        match register(&with(&json!({name: value}))) {
            Ok(client) => {
                let told = Value::Object(client.metadata());
                let again: ClientMetadata = serde_json::from_value(told).unwrap();
                prop_assert_eq!(again.check(id(), false).unwrap().client, client);
            }
            Err(error) => {
                let description = error.description();
                prop_assert!(description.bytes().all(|b| matches!(b, 0x20..=0x7e) && b != b'"' && b != b'\\'));
                prop_assert!(error.code().starts_with("invalid_") || error.code().starts_with("unapproved_"));
            }
        }
    }
}
