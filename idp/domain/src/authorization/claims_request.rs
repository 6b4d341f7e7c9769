//! The `claims` parameter (OIDC Core 5.5): single claims, asked for in the ID token or at userinfo.
//!
//! Claims that we don't have are passed over (5.5.1: none of them is an error). A claim is given only where the client's
//! registered scopes could bring it too, so that the parameter opens no more than `scope` does.

use crate::client::Client;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The longest `claims` parameter, in bytes.
pub const MAX_CLAIMS: usize = 4096;

/// A claim about the person that can be asked for by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestedClaim {
    /// The e-mail address.
    Email,
    /// Whether it is proven.
    EmailVerified,
    /// The language.
    Locale,
}

impl RequestedClaim {
    /// Every claim that can be asked for.
    pub const ALL: [Self; 3] = [Self::Email, Self::EmailVerified, Self::Locale];

    /// The claim's name (OIDC Core 5.1).
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::EmailVerified => "email_verified",
            Self::Locale => "locale",
        }
    }

    /// The scope that brings it as well (OIDC Core 5.4).
    #[must_use]
    pub fn scope(self) -> &'static str {
        match self {
            Self::Email | Self::EmailVerified => "email",
            Self::Locale => "profile",
        }
    }
}

/// The claims that a request asks for by name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ClaimsRequest {
    /// To be in the ID token.
    pub id_token: BTreeSet<RequestedClaim>,
    /// To be at userinfo.
    pub userinfo: BTreeSet<RequestedClaim>,
}

impl ClaimsRequest {
    /// Whether it asks for nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.id_token.is_empty() && self.userinfo.is_empty()
    }
}

/// An `acr` asked for by the parameter (OIDC Core 5.5.1.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestedAcr {
    /// Whether the answer depends on it.
    pub essential: bool,
    /// The levels, by their names.
    pub values: Vec<String>,
}

/// A parameter that was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ParsedClaims {
    /// What is delivered.
    pub request: ClaimsRequest,
    /// The only person who may be answered with (OIDC Core 5.5.1, `sub` with a value).
    pub subject: Option<String>,
    /// The level.
    pub acr: Option<RequestedAcr>,
}

/// The parameter isn't what OIDC Core 5.5 describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("claims is malformed")]
pub struct MalformedClaims;

/// Reads the parameter.
///
/// # Errors
/// No JSON object of the described form.
pub fn parse(text: &str, client: &Client) -> Result<ParsedClaims, MalformedClaims> {
    let Ok(Value::Object(whole)) = serde_json::from_str(text) else { return Err(MalformedClaims) };
    let (id_token, userinfo) = (member(&whole, "id_token")?, member(&whole, "userinfo")?);
    let request =
        ClaimsRequest { id_token: delivered(id_token, client)?, userinfo: delivered(userinfo, client)? };
    let subjects = subject(id_token)?.into_iter().chain(subject(userinfo)?).collect::<BTreeSet<_>>();
    if subjects.len() > 1 {
        return Err(MalformedClaims);
    }
    Ok(ParsedClaims { request, subject: subjects.into_iter().next(), acr: acr(id_token)? })
}

fn member<'a>(
    whole: &'a Map<String, Value>,
    name: &str,
) -> Result<Option<&'a Map<String, Value>>, MalformedClaims> {
    match whole.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(members)) => Ok(Some(members)),
        Some(_) => Err(MalformedClaims),
    }
}

fn delivered(
    members: Option<&Map<String, Value>>,
    client: &Client,
) -> Result<BTreeSet<RequestedClaim>, MalformedClaims> {
    let mut claims = BTreeSet::new();
    let Some(members) = members else { return Ok(claims) };
    for claim in RequestedClaim::ALL {
        let Some(asked) = members.get(claim.as_str()) else { continue };
        details(asked)?;
        if client.scopes.iter().any(|scope| scope == claim.scope()) {
            claims.insert(claim);
        }
    }
    Ok(claims)
}

/// What stands at a claim's name: null, or how it is asked for.
#[derive(Default)]
struct Details<'a> {
    essential: bool,
    value: Option<&'a Value>,
    values: Option<&'a Vec<Value>>,
}

fn details(asked: &Value) -> Result<Details<'_>, MalformedClaims> {
    let members = match asked {
        Value::Null => return Ok(Details::default()),
        Value::Object(members) => members,
        _ => return Err(MalformedClaims),
    };
    let essential = match members.get("essential") {
        None => false,
        Some(Value::Bool(essential)) => *essential,
        Some(_) => return Err(MalformedClaims),
    };
    let values = match members.get("values") {
        None => None,
        Some(Value::Array(values)) => Some(values),
        Some(_) => return Err(MalformedClaims),
    };
    Ok(Details { essential, value: members.get("value"), values })
}

