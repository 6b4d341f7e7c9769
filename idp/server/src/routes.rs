//! Every address and who answers there.

use crate::console::form_page::{self, FormPage};
use crate::endpoints::{
    assets, authorization, client_logo, discovery, end_session, health, introspection, jwks, par,
    registration, revocation, signing_keys_log, token, userinfo,
};
use crate::journeys::information::{self, Topic};
use crate::journeys::sign_up::{create_account, done, link, verify};
use crate::journeys::{
    cancel, consent, leave, locked, resume, select_account, session, sign_in, sign_out, signed_out,
    terms_updated,
};
use crate::metrics;
use crate::web::cors::{self, Readers};
use crate::web::form::Form;
use crate::web::post::{get, post};
use crate::web::problem::Problem;
use crate::web::visit::{FormPath, Visit};
use actix_web::dev::HttpServiceFactory;
use actix_web::http::Method;
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::middleware::from_fn;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, Resource, Responder, Route};

/// All of them.
pub fn configure(config: &mut ServiceConfig) {
    programs(config);
    crate::admin::api::configure(config);
    people(config);
    config.default_service(web::to(async |request: HttpRequest, visit: Visit| {
        Problem::NotFound.answer(&visit).respond_to(&request)
    }));
}

/// What programs call.
fn programs(config: &mut ServiceConfig) {
    config
        .service(endpoint(discovery::PATH, "GET, HEAD").get(discovery::get).readable_by(Readers::Everyone))
        .service(
            endpoint(discovery::OAUTH_PATH, "GET, HEAD").get(discovery::get).readable_by(Readers::Everyone),
        )
        .service(endpoint("/jwks", "GET, HEAD").get(jwks::get).readable_by(Readers::Everyone))
        .service(
            endpoint(signing_keys_log::PATH, "GET, HEAD")
                .get(signing_keys_log::get)
                .readable_by(Readers::Everyone),
        )
        .service(endpoint("/authorize", "GET, POST").get(authorization::get).post(authorization::post))
        .service(endpoint("/par", "POST").post(par::post))
        .service(endpoint("/token", "POST").post(token::post).readable_by(Readers::Services))
        .service(endpoint("/introspect", "POST").post(introspection::post))
        .service(endpoint("/revoke", "POST").post(revocation::post).readable_by(Readers::Services))
        .service(
            endpoint("/userinfo", "GET, HEAD, POST")
                .get(userinfo::get)
                .post(userinfo::post)
                .readable_by(Readers::Services),
        )
        .service(endpoint(registration::PATH, "POST").post(registration::post))
        .service(
            endpoint("/register/{client_id}", "GET, HEAD, PUT, DELETE")
                .get(registration::get)
                .on(Method::PUT, registration::put)
                .on(Method::DELETE, registration::delete),
        )
        .service(endpoint("/end-session", "GET, POST").get(end_session::get).post(end_session::post))
        .service(endpoint("/healthz", "GET, HEAD").get(health::healthz))
        .service(endpoint("/readyz", "GET, HEAD").get(health::readyz))
        .configure(metrics::configure_local)
        .service(endpoint("/static/{name}", "GET, HEAD").get(assets::get))
        .service(endpoint("/logo", "GET, HEAD").get(assets::logo))
        .service(endpoint("/client-logo/{client_id}", "GET, HEAD").get(client_logo::get));
}

