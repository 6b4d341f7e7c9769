//! What people see: language (P1), bank (P2), the made-up bank's sign-in (P2b), terms (P3).

use crate::provider::back;
use crate::state::Request;
use crate::{Hub, texts};
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header::{self, ACCEPT_ENCODING, LOCATION};
use actix_web::http::{StatusCode, header::CONTENT_ENCODING};
use actix_web::middleware::DefaultHeaders;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use ontario_design::components::{Alert, ErrorSummary, PasswordField, TextField};
use ontario_design::{Frame, assets, content_security_policy};
use ontario_language::Language;
use serde::Deserialize;

const COOKIE: &str = "hub_browser";

/// The made-up banks, alphabetical, with their names in both languages. The last one is always away.
const BANKS: [(&str, [&str; 2]); 6] = [
    ("boreal", ["Boreal Test Bank", "Banque d’essai Boréale"]),
    ("four-lakes", ["Four Lakes Test Credit Union", "Caisse d’essai des Quatre-Lacs"]),
    ("granite", ["Granite Test Bank", "Banque d’essai Granit"]),
    ("maple-road", ["Maple Road Test Savings", "Épargne d’essai Rue de l’Érable"]),
    ("north-shore", ["North Shore Test Bank", "Banque d’essai de la Rive-Nord"]),
    ("winter", ["Winter Test Bank (closed)", "Banque d’essai de l’Hiver (fermée)"]),
];
const AWAY: &str = "winter";

pub(crate) fn configure(app: &mut web::ServiceConfig) {
    // A hub can't know where the services behind its relying parties are, and browsers apply `form-action` to every redirect
    // that follows a form: any address is let through, as long as it is one of the web.
    let headers = DefaultHeaders::new()
        .add((header::CONTENT_SECURITY_POLICY, content_security_policy(&["https:", "http:"])))
        .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .add((header::REFERRER_POLICY, "no-referrer"))
        .add((header::CACHE_CONTROL, "no-store"));
    app.route("/static/{file}", web::get().to(asset)).service(
        web::scope("")
            .wrap(headers)
            .route("/", web::get().to(language))
            .route("/language", web::post().to(choose_language))
            .route("/cancel", web::get().to(cancel))
            .service(
                web::scope("/{l:en|fr}")
                    .route("/partners", web::get().to(partners))
                    .route("/partners", web::post().to(choose_partner))
                    .route("/sign-in", web::get().to(sign_in))
                    .route("/sign-in", web::post().to(check_sign_in))
                    .route("/terms", web::get().to(terms))
                    .route("/terms", web::post().to(answer_terms))
                    .route("/{about:accessibility|privacy|contact|}", web::get().to(about)),
            ),
    );
}

/// An embedded file; its name holds its hash, so it may be kept for ever.
async fn asset(request: HttpRequest, file: web::Path<String>) -> HttpResponse {
    let Some(asset) = assets::find(&file) else { return HttpResponse::NotFound().finish() };
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::CONTENT_TYPE, asset.content_type))
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((header::VARY, "Accept-Encoding"));
    let accepted = request.headers().get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    match asset.brotli.filter(|_| accepted.is_some_and(|accepted| accepted.contains("br"))) {
        Some(brotli) => answer.insert_header((CONTENT_ENCODING, "br")).body(brotli),
        None => answer.body(asset.bytes),
    }
}

/// The browser that a request under way belongs to.
pub(crate) fn browser(http: &HttpRequest) -> Option<String> {
    http.cookie(COOKIE).map(|cookie| cookie.value().to_owned()).filter(|value| value.len() == 43)
}

pub(crate) fn cookie(browser: String) -> Cookie<'static> {
    Cookie::build(COOKIE, browser).path("/").http_only(true).same_site(SameSite::Lax).finish()
}

/// What pages and forms send: the handle of the request, and their own fields.
#[derive(Deserialize, Default)]
struct Fields {
    #[serde(default)]
    t: String,
    #[serde(default)]
    l: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    language: String,
    #[serde(default)]
    partner: String,
    #[serde(default)]
    user: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    answer: String,
    #[serde(default)]
    away: String,
}

type Query = web::Query<Fields>;
type Form = web::Form<Fields>;

/// One page of a request under way.
struct Visit {
    hub: web::Data<Hub>,
    language: Language,
    handle: String,
    request: Request,
}

impl Visit {
    /// `None` where no request of this browser is under way.
    fn read(hub: web::Data<Hub>, http: &HttpRequest, handle: &str) -> Option<Self> {
        let request = hub.state.find(handle, &browser(http)?, hub.seconds())?;
        Some(Self { language: language_of(http), handle: handle.to_owned(), request, hub })
    }

    fn frame(&self, title: impl Into<String>, page: &str) -> Frame {
        let other = format!("/{}/{page}?t={}", self.language.other().code(), self.handle);
        Frame::new(self.language, &self.hub.site, title)
            .language_link(other)
            .notice(Some(texts::test_partner(self.language).to_owned()))
    }

