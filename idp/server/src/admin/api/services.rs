//! `/admin/api/v1/services`

use super::{Call, Caller, Input, Of, Parameters, Problem, Why, json};
use crate::admin::AdminError;
use crate::admin::services::{self, SavedService, ServiceView};
use actix_web::{HttpResponse, web};
use idp_domain::administration::{Act, Area};
use idp_domain::client::ClientMetadata;
use idp_domain::secret::Secret;
use serde::Deserialize;
use serde_json::json as object;

/// `GET /services`: every service, disabled ones too, by id.
pub async fn list(caller: Caller) -> Result<HttpResponse, Problem> {
    let all = services::list(&caller.desk()).await?;
    Ok(json(200, &all.iter().map(ServiceView::from).collect::<Vec<_>>()))
}

/// `GET /services/{client_id}`
pub async fn show(caller: Caller, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    let service = services::show(&caller.desk(), &id).await?;
    Ok(json(200, &ServiceView::from(&service)))
}

/// `GET /services/{client_id}/history`: every change of its registration, newest first.
pub async fn history(caller: Caller, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    Ok(json(200, &services::history(&caller.desk(), &id).await?))
}

/// What stands after `GET /services/{client_id}/redirect-test?`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tried {
    /// Needed; but who may not ask is told so first.
    redirect_uri: Option<String>,
}

/// `GET /services/{client_id}/redirect-test`: whether an address would be taken, and why not.
pub async fn test_redirect(
    caller: Caller,
    id: web::Path<String>,
    tried: Parameters<Tried>,
) -> Result<HttpResponse, Problem> {
    caller.desk().admit(Act::Read(Area::Services)).await?;
    let tried = tried.0.redirect_uri.ok_or(Problem::Malformed("redirect_uri is missing".into()))?;
    Ok(json(200, &services::test_redirect(&caller.desk(), &id, &tried).await?))
}

/// What `POST /services` and `PUT /services/{client_id}` take.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Save {
    service: ClientMetadata,
    reason: String,
}

impl Input for Save {
    const ACT: Act = Act::Write(Area::Services);
}

/// `POST /services`: 201, with the secret, which is told once.
pub async fn add(call: Call<Save>) -> Result<HttpResponse, Problem> {
    let Call { caller, body: Save { service, reason } } = call;
    let added = services::add(&caller.desk(), caller.service_tools(), service, Some(&reason)).await;
    let added = added.map_err(beyond)?;
    caller.app.forget_service(&added.client.id);
    Ok(json(201, &saved(&added)))
}

/// `PUT /services/{client_id}`: the whole registration anew.
pub async fn update(call: Call<Save>, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Call { caller, body: Save { service, reason } } = call;
    if !service.names(&id) {
        return Err(beyond(AdminError::invalid("service.client_id", &"it must be the address's")));
    }
    let updated = services::update(&caller.desk(), caller.service_tools(), service, Some(&reason)).await;
    let updated = updated.map_err(beyond)?;
    caller.app.forget_service(&updated.client.id);
    Ok(json(200, &saved(&updated)))
}

/// The fields of a registration whose schema tells all.
const TOLD: [&str; 11] = [
    "reason",
    "client_id",
    "client_name",
    "client_name#fr",
    "ministry",
    "ministry#fr",
    "description",
    "description#fr",
    "contacts",
    "minimum_acr",
    "default_acr_values",
];

fn beyond(error: AdminError) -> Problem {
    Problem::beyond(error, &TOLD)
}

fn saved(service: &SavedService) -> serde_json::Value {
    let secret = service.secret.as_ref().map(Secret::expose);
    object!({"client_id": service.client.id, "client_secret": secret})
}

/// The area.
pub struct Services;

impl Of for Services {
    const AREA: Area = Area::Services;
}

/// `POST /services/{client_id}/disable`
pub async fn disable(call: Call<Why<Services>>, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    let Call { caller, body: Why { reason, .. } } = call;
    if caller.is(&id) {
        return Err(Problem::Conflict("a program doesn't disable itself".to_owned()));
    }
    services::disable(&caller.desk(), &id, Some(&reason)).await?;
    if let Some(id) = idp_domain::ids::ClientId::parse(&id) {
        caller.app.forget_service(&id);
    }
    Ok(json(200, &object!({"client_id": *id, "disabled": true})))
}

/// `POST /services/{client_id}/secret`: one more secret, which is told once.
pub async fn rotate_secret(
    call: Call<Why<Services>>,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let Call { caller, body: Why { reason, .. } } = call;
    let secret = services::rotate_secret(&caller.desk(), &id, Some(&reason)).await?;
    if let Some(id) = idp_domain::ids::ClientId::parse(&id) {
        caller.app.forget_service(&id);
    }
    Ok(json(200, &object!({"client_id": *id, "client_secret": secret.expose()})))
}
