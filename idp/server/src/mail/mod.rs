//! The mails: what each holds, how it waits encrypted, and how it is written in both languages.
//!
//! Owns no sending (`adapters::mail_transport`) and no deciding: an operation of the store knows which mail is due.

mod account;
mod one_key;
mod recovery;
mod render;
mod support;
mod texts;

pub use render::{Figures, RenderedMail, render};

use crate::adapters::data_keys::{Sealer, Unopened};
use crate::adapters::rng::rng;
use idp_domain::Language;
use idp_domain::account::EmailAddress;
use idp_domain::administration::LockReference;
use idp_domain::ids::MailId;
use idp_domain::one_key::OneKeyPart;
use idp_domain::time::Timestamp;
use idp_store::NewMail;
use serde::{Deserialize, Serialize};

/// The signed receipt of a transfer decision.
#[derive(Clone, Serialize, Deserialize)]
pub struct TransferReceipt {
    /// The JWS.
    pub signed: String,
    /// Where anybody checks it.
    pub check: String,
}

/// A mail with its values, by the codes of pages.md section 8.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Mail {
    /// N1: the code and the link that activate an account.
    Activation {
        /// Six digits.
        code: String,
        /// Opens only in the browser where the registration began.
        link: String,
    },
    /// N2: the code for the address that a person of a sign-in partner gave.
    PartnerCode {
        /// Six digits.
        code: String,
        /// How long it works.
        minutes: u64,
    },
    /// N4: a sign-in partner was linked to the account.
    PartnerLinked {
        /// When, in microseconds since 1970.
        at: i64,
        /// The page for whoever it was not.
        account: String,
    },
    /// N4: a sign-in partner was taken off the account.
    PartnerUnlinked {
        /// When, in microseconds since 1970.
        at: i64,
        /// The page for whoever it was not.
        account: String,
    },
    /// N3: somebody tried to register an address that has an account.
    AccountExists {
        /// The sign-in page.
        sign_in: String,
        /// The page for a forgotten password.
        #[serde(default)]
        reset: String,
    },
    /// N12: the code and the link for a new password.
    PasswordCode {
        /// Six digits.
        code: String,
        /// Opens only in the browser where the reset began.
        link: String,
    },
    /// N5: the password was changed.
    PasswordChanged {
        /// When, in microseconds since 1970.
        at: i64,
        /// Where somebody goes who didn't do it.
        not_me: String,
    },
    /// N8: an account that nobody uses will be deleted.
    AccountUnused {
        /// Not before this day, in microseconds since 1970.
        deletes_at: i64,
        /// The sign-in page: signing in keeps the account.
        sign_in: String,
    },
    /// N4: a sign-in from a browser that the account had not seen.
    NewDevice {
        /// When, in microseconds since 1970.
        at: i64,
        /// The browser in a few words, from a fixed list.
        browser: String,
        /// The page for whoever it was not.
        account: String,
    },
    /// N9: what was done to the account's second step.
    SecondStep {
        /// When, in microseconds since 1970.
        at: i64,
        /// What.
        change: SecondStepChange,
        /// The page for whoever it was not.
        account: String,
    },
    /// N12: the code that proves a new address.
    NewAddressCode {
        /// Six digits.
        code: String,
    },
    /// N6, to the old address: a change of address began.
    EmailChanging {
        /// When, in microseconds since 1970.
        at: i64,
        /// Takes it back.
        undo: String,
    },
    /// N8: the account is closed.
    AccountClosed {
        /// When, in microseconds since 1970.
        at: i64,
    },
    /// What support did to the account.
    Support {
        /// When, in microseconds since 1970.
        at: i64,
        /// What.
        act: SupportAct,
        /// Whether it is a ONE-key account.
        one_key: bool,
    },
    /// N7: the one-time transfer was done, or declined.
    Transfer {
        /// When, in microseconds since 1970.
        at: i64,
        /// Whether a ONE-key account was carried over.
        transferred: bool,
        /// The signed receipt, for the person who decided.
        #[serde(default)]
        receipt: Option<TransferReceipt>,
    },
    /// N11: the IDs of an address.
    OneKeyIds {
        /// Oldest account first.
        ids: Vec<String>,
    },
    /// N11: the code for a new ONE-key password.
    OneKeyCode {
        /// Six digits.
        code: String,
    },
    /// Parts of a ONE-key account were changed; to the address that was on file before.
    OneKeyChanged {
        /// When, in microseconds since 1970.
        at: i64,
        /// What.
        parts: Vec<OneKeyPart>,
        /// Where somebody goes who didn't do it.
        recover: String,
    },
    /// N11: too many wrong rounds of recovering a password.
    OneKeyRecoveryClosed {
        /// Until when, in microseconds since 1970.
        until: i64,
    },
}

/// What stands for a code that is not shown.
const HIDDEN: &str = "••••••";

