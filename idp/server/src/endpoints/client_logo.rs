//! `GET /client-logo/{client_id}`: a service's picture as we fetched it. It comes from us, so that pages need no picture
//! of another server and no other server learns who looks at them.

use crate::app::App;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY};
use actix_web::{HttpResponse, web};
use idp_domain::ids::ClientId;

/// Where a service's picture is.
#[must_use]
pub fn path_of(id: &ClientId) -> String {
    format!("/client-logo/{id}")
}

/// `GET`
pub async fn get(app: web::Data<App>, id: web::Path<String>) -> HttpResponse {
    match find(&app, &id).await {
        Ok(Some((kind, image))) => HttpResponse::Ok()
            .content_type(kind)
            .insert_header((CACHE_CONTROL, "public, max-age=600"))
            .insert_header((CONTENT_DISPOSITION, "inline"))
            .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"))
            .insert_header(("Cross-Origin-Resource-Policy", "same-origin"))
            .body(image),
        Ok(None) => HttpResponse::NotFound().finish(),
        Err(error) => {
            tracing::error!(%error, "a logo could not be read");
            HttpResponse::ServiceUnavailable().insert_header(("Retry-After", "5")).finish()
        }
    }
}

async fn find(app: &App, id: &str) -> idp_store::Result<Option<(String, Vec<u8>)>> {
    let Some(id) = ClientId::parse(id) else { return Ok(None) };
    match app.find_service(&id).await? {
        Some(service) if service.has_logo => app.store.find_logo(id).await,
        _ => Ok(None),
    }
}
