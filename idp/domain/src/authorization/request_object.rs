//! Request objects: the parameters of a request as a signed token (RFC 9101, OIDC Core section 6).
//!
//! 1. [`read`]: which key and algorithm the object says it was signed with, and whether this client's may be. An object
//!    that is only referred to is fetched first, from an address that the client registered ([`registered_reference`]).
//! 2. The server verifies the signature by one of the client's registered keys.
//! 3. [`read_claims`]: who signed it, for whom, and when.
//! 4. [`merge`]: which of the parameters beside the object count.
//!
//! Nothing of an object is used before its signature is verified, and nothing is fetched because an object says so.

use super::parameters::{ParameterError, Parameters};
use super::{AuthorizationError, AuthorizationErrorCode as Code};
use crate::client::{Client, Profile};
use crate::jwt::{CLOCK_SKEW, Jwt, JwtError};
use crate::time::Timestamp;
use aws_lc_rs::digest;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use std::time::Duration;

/// The longest request object, in bytes.
pub const MAX_OBJECT: usize = 32 * 1024;
/// FAPI 2.0 Message Signing section 5.3.1: the longest life, and the greatest age.
const FAPI2_SPAN: Duration = Duration::from_hours(1);
/// The longest `request_uri` (OIDC Core 6.2), in bytes.
const MAX_REFERENCE: usize = 512;
/// What a JWT says about itself: no parameters (RFC 7519 section 4.1).
const TOKEN_MEMBERS: [&str; 7] = ["iss", "aud", "exp", "nbf", "iat", "jti", "sub"];

/// Why an object isn't taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ObjectError {
    /// It isn't a compact JWS with JSON in it, or it is too long.
    #[error("the request object can't be read")]
    Malformed,
    /// `alg` is `none`, in the profile that could take it by OIDC Core 6.1.
    #[error("an unsigned request object is not supported")]
    Unsigned,
    /// Another algorithm than this client's.
    #[error("the request object is signed with an algorithm that this client may not use")]
    Algorithm,
    /// `typ` says that it is something else.
    #[error("typ says that this is no request object")]
    Type,
    /// `crit` names what we don't know (RFC 7515 section 4.1.11).
    #[error("the request object has a critical header that is not supported")]
    Critical,
    /// No key of the client verifies it.
    #[error("the request object is not signed by a key of this client")]
    Signature,
    /// `iss`, `sub` or `client_id` names somebody else.
    #[error("the request object is another client's")]
    Issuer,
    /// `aud` isn't this server.
    #[error("the request object is not for this server")]
    Audience,
    /// `exp`, `nbf` or `iat` is missing, malformed or out of bounds.
    #[error("the request object is not valid now")]
    Time,
    /// `request` or `request_uri` stands in it (RFC 9101 section 4).
    #[error("the request object holds another request")]
    Nested,
    /// A parameter in it is no text.
    #[error("a parameter in the request object is malformed")]
    Parameter,
    /// It says something else than what MUST stand beside it (OIDC Core 6.1).
    #[error("the request object contradicts the request")]
    Contradiction,
}

impl From<ObjectError> for AuthorizationError {
    fn from(error: ObjectError) -> Self {
        let (code, description) = match error {
            ObjectError::Unsigned => {
                (Code::RequestNotSupported, "an unsigned request object is not supported")
            }
            ObjectError::Malformed => (Code::InvalidRequestObject, "the request object can't be read"),
            ObjectError::Algorithm => (Code::InvalidRequestObject, "this client may not sign with that alg"),
            ObjectError::Type => (Code::InvalidRequestObject, "typ must be oauth-authz-req+jwt or JWT"),
            ObjectError::Critical => (Code::InvalidRequestObject, "crit is not supported"),
            ObjectError::Signature => (Code::InvalidRequestObject, "no key of this client verifies it"),
            ObjectError::Issuer => (Code::InvalidRequestObject, "iss and client_id must be the client's"),
            ObjectError::Audience => (Code::InvalidRequestObject, "aud must be this issuer"),
            ObjectError::Time => (Code::InvalidRequestObject, "exp, nbf or iat is missing or out of bounds"),
            ObjectError::Nested => (Code::InvalidRequestObject, "request and request_uri can't stand in it"),
            ObjectError::Parameter => (Code::InvalidRequestObject, "a parameter in it is malformed"),
            ObjectError::Contradiction => {
                (Code::InvalidRequestObject, "it contradicts what stands beside it")
            }
        };
        Self { code, description }
    }
}

