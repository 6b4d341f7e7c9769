//! Names of certificates as text: none panics, and a name is itself whatever its case.
#![no_main]

use idp_domain::client::distinguished_name::DistinguishedName;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Some(name) = DistinguishedName::parse(text) else { return };
    if text.is_ascii() {
        assert_eq!(DistinguishedName::parse(&text.to_ascii_lowercase()), Some(name.clone()));
    }
    let longer = format!("CN=one more,{text}");
    assert_ne!(DistinguishedName::parse(&longer), Some(name));
});
