//! DPoP at our endpoints (RFC 9449): the proof of a request, verified and spent.
//!
//! 1. No header: no proof, which is for the caller to judge. More than one, or a bad one: `invalid_dpop_proof`.
//! 2. The signature is by the key in the proof, and the proof fits the request.
//! 3. The server's nonce, where `dpop.require_nonce` asks for it or the proof has one: `use_dpop_nonce` with a fresh one.
//! 4. The `jti` is spent for all nodes. Only a sound proof is, so that nobody spends another's.

use super::oauth_error::{OAuthError, OAuthErrorCode};
use crate::adapters::verification::is_signed_by;
use crate::app::App;
use actix_web::HttpRequest;
use idp_domain::client::{Client, Profile};
use idp_domain::dpop::{self, CheckedProof, DpopError, NonceDecision, Proof, ProvenRequest};
use idp_domain::jwk::Thumbprint;
use idp_domain::secret::Secret;
use idp_store::StoreError;

/// The name of the header that carries a proof.
const HEADER: &str = "DPoP";

/// Why a request with a proof, or without one, can't go on.
#[derive(Debug)]
pub enum DpopRefusal {
    /// `invalid_dpop_proof`
    InvalidProof(DpopError),
    /// `use_dpop_nonce`, with a fresh one.
    UseNonce(String),
    /// The database is away.
    Unavailable(StoreError),
}

impl From<DpopError> for DpopRefusal {
    fn from(error: DpopError) -> Self {
        Self::InvalidProof(error)
    }
}

impl From<DpopRefusal> for OAuthError {
    fn from(refusal: DpopRefusal) -> Self {
        match refusal {
            DpopRefusal::InvalidProof(problem) => {
                tracing::info!(%problem, "a DPoP proof was refused");
                Self::new(OAuthErrorCode::InvalidDpopProof, "the DPoP proof is missing or does not fit")
            }
            DpopRefusal::UseNonce(nonce) => Self {
                dpop_nonce: Some(nonce),
                ..Self::new(OAuthErrorCode::UseDpopNonce, "use the nonce of this answer in the DPoP proof")
            },
            DpopRefusal::Unavailable(error) => Self::from(error),
        }
    }
}

/// The key that a client's request to the endpoint at hand proves; `None` where it brings no proof.
///
/// # Errors
/// A proof that isn't sound, or none where the client's registration asks for one.
pub async fn client_proof(
    app: &App,
    request: &HttpRequest,
    client: &Client,
) -> Result<Option<Thumbprint>, DpopRefusal> {
    let proven = proof(app, request, client.profile, None).await?;
    // RFC 9449 section 5.2: a client with `dpop_bound_access_tokens` MUST use DPoP.
    if proven.is_none() && client.tokens.dpop_bound {
        return Err(DpopError::Missing.into());
    }
    Ok(proven)
}

/// The key that a request proves, at a resource for the access token that it brings; `None` where it brings no proof.
///
/// # Errors
/// A proof that isn't sound.
pub async fn proof(
    app: &App,
    request: &HttpRequest,
    profile: Profile,
    access_token: Option<&Secret>,
) -> Result<Option<Thumbprint>, DpopRefusal> {
    let mut headers = request.headers().get_all(HEADER);
    let Some(header) = headers.next() else { return Ok(None) };
    if headers.next().is_some() {
        return Err(DpopError::Repeated.into());
    }
    let now = app.clock.now();
    let proof = Proof::parse(header.to_str().unwrap_or_default())?;
    let url = format!("{}{}", app.issuer(), request.path());
    let fapi2 = profile == Profile::Fapi2;
    let proven = ProvenRequest { method: request.method().as_str(), url: &url, access_token, fapi2 };
    let CheckedProof { thumbprint, id, nonce, expires_at } = proof.check(&proven, now)?;
    if !is_signed_by(&proof.jwt, &proof.key) {
        return Err(DpopError::Signature.into());
    }
    let key = &app.data_keys.hash;
    let required = app.settings.dpop_require_nonce;
    if dpop::decide_nonce(nonce.as_deref(), required, key, now) == NonceDecision::AskForFresh {
        return Err(DpopRefusal::UseNonce(dpop::nonce(key, now)));
    }
    let spent = key.hash("dpop proof", &[thumbprint.as_str().as_bytes(), id.as_bytes()]);
    match app.spend(spent, expires_at, dpop::LONGEST_LIFE).await {
        Ok(true) => Ok(Some(thumbprint)),
        Ok(false) => Err(DpopError::Replayed.into()),
        Err(error) => Err(DpopRefusal::Unavailable(error)),
    }
}

/// The key that a code is to be bound to: the one that the request names, the one that it proves, or both if they are one.
///
/// # Errors
/// They are two.
pub fn agreed(
    named: Option<Thumbprint>,
    proven: Option<Thumbprint>,
) -> Result<Option<Thumbprint>, DpopRefusal> {
    match (&named, &proven) {
        (Some(one), Some(other)) if one != other => Err(DpopError::OtherKey.into()),
        _ => Ok(named.or(proven)),
    }
}
