//! ONE-key accounts, recovering them, carrying them over.

use super::{NetworkWindow, NewMail, NewSession, PasswordProof};
use idp_domain::Language;
use idp_domain::account::{Account, EmailAddress};
use idp_domain::ids::{AccountId, ClientId, OneKeyRecoveryId, SessionId, TransferId};
use idp_domain::lockout::{Failures, LockoutDecision, LockoutLimits};
use idp_domain::one_key::{OneKeyId, QUESTIONS, RecoveryDecision, SecurityQuestion};
use idp_domain::secret::{KeyedHash, TokenHash};
use idp_domain::time::Timestamp;
use idp_domain::transfer::TransferRefusal;

/// An attempt to sign in with a ONE-key ID, before its password is looked at.
#[derive(Debug, Clone)]
pub struct OneKeySignInAttempt {
    /// The typed ID, folded.
    pub id_key: String,
    /// Of the device's cookie.
    pub device: TokenHash,
    /// Under which the ID's wrong passwords are counted for strangers.
    pub id_hash: KeyedHash,
    /// Under which they are counted for this known device.
    pub device_key: KeyedHash,
    /// Where the account stands whose hash is looked at where nobody has this ID.
    pub stand_in: AccountId,
    /// How often its network may try, where that is limited.
    pub network: Option<NetworkWindow>,
    /// The figures.
    pub limits: LockoutLimits,
    /// The instant.
    pub now: Timestamp,
}

/// What the answer needs.
#[derive(Debug, Clone)]
pub struct OneKeySignInStart {
    /// Whether the password may be looked at; if so, the attempt is counted already.
    pub decision: LockoutDecision,
    /// The ID's account, whatever its state.
    pub account: Option<Account>,
    /// The password hash of some other account: an ID that nobody has costs what this one would.
    pub stand_in: Option<String>,
    /// Where the attempt was counted.
    pub counted: KeyedHash,
    /// Wrong passwords in a row, this attempt included.
    pub failures: Failures,
}

/// The right password.
#[derive(Debug, Clone)]
pub struct OneKeySignInSuccess {
    /// Who, and by what.
    pub proof: PasswordProof,
    /// The session that starts.
    pub session: NewSession,
    /// The hash to keep from now on, where the old one is of another kind or cost.
    pub new_password_hash: Option<String>,
    /// The instant.
    pub now: Timestamp,
}

/// A question with the hash of its folded answer.
#[derive(Debug, Clone)]
pub struct NewSecurityQuestion {
    /// The question.
    pub question: SecurityQuestion,
    /// argon2id.
    pub answer_hash: String,
}

/// A ONE-key account to make.
#[derive(Debug, Clone)]
pub struct NewOneKeyAccount {
    /// Its identifier.
    pub account: AccountId,
    /// Its ID.
    pub id: OneKeyId,
    /// argon2id.
    pub password_hash: String,
    /// For pages and mails.
    pub language: Language,
    /// Which terms were accepted.
    pub terms_version: i64,
    /// The three questions.
    pub questions: Vec<NewSecurityQuestion>,
    /// For recovering the ID.
    pub recovery_email: Option<EmailAddress>,
    /// The session that starts.
    pub session: NewSession,
    /// The instant.
    pub now: Timestamp,
}

/// What only a ONE-key account has.
#[derive(Debug, Clone, Default)]
pub struct OneKeyDetails {
    /// For recovering the ID.
    pub recovery_email: Option<EmailAddress>,
    /// Its questions, in order.
    pub questions: Vec<SecurityQuestion>,
    /// The sign-in before the last one.
    pub previous_sign_in_at: Option<Timestamp>,
}

/// A part to change.
#[derive(Debug, Clone)]
pub enum OneKeyChange {
    /// Another ID; enrolments stay.
    Id(OneKeyId),
    /// Another password, by its argon2id hash; other sessions end.
    Password(String),
    /// Other questions, and the address for recovering.
    Recovery {
        /// All three.
        questions: Vec<NewSecurityQuestion>,
        /// `None` removes it.
        email: Option<EmailAddress>,
    },
    /// Only the address for recovering; `None` removes it.
    Email(Option<EmailAddress>),
}

