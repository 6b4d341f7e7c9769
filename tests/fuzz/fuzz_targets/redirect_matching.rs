//! Redirect addresses: nothing matches a registered address but itself, save for a native loopback address's port.
#![no_main]

use idp_domain::client::RedirectUri;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str, bool, bool)| {
    let (registered, requested, native, loopback) = input;
    let Ok(uri) = RedirectUri::parse(registered, native, loopback) else { return };
    assert_eq!(uri.as_str(), registered);
    assert!(uri.matches(registered));
    assert!(!registered.contains('#') && !registered.contains('\\'));
    let _ = uri.host();
    if uri.matches(requested) && requested != registered {
        let of_loopback = |text: &str| text.starts_with("http://127.0.0.1") || text.starts_with("http://[::1]");
        assert!(of_loopback(registered) && of_loopback(requested), "{registered} {requested}");
        assert!(!requested.contains('@') || registered.contains('@'));
    }
});
