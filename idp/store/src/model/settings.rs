//! What an operator or an administrator set for all nodes.

use idp_domain::administration::Order;
use idp_domain::extra_verification::TotpStep;
use idp_domain::time::Timestamp;

/// Under which name the longest life of tokens before a change is kept.
pub const FORMER_TOKEN_LIFE: &str = "keys.former_token_life";

/// Under which name it is kept when a backup was restored: nothing that was issued or spent before counts.
pub const RESTORED_AT: &str = "restore.at";

/// The setting by which nobody decides on the transfer.
pub const TRANSFERS: &str = "onekey.transfers";

/// A copy is brought back.
#[derive(Debug, Clone)]
pub struct Restoration {
    /// When the copy was made, where it is known.
    pub made_at: Option<Timestamp>,
    /// The last step of authenticator apps whose code could have been typed before.
    pub last_app_step: TotpStep,
    /// Who, and why.
    pub order: Order,
    /// When.
    pub now: Timestamp,
}

/// What it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RestoreCounts {
    /// Sessions.
    pub sessions: usize,
    /// Grants with their refresh tokens.
    pub grants: usize,
    /// Recovery codes.
    pub recovery_codes: usize,
    /// Mails that waited.
    pub mails: usize,
}

/// A value that rests in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorSetting {
    /// Which: `lifetimes.session_idle`.
    pub name: String,
    /// What it holds.
    pub value: String,
    /// Since when.
    pub changed_at: Timestamp,
}

/// A change of one setting.
#[derive(Debug, Clone)]
pub struct SettingChange {
    /// Which.
    pub name: String,
    /// What it holds from now on; none takes away what was set here.
    pub value: Option<String>,
    /// What holds where the database says nothing.
    pub start: String,
    /// What whoever changes it saw; none where they didn't look.
    pub seen: Option<String>,
    /// Who, and why.
    pub order: Order,
    /// When.
    pub now: Timestamp,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingOutcome {
    /// Done.
    Changed,
    /// It was so before.
    Unchanged,
    /// Somebody else was faster: this holds.
    Overtaken(String),
}
