//! `/admin/api/v1/settings`

use super::{Call, Caller, Input, Problem, json};
use crate::admin::settings::{self, SettingOrder, SettingView};
use actix_web::{HttpResponse, web};
use idp_domain::administration::{Act, Area};
use serde::Deserialize;

/// `GET /settings`: every setting, first those that can be changed.
pub async fn list(caller: Caller) -> Result<HttpResponse, Problem> {
    Ok(json(200, &settings::list(&caller.desk(), &caller.app.settings).await?))
}

/// What `PUT /settings/{key}` takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Set {
    value: String,
    /// The value that the caller saw: the change is refused where another one holds by now.
    seen: Option<String>,
    reason: String,
}

impl Input for Set {
    const ACT: Act = Act::Write(Area::Settings);
}

/// `PUT /settings/{key}`: sets it for all nodes.
pub async fn set(call: Call<Set>, key: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Call { caller, body: Set { value, seen, reason } } = call;
    let order = SettingOrder { value: Some(&value), seen: seen.as_deref(), why: Some(&reason) };
    Ok(json(200, &change(&caller, &key, order).await?))
}

/// What `POST /settings/{key}/reset` takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reset {
    /// As in `PUT`.
    seen: Option<String>,
    reason: String,
}

impl Input for Reset {
    const ACT: Act = Act::Write(Area::Settings);
}

/// `POST /settings/{key}/reset`: each node's own settings hold again.
pub async fn reset(call: Call<Reset>, key: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Call { caller, body: Reset { seen, reason } } = call;
    let order = SettingOrder { value: None, seen: seen.as_deref(), why: Some(&reason) };
    Ok(json(200, &change(&caller, &key, order).await?))
}

async fn change(caller: &Caller, key: &str, order: SettingOrder<'_>) -> Result<SettingView, Problem> {
    let view = settings::set(&caller.desk(), &caller.app.settings, key, order).await;
    let view = view.map_err(|error| Problem::beyond(error, &["reason"]))?;
    // Here at once, on the other nodes within a second.
    caller.app.follow_settings().await.map_err(crate::admin::AdminError::from)?;
    Ok(view)
}
