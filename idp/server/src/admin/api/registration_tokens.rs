//! `/admin/api/v1/registration-tokens`

use super::{Call, Input, Problem, json};
use crate::admin::services::{self, TokenOrder};
use actix_web::HttpResponse;
use idp_domain::administration::{Act, Area};
use idp_domain::client::RegistrationPolicy;
use serde::Deserialize;
use serde_json::json as object;

/// What `POST /registration-tokens` takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issue {
    /// What holds for every service that registers by it.
    #[serde(default)]
    policy: RegistrationPolicy,
    #[serde(default, deserialize_with = "idp_domain::whole_number::optional")]
    uses: Option<u32>,
    #[serde(default = "a_day")]
    expires: String,
    reason: String,
}

fn a_day() -> String {
    "24h".to_owned()
}

impl Input for Issue {
    const ACT: Act = Act::Write(Area::Services);
}

/// `POST /registration-tokens`: 201, with the token, which is told once.
pub async fn issue(call: Call<Issue>) -> Result<HttpResponse, Problem> {
    let Call { caller, body: Issue { policy, uses, expires, reason } } = call;
    let order = TokenOrder { policy, expires: &expires, uses: uses.unwrap_or(1) };
    let allow_loopback = caller.service_tools().allow_loopback;
    let made = services::issue_registration_token(&caller.desk(), order, allow_loopback, Some(&reason)).await;
    // What else a policy or a span must be, no schema tells.
    let made = made.map_err(|error| Problem::beyond(error, &["reason", "uses", "minimum_acr"]))?;
    let token = made.token.expose();
    Ok(json(201, &object!({"registration_token": token, "uses": made.uses, "expires": made.expires})))
}
