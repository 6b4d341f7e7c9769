//! How a mail leaves: over SMTP by lettre, or as a file of its own.

use crate::config::{MailSettings, MailTransport as Setting};
use crate::mail::{Envelope, RenderedMail};
use idp_domain::ids::MailId;
use idp_domain::time::Timestamp;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

/// Where mails go.
pub enum MailTransport {
    /// A mail server, and how long one mail may take.
    Smtp(AsyncSmtpTransport<Tokio1Executor>, Duration),
    /// A folder.
    File(PathBuf),
}

/// Why a mail did not leave. The words are for the operator and hold nothing of the mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Undelivered {
    /// Worth another try.
    Later(String),
    /// No try will help.
    Never(String),
}

impl MailTransport {
    /// As the settings say.
    ///
    /// # Errors
    /// An unusable `mail.smtp_url`, or a folder that can't be made.
    pub fn open(settings: &MailSettings) -> Result<Self, String> {
        match &settings.transport {
            Setting::Smtp(url) => {
                let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose()).map_err(|_| {
                    "mail.smtp_url: it must be like smtps://user:password@mail.example.ca:465".to_owned()
                })?;
                Ok(Self::Smtp(builder.timeout(Some(settings.timeout)).build(), settings.timeout))
            }
            Setting::File(directory) => {
                std::fs::create_dir_all(directory).map_err(|error| {
                    format!("mail.directory: {} can't be made: {}", directory.display(), error.kind())
                })?;
                Ok(Self::File(directory.clone()))
            }
        }
    }

    /// Sends one mail; a second try has the same `Message-ID`.
    ///
    /// # Errors
    /// Whether another try can help.
    pub async fn send(&self, message: &Message, id: &MailId, now: Timestamp) -> Result<(), Undelivered> {
        match self {
            Self::Smtp(transport, timeout) => {
                // lettre's own covers the connection only; a server that falls silent must not hold the outbox up.
                match tokio::time::timeout(*timeout, transport.send(message.clone())).await {
                    Ok(Ok(_)) => Ok(()),
                    Ok(Err(error)) if error.is_permanent() => {
                        Err(Undelivered::Never(format!("refused: {}", status_of(&error))))
                    }
                    Ok(Err(error)) => Err(Undelivered::Later(status_of(&error))),
                    Err(_) => Err(Undelivered::Later(NO_ANSWER.into())),
                }
            }
            Self::File(directory) => {
                let (directory, bytes, name) = (directory.clone(), message.formatted(), file_name(id, now));
                let written = tokio::task::spawn_blocking(move || {
                    // Complete when it appears: written aside, then renamed.
                    let aside = directory.join(format!(".{name}.part"));
                    std::fs::write(&aside, bytes)?;
                    std::fs::rename(aside, directory.join(format!("{name}.eml")))
                });
                let later = |kind: String| Undelivered::Later(format!("the mail folder: {kind}"));
                written
                    .await
                    .map_err(|_| later("interrupted".into()))?
                    .map_err(|error| later(error.kind().to_string()))
            }
        }
    }
}

const NO_ANSWER: &str = "the mail server did not answer in time";

/// What the server said, without its text, which may repeat the address.
fn status_of(error: &lettre::transport::smtp::Error) -> String {
    match error.status() {
        Some(code) => format!("SMTP status {code}"),
        None if error.is_timeout() => NO_ANSWER.into(),
        None => "the mail server can't be reached".into(),
    }
}

fn file_name(id: &MailId, now: Timestamp) -> String {
    format!("{}-{id}", ontario_language::utc_stamp(now.micros()))
}

/// The message with its headers (pages.md section 8).
///
/// # Errors
/// An address that no header can hold.
pub fn compose(
    settings: &MailSettings,
    issuer_host: &str,
    id: &MailId,
    envelope: &Envelope,
    mail: RenderedMail,
    now: Timestamp,
) -> Result<Message, Undelivered> {
    let never = |what: &str| Undelivered::Never(what.to_owned());
    let from: Mailbox = settings.from.parse().map_err(|_| never("mail.from is no address"))?;
    let to = envelope.to.as_str().parse().map_err(|_| never("the address can't be written"))?;
    let date = UNIX_EPOCH + Duration::from_micros(u64::try_from(now.micros()).unwrap_or(0));
    let part = |kind: ContentType, body: String| SinglePart::builder().header(kind).body(body);
    let mut message = Message::builder()
        .from(from)
        .to(Mailbox::new(None, to))
        .subject(mail.subject)
        .date(date)
        .message_id(Some(format!("<{id}@{issuer_host}>")))
        .multipart(
            MultiPart::alternative()
                .singlepart(part(ContentType::TEXT_PLAIN, mail.text))
                .singlepart(part(ContentType::TEXT_HTML, mail.html)),
        )
        .map_err(|_| never("the mail can't be written"))?;
    for (name, value) in [("Auto-Submitted", "auto-generated"), ("Content-Language", "en, fr")] {
        if let Ok(name) = HeaderName::new_from_ascii(name.to_owned()) {
            message.headers_mut().insert_raw(HeaderValue::new(name, value.to_owned()));
        }
    }
    Ok(message)
}
