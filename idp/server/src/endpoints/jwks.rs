//! The key set (RFC 7517 section 5). It may be cached for `keys.jwks_max_age`, and no key signs before it was published
//! that long.

use crate::app::App;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};

/// `GET /jwks`
pub async fn get(app: web::Data<App>) -> HttpResponse {
    // A few seconds less: a node may hear of a new key only then, and an answer takes its time.
    let max_age = app.settings.keys.schedule.jwks_max_age.as_secs();
    let seconds = max_age.saturating_sub(5).max(max_age / 2);
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, format!("public, max-age={seconds}")))
        .content_type("application/json")
        .body(app.keys.jwks())
}
