//! PKCE: a challenge is base64url of 32 bytes, and only a verifier of the RFC's alphabet and length can have made it.
#![no_main]

use idp_domain::authorization::pkce::CodeChallenge;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str)| {
    let (challenge, verifier) = input;
    let Some(parsed) = CodeChallenge::parse(challenge) else { return };
    assert_eq!(challenge.len(), 43);
    if parsed.is_made_by(verifier) {
        assert!((43..=128).contains(&verifier.len()));
        assert!(verifier.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b)));
    }
});
