//! The ID token's checks (OpenID Connect Core 3.1.3.7). The crate makes those of issuer, audience, signature, expiry and
//! nonce; here are the ones that depend on the request.

use crate::Error;
use crate::callback::PendingSignIn;
use crate::claims::{Claims, ExtraClaims};
use chrono::{DateTime, Utc};
use openidconnect::core::{
    CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
};
use openidconnect::{AccessToken, AccessTokenHash, ClaimsVerificationError, IdToken, IdTokenVerifier, Nonce};

/// How far the provider's clock may be ahead of ours, seconds.
const CLOCK_SKEW: i64 = 60;

pub(crate) type OidcIdToken =
    IdToken<ExtraClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

/// Pins the algorithm to the registered one and adds what this request asked for.
pub(crate) fn verifier<'a>(
    verifier: IdTokenVerifier<'a, CoreJsonWebKey>,
    algorithm: CoreJwsSigningAlgorithm,
    pending: &PendingSignIn,
    now: i64,
) -> IdTokenVerifier<'a, CoreJsonWebKey> {
    let at = DateTime::<Utc>::from_timestamp_micros(now).unwrap_or_default();
    let (max_age, acr_values) = (pending.max_age, pending.acr_values.clone());
    verifier
        .set_allowed_algs([algorithm])
        .set_time_fn(move || at)
        .set_issue_time_verifier_fn(move |issued_at| {
            let in_future = issued_at.timestamp() > at.timestamp() + CLOCK_SKEW;
            if in_future { Err("issued in the future".to_owned()) } else { Ok(()) }
        })
        .set_auth_time_verifier_fn(move |auth_time| check_auth_time(max_age, auth_time, at))
        .set_auth_context_verifier_fn(move |acr| {
            let enough = acr_values.is_empty() || acr.is_some_and(|acr| acr_values.contains(acr));
            if enough { Ok(()) } else { Err("the assurance level is not one asked for".to_owned()) }
        })
}

/// OpenID Connect Core 3.1.3.7 step 13.
fn check_auth_time(
    max_age: Option<u32>,
    auth_time: Option<DateTime<Utc>>,
    at: DateTime<Utc>,
) -> Result<(), String> {
    let Some(max_age) = max_age else { return Ok(()) };
    let oldest = at.timestamp() - i64::from(max_age) - CLOCK_SKEW;
    match auth_time {
        Some(auth_time) if auth_time.timestamp() >= oldest => Ok(()),
        _ => Err("the person proved who they are too long ago".to_owned()),
    }
}

/// The claims, once every check has passed.
pub(crate) fn verify<'t>(
    id_token: &'t OidcIdToken,
    verifier: &IdTokenVerifier<'_, CoreJsonWebKey>,
    pending: &PendingSignIn,
    client_id: &str,
    access_token: &AccessToken,
) -> Result<&'t Claims, Error> {
    let claims =
        id_token.claims(verifier, &Nonce::new(pending.nonce.clone())).map_err(|error| match error {
            ClaimsVerificationError::SignatureVerification(cause) => {
                Error::InvalidIdToken(format!("signature: {cause}"))
            }
            error => Error::InvalidIdToken(error.to_string()),
        })?;
    // OpenID Connect Core section 2: at most 255 ASCII characters.
    let sub = claims.subject().as_str();
    if sub.is_empty() || sub.len() > 255 || !sub.is_ascii() {
        return Err(Error::InvalidIdToken("the subject is malformed".to_owned()));
    }
    check_authorized_party(claims, client_id)?;
    check_access_token(claims, id_token, verifier, access_token)?;
    Ok(claims)
}

/// The ID token of a refresh (OpenID Connect Core 12.2): of the same person, without a nonce of its own to be held
/// against.
pub(crate) fn verify_refreshed(
    id_token: &OidcIdToken,
    verifier: &IdTokenVerifier<'_, CoreJsonWebKey>,
    (client_id, sub): (&str, &str),
    access_token: &AccessToken,
) -> Result<(), Error> {
    let any_nonce = |_: Option<&Nonce>| Ok(());
    let claims = id_token
        .claims(verifier, any_nonce)
        .map_err(|error| Error::InvalidIdToken(format!("after a refresh: {error}")))?;
    if claims.subject().as_str() != sub {
        return Err(Error::InvalidIdToken("after a refresh it names another person".to_owned()));
    }
    check_authorized_party(claims, client_id)?;
    check_access_token(claims, id_token, verifier, access_token)
}

/// OpenID Connect Core 3.1.3.7 step 5, which the crate leaves to us. Several audiences it refuses itself.
fn check_authorized_party(claims: &Claims, client_id: &str) -> Result<(), Error> {
    match claims.authorized_party() {
        Some(party) if party.as_str() != client_id => {
            Err(Error::InvalidIdToken("azp names another client".to_owned()))
        }
        _ => Ok(()),
    }
}

/// OpenID Connect Core 3.1.3.8: an `at_hash` that is there has to fit the access token.
fn check_access_token(
    claims: &Claims,
    id_token: &OidcIdToken,
    verifier: &IdTokenVerifier<'_, CoreJsonWebKey>,
    access_token: &AccessToken,
) -> Result<(), Error> {
    let Some(expected) = claims.access_token_hash() else { return Ok(()) };
    let invalid = |_| Error::InvalidIdToken("at_hash cannot be checked".to_owned());
    let algorithm = id_token.signing_alg().map_err(invalid)?;
    let key = id_token.signing_key(verifier).map_err(invalid)?;
    let actual = AccessTokenHash::from_token(access_token, algorithm, key)
        .map_err(|_| Error::InvalidIdToken("at_hash cannot be computed".to_owned()))?;
    if actual == *expected { Ok(()) } else { Err(Error::InvalidIdToken("at_hash does not fit".to_owned())) }
}

#[cfg(test)]
#[path = "id_token_tests.rs"]
mod tests;
