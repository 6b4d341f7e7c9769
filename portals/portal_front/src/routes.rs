//! The addresses that every portal has.

use crate::handlers::{Answer, member_body, member_form, member_page, page};
use crate::{Form, Front, Member, Visit, backchannel_logout, error_pages, session_pages, sign_in};
use actix_web::http::header;
use actix_web::middleware::{DefaultHeaders, from_fn};
use actix_web::{HttpRequest, HttpResponse, Scope, web};
use ontario_design::{assets, content_security_policy};

/// Forms that the front reads by itself don't come near this.
const MAX_SMALL_FORM: usize = 16 * 1024;

/// A portal's pages by their addresses, which are below the language.
pub trait Pages: Sized {
    /// A page for everybody.
    #[must_use]
    fn open<G>(self, path: &str, get: G) -> Self
    where
        G: AsyncFn(&Visit) -> Answer + Clone + 'static;

    /// A page for people who are signed in.
    #[must_use]
    fn member<G>(self, path: &str, get: G) -> Self
    where
        G: AsyncFn(&Visit, Member<'_>) -> Answer + Clone + 'static;

    /// The same with a form.
    #[must_use]
    fn form<G, P>(self, path: &str, get: G, post: P) -> Self
    where
        G: AsyncFn(&Visit, Member<'_>) -> Answer + Clone + 'static,
        P: AsyncFn(&Visit, Member<'_>, &Form) -> Answer + Clone + 'static;

    /// The same with a form that sends a file: the portal reads it, see [`member_body`].
    #[must_use]
    fn upload<G, P>(self, path: &str, get: G, post: P) -> Self
    where
        G: AsyncFn(&Visit, Member<'_>) -> Answer + Clone + 'static,
        P: AsyncFn(&Visit, Member<'_>, web::Payload) -> Answer + Clone + 'static;
}

impl Pages for Scope {
    fn open<G>(self, path: &str, get: G) -> Self
    where
        G: AsyncFn(&Visit) -> Answer + Clone + 'static,
    {
        self.service(web::resource(path.to_owned()).route(page(get)))
    }

    fn member<G>(self, path: &str, get: G) -> Self
    where
        G: AsyncFn(&Visit, Member<'_>) -> Answer + Clone + 'static,
    {
        self.service(web::resource(path.to_owned()).route(member_page(get)))
    }

    fn form<G, P>(self, path: &str, get: G, post: P) -> Self
    where
        G: AsyncFn(&Visit, Member<'_>) -> Answer + Clone + 'static,
        P: AsyncFn(&Visit, Member<'_>, &Form) -> Answer + Clone + 'static,
    {
        self.service(web::resource(path.to_owned()).route(member_page(get)).route(member_form(post)))
    }

    fn upload<G, P>(self, path: &str, get: G, post: P) -> Self
    where
        G: AsyncFn(&Visit, Member<'_>) -> Answer + Clone + 'static,
        P: AsyncFn(&Visit, Member<'_>, web::Payload) -> Answer + Clone + 'static,
    {
        self.service(web::resource(path.to_owned()).route(member_page(get)).route(member_body(post)))
    }
}

/// A portal's addresses: the front's, and in `/{l}/` the portal's `pages`. They know the front by `app_data`; what the
/// pages need beside it goes there too.
pub fn configure(app: &mut web::ServiceConfig, front: &web::Data<Front>, pages: impl FnOnce(Scope) -> Scope) {
    // Signing out is a POST that ends at the provider by redirect.
    let policy = content_security_policy(&[&front.provider_origin]);
    let headers = DefaultHeaders::new()
        .add((header::CONTENT_SECURITY_POLICY, policy))
        .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .add((header::REFERRER_POLICY, "same-origin"))
        .add((header::CACHE_CONTROL, "no-store"));
    let headers = if front.secure {
        headers.add((header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains"))
    } else {
        headers
    };
    app.app_data(front.clone())
        .app_data(web::FormConfig::default().limit(MAX_SMALL_FORM))
        .app_data(web::PayloadConfig::default().limit(crate::MAX_BODY));
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
            .route("/", page(session_pages::root))
            .service(sign_in_at("/sign-in"))
            .service(web::resource("/callback").route(web::get().to(sign_in::callback)))
            .service(pages(own(web::scope("/{l:en|fr}")))),
    );
}

fn sign_in_at(path: &str) -> actix_web::Resource {
    web::resource(path.to_owned())
        .route(web::get().to(sign_in::start))
        .route(web::post().to(sign_in::start_by_post))
}

/// The front's own pages.
fn own(scope: Scope) -> Scope {
    scope
        .service(web::resource("").route(page(session_pages::root)))
        .service(sign_in_at("/sign-in"))
        .service(web::resource("/session/keep").route(member_form(session_pages::keep)))
        .service(web::resource("/session-expired").route(page(session_pages::expired)))
        .service(
            web::resource("/sign-out")
                .route(page(session_pages::sign_out_page))
                .route(web::post().to(session_pages::sign_out)),
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