/// Step 1. The algorithm MUST be the registered one (OIDC Dynamic Client Registration section 2), or one that the client's
/// profile takes; `none` never (RFC 9101 section 10.1). `kid` is a name to look for among the client's registered keys and
/// nothing else; `jku`, `x5u` and the like are not looked at (RFC 8725 section 3.10).
///
/// # Errors
/// It can't be read, or its header is unsound.
pub fn read<'a>(object: &'a str, client: &Client) -> Result<Jwt<'a>, ObjectError> {
    let fapi2 = client.profile == Profile::Fapi2;
    let jwt = Jwt::parse_up_to(object, MAX_OBJECT).map_err(|error| match error {
        JwtError::Malformed => ObjectError::Malformed,
        JwtError::Extension => ObjectError::Critical,
        JwtError::Algorithm if is_unsigned(object) && !fapi2 => ObjectError::Unsigned,
        JwtError::Algorithm => ObjectError::Algorithm,
    })?;
    if !is_request_type(&jwt.typ()) {
        return Err(ObjectError::Type);
    }
    let registered = client.requests.object_algorithm.is_none_or(|registered| registered == jwt.algorithm);
    if !registered || (fapi2 && !jwt.algorithm.is_fapi2()) {
        return Err(ObjectError::Algorithm);
    }
    Ok(jwt)
}

/// Whether the header says `none`, in any casing.
fn is_unsigned(object: &str) -> bool {
    let header = object.split('.').next().unwrap_or_default();
    let header: Option<Value> =
        BASE64_URL_SAFE_NO_PAD.decode(header).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let alg = header.as_ref().and_then(|header| header.get("alg")).and_then(Value::as_str);
    alg.is_some_and(|alg| alg.eq_ignore_ascii_case("none"))
}

/// RFC 9101 section 10.8: the type keeps other tokens of the client from being taken for requests; older clients say `JWT`.
fn is_request_type(typ: &str) -> bool {
    matches!(typ, "" | "jwt" | "oauth-authz-req+jwt")
}

/// Step 3: the parameters of an object whose signature is verified.
///
/// # Errors
/// It is somebody else's, for somebody else, not valid at `now`, or holds what can't be a parameter.
pub fn read_claims(
    jwt: &Jwt<'_>,
    client: &Client,
    issuer: &str,
    now: Timestamp,
) -> Result<Parameters, ObjectError> {
    let claims = &jwt.claims;
    check_parties(claims, client, issuer)?;
    check_times(jwt, client, now)?;
    if claims.contains_key("request") || claims.contains_key("request_uri") {
        return Err(ObjectError::Nested);
    }
    let mut pairs = Vec::new();
    for (name, value) in claims.iter().filter(|(name, _)| !TOKEN_MEMBERS.contains(&name.as_str())) {
        add(&mut pairs, name, value)?;
    }
    Parameters::new(pairs).map_err(|_| ObjectError::Parameter)
}

/// Whether only what is signed may count: where plain requests are refused, or came by a channel that the client
/// authenticated (RFC 9126 section 3).
#[must_use]
pub fn only_inside_counts(client: &Client, pushed: bool) -> bool {
    client.profile == Profile::Fapi2 || client.requests.signed_only || pushed
}

/// RFC 9101 sections 4 and 6.1: the signer is the client and the server is meant. `sub` MUST NOT be the client (section
/// 10.8), or the object could be sent as a client assertion.
fn check_parties(claims: &Map<String, Value>, client: &Client, issuer: &str) -> Result<(), ObjectError> {
    let strict = client.profile == Profile::Fapi2 || client.requests.signed_only;
    for name in ["iss", "client_id"] {
        match claims.get(name) {
            None if !strict => {}
            Some(Value::String(id)) if id == client.id.as_str() => {}
            _ => return Err(ObjectError::Issuer),
        }
    }
    if claims.get("sub").and_then(Value::as_str) == Some(client.id.as_str()) {
        return Err(ObjectError::Issuer);
    }
    match claims.get("aud") {
        None if !strict => Ok(()),
        Some(Value::String(audience)) if audience == issuer => Ok(()),
        Some(Value::Array(all)) if all.iter().any(|audience| audience.as_str() == Some(issuer)) => Ok(()),
        _ => Err(ObjectError::Audience),
    }
}

/// FAPI 2.0 Message Signing section 5.3.1: `nbf` no longer than 60 minutes ago, `exp` no longer than 60 minutes after it.
/// OIDC Core leaves both out; what is there must hold.
fn check_times(jwt: &Jwt<'_>, client: &Client, now: Timestamp) -> Result<(), ObjectError> {
    let time = |name| jwt.time(name).map_err(|_| ObjectError::Time);
    let (exp, nbf, iat) = (time("exp")?, time("nbf")?, time("iat")?);
    let ahead = |at: Option<Timestamp>| at.is_some_and(|at| at > now.plus(CLOCK_SKEW));
    let over = exp.is_some_and(|exp| exp.plus(CLOCK_SKEW) <= now);
    let bounded = match (exp, nbf) {
        (Some(exp), Some(nbf)) => exp.max(now) <= nbf.plus(FAPI2_SPAN),
        _ => false,
    };
    if over || ahead(nbf) || ahead(iat) || (client.profile == Profile::Fapi2 && !bounded) {
        return Err(ObjectError::Time);
    }
    Ok(())
}