/// What people see.
fn people(config: &mut ServiceConfig) {
    config
        .service(page("/sign-in", "GET, HEAD, POST").route(get(sign_in::get)).route(post(sign_in::post)))
        .service(action("/cancel", "/sign-in").route(post(cancel::post)))
        .service(page("/resume", "GET, HEAD").route(get(resume::get)))
        .service(
            page("/select-account", "GET, HEAD, POST")
                .route(get(select_account::get))
                .route(post(select_account::post)),
        )
        .service(
            page("/create-account", "GET, HEAD, POST")
                .route(get(create_account::get))
                .route(post(create_account::post)),
        )
        .service(
            page("/create-account/verify", "GET, HEAD, POST")
                .route(get(verify::get))
                .route(post(verify::post)),
        )
        .service(action("/create-account/resend", "/create-account").route(post(verify::resend)))
        .service(
            page("/create-account/done", "GET, HEAD, POST").route(get(done::get)).route(post(done::post)),
        )
        .service(page(link::PATH, "GET, HEAD, POST").route(get(link::get)).route(post(link::post)))
        .service(
            page(terms_updated::PATH, "GET, HEAD, POST")
                .route(get(terms_updated::get))
                .route(post(terms_updated::post)),
        )
        .service(page(consent::PATH, "GET, HEAD, POST").route(get(consent::get)).route(post(consent::post)))
        .service(page(locked::PATH, "GET, HEAD").route(get(locked::get)))
        .service(page(leave::PATH, "GET, HEAD").route(get(leave::get)))
        .service(action("/session/keep", "/account").route(web::post().to(session::keep)))
        .service(page("/session-expired", "GET, HEAD").route(get(session::expired)))
        .service(page("/sign-out", "GET, HEAD, POST").route(get(sign_out::get)).route(post(sign_out::post)))
        .service(action("/end-session/confirm", sign_out::PATH).route(post(end_session::confirm)))
        .service(page("/signed-out", "GET, HEAD").route(get(signed_out::get)));
    account(config);
    extra_verification(config);
    forgotten_password(config);
    one_key(config);
    sign_in_partner(config);
    transfer(config);
    passkeys(config);
    console(config);
    for (topic, path) in Topic::ALL {
        let handler = async move |visit: &Visit| information::get(visit, topic).await;
        config.service(page(path, "GET, HEAD").route(get(handler)));
    }
    for path in ["/", "/{l:en|fr}", "/{l:en|fr}/"] {
        config.service(endpoint(path, "GET, HEAD").get(home));
    }
}

/// The account's own pages.
fn account(config: &mut ServiceConfig) {
    use crate::journeys::account::{
        Page, activity, close, confirm, data, email, email_undo, home, not_me, partners, password, profile,
        security, services, sessions, transfer,
    };
    let (both, read) = ("GET, HEAD, POST", "GET, HEAD");
    config
        .service(page(Page::Home.path(), read).route(get(home::get)))
        .service(page(confirm::PATH, both).route(get(confirm::get)).route(post(confirm::post)))
        .service(page(Page::Profile.path(), both).route(get(profile::get)).route(post(profile::post)))
        .service(page(Page::Security.path(), read).route(get(security::get)))
        .service(page(Page::Password.path(), both).route(get(password::get)).route(post(password::post)))
        .service(page(Page::Email.path(), both).route(get(email::get)).route(post(email::post)))
        .service(page(email::VERIFY, both).route(get(email::verify)).route(post(email::confirm)))
        .service(action(email::RESEND, email::VERIFY).route(post(email::resend)))
        .service(page(email_undo::PATH, both).route(get(email_undo::get)).route(post(email_undo::post)))
        .service(page(Page::Sessions.path(), both).route(get(sessions::get)).route(post(sessions::post)))
        .service(page(Page::Activity.path(), read).route(get(activity::get)))
        .service(page(not_me::PATH, both).route(get(not_me::get)).route(post(not_me::post)))
        .service(page(Page::Services.path(), read).route(get(services::get)))
        .service(page(services::DISCONNECT, both).route(get(services::ask)).route(post(services::disconnect)))
        .service(page(Page::Partners.path(), read).route(get(partners::get)))
        .service(page(partners::UNLINK, both).route(get(partners::ask)).route(post(partners::unlink)))
        .service(page(Page::Transfer.path(), read).route(get(transfer::get)))
        .service(page(Page::Close.path(), both).route(get(close::get)).route(post(close::post)))
        .service(page(Page::Data.path(), both).route(get(data::get)).route(post(data::post)));
}

