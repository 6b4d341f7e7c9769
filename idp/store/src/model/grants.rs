//! Tokens to store, and what stored ones stand for.

use idp_domain::authorization::claims_request::ClaimsRequest;
use idp_domain::authorization::code::RedemptionError;
use idp_domain::grant::access::{Access, AccessRequest};
use idp_domain::grant::refresh::{RefreshError, RefreshRequest};
use idp_domain::grant::{GrantLimits, TokenGrant};
use idp_domain::ids::{AccountId, ClientId, GrantId};
use idp_domain::secret::TokenHash;
use idp_domain::session::AuthenticationLevel;
use idp_domain::time::Timestamp;

/// An access token to store; what it opens is decided in the transaction.
#[derive(Debug, Clone)]
pub struct NewAccessToken {
    /// Of the token.
    pub hash: TokenHash,
    /// Thumbprint of the key that it is bound to.
    pub jkt: Option<String>,
}

/// A code to redeem, by an authenticated client.
#[derive(Debug, Clone)]
pub struct RedeemCode {
    /// Of the code.
    pub hash: TokenHash,
    /// Who redeems it.
    pub client_id: ClientId,
    /// `redirect_uri`.
    pub redirect_uri: Option<String>,
    /// `code_verifier`.
    pub code_verifier: Option<String>,
    /// What the access token is asked to open.
    pub access: AccessRequest,
    /// The access token that it buys.
    pub token: NewAccessToken,
    /// Whether it buys a refresh token too.
    pub may_refresh: bool,
    /// Thumbprint of the key that the refresh token is bound to.
    pub refresh_jkt: Option<String>,
    /// The lives of what it buys.
    pub limits: GrantLimits,
    /// The instant.
    pub now: Timestamp,
}

/// What came of it.
#[derive(Debug, Clone)]
pub enum RedemptionOutcome {
    /// The grant and its access token are stored; the other tokens can be made from this.
    Redeemed(Box<Redeemed>),
    /// Nothing is bought.
    Refused(RedemptionError),
}

/// What a code bought.
#[derive(Debug, Clone)]
pub struct Redeemed {
    /// The new grant.
    pub grant: TokenGrant,
    /// What its access token opens.
    pub access: Access,
    /// For the ID token.
    pub nonce: Option<String>,
}

/// A refresh token of ours to redeem, by an authenticated client.
#[derive(Debug, Clone)]
pub struct RefreshGrant {
    /// Of which grant.
    pub grant_id: GrantId,
    /// The request.
    pub sent: RefreshRequest,
    /// The access token that it buys.
    pub token: NewAccessToken,
    /// The lives of what it buys.
    pub limits: GrantLimits,
    /// The instant.
    pub now: Timestamp,
}

/// What came of it.
#[derive(Debug, Clone)]
pub enum RefreshOutcome {
    /// The access token is stored; the other tokens can be made from this.
    Refreshed(Box<Refreshed>),
    /// Nothing is bought.
    Refused(RefreshError),
}

/// What a refresh token bought.
#[derive(Debug, Clone)]
pub struct Refreshed {
    /// The grant.
    pub grant: TokenGrant,
    /// What the new access token opens.
    pub access: Access,
    /// Number of the refresh token that is good from now on.
    pub number: u32,
}

/// What a live access token for a person's data stands for.
#[derive(Debug, Clone)]
pub struct AccessTokenFacts {
    /// The service it was issued to.
    pub client_id: ClientId,
    /// Whose.
    pub account_id: AccountId,
    /// What it opens, and where.
    pub access: Access,
    /// What it belongs to.
    pub grant_id: GrantId,
    /// The `claims` parameter (OIDC Core 5.5) of the request.
    pub claims: ClaimsRequest,
    /// When the person proved who they are.
    pub authenticated_at: Timestamp,
    /// How surely.
    pub level: AuthenticationLevel,
    /// Thumbprint of the key that it is bound to.
    pub jkt: Option<String>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// Until when it is good.
    pub expires_at: Timestamp,
}

/// An access token of a service's own, to store or to revoke.
#[derive(Debug, Clone)]
pub struct NewClientToken {
    /// Of the token.
    pub hash: TokenHash,
    /// Whose.
    pub client_id: ClientId,
    /// What it opens, and where.
    pub access: Access,
    /// Thumbprint of the key that it is bound to.
    pub jkt: Option<String>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// Until when it is good.
    pub expires_at: Timestamp,
}

/// A stored one.
#[derive(Debug, Clone)]
pub struct ClientTokenFacts {
    /// Whose.
    pub client_id: ClientId,
    /// What it opens, and where.
    pub access: Access,
    /// Thumbprint of the key that it is bound to.
    pub jkt: Option<String>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// Until when it is good.
    pub expires_at: Timestamp,
    /// Whether it was given back.
    pub is_revoked: bool,
}
