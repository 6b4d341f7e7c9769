//! What goes into and comes out of the operations: plain values, no rows.

use idp_domain::Language;
use idp_domain::account::{Account, EmailAddress};
use idp_domain::activation::{ActivationLimits, RegistrationFacts};
use idp_domain::authorization::AuthorizationRequest;
use idp_domain::authorization::code::{AuthorizationCode, RedemptionError};
use idp_domain::authorization::scope::Scope;
use idp_domain::client::Client;
use idp_domain::ids::{
    AccountId, ActivationCodeId, AuthorizationRequestId, ClientId, ClientSecretId, GrantId, MailId,
    RegistrationId, SessionId,
};
use idp_domain::lockout::{Failures, LockoutDecision, LockoutLimits};
use idp_domain::mail_allowance::MailDecision;
use idp_domain::secret::{KeyedHash, TokenHash};
use idp_domain::session::{AuthenticationMethod, Session};
use idp_domain::signing_key::{KeyState, SigningAlgorithm};
use idp_domain::time::Timestamp;

/// A mail to be written in the transaction of what causes it. Its payload is encrypted before it comes here.
#[derive(Debug, Clone)]
pub struct NewMail {
    /// Its identifier.
    pub id: MailId,
    /// Which mail: `activation`, `account_exists`, `new_device`.
    pub kind: &'static str,
    /// Encrypted address, language and values.
    pub payload: Vec<u8>,
    /// After that it is of no use and is dropped unsent.
    pub expires_at: Timestamp,
}

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
    /// The session that the browser had before, to be ended (a new identifier at every sign-in).
    pub replaces: Option<SessionId>,
    /// By what the person proved who they are.
    pub methods: Vec<AuthenticationMethod>,
    /// Keyed hash of the network address, for the audit.
    pub network: String,
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

/// The right password.
#[derive(Debug, Clone)]
pub struct SignInSuccess {
    /// Who.
    pub account: AccountId,
    /// The session that starts.
    pub session: NewSession,
    /// Where the attempt was counted, to be cleared.
    pub counted: KeyedHash,
    /// The hash to keep from now on, where the old one's parameters have changed.
    pub new_password_hash: Option<String>,
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
    /// The account was deleted or locked meanwhile.
    Gone,
}

/// A session with its account, as most pages need it.
#[derive(Debug, Clone)]
pub struct SessionWithAccount {
    /// The session, live or not.
    pub session: Session,
    /// Whose it is.
    pub account: Account,
}

/// A service that an account has used.
#[derive(Debug, Clone)]
pub struct ConnectedService {
    /// Which.
    pub client: Client,
    /// First code redeemed.
    pub first_used_at: Timestamp,
    /// Last code redeemed.
    pub last_used_at: Timestamp,
}

/// A request to keep.
#[derive(Debug, Clone)]
pub struct NewAuthorizationRequest {
    /// Its handle.
    pub id: AuthorizationRequestId,
    /// Of the browser that brought it.
    pub browser: TokenHash,
    /// The checked request.
    pub request: AuthorizationRequest,
    /// When it is forgotten.
    pub expires_at: Timestamp,
}

/// A kept request.
#[derive(Debug, Clone)]
pub struct KeptRequest {
    /// Its handle.
    pub id: AuthorizationRequestId,
    /// The checked request.
    pub request: AuthorizationRequest,
    /// Whether the person said with which account to go on.
    pub account_chosen: bool,
    /// Whether it was answered.
    pub completed: bool,
    /// When it is forgotten.
    pub expires_at: Timestamp,
}

/// A code to issue.
#[derive(Debug, Clone)]
pub struct IssueCode {
    /// Of the code.
    pub hash: TokenHash,
    /// What it stands for.
    pub code: AuthorizationCode,
    /// The kept request that it answers.
    pub request_id: Option<AuthorizationRequestId>,
    /// The instant.
    pub now: Timestamp,
}

/// A code to redeem, by an authenticated client.
#[derive(Debug, Clone)]
pub struct RedeemCode {
    /// Of the code.
    pub hash: TokenHash,
    /// Who redeems it.
    pub client_id: ClientId,
    /// `redirect_uri`.
    pub redirect_uri: Option<String>,
    /// `code_verifier`.
    pub code_verifier: Option<String>,
    /// Of the access token that it buys.
    pub access_token: TokenHash,
    /// Until when that is good.
    pub access_token_expires_at: Timestamp,
    /// The instant.
    pub now: Timestamp,
}