impl Mail {
    /// The same mail without what opens anything: no code, no secret of a link, no ID. For who looks at the outbox.
    #[must_use]
    pub fn without_secrets(mut self) -> Self {
        let plain = |link: &mut String| {
            if let Some((address, _)) = link.split_once('?') {
                *link = format!("{address}?{HIDDEN}");
            }
        };
        match &mut self {
            Self::Activation { code, link } | Self::PasswordCode { code, link } => {
                HIDDEN.clone_into(code);
                plain(link);
            }
            Self::PartnerCode { code, .. } | Self::NewAddressCode { code } | Self::OneKeyCode { code } => {
                HIDDEN.clone_into(code);
            }
            Self::EmailChanging { undo, .. } => plain(undo),
            Self::OneKeyIds { ids } => ids.iter_mut().for_each(|id| HIDDEN.clone_into(id)),
            Self::PartnerLinked { .. }
            | Self::PartnerUnlinked { .. }
            | Self::AccountExists { .. }
            | Self::PasswordChanged { .. }
            | Self::AccountUnused { .. }
            | Self::NewDevice { .. }
            | Self::SecondStep { .. }
            | Self::AccountClosed { .. }
            | Self::Transfer { .. }
            | Self::OneKeyChanged { .. }
            | Self::OneKeyRecoveryClosed { .. }
            | Self::Support { .. } => {}
        }
        self
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Activation { .. } => "activation",
            Self::PartnerCode { .. } => "partner_code",
            Self::PartnerLinked { .. } => "partner_linked",
            Self::PartnerUnlinked { .. } => "partner_unlinked",
            Self::AccountExists { .. } => "account_exists",
            Self::PasswordCode { .. } => "password_code",
            Self::PasswordChanged { .. } => "password_changed",
            Self::AccountUnused { .. } => "account_unused",
            Self::NewDevice { .. } => "new_device",
            Self::SecondStep { .. } => "second_step",
            Self::NewAddressCode { .. } => "new_address_code",
            Self::EmailChanging { .. } => "email_changing",
            Self::AccountClosed { .. } => "account_closed",
            Self::Support { .. } => "support",
            Self::Transfer { .. } => "transfer",
            Self::OneKeyIds { .. } => "one_key_ids",
            Self::OneKeyCode { .. } => "one_key_code",
            Self::OneKeyChanged { .. } => "one_key_changed",
            Self::OneKeyRecoveryClosed { .. } => "one_key_recovery_closed",
        }
    }
}

/// What was done to an account's second step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondStepChange {
    /// A passkey was added.
    PasskeyAdded,
    /// A passkey was removed.
    PasskeyRemoved,
    /// An authenticator app was added.
    AppAdded,
    /// The authenticator app was removed.
    AppRemoved,
    /// New recovery codes were made.
    RecoveryCodesMade,
    /// A recovery code was used to sign in.
    RecoveryCodeUsed,
    /// The password was right, but several codes after it were wrong.
    Refused,
}

/// What support did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SupportAct {
    /// The account was locked; what its person names to support.
    Locked(LockReference),
    /// It was unlocked.
    Unlocked,
    /// Its sessions were ended.
    SessionsEnded,
    /// One of support asked for the removal of the second step.
    RemovalAsked,
    /// That was refused or withdrawn.
    RemovalRefused,
    /// The second step was removed.
    SecondStepRemoved,
    /// A copy of what is kept of the person was taken.
    DataCopied,
    /// It was closed (N8).
    Closed,
}

/// A mail with its address and its first language, as it waits.
#[derive(Clone, Serialize, Deserialize)]
pub struct Envelope {
    /// To whom.
    pub to: EmailAddress,
    /// The language of its first half.
    pub language: Language,
    /// What.
    pub mail: Mail,
}

const PURPOSE: &str = "outbox-mail";

impl Envelope {
    /// Encrypts it for the outbox.
    ///
    /// # Errors
    /// The library refuses, which no mail causes.
    pub fn seal(&self, sealer: &Sealer, expires_at: Timestamp) -> Result<NewMail, Unopened> {
        let plain = serde_json::to_vec(self).map_err(|_| Unopened)?;
        let payload = sealer.seal(PURPOSE, &plain)?;
        Ok(NewMail { id: MailId::random(&mut rng()), kind: self.mail.kind(), payload, expires_at })
    }

    /// Opens one from the outbox.
    ///
    /// # Errors
    /// It was sealed with another key or has been changed.
    pub fn open(sealer: &Sealer, payload: &[u8]) -> Result<Self, Unopened> {
        serde_json::from_slice(&sealer.open(PURPOSE, payload)?).map_err(|_| Unopened)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_that_is_looked_at_opens_nothing() {
        let (code, link) = ("123456".to_owned(), "https://idp.test/{l}/activate?t=secret".to_owned());
        let mails = [
            Mail::Activation { code: code.clone(), link: link.clone() },
            Mail::PasswordCode { code: code.clone(), link: link.clone() },
            Mail::PartnerCode { code: code.clone(), minutes: 5 },
            Mail::NewAddressCode { code: code.clone() },
            Mail::OneKeyCode { code },
            Mail::EmailChanging { at: 0, undo: link },
            Mail::OneKeyIds { ids: vec!["secret".to_owned()] },
        ];
        for mail in mails {
            let shown = serde_json::to_string(&mail.without_secrets()).unwrap();
            assert!(!shown.contains("123456") && !shown.contains("secret"), "{shown}");
            assert!(shown.contains(HIDDEN), "{shown}");
        }
    }
}
