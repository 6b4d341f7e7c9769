//! Services, keys, forms, mails, and what a timer deletes.

use idp_domain::administration::Actor;
use idp_domain::client::Client;
use idp_domain::ids::{ClientSecretId, MailId};
use idp_domain::secret::TokenHash;
use idp_domain::signing_key::{KeyState, SigningAlgorithm};
use idp_domain::signing_key_log::KeyLogEvent;
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
    /// When it was disabled.
    pub disabled_at: Option<Timestamp>,
    /// Whether its picture was fetched, so that a page can show it.
    pub has_logo: bool,
}

/// What happened to a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceEvent {
    /// The service was registered.
    Added,
    /// Its registration was replaced.
    Updated,
    /// It got one more secret.
    SecretRotated,
    /// It was disabled.
    Disabled,
}

impl ServiceEvent {
    const ALL: [Self; 4] = [Self::Added, Self::Updated, Self::SecretRotated, Self::Disabled];

    /// The word in the database and in answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Updated => "updated",
            Self::SecretRotated => "secret_rotated",
            Self::Disabled => "disabled",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.as_str() == text)
    }
}

/// A change of a registration.
#[derive(Debug, Clone)]
pub struct ServiceVersion {
    /// Its number, from 1.
    pub number: i64,
    /// What happened.
    pub event: ServiceEvent,
    /// What is registered from then on, where that changed.
    pub client: Option<Client>,
    /// Who did it, where that is on record.
    pub by: Option<Actor>,
    /// Why, where they said so.
    pub reason: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// What became of a key that was brought from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyImport {
    /// It is published as the next one, in the place of this one, which never signed.
    Published {
        /// The next key before it, if there was one.
        withdrawn: Option<String>,
    },
    /// It is or was one of ours.
    Known,
    /// Another node published a next key at the same moment.
    Overtaken,
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
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// A key to revoke.
#[derive(Debug, Clone)]
pub struct KeyRevocation {
    /// Which.
    pub kid: String,
    /// Why.
    pub reason: String,
    /// Who does it.
    pub by: Actor,
    /// The instant.
    pub now: Timestamp,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RevocationOutcome {
    /// It is revoked; if it was signing, the next key of its algorithm signs now.
    Revoked {
        /// That next key.
        promoted: Option<String>,
    },
    /// There is no such key.
    Unknown,
    /// It was revoked before.
    Already,
}

/// An entry of the public log of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredKeyLogEntry {
    /// From 1 without a gap.
    pub number: i64,
    /// Whose.
    pub kid: String,
    /// What happened.
    pub event: KeyLogEvent,
    /// The signed entry, a compact JWS.
    pub entry: String,
}

/// A value that the master key wraps, before and after an exchange.
#[derive(Debug, Clone)]
pub struct Rewrapped {
    /// `kid` or name.
    pub name: String,
    /// As it rests now; the exchange fails where it doesn't.
    pub from: Vec<u8>,
    /// As it shall rest.
    pub to: Vec<u8>,
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
    /// Who does it.
    pub by: Actor,
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

/// Where a mail stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailState {
    /// It is to be sent.
    Waiting,
    /// The server took it.
    Sent,
    /// It was given up.
    Failed,
}

impl MailState {
    /// Its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }

    /// Reads its word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Waiting, Self::Sent, Self::Failed].into_iter().find(|state| state.as_str() == text)
    }
}

/// Which mails are asked for.
#[derive(Debug, Clone)]
pub struct OutboxQuery {
    /// Only those of this state.
    pub state: Option<MailState>,
    /// Only those written before this one.
    pub before: Option<MailId>,
    /// At most so many.
    pub most: i64,
}

/// A mail in the outbox.
#[derive(Debug, Clone)]
pub struct OutboxMail {
    /// Its identifier.
    pub id: MailId,
    /// Which mail.
    pub kind: String,
    /// Where it stands.
    pub state: MailState,
    /// Encrypted; erased once it is sent or given up.
    pub payload: Option<Vec<u8>>,
    /// Attempts so far.
    pub attempts: u32,
    /// When it is tried next, if it waits.
    pub next_attempt_at: Timestamp,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was sent or given up.
    pub settled_at: Option<Timestamp>,
    /// Why the last try failed.
    pub last_error: Option<String>,
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
    /// For sessions, by their end.
    pub sessions: Timestamp,
    /// For what the limits count.
    pub counters: Timestamp,
    /// For wrong passwords in a row, by the last one: much later, or who waits could go on for ever.
    pub failures: Timestamp,
    /// For mails and logout deliveries that were settled.
    pub mails: Timestamp,
    /// For spent identifiers, by their own end: a while later, so that a clock set back revives nothing.
    pub replays: Timestamp,
    /// For spent and expired codes and tokens, which replays are told by.
    pub grants: Timestamp,
}
