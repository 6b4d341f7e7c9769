//! An account: its name, its password's rules, its state. Not how it signs in (`interaction`) nor how it comes to be
//! (`activation`, `one_key`).

mod common_passwords;
mod email_address;
mod password;

pub use email_address::{EmailAddress, EmailAddressError};
pub use password::{PasswordRule, PasswordRules, check_password, normalize_password};

use crate::administration::{Actor, UnknownActor};
use crate::ids::AccountId;
use crate::one_key::OneKeyId;
use crate::time::Timestamp;
use ontario_language::Language;
use serde::{Deserialize, Serialize};

/// A kind of account. Its identifier tells which it is of ([`AccountId::kind`]), so that whatever holds an identifier
/// (a session, a code, a token) can hold either kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountKind {
    /// My Ontario Account.
    MyOntario,
    /// The legacy ONE-key.
    OneKey,
}

impl AccountKind {
    /// The word in settings and registrations.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MyOntario => "my-ontario",
            Self::OneKey => "one-key",
        }
    }
}

/// Whether an account may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountStatus {
    /// It may.
    Active,
    /// Support locked it (page X10).
    Locked,
    /// A ONE-key account that was carried over to a My Ontario Account: closed for good.
    Transferred,
}

impl AccountStatus {
    const ALL: [Self; 3] = [Self::Active, Self::Locked, Self::Transferred];

    /// The word in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Locked => "locked",
            Self::Transferred => "transferred",
        }
    }

    /// Reads the database's word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }
}

/// Who closes an account: `person`, `retention`, or whoever of support, as the audit names them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum AccountCloser {
    /// Its person.
    Person,
    /// Retention: it was not used for too long.
    Retention,
    /// Support.
    Support(Actor),
}

impl From<AccountCloser> for String {
    fn from(closer: AccountCloser) -> Self {
        match closer {
            AccountCloser::Person => "person".to_owned(),
            AccountCloser::Retention => "retention".to_owned(),
            AccountCloser::Support(actor) => actor.into(),
        }
    }
}

impl TryFrom<String> for AccountCloser {
    type Error = UnknownActor;

    fn try_from(text: String) -> Result<Self, UnknownActor> {
        match text.as_str() {
            "person" => Ok(Self::Person),
            "retention" => Ok(Self::Retention),
            actor => actor.parse().map(Self::Support),
        }
    }
}

/// Under which name an account's person signs in: each kind has its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountName {
    /// A My Ontario Account's primary, proven address.
    Email(EmailAddress),
    /// A ONE-key account's ID.
    OneKeyId(OneKeyId),
}

impl AccountName {
    /// The name as people read it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Email(email) => email.as_str(),
            Self::OneKeyId(id) => id.as_str(),
        }
    }

    /// The address of a My Ontario Account. A ONE-key account has none that is proven.
    #[must_use]
    pub fn email(&self) -> Option<&EmailAddress> {
        match self {
            Self::Email(email) => Some(email),
            Self::OneKeyId(_) => None,
        }
    }
}

/// An account that can sign in.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its identifier here.
    pub id: AccountId,
    /// Its name.
    pub name: AccountName,
    /// PHC string of its argon2id hash, or an imported one in its own format; `None` for an account that only a sign-in
    /// partner opens.
    pub password_hash: Option<String>,
    /// The language of its mails and pages.
    pub language: Language,
    /// Whether it may sign in.
    pub status: AccountStatus,
    /// The version of the terms of use that its person accepted last.
    pub terms_version: i64,
    /// When it was activated.
    pub created_at: Timestamp,
    /// When its password was set last.
    pub password_changed_at: Timestamp,
    /// The last successful sign-in.
    pub last_sign_in_at: Option<Timestamp>,
}

impl Account {
    /// The proven address; only a My Ontario Account has one.
    #[must_use]
    pub fn email(&self) -> Option<&EmailAddress> {
        self.name.email()
    }
}
