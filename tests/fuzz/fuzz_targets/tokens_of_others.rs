//! Tokens and keys that others make: whatever comes, what is read is what was sent, and no private key is a public one.
//! The input is three lines: header, claims, signature.
#![no_main]

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use idp_domain::dpop::{Proof, ProvenRequest};
use idp_domain::jwk::{PublicKey, Thumbprint};
use idp_domain::jwt::Jwt;
use idp_domain::time::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = Jwt::parse(text);
    let mut lines = text.splitn(3, '\n');
    let mut part = || lines.next().unwrap_or_default();
    let (header, claims, signature) = (part(), part(), part());
    let encode = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
    let token = format!("{}.{}.{signature}", encode(header), encode(claims));
    let Ok(jwt) = Jwt::parse(&token) else { return };
    assert_eq!(format!("{}.{}", jwt.signed_part(), jwt.signature()), token);
    assert!(["crit", "b64", "zip"].iter().all(|name| !jwt.header.contains_key(*name)));
    for name in ["exp", "iat", "nbf"] {
        if let Ok(Some(at)) = jwt.time(name) {
            assert!(at >= Timestamp::EPOCH);
        }
    }
    if let Some(key) = PublicKey::parse(&jwt.claims) {
        assert!(!jwt.claims.contains_key("d") && !jwt.claims.contains_key("k"));
        let thumbprint = key.thumbprint();
        assert_eq!(Thumbprint::parse(thumbprint.as_str()), Some(thumbprint));
    }
    let Ok(proof) = Proof::parse(&token) else { return };
    assert!(proof.key.fits(jwt.algorithm));
    let request =
        ProvenRequest { method: "POST", url: "https://a.test/token", access_token: None, fapi2: true };
    if let Ok(checked) = proof.check(&request, Timestamp::from_seconds(1000)) {
        let iat = checked.expires_at.seconds() - 60;
        assert!((940..=1010).contains(&iat), "{iat}");
        assert_eq!(jwt.text("htm"), Some("POST"));
    }
});
