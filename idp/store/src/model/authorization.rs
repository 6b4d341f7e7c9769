//! Sessions as pages see them, kept requests, codes, tokens.

use idp_domain::account::Account;
use idp_domain::authorization::AuthorizationRequest;
use idp_domain::authorization::code::{AuthorizationCode, RedemptionError};
use idp_domain::authorization::scope::Scope;
use idp_domain::client::Client;
use idp_domain::consent::Disclosures;
use idp_domain::ids::{AccountId, AuthorizationRequestId, ClientId, GrantId};
use idp_domain::secret::TokenHash;
use idp_domain::session::Session;
use idp_domain::time::Timestamp;

/// A session with its account, as most pages need it.
#[derive(Debug, Clone)]
pub struct SessionWithAccount {
    /// The session, live or not.
    pub session: Session,
    /// Whose it is.
    pub account: Account,
}

/// A service that an account has used.
#[derive(Debug, Clone)]
pub struct ConnectedService {
    /// Which.
    pub client: Client,
    /// First code redeemed.
    pub first_used_at: Timestamp,
    /// Last code redeemed.
    pub last_used_at: Timestamp,
}

/// A request to keep.
#[derive(Debug, Clone)]
pub struct NewAuthorizationRequest {
    /// Its handle.
    pub id: AuthorizationRequestId,
    /// Of the browser that brought it.
    pub browser: TokenHash,
    /// The checked request.
    pub request: AuthorizationRequest,
    /// The pushed request that it came from; spent with the answer.
    pub pushed: Option<TokenHash>,
    /// When it is forgotten.
    pub expires_at: Timestamp,
}

/// A kept request.
#[derive(Debug, Clone)]
pub struct KeptRequest {
    /// Its handle.
    pub id: AuthorizationRequestId,
    /// The checked request.
    pub request: AuthorizationRequest,
    /// Whether the person said with which account to go on.
    pub account_chosen: bool,
    /// Who allowed, in this request, what the service asks for.
    pub consented_account: Option<AccountId>,
    /// Whether it was answered.
    pub completed: bool,
    /// When it is forgotten.
    pub expires_at: Timestamp,
}

/// A request that its client pushed (RFC 9126).
#[derive(Debug, Clone)]
pub struct NewPushedRequest {
    /// Of its reference.
    pub reference: TokenHash,
    /// The checked request.
    pub request: AuthorizationRequest,
    /// Until when it may arrive at the authorization endpoint.
    pub expires_at: Timestamp,
    /// Until when a journey that began in time may end.
    pub forget_at: Timestamp,
}

/// What a person lets a service have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// Who.
    pub account_id: AccountId,
    /// Which service.
    pub client_id: ClientId,
    /// What.
    pub disclosures: Disclosures,
    /// Since when.
    pub given_at: Timestamp,
}

/// A code to issue.
#[derive(Debug, Clone)]
pub struct IssueCode {
    /// Of the code.
    pub hash: TokenHash,
    /// What it stands for.
    pub code: AuthorizationCode,
    /// The kept request that it answers.
    pub request_id: Option<AuthorizationRequestId>,
    /// The pushed request that it answers, where none is kept; a kept one knows its own.
    pub pushed: Option<TokenHash>,
    /// The instant.
    pub now: Timestamp,
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
    /// Of the access token that it buys.
    pub access_token: TokenHash,
    /// Until when that is good.
    pub access_token_expires_at: Timestamp,
    /// The instant.
    pub now: Timestamp,
}

/// What came of it.
#[derive(Debug, Clone)]
pub enum RedemptionOutcome {
    /// The access token is stored; the ID token can be made from this.
    Redeemed(Box<AuthorizationCode>),
    /// `invalid_grant`.
    Refused(RedemptionError),
}

/// What an access token opens.
#[derive(Debug, Clone)]
pub struct AccessTokenFacts {
    /// The service it was issued to.
    pub client_id: ClientId,
    /// Whose.
    pub account: Account,
    /// What.
    pub scope: Scope,
    /// What it belongs to.
    pub grant_id: GrantId,
}
