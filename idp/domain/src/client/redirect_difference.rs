//! Why a requested redirect address is none that is registered, for whoever looks for the mistake.

use super::RedirectUri;
use serde::{Serialize, Serializer};
use url::Url;

/// The first difference between a registered address and a requested one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// Blanks around it.
    Blanks,
    /// The same but for upper and lower case.
    Case,
    /// The same but for a slash at the end.
    FinalSlash,
    /// The requested one is no absolute URI.
    NoUri,
    /// `http` and `https`.
    Scheme,
    /// Another host.
    Host,
    /// Another port.
    Port,
    /// Another path.
    Path,
    /// Another query.
    Query,
    /// A fragment.
    Fragment,
    /// The same address written in another way: compared to the letter it is another one.
    Letters,
}

impl Difference {
    /// In a few words.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Blanks => "there are blanks around it",
            Self::Case => "upper and lower case differ",
            Self::FinalSlash => "one of them ends with a slash",
            Self::NoUri => "it is no absolute URI",
            Self::Scheme => "another scheme",
            Self::Host => "another host",
            Self::Port => "another port",
            Self::Path => "another path",
            Self::Query => "another query",
            Self::Fragment => "it has a fragment",
            Self::Letters => "the same address, written in another way",
        }
    }
}

impl Serialize for Difference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl RedirectUri {
    /// Why `requested` is not this address (RFC 6749 section 3.1.2.3: compared to the letter); `None` where it is.
    #[must_use]
    pub fn difference(&self, requested: &str) -> Option<Difference> {
        if self.matches(requested) {
            return None;
        }
        let registered = self.as_str();
        if self.matches(requested.trim()) {
            return Some(Difference::Blanks);
        }
        if requested.eq_ignore_ascii_case(registered) {
            return Some(Difference::Case);
        }
        if requested.strip_suffix('/') == Some(registered) || registered.strip_suffix('/') == Some(requested)
        {
            return Some(Difference::FinalSlash);
        }
        let (Ok(own), Ok(other)) = (Url::parse(registered), Url::parse(requested)) else {
            return Some(Difference::NoUri);
        };
        Some(if own.scheme() != other.scheme() {
            Difference::Scheme
        } else if own.host() != other.host() {
            Difference::Host
        } else if own.port_or_known_default() != other.port_or_known_default() {
            Difference::Port
        } else if own.path() != other.path() {
            Difference::Path
        } else if own.query() != other.query() {
            Difference::Query
        } else if other.fragment().is_some() {
            Difference::Fragment
        } else {
            Difference::Letters
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_first_difference_is_told() {
        let registered = RedirectUri::parse("https://rp.example.ca/callback?x=1", false, false).unwrap();
        for (requested, difference) in [
            ("https://rp.example.ca/callback?x=1", None),
            (" https://rp.example.ca/callback?x=1", Some(Difference::Blanks)),
            ("https://rp.example.ca/Callback?x=1", Some(Difference::Case)),
            ("https://rp.example.ca/callback?x=1/", Some(Difference::FinalSlash)),
            ("rp.example.ca/callback?x=1", Some(Difference::NoUri)),
            ("", Some(Difference::NoUri)),
            ("http://rp.example.ca/callback?x=1", Some(Difference::Scheme)),
            ("https://example.ca/callback?x=1", Some(Difference::Host)),
            ("https://rp.example.ca:8443/callback?x=1", Some(Difference::Port)),
            ("https://rp.example.ca/other?x=1", Some(Difference::Path)),
            ("https://rp.example.ca/callback", Some(Difference::Query)),
            ("https://rp.example.ca/callback?x=1#", Some(Difference::Fragment)),
            ("https://rp.example.ca:443/callback?x=1", Some(Difference::Letters)),
            ("https://rp.example.ca/a/../callback?x=1", Some(Difference::Letters)),
        ] {
            assert_eq!(registered.difference(requested), difference, "{requested}");
        }
    }

    proptest! {
        #[test]
        fn there_is_a_difference_exactly_where_the_address_is_refused(requested in ".{0,80}") {
            let registered = RedirectUri::parse("http://127.0.0.1/cb", true, false).unwrap();
            prop_assert_eq!(registered.difference(&requested).is_none(), registered.matches(&requested));
        }
    }
}
