//! What a redeemed code buys: a grant, to which all its tokens belong and with which they end.
//!
//! 1. [`TokenGrant::issue`]: a code becomes a grant, bound to its session unless `offline_access` was granted.
//! 2. [`access`]: which scope and audience an access token of it gets.
//! 3. [`refresh`]: what a refresh token is made of, and whether it is answered.
//! 4. [`TokenKind`]: what kind of token a text claims to be.

pub mod access;
pub mod refresh;

use crate::authorization::claims_request::ClaimsRequest;
use crate::authorization::code::AuthorizationCode;
use crate::authorization::scope::Scope;
use crate::ids::{AccountId, ClientId, GrantId, SessionId};
use crate::secret::{Secret, random_token};
use crate::session::{AuthenticationLevel, AuthenticationMethod, Session, SessionLimits, SessionState};
use crate::time::Timestamp;
use rand::CryptoRng;
use std::time::Duration;

/// The scope that lets a grant outlive its session (OIDC Core section 11).
pub const OFFLINE_ACCESS: &str = "offline_access";

/// What one redeemed code bought.
#[derive(Debug, Clone)]
pub struct TokenGrant {
    /// Its identifier, drawn with the code.
    pub id: GrantId,
    /// Whose tokens.
    pub client_id: ClientId,
    /// For which person.
    pub account_id: AccountId,
    /// In which session the person was then.
    pub session_id: SessionId,
    /// What was granted.
    pub scope: Scope,
    /// The resources that were authorized (RFC 8707); empty where none was named.
    pub resources: Vec<String>,
    /// The `claims` parameter (OIDC Core 5.5).
    pub claims: ClaimsRequest,
    /// When the person proved who they are: `auth_time` of every ID token of this grant.
    pub authenticated_at: Timestamp,
    /// How.
    pub methods: Vec<AuthenticationMethod>,
    /// How surely.
    pub level: AuthenticationLevel,
    /// Whether it outlives the session.
    pub offline: bool,
    /// Thumbprint of the key that the refresh token is bound to (RFC 9449 section 5): a public client's.
    pub jkt: Option<String>,
    /// The refresh token that is good now, where one was given.
    pub refresh: Option<CurrentRefresh>,
    /// When the code was redeemed.
    pub created_at: Timestamp,
    /// After that nothing of it is renewed.
    pub expires_at: Timestamp,
    /// When it was ended before its time.
    pub ended_at: Option<Timestamp>,
}

/// Which refresh token of a grant is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CurrentRefresh {
    /// Its number, from 0.
    pub number: u32,
    /// When it followed the one before it.
    pub since: Option<Timestamp>,
}

/// The figures, from the settings `lifetimes.*`.
#[derive(Debug, Clone, Copy)]
pub struct GrantLimits {
    /// Of the session that a grant may depend on.
    pub session: SessionLimits,
    /// The longest life of a grant with a refresh token.
    pub refresh_token: Duration,
    /// Of an access token.
    pub access_token: Duration,
}

/// Why a grant ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantEnd {
    /// Its code came again (RFC 6749 section 4.1.2).
    CodeReplayed,
    /// A spent refresh token came again (RFC 9700 section 4.14.2).
    RefreshTokenReused,
    /// The client gave it back (RFC 7009).
    Revoked,
    /// The session that it depended on was ended.
    SessionEnded,
    /// The person's password was changed.
    PasswordChanged,
    /// The account's address was put back from a mail.
    EmailRestored,
    /// The account was locked or closed.
    AccountEnded,
    /// The person no longer lets the service have it.
    ConsentWithdrawn,
    /// Support ended everything by which the account is used.
    Support,
    /// The service was disabled, or ended its registration (RFC 7592 section 2.3).
    ServiceDisabled,
    /// A backup was restored that can't know what became of it.
    Restored,
}

impl GrantEnd {
    /// The word in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CodeReplayed => "code_replayed",
            Self::RefreshTokenReused => "refresh_token_reused",
            Self::Revoked => "revoked",
            Self::SessionEnded => "session_ended",
            Self::PasswordChanged => "password_changed",
            Self::EmailRestored => "email_restored",
            Self::AccountEnded => "account_ended",
            Self::ConsentWithdrawn => "consent_withdrawn",
            Self::Support => "support",
            Self::ServiceDisabled => "service_disabled",
            Self::Restored => "restored",
        }
    }
}

