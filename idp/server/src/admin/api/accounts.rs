//! `/admin/api/v1/accounts`: what names a person is in bodies, never in addresses, which logs keep.

use super::{Call, Caller, Input, Of, Parameters, Problem, Why, json};
use crate::admin::accounts::{self, Look};
use actix_web::{HttpResponse, web};
use idp_domain::administration::{Act, Area, RemovedFactors};
use serde::Deserialize;

/// The area.
pub struct Accounts;

impl Of for Accounts {
    const AREA: Area = Area::Accounts;
}

/// What `POST /accounts/find` takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Find {
    query: String,
    reason: String,
}

impl Input for Find {
    const ACT: Act = Act::Read(Area::Accounts);
}

/// `POST /accounts/find`: the accounts of an exact name or reference.
pub async fn find(call: Call<Find>) -> Result<HttpResponse, Problem> {
    let Call { caller, body: Find { query, reason } } = call;
    let found = accounts::find(&caller.desk(), &caller.app, &query, Some(&reason)).await?;
    Ok(json(200, &found))
}

/// What `POST /accounts/{id}/show` takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Show {
    #[serde(default)]
    personal_data: bool,
    reason: String,
}

impl Input for Show {
    const ACT: Act = Act::Read(Area::Accounts);
}

/// `POST /accounts/{id}/show`: a look, which is on record.
pub async fn show(call: Call<Show>, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Call { caller, body: Show { personal_data, reason } } = call;
    let look = Look { personal_data, why: Some(&reason) };
    Ok(json(200, &accounts::show(&caller.desk(), &caller.app, &id, look).await?))
}

/// `POST /accounts/{id}/lock`
pub async fn lock(call: Call<Why<Accounts>>, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Call { caller, body: Why { reason, .. } } = call;
    Ok(json(200, &accounts::lock(&caller.desk(), &caller.app, &id, &reason).await?))
}

/// `POST /accounts/{id}/unlock`
pub async fn unlock(call: Call<Why<Accounts>>, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Call { caller, body: Why { reason, .. } } = call;
    Ok(json(200, &accounts::unlock(&caller.desk(), &caller.app, &id, Some(&reason)).await?))
}

/// `POST /accounts/{id}/resend`: the activation mail once more, for a registration.
pub async fn resend(call: Call<Why<Accounts>>, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Call { caller, body: Why { reason, .. } } = call;
    Ok(json(200, &accounts::resend(&caller.desk(), &caller.app, &id, Some(&reason)).await?))
}

/// `POST /accounts/{id}/end-sessions`
pub async fn end_sessions(call: Call<Why<Accounts>>, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Call { caller, body: Why { reason, .. } } = call;
    Ok(json(200, &accounts::end_sessions(&caller.desk(), &caller.app, &id, Some(&reason)).await?))
}

/// `POST /accounts/{id}/close`
pub async fn close(call: Call<Why<Accounts>>, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Call { caller, body: Why { reason, .. } } = call;
    Ok(json(200, &accounts::close(&caller.desk(), &caller.app, &id, &reason).await?))
}

/// `POST /accounts/{id}/export`
pub async fn export(call: Call<Why<Accounts>>, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Call { caller, body: Why { reason, .. } } = call;
    Ok(json(200, &accounts::export(&caller.desk(), &caller.app, &id, Some(&reason)).await?))
}

/// What may stand after `GET /accounts/removals?`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    after: Option<String>,
}

/// `GET /accounts/removals`: those that wait for another one, 50 at a time.
pub async fn list_removals(caller: Caller, page: Parameters<Page>) -> Result<HttpResponse, Problem> {
    Ok(json(200, &accounts::list_removals(&caller.desk(), page.0.after.as_deref()).await?))
}

/// `GET /accounts/{id}/removal`
pub async fn show_removal(caller: Caller, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    Ok(json(200, &accounts::show_removal(&caller.desk(), &id).await?))
}

/// What `POST /accounts/{id}/removal` takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    factors: RemovedFactors,
    reason: String,
}

impl Input for Ask {
    const ACT: Act = Act::Write(Area::Accounts);
}

/// `POST /accounts/{id}/removal`: asks; another caller has to approve.
pub async fn ask_removal(call: Call<Ask>, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Call { caller, body: Ask { factors, reason } } = call;
    let asked = accounts::ask_removal(&caller.desk(), &caller.app, &id, factors, &reason).await?;
    Ok(json(201, &asked))
}

/// What `POST /accounts/{id}/removal/approve` and `/refuse` take.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settle {
    request: String,
    reason: String,
}

impl Input for Settle {
    const ACT: Act = Act::Write(Area::Accounts);
}

/// `POST /accounts/{id}/removal/approve`: 409 for whoever asked.
pub async fn approve_removal(call: Call<Settle>, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Call { caller, body: Settle { request, reason } } = call;
    let done = accounts::approve_removal(&caller.desk(), &caller.app, &id, &request, Some(&reason)).await?;
    Ok(json(200, &done))
}

/// `POST /accounts/{id}/removal/refuse`
pub async fn refuse_removal(call: Call<Settle>, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Call { caller, body: Settle { request, reason } } = call;
    let done = accounts::refuse_removal(&caller.desk(), &caller.app, &id, &request, Some(&reason)).await?;
    Ok(json(200, &done))
}
