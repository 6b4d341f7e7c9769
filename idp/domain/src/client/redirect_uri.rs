//! Redirect addresses: what may be registered, and when a requested one is a registered one.

use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// A registered redirect address, kept to the letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RedirectUri(String);

/// Why an address can't be registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RedirectUriError {
    /// No absolute URI, or longer than 2000 characters, or with blanks or a backslash in it.
    #[error("it must be an absolute URI of at most 2000 ASCII characters")]
    Malformed,
    /// RFC 6749 section 3.1.2 forbids fragments.
    #[error("it must not have a fragment")]
    Fragment,
    /// A name or a password before the host misleads people and programs.
    #[error("it must not have a user name or password")]
    UserInfo,
    /// Not https, and no loopback address of a native client.
    #[error("it must be https and exact (http is for loopback addresses where network.allow_loopback is on)")]
    Insecure,
    /// Something that a browser would run.
    #[error("this scheme is not allowed")]
    Scheme,
}

impl RedirectUri {
    /// Checks an address for registration. `allow_loopback` takes `http` loopback addresses of web clients too; those of
    /// native clients (a public client; RFC 8252 section 7.3) are always taken.
    ///
    /// # Errors
    /// The first rule that the address breaks.
    pub fn parse(text: &str, native: bool, allow_loopback: bool) -> Result<Self, RedirectUriError> {
        let printable = |c: char| c.is_ascii_graphic() && !"\\\"<>^`{|}*".contains(c);
        if text.len() > 2000 || !text.chars().all(printable) {
            return Err(RedirectUriError::Malformed);
        }
        let url = Url::parse(text).map_err(|_| RedirectUriError::Malformed)?;
        if text.contains('#') {
            return Err(RedirectUriError::Fragment);
        }
        if !url.username().is_empty()
            || url.password().is_some()
            || text.split(['/', '?']).nth(2).is_some_and(|a| a.contains('@'))
        {
            return Err(RedirectUriError::UserInfo);
        }
        match url.scheme() {
            "https" if url.host().is_some() => Ok(Self(text.to_owned())),
            "http" if is_loopback(&url) && (native || allow_loopback) => Ok(Self(text.to_owned())),
            "http" | "https" => Err(RedirectUriError::Insecure),
            // RFC 8252 section 7.1: a private-use scheme is a reversed domain name, so it has a dot.
            scheme if native && scheme.contains('.') => Ok(Self(text.to_owned())),
            _ => Err(RedirectUriError::Scheme),
        }
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its host, for the sector; the scheme where it has none.
    #[must_use]
    pub fn host(&self) -> String {
        match Url::parse(&self.0) {
            Ok(url) => url.host_str().unwrap_or_else(|| url.scheme()).to_owned(),
            Err(_) => String::new(),
        }
    }

    /// Whether `requested` is this address: to the letter, but for the port of an IP-literal loopback address, which a
    /// native client learns only when it starts (RFC 8252 section 7.3).
    #[must_use]
    pub fn matches(&self, requested: &str) -> bool {
        requested == self.0
            || matches!((split_loopback_port(&self.0), split_loopback_port(requested)), (Some(a), Some(b)) if a == b)
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// `http://127.0.0.1:PORT/rest` or `http://[::1]:PORT/rest` as host and rest.
fn split_loopback_port(text: &str) -> Option<(&str, &str)> {
    ["http://127.0.0.1", "http://[::1]"].into_iter().find_map(|host| {
        let rest = text.strip_prefix(host)?;
        let after_port = match rest.strip_prefix(':') {
            Some(port_and_rest) => {
                let digits = port_and_rest.bytes().take_while(u8::is_ascii_digit).count();
                port_and_rest[..digits].parse::<u16>().ok()?;
                &port_and_rest[digits..]
            }
            None => rest,
        };
        (after_port.is_empty() || after_port.starts_with(['/', '?'])).then_some((host, after_port))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_may_be_registered() {
        use RedirectUriError::*;
        for (text, native, loopback, expected) in [
            ("https://rp.example.ca/callback", false, false, Ok(())),
            ("https://rp.example.ca/callback?x=1", false, false, Ok(())),
            ("http://rp.example.ca/callback", false, true, Err(Insecure)),
            ("http://localhost:8081/callback", false, false, Err(Insecure)),
            ("http://localhost:8081/callback", false, true, Ok(())),
            ("http://127.0.0.1/callback", true, false, Ok(())),
            ("https://rp.example.ca/callback#x", false, false, Err(Fragment)),
            ("https://rp.example.ca/callback#", false, false, Err(Fragment)),
            ("https://user@rp.example.ca/", false, false, Err(UserInfo)),
            ("https://:@rp.example.ca/", false, false, Err(UserInfo)),
            ("https://*.example.ca/", false, false, Err(Malformed)),
            ("https://rp.example.ca/a b", false, false, Err(Malformed)),
            ("https://rp.example.ca\\@evil.test/", false, false, Err(Malformed)),
            ("/callback", false, false, Err(Malformed)),
            ("javascript:alert(1)", true, false, Err(Scheme)),
            ("data:text/html,x", true, false, Err(Scheme)),
            ("ca.example.app:/callback", true, false, Ok(())),
            ("ca.example.app:/callback", false, false, Err(Scheme)),
        ] {
            assert_eq!(RedirectUri::parse(text, native, loopback).map(|_| ()), expected, "{text}");
        }
    }

    #[test]
    fn only_the_port_of_a_loopback_ip_may_vary() {
        let native = RedirectUri::parse("http://127.0.0.1/cb", true, false).unwrap();
        assert!(native.matches("http://127.0.0.1:49152/cb"));
        for other in [
            "http://127.0.0.1:49152/cb/x",
            "http://127.0.0.1:99999/cb",
            "http://127.0.0.1:x/cb",
            "http://127.0.0.1.evil.test/cb",
            "http://127.0.0.1@evil.test/cb",
            "http://[::1]:49152/cb",
            "https://127.0.0.1/cb",
        ] {
            assert!(!native.matches(other), "{other}");
        }
        let web = RedirectUri::parse("http://localhost:8081/cb", false, true).unwrap();
        assert!(!web.matches("http://localhost:9/cb"));
    }

    proptest! {
        #[test]
        fn nothing_but_the_address_itself_matches(change in "[a-zA-Z0-9/?#@:.%&=-]{1,8}", at in 0_usize..32) {
            let registered = "https://rp.example.ca/callback?a=b";
            let uri = RedirectUri::parse(registered, false, false).unwrap();
            let mut other = registered.to_owned();
            other.insert_str(at.min(registered.len()), &change);
            prop_assert!(!uri.matches(&other));
            prop_assert!(uri.matches(registered));
        }
    }
}
