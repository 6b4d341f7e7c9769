//! What tokens and the userinfo endpoint say about a person (OIDC Core sections 2 and 5).

use crate::account::Account;
use crate::authorization::claims_request::{ClaimsRequest, RequestedClaim};
use crate::authorization::scope::Scope;
use crate::extra_verification::amr_values;
use crate::grant::TokenGrant;
use crate::time::Timestamp;
use crate::transfer::OneKeyClaim;
use serde::Serialize;
use std::time::Duration;

/// The claims of an ID token (OIDC Core section 2), in the order in which they are written.
#[derive(Debug, Clone, Serialize)]
pub struct IdTokenClaims<'a> {
    /// The issuer, to the letter.
    pub iss: &'a str,
    /// The person at this client.
    pub sub: &'a str,
    /// The client.
    pub aud: &'a str,
    /// Seconds since 1970.
    pub exp: i64,
    /// Seconds since 1970.
    pub iat: i64,
    /// When the person proved who they are.
    pub auth_time: i64,
    /// From the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<&'a str>,
    /// How surely.
    pub acr: &'static str,
    /// By what.
    pub amr: Vec<&'static str>,
    /// The browser session, for logout.
    pub sid: &'a str,
    /// Left half of the access token's hash, base64url (OIDC Core 3.1.3.6).
    pub at_hash: &'a str,
    /// What was asked for by name.
    #[serde(flatten)]
    pub person: PersonClaims,
    /// The ONE-key account that was carried over, at a service that knew it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub onekey: Option<OneKeyClaim>,
}

impl<'a> IdTokenClaims<'a> {
    /// The ID token of `grant`; `nonce` is for the first one only (OIDC Core 12.2).
    #[must_use]
    pub fn new(
        iss: &'a str,
        sub: &'a str,
        grant: &'a TokenGrant,
        nonce: Option<&'a str>,
        at_hash: &'a str,
        now: Timestamp,
        lifetime: Duration,
    ) -> Self {
        Self {
            iss,
            sub,
            aud: grant.client_id.as_str(),
            exp: now.plus(lifetime).seconds(),
            iat: now.seconds(),
            auth_time: grant.authenticated_at.seconds(),
            nonce,
            acr: grant.level.as_str(),
            amr: amr_values(&grant.methods),
            sid: grant.session_id.as_str(),
            at_hash,
            person: PersonClaims::default(),
            onekey: None,
        }
    }

    /// Adds the claim `onekey`.
    #[must_use]
    pub fn with_one_key(mut self, claim: Option<OneKeyClaim>) -> Self {
        self.onekey = claim;
        self
    }

    /// Adds what the request asks for by name (OIDC Core 5.5).
    #[must_use]
    pub fn with_person(mut self, account: &Account, claims: &ClaimsRequest) -> Self {
        self.person = PersonClaims::new(account, |claim| claims.id_token.contains(&claim));
        self
    }
}

/// Claims about a person, as far as they are wanted (OIDC Core 5.1).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct PersonClaims {
    /// The address; a ONE-key account has no proven one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Always proven.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
    /// `en-CA` or `fr-CA`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<&'static str>,
}

impl PersonClaims {
    /// Those of `account` that are wanted.
    #[must_use]
    pub fn new(account: &Account, is_wanted: impl Fn(RequestedClaim) -> bool) -> Self {
        let email = account.email();
        Self {
            email: email.filter(|_| is_wanted(RequestedClaim::Email)).map(|email| email.as_str().to_owned()),
            email_verified: email.filter(|_| is_wanted(RequestedClaim::EmailVerified)).map(|_| true),
            locale: is_wanted(RequestedClaim::Locale).then(|| account.language.tag()),
        }
    }
}

/// What userinfo answers (OIDC Core 5.3.2): `sub` always, the rest by scope (5.4) or by name (5.5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UserinfoClaims {
    /// The person at this client.
    pub sub: String,
    /// By the scopes `email` and `profile`, or by name.
    #[serde(flatten)]
    pub person: PersonClaims,
    /// The ONE-key account that was carried over, at a service that knew it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub onekey: Option<OneKeyClaim>,
}

impl UserinfoClaims {
    /// Every claim that can appear, for discovery.
    pub const NAMES: [&str; 5] = ["sub", "email", "email_verified", "locale", "onekey"];

    /// What `scope` opens of `account`, and what `claims` asks for by name.
    #[must_use]
    pub fn new(sub: String, account: &Account, scope: &Scope, claims: &ClaimsRequest) -> Self {
        let is_wanted =
            |claim: RequestedClaim| scope.contains(claim.scope()) || claims.userinfo.contains(&claim);
        Self { sub, person: PersonClaims::new(account, is_wanted), onekey: None }
    }

    /// Adds the claim `onekey`.
    #[must_use]
    pub fn with_one_key(mut self, claim: Option<OneKeyClaim>) -> Self {
        self.onekey = claim;
        self
    }
}
