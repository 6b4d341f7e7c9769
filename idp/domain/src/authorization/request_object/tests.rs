use super::*;
use crate::client::ClientMetadata;
use crate::ids::ClientId;
use crate::signing_key::SigningAlgorithm;
use proptest::prelude::*;
use serde_json::json;

const ISSUER: &str = "https://signin.example.ca";

fn client(lines: Value) -> Client {
    let mut json = json!({"client_name": "A", "redirect_uris": ["https://rp.example.ca/cb"]});
    for (name, value) in lines.as_object().unwrap() {
        json[name] = value.clone();
    }
    let metadata: ClientMetadata = serde_json::from_value(json).unwrap();
    metadata.check(ClientId::parse("rp").unwrap(), false).unwrap().client
}

fn openid() -> Client {
    client(json!({}))
}

fn fapi2() -> Client {
    client(json!({"profile": "fapi2", "token_endpoint_auth_method": "private_key_jwt",
        "jwks_uri": "https://rp.example.ca/jwks", "require_signed_request_object": true}))
}

fn object(header: &Value) -> String {
    format!("{}.e30.c2ln", BASE64_URL_SAFE_NO_PAD.encode(header.to_string()))
}

fn header(header: Value, client: &Client) -> Result<SigningAlgorithm, ObjectError> {
    super::read(&object(&header), client).map(|jwt| jwt.algorithm)
}

#[test]
fn the_header_says_an_algorithm_that_the_client_may_use() {
    use SigningAlgorithm::{Es256, Ps256, Rs256};
    assert_eq!(header(json!({"alg": "RS256"}), &openid()), Ok(Rs256));
    assert_eq!(header(json!({"alg": "PS256"}), &fapi2()), Ok(Ps256));
    assert_eq!(header(json!({"alg": "ES256", "typ": "oauth-authz-req+jwt"}), &fapi2()), Ok(Es256));
    assert_eq!(header(json!({"alg": "ES256", "typ": "application/JWT"}), &fapi2()), Ok(Es256));
    let bound = client(json!({"request_object_signing_alg": "ES256"}));
    for (sent, to, expected) in [
        (json!({"alg": "RS256"}), &fapi2(), ObjectError::Algorithm),
        (json!({"alg": "RS256"}), &bound, ObjectError::Algorithm),
        (json!({"alg": "HS256"}), &openid(), ObjectError::Algorithm),
        (json!({"alg": "none"}), &fapi2(), ObjectError::Algorithm),
        (json!({"alg": "none"}), &openid(), ObjectError::Unsigned),
        (json!({"alg": "nOnE"}), &openid(), ObjectError::Unsigned),
        (json!({"alg": "RS256", "typ": "dpop+jwt"}), &openid(), ObjectError::Type),
        (json!({"alg": "RS256", "crit": ["exp"]}), &openid(), ObjectError::Critical),
        (json!({"alg": "RS256", "b64": false}), &openid(), ObjectError::Critical),
        (json!({"typ": "JWT"}), &openid(), ObjectError::Algorithm),
        (json!({"alg": 1}), &openid(), ObjectError::Algorithm),
        (json!(["RS256"]), &openid(), ObjectError::Malformed),
    ] {
        assert_eq!(header(sent.clone(), to), Err(expected), "{sent}");
    }
    for text in ["", "x", "a.b", "a.b.c.d.e", "..", &".".repeat(50), &"a".repeat(MAX_OBJECT + 1)] {
        assert_eq!(super::read(text, &openid()).err(), Some(ObjectError::Malformed));
    }
}

fn claims(change: &[(&str, Value)]) -> Map<String, Value> {
    let mut all =
        json!({"iss": "rp", "client_id": "rp", "aud": ISSUER, "nbf": 1000, "exp": 1300, "state": "s"});
    for (name, value) in change {
        match value {
            Value::Null => drop(all.as_object_mut().unwrap().remove(*name)),
            value => all[*name] = value.clone(),
        }
    }
    all.as_object().unwrap().clone()
}

