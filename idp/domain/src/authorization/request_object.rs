//! Request objects: the parameters of a request as a signed token (RFC 9101, OIDC Core section 6).
//!
//! 1. [`read_header`]: which key and algorithm the object says it was signed with, and whether this client's may be.
//! 2. The server verifies the signature by one of the client's registered keys.
//! 3. [`read_claims`]: who signed it, for whom, and when.
//! 4. [`merge`]: which of the parameters beside the object count.
//!
//! Nothing of an object is used before its signature is verified, and nothing is fetched because an object says so.

use super::parameters::{ParameterError, Parameters};
use super::{AuthorizationError, AuthorizationErrorCode as Code};
use crate::client::{Client, Profile};
use crate::signing_key::SigningAlgorithm;
use crate::time::Timestamp;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Map, Value};

/// The longest request object, in bytes.
pub const MAX_OBJECT: usize = 32 * 1024;
/// How far ahead a signer's clock may be, in seconds (FAPI 2.0 Security Profile section 5.3.2.1: 10 s at least, 60 s never).
const SKEW: f64 = 10.0;
/// FAPI 2.0 Message Signing section 5.3.1: the longest life, and the greatest age, in seconds.
const FAPI2_SPAN: f64 = 3600.0;
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

/// What an object's header says, as far as it is believed: the algorithm is one that the client may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectHeader {
    /// `alg`
    pub algorithm: SigningAlgorithm,
    /// `kid`: a name to look for among the client's registered keys, and nothing else.
    pub kid: Option<String>,
}

#[derive(Deserialize)]
struct RawHeader {
    alg: String,
    typ: Option<String>,
    kid: Option<String>,
    crit: Option<Value>,
    b64: Option<Value>,
}

/// Step 1. The algorithm MUST be the registered one (OIDC Dynamic Client Registration section 2), or one that the client's
/// profile takes; `none` never (RFC 9101 section 10.1). `jku`, `x5u` and the like are not looked at (RFC 8725 section
/// 3.10).
///
/// # Errors
/// The header is unsound.
pub fn read_header(object: &str, client: &Client) -> Result<ObjectHeader, ObjectError> {
    if object.len() > MAX_OBJECT || object.bytes().filter(|byte| *byte == b'.').count() != 2 {
        return Err(ObjectError::Malformed);
    }
    let header = object.split('.').next().unwrap_or_default();
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(header).map_err(|_| ObjectError::Malformed)?;
    let header: RawHeader = serde_json::from_slice(&bytes).map_err(|_| ObjectError::Malformed)?;
    if header.crit.is_some() || header.b64.is_some() {
        return Err(ObjectError::Critical);
    }
    if !header.typ.as_deref().is_none_or(is_request_type) {
        return Err(ObjectError::Type);
    }
    let fapi2 = client.profile == Profile::Fapi2;
    if header.alg.eq_ignore_ascii_case("none") {
        return Err(if fapi2 { ObjectError::Algorithm } else { ObjectError::Unsigned });
    }
    let algorithm = SigningAlgorithm::parse(&header.alg).ok_or(ObjectError::Algorithm)?;
    let registered = client.requests.object_algorithm.is_none_or(|registered| registered == algorithm);
    if !registered || (fapi2 && !algorithm.is_fapi2()) {
        return Err(ObjectError::Algorithm);
    }
    Ok(ObjectHeader { algorithm, kid: header.kid })
}

/// RFC 9101 section 10.8: the type keeps other tokens of the client from being taken for requests; older clients say `JWT`.
fn is_request_type(typ: &str) -> bool {
    let short = typ.strip_prefix("application/").unwrap_or(typ);
    short.eq_ignore_ascii_case("oauth-authz-req+jwt") || short.eq_ignore_ascii_case("jwt")
}

/// Step 3: the parameters of an object whose signature is verified.
///
/// # Errors
/// It is somebody else's, for somebody else, not valid at `now`, or holds what can't be a parameter.
pub fn read_claims(
    claims: &Map<String, Value>,
    client: &Client,
    issuer: &str,
    now: Timestamp,
) -> Result<Parameters, ObjectError> {
    check_parties(claims, client, issuer)?;
    check_times(claims, client, now)?;
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
fn check_times(claims: &Map<String, Value>, client: &Client, now: Timestamp) -> Result<(), ObjectError> {
    let time = |name: &str| match claims.get(name) {
        None => Ok(None),
        Some(value) => {
            value.as_f64().filter(|seconds| seconds.is_finite()).map(Some).ok_or(ObjectError::Time)
        }
    };
    let (exp, nbf, iat) = (time("exp")?, time("nbf")?, time("iat")?);
    // Exact for any instant of this millennium.
    #[allow(clippy::cast_precision_loss, reason = "seconds since 1970 fit into 53 bits")]
    let now = now.seconds() as f64;
    let ahead = |seconds: Option<f64>| seconds.is_some_and(|seconds| seconds > now + SKEW);
    let over = exp.is_some_and(|exp| exp <= now - SKEW);
    let bounded = match (exp, nbf) {
        (Some(exp), Some(nbf)) => exp - nbf <= FAPI2_SPAN && now - nbf <= FAPI2_SPAN,
        _ => false,
    };
    let fapi2 = client.profile == Profile::Fapi2;
    if over || ahead(nbf) || ahead(iat) || (fapi2 && !bounded) {
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

#[cfg(test)]
mod tests;
