//! The logout token's checks (OpenID Connect Back-Channel Logout 1.0 section 2.6).
//!
//! 1. Its form and header: `typ` is `logout+jwt`, so that no other token of the provider's can stand in its place, and
//!    the algorithm is the registered one, whatever the header says.
//! 2. Its signature, by the key that the header names. An unknown `kid` has the key set fetched again, once.
//! 3. Its claims: issuer, audience, times, the one event, a session or a person, and never a `nonce`.
//!
//! Whether its `jti` came before is the application's to remember, until [`LogoutNotice::remember_until`].

use crate::Error;
use crate::SECOND;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use openidconnect::JsonWebKey;
use openidconnect::core::{CoreJsonWebKeySet, CoreJwsSigningAlgorithm};
use serde::Deserialize;
use serde_json::{Map, Value};

/// How far the two clocks may be apart, seconds.
const CLOCK_SKEW: i64 = 60;
/// The longest life that a logout token may have, seconds: so long its `jti` has to be remembered.
const LONGEST_LIFE: i64 = 600;
/// Far above any logout token.
const MAX_TOKEN: usize = 16 * 1024;
/// Far above any identifier.
const MAX_ID: usize = 255;
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Who is to be signed out, as a verified logout token says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoutNotice {
    /// The person at this service. Without `sid` all their sessions end.
    pub sub: Option<String>,
    /// The session at the provider.
    pub sid: Option<String>,
    /// A notice with the same one is a replay.
    pub jti: String,
    /// How long `jti` has to be remembered: microseconds since 1970.
    pub remember_until: i64,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    typ: Option<String>,
    kid: Option<String>,
    crit: Option<Value>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    iat: i64,
    exp: i64,
    jti: String,
    sub: Option<String>,
    sid: Option<String>,
    events: Map<String, Value>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn holds(&self, client_id: &str) -> bool {
        match self {
            Self::One(one) => one == client_id,
            Self::Many(many) => many.iter().any(|one| one == client_id),
        }
    }
}

/// A token whose form and header are right; nothing in it is believed yet.
pub(crate) struct Unverified<'t> {
    signed: &'t str,
    claims: &'t str,
    signature: Vec<u8>,
    pub(crate) kid: Option<String>,
}

fn invalid(what: &str) -> Error {
    Error::InvalidLogoutToken(what.to_owned())
}

fn decode(part: &str) -> Result<Vec<u8>, Error> {
    BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| invalid("it is not base64url"))
}

impl<'t> Unverified<'t> {
    /// Step 1.
    pub(crate) fn parse(token: &'t str, algorithm: &str) -> Result<Self, Error> {
        if token.len() > MAX_TOKEN {
            return Err(invalid("it is too long"));
        }
        let (signed, signature) = token.rsplit_once('.').ok_or_else(|| invalid("it has no signature"))?;
        let (header, claims) = signed.split_once('.').ok_or_else(|| invalid("it has no claims"))?;
        let header: Header =
            serde_json::from_slice(&decode(header)?).map_err(|_| invalid("the header does not parse"))?;
        // RFC 8725 section 3.1: the algorithm is the verifier's choice.
        if header.alg != algorithm || header.crit.is_some() {
            return Err(invalid("the algorithm is not the registered one"));
        }
        let typ = header.typ.unwrap_or_default().to_ascii_lowercase();
        if typ.strip_prefix("application/").unwrap_or(&typ) != "logout+jwt" {
            return Err(invalid("the type is not logout+jwt"));
        }
        Ok(Self { signed, claims, signature: decode(signature)?, kid: header.kid })
    }

    /// Whether the key set has the key that the header names.
    pub(crate) fn has_key_in(&self, keys: &CoreJsonWebKeySet) -> bool {
        keys.keys().iter().any(|key| self.is_of(key))
    }

    fn is_of(&self, key: &impl JsonWebKey) -> bool {
        match (&self.kid, key.key_id()) {
            (Some(kid), Some(id)) => id.as_str() == kid,
            _ => false,
        }
    }

    /// Steps 2 and 3.
    pub(crate) fn verify(
        &self,
        keys: &CoreJsonWebKeySet,
        algorithm: &CoreJwsSigningAlgorithm,
        issuer: &str,
        client_id: &str,
        now: i64,
    ) -> Result<LogoutNotice, Error> {
        let mut named = keys.keys().iter().filter(|key| self.is_of(*key));
        let key = named.next().ok_or_else(|| invalid("its key is unknown"))?;
        key.verify_signature(algorithm, self.signed.as_bytes(), &self.signature)
            .map_err(|_| invalid("the signature is wrong"))?;
        let claims: Claims =
            serde_json::from_slice(&decode(self.claims)?).map_err(|_| invalid("the claims do not parse"))?;
        check(claims, issuer, client_id, now)
    }
}

fn check(claims: Claims, issuer: &str, client_id: &str, now: i64) -> Result<LogoutNotice, Error> {
    let seconds = now / SECOND;
    let is_id = |text: &String| (1..=MAX_ID).contains(&text.len());
    let fails = [
        (claims.iss != issuer, "the issuer is another"),
        (!claims.aud.holds(client_id), "the audience is another"),
        (claims.iat > seconds + CLOCK_SKEW, "it is issued in the future"),
        (claims.exp.saturating_add(CLOCK_SKEW) < seconds, "it has expired"),
        (claims.exp.saturating_sub(claims.iat) > LONGEST_LIFE, "it lives too long"),
        (!claims.events.get(EVENT).is_some_and(Value::is_object), "it is no logout"),
        (claims.others.contains_key("nonce"), "it has a nonce"),
        (!is_id(&claims.jti), "the jti is malformed"),
        (claims.sub.is_none() && claims.sid.is_none(), "it names nobody"),
        (!claims.sub.iter().chain(&claims.sid).all(is_id), "it names somebody in a malformed way"),
    ];
    if let Some((_, what)) = fails.into_iter().find(|(fails, _)| *fails) {
        return Err(invalid(what));
    }
    let remember_until = claims.exp.saturating_add(2 * CLOCK_SKEW).saturating_mul(SECOND);
    Ok(LogoutNotice { sub: claims.sub, sid: claims.sid, jti: claims.jti, remember_until })
}

#[cfg(test)]
#[path = "logout_token_tests.rs"]
mod tests;
