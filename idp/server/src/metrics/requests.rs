//! Requests, counted in memory: a few atomic steps for each.

use crate::app::App;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Data;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What requests are told apart by; the last stands for every page.
pub(super) const ENDPOINTS: [&str; 14] = [
    "authorize",
    "token",
    "par",
    "userinfo",
    "introspect",
    "revoke",
    "register",
    "jwks",
    "discovery",
    "end_session",
    "admin_api",
    "health",
    "static",
    "page",
];
/// Classes of statuses.
pub(super) const STATUSES: [&str; 4] = ["2xx", "3xx", "4xx", "5xx"];
/// Bounds of the buckets, in milliseconds.
pub(super) const BUCKETS: [u64; 6] = [5, 25, 100, 500, 2500, 10_000];

#[derive(Default)]
pub(super) struct Requests([OfEndpoint; ENDPOINTS.len()]);

#[derive(Default)]
pub(super) struct OfEndpoint {
    pub statuses: [AtomicU64; STATUSES.len()],
    /// Requests that took at most the bound of the same place, and no shorter one.
    pub buckets: [AtomicU64; BUCKETS.len()],
    pub micros: AtomicU64,
}

impl Requests {
    fn count(&self, endpoint: usize, status: u16, took: Duration) {
        let endpoint = &self.0[endpoint];
        let class = usize::from(status / 100).saturating_sub(2).min(STATUSES.len() - 1);
        endpoint.statuses[class].fetch_add(1, Ordering::Relaxed);
        let millis = took.as_millis();
        if let Some(bucket) = BUCKETS.iter().position(|bound| millis <= u128::from(*bound)) {
            endpoint.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        }
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        endpoint.micros.fetch_add(micros, Ordering::Relaxed);
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (&'static str, &OfEndpoint)> {
        ENDPOINTS.into_iter().zip(&self.0)
    }
}

fn index_of(path: &str) -> usize {
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    let name = match first {
        ".well-known" => "discovery",
        "healthz" | "metrics" | "readyz" => "health",
        "logo" | "client-logo" => "static",
        "admin" if path.starts_with("/admin/api") => "admin_api",
        "end-session" => "end_session",
        known => known,
    };
    ENDPOINTS.iter().position(|endpoint| *endpoint == name).unwrap_or(ENDPOINTS.len() - 1)
}

/// Counts a request when it is answered.
///
/// # Errors
/// Those of the request itself.
pub async fn count_request(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let (app, endpoint) = (request.app_data::<Data<App>>().cloned(), index_of(request.path()));
    let began = Instant::now();
    let answer = next.call(request).await;
    let status = match &answer {
        Ok(answer) => answer.status(),
        Err(error) => error.as_response_error().status_code(),
    };
    if let Some(app) = app {
        app.metrics.requests.count(endpoint, status.as_u16(), began.elapsed());
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_makes_a_label_of_its_own() {
        for (path, name) in [
            ("/token", "token"),
            ("/jwks", "jwks"),
            ("/.well-known/openid-configuration", "discovery"),
            ("/static/site.css", "static"),
            ("/admin/api/v1/keys", "admin_api"),
            ("/readyz", "health"),
            ("/en/sign-in", "page"),
            ("/en/admin/keys", "page"),
            ("/page", "page"),
            ("/tokens", "page"),
            ("/é\"}\n", "page"),
            ("", "page"),
        ] {
            assert_eq!(ENDPOINTS[index_of(path)], name, "{path}");
        }
    }

    #[test]
    fn every_status_falls_into_a_class_and_every_span_is_summed() {
        let requests = Requests::default();
        for status in [100, 200, 303, 404, 503, 999] {
            requests.count(index_of("/token"), status, Duration::from_millis(20));
        }
        requests.count(index_of("/token"), 200, Duration::from_mins(1));
        let token = requests.all().find(|(name, _)| *name == "token").unwrap().1;
        let counts = token.statuses.each_ref().map(|count| count.load(Ordering::Relaxed));
        assert_eq!(counts, [3, 1, 1, 2]);
        assert_eq!(token.buckets[1].load(Ordering::Relaxed), 6);
        assert_eq!(token.micros.load(Ordering::Relaxed), 60_120_000);
    }
}
