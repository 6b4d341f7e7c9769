//! A sign-in partner's ID token (OIDC Core section 3.1.3.7): what makes it one that vouches for somebody.

use super::partner_client::{Client, PartnerError};
use super::partners::KnownPartner;
use chrono::{DateTime, Utc};
use idp_domain::signing_key::SigningAlgorithm;
use idp_domain::time::Timestamp;
use openidconnect::core::{
    CoreIdToken, CoreIdTokenClaims, CoreIdTokenVerifier, CoreJwsSigningAlgorithm, CoreTokenResponse,
};
use openidconnect::{
    AccessTokenHash, ClaimsVerificationError, OAuth2TokenResponse, SignatureVerificationError,
};

/// How far the partner's clock may differ from ours.
const CLOCK_SKEW: i64 = 60;
/// How old an ID token may be.
const OLDEST: i64 = 600;

fn algorithm(of: SigningAlgorithm) -> CoreJwsSigningAlgorithm {
    match of {
        SigningAlgorithm::Rs256 => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
        SigningAlgorithm::Ps256 => CoreJwsSigningAlgorithm::RsaSsaPssSha256,
        SigningAlgorithm::Es256 => CoreJwsSigningAlgorithm::EcdsaP256Sha256,
        SigningAlgorithm::EdDsa => CoreJwsSigningAlgorithm::EdDsa,
    }
}

/// OIDC Core section 3.1.3.7: issuer, audience, signature, `exp` and `nonce` are the crate's checks; the algorithms, `iat` and
/// `auth_time` depend on the partner and on what was asked.
pub(super) fn verifier<'a>(
    client: &'a Client,
    known: &KnownPartner,
    asked_anew_after: Option<Timestamp>,
    now: Timestamp,
) -> CoreIdTokenVerifier<'a> {
    let at = DateTime::<Utc>::from_timestamp_micros(now.micros()).unwrap_or_default();
    client
        .id_token_verifier()
        .set_allowed_algs(known.partner.algorithms().into_iter().map(algorithm))
        .set_time_fn(move || at)
        .set_issue_time_verifier_fn(move |issued_at| {
            let age = at.timestamp().saturating_sub(issued_at.timestamp());
            if (-CLOCK_SKEW..=OLDEST).contains(&age) {
                Ok(())
            } else {
                Err("issued at another time".to_owned())
            }
        })
        .set_auth_time_verifier_fn(move |auth_time| match (asked_anew_after, auth_time) {
            (None, _) => Ok(()),
            (Some(after), Some(at)) if at.timestamp() >= after.seconds() - CLOCK_SKEW => Ok(()),
            (Some(_), _) => Err("the person was not asked anew".to_owned()),
        })
}

/// Steps 4 and 5 of the same section, which the crate leaves to us.
pub(super) fn check_authorized_party(
    claims: &CoreIdTokenClaims,
    client_id: &str,
) -> Result<(), PartnerError> {
    match claims.authorized_party() {
        Some(party) if party.as_str() != client_id => Err(PartnerError::Refused("azp names another client")),
        None if claims.audiences().len() > 1 => Err(PartnerError::Refused("several audiences and no azp")),
        _ => Ok(()),
    }
}

/// OIDC Core section 3.1.3.8: an `at_hash` that is there has to fit the access token.
pub(super) fn check_access_token(
    claims: &CoreIdTokenClaims,
    token: &CoreIdToken,
    verifier: &CoreIdTokenVerifier<'_>,
    tokens: &CoreTokenResponse,
) -> Result<(), PartnerError> {
    let Some(expected) = claims.access_token_hash() else { return Ok(()) };
    let refused = || PartnerError::Refused("at_hash does not fit");
    let algorithm = token.signing_alg().map_err(|_| refused())?;
    let key = token.signing_key(verifier).map_err(|_| refused())?;
    let actual = AccessTokenHash::from_token(tokens.access_token(), algorithm, key).map_err(|_| refused())?;
    if actual == *expected { Ok(()) } else { Err(refused()) }
}

/// The library's words hold values of the token; these don't.
pub(super) fn words(error: &ClaimsVerificationError) -> &'static str {
    match error {
        ClaimsVerificationError::Expired(_) => "expired, or issued at another time",
        ClaimsVerificationError::InvalidAudience(_) => "another audience",
        ClaimsVerificationError::InvalidAuthTime(_) => "the person was not asked anew",
        ClaimsVerificationError::InvalidIssuer(_) => "another issuer",
        ClaimsVerificationError::InvalidNonce(_) => "another nonce, or none",
        ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey) => {
            "an unknown key"
        }
        ClaimsVerificationError::SignatureVerification(SignatureVerificationError::DisallowedAlg(_)) => {
            "another algorithm"
        }
        ClaimsVerificationError::SignatureVerification(_) => "the signature does not fit",
        _ => "its claims can't be used",
    }
}
