//! Who changes a ONE-key account tells its person: a mail goes to the address for recovery as it was before.

use super::recover::start;
use crate::mail::{Envelope, Mail};
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::account::{Account, EmailAddress};
use idp_domain::one_key::OneKeyPart;
use idp_store::NewMail;
use std::time::Duration;

/// How long it waits for a mail server.
const NOTICE_LIFE: Duration = Duration::from_hours(72);

/// The mail about a change; none where nothing is changed or no address was on file.
///
/// # Errors
/// The library refuses to seal, which no mail causes.
pub(super) fn changed(
    visit: &Visit,
    account: &Account,
    before: Option<&EmailAddress>,
    parts: Vec<OneKeyPart>,
) -> Result<Option<NewMail>, Problem> {
    let Some(to) = before.filter(|_| !parts.is_empty()) else { return Ok(None) };
    let recover = format!("{}/{{l}}{}", visit.app.issuer(), start::PATH);
    let mail = Mail::OneKeyChanged { at: visit.now.micros(), parts, recover };
    let envelope = Envelope { to: to.clone(), language: account.language, mail };
    let sealed = envelope.seal(&visit.app.data_keys.content, visit.now.plus(NOTICE_LIFE));
    sealed.map(Some).map_err(|error| Problem::internal(&error))
}

/// What changing the address for recovery from one to another changes.
pub(super) fn of_address(before: Option<&EmailAddress>, after: Option<&EmailAddress>) -> Option<OneKeyPart> {
    (before.map(EmailAddress::key) != after.map(EmailAddress::key)).then_some(OneKeyPart::Email)
}
