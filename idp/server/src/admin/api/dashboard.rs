//! `/admin/api/v1/dashboard`

use super::{Caller, Problem, json};
use crate::admin::dashboard;
use actix_web::HttpResponse;

/// `GET /dashboard`: how the server does, and the last 24 hours by the hour.
pub async fn show(caller: Caller) -> Result<HttpResponse, Problem> {
    Ok(json(200, &dashboard::look(&caller.desk(), &caller.app.key_schedule()).await?))
}