/// RFC 9101 section 4: texts as they are, numbers and objects as JSON writes them; several `resource` in a list.
fn add(pairs: &mut Vec<(String, String)>, name: &str, value: &Value) -> Result<(), ObjectError> {
    let known = |name: &str| matches!(name, "claims" | "registration");
    match value {
        Value::Null => {}
        Value::String(text) => pairs.push((name.to_owned(), text.clone())),
        Value::Bool(_) | Value::Number(_) => pairs.push((name.to_owned(), value.to_string())),
        Value::Object(_) if known(name) => pairs.push((name.to_owned(), value.to_string())),
        Value::Array(all) if name == "resource" => {
            for one in all {
                let text = one.as_str().ok_or(ObjectError::Parameter)?;
                pairs.push((name.to_owned(), text.to_owned()));
            }
        }
        // What we don't know is ignored whatever it is (RFC 6749 section 3.1); what we know is a text.
        Value::Object(_) | Value::Array(_) if !is_parameter(name) => {}
        Value::Object(_) | Value::Array(_) => return Err(ObjectError::Parameter),
    }
    Ok(())
}

fn is_parameter(name: &str) -> bool {
    const PARAMETERS: [&str; 21] = [
        "acr_values",
        "claims",
        "claims_locales",
        "client_id",
        "code_challenge",
        "code_challenge_method",
        "display",
        "dpop_jkt",
        "id_token_hint",
        "login_hint",
        "max_age",
        "nonce",
        "prompt",
        "redirect_uri",
        "registration",
        "resource",
        "response_mode",
        "response_type",
        "scope",
        "state",
        "ui_locales",
    ];
    PARAMETERS.contains(&name)
}

/// Step 4. Where only what is signed may count, what stands beside the object is dropped (RFC 9101 section 6.3). Else
/// OIDC Core 6.1 holds: both count, the object's first; `client_id` and `response_type` MUST agree.
///
/// # Errors
/// The two contradict each other where they may not, or are too many.
pub fn merge(outside: &Parameters, inside: Parameters, inside_only: bool) -> Result<Parameters, ObjectError> {
    let disagree = |name: &str| {
        let inner = inside.get(name);
        !matches!(inner, Ok(None)) && inner != outside.get(name)
    };
    if disagree("client_id") && outside.get("client_id") != Ok(None) {
        return Err(ObjectError::Contradiction);
    }
    if inside_only {
        return Ok(inside);
    }
    if disagree("response_type") {
        return Err(ObjectError::Contradiction);
    }
    let stays = |name: &str| !matches!(name, "request" | "request_uri") && inside.all(name).next().is_none();
    let others = outside.pairs().iter().filter(|(name, _)| stays(name)).cloned();
    let all = inside.pairs().iter().cloned().chain(others).collect();
    Parameters::new(all).map_err(|_: ParameterError| ObjectError::Parameter)
}

/// Where a registered request object is fetched, and what its content must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference<'a> {
    /// The address without its fragment.
    pub address: &'a str,
    hash: Option<&'a str>,
}

impl Reference<'_> {
    /// OIDC Core 6.2: a fragment is the SHA-256 of the content in base64url, so that an address stands for one content.
    #[must_use]
    pub fn is_of(&self, content: &[u8]) -> bool {
        let made = BASE64_URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, content));
        self.hash.is_none_or(|hash| hash == made)
    }
}

/// The reference that a request names, if its client registered it (OIDC Core 6.2 and RFC 9101 section 10.4.1: nothing
/// else is ever fetched). The fragment may change with the content; where the request has none, the registered one holds.
#[must_use]
pub fn registered_reference<'a>(requested: &'a str, client: &'a Client) -> Option<Reference<'a>> {
    if requested.len() > MAX_REFERENCE {
        return None;
    }
    let parts = |uri: &'a str| match uri.split_once('#') {
        Some((address, hash)) => (address, Some(hash).filter(|hash| !hash.is_empty())),
        None => (uri, None),
    };
    let (address, hash) = parts(requested);
    let mut registered = client.requests.request_uris.iter().map(|uri| parts(uri));
    let (_, usual) = registered.find(|(registered, _)| *registered == address)?;
    Some(Reference { address, hash: hash.or(usual) })
}

#[cfg(test)]
mod tests;
