//! Whether this node lives, and whether it can serve.

use crate::app::App;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the node is about to stop: `/readyz` says no first, so that no new requests are sent here.
#[derive(Default)]
pub struct Stopping(AtomicBool);

impl Stopping {
    /// The node is about to stop.
    pub fn begin(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// `GET /healthz`: the process answers.
pub async fn healthz() -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).content_type("text/plain").body("ok\n")
}

/// `GET /readyz`: the database answers too, and the node isn't about to stop.
pub async fn readyz(app: web::Data<App>, stopping: web::Data<Stopping>) -> HttpResponse {
    let ready = !stopping.0.load(Ordering::SeqCst) && app.store.ping().await.is_ok();
    let (mut response, text) = if ready {
        (HttpResponse::Ok(), "ready\n")
    } else {
        (HttpResponse::ServiceUnavailable(), "not ready\n")
    };
    response.insert_header((CACHE_CONTROL, "no-store")).content_type("text/plain").body(text)
}