    fn to(&self, page: &str) -> HttpResponse {
        see_other(&format!("/{}/{page}?t={}", self.language.code(), self.handle))
    }

    fn cancel_href(&self) -> String {
        format!("/cancel?t={}", self.handle)
    }

    /// Somebody has signed in, and has accepted the terms: back with a code.
    fn finish(&self, subject: &str, authenticated_at: i64) -> HttpResponse {
        let Some(request) = self.hub.state.end(&self.handle) else { return see_other("/") };
        let now = self.hub.seconds();
        let code = self.hub.state.issue(request.clone(), subject.to_owned(), authenticated_at, now);
        back(&self.hub, &request, &[("code", &code)])
    }
}

fn language_of(http: &HttpRequest) -> Language {
    http.match_info().get("l").and_then(Language::from_code).unwrap_or(Language::English)
}

fn see_other(url: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, url)).finish()
}

fn html(status: u16, page: &impl Template) -> HttpResponse {
    match page.render() {
        Ok(body) => {
            let status = StatusCode::from_u16(status).unwrap_or_default();
            HttpResponse::build(status).content_type("text/html; charset=utf-8").body(body)
        }
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            HttpResponse::InternalServerError().finish()
        }
    }
}

fn bank_name(id: &str, l: Language) -> Option<&'static str> {
    BANKS.iter().find(|(known, _)| *known == id).map(|(_, [en, fr])| l.pick(*en, *fr))
}

#[derive(Template)]
#[template(path = "message.html")]
struct MessagePage {
    frame: Frame,
    text: &'static str,
}

/// No request of this browser is under way.
pub(crate) fn not_valid(hub: &Hub, http: &HttpRequest) -> HttpResponse {
    let l = language_of(http);
    let frame = Frame::new(l, &hub.site, texts::not_valid_title(l));
    html(400, &MessagePage { frame, text: texts::not_valid_text(l) })
}

async fn about(hub: web::Data<Hub>, http: HttpRequest) -> HttpResponse {
    let l = language_of(&http);
    let frame = Frame::new(l, &hub.site, texts::about_title(l));
    html(200, &MessagePage { frame, text: texts::terms_demonstration(l) })
}

#[derive(Template)]
#[template(path = "language.html")]
struct LanguagePage {
    frame: Frame,
    handle: String,
    cancel: String,
}

/// P1
async fn language(hub: web::Data<Hub>, http: HttpRequest, query: Query) -> HttpResponse {
    let Some(visit) = Visit::read(hub.clone(), &http, &query.t) else { return not_valid(&hub, &http) };
    let l = Language::from_code(&query.l).unwrap_or(Language::English);
    let frame =
        Frame::new(l, &hub.site, texts::language_title(l)).notice(Some(texts::test_partner(l).to_owned()));
    html(200, &LanguagePage { frame, cancel: visit.cancel_href(), handle: visit.handle })
}

async fn choose_language(hub: web::Data<Hub>, http: HttpRequest, form: Form) -> HttpResponse {
    let Some(mut visit) = Visit::read(hub.clone(), &http, &form.t) else { return not_valid(&hub, &http) };
    visit.language = Language::from_code(&form.language).unwrap_or(Language::English);
    visit.to("partners")
}

async fn cancel(hub: web::Data<Hub>, http: HttpRequest, query: Query) -> HttpResponse {
    let Some(visit) = Visit::read(hub.clone(), &http, &query.t) else { return not_valid(&hub, &http) };
    hub.state.end(&visit.handle);
    back(&hub, &visit.request, &[("error", "access_denied")])
}

#[derive(Template)]
#[template(path = "partners.html")]
struct PartnersPage {
    frame: Frame,
    handle: String,
    search: TextField,
    banks: Vec<(&'static str, &'static str)>,
    cancel: String,
}

/// P2
async fn partners(hub: web::Data<Hub>, http: HttpRequest, query: Query) -> HttpResponse {
    let Some(visit) = Visit::read(hub.clone(), &http, &query.t) else { return not_valid(&hub, &http) };
    let l = visit.language;
    let wanted: String = query.q.trim().to_lowercase().chars().take(100).collect();
    let mut banks: Vec<_> = BANKS.iter().map(|(id, [en, fr])| (*id, l.pick(*en, *fr))).collect();
    banks.retain(|(_, name)| name.to_lowercase().contains(&wanted));
    banks.sort_by_key(|(_, name)| name.replace('É', "E"));
    let away = (!query.away.is_empty()).then(|| Alert::warning(l, texts::unavailable(l)).focused());
    let page = PartnersPage {
        search: TextField::search(l, "q", texts::search_label(l)).value(query.q.clone()),
        frame: visit.frame(texts::partners_title(l), "partners").alert(away),
        cancel: visit.cancel_href(),
        handle: visit.handle,
        banks,
    };
    html(200, &page)
}

