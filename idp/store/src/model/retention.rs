//! Accounts that nobody uses.

use super::NewMail;
use idp_domain::Language;
use idp_domain::account::EmailAddress;
use idp_domain::ids::AccountId;
use idp_domain::retention::{LivedTime, NoticePosition, RetentionFacts, RetentionPolicy};
use idp_domain::time::Timestamp;

/// What the retention of accounts is decided by, apart from an account's own facts.
#[derive(Debug, Clone, Copy)]
pub struct RetentionRun {
    /// The figures.
    pub policy: RetentionPolicy,
    /// The time lived through so far.
    pub time: LivedTime,
    /// The instant.
    pub now: Timestamp,
}

/// An account whose last use is long ago.
#[derive(Debug, Clone)]
pub struct UnusedAccount {
    /// It.
    pub id: AccountId,
    /// Where its notices go.
    pub email: EmailAddress,
    /// Their first language.
    pub language: Language,
    /// For the decision.
    pub facts: RetentionFacts,
}

/// A notice to write.
#[derive(Debug, Clone)]
pub struct NewRetentionNotice {
    /// To whom.
    pub account: AccountId,
    /// Which.
    pub position: NoticePosition,
    /// The day that it names.
    pub deletes_at: Timestamp,
    /// It.
    pub mail: NewMail,
}
