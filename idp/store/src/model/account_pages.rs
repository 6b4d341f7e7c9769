//! What the account's own pages ask and change.

use idp_domain::ids::{AccountId, SessionId};
use idp_domain::lockout::{Lockout, LockoutLimits};
use idp_domain::secret::{KeyedHash, TokenHash};
use idp_domain::time::Timestamp;

/// A password typed to prove again who one is, before it is looked at.
#[derive(Debug, Clone)]
pub struct ProofAttempt {
    /// In which session.
    pub session: SessionId,
    /// Whose.
    pub account: AccountId,
    /// Under which wrong passwords of this browser are counted.
    pub counted: KeyedHash,
    /// Wrong ones in a row that end the session.
    pub tries: u32,
    /// The figures of the sign-in page.
    pub limits: LockoutLimits,
    /// The instant.
    pub now: Timestamp,
}

/// Whether it is looked at; if so, it is counted already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProofStart {
    /// It is.
    Try,
    /// It is not.
    Refuse(Lockout),
    /// There were too many: the session has ended.
    SessionEnded,
}

/// A proof within a session.
#[derive(Debug, Clone)]
pub struct SessionProof {
    /// Which session; services keep knowing it by this `sid`.
    pub session: SessionId,
    /// Whose it must be.
    pub account: AccountId,
    /// Of its new cookie: what was known of it before the proof is worth nothing after.
    pub secret: TokenHash,
    /// Where a password's attempt was counted, to be cleared.
    pub counted: Option<KeyedHash>,
    /// The instant.
    pub now: Timestamp,
}
