//! Request objects: whatever a header and claims hold, only a client's own, in time and for this server, gives parameters,
//! and none of them is another request.
#![no_main]

use idp_domain::authorization::claims_request;
use idp_domain::authorization::parameters::Parameters;
use idp_domain::authorization::request_object::{merge, read, read_claims, registered_reference};
use idp_domain::client::{Client, ClientMetadata};
use idp_domain::ids::ClientId;
use idp_domain::jwt::Jwt;
use idp_domain::time::Timestamp;
use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;

const ISSUER: &str = "https://signin.example.ca";

fn client() -> &'static Client {
    static CLIENT: OnceLock<Client> = OnceLock::new();
    CLIENT.get_or_init(|| {
        let file = r#"{"client_name": "A", "redirect_uris": ["https://rp.example.ca/cb"], "scope": "openid email",
            "require_signed_request_object": true, "request_uris": ["https://rp.example.ca/r"]}"#;
        let metadata: ClientMetadata = serde_json::from_str(file).expect("a registration");
        metadata.check(ClientId::parse("rp").expect("an id"), false).expect("it is sound").client
    })
}

fuzz_target!(|input: (&str, &str, i64)| {
    let (object, claims, now) = input;
    let _ = read(object, client());
    let _ = registered_reference(object, client());
    let _ = claims_request::parse(claims, client());
    // As if it were signed: `{"alg":"ES256"}`, the claims, some signature.
    let Ok(serde_json::Value::Object(members)) = serde_json::from_str(claims) else { return };
    let token = format!("eyJhbGciOiJFUzI1NiJ9.{}.c2ln", base64url(claims.as_bytes()));
    let Ok(jwt) = Jwt::parse(&token) else { return };
    let Ok(inside) = read_claims(&jwt, client(), ISSUER, Timestamp::from_seconds(now % 100_000_000_000))
    else {
        return;
    };
    assert_eq!(members["client_id"], "rp");
    assert!(!members.contains_key("request") && !members.contains_key("request_uri"));
    let beside = Parameters::parse(object.as_bytes()).unwrap_or_default();
    if let Ok(merged) = merge(&beside, inside.clone(), true) {
        assert_eq!(merged.pairs(), inside.pairs());
    }
});

fn base64url(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let all =
            chunk.iter().fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for n in 0..=chunk.len() {
            text.push(LETTERS[(all >> (18 - 6 * n) & 63) as usize] as char);
        }
    }
    text
}
