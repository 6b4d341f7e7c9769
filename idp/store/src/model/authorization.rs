//! Sessions as pages see them, kept requests, codes.

use idp_domain::account::Account;
use idp_domain::authorization::AuthorizationRequest;
use idp_domain::authorization::code::AuthorizationCode;
use idp_domain::client::Client;
use idp_domain::consent::Disclosures;
use idp_domain::ids::{AccountId, AuthorizationRequestId, ClientId};
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
    /// Who would rather not make a second step, in this request.
    pub level_declined_by: Option<AccountId>,
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
    /// Until when it may arrive at the authorization endpoint; then it is forgotten, unless a person has brought it.
    pub expires_at: Timestamp,
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
