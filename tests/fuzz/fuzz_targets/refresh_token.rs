//! Refresh tokens: whatever a client sends, only the very text that we made is one.
#![no_main]

use idp_domain::grant::TokenKind;
use idp_domain::grant::refresh::RefreshToken;
use idp_domain::ids::GrantId;
use idp_domain::secret::HashKey;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str, u32)| {
    let (sent, grant, number) = input;
    let key = HashKey::new(&[7; 32]);
    let _ = TokenKind::of(sent);
    if let Some(token) = RefreshToken::verify(&key, sent) {
        assert_eq!(token.to_secret(&key).expose(), sent);
    }
    // The fuzzer can't guess a tag, so it is given one.
    let Some(grant_id) = GrantId::parse(grant) else { return };
    let made = RefreshToken { grant_id, number };
    let text = made.to_secret(&key);
    assert_eq!(RefreshToken::verify(&key, text.expose()), Some(made));
    let mixed = format!("{}{sent}", text.expose());
    assert!(sent.is_empty() || RefreshToken::verify(&key, &mixed).is_none());
});
