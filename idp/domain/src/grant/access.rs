//! Which scope and audience an access token gets (RFC 6749 section 3.3, RFC 8707 section 2).

use crate::authorization::scope::Scope;
use crate::client::Client;
use crate::signing_key::SigningAlgorithm;

/// What an access token opens, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// What.
    pub scope: Scope,
    /// For whom it is made; empty where it is for us alone.
    pub audience: Vec<String>,
}

impl Access {
    /// Whether the server `issuer` itself takes the token: a token for other resources opens nothing here, so that none
    /// of them can use it here (RFC 9700 section 2.3).
    #[must_use]
    pub fn is_for(&self, issuer: &str) -> bool {
        self.audience.is_empty() || self.audience.iter().any(|resource| resource == issuer)
    }

    /// The `aud` of the token (RFC 9068 section 3).
    #[must_use]
    pub fn audience_or<'a>(&'a self, issuer: &'a str) -> Vec<&'a str> {
        if self.audience.is_empty() {
            vec![issuer]
        } else {
            self.audience.iter().map(String::as_str).collect()
        }
    }
}

/// Why an access token isn't given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccessError {
    /// `invalid_scope`
    #[error("the scope is wider than what was granted")]
    WiderScope,
    /// `invalid_target`
    #[error("the resource is not among those that were authorized")]
    OtherTarget,
}

/// Whether `client` may name these values of `resource` at all (RFC 8707 section 2): those of its registration, and our
/// own issuer for a token that userinfo takes.
#[must_use]
pub fn may_target(client: &Client, issuer: &str, resources: &[String]) -> bool {
    resources.iter().all(|resource| resource == issuer || client.tokens.resources.contains(resource))
}

/// What signs the client's access tokens (RFC 9068 section 2.1): the kind of key that its ID tokens have, but for RSA,
/// whose signatures cost thirty times as much. Resources read the algorithm from the key set.
#[must_use]
pub fn signing_algorithm(client: &Client) -> SigningAlgorithm {
    match client.id_token_algorithm {
        SigningAlgorithm::EdDsa => SigningAlgorithm::EdDsa,
        SigningAlgorithm::Rs256 | SigningAlgorithm::Ps256 | SigningAlgorithm::Es256 => {
            SigningAlgorithm::Es256
        }
    }
}

/// What a token request asks for.
#[derive(Debug, Clone, Default)]
pub struct AccessRequest {
    /// `scope`: less than was granted, for this one token.
    pub scope: Option<String>,
    /// `resource`, each of which [`may_target`] lets through.
    pub resources: Vec<String>,
    /// Our issuer: may be named always.
    pub issuer: String,
}

impl AccessRequest {
    /// What of a grant with `scope` and the authorized `resources` this request gets.
    ///
    /// # Errors
    /// It asks for more than that.
    pub fn decide(&self, scope: &Scope, resources: &[String]) -> Result<Access, AccessError> {
        let scope = match &self.scope {
            None => scope.clone(),
            // RFC 6749 section 6: MUST NOT include any scope not originally granted.
            Some(asked) => scope.narrowed_to(asked).ok_or(AccessError::WiderScope)?,
        };
        // RFC 8707 section 2.2: all that was authorized, or the part of it that is named. Where the authorization named
        // nothing, what the registration allows is authorized.
        let authorized = |named: &String| {
            *named == self.issuer
                || resources.is_empty()
                || resources.iter().any(|resource| resource == named)
        };
        if !self.resources.iter().all(authorized) {
            return Err(AccessError::OtherTarget);
        }
        let named = if self.resources.is_empty() { resources } else { &self.resources };
        let mut audience: Vec<String> = Vec::new();
        for resource in named {
            if !audience.contains(resource) {
                audience.push(resource.clone());
            }
        }
        if audience.len() == 1 && audience[0] == self.issuer {
            audience.clear();
        }
        Ok(Access { scope, audience })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const US: &str = "https://signin.example.ca";

    fn request(scope: Option<&str>, resources: &[&str]) -> AccessRequest {
        AccessRequest {
            scope: scope.map(str::to_owned),
            resources: resources.iter().map(|r| (*r).to_owned()).collect(),
            issuer: US.into(),
        }
    }

    #[test]
    fn a_token_is_for_what_was_authorized_or_a_named_part_of_it() {
        let scope = Scope::from_stored("openid email");
        let two = ["https://a.example".to_owned(), "https://b.example".to_owned()];
        let audience = |sent: &[&str], authorized: &[String]| {
            request(None, sent).decide(&scope, authorized).map(|access| access.audience)
        };
        assert_eq!(audience(&[], &two), Ok(two.to_vec()));
        assert_eq!(audience(&["https://b.example", "https://b.example"], &two), Ok(vec![two[1].clone()]));
        assert_eq!(audience(&["https://c.example"], &two), Err(AccessError::OtherTarget));
        assert_eq!(audience(&["https://c.example"], &[]), Ok(vec!["https://c.example".into()]));
        assert_eq!(audience(&[US], &two), Ok(vec![]));
        assert_eq!(audience(&[], &[]), Ok(vec![]));
        let both = request(None, &[US, "https://a.example"]).decide(&scope, &two).unwrap();
        assert!(both.is_for(US));
        assert!(!request(None, &[]).decide(&scope, &two).unwrap().is_for(US));
    }

    proptest! {
        #[test]
        fn no_scope_ever_grows(granted in "(a|b|c)( (a|b|c|d)){0,4}", asked in "(a|b|c|e)( (a|b|c|d|e)){0,4}") {
            let scope = Scope::from_stored(&granted);
            match request(Some(&asked), &[]).decide(&scope, &[]) {
                Ok(access) => prop_assert!(access.scope.values().all(|value| scope.contains(value))),
                Err(error) => {
                    prop_assert_eq!(error, AccessError::WiderScope);
                    prop_assert!(asked.split(' ').any(|value| !scope.contains(value)));
                }
            }
        }
    }
}
