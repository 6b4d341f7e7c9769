//! The public log of signing keys (contract: "The log of signing keys"): every key that ever signed and when it began,
//! retired or was revoked. Anybody may fetch, keep and compare it; how to check it stands in `docs/security.md`.

use super::oauth_error::OAuthError;
use crate::app::App;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};
use idp_domain::time::Timestamp;
use idp_store::StoredSigningKey;
use serde_json::{Value, json};

/// `/.well-known/signing-keys-log`
pub const PATH: &str = "/.well-known/signing-keys-log";

/// `GET`: `keys`, a summary to read, and `entries`, the signed log itself.
pub async fn get(app: web::Data<App>) -> HttpResponse {
    match document(&app).await {
        Ok(document) => {
            HttpResponse::Ok().insert_header((CACHE_CONTROL, "public, max-age=60")).json(document)
        }
        Err(error) => OAuthError::from(error).response(),
    }
}

async fn document(app: &App) -> idp_store::Result<Value> {
    let log = app.store.list_key_log().await?;
    let keys = app.store.list_signing_keys().await?;
    let logged = keys.iter().filter(|key| log.iter().any(|entry| entry.kid == key.kid));
    let entries: Vec<&str> = log.iter().map(|entry| entry.entry.as_str()).collect();
    Ok(json!({ "issuer": app.issuer(), "keys": logged.map(summary).collect::<Vec<_>>(), "entries": entries }))
}

fn summary(key: &StoredSigningKey) -> Value {
    let seconds = |at: Option<Timestamp>| at.map(Timestamp::seconds);
    json!({
        "kid": key.kid,
        "alg": key.algorithm.as_str(),
        "published_at": key.published_at.seconds(),
        "activated_at": seconds(key.activated_at),
        "retired_at": seconds(key.retired_at),
        "revoked_at": seconds(key.revoked_at),
    })
}