/// The second step.
fn extra_verification(config: &mut ServiceConfig) {
    use crate::journeys::account::Page;
    use crate::journeys::extra_verification::{
        authenticator_app, other_way, recovery_codes, second_step, set_up,
    };
    let both = "GET, HEAD, POST";
    config
        .service(page(second_step::PATH, both).route(get(second_step::get)).route(post(second_step::post)))
        .service(action(second_step::NOT_NOW, "/sign-in").route(post(second_step::not_now)))
        .service(page(other_way::PATH, both).route(get(other_way::get)).route(post(other_way::post)))
        .service(page(other_way::NONE, "GET, HEAD").route(get(other_way::none)))
        .service(page(other_way::USED, both).route(get(other_way::used)).route(post(other_way::leave)))
        .service(page(set_up::PATH, both).route(get(set_up::get)).route(post(set_up::post)))
        .service(
            page(Page::Totp.path(), both)
                .route(get(authenticator_app::get))
                .route(post(authenticator_app::post)),
        )
        .service(page(authenticator_app::QR, "GET, HEAD").route(get(authenticator_app::qr)))
        .service(
            page(authenticator_app::REMOVE, both)
                .route(get(authenticator_app::confirm_removal))
                .route(post(authenticator_app::remove)),
        )
        .service(
            page(recovery_codes::PATH, both)
                .route(get(recovery_codes::get))
                .route(post(recovery_codes::post)),
        )
        .service(action(recovery_codes::FILE, recovery_codes::PATH).route(post(recovery_codes::file)))
        .service(
            page(recovery_codes::NEW, both)
                .route(get(recovery_codes::confirm))
                .route(post(recovery_codes::make)),
        );
}

/// A forgotten password.
fn forgotten_password(config: &mut ServiceConfig) {
    use crate::journeys::recovery::{CODE, LINK, NEW, PATH, RESEND, ask, code, link, new_password};
    let both = "GET, HEAD, POST";
    config
        .service(page(PATH, both).route(get(ask::get)).route(post(ask::post)))
        .service(page(CODE, both).route(get(code::get)).route(post(code::post)))
        .service(action(RESEND, PATH).route(post(code::resend)))
        .service(page(LINK, both).route(get(link::get)).route(post(link::post)))
        .service(page(NEW, both).route(get(new_password::get)).route(post(new_password::post)));
}

/// What people of the legacy account see.
fn one_key(config: &mut ServiceConfig) {
    use crate::journeys::one_key::recover::{choice, code, new_password, questions, start};
    use crate::journeys::one_key::{manage, recover_id, register, services, sign_in};
    let both = "GET, HEAD, POST";
    config
        .service(page(sign_in::PATH, both).route(get(sign_in::get)).route(post(sign_in::post)))
        .service(page(register::PATH, both).route(get(register::get)).route(post(register::post)))
        .service(page(register::DONE, both).route(get(register::done)).route(post(register::go_on)))
        .service(page(services::PATH, "GET, HEAD").route(get(services::get)))
        .service(page(services::ALL, "GET, HEAD").route(get(services::all)))
        .service(page(services::SEARCH, "GET, HEAD").route(get(services::search)))
        .service(page(services::CATEGORIES, "GET, HEAD").route(get(services::category)))
        .service(page("/one-key/services/category/{c}", "GET, HEAD").route(get(services::category)))
        .service(page(manage::PATH, "GET, HEAD").route(get(manage::get)))
        .service(page(choice::PATH, both).route(get(choice::get)).route(post(choice::post)))
        .service(page(start::PATH, both).route(get(start::get)).route(post(start::post)))
        .service(page(questions::PATH, both).route(get(questions::get)).route(post(questions::post)))
        .service(page(code::PATH, both).route(get(code::get)).route(post(code::post)))
        .service(page(new_password::PATH, both).route(get(new_password::get)).route(post(new_password::post)))
        .service(page(recover_id::PATH, both).route(get(recover_id::get)).route(post(recover_id::post)))
        .service(page(recover_id::SENT, "GET, HEAD").route(get(recover_id::sent)));
    for (part, path) in manage::Part::ALL {
        let show = async move |visit: &Visit| manage::part(visit, part).await;
        let save = async move |visit: &Visit, form: &Form| manage::save(visit, form, part).await;
        config.service(page(path, both).route(get(show)).route(post(save)));
    }
}

/// Signing in with a partner.
fn sign_in_partner(config: &mut ServiceConfig) {
    use crate::journeys::sign_in_partner::{callback, done, email, link, link_by_passkey, start, verify};
    let both = "GET, HEAD, POST";
    config
        .service(endpoint("/partner/callback/{partner}", "GET, HEAD").get(callback::get))
        .service(action(start::PATH, "/sign-in").route(post(start::post)))
        .service(action(start::CONFIRM, "/account/confirm").route(post(start::confirm)))
        .service(page(email::PATH, both).route(get(email::get)).route(post(email::post)))
        .service(page(verify::PATH, both).route(get(verify::get)).route(post(verify::post)))
        .service(page(link::PATH, both).route(get(link::get)).route(post(link::post)))
        .service(action(link::BY_PARTNER, link::PATH).route(post(link::post_by_partner)))
        .service(action(link_by_passkey::PATH, link::PATH).route(post(link_by_passkey::post)))
        .service(page(done::PATH, both).route(get(done::get)).route(post(done::post)));
}

