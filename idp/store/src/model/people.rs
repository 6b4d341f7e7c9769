//! Registrations, codes, sessions, signing in.

use super::{NewMail, NewSecondStep};
use idp_domain::Language;
use idp_domain::account::{Account, EmailAddress};
use idp_domain::activation::{ActivationLimits, RegistrationFacts};
use idp_domain::administration::Order;
use idp_domain::ids::{
    AccountId, ActivationCodeId, AuthorizationRequestId, ClientId, RegistrationId, SessionId,
};
use idp_domain::lockout::{Failures, LockoutDecision, LockoutLimits};
use idp_domain::mail_allowance::MailDecision;
use idp_domain::secret::{KeyedHash, Secret, TokenHash};
use idp_domain::session::AuthenticationMethod;
use idp_domain::time::Timestamp;

/// An activation code with its link, as hashes.
#[derive(Debug, Clone)]
pub struct NewActivationCode {
    /// Its identifier.
    pub id: ActivationCodeId,
    /// Of the six digits.
    pub code: KeyedHash,
    /// Of the link's token.
    pub link: TokenHash,
    /// Stored in the code's place where the address is taken: fits nothing that can be typed.
    pub decoy: KeyedHash,
}

/// A request for an account. Both mails are ready, since only the transaction knows which one is due.
#[derive(Debug, Clone)]
pub struct NewRegistration {
    /// Its identifier.
    pub id: RegistrationId,
    /// The browser where it began, by its cookie's hash.
    pub browser: TokenHash,
    /// The typed address.
    pub email: EmailAddress,
    /// Its keyed hash, for the mail limits.
    pub address_hash: KeyedHash,
    /// argon2id.
    pub password_hash: String,
    /// For mails and pages.
    pub language: Language,
    /// Which terms were accepted.
    pub terms_version: i64,
    /// Where the person was going.
    pub request_id: Option<AuthorizationRequestId>,
    /// The code.
    pub code: NewActivationCode,
    /// For a free address.
    pub activation_mail: NewMail,
    /// For a taken one.
    pub exists_mail: NewMail,
    /// The instant.
    pub now: Timestamp,
}

/// A registration as pages need it.
#[derive(Debug, Clone)]
pub struct Registration {
    /// Its identifier.
    pub id: RegistrationId,
    /// The typed address.
    pub email: EmailAddress,
    /// argon2id.
    pub password_hash: String,
    /// For mails.
    pub language: Language,
    /// Where the person was going.
    pub request_id: Option<AuthorizationRequestId>,
    /// For decisions.
    pub facts: RegistrationFacts,
    /// When the newest mail was written.
    pub last_sent_at: Option<Timestamp>,
}

/// A request for one more activation mail.
#[derive(Debug, Clone)]
pub struct ResendActivation {
    /// Which registration.
    pub registration: RegistrationId,
    /// Its address's keyed hash.
    pub address_hash: KeyedHash,
    /// The code.
    pub code: NewActivationCode,
    /// For a free address.
    pub activation_mail: NewMail,
    /// For a taken one.
    pub exists_mail: NewMail,
    /// Who of support has it sent, where it is not the person.
    pub order: Option<Order>,
    /// The figures.
    pub limits: ActivationLimits,
    /// The instant.
    pub now: Timestamp,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResendOutcome {
    /// Sent, or not yet.
    Mail(MailDecision),
    /// The registration is over.
    Over,
}

/// The session and the device that a successful proof starts.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// `sid`.
    pub id: SessionId,
    /// Of its cookie.
    pub secret: TokenHash,
    /// Of the device's cookie.
    pub device: TokenHash,
    /// The session that the browser had before: renewed for the same account, ended for another.
    pub replaces: Option<SessionId>,
    /// By what the person proved who they are.
    pub methods: Vec<AuthenticationMethod>,
    /// Keyed hash of the network address, for the audit.
    pub network: String,
    /// The browser in a few words of our own, for the person.
    pub browser: String,
}

/// A typed code.
#[derive(Debug, Clone)]
pub struct CodeAttempt {
    /// Which registration.
    pub registration: RegistrationId,
    /// Of what was typed.
    pub typed: KeyedHash,
    /// The account that a right code makes.
    pub account: AccountId,
    /// The session that a right code starts.
    pub session: NewSession,
    /// The figures.
    pub limits: ActivationLimits,
    /// The instant.
    pub now: Timestamp,
}

/// A pressed link.
#[derive(Debug, Clone)]
pub struct LinkAttempt {
    /// Of the link's token.
    pub link: TokenHash,
    /// The browser that pressed it.
    pub browser: TokenHash,
    /// The account that it makes.
    pub account: AccountId,
    /// The session that it starts.
    pub session: NewSession,
    /// The figures.
    pub limits: ActivationLimits,
    /// The instant.
    pub now: Timestamp,
}

