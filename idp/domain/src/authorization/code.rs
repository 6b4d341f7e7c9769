//! The authorization code (RFC 6749 section 4.1.2): 60 seconds, one use, bound to its client, address and challenge.

use super::AuthorizationRequest;
use super::claims_request::ClaimsRequest;
use super::pkce::CodeChallenge;
use super::scope::Scope;
use crate::client::{Client, Profile};
use crate::grant::access::AccessError;
use crate::ids::{AccountId, ClientId, GrantId, SessionId};
use crate::jwk::Thumbprint;
use crate::session::{AuthenticationLevel, AuthenticationMethod, Session};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The longest life of a code under FAPI 2.0 (Security Profile section 5.3.2.1).
const FAPI2_LIFETIME: Duration = Duration::from_mins(1);

/// What a code stands for. The code itself is kept as its hash only.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AuthorizationCode {
    /// Who may redeem it.
    pub client_id: ClientId,
    /// The address it was sent to.
    pub redirect_uri: String,
    /// PKCE, where the request had it.
    pub code_challenge: Option<CodeChallenge>,
    /// Who signed in.
    pub account_id: AccountId,
    /// In which browser session.
    pub session_id: SessionId,
    /// What was granted.
    pub scope: Scope,
    /// For the ID token.
    pub nonce: Option<String>,
    /// `dpop_jkt` of the request: only a proof by this key redeems the code (RFC 9449 section 10).
    #[serde(default)]
    pub dpop_jkt: Option<Thumbprint>,
    /// When the person proved who they are.
    pub authenticated_at: Timestamp,
    /// How.
    pub methods: Vec<AuthenticationMethod>,
    /// How surely.
    pub level: AuthenticationLevel,
    /// `claims` of the request.
    #[serde(default)]
    pub claims: ClaimsRequest,
    /// `resource` of the request (RFC 8707).
    #[serde(default)]
    pub resources: Vec<String>,
    /// All tokens that it buys belong to this grant.
    pub grant_id: GrantId,
    /// Until when it can be redeemed.
    pub expires_at: Timestamp,
}

impl AuthorizationCode {
    /// The code that answers `request` for `session`.
    #[must_use]
    pub fn issue(
        request: &AuthorizationRequest,
        session: &Session,
        grant_id: GrantId,
        expires_at: Timestamp,
    ) -> Self {
        Self {
            client_id: request.client_id.clone(),
            redirect_uri: request.destination.redirect_uri.clone(),
            code_challenge: request.code_challenge.clone(),
            account_id: session.account_id.clone(),
            session_id: session.id.clone(),
            scope: request.scope.clone(),
            nonce: request.nonce.clone(),
            dpop_jkt: request.dpop_jkt.clone(),
            authenticated_at: session.authenticated_at,
            methods: session.methods.clone(),
            level: request.acr.answer(session.level()),
            claims: request.claims.clone(),
            resources: request.resources.clone(),
            grant_id,
            expires_at,
        }
    }
}

/// How long a code for `client` lives; `setting` is `lifetimes.authorization_code`.
#[must_use]
pub fn lifetime(client: &Client, setting: Duration) -> Duration {
    match client.profile {
        Profile::OpenId => setting,
        Profile::Fapi2 => setting.min(FAPI2_LIFETIME),
    }
}

/// What a client sends to redeem a code.
#[derive(Debug, Clone, Copy)]
pub struct Redemption<'a> {
    /// The authenticated client.
    pub client_id: &'a ClientId,
    /// `redirect_uri`.
    pub redirect_uri: Option<&'a str>,
    /// `code_verifier`.
    pub code_verifier: Option<&'a str>,
    /// Thumbprint of the key that the request proved (RFC 9449).
    pub jkt: Option<&'a str>,
}

/// Why a code isn't redeemed; `invalid_grant` each. Only a replay has consequences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RedemptionError {
    /// No such code.
    #[error("the code is unknown")]
    Unknown,
    /// Issued to another client; its owner can still redeem it.
    #[error("the code was issued to another client")]
    OtherClient,
    /// Redeemed before: everything that it bought ends (RFC 6749 section 4.1.2).
    #[error("the code was used before")]
    Replayed,
    /// Past its end.
    #[error("the code has expired")]
    Expired,
    /// Not the address of the request.
    #[error("redirect_uri differs from the request's")]
    RedirectUri,
    /// No verifier, or not the challenge's.
    #[error("code_verifier does not fit the challenge")]
    Verifier,
    /// A verifier where the request had no challenge (RFC 9700 section 4.8.2).
    #[error("code_verifier was sent, but the request had no code_challenge")]
    UnexpectedVerifier,
    /// By no proof, or by another key's, where the request named a key (RFC 9449 section 10).
    #[error("the code is bound to another key")]
    OtherKey,
    /// The account is gone or locked, or the session has ended.
    #[error("the account or its session has ended")]
    Ended,
    /// It asks for more than was granted: `invalid_target`, `invalid_scope`.
    #[error(transparent)]
    Access(#[from] AccessError),
}

/// Decides on a redemption of a code that is there and unspent.
///
/// # Errors
/// The first condition that fails.
pub fn decide_redemption(
    code: &AuthorizationCode,
    sent: Redemption<'_>,
    now: Timestamp,
) -> Result<(), RedemptionError> {
    if code.client_id != *sent.client_id {
        return Err(RedemptionError::OtherClient);
    }
    if now > code.expires_at {
        return Err(RedemptionError::Expired);
    }
    if sent.redirect_uri != Some(code.redirect_uri.as_str()) {
        return Err(RedemptionError::RedirectUri);
    }
    if code.dpop_jkt.as_ref().is_some_and(|bound| sent.jkt != Some(bound.as_str())) {
        return Err(RedemptionError::OtherKey);
    }
    match (&code.code_challenge, sent.code_verifier) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err(RedemptionError::UnexpectedVerifier),
        (Some(challenge), Some(verifier)) if challenge.is_made_by(verifier) => Ok(()),
        (Some(_), _) => Err(RedemptionError::Verifier),
    }
}