/// The one-time transfer, and the checking of its receipts.
fn transfer(config: &mut ServiceConfig) {
    use crate::journeys::transfer::{
        CONFIRM_NO, DONE, HELP, ONE_KEY, PATH, RECEIPT, VERIFY, ask, decline, details, done, receipt,
    };
    let both = "GET, HEAD, POST";
    config
        .service(page(PATH, both).route(get(ask::get)).route(post(ask::post)))
        .service(page(ONE_KEY, both).route(get(details::get)).route(post(details::post)))
        .service(page(HELP, "GET, HEAD").route(get(details::help)))
        .service(page(CONFIRM_NO, both).route(get(decline::get)).route(post(decline::post)))
        .service(page(DONE, both).route(get(done::get)).route(post(done::post)))
        .service(page(RECEIPT, "GET, HEAD").route(get(receipt::get)))
        .service(page(VERIFY, both).route(get(receipt::verify_page)).route(post(receipt::verify)));
}

/// Passkeys: signing in with one, tending them.
fn passkeys(config: &mut ServiceConfig) {
    use crate::journeys::passkeys::{confirm, list, new, options, remove, rename, second_step, sign_in};
    let both = "GET, HEAD, POST";
    config
        .service(action(options::PATH, "/sign-in").route(web::post().to(options::post)))
        .service(action(sign_in::PATH, "/sign-in").route(post(sign_in::post)))
        .service(page(second_step::PATH, both).route(get(second_step::get)).route(post(second_step::post)))
        .service(action(confirm::PATH, "/account/confirm").route(post(confirm::post)))
        .service(page(list::PATH, "GET, HEAD").route(get(list::get)))
        .service(page(new::PATH, both).route(get(new::get)).route(post(new::post)))
        .service(page("/account/passkeys/{id}/edit", both).route(get(rename::get)).route(post(rename::post)))
        .service(
            page("/account/passkeys/{id}/remove", both).route(get(remove::get)).route(post(remove::post)),
        );
}

/// The administration console.
fn console(config: &mut ServiceConfig) {
    use crate::console::{
        accounts, administrators as admins, audit, dashboard, keys, mails, notices, partners, services,
        settings, transfers,
    };
    let look = |path: &str| page(&format!("/admin{path}"), "GET, HEAD");
    config
        .service(look("").route(get(dashboard::get)))
        .service(look("/notices").route(get(notices::get)))
        .service(form::<notices::Add>("/notices/new"))
        .service(form::<notices::Remove>("/notices/{id}/remove"))
        .service(look("/keys").route(get(keys::get)))
        .service(form::<keys::Rotate>("/keys/rotate"))
        .service(form::<keys::Import>("/keys/import"))
        .service(form::<keys::Revoke>("/keys/{kid}/revoke"))
        .service(look("/services").route(get(services::get)))
        .service(form::<services::Save>("/services/new"))
        .service(form::<services::FromFile>("/services/new/file"))
        .service(form::<services::NewToken>("/services/new/token"))
        .service(look("/services/{id}").route(get(services::show)))
        .service(form::<services::Save>("/services/{id}/edit"))
        .service(look("/services/{id}/history").route(get(services::history)))
        .service(look("/services/{id}/redirect-test").route(get(services::test_redirect)))
        .service(form::<services::NewSecret>("/services/{id}/secret"))
        .service(form::<services::Disable>("/services/{id}/disable"))
        .service(look("/accounts").route(get(accounts::get)))
        .service(look("/accounts/{id}").route(get(accounts::show)))
        .service(form::<accounts::Personal>("/accounts/{id}/personal"))
        .service(form::<accounts::Help>("/accounts/{id}/{act}"))
        .service(look("/partners").route(get(partners::get)))
        .service(form::<partners::Save>("/partners/new"))
        .service(form::<partners::Save>("/partners/{id}/edit"))
        .service(form::<partners::Test>("/partners/{id}/test"))
        .service(form::<partners::Disable>("/partners/{id}/disable"))
        .service(look("/settings").route(get(settings::get)))
        .service(form::<settings::Change>("/settings/{key}"))
        .service(look("/transfers").route(get(transfers::get)))
        .service(look("/audit").route(get(audit::get)))
        .service(look("/audit/chain").route(get(audit::chain)))
        .service(
            look("/audit/export").route(web::get().to(audit::export)).route(web::head().to(audit::export)),
        )
        .service(look("/mail").route(get(mails::get)))
        .service(look("/mail/{id}").route(get(mails::show)))
        .service(form::<mails::Resend>("/mail/{id}/resend"))
        .service(form::<mails::Cancel>("/mail/{id}/cancel"))
        .service(look("/admins").route(get(admins::get)))
        .service(form::<admins::Grant>("/admins/grant"))
        .service(form::<admins::Revoke>("/admins/{account}/revoke"));
}

