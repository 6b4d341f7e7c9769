//! A forgotten password: attempts to set a new one by mail.

use super::{NewActivationCode, NewMail, NewSecondStep};
use idp_domain::Language;
use idp_domain::account::EmailAddress;
use idp_domain::activation::ActivationLimits;
use idp_domain::ids::{AuthorizationRequestId, PasswordResetId};
use idp_domain::password_reset::PasswordResetFacts;
use idp_domain::secret::{KeyedHash, TokenHash};
use idp_domain::time::Timestamp;

/// A request for a new password.
#[derive(Debug, Clone)]
pub struct NewPasswordReset {
    /// Its identifier.
    pub id: PasswordResetId,
    /// The browser where it began, by its cookie's hash.
    pub browser: TokenHash,
    /// The typed address.
    pub email: EmailAddress,
    /// Its keyed hash, for the mail limits.
    pub address_hash: KeyedHash,
    /// For pages.
    pub language: Language,
    /// Where the person was going.
    pub request_id: Option<AuthorizationRequestId>,
    /// The code. Its decoy is stored where nobody has the address.
    pub code: NewActivationCode,
    /// Written where somebody has the address; to that account's own.
    pub mail: NewMail,
    /// Keyed hash of the network address, for the audit.
    pub network: String,
    /// The instant.
    pub now: Timestamp,
}

/// A reset as pages need it.
#[derive(Debug, Clone)]
pub struct PasswordReset {
    /// Its identifier.
    pub id: PasswordResetId,
    /// The typed address.
    pub email: EmailAddress,
    /// Where the person was going.
    pub request_id: Option<AuthorizationRequestId>,
    /// For decisions.
    pub facts: PasswordResetFacts,
    /// When the newest mail was written, or would have been.
    pub last_sent_at: Option<Timestamp>,
}

/// A request for one more mail.
#[derive(Debug, Clone)]
pub struct ResendPasswordReset {
    /// Which reset.
    pub reset: PasswordResetId,
    /// Its address's keyed hash.
    pub address_hash: KeyedHash,
    /// The code.
    pub code: NewActivationCode,
    /// The mail.
    pub mail: NewMail,
    /// The figures.
    pub limits: ActivationLimits,
    /// The instant.
    pub now: Timestamp,
}

/// Who proves an address, and what is asked of them then.
#[derive(Debug, Clone)]
pub struct ResetProver {
    /// The browser.
    pub browser: TokenHash,
    /// The second step that comes next, where the account has a second factor.
    pub second_step: NewSecondStep,
    /// Keyed hash of the network address, for the audit.
    pub network: String,
}

/// A typed code.
#[derive(Debug, Clone)]
pub struct ResetCodeAttempt {
    /// Which reset.
    pub reset: PasswordResetId,
    /// Of what was typed.
    pub typed: KeyedHash,
    /// Who brings it.
    pub proof: ResetProver,
    /// Under which wrong codes are counted for the address.
    pub address_key: KeyedHash,
    /// Under which they are counted for a browser that the account knows.
    pub device_key: KeyedHash,
    /// The figures.
    pub limits: ActivationLimits,
    /// The instant.
    pub now: Timestamp,
}

/// A pressed link.
#[derive(Debug, Clone)]
pub struct ResetLinkAttempt {
    /// Of the link's token.
    pub link: TokenHash,
    /// Who pressed it.
    pub proof: ResetProver,
    /// The figures.
    pub limits: ActivationLimits,
    /// The instant.
    pub now: Timestamp,
}

/// What a link stands for.
#[derive(Debug, Clone)]
pub struct ResetLinkFacts {
    /// For decisions.
    pub facts: PasswordResetFacts,
    /// Of the browser where the reset began.
    pub browser: Vec<u8>,
    /// Where the person was going.
    pub request_id: Option<AuthorizationRequestId>,
    /// When its mail was written.
    pub sent_at: Timestamp,
}

/// What a code or a link did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResetProof {
    /// The address is proven.
    Proven {
        /// Where the person was going.
        request_id: Option<AuthorizationRequestId>,
    },
    /// Not the code.
    Wrong,
    /// A new mail is needed.
    TooManyTries,
    /// Too many wrong codes for this address: the link only.
    LinkOnly,
    /// The right code or link, too late.
    Expired,
    /// The reset is over.
    Over,
    /// It was proven before.
    AlreadyProven,
    /// The link belongs to another browser.
    OtherBrowser,
}

/// The new password of a proven reset.
#[derive(Debug, Clone)]
pub struct FinishPasswordReset {
    /// Which reset.
    pub reset: PasswordResetId,
    /// The browser, which must be the reset's.
    pub browser: TokenHash,
    /// argon2id.
    pub password_hash: String,
    /// Tells the owner.
    pub mail: NewMail,
    /// Keyed hash of the network address, for the audit.
    pub network: String,
    /// The instant.
    pub now: Timestamp,
}
