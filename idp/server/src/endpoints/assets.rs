//! Sheets, fonts, scripts and icons of the design crate, under names with a content hash; and the operator's logo.

use crate::app::App;
use actix_web::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, VARY};
use actix_web::{HttpRequest, HttpResponse, web};
use ontario_design::assets;

/// `GET /static/{name}`
pub async fn get(request: HttpRequest, name: web::Path<String>) -> HttpResponse {
    let Some(asset) = assets::find(&name) else { return HttpResponse::NotFound().finish() };
    let accepts_brotli = request
        .headers()
        .get(ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.split(',').any(|coding| coding.trim().starts_with("br")));
    let mut response = HttpResponse::Ok();
    response
        .content_type(asset.content_type)
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((VARY, "Accept-Encoding"));
    match asset.brotli.filter(|_| accepts_brotli) {
        Some(body) => response.insert_header((CONTENT_ENCODING, "br")).body(body),
        None => response.body(asset.bytes),
    }
}

/// `GET /logo`: the operator's own file, where there is one.
pub async fn logo(app: web::Data<App>) -> HttpResponse {
    match &app.in_force().logo {
        Some((bytes, kind)) => HttpResponse::Ok()
            .content_type(*kind)
            .insert_header((CACHE_CONTROL, "public, max-age=3600"))
            .insert_header((
                "Content-Security-Policy",
                "default-src 'none'; style-src 'unsafe-inline'; sandbox",
            ))
            .body(bytes.clone()),
        None => HttpResponse::NotFound().finish(),
    }
}