/// What came of it.
#[derive(Debug, Clone)]
pub enum RedemptionOutcome {
    /// The access token is stored; the ID token can be made from this.
    Redeemed(Box<AuthorizationCode>),
    /// `invalid_grant`.
    Refused(RedemptionError),
}

/// What an access token opens.
#[derive(Debug, Clone)]
pub struct AccessTokenFacts {
    /// The service it was issued to.
    pub client: Client,
    /// Whose.
    pub account: Account,
    /// What.
    pub scope: Scope,
    /// What it belongs to.
    pub grant_id: GrantId,
}

/// A client secret to store.
#[derive(Debug, Clone)]
pub struct NewClientSecret {
    /// Its identifier.
    pub id: ClientSecretId,
    /// SHA-256: a made-up secret needs no slow hash (one from a file has at least 16 characters).
    pub hash: TokenHash,
}

/// A service with what proves it.
#[derive(Debug, Clone)]
pub struct RegisteredService {
    /// What it registered.
    pub client: Client,
    /// Hashes of its valid secrets.
    pub secrets: Vec<Vec<u8>>,
    /// When it was registered.
    pub created_at: Timestamp,
}

/// A key to publish.
#[derive(Debug, Clone)]
pub struct NewSigningKey {
    /// Its `kid`.
    pub kid: String,
    /// What it signs with.
    pub algorithm: SigningAlgorithm,
    /// PKCS#8, encrypted under the master key.
    pub private_key: Vec<u8>,
    /// The JWK as JSON.
    pub public_jwk: String,
}

/// A key as it rests.
#[derive(Debug, Clone)]
pub struct StoredSigningKey {
    /// Its `kid`.
    pub kid: String,
    /// What it signs with.
    pub algorithm: SigningAlgorithm,
    /// Where it stands.
    pub state: KeyState,
    /// PKCS#8, encrypted under the master key.
    pub private_key: Vec<u8>,
    /// The JWK as JSON.
    pub public_jwk: String,
    /// When it joined the key set.
    pub published_at: Timestamp,
    /// When it began to sign.
    pub activated_at: Option<Timestamp>,
    /// When it ceased to sign.
    pub retired_at: Option<Timestamp>,
    /// When it left the key set.
    pub removed_at: Option<Timestamp>,
}

/// A rotation.
#[derive(Debug, Clone)]
pub struct KeyPromotion {
    /// Of which algorithm.
    pub algorithm: SigningAlgorithm,
    /// The next key that the decision was about.
    pub kid: String,
    /// Why it is done before its time.
    pub reason: Option<String>,
    /// The instant.
    pub now: Timestamp,
}

/// Where a form's single-use id stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Submission {
    /// Nobody used it: it is the caller's now.
    New,
    /// Somebody is at work with it.
    Pending,
    /// It was answered, and so.
    Answered(Vec<u8>),
}

/// A mail whose time has come.
#[derive(Debug, Clone)]
pub struct DueMail {
    /// Its identifier.
    pub id: MailId,
    /// Which mail.
    pub kind: String,
    /// Encrypted.
    pub payload: Vec<u8>,
    /// Attempts so far, this one included.
    pub attempts: u32,
    /// After that it is dropped unsent.
    pub expires_at: Timestamp,
}

/// What became of a mail.
#[derive(Debug, Clone)]
pub enum MailFate {
    /// The server took it.
    Sent,
    /// Not now; again then.
    RetryAt {
        /// When.
        at: Timestamp,
        /// In a few words, nothing personal.
        error: String,
    },
    /// Never.
    Failed {
        /// In a few words, nothing personal.
        error: String,
    },
}

/// Before when each kind of row is of no use.
#[derive(Debug, Clone, Copy)]
pub struct Cutoffs {
    /// Now: for rows that carry their own end.
    pub now: Timestamp,
    /// For registrations never activated, by their beginning.
    pub registrations: Timestamp,
    /// For sessions, by their last request.
    pub sessions: Timestamp,
    /// For what the limits count.
    pub counters: Timestamp,
    /// For mails that were sent or given up.
    pub mails: Timestamp,
    /// For spent and expired codes and tokens, which replays are told by.
    pub grants: Timestamp,
}
