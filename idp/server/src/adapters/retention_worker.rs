//! Accounts that nobody uses: their notices, and their deletion once both were sent at their distances. Every node does
//! this; the database lets each step happen once. The rules are in `idp_domain::retention`.

use crate::app::App;
use crate::mail::{Envelope, Mail};
use idp_domain::retention::{RetentionDecision, decide_retention};
use idp_domain::time::Timestamp;
use idp_store::{NewMail, NewRetentionNotice, RetentionRun, StoreError, UnusedAccount};
use std::time::Duration;

/// Accounts looked at in one transaction.
const BATCH: i64 = 200;
/// How long a notice waits for a mail server; then it is written anew, with a day that is still to come.
const NOTICE_LIFE: Duration = Duration::from_hours(14 * 24);

/// What one run did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RetentionCounts {
    /// Accounts that were looked at.
    pub looked_at: usize,
    /// Notices that were written.
    pub notices: usize,
    /// Accounts that were deleted.
    pub deleted: usize,
}

/// Looks at every unused account once; `progress` hears how far it is.
///
/// # Errors
/// The database refuses.
pub async fn run(app: &App, progress: impl Fn(&RetentionCounts)) -> Result<RetentionCounts, StoreError> {
    let now = app.clock.now();
    let time = app.store.look_at_clock(now).await?;
    let run = RetentionRun { policy: app.settings.retention, time, now };
    while app.store.settle_retention_notices(run, BATCH).await? > 0 {}
    let (mut counts, mut after) = (RetentionCounts::default(), None);
    loop {
        let batch = app.store.list_unused_accounts(run, after, BATCH).await?;
        let Some(last) = batch.last() else { return Ok(counts) };
        after = Some(last.id.clone());
        for account in batch {
            counts.looked_at += 1;
            act(app, account, run, &mut counts).await?;
        }
        progress(&counts);
    }
}

/// Does what is due for an account, if it still is when the transaction holds it.
async fn act(
    app: &App,
    account: UnusedAccount,
    run: RetentionRun,
    counts: &mut RetentionCounts,
) -> Result<(), StoreError> {
    match decide_retention(&account.facts, &run.policy) {
        RetentionDecision::Wait => {}
        RetentionDecision::Withdraw => {
            app.store.withdraw_retention_notices(account.id, run).await?;
        }
        RetentionDecision::Notify { position, deletes_at } => {
            let Some(mail) = notice(app, &account, deletes_at, run.now) else { return Ok(()) };
            let new = NewRetentionNotice { account: account.id, position, deletes_at, mail };
            counts.notices += usize::from(app.store.write_retention_notice(new, run).await?);
        }
        RetentionDecision::Delete => {
            counts.deleted += usize::from(app.store.delete_unused_account(account.id, run).await?);
        }
    }
    Ok(())
}

fn notice(app: &App, account: &UnusedAccount, deletes_at: Timestamp, now: Timestamp) -> Option<NewMail> {
    let mail = Mail::AccountUnused {
        deletes_at: deletes_at.micros(),
        sign_in: format!("{}/{{l}}/sign-in", app.issuer()),
    };
    let envelope = Envelope { to: account.email.clone(), language: account.language, mail };
    let sealed = envelope.seal(&app.data_keys.content, now.plus(NOTICE_LIFE));
    sealed.inspect_err(|error| tracing::error!(%error, "a notice can't be sealed")).ok()
}