fn signed(claims: &Map<String, Value>) -> String {
    let claims = BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(claims).unwrap());
    format!("{}.{claims}.c2ln", BASE64_URL_SAFE_NO_PAD.encode("{\"alg\":\"ES256\"}"))
}

fn parameters_of(claims: &Map<String, Value>, client: &Client, now: i64) -> Result<Parameters, ObjectError> {
    let object = signed(claims);
    read_claims(&Jwt::parse(&object).unwrap(), client, ISSUER, Timestamp::from_seconds(now))
}

fn read(change: &[(&str, Value)], client: &Client, now: i64) -> Option<ObjectError> {
    parameters_of(&claims(change), client, now).err()
}

#[test]
fn message_signing_bounds_the_times() {
    let at = |change: &[(&str, Value)], now| read(change, &fapi2(), now);
    assert_eq!(at(&[], 1000), None);
    assert_eq!(at(&[], 992), None, "nbf 8 s ahead");
    assert_eq!(at(&[], 939), Some(ObjectError::Time), "nbf 61 s ahead");
    assert_eq!(at(&[], 1311), Some(ObjectError::Time), "expired");
    for name in ["exp", "nbf"] {
        assert_eq!(at(&[(name, Value::Null)], 1000), Some(ObjectError::Time), "{name} is missing");
        assert_eq!(at(&[(name, json!("1000"))], 1000), Some(ObjectError::Time), "{name} is text");
    }
    assert_eq!(at(&[("exp", json!(1000 + 70 * 60))], 1000), Some(ObjectError::Time), "70 minutes");
    assert_eq!(at(&[("exp", json!(1000 + 60 * 60))], 1000), None, "60 minutes");
    let old = [("nbf", json!(1000)), ("exp", json!(4600))];
    assert_eq!(at(&old, 4601), Some(ObjectError::Time), "nbf more than 60 minutes ago");
    assert_eq!(at(&[("exp", json!(1e300))], 1000), Some(ObjectError::Time));
    assert_eq!(at(&[("iat", json!(5000))], 1000), Some(ObjectError::Time));
}

#[test]
fn openid_connect_leaves_times_and_parties_out_but_what_is_there_holds() {
    let none = ["iss", "client_id", "aud", "nbf", "exp"].map(|name| (name, Value::Null));
    assert_eq!(read(&none, &openid(), 9_999_999), None);
    assert_eq!(read(&[], &openid(), 1311), Some(ObjectError::Time));
    assert_eq!(read(&[("exp", json!(1000 + 70 * 60))], &openid(), 1000), None);
}

#[test]
fn the_signer_is_the_client_and_the_server_is_meant() {
    for client in [openid(), fapi2()] {
        for (name, value, expected) in [
            ("iss", json!("other"), ObjectError::Issuer),
            ("client_id", json!("other"), ObjectError::Issuer),
            ("client_id", json!(["rp"]), ObjectError::Issuer),
            ("sub", json!("rp"), ObjectError::Issuer),
            ("aud", json!("https://evil.test"), ObjectError::Audience),
            ("aud", json!(["https://evil.test"]), ObjectError::Audience),
            ("aud", json!(format!("{ISSUER}/")), ObjectError::Audience),
            ("aud", json!({"a": ISSUER}), ObjectError::Audience),
            ("request", json!("x"), ObjectError::Nested),
            ("request_uri", json!("urn:x"), ObjectError::Nested),
            ("scope", json!(["openid"]), ObjectError::Parameter),
            ("redirect_uri", json!({"a": 1}), ObjectError::Parameter),
            ("resource", json!([1]), ObjectError::Parameter),
        ] {
            assert_eq!(read(&[(name, value.clone())], &client, 1000), Some(expected), "{name}: {value}");
        }
        assert_eq!(read(&[("aud", json!(["https://other.test", ISSUER]))], &client, 1000), None);
        assert_eq!(read(&[("authorization_details", json!([{}]))], &client, 1000), None, "unknown");
    }
    for name in ["iss", "client_id"] {
        assert_eq!(read(&[(name, Value::Null)], &fapi2(), 1000), Some(ObjectError::Issuer));
    }
    assert_eq!(read(&[("aud", Value::Null)], &fapi2(), 1000), Some(ObjectError::Audience));
}

