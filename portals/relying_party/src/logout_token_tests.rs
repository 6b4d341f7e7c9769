use super::*;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use proptest::prelude::*;
use serde_json::json;

const NOW: i64 = 1_800_000_000;

struct World(EcdsaKeyPair);

impl World {
    fn new() -> Self {
        let pkcs8 =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
        Self(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref()).unwrap())
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = self.0.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
    }

    fn keys(&self) -> CoreJsonWebKeySet {
        let point = self.0.public_key().as_ref();
        let coordinate = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        serde_json::from_value(json!({ "keys": [{
            "kty": "EC", "crv": "P-256", "kid": "k1", "use": "sig", "alg": "ES256",
            "x": coordinate(&point[1..33]), "y": coordinate(&point[33..65]),
        }]}))
        .unwrap()
    }

    fn check_token(&self, token: &str) -> Result<LogoutNotice, Error> {
        let algorithm = CoreJwsSigningAlgorithm::EcdsaP256Sha256;
        Unverified::parse(token, "ES256")?.verify(
            &self.keys(),
            &algorithm,
            "https://idp.example",
            "portal",
            NOW * SECOND,
        )
    }

    fn check(&self, header: &Value, claims: &Value) -> Result<LogoutNotice, Error> {
        self.check_token(&self.sign(header, claims))
    }
}

fn header() -> Value {
    json!({"alg": "ES256", "typ": "logout+jwt", "kid": "k1"})
}

fn claims() -> Value {
    json!({
        "iss": "https://idp.example", "aud": "portal", "iat": NOW, "exp": NOW + 120, "jti": "j",
        "sub": "s", "sid": "sid", "events": {EVENT: {}},
    })
}

fn with(mut value: Value, name: &str, to: Value) -> Value {
    value[name] = to;
    value
}

fn without(mut value: Value, name: &str) -> Value {
    value.as_object_mut().unwrap().remove(name);
    value
}

#[test]
fn a_right_token_names_session_and_person() {
    let world = World::new();
    let notice = world.check(&header(), &claims()).unwrap();
    let expected = LogoutNotice {
        sub: Some("s".into()),
        sid: Some("sid".into()),
        jti: "j".into(),
        remember_until: (NOW + 240) * SECOND,
    };
    assert_eq!(notice, expected);
    for good in [
        with(claims(), "aud", json!(["other", "portal"])),
        without(claims(), "sid"),
        without(claims(), "sub"),
        with(claims(), "iat", json!(NOW + 59)),
        with(claims(), "exp", json!(NOW - 59)),
        with(claims(), "unknown", json!({"nonce": 1})),
    ] {
        assert!(world.check(&header(), &good).is_ok(), "{good}");
    }
    for typ in ["LOGOUT+JWT", "application/logout+jwt"] {
        assert!(world.check(&with(header(), "typ", json!(typ)), &claims()).is_ok(), "{typ}");
    }
}

#[test]
fn each_broken_rule_is_refused() {
    let world = World::new();
    for bad in [
        with(claims(), "iss", json!("https://idp.example/")),
        with(claims(), "aud", json!("other")),
        with(claims(), "aud", json!([])),
        with(claims(), "iat", json!(NOW + 61)),
        with(claims(), "exp", json!(NOW - 61)),
        with(claims(), "exp", json!(NOW + 1000)),
        with(claims(), "exp", json!(i64::MAX)),
        with(claims(), "iat", json!(i64::MIN)),
        with(claims(), "events", json!({})),
        with(claims(), "events", json!({EVENT: true})),
        with(claims(), "events", json!(EVENT)),
        with(claims(), "nonce", json!("n")),
        with(claims(), "nonce", json!(null)),
        with(claims(), "jti", json!("")),
        with(claims(), "jti", json!("j".repeat(256))),
        with(claims(), "sub", json!("")),
        with(claims(), "sid", json!("s".repeat(256))),
        without(without(claims(), "sid"), "sub"),
        without(claims(), "exp"),
        without(claims(), "iat"),
        without(claims(), "jti"),
        without(claims(), "events"),
    ] {
        assert!(matches!(world.check(&header(), &bad), Err(Error::InvalidLogoutToken(_))), "{bad}");
    }
    for bad in [
        with(header(), "alg", json!("none")),
        with(header(), "alg", json!("HS256")),
        with(header(), "typ", json!("JWT")),
        with(header(), "typ", json!("at+jwt")),
        with(header(), "kid", json!("k2")),
        with(header(), "crit", json!(["exp"])),
        without(header(), "typ"),
        without(header(), "kid"),
    ] {
        assert!(world.check(&bad, &claims()).is_err(), "{bad}");
    }
}

#[test]
fn a_token_of_another_key_or_with_changed_claims_is_refused() {
    let (world, other) = (World::new(), World::new());
    assert!(world.check_token(&other.sign(&header(), &claims())).is_err());
    let token = world.sign(&header(), &claims());
    let parts: Vec<&str> = token.split('.').collect();
    let changed = BASE64_URL_SAFE_NO_PAD.encode(with(claims(), "sid", json!("other")).to_string());
    assert!(world.check_token(&format!("{}.{changed}.{}", parts[0], parts[2])).is_err());
    assert!(world.check_token(&format!("{}.{}.", parts[0], parts[1])).is_err());
    assert!(world.check_token(&format!("{token}.{token}")).is_err());
    assert!(world.check_token(&"a".repeat(MAX_TOKEN + 1)).is_err());
}

proptest! {
    #[test]
    fn nothing_that_is_sent_makes_it_panic(token in "[A-Za-z0-9_.-]{0,200}|.{0,50}") {
        prop_assert!(World::new().check_token(&token).is_err());
    }
}
