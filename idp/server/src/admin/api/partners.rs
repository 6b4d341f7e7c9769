//! `/admin/api/v1/partners`

use super::{Call, Caller, Input, Of, Problem, Why, json};
use crate::admin::{AdminError, partners};
use actix_web::{HttpResponse, web};
use idp_domain::administration::{Act, Area};
use idp_domain::sign_in_partner::PartnerFile;
use serde::Deserialize;
use serde_json::json as object;

/// The area.
pub struct Partners;

impl Of for Partners {
    const AREA: Area = Area::Partners;
}

/// `GET /partners`: that of the settings first, then in order.
pub async fn list(caller: Caller) -> Result<HttpResponse, Problem> {
    Ok(json(200, &partners::list(&caller.desk(), &caller.app).await?))
}

/// What `POST /partners` and `/partners/update` take.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Save {
    partner: PartnerFile,
    reason: String,
}

impl Input for Save {
    const ACT: Act = Act::Write(Area::Partners);
}

/// `POST /partners`: 201, with our public key where one was made.
pub async fn add(call: Call<Save>) -> Result<HttpResponse, Problem> {
    let Call { caller, body: Save { partner, reason } } = call;
    let added = partners::add(&caller.desk(), &caller.app, partner, Some(&reason)).await;
    Ok(json(201, &added.map_err(beyond)?))
}

/// `POST /partners/update`: the whole entry anew, of the partner that it names.
pub async fn update(call: Call<Save>) -> Result<HttpResponse, Problem> {
    let Call { caller, body: Save { partner, reason } } = call;
    let updated = partners::update(&caller.desk(), &caller.app, partner, Some(&reason)).await;
    Ok(json(200, &updated.map_err(beyond)?))
}

/// The fields of an entry whose schema tells all.
const TOLD: [&str; 7] = [
    "reason",
    "id",
    "name",
    "name#fr",
    "client_id",
    "token_endpoint_auth_method",
    "id_token_signed_response_alg",
];

fn beyond(error: AdminError) -> Problem {
    Problem::beyond(error, &TOLD)
}

/// `POST /partners/{id}/disable`
pub async fn disable(call: Call<Why<Partners>>, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Call { caller, body: Why { reason, .. } } = call;
    partners::disable(&caller.desk(), &caller.app, &id, Some(&reason)).await?;
    Ok(json(200, &object!({"id": *id, "disabled": true})))
}

/// `POST /partners/{id}/test`: what its discovery document and its keys say. A connection that fails is an answer.
pub async fn test(call: Call<Why<Partners>>, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Call { caller, body: Why { reason, .. } } = call;
    Ok(json(200, &partners::test(&caller.desk(), &caller.app, &id, Some(&reason)).await?))
}
