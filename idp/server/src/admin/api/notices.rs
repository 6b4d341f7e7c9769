//! `/admin/api/v1/notices`

use super::{Call, Caller, Input, Of, Problem, Why, json};
use crate::admin::notices::{self, NoticeFile, NoticeView};
use actix_web::{HttpResponse, web};
use idp_domain::administration::{Act, Area};
use serde::Deserialize;
use serde_json::json as object;

/// `GET /notices`: every notice, by its beginning.
pub async fn list(caller: Caller) -> Result<HttpResponse, Problem> {
    let all = notices::list(&caller.desk()).await?;
    Ok(json(200, &all.into_iter().map(NoticeView::from).collect::<Vec<_>>()))
}

/// What `POST /notices` takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Add {
    notice: NoticeFile,
    reason: String,
}

impl Input for Add {
    const ACT: Act = Act::Write(Area::Notices);
}

/// `POST /notices`: 201.
pub async fn add(call: Call<Add>) -> Result<HttpResponse, Problem> {
    let Call { caller, body: Add { notice, reason } } = call;
    let added = notices::add(&caller.desk(), notice, Some(&reason)).await;
    let added = added.map_err(|error| Problem::beyond(error, &["reason", "text", "start"]))?;
    caller.app.notices.forget();
    Ok(json(201, &NoticeView::from(added)))
}

/// The area.
pub struct Notices;

impl Of for Notices {
    const AREA: Area = Area::Notices;
}

/// `POST /notices/{id}/remove`
pub async fn remove(call: Call<Why<Notices>>, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Call { caller, body: Why { reason, .. } } = call;
    notices::remove(&caller.desk(), &id, Some(&reason)).await?;
    caller.app.notices.forget();
    Ok(json(200, &object!({"id": *id, "removed": true})))
}
