//! Every address and who answers there.

use crate::endpoints::{assets, authorization, discovery, end_session, health, jwks, token, userinfo};
use crate::journeys::information::{self, Topic};
use crate::journeys::{account, cancel, resume, select_account, session, sign_in, sign_out, sign_up};
use crate::web::post::{get, post};
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use actix_web::dev::HttpServiceFactory;
use actix_web::http::Method;
use actix_web::http::header::ALLOW;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, Resource, Responder, Route};

/// All of them.
pub fn configure(config: &mut ServiceConfig) {
    programs(config);
    people(config);
    config.default_service(web::to(async |request: HttpRequest, visit: Visit| {
        Problem::NotFound.answer(&visit).respond_to(&request)
    }));
}

/// What programs call.
fn programs(config: &mut ServiceConfig) {
    config
        .service(endpoint(discovery::PATH, "GET, HEAD").get(discovery::get))
        .service(endpoint("/jwks", "GET, HEAD").get(jwks::get))
        .service(endpoint("/authorize", "GET, POST").get(authorization::get).post(authorization::post))
        .service(endpoint("/token", "POST").post(token::post))
        .service(endpoint("/userinfo", "GET, HEAD, POST").get(userinfo::get).post(userinfo::post))
        .service(endpoint("/end-session", "GET, POST").get(end_session::get).post(end_session::post))
        .service(endpoint("/healthz", "GET, HEAD").get(health::healthz))
        .service(endpoint("/readyz", "GET, HEAD").get(health::readyz))
        .service(endpoint("/static/{name}", "GET, HEAD").get(assets::get))
        .service(endpoint("/logo", "GET, HEAD").get(assets::logo));
}

/// What people see.
fn people(config: &mut ServiceConfig) {
    config
        .service(page("/sign-in").route(get(sign_in::get)).route(post(sign_in::post)))
        .service(page("/cancel").route(post(cancel::post)))
        .service(page("/resume").route(get(resume::get)))
        .service(page("/select-account").route(get(select_account::get)).route(post(select_account::post)))
        .service(
            page("/create-account")
                .route(get(sign_up::create_account::get))
                .route(post(sign_up::create_account::post)),
        )
        .service(
            page("/create-account/verify")
                .route(get(sign_up::verify::get))
                .route(post(sign_up::verify::post)),
        )
        .service(page("/create-account/resend").route(post(sign_up::verify::resend)))
        .service(page("/create-account/done").route(get(sign_up::done::get)).route(post(sign_up::done::post)))
        .service(page("/activate").route(get(sign_up::link::get)).route(post(sign_up::link::post)))
        .service(page("/account").route(get(account::get)))
        .service(page("/session/keep").route(web::post().to(session::keep)))
        .service(page("/session-expired").route(get(session::expired)))
        .service(page("/sign-out").route(get(sign_out::get)).route(post(sign_out::post)))
        .service(page("/end-session/confirm").route(post(end_session::confirm)))
        .service(page("/signed-out").route(get(sign_out::signed_out)));
    for (topic, path) in Topic::ALL {
        config
            .service(page(path).route(get(async move |visit: &Visit| information::get(visit, topic).await)));
    }
    config.service(web::resource("/").route(web::get().to(home)));
    config.service(web::resource("/{l:en|fr}").route(web::get().to(home)));
    config.service(web::resource("/{l:en|fr}/").route(web::get().to(home)));
}

/// The start: by cookie, then `Accept-Language`, then English; on to the account, or to signing in.
async fn home(request: HttpRequest, visit: Visit) -> HttpResponse {
    crate::web::answer::Answer::see_other(visit.url("/account")).respond_to(&request)
}

/// A page at `/{l}{path}`.
fn page(path: &str) -> Resource {
    web::resource(format!("/{{l:en|fr}}{path}")).default_service(web::to(
        async |request: HttpRequest, visit: Visit| {
            let mut response = Problem::MethodNotAllowed.answer(&visit).respond_to(&request);
            response
                .headers_mut()
                .insert(ALLOW, actix_web::http::header::HeaderValue::from_static("GET, POST"));
            response
        },
    ))
}

/// An endpoint that answers other methods with 405 and `Allow`.
fn endpoint(path: &str, allow: &'static str) -> Endpoint {
    let refuse =
        move || async move { HttpResponse::MethodNotAllowed().insert_header((ALLOW, allow)).finish() };
    Endpoint(web::resource(path).default_service(web::to(refuse)))
}

/// A resource whose GET answers HEAD too.
struct Endpoint(Resource);

impl Endpoint {
    fn get<F, Args>(self, handler: F) -> Self
    where
        F: actix_web::Handler<Args> + Clone,
        Args: actix_web::FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let route = |method: Method, handler: F| -> Route { web::method(method).to(handler) };
        Self(self.0.route(route(Method::GET, handler.clone())).route(route(Method::HEAD, handler)))
    }

    fn post<F, Args>(self, handler: F) -> Self
    where
        F: actix_web::Handler<Args>,
        Args: actix_web::FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        Self(self.0.route(web::post().to(handler)))
    }
}

impl HttpServiceFactory for Endpoint {
    fn register(self, config: &mut actix_web::dev::AppService) {
        self.0.register(config);
    }
}
