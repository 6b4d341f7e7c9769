//! What support looks for and does.

use super::{NewMail, Registration};
use idp_domain::account::Account;
use idp_domain::administration::{
    Actor, LockReference, Order, Reason, RemovedFactors, Role, TwoPersonsError,
};
use idp_domain::ids::{AccountId, ActivityReportId, FactorRemovalId, RegistrationId, TransferId};
use idp_domain::time::Timestamp;

/// What somebody typed, as everything that it can be.
#[derive(Debug, Clone)]
pub struct SoughtAccounts {
    /// An address, by its folded form.
    pub email_key: Option<String>,
    /// A ONE-key ID, by its folded form.
    pub one_key_id_key: Option<String>,
    /// An account's identifier.
    pub account: Option<AccountId>,
    /// A registration's identifier.
    pub registration: Option<RegistrationId>,
    /// The reference of a lock.
    pub lock: Option<LockReference>,
    /// The number of a receipt.
    pub transfer: Option<TransferId>,
    /// The reference of what a person told support.
    pub report: Option<ActivityReportId>,
    /// Since when a registration may still be activated.
    pub registered_since: Timestamp,
    /// At most so many.
    pub most: i64,
}

/// By what it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoundBy {
    /// The address of a My Ontario Account, or of a registration.
    Email,
    /// The address for recovering a ONE-key account.
    RecoveryEmail,
    /// A ONE-key ID.
    OneKeyId,
    /// An identifier.
    Id,
    /// The reference of a lock.
    Lock,
    /// The number of a transfer's receipt.
    Receipt,
    /// The reference of what its person told support.
    Report,
}

/// What was found.
#[derive(Debug, Clone)]
pub enum FoundAccount {
    /// An account.
    Account(Box<Account>, FoundBy),
    /// A registration that waits for its activation.
    Registration(Box<Registration>, FoundBy),
}

/// Something that support does to an account.
#[derive(Debug, Clone)]
pub struct SupportAct {
    /// Which.
    pub account: AccountId,
    /// Who, and why.
    pub order: Order,
    /// Tells its person, where there is an address.
    pub mail: Option<NewMail>,
    /// The instant.
    pub now: Timestamp,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountOutcome {
    /// Done.
    Done,
    /// The account is not in a state for it.
    NotSo,
    /// Nobody else who can sign in has this role.
    LastOfRole(Role),
    /// Support closes no account that is trusted with a role.
    HasRole(Role),
    /// There is no such account.
    Gone,
}

/// Why an account is locked.
#[derive(Debug, Clone)]
pub struct AccountLock {
    /// What its person is told to name.
    pub reference: LockReference,
    /// By whom.
    pub by: Actor,
    /// Why.
    pub reason: Reason,
    /// Since when.
    pub locked_at: Timestamp,
}

/// A removal of second factors to ask for.
#[derive(Debug, Clone)]
pub struct NewFactorRemoval {
    /// Its identifier.
    pub id: FactorRemovalId,
    /// Which factors.
    pub factors: RemovedFactors,
    /// Why.
    pub reason: Reason,
    /// Until when another one can approve it.
    pub expires_at: Timestamp,
    /// Whose, by whom.
    pub act: SupportAct,
}

/// A removal that waits for another one.
#[derive(Debug, Clone)]
pub struct FactorRemoval {
    /// Its identifier.
    pub id: FactorRemovalId,
    /// Whose.
    pub account: AccountId,
    /// Which factors.
    pub factors: RemovedFactors,
    /// Who asked.
    pub asked_by: Actor,
    /// Why.
    pub reason: Reason,
    /// When.
    pub asked_at: Timestamp,
    /// Until when another one can approve it.
    pub expires_at: Timestamp,
}

/// What came of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactorRemovalAsked {
    /// It waits for another one.
    Waiting,
    /// One waits already.
    Already,
    /// The account has none of these factors.
    NothingThere,
    /// It is the asker's own account.
    Refused(TwoPersonsError),
    /// There is no such account.
    Gone,
}

/// What came of approving.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactorRemovalOutcome {
    /// The factors are removed.
    Removed(RemovedFactors),
    /// This one may not.
    Refused(TwoPersonsError),
    /// No such request waits: it was settled, or is too old.
    Gone,
}
