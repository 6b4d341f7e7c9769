//! `id_token_hint`: an ID token of ours, even expired, whose key may have left the key set (OIDC Core 3.1.2.1,
//! RP-Initiated Logout section 4).

use crate::app::App;
use idp_domain::signing_key::SigningAlgorithm;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;

/// What a hint says.
#[derive(Debug, Clone, Deserialize)]
pub struct HintClaims {
    /// The client it was issued to.
    pub aud: String,
    /// The person, as that client knows them.
    pub sub: String,
    /// The browser session.
    pub sid: Option<String>,
}

/// The claims of a hint, if we signed it. The algorithm is the key's, never the header's (RFC 8725 section 3.1).
#[must_use]
pub fn verify(app: &App, token: &str) -> Option<HintClaims> {
    let header = decode_header(token).ok()?;
    let (algorithm, jwk) = app.keys.find_public(header.kid.as_deref()?)?;
    let algorithm = match algorithm {
        SigningAlgorithm::Rs256 => Algorithm::RS256,
        SigningAlgorithm::Ps256 => Algorithm::PS256,
        SigningAlgorithm::Es256 => Algorithm::ES256,
        SigningAlgorithm::EdDsa => Algorithm::EdDSA,
    };
    let mut validation = Validation::new(algorithm);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.set_issuer(&[app.issuer()]);
    validation.set_required_spec_claims(&["iss", "sub", "aud", "exp"]);
    // A logout token is ours too, but no ID token (RFC 8725 section 3.11).
    if header.typ.as_deref() != Some("JWT") {
        return None;
    }
    decode::<HintClaims>(token, &DecodingKey::from_jwk(&jwk).ok()?, &validation).ok().map(|data| data.claims)
}
