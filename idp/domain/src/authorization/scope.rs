//! Scopes (RFC 6749 section 3.3, OIDC Core section 5.4).

use crate::client::Client;
use crate::grant::OFFLINE_ACCESS;
use serde::{Deserialize, Serialize};

/// The scopes that a request is granted: those it asked for and its client may have, in the order asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scope(Vec<String>);

impl Scope {
    /// The scopes that every server instance offers.
    pub const OFFERED: [&str; 4] = ["openid", "email", "profile", OFFLINE_ACCESS];

    /// Whether a value has the form of RFC 6749 section 3.3, at most 128 characters.
    #[must_use]
    pub fn is_sound(value: &str) -> bool {
        let allowed = |b: u8| matches!(b, 0x21 | 0x23..=0x5B | 0x5D..=0x7E);
        !value.is_empty() && value.len() <= 128 && value.bytes().all(allowed)
    }

    /// What of `asked` is granted: values that we don't offer or the client may not have are left out (OIDC Core
    /// 3.1.2.1). `None` where `openid` isn't among the rest.
    #[must_use]
    pub fn grant(asked: &str, allowed: &[String]) -> Option<Self> {
        let mut granted: Vec<String> = Vec::new();
        for value in asked.split_ascii_whitespace() {
            let offered = Self::OFFERED.contains(&value) && allowed.iter().any(|scope| scope == value);
            if offered && !granted.iter().any(|scope| scope == value) {
                granted.push(value.to_owned());
            }
        }
        granted.iter().any(|scope| scope == "openid").then_some(Self(granted))
    }

    /// Reads what we stored.
    #[must_use]
    pub fn from_stored(text: &str) -> Self {
        Self(text.split_ascii_whitespace().map(str::to_owned).collect())
    }

    /// The scope without `offline_access` (OIDC Core section 11: ignored where it isn't due).
    #[must_use]
    pub fn without_offline_access(mut self) -> Self {
        self.0.retain(|value| value != OFFLINE_ACCESS);
        self
    }

    /// What a client may ask for itself (RFC 6749 section 4.4): its scopes but for those about people.
    #[must_use]
    pub fn of_client(client: &Client) -> Self {
        let scopes = client.scopes.iter().filter(|scope| !Self::OFFERED.contains(&scope.as_str()));
        Self(scopes.cloned().collect())
    }

    /// What a token request asks of this: `None` where `asked` isn't wholly granted, or names nothing (RFC 6749 section 6).
    #[must_use]
    pub fn narrowed_to(&self, asked: &str) -> Option<Self> {
        let mut narrowed: Vec<String> = Vec::new();
        for value in asked.split_ascii_whitespace() {
            if !self.contains(value) {
                return None;
            }
            if !narrowed.iter().any(|scope| scope == value) {
                narrowed.push(value.to_owned());
            }
        }
        (!narrowed.is_empty()).then_some(Self(narrowed))
    }

    /// The values, in order.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether `value` is granted.
    #[must_use]
    pub fn contains(&self, value: &str) -> bool {
        self.0.iter().any(|scope| scope == value)
    }
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_asked_offered_and_allowed_is_granted() {
        let allowed = ["openid".to_owned(), "email".to_owned(), "internal".to_owned()];
        let grant = |asked| Scope::grant(asked, &allowed).map(|scope| scope.to_string());
        assert_eq!(grant("email openid openid phone internal profile"), Some("email openid".to_owned()));
        assert_eq!(grant("email"), None);
        assert_eq!(grant(""), None);
    }
}