/// The texts that a claim may have; both `value` and `values` count.
fn texts(details: &Details<'_>) -> Result<Vec<String>, MalformedClaims> {
    let values = details.value.into_iter().chain(details.values.into_iter().flatten());
    values.map(|value| value.as_str().map(str::to_owned).ok_or(MalformedClaims)).collect()
}

/// Of several subjects none could be shown to be the one meant: one value only.
fn subject(members: Option<&Map<String, Value>>) -> Result<Option<String>, MalformedClaims> {
    let Some(asked) = members.and_then(|members| members.get("sub")) else { return Ok(None) };
    let mut subjects = texts(&details(asked)?)?;
    if subjects.len() > 1 { Err(MalformedClaims) } else { Ok(subjects.pop()) }
}

fn acr(members: Option<&Map<String, Value>>) -> Result<Option<RequestedAcr>, MalformedClaims> {
    let Some(asked) = members.and_then(|members| members.get("acr")) else { return Ok(None) };
    let details = details(asked)?;
    Ok(Some(RequestedAcr { essential: details.essential, values: texts(&details)? }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::ClientMetadata;
    use crate::ids::ClientId;
    use proptest::prelude::*;

    fn client(scope: &str) -> Client {
        let json = serde_json::json!({"client_name": "A", "redirect_uris": ["https://rp.example.ca/cb"], "scope": scope});
        let metadata: ClientMetadata = serde_json::from_value(json).unwrap();
        metadata.check(ClientId::parse("rp").unwrap(), false).unwrap().client
    }

    #[test]
    fn known_claims_are_read_and_others_passed_over() {
        let text = r#"{"id_token": {"email": {"essential": true}, "name": null, "acr": {"essential": true, "values": ["a", "b"]}},
            "userinfo": {"locale": null, "email_verified": {"value": true}, "phone": 5, "sub": {"value": "me"}}, "other": 1}"#;
        let parsed = parse(text, &client("openid email profile")).unwrap();
        assert_eq!(parsed.request.id_token, BTreeSet::from([RequestedClaim::Email]));
        assert_eq!(
            parsed.request.userinfo,
            BTreeSet::from([RequestedClaim::EmailVerified, RequestedClaim::Locale])
        );
        assert_eq!(parsed.subject.as_deref(), Some("me"));
        assert_eq!(parsed.acr, Some(RequestedAcr { essential: true, values: vec!["a".into(), "b".into()] }));
    }

    #[test]
    fn a_claim_needs_the_scope_that_its_client_registered() {
        let text = r#"{"id_token": {"email": null, "locale": null}, "userinfo": {"email": null}}"#;
        let parsed = parse(text, &client("openid profile")).unwrap();
        assert_eq!(parsed.request.id_token, BTreeSet::from([RequestedClaim::Locale]));
        assert!(parsed.request.userinfo.is_empty());
    }

    #[test]
    fn what_is_not_of_the_described_form_is_refused() {
        for text in [
            "",
            "x",
            "[]",
            "null",
            "{\"id_token\": 1}",
            "{\"userinfo\": []}",
            "{\"id_token\": {\"email\": true}}",
            "{\"id_token\": {\"email\": {\"essential\": \"yes\"}}}",
            "{\"id_token\": {\"acr\": {\"values\": \"a\"}}}",
            "{\"id_token\": {\"acr\": {\"value\": 1}}}",
            "{\"id_token\": {\"sub\": {\"values\": [\"a\", \"b\"]}}}",
            "{\"id_token\": {\"sub\": {\"value\": \"a\"}}, \"userinfo\": {\"sub\": {\"value\": \"b\"}}}",
            &format!("{}{}", "{\"id_token\":".repeat(500), "}".repeat(500)),
            &"[".repeat(4000),
        ] {
            assert_eq!(parse(text, &client("openid")), Err(MalformedClaims), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,200}") {
            let _ = parse(&text, &client("openid email"));
        }

        #[test]
        fn nothing_beyond_the_scopes_is_given(claim in 0_usize..3, email in any::<bool>()) {
            let claim = RequestedClaim::ALL[claim];
            let text = serde_json::json!({"id_token": {claim.as_str(): null}}).to_string();
            let parsed = parse(&text, &client(if email { "openid email" } else { "openid profile" })).unwrap();
            prop_assert_eq!(parsed.request.id_token.contains(&claim), (claim.scope() == "email") == email);
        }
    }
}
