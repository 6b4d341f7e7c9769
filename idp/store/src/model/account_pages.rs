//! What the account's own pages ask and change.

use super::{NewMail, PasswordProof};
use idp_domain::account::{AccountCloser, EmailAddress};
use idp_domain::activation::ActivationLimits;
use idp_domain::activity::ActivityKind;
use idp_domain::administration::Reason;
use idp_domain::audit::AuditEvent;
use idp_domain::email_change::EmailChangeFacts;
use idp_domain::ids::{AccountId, EmailChangeCodeId, EmailChangeId, SessionId};
use idp_domain::lockout::{Lockout, LockoutLimits};
use idp_domain::mail_allowance::MailDecision;
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
    /// The password, where it was that.
    pub password: Option<PasswordProof>,
    /// The instant.
    pub now: Timestamp,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionProofEnd {
    /// It is noted.
    Proven,
    /// The session has ended, or the account may not sign in any more.
    SessionEnded,
    /// The password was changed meanwhile: what was typed is the wrong one.
    Superseded,
}

/// What H1 and C8 show of a session.
#[derive(Debug, Clone)]
pub struct OpenSession {
    /// Which.
    pub id: SessionId,
    /// The browser in a few words; may be empty.
    pub browser: String,
    /// When it began.
    pub created_at: Timestamp,
    /// Its last request.
    pub last_seen_at: Timestamp,
}

/// A new password.
#[derive(Debug, Clone)]
pub struct PasswordChange {
    /// Whose, and by what current password.
    pub proof: PasswordProof,
    /// In which session: it stays, with a new cookie.
    pub session: SessionId,
    /// Of that cookie.
    pub secret: TokenHash,
    /// argon2id.
    pub new_hash: String,
    /// Whether the other sessions end.
    pub end_others: bool,
    /// N5.
    pub mail: NewMail,
    /// The instant.
    pub now: Timestamp,
}

/// A code for a new address, as hashes.
#[derive(Debug, Clone)]
pub struct NewEmailChangeCode {
    /// Its identifier.
    pub id: EmailChangeCodeId,
    /// Of the six digits.
    pub code: KeyedHash,
    /// Stored in its place where the address is taken: fits nothing that can be typed.
    pub decoy: KeyedHash,
    /// For a free address: the code.
    pub code_mail: NewMail,
    /// For a taken one.
    pub exists_mail: NewMail,
}

/// A change of address. Every mail is ready, since only the transaction knows which are due.
#[derive(Debug, Clone)]
pub struct NewEmailChange {
    /// Its identifier.
    pub id: EmailChangeId,
    /// Whose.
    pub account: AccountId,
    /// In which session.
    pub session: SessionId,
    /// The address that the account has.
    pub old_email: EmailAddress,
    /// The one that it is to have.
    pub new_email: EmailAddress,
    /// The new one's keyed hash, for the mail limits.
    pub address_hash: KeyedHash,
    /// The account's, for the same limits: a session can't fill other people's mailboxes.
    pub account_hash: KeyedHash,
    /// The code.
    pub code: NewEmailChangeCode,
    /// Of the link that takes the change back.
    pub undo: TokenHash,
    /// N6, to the old address.
    pub notice_mail: NewMail,
    /// The instant.
    pub now: Timestamp,
}

/// A request for one more code.
#[derive(Debug, Clone)]
pub struct ResendEmailChangeCode {
    /// Whose.
    pub account: AccountId,
    /// For which change.
    pub change: EmailChangeId,
    /// The new address's keyed hash.
    pub address_hash: KeyedHash,
    /// The account's.
    pub account_hash: KeyedHash,
    /// The code.
    pub code: NewEmailChangeCode,
    /// The figures.
    pub limits: ActivationLimits,
    /// The instant.
    pub now: Timestamp,
}

/// What came of asking for a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailChangeMail {
    /// Sent, or not yet.
    Mail(MailDecision),
    /// The account or the change is no longer there for it.
    Over,
}

/// A change that waits for its code.
#[derive(Debug, Clone)]
pub struct EmailChange {
    /// Which.
    pub id: EmailChangeId,
    /// The address that the account is to have.
    pub new_email: EmailAddress,
    /// For decisions.
    pub facts: EmailChangeFacts,
    /// When the newest code was sent.
    pub last_sent_at: Option<Timestamp>,
}

/// A typed code for a new address.
#[derive(Debug, Clone)]
pub struct EmailChangeAttempt {
    /// Whose.
    pub account: AccountId,
    /// In which session.
    pub session: SessionId,
    /// For which change.
    pub change: EmailChangeId,
    /// Of what was typed.
    pub typed: KeyedHash,
    /// The figures.
    pub limits: ActivationLimits,
    /// The instant.
    pub now: Timestamp,
}

/// What it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailChangeOutcome {
    /// The account has the new address.
    Changed,
    /// Not the code.
    Wrong,
    /// A new code is needed.
    TooManyTries,
    /// The right code, too late.
    Expired,
    /// The change is over, or somebody else got the address first.
    Over,
}

/// What the link to the old address did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UndoOutcome {
    /// The change that waited is stopped.
    Stopped,
    /// The account has its old address again; every session has ended.
    Restored,
    /// The link was used.
    AlreadyUsed,
    /// Too late, or nobody's link.
    Expired,
}

/// What a person wants to read of their account's activity.
#[derive(Debug, Clone)]
pub struct ActivityQuery {
    /// Whose.
    pub account: AccountId,
    /// Only of this kind.
    pub kind: Option<ActivityKind>,
    /// Since when.
    pub since: Timestamp,
    /// How many newer ones are left out.
    pub skip: i64,
    /// How many at most.
    pub most: i64,
}

/// One thing that happened to an account.
#[derive(Debug, Clone)]
pub struct Activity {
    /// Its number.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// What; `None` where an older or newer version wrote what this one can't read.
    pub event: Option<AuditEvent>,
    /// From which browser, in a few words; may be empty.
    pub browser: String,
}

/// A page of them, newest first.
#[derive(Debug, Clone)]
pub struct ActivityPage {
    /// These.
    pub entries: Vec<Activity>,
    /// How many there are in all.
    pub total: i64,
}

/// An account to close.
#[derive(Debug, Clone)]
pub struct CloseAccount {
    /// Which.
    pub account: AccountId,
    /// By whom.
    pub by: AccountCloser,
    /// Why, where support says so.
    pub reason: Option<Reason>,
    /// Sent to its address, where it has one.
    pub mail: Option<NewMail>,
    /// The instant.
    pub now: Timestamp,
}
