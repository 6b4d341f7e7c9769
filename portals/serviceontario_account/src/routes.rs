//! Every address of the portal.

use crate::pages::{backchannel_logout, home, landing, session, setup, sign_in};
use crate::{Portal, error_pages};
use actix_web::http::header;
use actix_web::middleware::{DefaultHeaders, from_fn};
use actix_web::{HttpRequest, HttpResponse, web};
use ontario_design::{assets, content_security_policy};

/// No form of the portal comes near this.
const MAX_FORM: usize = 16 * 1024;

pub(crate) fn configure(app: &mut web::ServiceConfig, portal: &web::Data<Portal>) {
    // Signing out is a POST that ends at the provider by redirect.
    let policy = content_security_policy(&[&portal.provider_origin]);
    let headers = DefaultHeaders::new()
        .add((header::CONTENT_SECURITY_POLICY, policy))
        .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .add((header::REFERRER_POLICY, "same-origin"))
        .add((header::CACHE_CONTROL, "no-store"));
    app.app_data(portal.clone()).app_data(web::FormConfig::default().limit(MAX_FORM));
    // Called by the provider: no page, no cookie. Section 2.8: the answer is not stored.
    let for_programs = DefaultHeaders::new()
        .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .add((header::CACHE_CONTROL, "no-store"));
    app.service(
        web::resource("/backchannel-logout")
            .wrap(for_programs)
            .route(web::post().to(backchannel_logout::post)),
    );
    app.service(
        web::scope("")
            .wrap(from_fn(error_pages::replace_bare_errors))
            .wrap(headers)
            .route("/static/{file}", web::get().to(asset))
            .route("/", web::get().to(landing::root))
            .service(
                web::resource("/sign-in")
                    .route(web::get().to(sign_in::start))
                    .route(web::post().to(sign_in::start_by_post)),
            )
            .service(web::resource("/callback").route(web::get().to(sign_in::callback)))
            .service(pages()),
    );
}

fn pages() -> actix_web::Scope {
    let get = |path: &str| web::resource(path.to_owned());
    web::scope("/{l:en|fr}")
        .service(get("").route(web::get().to(landing::root)))
        .service(get("/").route(web::get().to(landing::landing)))
        .service(
            web::resource("/sign-in")
                .route(web::get().to(sign_in::start))
                .route(web::post().to(sign_in::start_by_post)),
        )
        .service(
            web::resource("/setup/terms")
                .route(web::get().to(setup::terms))
                .route(web::post().to(setup::accept_terms)),
        )
        .service(get("/setup/done").route(web::get().to(setup::done)))
        .service(get("/terms").route(web::get().to(setup::terms_text)))
        .service(get("/home").route(web::get().to(home::home)))
        .service(web::resource("/session/keep").route(web::post().to(session::keep)))
        .service(get("/session-expired").route(web::get().to(session::expired)))
        .service(
            web::resource("/sign-out")
                .route(web::get().to(landing::root))
                .route(web::post().to(session::sign_out)),
        )
}

/// An embedded file; its name holds its hash, so it may be kept for ever.
async fn asset(request: HttpRequest, file: web::Path<String>) -> HttpResponse {
    let Some(asset) = assets::find(&file) else { return HttpResponse::NotFound().finish() };
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::CONTENT_TYPE, asset.content_type))
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((header::VARY, "Accept-Encoding"));
    let accepted =
        request.headers().get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("");
    match asset.brotli.filter(|_| accepted.split(',').any(|coding| coding.trim() == "br")) {
        Some(brotli) => answer.insert_header((header::CONTENT_ENCODING, "br")).body(brotli),
        None => answer.body(asset.bytes),
    }
}
