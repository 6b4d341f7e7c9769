use super::*;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use openidconnect::core::CoreJsonWebKeySet;
use openidconnect::{ClientId, ClientSecret, IssuerUrl};
use serde_json::{Value, json};

const NOW: i64 = 1_800_000_000;

struct World {
    key: EcdsaKeyPair,
    pending: PendingSignIn,
}

impl World {
    fn new() -> Self {
        let rng = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &rng).unwrap();
        let pending = PendingSignIn {
            state: "state".into(),
            nonce: "nonce".into(),
            code_verifier: "verifier".into(),
            max_age: Some(300),
            acr_values: vec!["urn:ontario:idp:acr:1".into()],
        };
        Self {
            key: EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref()).unwrap(),
            pending,
        }
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = self.key.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn keys(&self) -> CoreJsonWebKeySet {
        let point = self.key.public_key().as_ref();
        let coordinate = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        serde_json::from_value(json!({ "keys": [{
            "kty": "EC", "crv": "P-256", "kid": "k1", "use": "sig", "alg": "ES256",
            "x": coordinate(&point[1..33]), "y": coordinate(&point[33..65]),
        }]}))
        .unwrap()
    }

    fn check(&self, header: &Value, claims: &Value) -> Result<String, Error> {
        let base = IdTokenVerifier::new_confidential_client(
            ClientId::new("portal".into()),
            ClientSecret::new("a secret that must never verify an HS256 token".into()),
            IssuerUrl::new("https://idp.example".into()).unwrap(),
            self.keys(),
        );
        let verifier =
            verifier(base, CoreJwsSigningAlgorithm::EcdsaP256Sha256, &self.pending, NOW * crate::SECOND);
        let id_token: OidcIdToken = self
            .sign(header, claims)
            .parse()
            .map_err(|_| Error::InvalidIdToken("it does not parse".into()))?;
        let claims = verify(&id_token, &verifier, &self.pending, "portal", &AccessToken::new("at".into()))?;
        Ok(claims.subject().to_string())
    }
}

fn header() -> Value {
    json!({ "alg": "ES256", "typ": "JWT", "kid": "k1" })
}

fn claims() -> Value {
    json!({
        "iss": "https://idp.example", "aud": "portal", "sub": "person", "nonce": "nonce",
        "iat": NOW - 1, "exp": NOW + 600, "auth_time": NOW - 200, "acr": "urn:ontario:idp:acr:1", "amr": ["pwd"],
        "sid": "session", "onekey": { "sub": "old", "transferred_at": 1_700_000_000 },
    })
}

fn with(mut object: Value, name: &str, value: Value) -> Value {
    object[name] = value;
    object
}

#[test]
fn an_es256_token_with_the_right_claims_is_accepted() {
    let world = World::new();
    assert_eq!(world.check(&header(), &claims()).unwrap(), "person");
    assert_eq!(world.check(&header(), &with(claims(), "azp", json!("portal"))).unwrap(), "person");
}

#[test]
fn one_wrong_claim_is_enough_to_refuse() {
    let world = World::new();
    for (name, value) in [
        ("iss", json!("https://evil.example")),
        ("aud", json!("another")),
        ("aud", json!(["portal", "another"])),
        ("aud", json!([])),
        ("azp", json!("another")),
        ("nonce", json!("other")),
        ("nonce", Value::Null),
        ("exp", json!(NOW)),
        ("iat", json!(NOW + 3600)),
        ("auth_time", json!(NOW - 3600)),
        ("auth_time", Value::Null),
        ("acr", json!("urn:ontario:idp:acr:0")),
        ("sub", json!("")),
        ("sub", json!("é")),
        ("sub", json!("x".repeat(256))),
        ("at_hash", json!("AAAAAAAAAAAAAAAAAAAAAA")),
    ] {
        let outcome = world.check(&header(), &with(claims(), name, value.clone()));
        assert!(matches!(outcome, Err(Error::InvalidIdToken(_))), "{name} = {value}: {outcome:?}");
    }
}

#[test]
fn another_algorithm_or_key_is_refused() {
    let world = World::new();
    for (name, value) in
        [("alg", json!("none")), ("alg", json!("HS256")), ("alg", json!("RS256")), ("kid", json!("k2"))]
    {
        assert!(world.check(&with(header(), name, value.clone()), &claims()).is_err(), "{name} = {value}");
    }
}

#[test]
fn a_changed_token_is_refused() {
    let (ours, other) = (World::new(), World::new());
    let foreign = other.sign(&header(), &claims()).parse::<OidcIdToken>().unwrap();
    let base = IdTokenVerifier::new_public_client(
        ClientId::new("portal".into()),
        IssuerUrl::new("https://idp.example".into()).unwrap(),
        ours.keys(),
    );
    let verifier =
        verifier(base, CoreJwsSigningAlgorithm::EcdsaP256Sha256, &ours.pending, NOW * crate::SECOND);
    let outcome = verify(&foreign, &verifier, &ours.pending, "portal", &AccessToken::new("at".into()));
    assert!(matches!(outcome, Err(Error::InvalidIdToken(_))));
}

#[test]
fn a_token_is_kept_as_it_came() {
    let text = World::new().sign(&header(), &claims());
    let parsed: OidcIdToken = text.parse().unwrap();
    assert_eq!(parsed.to_string(), text);
}
