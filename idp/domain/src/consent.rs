//! Consent: what a person lets a service have (M11). Services of the government's own are covered by the terms of use and
//! don't ask, unless they say `prompt=consent` (OIDC Core 3.1.2.1); every other one asks before anything is given
//! (3.1.2.4).
//!
//! What was allowed is remembered for account and service. A service that asks for more than that asks again.

use crate::authorization::AuthorizationRequest;
use crate::authorization::claims_request::RequestedClaim;
use crate::client::Client;
use std::collections::BTreeSet;

/// One thing that a service is given to know or to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Disclosure {
    /// An identifier that stands for the person: in every ID token.
    Identifier,
    /// The e-mail address.
    Email,
    /// The language.
    Language,
    /// By which identifier the service knew the person's ONE-key account.
    EarlierAccount,
    /// Asking for fresh tokens while the person isn't there (OIDC Core section 11).
    OfflineAccess,
}

impl Disclosure {
    /// All of them, as they are listed to people.
    pub const ALL: [Self; 5] =
        [Self::Identifier, Self::Email, Self::Language, Self::EarlierAccount, Self::OfflineAccess];

    /// The word in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identifier => "identifier",
            Self::Email => "email",
            Self::Language => "language",
            Self::EarlierAccount => "earlier_account",
            Self::OfflineAccess => "offline_access",
        }
    }

    /// Reads the word in the database.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|disclosure| disclosure.as_str() == text)
    }
}

/// A set of disclosures.
pub type Disclosures = BTreeSet<Disclosure>;

/// What `request` would give its service.
#[must_use]
pub fn asked(request: &AuthorizationRequest, client: &Client) -> Disclosures {
    let by_name =
        |claim| request.claims.id_token.contains(&claim) || request.claims.userinfo.contains(&claim);
    let email = [RequestedClaim::Email, RequestedClaim::EmailVerified].into_iter().any(by_name);
    let is_asked = |disclosure: &Disclosure| match disclosure {
        Disclosure::Identifier => true,
        Disclosure::Email => email || request.scope.contains("email"),
        Disclosure::Language => by_name(RequestedClaim::Locale) || request.scope.contains("profile"),
        Disclosure::EarlierAccount => client.knew_one_key(),
        Disclosure::OfflineAccess => request.scope.contains("offline_access"),
    };
    Disclosure::ALL.into_iter().filter(is_asked).collect()
}

/// What a service that needs no consent can ask for, by its registration.
#[must_use]
pub fn registered(client: &Client) -> Disclosures {
    let may = |scope: &str| client.scopes.iter().any(|known| known == scope);
    let is_registered = |disclosure: &Disclosure| match disclosure {
        Disclosure::Identifier => true,
        Disclosure::Email => may("email"),
        Disclosure::Language => may("profile"),
        Disclosure::EarlierAccount => client.knew_one_key(),
        Disclosure::OfflineAccess => may("offline_access"),
    };
    Disclosure::ALL.into_iter().filter(is_registered).collect()
}

/// Whether what was remembered can answer this request at all. What was said to this very request always can.
#[must_use]
pub fn may_be_remembered(request: &AuthorizationRequest, client: &Client) -> bool {
    !client.first_party && !request.prompt.consent
}

/// Whether the person has to say so for this request, unless they did before.
#[must_use]
pub fn is_needed(request: &AuthorizationRequest, client: &Client) -> bool {
    !client.first_party || request.prompt.consent
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::AccountKind;
    use crate::authorization::acr::AcrRequest;
    use crate::authorization::claims_request::ClaimsRequest;
    use crate::authorization::destination::{Destination, ResponseMode};
    use crate::authorization::scope::Scope;
    use crate::authorization::{AuthorizationRequest, Prompt};
    use crate::client::ClientMetadata;
    use crate::ids::ClientId;
    use crate::time::Timestamp;

    fn client(first_party: bool) -> Client {
        let json = serde_json::json!({"client_name": "A", "redirect_uris": ["https://rp.example.ca/cb"], "first_party": first_party});
        let metadata: ClientMetadata = serde_json::from_value(json).unwrap();
        metadata.check(ClientId::parse("rp").unwrap(), false).unwrap().client
    }

    fn request(scope: &str, consent: bool) -> AuthorizationRequest {
        AuthorizationRequest {
            client_id: ClientId::parse("rp").unwrap(),
            destination: Destination {
                redirect_uri: "https://rp.example.ca/cb".into(),
                state: None,
                response_mode: ResponseMode::Query,
            },
            scope: Scope::from_stored(scope),
            nonce: None,
            code_challenge: None,
            prompt: Prompt { consent, ..Prompt::default() },
            max_age: None,
            ui_locale: None,
            login_hint: None,
            hinted_subject: None,
            acr: AcrRequest::default(),
            claims: ClaimsRequest::default(),
            resources: vec![],
            dpop_jkt: None,
            received_at: Timestamp::EPOCH,
        }
    }

    #[test]
    fn what_is_asked_is_what_is_given() {
        let client = client(false);
        let of = |request: &AuthorizationRequest| asked(request, &client).into_iter().collect::<Vec<_>>();
        assert_eq!(of(&request("openid", false)), [Disclosure::Identifier]);
        let all = request("openid email profile offline_access", false);
        assert_eq!(
            of(&all),
            [Disclosure::Identifier, Disclosure::Email, Disclosure::Language, Disclosure::OfflineAccess]
        );
        let mut by_name = request("openid", false);
        by_name.claims.userinfo.insert(RequestedClaim::EmailVerified);
        by_name.claims.id_token.insert(RequestedClaim::Locale);
        assert_eq!(of(&by_name), [Disclosure::Identifier, Disclosure::Email, Disclosure::Language]);
        let earlier = Client { used_one_key: true, ..client.clone() };
        let takes = Client { accounts: vec![AccountKind::MyOntario, AccountKind::OneKey], ..client.clone() };
        for told in [earlier, takes] {
            assert!(asked(&request("openid", false), &told).contains(&Disclosure::EarlierAccount));
        }
    }

    #[test]
    fn services_of_the_governments_own_ask_only_where_they_say_so() {
        for (first_party, prompt, needed, remembered) in [
            (true, false, false, false),
            (true, true, true, false),
            (false, false, true, true),
            (false, true, true, false),
        ] {
            let (client, request) = (client(first_party), request("openid", prompt));
            assert_eq!(is_needed(&request, &client), needed);
            assert_eq!(may_be_remembered(&request, &client), remembered);
        }
    }

    #[test]
    fn every_word_reads_back() {
        for disclosure in Disclosure::ALL {
            assert_eq!(Disclosure::parse(disclosure.as_str()), Some(disclosure));
        }
        assert_eq!(Disclosure::parse("else"), None);
    }
}