async fn choose_partner(hub: web::Data<Hub>, http: HttpRequest, form: Form) -> HttpResponse {
    let Some(visit) = Visit::read(hub.clone(), &http, &form.t) else { return not_valid(&hub, &http) };
    let bank = BANKS.iter().map(|(id, _)| *id).find(|id| *id == form.partner && *id != AWAY);
    if bank.is_none() {
        return see_other(&format!("/{}/partners?t={}&away=1", visit.language.code(), visit.handle));
    }
    hub.state.change(&visit.handle, |request| request.bank = bank);
    visit.to("sign-in")
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    frame: Frame,
    handle: String,
    action: String,
    bank: &'static str,
    user: TextField,
    password: PasswordField,
    another: String,
}

/// P2b
async fn sign_in(hub: web::Data<Hub>, http: HttpRequest, query: Query) -> HttpResponse {
    let Some(visit) = Visit::read(hub.clone(), &http, &query.t) else { return not_valid(&hub, &http) };
    let errors = ErrorSummary::new(visit.language);
    sign_in_page(&visit, 200, "", errors)
}

fn sign_in_page(visit: &Visit, status: u16, user: &str, errors: ErrorSummary) -> HttpResponse {
    let l = visit.language;
    let Some(bank) = visit.request.bank.and_then(|id| bank_name(id, l)) else { return visit.to("partners") };
    let page = SignInPage {
        handle: visit.handle.clone(),
        action: format!("/{}/sign-in", l.code()),
        bank,
        user: TextField::text(l, "user", texts::user(l))
            .autocomplete("off")
            .without_spellcheck()
            .value(user)
            .errors_of(&errors),
        password: PasswordField::current(l, "password", texts::password(l)).errors_of(&errors),
        another: format!("/{}/partners?t={}", l.code(), visit.handle),
        frame: visit
            .frame(texts::sign_in_title(l, bank), "sign-in")
            .heading(texts::sign_in_heading(l))
            .errors(errors),
    };
    html(status, &page)
}

async fn check_sign_in(hub: web::Data<Hub>, http: HttpRequest, form: Form) -> HttpResponse {
    let Some(visit) = Visit::read(hub.clone(), &http, &form.t) else { return not_valid(&hub, &http) };
    let (l, user) = (visit.language, form.user.trim());
    let mut errors = ErrorSummary::new(l);
    if user.is_empty() {
        errors.add("user", texts::user_required(l));
    }
    if form.password.is_empty() {
        errors.add("password", texts::password_required(l));
    }
    let fits = |person: &&crate::TestPerson| person.user == user && person.password == form.password;
    if errors.is_empty() && !hub.settings.people.iter().any(|person| fits(&person)) {
        errors.add("user", texts::wrong(l));
    }
    if !errors.is_empty() {
        return sign_in_page(&visit, 422, user, errors);
    }
    let Some(bank) = visit.request.bank else { return visit.to("partners") };
    let (subject, now) = (hub.state.subject(bank, user, &visit.request.client_id), hub.seconds());
    if hub.state.has_accepted(&subject) {
        return visit.finish(&subject, now);
    }
    hub.state.change(&visit.handle, |request| request.subject = Some((subject, now)));
    visit.to("terms")
}

#[derive(Template)]
#[template(path = "terms.html")]
struct TermsPage {
    frame: Frame,
    /// Where somebody has to answer.
    answer: Option<(String, String)>,
}

/// P3; without a request the terms to read.
async fn terms(hub: web::Data<Hub>, http: HttpRequest, query: Query) -> HttpResponse {
    let l = language_of(&http);
    let visit = Visit::read(hub.clone(), &http, &query.t).filter(|visit| visit.request.subject.is_some());
    let frame = match &visit {
        Some(visit) => visit.frame(texts::terms_title(l), "terms"),
        None => Frame::new(l, &hub.site, texts::terms_title(l)),
    };
    let answer = visit.map(|visit| (format!("/{}/terms", l.code()), visit.handle));
    html(200, &TermsPage { frame, answer })
}

async fn answer_terms(hub: web::Data<Hub>, http: HttpRequest, form: Form) -> HttpResponse {
    let Some(visit) = Visit::read(hub.clone(), &http, &form.t) else { return not_valid(&hub, &http) };
    let Some((subject, at)) = visit.request.subject.clone() else { return visit.to("sign-in") };
    if form.answer != "accept" {
        hub.state.end(&visit.handle);
        let declined = [("error", "access_denied"), ("error_description", "terms_declined")];
        return back(&hub, &visit.request, &declined);
    }
    if let Err(error) = hub.state.accept(&subject) {
        tracing::error!(%error, "the accepted terms can't be kept");
    }
    visit.finish(&subject, at)
}