#[test]
fn members_become_parameters() {
    let change = [
        ("max_age", json!(60)),
        ("claims", json!({"id_token": {"email": null}})),
        ("resource", json!(["https://a.example", "https://b.example"])),
        ("nonce", json!("n")),
    ];
    let read = parameters_of(&claims(&change), &openid(), 1000).unwrap();
    assert_eq!(read.get("max_age"), Ok(Some("60")));
    assert_eq!(read.get("claims"), Ok(Some(r#"{"id_token":{"email":null}}"#)));
    assert_eq!(read.all("resource").count(), 2);
    for name in TOKEN_MEMBERS {
        assert_eq!(read.get(name), Ok(None), "{name}");
    }
}

#[test]
fn only_a_registered_reference_is_fetched_and_its_hash_holds() {
    let hash = BASE64_URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, b"content"));
    let pinned = format!("https://rp.example.ca/pinned#{hash}");
    let client = client(json!({"request_uris": ["https://rp.example.ca/r?a=1", pinned]}));
    let find = |uri: &str| registered_reference(uri, &client).map(|found| found.is_of(b"content"));
    assert_eq!(find("https://rp.example.ca/r?a=1"), Some(true));
    assert_eq!(find(&format!("https://rp.example.ca/r?a=1#{hash}")), Some(true));
    assert_eq!(find("https://rp.example.ca/r?a=1#other"), Some(false));
    assert_eq!(find(&pinned), Some(true));
    assert_eq!(find("https://rp.example.ca/pinned"), Some(true));
    assert!(!registered_reference("https://rp.example.ca/pinned", &client).unwrap().is_of(b"other"));
    let long = format!("https://rp.example.ca/r?a=1#{}", "x".repeat(512));
    for other in ["https://rp.example.ca/r", "https://rp.example.ca/r?a=1&b", "https://evil.test/", "", &long]
    {
        assert_eq!(find(other), None, "{other}");
    }
}

fn parameters(text: &str) -> Parameters {
    Parameters::parse(text.as_bytes()).unwrap()
}

#[test]
fn what_stands_beside_the_object_counts_by_the_rule_of_its_profile() {
    let outside = parameters("client_id=rp&response_type=code&state=out&nonce=out&request=x&request_uri=y");
    let inside = || parameters("client_id=rp&response_type=code&nonce=in");
    let merged = merge(&outside, inside(), false).unwrap();
    assert_eq!((merged.get("state"), merged.get("nonce")), (Ok(Some("out")), Ok(Some("in"))));
    assert_eq!((merged.get("request"), merged.get("request_uri")), (Ok(None), Ok(None)));
    let signed = merge(&outside, inside(), true).unwrap();
    assert_eq!((signed.get("state"), signed.get("nonce")), (Ok(None), Ok(Some("in"))));
    for only in [false, true] {
        assert!(merge(&outside, parameters("client_id=other&response_type=code"), only).is_err());
    }
    assert!(merge(&outside, parameters("client_id=rp&response_type=token"), false).is_err());
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,200}") {
        let _ = super::read(&text, &openid());
        if let Ok(Value::Object(claims)) = serde_json::from_str(&text) {
            let _ = parameters_of(&claims, &openid(), 0);
        }
    }

    #[test]
    fn no_header_panics(alg in "\\PC{0,12}", typ in "\\PC{0,30}", kid in "\\PC{0,40}") {
        let _ = header(json!({"alg": alg, "typ": typ, "kid": kid}), &openid());
    }

    /// Whatever stands beside a signed request, only what is signed counts where the client signs.
    #[test]
    fn nothing_unsigned_counts_where_only_the_inside_does(name in "[a-z_]{1,12}", value in "[a-z]{1,8}") {
        prop_assume!(name != "client_id");
        let outside = Parameters::new(vec![(name, value)]).unwrap();
        let merged = merge(&outside, parameters("client_id=rp&scope=openid"), true).unwrap();
        prop_assert_eq!(merged.pairs().len(), 2);
    }
}
