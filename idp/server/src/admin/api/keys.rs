//! `/admin/api/v1/keys`

use super::{Call, Caller, Input, Problem, json};
use crate::admin::AdminError;
use crate::admin::keys::{self, KeyView};
use actix_web::{HttpResponse, web};
use idp_domain::administration::{Act, Area};
use idp_domain::secret::Secret;
use idp_domain::signing_key::SigningAlgorithm;
use serde::Deserialize;

/// `GET /keys`: every key, oldest first.
pub async fn list(caller: Caller) -> Result<HttpResponse, Problem> {
    let keys = keys::list(&caller.desk()).await?;
    Ok(json(200, &keys.iter().map(KeyView::from).collect::<Vec<_>>()))
}

/// What `POST /keys/rotate` takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rotate {
    algorithm: Option<SigningAlgorithm>,
    #[serde(default)]
    now: bool,
    reason: String,
}

impl Input for Rotate {
    const ACT: Act = Act::Write(Area::Keys);
}

/// `POST /keys/rotate`: promotes the next key of one algorithm or of each. 409 where none could be promoted yet.
pub async fn rotate(call: Call<Rotate>) -> Result<HttpResponse, Problem> {
    let Call { caller, body: Rotate { algorithm, now, reason } } = call;
    let tools = caller.key_tools();
    let done = keys::rotate(&caller.desk(), tools, algorithm, now, Some(&reason)).await?;
    let is_any = done.iter().any(|rotation| rotation.active.is_some());
    Ok(json(if is_any { 200 } else { 409 }, &done))
}

/// What `POST /keys/import` takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Import {
    algorithm: SigningAlgorithm,
    /// The private key: PEM, or a JWK as text.
    key: String,
    reason: String,
}

impl Input for Import {
    const ACT: Act = Act::Write(Area::Keys);
}

/// `POST /keys/import`: a key that was made elsewhere becomes the next one. 201.
pub async fn import(call: Call<Import>) -> Result<HttpResponse, Problem> {
    let Call { caller, body: Import { algorithm, key, reason } } = call;
    let tools = caller.key_tools();
    let done = keys::import(&caller.desk(), tools, algorithm, &Secret::new(key), &reason).await;
    Ok(json(201, &done.map_err(|error| Problem::beyond(error, &["reason"]))?))
}

/// What `POST /keys/{kid}/revoke` takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revoke {
    /// The `kid` once more, so that no slip revokes a key.
    confirm: String,
    reason: String,
}

impl Input for Revoke {
    const ACT: Act = Act::Write(Area::Keys);
}

/// `POST /keys/{kid}/revoke`: in an emergency.
pub async fn revoke(call: Call<Revoke>, kid: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Call { caller, body: Revoke { confirm, reason } } = call;
    keys::find(&caller.desk(), &kid).await?;
    if confirm != *kid {
        return Err(Problem::beyond(AdminError::invalid("confirm", &"it must be the kid"), &[]));
    }
    let done = keys::revoke(&caller.desk(), caller.key_tools(), &kid, &reason).await?;
    Ok(json(200, &done))
}
