//! References that people read to each other.

use relying_party::browser_session::CookieSecret;

/// `JSO-7K3M9-Q2TXY`: 50 random bits in signs that nobody confuses.
#[must_use]
pub fn random_reference(prefix: &str) -> String {
    const SIGNS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let secret = CookieSecret::random();
    // 64 signs onto 32: each of ours has two of theirs.
    let place = |byte: u8| BASE64.iter().position(|sign| *sign == byte).unwrap_or(0);
    let sign = |byte: u8| char::from(SIGNS[place(byte) % SIGNS.len()]);
    let signs: String = secret.expose().bytes().take(10).map(sign).collect();
    format!("{prefix}-{}-{}", &signs[..5], &signs[5..])
}

#[cfg(test)]
mod tests {
    use super::random_reference;

    #[test]
    fn references_are_random_and_of_one_form() {
        let (one, other) = (random_reference("JSO"), random_reference("JSO"));
        assert_ne!(one, other);
        assert_eq!(one.len(), "JSO-7K3M9-Q2TXY".len());
        assert!(one.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-'), "{one}");
    }
}
