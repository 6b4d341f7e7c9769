//! Reading back the JWTs that we signed: hints, receipts, a service's access tokens, the heads of audit exports.

use super::verification::algorithm_of;
use idp_domain::signing_key::SigningAlgorithm;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};
use serde::de::DeserializeOwned;

/// What a JWT must say to be taken for one of ours.
#[derive(Debug, Clone, Copy)]
pub struct OwnJwt<'a> {
    /// `typ`: one kind is never taken for another (RFC 8725 section 3.11).
    pub kind: &'a str,
    /// `iss`; anybody's where it is not known.
    pub issuer: Option<&'a str>,
    /// The claims that must be there.
    pub required: &'a [&'a str],
}

impl OwnJwt<'_> {
    /// The claims, if a key of ours signed them. The algorithm is the key's, never the header's (RFC 8725 section 3.1), and
    /// what the header calls critical isn't understood (RFC 7515 section 4.1.11). Times are the caller's affair, who knows
    /// the request's clock; so is the audience.
    pub fn read<T: DeserializeOwned>(
        &self,
        text: &str,
        find_key: impl Fn(&str) -> Option<(SigningAlgorithm, Jwk)>,
    ) -> Option<T> {
        let header = decode_header(text).ok()?;
        if header.typ.as_deref() != Some(self.kind) || header.crit.is_some() {
            return None;
        }
        let (algorithm, jwk) = find_key(header.kid.as_deref()?)?;
        let mut validation = Validation::new(algorithm_of(algorithm));
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.set_required_spec_claims(self.required);
        if let Some(issuer) = self.issuer {
            validation.set_issuer(&[issuer]);
        }
        let key = DecodingKey::from_jwk(&jwk).ok()?;
        decode::<T>(text, &key, &validation).ok().map(|data| data.claims)
    }
}
