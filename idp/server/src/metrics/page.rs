//! The page as Prometheus reads it (text format 0.0.4).

use super::names::{
    BUILD, CLOCK, DATABASE, EVENTS, FILES, HASHES, HELD, KEY_AGE, KEY_PUBLISHED, LOGOUTS, MAILS, MEMORY,
    Metric, PROOFS, REQUESTS, SECONDS, STARTED, UNSEALED, WORKER_FAILURES, WORKER_SUCCESS,
};
use super::requests::{BUCKETS, OfEndpoint, STATUSES};
use super::{Events, Metrics};
use crate::app::App;
use idp_domain::signing_key::KeyState;
use idp_domain::time::Timestamp;
use idp_store::{Result, StoredSigningKey};
use std::fmt::{Display, Write};
use std::sync::atomic::Ordering;

/// Audit records read at a time, and how often for one page: what is more comes with the next one.
const BATCH: i64 = 1000;
const MOST_BATCHES: usize = 20;
/// Bytes of a page of memory on the machines that this runs on.
const MEMORY_PAGE: u64 = 4096;

/// A page that grows.
#[derive(Default)]
struct Page(String);

impl Page {
    fn begin(&mut self, metric: &Metric) {
        let Metric { name, kind, help } = metric;
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn value(&mut self, name: &str, labels: &str, value: impl Display) {
        let _ = writeln!(self.0, "{name}{labels} {value}");
    }

    fn one(&mut self, metric: &Metric, value: impl Display) {
        self.begin(metric);
        self.value(metric.name, "", value);
    }
}

/// Everything, now.
pub async fn text(app: &App) -> String {
    let now = app.clock.now();
    let mut page = Page::default();
    page.begin(&BUILD);
    page.value(BUILD.name, concat!("{version=\"", env!("CARGO_PKG_VERSION"), "\"}"), 1);
    requests(&mut page, &app.metrics);
    page.one(&HASHES, app.hasher.computed());
    page.begin(&PROOFS);
    for (answer, count) in [("wrong", &app.metrics.wrong_proofs), ("waits", &app.metrics.proofs_unread)] {
        let labels = format!("{{answer=\"{answer}\"}}");
        page.value(PROOFS.name, &labels, count.load(Ordering::Relaxed));
    }
    let is_up = database(&mut page, app, now).await.is_ok();
    workers(&mut page, &app.metrics);
    page.one(&DATABASE, u8::from(is_up));
    page.one(&HELD, u8::from(app.in_force().transfers_are_held));
    page.one(&CLOCK, seconds(now));
    page.one(&STARTED, seconds(app.metrics.started_at));
    process(&mut page);
    page.0
}

fn requests(page: &mut Page, metrics: &Metrics) {
    let read = |count: &std::sync::atomic::AtomicU64| count.load(Ordering::Relaxed);
    page.begin(&REQUESTS);
    for (endpoint, OfEndpoint { statuses, .. }) in metrics.requests.all() {
        for (status, count) in STATUSES.iter().zip(statuses) {
            let labels = format!("{{endpoint=\"{endpoint}\",status=\"{status}\"}}");
            page.value(REQUESTS.name, &labels, read(count));
        }
    }
    page.begin(&SECONDS);
    for (endpoint, OfEndpoint { statuses, buckets, micros }) in metrics.requests.all() {
        let bucket = format!("{}_bucket", SECONDS.name);
        let mut up_to = 0;
        for (bound, count) in BUCKETS.iter().zip(buckets) {
            up_to += read(count);
            let bound = format!("{}.{:03}", bound / 1000, bound % 1000);
            page.value(&bucket, &format!("{{endpoint=\"{endpoint}\",le=\"{bound}\"}}"), up_to);
        }
        // What is counted meanwhile must not make a bucket larger than all of them.
        let all = statuses.iter().map(read).sum::<u64>().max(up_to);
        let labels = format!("{{endpoint=\"{endpoint}\"}}");
        page.value(&bucket, &format!("{{endpoint=\"{endpoint}\",le=\"+Inf\"}}"), all);
        let micros = read(micros);
        let sum = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
        page.value(&format!("{}_sum", SECONDS.name), &labels, sum);
        page.value(&format!("{}_count", SECONDS.name), &labels, all);
    }
}

/// What only the database knows; nothing of it where it is away.
async fn database(page: &mut Page, app: &App, now: Timestamp) -> Result<()> {
    let (mails, logouts) = (app.store.count_waiting_mails().await?, app.store.count_waiting_logouts().await?);
    let unsealed = app.store.count_unsealed_records().await?;
    let keys = app.store.list_signing_keys().await?;
    events(page, app).await?;
    page.one(&UNSEALED, unsealed);
    page.one(&MAILS, mails);
    page.one(&LOGOUTS, logouts);
    let age = |key: &StoredSigningKey| key.activated_at;
    ages(page, &KEY_AGE, &keys, KeyState::Active, age, now);
    ages(page, &KEY_PUBLISHED, &keys, KeyState::Next, |key| Some(key.published_at), now);
    Ok(())
}

fn ages(
    page: &mut Page,
    metric: &Metric,
    keys: &[StoredSigningKey],
    state: KeyState,
    since: impl Fn(&StoredSigningKey) -> Option<Timestamp>,
    now: Timestamp,
) {
    page.begin(metric);
    for key in keys.iter().filter(|key| key.state == state) {
        if let Some(since) = since(key) {
            let labels = format!("{{algorithm=\"{}\"}}", key.algorithm);
            page.value(metric.name, &labels, now.since(since).as_secs());
        }
    }
}

/// The audit names its events by words of ours; nothing else of a record comes here.
async fn events(page: &mut Page, app: &App) -> Result<()> {
    let mut events = app.metrics.events.lock().await;
    read_events(&mut events, app).await?;
    page.begin(&EVENTS);
    for (event, count) in &events.counts {
        page.value(EVENTS.name, &format!("{{event=\"{event}\"}}"), count);
    }
    Ok(())
}

async fn read_events(events: &mut Events, app: &App) -> Result<()> {
    let Some(mut read_to) = events.read_to else {
        events.read_to = Some(app.store.find_chain_head().await?.number);
        return Ok(());
    };
    for _ in 0..MOST_BATCHES {
        let records = app.store.list_sealed_records(read_to, BATCH).await?;
        let Some(last) = records.last() else { break };
        read_to = last.number;
        for record in &records {
            if let Some(event) = event_of(&record.body) {
                *events.counts.entry(event).or_default() += 1;
            }
        }
        events.read_to = Some(read_to);
    }
    Ok(())
}

/// The event's word, if it is one: a record that somebody altered makes no label.
fn event_of(body: &str) -> Option<String> {
    let record: serde_json::Value = serde_json::from_str(body).ok()?;
    let word = record.get("event")?.as_str()?;
    let is_word = word.len() <= 60 && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    is_word.then(|| word.to_owned())
}

fn workers(page: &mut Page, metrics: &Metrics) {
    let workers = metrics.workers().clone();
    page.begin(&WORKER_SUCCESS);
    for (name, record) in &workers {
        if let Some(at) = record.last_success {
            page.value(WORKER_SUCCESS.name, &format!("{{worker=\"{name}\"}}"), seconds(at));
        }
    }
    page.begin(&WORKER_FAILURES);
    for (name, record) in &workers {
        page.value(WORKER_FAILURES.name, &format!("{{worker=\"{name}\"}}"), record.failures);
    }
}

/// What Linux says of this process; nothing where it says nothing.
fn process(page: &mut Page) {
    let memory = std::fs::read_to_string("/proc/self/statm").ok();
    let pages = memory.and_then(|text| text.split_whitespace().nth(1)?.parse::<u64>().ok());
    page.begin(&MEMORY);
    if let Some(pages) = pages {
        page.value(MEMORY.name, "", pages * MEMORY_PAGE);
    }
    page.begin(&FILES);
    if let Ok(files) = std::fs::read_dir("/proc/self/fd") {
        page.value(FILES.name, "", files.count());
    }
}

fn seconds(at: Timestamp) -> String {
    format!("{}.{:03}", at.seconds(), at.micros().rem_euclid(1_000_000) / 1000)
}
