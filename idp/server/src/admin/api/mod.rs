//! The administration API, `/admin/api/v1/…`: JSON in and out, described by `/admin/api/openapi.json`.
//!
//! 1. [`Caller`] is taken from each request first: the access token of a service's own (`client_credentials`), which names
//!    the scopes; a token that is bound to a key needs its proof (RFC 9449). A person's token opens nothing here.
//! 2. [`Call`] asks whether the caller may, then reads at most 1 MiB of JSON; a member that nobody knows is refused.
//! 3. The handler calls one operation of `admin/`, and answers with its view.
//!
//! Errors are problem details (RFC 9457).

mod accounts;
mod administrators;
mod audit;
mod body;
mod caller;
mod dashboard;
mod keys;
mod mails;
mod notices;
mod partners;
mod problem;
mod registration_tokens;
mod service_file;
mod services;
mod settings;
mod transfers;

pub use body::{Call, Input, Of, Parameters, Why};
pub use caller::Caller;
pub use problem::Problem;

use crate::routes::{Endpoint, endpoint};
use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::ServiceConfig;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

/// Where the API is.
pub const PREFIX: &str = "/admin/api/v1";
/// Where it is described.
pub const DESCRIPTION: &str = "/admin/api/openapi.json";

/// Every address of the API and who answers there.
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(endpoint(DESCRIPTION, "GET, HEAD").get(describe))
        .service(at("/dashboard", "GET, HEAD").get(dashboard::show))
        .service(at("/keys", "GET, HEAD").get(keys::list))
        .service(at("/keys/rotate", "POST").post(keys::rotate))
        .service(at("/keys/import", "POST").post(keys::import))
        .service(at("/keys/{kid}/revoke", "POST").post(keys::revoke))
        .configure(configure_accounts)
        .service(at("/administrators", "GET, HEAD").get(administrators::list))
        .service(at("/administrators/grant", "POST").post(administrators::grant))
        .service(at("/administrators/revoke", "POST").post(administrators::revoke))
        .service(at("/services", "GET, HEAD, POST").get(services::list).post(services::add))
        .service(
            at("/services/{client_id}", "GET, HEAD, PUT")
                .get(services::show)
                .on(Method::PUT, services::update),
        )
        .service(at("/services/{client_id}/history", "GET, HEAD").get(services::history))
        .service(at("/services/{client_id}/redirect-test", "GET, HEAD").get(services::test_redirect))
        .service(at("/services/{client_id}/disable", "POST").post(services::disable))
        .service(at("/services/{client_id}/secret", "POST").post(services::rotate_secret))
        .service(at("/service-file", "GET, HEAD").get(service_file::export))
        .service(at("/service-file/plan", "POST").post(service_file::plan))
        .service(at("/service-file/apply", "POST").post(service_file::apply))
        .service(at("/registration-tokens", "POST").post(registration_tokens::issue))
        .service(at("/notices", "GET, HEAD, POST").get(notices::list).post(notices::add))
        .service(at("/notices/{id}/remove", "POST").post(notices::remove))
        .service(at("/settings", "GET, HEAD").get(settings::list))
        .service(at("/settings/{key}", "PUT").on(Method::PUT, settings::set))
        .service(at("/settings/{key}/reset", "POST").post(settings::reset))
        .service(at("/partners", "GET, HEAD, POST").get(partners::list).post(partners::add))
        .service(at("/partners/update", "POST").post(partners::update))
        .service(at("/partners/{id}/disable", "POST").post(partners::disable))
        .service(at("/partners/{id}/test", "POST").post(partners::test))
        .service(at("/transfers", "GET, HEAD").get(transfers::count))
        .service(at("/transfers/decisions", "GET, HEAD").get(transfers::list))
        .service(at("/transfers/conflicts", "GET, HEAD").get(transfers::conflicts))
        .service(at("/mails", "GET, HEAD").get(mails::list))
        .service(at("/mails/{id}", "GET, HEAD").get(mails::show))
        .service(at("/mails/{id}/retry", "POST").post(mails::retry))
        .service(at("/mails/{id}/cancel", "POST").post(mails::cancel))
        .service(at("/audit", "GET, HEAD").get(audit::list))
        .service(at("/audit/chain", "GET, HEAD").get(audit::chain))
        .service(at("/audit/export", "GET, HEAD").get(audit::export))
        .service(web::resource("/admin/api/{rest:.*}").default_service(web::to(unknown)));
}

fn configure_accounts(config: &mut ServiceConfig) {
    config
        .service(at("/accounts/find", "POST").post(accounts::find))
        .service(at("/accounts/removals", "GET, HEAD").get(accounts::list_removals))
        .service(at("/accounts/{id}/show", "POST").post(accounts::show))
        .service(at("/accounts/{id}/lock", "POST").post(accounts::lock))
        .service(at("/accounts/{id}/unlock", "POST").post(accounts::unlock))
        .service(at("/accounts/{id}/resend", "POST").post(accounts::resend))
        .service(at("/accounts/{id}/end-sessions", "POST").post(accounts::end_sessions))
        .service(at("/accounts/{id}/close", "POST").post(accounts::close))
        .service(at("/accounts/{id}/export", "POST").post(accounts::export))
        .service(
            at("/accounts/{id}/removal", "GET, HEAD, POST")
                .get(accounts::show_removal)
                .post(accounts::ask_removal),
        )
        .service(at("/accounts/{id}/removal/approve", "POST").post(accounts::approve_removal))
        .service(at("/accounts/{id}/removal/refuse", "POST").post(accounts::refuse_removal));
}

/// An address of the API; of other methods only a caller learns that there are none.
fn at(path: &str, allow: &'static str) -> Endpoint {
    let refuse = move |_: Caller| async move {
        HttpResponse::MethodNotAllowed().insert_header(("Allow", allow)).finish()
    };
    endpoint(&format!("{PREFIX}{path}"), allow).otherwise(refuse)
}

async fn describe() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .body(include_str!("openapi.json"))
}

async fn unknown(request: HttpRequest) -> HttpResponse {
    Problem::NotFound(format!("address {}", request.path())).response()
}

/// What an answer holds.
fn json(status: u16, value: &impl Serialize) -> HttpResponse {
    let status = actix_web::http::StatusCode::from_u16(status).unwrap_or_default();
    HttpResponse::build(status).insert_header((CACHE_CONTROL, "no-store")).json(value)
}
