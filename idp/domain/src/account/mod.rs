//! A My Ontario Account: its e-mail address, its password's rules, its state. Not how it signs in (`interaction`) nor
//! how it comes to be (`activation`).

mod common_passwords;
mod email_address;
mod password;

pub use email_address::{EmailAddress, EmailAddressError};
pub use password::{PasswordRule, PasswordRules, check_password, normalize_password};

use crate::ids::AccountId;
use crate::time::Timestamp;
use ontario_language::Language;

/// Whether an account may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountStatus {
    /// It may.
    Active,
    /// Support locked it (page X10).
    Locked,
}

impl AccountStatus {
    /// The word in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Locked => "locked",
        }
    }

    /// Reads the database's word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Active, Self::Locked].into_iter().find(|status| status.as_str() == text)
    }
}

/// An activated My Ontario Account.
#[derive(Debug, Clone)]
pub struct Account {
    /// Its identifier here.
    pub id: AccountId,
    /// The primary, proven address.
    pub email: EmailAddress,
    /// PHC string of its argon2id hash; `None` for an account that only a sign-in partner opens.
    pub password_hash: Option<String>,
    /// The language of its mails and pages.
    pub language: Language,
    /// Whether it may sign in.
    pub status: AccountStatus,
    /// The version of the terms of use that its person accepted last.
    pub terms_version: i64,
    /// When it was activated.
    pub created_at: Timestamp,
    /// The last successful sign-in.
    pub last_sign_in_at: Option<Timestamp>,
}
