//! Client secrets (RFC 6749 section 2.3.1): in the `Authorization` header or in the form. Two can be good at once, while a
//! service changes over to a new one.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use idp_domain::secret::{Secret, TokenHash, equal_in_constant_time};
use idp_store::RegisteredService;

/// Whether a secret is one of the service's. Generated ones have at least 128 bits: SHA-256 is enough.
pub(super) fn is_one_of(secret: &Secret, service: &RegisteredService) -> bool {
    let hash = TokenHash::of(secret.expose());
    service.secrets.iter().any(|stored| equal_in_constant_time(stored, hash.as_bytes()))
}

/// RFC 6749 section 2.3.1: both parts are form-encoded before they are joined.
pub(super) fn basic(header: &str) -> Option<(String, Secret)> {
    let (scheme, rest) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") || rest.len() > 4096 {
        return None;
    }
    let decoded = String::from_utf8(BASE64_STANDARD.decode(rest.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((form_decode(id), Secret::new(form_decode(secret))))
}

fn form_decode(text: &str) -> String {
    // A lone name is a pair without a value.
    let encoded = text.replace('&', "%26").replace('=', "%3D");
    url::form_urlencoded::parse(encoded.as_bytes())
        .next()
        .map_or_else(String::new, |(name, _)| name.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_parts_are_form_decoded() {
        let header = format!("Basic {}", BASE64_STANDARD.encode("my%3Aid:a%2Bb+c%26d"));
        let (id, secret) = basic(&header).unwrap();
        assert_eq!((id.as_str(), secret.expose()), ("my:id", "a+b c&d"));
        for bad in ["Basic", "Basic %%%", "Bearer x", &format!("Basic {}", BASE64_STANDARD.encode("nocolon"))]
        {
            assert!(basic(bad).is_none(), "{bad}");
        }
    }
}
