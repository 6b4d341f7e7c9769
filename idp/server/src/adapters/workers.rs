//! What runs beside requests: the outbox, the logout ledger, the audit's sealer, the keys, and what is over by time. Every
//! node runs all of them; the database lets one at a time do what only one may.

use super::key_log;
use super::key_ring::tend;
use super::logo_worker::fetch_due;
use super::logout_worker::tell_due;
use super::mail_worker::send_due;
use super::retention_worker;
use crate::app::App;
use idp_store::Cutoffs;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// Records sealed at a time.
const SEAL_BATCH: i64 = 500;
/// Sessions ended at a time.
const END_BATCH: i64 = 100;
/// Rows of each kind deleted at a time.
const DELETE_BATCH: i64 = 500;

/// Running workers; they end when this is dropped.
pub struct Workers(Vec<JoinHandle<()>>);

impl Drop for Workers {
    fn drop(&mut self) {
        for worker in &self.0 {
            worker.abort();
        }
    }
}

/// Runs `$job` again and again, `$every` apart, and says what fails.
macro_rules! worker {
    ($app:expr, $every:expr, $name:literal, $job:expr) => {{
        let app = Arc::clone($app);
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval($every);
            ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                let outcome = $job(&app).await;
                app.metrics.worker_did($name, outcome.is_ok(), app.clock.now());
                if let Err(error) = outcome {
                    tracing::error!(worker = $name, %error, "a worker could not do its work");
                }
            }
        })
    }};
}

/// Starts them.
#[must_use]
pub fn start(app: &Arc<App>) -> Workers {
    Workers(vec![
        worker!(app, Duration::from_millis(500), "mail", async |app: &Arc<App>| {
            while send_due(app).await? > 0 {}
            Ok::<(), idp_store::StoreError>(())
        }),
        worker!(app, Duration::from_secs(1), "logout", tell_due),
        worker!(app, Duration::from_secs(1), "audit", seal_audit),
        worker!(app, Duration::from_secs(10), "logos", async |app: &Arc<App>| {
            while fetch_due(app).await? > 0 {}
            Ok::<(), idp_store::StoreError>(())
        }),
        worker!(app, Duration::from_secs(2), "keys", async |app: &Arc<App>| {
            let keys = app.keys.refresh(&app.store, &app.data_keys.master).await?;
            key_log::write_missing(&app.store, &app.data_keys.master, app.issuer(), &keys).await
        }),
        worker!(app, Duration::from_secs(1), "settings", async |app: &Arc<App>| app.follow_settings().await),
        worker!(app, Duration::from_mins(1), "partners", refresh_partners),
        worker!(app, Duration::from_mins(1), "schedule", async |app: &Arc<App>| {
            tend(&app.store, &app.data_keys.master, &app.key_schedule(), app.clock.now()).await
        }),
        worker!(app, Duration::from_mins(1), "expiry", async |app: &Arc<App>| {
            end_expired_sessions(app).await?;
            delete_expired(app).await.map(|_| ())
        }),
        worker!(app, Duration::from_mins(10), "retention", async |app: &Arc<App>| {
            retention_worker::run(app, |_| {}).await.map(|_| ())
        }),
    ])
}

/// Does at once what comes of time alone and else is looked at by the minute: for a demonstration whose clock was moved.
///
/// # Errors
/// The database refuses.
pub async fn catch_up(app: &Arc<App>) -> Result<(), idp_store::StoreError> {
    end_expired_sessions(app).await?;
    retention_worker::run(app, |_| {}).await?;
    delete_expired(app).await.map(|_| ())
}

/// Asks the sign-in partners anew for what they say of themselves, where it isn't fresh, so that no person waits for it. What
/// fails is said where it fails.
///
/// # Errors
/// The database is away.
pub async fn refresh_partners(app: &Arc<App>) -> Result<(), idp_store::StoreError> {
    for known in app.sign_in_partners().await?.iter() {
        drop(app.partner_client.refresh(&known.partner.issuer, app.clock.now()).await);
    }
    Ok(())
}

/// Chains every unsealed audit record.
///
/// # Errors
/// The database refuses.
pub async fn seal_audit(app: &Arc<App>) -> Result<(), idp_store::StoreError> {
    while app.store.seal_audit_records(app.node.clone(), app.clock.now(), SEAL_BATCH).await? > 0 {}
    Ok(())
}

/// Ends every session whose time is over, so that its services are told; how many.
///
/// # Errors
/// The database refuses.
pub async fn end_expired_sessions(app: &Arc<App>) -> Result<usize, idp_store::StoreError> {
    let limits = app.in_force().lifetimes.session;
    let mut all = 0;
    loop {
        match app.store.end_expired_sessions(limits, app.clock.now(), END_BATCH).await? {
            0 => return Ok(all),
            ended => all += ended,
        }
    }
}

/// Deletes every row whose time is over; how many.
///
/// # Errors
/// The database refuses.
pub async fn delete_expired(app: &Arc<App>) -> Result<usize, idp_store::StoreError> {
    const DAY: Duration = Duration::from_hours(24);
    let now = app.clock.now();
    let lifetimes = app.in_force().lifetimes;
    let cutoffs = Cutoffs {
        now,
        registrations: now.minus(lifetimes.activation_resend + lifetimes.activation_code),
        sessions: now.minus(lifetimes.session.max + DAY),
        counters: now.minus(2 * DAY),
        failures: now.minus(365 * DAY),
        mails: now.minus(30 * DAY),
        replays: now.minus(Duration::from_hours(1)),
        grants: now.minus(DAY),
    };
    let mut all = 0;
    loop {
        match app.store.delete_expired(cutoffs, DELETE_BATCH).await? {
            0 => return Ok(all),
            deleted => all += deleted,
        }
    }
}
