//! Figures of this node for Prometheus, at an address of their own (`server.metrics_listen`), and for programs on the same machine
//! beside `/healthz`. No label holds what a person, a
//! service or a network brings: every label is one of a few words of ours.
//!
//! 1. [`count_request`] counts each request by its endpoint and the class of its answer, and how long it took.
//! 2. Workers say when they last did their work ([`Metrics::worker_did`]).
//! 3. [`page::text`] reads the rest when it is asked: the queues, the keys, and what the audit's chain holds since the start.

mod names;
mod page;
mod requests;

pub use names::{METRICS, Metric};
pub use page::text;
pub use requests::count_request;

use crate::app::App;
use actix_web::dev::RequestHead;
use actix_web::http::header::{CONTENT_TYPE, HOST};
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{App as ActixApp, HttpResponse, HttpServer, guard};
use idp_domain::time::Timestamp;
use requests::Requests;
use std::collections::BTreeMap;
use std::net::{IpAddr, TcpListener};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What this node counts.
pub struct Metrics {
    requests: Requests,
    workers: Mutex<BTreeMap<&'static str, WorkerRecord>>,
    events: tokio::sync::Mutex<Events>,
    wrong_proofs: AtomicU64,
    proofs_unread: AtomicU64,
    started_at: Timestamp,
}

/// What a worker did.
#[derive(Debug, Clone, Copy, Default)]
struct WorkerRecord {
    last_success: Option<Timestamp>,
    failures: u64,
}

/// The audit's events since the start of this node, as far as they were read.
#[derive(Default)]
struct Events {
    /// The last number that was read; none before the first reading.
    read_to: Option<i64>,
    counts: BTreeMap<String, u64>,
}

impl Metrics {
    /// Those of a node that starts now.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self {
            requests: Requests::default(),
            workers: Mutex::default(),
            events: tokio::sync::Mutex::default(),
            wrong_proofs: AtomicU64::default(),
            proofs_unread: AtomicU64::default(),
            started_at: now,
        }
    }

    /// Notes that a worker did its work, or could not.
    pub fn worker_did(&self, name: &'static str, is_done: bool, now: Timestamp) {
        let mut workers = self.workers();
        let record = workers.entry(name).or_default();
        if is_done {
            record.last_success = Some(now);
        } else {
            record.failures += 1;
        }
    }

    /// Notes that a program's proof was refused, after it was looked at or before.
    pub fn proof_refused(&self, was_read: bool) {
        let count = if was_read { &self.wrong_proofs } else { &self.proofs_unread };
        count.fetch_add(1, Ordering::Relaxed);
    }

    fn workers(&self) -> MutexGuard<'_, BTreeMap<&'static str, WorkerRecord>> {
        self.workers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Serves `/metrics` and nothing else.
///
/// # Errors
/// The socket can't be used.
pub fn serve(app: &Arc<App>, listener: TcpListener) -> std::io::Result<actix_web::dev::Server> {
    let state = Data::from(Arc::clone(app));
    let server = HttpServer::new(move || {
        ActixApp::new().app_data(state.clone()).service(web::resource("/metrics").get(get))
    });
    Ok(server.workers(1).disable_signals().listen(listener)?.run())
}

/// Serves the same page beside `/healthz` to programs on this machine: over a direct connection from a loopback address to a
/// loopback name. What a proxy brings says so in a header, and finds nothing here.
pub fn configure_local(config: &mut ServiceConfig) {
    let local = guard::fn_guard(|context| is_local(context.head()));
    config.service(web::resource("/metrics").guard(local).get(get).head(get));
}

fn is_local(request: &RequestHead) -> bool {
    const BY_PROXIES: [&str; 5] = ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let is_loopback_name = name == "localhost"
        || name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    request.peer_addr.is_some_and(|peer| peer.ip().is_loopback())
        && is_loopback_name
        && BY_PROXIES.iter().all(|header| !request.headers().contains_key(*header))
}

async fn get(app: Data<App>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"))
        .body(text(&app).await)
}
