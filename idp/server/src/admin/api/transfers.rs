//! `/admin/api/v1/transfers`: nothing here writes.

use super::{Caller, Parameters, Problem, json};
use crate::admin::{time, transfers};
use actix_web::HttpResponse;
use idp_domain::administration::{Act, Area};
use serde::Deserialize;

/// What may stand after `GET /transfers?`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    from: Option<String>,
    to: Option<String>,
}

/// `GET /transfers`: counts by day and service, and who has not decided.
pub async fn count(caller: Caller, span: Parameters<Span>) -> Result<HttpResponse, Problem> {
    caller.desk().admit(Act::Read(Area::Transfers)).await?;
    let Span { from, to } = span.0;
    time("from", from.as_deref())?;
    time("to", to.as_deref())?;
    let counts = transfers::count(&caller.desk(), from.as_deref(), to.as_deref()).await;
    Ok(json(200, &counts.map_err(|error| Problem::beyond(error, &[]))?))
}

/// What may stand after `GET /transfers/decisions?`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct After {
    after: Option<String>,
}

/// `GET /transfers/decisions`: oldest first, 50 at a time.
pub async fn list(caller: Caller, page: Parameters<After>) -> Result<HttpResponse, Problem> {
    Ok(json(200, &transfers::list(&caller.desk(), page.0.after.as_deref()).await?))
}

/// What may stand after `GET /transfers/conflicts?`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Before {
    before: Option<String>,
}

/// `GET /transfers/conflicts`: those that were refused, newest first, 50 at a time.
pub async fn conflicts(caller: Caller, page: Parameters<Before>) -> Result<HttpResponse, Problem> {
    Ok(json(200, &transfers::conflicts(&caller.desk(), page.0.before.as_deref()).await?))
}
