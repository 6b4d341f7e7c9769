//! Second steps, and what an account has set up for them.

use super::{NewMail, NewSession};
use idp_domain::account::Account;
use idp_domain::client::Client;
use idp_domain::extra_verification::{SecondFactorKind, SecondStepPurpose, TotpStep};
use idp_domain::ids::{AccountId, AuthorizationRequestId, SecondStepId, SessionId};
use idp_domain::lockout::{Failures, LockoutDecision, LockoutLimits};
use idp_domain::secret::{KeyedHash, TokenHash};
use idp_domain::session::AuthenticationMethod;
use idp_domain::time::Timestamp;

/// The second step that a right first proof leads to, where the account has one.
#[derive(Debug, Clone)]
pub struct NewSecondStep {
    /// Its identifier.
    pub id: SecondStepId,
    /// What it is for.
    pub purpose: SecondStepPurpose,
    /// The service's request in which the first proof was given.
    pub request_id: Option<AuthorizationRequestId>,
    /// Until when it can be made.
    pub expires_at: Timestamp,
}

/// What a right first proof led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionStart {
    /// A session.
    Started {
        /// From a browser that the account had not seen.
        new_device: bool,
    },
    /// A second step is asked for; there is no session yet.
    SecondStep,
}

/// A sign-in that waits for its second step.
#[derive(Debug, Clone)]
pub struct SecondStep {
    /// Its identifier.
    pub id: SecondStepId,
    /// Whose.
    pub account: Account,
    /// What it is for.
    pub purpose: SecondStepPurpose,
    /// What was proven before.
    pub methods: Vec<AuthenticationMethod>,
    /// When.
    pub created_at: Timestamp,
}

/// A try at a second step, before what was typed is looked at.
#[derive(Debug, Clone)]
pub struct SecondStepTry {
    /// Whose.
    pub account: AccountId,
    /// Of the browser's cookie.
    pub device: TokenHash,
    /// Under which the account's wrong codes are counted.
    pub account_key: KeyedHash,
    /// Under which they are counted for this browser, where the account knows it.
    pub device_key: KeyedHash,
    /// The figures.
    pub limits: LockoutLimits,
    /// The instant.
    pub now: Timestamp,
}

/// What the answer to it needs.
#[derive(Debug, Clone)]
pub struct SecondStepTryStart {
    /// Whether it may be looked at; if so, it is counted already.
    pub decision: LockoutDecision,
    /// Where it was counted.
    pub counted: KeyedHash,
    /// Wrong ones in a row, this one included.
    pub failures: Failures,
    /// The sealed secret of the account's authenticator app.
    pub totp_secret: Option<Vec<u8>>,
}

/// What was proven in a second step; spent by the transaction that accepts it.
#[derive(Debug, Clone)]
pub enum SecondProof {
    /// A code of the authenticator app, by its step.
    Totp(TotpStep),
    /// A recovery code; the mail tells its owner.
    RecoveryCode {
        /// Its hash.
        hash: KeyedHash,
        /// To the owner.
        mail: NewMail,
    },
}

impl SecondProof {
    /// The method that it proves.
    #[must_use]
    pub fn method(&self) -> AuthenticationMethod {
        match self {
            Self::Totp(_) => AuthenticationMethod::OneTimePassword,
            Self::RecoveryCode { .. } => AuthenticationMethod::RecoveryCode,
        }
    }

    /// The factor that was used.
    #[must_use]
    pub fn kind(&self) -> SecondFactorKind {
        match self {
            Self::Totp(_) => SecondFactorKind::AuthenticatorApp,
            Self::RecoveryCode { .. } => SecondFactorKind::RecoveryCode,
        }
    }
}

/// What a right second step completes.
#[derive(Debug, Clone)]
pub enum SecondStepTarget {
    /// A sign-in that waits for it.
    SignIn {
        /// Which.
        id: SecondStepId,
        /// The session that begins; its methods are what was proven before.
        session: Box<NewSession>,
        /// Sent where the account has not seen this device.
        new_device_mail: NewMail,
    },
    /// A session whose level it raises.
    Session {
        /// Which.
        id: SessionId,
        /// Of its new cookie.
        secret: TokenHash,
    },
}

/// A right second step.
#[derive(Debug, Clone)]
pub struct FinishSecondStep {
    /// Whose.
    pub account: AccountId,
    /// What was proven.
    pub proof: SecondProof,
    /// What it completes.
    pub target: SecondStepTarget,
    /// Where the try was counted, to be cleared.
    pub counted: KeyedHash,
    /// The instant.
    pub now: Timestamp,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondStepEnd {
    /// It is made.
    Done,
    /// What was proven was spent before, or is nothing of this account.
    Refused,
    /// What it was to complete is over.
    Gone,
}

/// An authenticator app to turn on.
#[derive(Debug, Clone)]
pub struct NewAuthenticatorApp {
    /// Whose.
    pub account: AccountId,
    /// In which session its key was shown; the session has proven it.
    pub session: SessionId,
    /// The sealed key, as it was shown.
    pub secret: Vec<u8>,
    /// What its owner calls it.
    pub name: String,
    /// The step of the code that proved it.
    pub step: TotpStep,
    /// New recovery codes, kept where the account has none; without them it has none after it either.
    pub codes: Option<NewRecoveryCodes>,
    /// To the owner.
    pub mail: NewMail,
    /// The instant.
    pub now: Timestamp,
}

/// Ten recovery codes.
#[derive(Debug, Clone)]
pub struct NewRecoveryCodes {
    /// Their hashes.
    pub hashes: Vec<KeyedHash>,
    /// The codes, sealed, to be shown in `session` until they are kept elsewhere.
    pub sheet: Vec<u8>,
    /// The session that sees them.
    pub session: SessionId,
    /// Until when.
    pub expires_at: Timestamp,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppOutcome {
    /// It is on.
    Added {
        /// Whether recovery codes were made with it.
        with_codes: bool,
    },
    /// The account has one already, or its key isn't the one that was shown.
    Refused,
}

/// What became of removing a second factor.
#[derive(Debug, Clone)]
pub enum RemovalOutcome {
    /// It is gone.
    Removed,
    /// There was none.
    NotThere,
    /// A service that the account uses needs what would be gone.
    Needed(Box<Client>),
}

/// New recovery codes as the session that made them sees them.
#[derive(Debug, Clone)]
pub struct RecoveryCodeSheet {
    /// Sealed.
    pub codes: Vec<u8>,
    /// When they were made.
    pub made_at: Timestamp,
}
