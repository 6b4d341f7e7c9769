//! How the server does: health, and the last 24 hours in figures.

use super::{AdminError, Desk, instant};
use idp_domain::administration::{Act, Area};
use idp_domain::signing_key::{KeySchedule, KeyState, SigningAlgorithm};
use idp_domain::time::Timestamp;
use idp_store::{Figures, HourFigures, StoredSigningKey};
use serde::Serialize;
use std::time::{Duration, Instant};

/// How far the figures go back.
const HOURS: i64 = 24;
/// A mail that waits longer is late.
const LATE_MAIL: Duration = Duration::from_mins(5);
/// Nodes' clocks agree to within this.
const CLOCK_DIFFERENCE: Duration = Duration::from_secs(5);
const HOUR: i64 = 3600;

/// Whether something is as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// It is.
    Good,
    /// Somebody should look.
    Attention,
}

/// An algorithm's keys.
#[derive(Debug, Clone, Serialize)]
pub struct KeyAge {
    /// Which.
    pub algorithm: &'static str,
    /// The key that signs.
    pub active: Option<String>,
    /// How long it has been signing, in days.
    pub days: u64,
    /// When it is followed, by schedule.
    pub followed: Option<String>,
    /// Whether there is one that signs and one that will, neither of them late.
    pub health: Health,
}

/// An hour.
#[derive(Debug, Clone, Serialize)]
pub struct HourView {
    /// When it began.
    pub starts: String,
    #[serde(skip)]
    /// The same.
    pub starts_at: Timestamp,
    /// Sign-ins.
    pub sign_ins: i64,
    /// Refused ones.
    pub refused: i64,
    /// Those of them that came too soon after wrong passwords.
    pub delayed: i64,
    /// Accounts that support locked.
    pub locked: i64,
    /// New accounts.
    pub activations: i64,
    /// ONE-key accounts that were carried over.
    pub transfers: i64,
    /// Mails that were sent.
    pub mails: i64,
    /// How many milliseconds these waited on average.
    pub mail_delay_ms: i64,
    /// How many the slowest waited.
    pub slowest_mail_ms: i64,
}

/// What the dashboard shows.
#[derive(Debug, Clone, Serialize)]
pub struct DashboardView {
    /// When it was looked.
    pub at: String,
    /// How long the database took for all of it, in milliseconds.
    pub database_ms: u64,
    /// Mails that wait.
    pub waiting_mails: i64,
    /// For how many seconds the oldest of them waits.
    pub oldest_mail_seconds: u64,
    /// Mails that were given up in the last 24 hours.
    pub failed_mails: i64,
    /// Whether the outbox empties.
    pub mail: Health,
    /// The keys of each algorithm.
    pub keys: Vec<KeyAge>,
    /// Audit records that are not sealed yet.
    pub unsealed_records: i64,
    /// Whether another node wrote what this node takes for the future.
    pub clock: Health,
    /// Notices on the sign-in pages now.
    pub notices: usize,
    /// The last 24 hours, this one last.
    pub hours: Vec<HourView>,
}

impl DashboardView {
    /// A figure over all hours.
    #[must_use]
    pub fn total(&self, of: impl Fn(&HourView) -> i64) -> i64 {
        self.hours.iter().map(of).sum()
    }

    /// Whether each algorithm's keys are as they should be.
    #[must_use]
    pub fn keys_health(&self) -> Health {
        let good = self.keys.iter().all(|key| key.health == Health::Good);
        if good { Health::Good } else { Health::Attention }
    }
}

/// How the server does now.
///
/// # Errors
/// Not allowed, or the database is away.
pub async fn look(desk: &Desk<'_>, schedule: &KeySchedule) -> Result<DashboardView, AdminError> {
    desk.admit(Act::Read(Area::Dashboard)).await?;
    let begun = Instant::now();
    let this_hour = desk.now.seconds().div_euclid(HOUR);
    let since = Timestamp::from_seconds((this_hour - HOURS + 1) * HOUR);
    let figures = desk.store.find_figures(since).await?;
    let keys = desk.store.list_signing_keys().await?;
    let notices = desk.store.list_notices().await?;
    let database_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    let waits = figures.oldest_waiting_mail.map_or(Duration::ZERO, |at| desk.now.since(at));
    let ahead = figures.newest_record.map_or(Duration::ZERO, |at| at.since(desk.now));
    let health = |good: bool| if good { Health::Good } else { Health::Attention };
    let age = |algorithm: SigningAlgorithm| key_age(&keys, algorithm, schedule, desk.now);
    let shows_now = |notice: &&idp_domain::notice::Notice| {
        notice.starts_at <= desk.now && notice.ends_at.is_none_or(|end| desk.now < end)
    };
    Ok(DashboardView {
        at: instant(desk.now),
        database_ms,
        waiting_mails: figures.waiting_mails,
        oldest_mail_seconds: waits.as_secs(),
        failed_mails: figures.failed_mails,
        mail: health(waits <= LATE_MAIL && figures.failed_mails == 0),
        keys: SigningAlgorithm::ALL.into_iter().map(age).collect(),
        unsealed_records: figures.unsealed_records,
        clock: health(ahead <= CLOCK_DIFFERENCE),
        notices: notices.iter().filter(shows_now).count(),
        hours: ((this_hour - HOURS + 1)..=this_hour).map(|hour| hour_view(&figures, hour)).collect(),
    })
}

fn key_age(
    keys: &[StoredSigningKey],
    algorithm: SigningAlgorithm,
    schedule: &KeySchedule,
    now: Timestamp,
) -> KeyAge {
    let of = |state: KeyState| keys.iter().find(|key| key.algorithm == algorithm && key.state == state);
    let active = of(KeyState::Active);
    let since = active.and_then(|key| key.activated_at);
    let followed = since.map(|since| since.plus(schedule.rotate_every));
    let late = followed.is_some_and(|at| now > at.plus(schedule.publish_ahead.max(schedule.jwks_max_age)));
    let is_good = active.is_some() && of(KeyState::Next).is_some() && !late;
    KeyAge {
        algorithm: algorithm.as_str(),
        active: active.map(|key| key.kid.clone()),
        days: since.map_or(0, |since| now.since(since).as_secs() / 86_400),
        followed: followed.map(instant),
        health: if is_good { Health::Good } else { Health::Attention },
    }
}

fn hour_view(figures: &Figures, hour: i64) -> HourView {
    let nothing = HourFigures { hour, ..HourFigures::default() };
    let found = figures.hours.iter().find(|figures| figures.hour == hour).unwrap_or(&nothing);
    let starts_at = Timestamp::from_seconds(hour * HOUR);
    HourView {
        starts: instant(starts_at),
        starts_at,
        sign_ins: found.sign_ins,
        refused: found.refused,
        delayed: found.delayed,
        locked: found.locked,
        activations: found.activations,
        transfers: found.transfers,
        mails: found.mails,
        mail_delay_ms: found.mail_delay.checked_div(found.mails).unwrap_or_default() / 1000,
        slowest_mail_ms: found.slowest_mail / 1000,
    }
}
