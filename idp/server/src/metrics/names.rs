//! Every name that is served, with what it means. `docs/operating.md` has the same table, and a test compares both.

/// A figure.
#[derive(Debug)]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// `counter`, `gauge` or `histogram`.
    pub kind: &'static str,
    /// What it means.
    pub help: &'static str,
}

const fn metric(name: &'static str, kind: &'static str, help: &'static str) -> Metric {
    Metric { name, kind, help }
}

pub(super) const BUILD: Metric = metric("idp_build_info", "gauge", "1, with the version of the program");
pub(super) const REQUESTS: Metric =
    metric("idp_http_requests_total", "counter", "requests by endpoint and class of the answer's status");
pub(super) const SECONDS: Metric =
    metric("idp_http_request_duration_seconds", "histogram", "how long requests took, by endpoint");
pub(super) const HASHES: Metric =
    metric("idp_password_hashes_total", "counter", "password hashes computed by this node");
pub(super) const PROOFS: Metric = metric(
    "idp_program_proofs_refused_total",
    "counter",
    "wrong client authentications and tokens of programs, and those that were not looked at since their network has to wait",
);
pub(super) const EVENTS: Metric = metric(
    "idp_audit_events_total",
    "counter",
    "sealed audit records of all nodes by event, since this node's start: take the largest of the nodes",
);
pub(super) const UNSEALED: Metric =
    metric("idp_audit_unsealed_records", "gauge", "audit records that wait for the sealer");
pub(super) const MAILS: Metric = metric("idp_mails_waiting", "gauge", "mails that wait in the outbox");
pub(super) const LOGOUTS: Metric =
    metric("idp_logouts_waiting", "gauge", "services that wait to be told of a session's end");
pub(super) const KEY_AGE: Metric =
    metric("idp_signing_key_age_seconds", "gauge", "how long the active key has been signing, by algorithm");
pub(super) const KEY_PUBLISHED: Metric = metric(
    "idp_signing_key_next_published_seconds",
    "gauge",
    "how long the next key has been published, by algorithm",
);
pub(super) const WORKER_SUCCESS: Metric =
    metric("idp_worker_last_success_timestamp_seconds", "gauge", "when a worker last did its work");
pub(super) const WORKER_FAILURES: Metric =
    metric("idp_worker_failures_total", "counter", "how often a worker could not do its work");
pub(super) const DATABASE: Metric = metric("idp_database_up", "gauge", "1 while the database answers");
pub(super) const HELD: Metric =
    metric("idp_transfers_held", "gauge", "1 while decisions on the transfer are held, as after a restore");
pub(super) const CLOCK: Metric =
    metric("idp_clock_timestamp_seconds", "gauge", "what this node's clock says");
pub(super) const STARTED: Metric = metric("process_start_time_seconds", "gauge", "when this node started");
pub(super) const MEMORY: Metric =
    metric("process_resident_memory_bytes", "gauge", "memory that the process holds");
pub(super) const FILES: Metric = metric("process_open_fds", "gauge", "files and sockets that are open");

/// All of them, in the order in which they are served.
pub static METRICS: [Metric; 19] = [
    BUILD,
    REQUESTS,
    SECONDS,
    HASHES,
    PROOFS,
    EVENTS,
    UNSEALED,
    MAILS,
    LOGOUTS,
    KEY_AGE,
    KEY_PUBLISHED,
    WORKER_SUCCESS,
    WORKER_FAILURES,
    DATABASE,
    HELD,
    CLOCK,
    STARTED,
    MEMORY,
    FILES,
];