/// A change of a ONE-key account, after its password was typed once more.
#[derive(Debug, Clone)]
pub struct ChangeOneKey {
    /// Whose, and by what.
    pub proof: PasswordProof,
    /// In which session.
    pub session: SessionId,
    /// What.
    pub change: OneKeyChange,
    /// To the address for recovery as it was before, where there was one.
    pub mail: Option<NewMail>,
    /// The instant.
    pub now: Timestamp,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OneKeyChangeEnd {
    /// It is changed.
    Changed,
    /// Another account has the new ID.
    Taken,
    /// The password was changed meanwhile: what was typed is the wrong one.
    Superseded,
    /// The session has ended, or the account may not sign in any more.
    Gone,
}

/// A browser's attempt to recover.
#[derive(Debug, Clone)]
pub struct NewOneKeyRecovery {
    /// Its identifier.
    pub id: OneKeyRecoveryId,
    /// Of the browser's cookie.
    pub browser: TokenHash,
    /// As it was typed, at most 100 characters.
    pub typed_id: String,
    /// The instant.
    pub now: Timestamp,
}

/// A browser's attempt as pages need it.
#[derive(Debug, Clone)]
pub struct OneKeyRecovery {
    /// Its identifier.
    pub id: OneKeyRecoveryId,
    /// As it was typed.
    pub typed_id: String,
    /// The account, where there is one that can be recovered.
    pub account: Option<Account>,
    /// Its questions; empty where there is no account or it has none.
    pub questions: Vec<SecurityQuestion>,
    /// Where its code may go.
    pub recovery_email: Option<EmailAddress>,
    /// When a round was right.
    pub proven_at: Option<Timestamp>,
    /// Whether the new password was set.
    pub finished: bool,
    /// When a code was asked for.
    pub code_sent_at: Option<Timestamp>,
    /// When it began.
    pub created_at: Timestamp,
}

/// A code to mail.
#[derive(Debug, Clone)]
pub struct NewOneKeyCode {
    /// For which attempt.
    pub recovery: OneKeyRecoveryId,
    /// Of the six digits.
    pub code: KeyedHash,
    /// Stored where nothing is sent: fits nothing that can be typed.
    pub decoy: KeyedHash,
    /// Of the address, or of the ID where there is none.
    pub address_hash: KeyedHash,
    /// Sealed whether or not it is sent.
    pub mail: NewMail,
    /// Whether there is an address.
    pub send: bool,
    /// The instant.
    pub now: Timestamp,
}

/// A round: three answers, or a code.
#[derive(Debug, Clone)]
pub struct RecoveryRound {
    /// Of which attempt.
    pub recovery: OneKeyRecoveryId,
    /// Under which the ID's wrong rounds are counted.
    pub counted: KeyedHash,
    /// Where the account stands whose answers are looked at where nobody has this ID.
    pub stand_in: AccountId,
    /// The instant.
    pub now: Timestamp,
}

/// What the answer to a round needs.
#[derive(Debug, Clone)]
pub struct RecoveryRoundStart {
    /// Whether it may be looked at; if so, it is counted already.
    pub decision: RecoveryDecision,
    /// Whether this is the round that closes recovery, if it is wrong.
    pub last: bool,
    /// The hashes of the answers, in order; empty where there are none.
    pub answer_hashes: Vec<String>,
    /// Those of some other account: an ID that nobody has costs what this one would.
    pub stand_ins: Vec<String>,
    /// The newest code and when it was mailed.
    pub code: Option<(KeyedHash, Timestamp)>,
}

/// A wrong round.
#[derive(Debug, Clone)]
pub struct RefusedRound {
    /// Whose it would have been.
    pub account: Option<AccountId>,
    /// Whether it closed recovery, and the mail that says so where there is an address.
    pub closed: Option<Option<NewMail>>,
    /// The instant.
    pub now: Timestamp,
}

/// A new password after a right round.
#[derive(Debug, Clone)]
pub struct FinishOneKeyRecovery {
    /// Which attempt.
    pub recovery: OneKeyRecoveryId,
    /// argon2id.
    pub password_hash: String,
    /// Where wrong passwords of the ID are counted, to be cleared.
    pub counted: KeyedHash,
    /// To the address for recovery, where there is one.
    pub mail: Option<NewMail>,
    /// The right round must not be older than this.
    pub proven_after: Timestamp,
    /// The instant.
    pub now: Timestamp,
}

/// The transfers of one day at one service's sign-ins.
#[derive(Debug, Clone)]
pub struct TransferCount {
    /// Days since 1970, UTC.
    pub day: i64,
    /// Which service.
    pub client: ClientId,
    /// Carried over.
    pub transferred: i64,
    /// Declined.
    pub declined: i64,
    /// Refused after the right password.
    pub refused: i64,
}

/// A transfer that was refused after the right ONE-key password.
#[derive(Debug, Clone)]
pub struct RefusedTransfer {
    /// Its identifier: of the decision that it did not become.
    pub id: TransferId,
    /// Who asked.
    pub account: AccountId,
    /// For which ONE-key account.
    pub one_key: AccountId,
    /// At whose sign-in.
    pub client: ClientId,
    /// The instant.
    pub now: Timestamp,
}

/// The one-time transfer, after the right ONE-key password.
#[derive(Debug, Clone)]
pub struct Transfer {
    /// The decision's identifier.
    pub id: TransferId,
    /// The My Ontario Account.
    pub account: AccountId,
    /// What is carried over, and by what its person proved that it is theirs.
    pub proof: PasswordProof,
    /// The service at whose sign-in it is asked.
    pub client: ClientId,
    /// To each address involved.
    pub mails: Vec<NewMail>,
    /// The instant.
    pub now: Timestamp,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferOutcome {
    /// It is done, whole.
    Done,
    /// The account had decided before; nothing was changed.
    AlreadyDecided,
    /// The ONE-key account can't be carried over; the decision stays open.
    Refused(TransferRefusal),
    /// The ONE-key account's password was changed meanwhile: what was typed is the wrong one.
    Superseded,
    /// The My Ontario Account may not sign in any more.
    Gone,
}

/// The decision to carry nothing over.
#[derive(Debug, Clone)]
pub struct DeclineTransfer {
    /// The decision's identifier.
    pub id: TransferId,
    /// The My Ontario Account.
    pub account: AccountId,
    /// The service at whose sign-in it is asked.
    pub client: ClientId,
    /// Says what was chosen.
    pub mail: NewMail,
    /// The instant.
    pub now: Timestamp,
}

/// How a carried-over ONE-key account was known to a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferredEnrolment {
    /// The ONE-key account.
    pub one_key: AccountId,
    /// The service's own identifier for it, where it was imported.
    pub legacy_subject: Option<String>,
    /// When it was carried over.
    pub transferred_at: Timestamp,
}

const _: () = assert!(QUESTIONS == 3, "pages and tables speak of three questions");