/// A page of the console with a form.
fn form<P: FormPage + 'static>(path: &str) -> Resource {
    let show = async |visit: &Visit| form_page::get::<P>(visit).await;
    let act = async |visit: &Visit, form: &Form| form_page::post::<P>(visit, form).await;
    page(&format!("/admin{path}"), "GET, HEAD, POST").route(get(show)).route(post(act))
}

/// The start: by cookie, then `Accept-Language`, then English; on to the account, or to signing in.
async fn home(request: HttpRequest, visit: Visit) -> HttpResponse {
    crate::web::answer::Answer::see_other(visit.url("/account")).respond_to(&request)
}

/// A page at `/{l}{path}` that answers other methods with a page and `Allow`.
fn page(path: &str, allow: &'static str) -> Resource {
    let refuse = move |request: HttpRequest, visit: Visit| async move {
        let problem = match crate::console::is_stranger(&visit).await {
            Ok(true) => Problem::NoRole,
            Ok(false) => Problem::MethodNotAllowed,
            Err(problem) => problem,
        };
        let mut response = problem.answer(&visit).respond_to(&request);
        response.headers_mut().insert(ALLOW, HeaderValue::from_static(allow));
        response
    };
    web::resource(format!("/{{l:en|fr}}{path}")).default_service(web::to(refuse))
}

/// What takes a form and has no page of its own: an error there leads, in the other language, to the page that the form belongs
/// to, or to the one before it that answers whoever comes.
fn action(path: &str, form_path: &'static str) -> Resource {
    page(path, "POST").app_data(FormPath(form_path))
}

/// An endpoint that answers other methods with 405 and `Allow`.
pub(crate) fn endpoint(path: &str, allow: &'static str) -> Endpoint {
    let refuse =
        move || async move { HttpResponse::MethodNotAllowed().insert_header((ALLOW, allow)).finish() };
    Endpoint { resource: web::resource(path).default_service(web::to(refuse)), allow }
}

/// A resource whose GET answers HEAD too.
pub(crate) struct Endpoint {
    resource: Resource,
    allow: &'static str,
}

impl Endpoint {
    pub(crate) fn get<F, Args>(self, handler: F) -> Self
    where
        F: actix_web::Handler<Args> + Clone,
        Args: actix_web::FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.on(Method::GET, handler.clone()).on(Method::HEAD, handler)
    }

    pub(crate) fn post<F, Args>(self, handler: F) -> Self
    where
        F: actix_web::Handler<Args>,
        Args: actix_web::FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.on(Method::POST, handler)
    }

    pub(crate) fn on<F, Args>(self, method: Method, handler: F) -> Self
    where
        F: actix_web::Handler<Args>,
        Args: actix_web::FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let route: Route = web::method(method).to(handler);
        Self { resource: self.resource.route(route), ..self }
    }

    /// Answers other methods by this handler.
    pub(crate) fn otherwise<F, Args>(self, handler: F) -> Self
    where
        F: actix_web::Handler<Args>,
        Args: actix_web::FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        Self { resource: self.resource.default_service(web::to(handler)), ..self }
    }

    /// Lets scripts of other origins read it; to be said last.
    fn readable_by(self, readers: Readers) -> impl HttpServiceFactory {
        let methods = HeaderValue::from_static(self.allow);
        self.resource.wrap(from_fn(move |request, next| cors::share(readers, methods.clone(), request, next)))
    }
}

impl HttpServiceFactory for Endpoint {
    fn register(self, config: &mut actix_web::dev::AppService) {
        self.resource.register(config);
    }
}
