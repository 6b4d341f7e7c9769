//! `/admin/api/v1/service-file`: the relying services as one file.

use super::{Call, Caller, Input, Problem, json};
use crate::admin::AdminError;
use crate::admin::services::{self, AppliedService};
use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use idp_domain::administration::{Act, Area};
use idp_domain::secret::Secret;
use serde::Deserialize;
use serde_json::{Value, json as object};

/// What the file is called where its lines are told.
const NAME: &str = "file";

/// `GET /service-file`: every service that isn't disabled; no secret is in it.
pub async fn export(caller: Caller) -> Result<HttpResponse, Problem> {
    let text = services::export(&caller.desk()).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/toml"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"services.toml\""))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(text))
}

/// What `POST /service-file/plan` takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Look {
    /// The file's text.
    file: String,
}

impl Input for Look {
    const ACT: Act = Act::Read(Area::Services);
}

/// `POST /service-file/plan`: what the file would change.
pub async fn plan(call: Call<Look>) -> Result<HttpResponse, Problem> {
    let Call { caller, body: Look { file } } = call;
    let files = [(NAME.to_owned(), file)];
    let plan = services::plan_files(&caller.desk(), caller.service_tools(), &files).await;
    Ok(json(200, &plan.map_err(beyond)?))
}

/// What `POST /service-file/apply` takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Apply {
    file: String,
    /// The plan that was shown: 409 where anything else would be done by now.
    plan: Option<String>,
    reason: String,
}

impl Input for Apply {
    const ACT: Act = Act::Write(Area::Services);
}

/// `POST /service-file/apply`: all of it or nothing; secrets that were made are told once.
pub async fn apply(call: Call<Apply>) -> Result<HttpResponse, Problem> {
    let Call { caller, body: Apply { file, plan, reason } } = call;
    let (desk, tools, files) = (caller.desk(), caller.service_tools(), [(NAME.to_owned(), file)]);
    let done = services::apply(&desk, tools, &files, plan.as_deref(), Some(&reason)).await;
    let done = done.map_err(beyond)?;
    for applied in &done {
        caller.app.forget_service(&applied.planned.client_id);
    }
    Ok(json(200, &object!({"services": done.iter().map(told).collect::<Vec<_>>()})))
}

/// No schema tells what is in a file.
fn beyond(error: AdminError) -> Problem {
    Problem::beyond(error, &["reason"])
}

fn told(applied: &AppliedService) -> Value {
    let mut told = object!(applied.planned);
    told["client_secret"] = applied.secret.as_ref().map(Secret::expose).into();
    told
}
