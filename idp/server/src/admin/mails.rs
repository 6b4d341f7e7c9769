//! The mail outbox: what waits, what was sent, what failed; try again, cancel. What a mail says is shown without its code.

use super::{AdminError, Desk, instant, reason};
use crate::adapters::data_keys::Sealer;
use crate::mail::{Envelope, Figures, RenderedMail, render};
use idp_domain::account::EmailAddress;
use idp_domain::administration::{Act, Area};
use idp_domain::ids::MailId;
use idp_store::{MailState, OutboxMail, OutboxQuery};
use serde::Serialize;

/// A mail as all faces show it.
#[derive(Debug, Clone, Serialize)]
pub struct MailView {
    /// Its identifier.
    pub id: String,
    /// To whom, as long as it waits: the first letter and the domain's ending.
    pub to: Option<String>,
    /// Which mail.
    pub kind: String,
    /// `waiting`, `sent` or `failed`.
    pub state: &'static str,
    /// How often it was tried.
    pub tries: u32,
    /// When it was written.
    pub created: String,
    /// When it is tried next, if it waits.
    pub next_try: Option<String>,
    /// When it was sent or given up.
    pub settled: Option<String>,
    /// Why the last try failed.
    pub error: Option<String>,
}

/// Mails of one state, or of all, newest first, a page at a time.
///
/// # Errors
/// Not allowed, or the database is away.
pub async fn list(desk: &Desk<'_>, sealer: &Sealer, query: OutboxQuery) -> Result<Vec<MailView>, AdminError> {
    desk.admit(Act::Read(Area::Mail)).await?;
    let mails = desk.store.list_outbox(query).await?;
    Ok(mails.into_iter().map(|mail| view(sealer, mail)).collect())
}

/// One mail.
///
/// # Errors
/// Not allowed, or there is none.
pub async fn show(desk: &Desk<'_>, sealer: &Sealer, id: &str) -> Result<MailView, AdminError> {
    desk.admit(Act::Read(Area::Mail)).await?;
    let found = match MailId::parse(id) {
        Some(id) => desk.store.find_mail(id).await?,
        None => None,
    };
    found.map(|mail| view(sealer, mail)).ok_or_else(|| unknown(id))
}

/// What a mail says.
pub struct Preview {
    /// Its subject.
    pub subject: String,
    /// Its text, in both languages.
    pub text: String,
}

/// What a waiting mail says, without its code and its links' secrets unless it is to be shown `whole`, as only a server
/// for trials does; `None` where the text is erased.
///
/// # Errors
/// Not allowed, or there is none.
pub async fn preview(
    desk: &Desk<'_>,
    sealer: &Sealer,
    figures: &Figures,
    id: &str,
    whole: bool,
) -> Result<Option<Preview>, AdminError> {
    desk.admit(Act::Read(Area::Mail)).await?;
    let mail = MailId::parse(id).ok_or_else(|| unknown(id))?;
    let found = desk.store.find_mail(mail).await?.ok_or_else(|| unknown(id))?;
    let envelope = found.payload.as_deref().and_then(|payload| Envelope::open(sealer, payload).ok());
    Ok(envelope.map(|mut envelope| {
        if !whole {
            envelope.mail = envelope.mail.without_secrets();
        }
        let RenderedMail { subject, text, .. } = render(&envelope, figures);
        Preview { subject, text }
    }))
}

/// Tries a waiting mail now, or all that wait where `id` is `None`; how many.
///
/// # Errors
/// Not allowed, there is none, or it doesn't wait any more.
pub async fn retry(desk: &Desk<'_>, id: Option<&str>, why: Option<&str>) -> Result<usize, AdminError> {
    desk.admit(Act::Write(Area::Mail)).await?;
    let why = why.map(reason).transpose()?;
    let mail = id.map(|id| MailId::parse(id).ok_or_else(|| unknown(id))).transpose()?;
    let retried = desk.store.retry_mails(mail.clone(), desk.order(why), desk.now).await?;
    match (mail, retried) {
        (Some(mail), 0) => Err(settled(desk, mail).await?),
        (_, retried) => Ok(retried),
    }
}

/// Takes a waiting mail out of the outbox.
///
/// # Errors
/// Not allowed, there is none, or it doesn't wait any more.
pub async fn cancel(desk: &Desk<'_>, id: &str, why: Option<&str>) -> Result<(), AdminError> {
    desk.admit(Act::Write(Area::Mail)).await?;
    let why = why.map(reason).transpose()?;
    let mail = MailId::parse(id).ok_or_else(|| unknown(id))?;
    if desk.store.cancel_mail(mail.clone(), desk.order(why), desk.now).await? {
        return Ok(());
    }
    Err(settled(desk, mail).await?)
}

/// Why nothing could be done with a mail.
async fn settled(desk: &Desk<'_>, id: MailId) -> Result<AdminError, AdminError> {
    let found = desk.store.find_mail(id.clone()).await?;
    Ok(match found {
        None => unknown(id.as_str()),
        Some(mail) if mail.state == MailState::Sent => AdminError::Conflict(format!("{id} was sent")),
        Some(_) => AdminError::Conflict(format!(
            "{id} was given up, and its text is erased: the person has to ask for it again"
        )),
    })
}

fn unknown(id: &str) -> AdminError {
    AdminError::NotFound(format!("mail {id}"))
}

fn view(sealer: &Sealer, mail: OutboxMail) -> MailView {
    let envelope = mail.payload.as_deref().and_then(|payload| Envelope::open(sealer, payload).ok());
    let waits = mail.state == MailState::Waiting;
    MailView {
        id: mail.id.to_string(),
        to: envelope.map(|envelope| masked(&envelope.to)),
        kind: mail.kind,
        state: mail.state.as_str(),
        tries: mail.attempts,
        created: instant(mail.created_at),
        next_try: waits.then(|| instant(mail.next_attempt_at)),
        settled: mail.settled_at.map(instant),
        error: mail.last_error,
    }
}

/// An address that says whose it is only to who knows: `a…@….ca`.
#[must_use]
pub fn masked(address: &EmailAddress) -> String {
    let (local, domain) = address.as_str().rsplit_once('@').unwrap_or_default();
    let first: String = local.chars().take(1).collect();
    let ending = domain.rsplit('.').next().unwrap_or_default();
    format!("{first}…@….{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_address_shows_a_letter_and_an_ending() {
        let masked = |text| masked(&EmailAddress::parse(text).unwrap());
        assert_eq!(masked("anne.roy@example.ca"), "a…@….ca");
        assert_eq!(masked("élise@xn--bcher-kva.test"), "é…@….test");
    }
}
