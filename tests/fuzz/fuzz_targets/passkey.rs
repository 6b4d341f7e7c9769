//! What browsers and authenticators send: whatever comes is read without harm, nothing unsigned is believed, and no
//! registration stands without a key that was offered. The first byte chooses what the rest is.
#![no_main]

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use idp_domain::passkey::{
    AssertionResponse, CredentialKey, PasskeyName, RegistrationResponse, RelyingParty,
};
use libfuzzer_sys::fuzz_target;
use serde_json::json;

fuzz_target!(|data: &[u8]| {
    let Some((kind, rest)) = data.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    let b64 = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    let relying_party = RelyingParty::of_issuer("https://a.test").expect("a domain");
    match kind % 4 {
        0 => {
            let _ = AssertionResponse::parse(&text);
            let _ = RegistrationResponse::parse(&text);
        }
        1 => {
            if let Ok(name) = PasskeyName::parse(&text) {
                assert!(name.as_str().chars().count() <= PasskeyName::LONGEST);
                assert_eq!(PasskeyName::parse(name.as_str()), Ok(name.clone()));
            }
        }
        2 => {
            if let Ok(key) = CredentialKey::parse(rest) {
                assert!(!key.verifies(rest, rest));
            }
        }
        _ => {
            let client_data = br#"{"type":"webauthn.create","challenge":"AA","origin":"https://a.test"}"#;
            let answer = json!({"type": "public-key", "response": {
                "clientDataJSON": b64(client_data), "attestationObject": b64(rest),
            }});
            let Ok(response) = RegistrationResponse::parse(&answer.to_string()) else { return };
            if let Ok(made) = response.verify(&relying_party) {
                assert!(!made.id.as_bytes().is_empty() && made.id.as_bytes().len() <= 1023);
                assert!(made.backup_eligible || !made.backed_up);
                assert!(CredentialKey::parse(&made.public_key).is_ok());
            }
        }
    }
});