/// What a grant depends on, as it stands now.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Whether the account may sign in.
    pub account_is_active: bool,
    /// What was granted before is void.
    pub password_changed_at: Timestamp,
    /// The session, while there is a record of it.
    pub session: Option<Session>,
}

impl Standing {
    /// Whether `grant` still stands: neither ended nor too old, its account active and its password unchanged, and its
    /// session live unless it needs none.
    #[must_use]
    pub fn carries(&self, grant: &TokenGrant, limits: &GrantLimits, now: Timestamp) -> bool {
        let session_lives =
            || self.session.as_ref().is_some_and(|s| s.state(now, &limits.session) == SessionState::Live);
        grant.ended_at.is_none()
            && now <= grant.expires_at
            && self.account_is_active
            && self.password_changed_at <= grant.created_at
            && (grant.offline || session_lives())
    }
}

impl TokenGrant {
    /// What `code` buys at `now`; with a refresh token where the client may use them. `jkt` is the key that a public
    /// client proved (RFC 9449 section 5); a confidential client's refresh token is bound to its authentication.
    #[must_use]
    pub fn issue(
        code: &AuthorizationCode,
        may_refresh: bool,
        jkt: Option<String>,
        limits: &GrantLimits,
        now: Timestamp,
    ) -> Self {
        let offline = may_refresh && code.scope.contains(OFFLINE_ACCESS);
        let life = match (may_refresh, offline) {
            (false, _) => limits.access_token,
            (true, true) => limits.refresh_token,
            // The session could be renewed under it; the person then comes by again anyway.
            (true, false) => limits.session.max.min(limits.refresh_token),
        };
        Self {
            id: code.grant_id.clone(),
            client_id: code.client_id.clone(),
            account_id: code.account_id.clone(),
            session_id: code.session_id.clone(),
            scope: code.scope.clone(),
            resources: code.resources.clone(),
            claims: code.claims.clone(),
            authenticated_at: code.authenticated_at,
            methods: code.methods.clone(),
            level: code.level,
            offline,
            jkt,
            refresh: may_refresh.then_some(CurrentRefresh { number: 0, since: None }),
            created_at: now,
            expires_at: now.plus(life),
            ended_at: None,
        }
    }
}

/// What kind of token a text claims to be. Each of ours says so in its first letters, so that one look-up answers and a
/// scanner for leaked secrets knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// An opaque access token for a person's data.
    Access,
    /// An opaque access token of a client's own.
    Client,
    /// A refresh token.
    Refresh,
    /// A JWT, perhaps one of our access tokens (RFC 9068).
    Jwt,
    /// Nothing of ours.
    Unknown,
}

impl TokenKind {
    const ACCESS: &str = "oat_";
    const CLIENT: &str = "oct_";
    const REFRESH: &str = "ort_";
    /// The longest token that we make, with room to spare.
    pub const LONGEST: usize = 4096;

    /// Reads it from the text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let opaque = |rest: &str| rest.len() == 43;
        match text.split_at_checked(4) {
            _ if text.len() > Self::LONGEST => Self::Unknown,
            Some((Self::ACCESS, rest)) if opaque(rest) => Self::Access,
            Some((Self::CLIENT, rest)) if opaque(rest) => Self::Client,
            Some((Self::REFRESH, _)) => Self::Refresh,
            Some(("eyJ0" | "eyJh" | "eyJr", rest)) if rest.matches('.').count() == 2 => Self::Jwt,
            _ => Self::Unknown,
        }
    }

    /// A new opaque access token for a person's data.
    #[must_use]
    pub fn new_access_token(rng: &mut impl CryptoRng) -> Secret {
        Secret::new(format!("{}{}", Self::ACCESS, random_token(rng).expose()))
    }

    /// A new opaque access token of a client's own.
    #[must_use]
    pub fn new_client_token(rng: &mut impl CryptoRng) -> Secret {
        Secret::new(format!("{}{}", Self::CLIENT, random_token(rng).expose()))
    }
}