/// What a link stands for.
#[derive(Debug, Clone)]
pub struct LinkFacts {
    /// For decisions.
    pub registration: RegistrationFacts,
    /// Of the browser where the registration began.
    pub browser: Vec<u8>,
    /// Where the person was going.
    pub request_id: Option<AuthorizationRequestId>,
    /// When its mail was written.
    pub sent_at: Timestamp,
}

/// What a code or a link did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActivationOutcome {
    /// The account is there and its browser is signed in.
    Activated {
        /// Where the person was going.
        request_id: Option<AuthorizationRequestId>,
    },
    /// Not the code.
    Wrong,
    /// A new mail is needed.
    TooManyTries,
    /// The right code or link, too late.
    Expired,
    /// The registration is over, or another one of the address was first.
    Over,
    /// It was activated before.
    AlreadyActivated,
    /// The link belongs to another browser.
    OtherBrowser,
}

/// A network's uses in a window of time.
#[derive(Debug, Clone, Copy)]
pub struct NetworkWindow {
    /// Keyed hash of purpose and address.
    pub key: KeyedHash,
    /// When the window began.
    pub start: Timestamp,
    /// Uses that are let through.
    pub most: u32,
    /// The wider network that it is part of.
    pub wider: Option<WiderNetwork>,
}

/// A network that others are part of, in the same window.
#[derive(Debug, Clone, Copy)]
pub struct WiderNetwork {
    /// Keyed hash of purpose and address.
    pub key: KeyedHash,
    /// Uses that are let through.
    pub most: u32,
}

/// A wrong proof of a program.
#[derive(Debug, Clone)]
pub struct WrongProof {
    /// Under which it is counted: its network first, then the wider one.
    pub origins: Vec<KeyedHash>,
    /// What counts over all networks.
    pub alarm: Option<WrongProofAlarm>,
    /// When the window began in which they are counted together.
    pub window: Timestamp,
    /// The instant.
    pub now: Timestamp,
}

/// When wrong proofs of a client are put on record.
#[derive(Debug, Clone)]
pub struct WrongProofAlarm {
    /// The client.
    pub client: ClientId,
    /// Under which they are counted.
    pub key: KeyedHash,
    /// How many in the window.
    pub at: u32,
}

/// An attempt to sign in, before its password is looked at.
#[derive(Debug, Clone)]
pub struct SignInAttempt {
    /// The address, folded.
    pub email_key: String,
    /// Of the browser's cookie: a registration that waits here may be signed in to.
    pub browser: TokenHash,
    /// Of the device's cookie, if it has one.
    pub device: Option<TokenHash>,
    /// Under which the address's wrong passwords are counted for strangers.
    pub address_hash: KeyedHash,
    /// Under which they are counted for this known device.
    pub device_key: KeyedHash,
    /// How often its network may try, where that is limited.
    pub network: Option<NetworkWindow>,
    /// The figures.
    pub limits: LockoutLimits,
    /// The instant.
    pub now: Timestamp,
}

/// What the answer to a sign-in needs.
#[derive(Debug, Clone)]
pub struct SignInStart {
    /// Whether the password may be looked at; if so, the attempt is counted already.
    pub decision: LockoutDecision,
    /// The address's account.
    pub account: Option<Account>,
    /// This browser's waiting registration of the address.
    pub registration: Option<Registration>,
    /// Whether the account has seen this device.
    pub known_device: bool,
    /// Where the attempt was counted.
    pub counted: KeyedHash,
    /// Wrong passwords in a row, this attempt included.
    pub failures: Failures,
}

/// A password that fitted what was stored of an account when its attempt began. It buys something only while that is still
/// stored, which the transaction that spends it looks at.
#[derive(Debug, Clone)]
pub struct PasswordProof {
    /// Whose.
    pub account: AccountId,
    /// The stored hash that it fitted, as it was read before.
    pub hash: Secret,
    /// Where the attempt was counted, to be cleared.
    pub counted: KeyedHash,
}

impl PasswordProof {
    /// What a password proves that was checked against the hash of `account` as it was read; `None` where that has none.
    #[must_use]
    pub fn of(account: &Account, counted: KeyedHash) -> Option<Self> {
        let hash = Secret::new(account.password_hash.as_deref()?);
        Some(Self { account: account.id.clone(), hash, counted })
    }
}

/// The right password.
#[derive(Debug, Clone)]
pub struct SignInSuccess {
    /// Who, and by what.
    pub proof: PasswordProof,
    /// The session that starts.
    pub session: NewSession,
    /// The hash to keep from now on, where the old one's parameters have changed.
    pub new_password_hash: Option<String>,
    /// The second step that comes in the session's place, where the account has one.
    pub second_step: NewSecondStep,
    /// Sent where the account has not seen this device.
    pub new_device_mail: NewMail,
    /// The instant.
    pub now: Timestamp,
}

/// What came of the right password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInEnd {
    /// The browser is signed in.
    SignedIn,
    /// A second step is asked for first.
    SecondStep,
    /// The account was deleted or locked meanwhile.
    Gone,
    /// The account's password was changed meanwhile: what was typed is the wrong one.
    Superseded,
}
