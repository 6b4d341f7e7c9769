//! `/admin/api/v1/administrators`

use super::{Call, Caller, Input, Problem, json};
use crate::admin::administrators::{self, AdministratorView};
use actix_web::HttpResponse;
use idp_domain::administration::{Act, Area, Role};
use serde::Deserialize;
use serde_json::json as object;

/// `GET /administrators`: everybody who is trusted with something.
pub async fn list(caller: Caller) -> Result<HttpResponse, Problem> {
    let all = administrators::list(&caller.desk()).await?;
    Ok(json(200, &all.into_iter().map(AdministratorView::from).collect::<Vec<_>>()))
}

/// What `POST /administrators/grant` and `/revoke` take.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    email: String,
    role: Role,
    reason: String,
}

impl Input for Change {
    const ACT: Act = Act::Write(Area::Administrators);
}

/// `POST /administrators/grant`
pub async fn grant(call: Call<Change>) -> Result<HttpResponse, Problem> {
    let Call { caller, body: Change { email, role, reason } } = call;
    let changed = administrators::grant(&caller.desk(), &email, role, Some(&reason)).await?;
    Ok(json(200, &object!({"email": email, "role": role, "changed": changed})))
}

/// `POST /administrators/revoke`: 409 for the last of a role.
pub async fn revoke(call: Call<Change>) -> Result<HttpResponse, Problem> {
    let Call { caller, body: Change { email, role, reason } } = call;
    let changed = administrators::revoke(&caller.desk(), &email, role, Some(&reason)).await?;
    Ok(json(200, &object!({"email": email, "role": role, "changed": changed})))
}
