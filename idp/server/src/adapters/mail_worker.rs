//! Empties the outbox: takes what is due, sends it, notes its fate. Retries back off; what has lost its use is dropped.
//! One mail's trouble is its own, and a mail server that is away loses nothing.

use super::mail_transport::{Undelivered, compose};
use crate::app::App;
use crate::mail::{Envelope, Figures, render};
use futures_util::future::join_all;
use idp_domain::time::Timestamp;
use idp_store::{DueMail, MailFate, StoreError};
use std::time::Duration;

/// Mails taken at a time.
const BATCH: i64 = 20;
/// How long a worker that died holds a mail up.
const CLAIM: Duration = Duration::from_mins(2);
/// The longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// Seconds of a month.
const MONTH: u64 = 2_629_746;

/// Sends what is due; how many were taken.
///
/// # Errors
/// The database refuses.
pub async fn send_due(app: &App) -> Result<usize, StoreError> {
    let now = app.clock.now();
    let due = app.store.take_due_mails(now, now.plus(CLAIM), BATCH).await?;
    let taken = due.len();
    // All at once: a mail server that is slow for one recipient is not slow for the others.
    for settled in join_all(due.into_iter().map(|mail| send_one(app, mail))).await {
        settled?;
    }
    Ok(taken)
}

async fn send_one(app: &App, mail: DueMail) -> Result<(), StoreError> {
    let id = mail.id.clone();
    let fate = deliver(app, mail, app.clock.now()).await;
    if let MailFate::Failed { error } | MailFate::RetryAt { error, .. } = &fate {
        tracing::warn!(mail = %id, %error, "a mail was not sent");
    }
    app.store.settle_mail(id, fate, app.clock.now()).await
}

/// The figures that mails name.
#[must_use]
pub fn figures(app: &App) -> Figures {
    let in_force = app.in_force();
    Figures {
        activation_code: in_force.lifetimes.activation_code,
        activation_resend: in_force.lifetimes.activation_resend,
        // A month is a twelfth of a year, as the settings read it; told in whole ones.
        inactive_months: (app.settings.retention.inactive_after.as_secs() + MONTH / 2) / MONTH,
    }
}

async fn deliver(app: &App, due: DueMail, now: Timestamp) -> MailFate {
    if now > due.expires_at {
        return MailFate::Failed { error: "it lost its use before it could be sent".into() };
    }
    let Ok(envelope) = Envelope::open(&app.data_keys.content, &due.payload) else {
        return MailFate::Failed { error: "its text can't be opened".into() };
    };
    let rendered = render(&envelope, &figures(app));
    let sent = match compose(&app.settings.mail, &app.issuer_host, &due.id, &envelope, rendered, now) {
        Ok(message) => app.mail.send(&message, &due.id, now).await,
        Err(problem) => Err(problem),
    };
    match sent {
        Ok(()) => MailFate::Sent,
        Err(Undelivered::Later(error)) => MailFate::RetryAt { at: now.plus(wait_after(due.attempts)), error },
        Err(Undelivered::Never(error)) => MailFate::Failed { error },
    }
}

/// 2, 4, 8 … seconds, at most a minute: a mail server that comes back finds every mail within that minute.
fn wait_after(attempts: u32) -> Duration {
    Duration::from_secs(1 << attempts.min(6)).min(LONGEST_WAIT)
}
