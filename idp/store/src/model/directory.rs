//! The import of the old ONE-key directory.

use idp_domain::Language;
use idp_domain::account::EmailAddress;
use idp_domain::ids::{AccountId, ClientId};
use idp_domain::one_key::{EntryKey, OneKeyId};
use idp_domain::time::Timestamp;

/// An entry of the directory, ready to become an account.
#[derive(Debug, Clone)]
pub struct DirectoryAccount {
    /// The account's identifier, should it be made.
    pub id: AccountId,
    /// Its ID.
    pub one_key_id: OneKeyId,
    /// What tells the entry from others.
    pub key: EntryKey,
    /// The imported hash, sealed.
    pub password_hash: String,
    /// For recovery.
    pub email: Option<EmailAddress>,
    /// Of its pages and mails.
    pub language: Language,
    /// When it was made, in the old system.
    pub created_at: Timestamp,
    /// When it was last used there.
    pub last_sign_in_at: Option<Timestamp>,
    /// Each question with the imported hash of its answer, sealed.
    pub questions: Vec<(String, String)>,
    /// Each service with the `sub` by which it knows the account.
    pub services: Vec<(ClientId, String)>,
}

/// Some entries of the directory.
#[derive(Debug, Clone)]
pub struct DirectoryBatch {
    /// In the file's order.
    pub accounts: Vec<DirectoryAccount>,
    /// The terms of use that count as accepted.
    pub terms_version: i64,
    /// The instant.
    pub now: Timestamp,
}
