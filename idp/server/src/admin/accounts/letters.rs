//! The mails that tell a person what support did.

use crate::admin::{AdminError, Desk};
use crate::app::App;
use crate::mail::{Envelope, Mail, SupportAct};
use idp_domain::Language;
use idp_domain::account::{Account, AccountKind, EmailAddress};
use idp_domain::time::Timestamp;
use idp_store::NewMail;
use std::time::Duration;

/// How long such a mail waits for a mail server.
const LIFE: Duration = Duration::from_hours(72);

/// Whom to tell, and in which language.
pub(super) struct Letter<'a> {
    app: &'a App,
    to: Option<EmailAddress>,
    language: Language,
    is_one_key: bool,
    now: Timestamp,
}

impl<'a> Letter<'a> {
    /// To the address of a My Ontario Account, or to the one for recovering a ONE-key account, where there is one.
    pub(super) async fn to(desk: &Desk<'_>, app: &'a App, account: &Account) -> Result<Self, AdminError> {
        let is_one_key = account.id.kind() == AccountKind::OneKey;
        let to = if is_one_key {
            desk.store.find_one_key_details(account.id.clone()).await?.recovery_email
        } else {
            account.email().cloned()
        };
        Ok(Self { app, to, language: account.language, is_one_key, now: desk.now })
    }

    /// The mail that tells of an act, sealed; `None` where there is no address.
    pub(super) fn of(self, act: &SupportAct) -> Result<Option<NewMail>, AdminError> {
        let Some(to) = self.to else { return Ok(None) };
        let mail = Mail::Support { at: self.now.micros(), act: act.clone(), one_key: self.is_one_key };
        let envelope = Envelope { to, language: self.language, mail };
        let sealed = envelope.seal(&self.app.data_keys.content, self.now.plus(LIFE));
        sealed.map(Some).map_err(|error| AdminError::failed(&error))
    }
}
