//! One request of a person's browser: which app, when, in which language, from which browser, in whose session.

mod addresses;
mod kept;
mod page;
mod signed_in;

pub use kept::Kept;
pub use signed_in::SignedIn;

use super::cookies::{self, Name};
use super::problem::Problem;
use crate::adapters::in_force::InForce;
use crate::adapters::rng::rng;
use crate::app::App;
use crate::journeys::account::Return;
use actix_web::dev::Payload;
use actix_web::http::header::{ACCEPT_LANGUAGE, USER_AGENT};
use actix_web::{FromRequest, HttpRequest, web};
use idp_domain::Language;
use idp_domain::authorization::parameters::Parameters;
use idp_domain::ids::{AccountId, AuthorizationRequestId};
use idp_domain::secret::{KeyedHash, Secret, TokenHash, random_token};
use idp_domain::time::Timestamp;
use idp_store::SessionWithAccount;
use std::cell::Cell;
use std::future::{Ready, ready};
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};

/// A request, read but not yet answered.
pub struct Visit {
    /// The node.
    pub app: Arc<App>,
    /// The settings that hold for this request.
    pub in_force: Arc<InForce>,
    /// The one instant of this request.
    pub now: Timestamp,
    /// From the path; where that has none from `ui_locales`, or the best guess.
    pub language: Language,
    /// Whether the person chose the language with the control.
    pub language_chosen: bool,
    /// The path without its language: `/sign-in`.
    pub path: String,
    /// The page of a form whose own address answers no GET.
    form_path: Option<FormPath>,
    /// Whether the path has a language. An endpoint's has none.
    speaks_by_path: bool,
    /// The kept request that the page belongs to, from the query (or the form, see [`super::post`]).
    pub tx: Option<AuthorizationRequestId>,
    /// The page of the account or the console to which the person goes on after signing in or proving again who they are.
    pub next: Option<Return>,
    /// The query.
    pub query: Parameters,
    /// The canonical network address.
    pub network: IpAddr,
    /// The browser's cookie; a new one where it has none.
    pub browser: Secret,
    /// Whether the browser brought no cookie.
    pub browser_is_new: bool,
    /// Whether the request only looks (GET or HEAD).
    is_look: bool,
    /// The remembered e-mail address.
    pub remembered: Option<String>,
    session: Option<Secret>,
    user_agent: String,
    /// Whose live session this request found: the forms of its page are theirs.
    seen: OnceLock<AccountId>,
    /// What looked before the page at whose form it is hands its finding on, for one taking.
    handed_on: Cell<Option<Box<SessionWithAccount>>>,
}

/// Where the form stands that an address without a page of its own takes: `/create-account/verify`.
#[derive(Debug, Clone, Copy)]
pub struct FormPath(pub &'static str);

impl FromRequest for Visit {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::read(request))
    }
}

impl Visit {
    /// Reads a request.
    ///
    /// # Errors
    /// The server was put together without its app.
    pub fn read(request: &HttpRequest) -> Result<Self, actix_web::Error> {
        let app = request
            .app_data::<web::Data<App>>()
            .ok_or_else(|| actix_web::error::ErrorInternalServerError("no app"))?
            .clone()
            .into_inner();
        let https = app.settings.server.is_https();
        let now = app.clock.now();
        let query = Parameters::parse(request.query_string().as_bytes()).unwrap_or_default();
        let (language, path) = split_path(request.path());
        let speaks_by_path = language.is_some();
        let asked = query.get("ui_locales").ok().flatten().and_then(Language::from_ui_locales);
        let chosen = cookies::read(request, Name::Language, https).as_deref().and_then(Language::from_code);
        let language = language.or(asked).or(chosen).unwrap_or_else(|| accepted(request));
        let cookie = cookies::read(request, Name::Browser, https);
        let browser_is_new = cookie.is_none();
        Ok(Self {
            now,
            language,
            language_chosen: chosen.is_some(),
            path,
            form_path: request.app_data::<FormPath>().copied(),
            speaks_by_path,
            tx: query.get("tx").ok().flatten().and_then(AuthorizationRequestId::parse),
            next: query.get("next").ok().flatten().and_then(Return::parse),
            query,
            network: app.network_of(request),
            browser: cookie.map_or_else(|| random_token(&mut rng()), Secret::new),
            browser_is_new,
            is_look: request.method().is_safe(),
            remembered: cookies::read(request, Name::Remember, https),
            session: cookies::read(request, Name::Session, https).map(Secret::new),
            user_agent: header(request, USER_AGENT.as_str()),
            in_force: app.in_force(),
            seen: OnceLock::new(),
            handed_on: Cell::new(None),
            app,
        })
    }

    /// Whether this request is served at all: not during maintenance, nor when its network floods us.
    ///
    /// # Errors
    /// It isn't, and until when.
    pub fn admit(&self) -> Result<(), Problem> {
        if let Some(until) = self.app.settings.server.maintenance_until.filter(|until| *until > self.now) {
            return Err(Problem::Maintenance { until });
        }
        Ok(self.app.admit_network(self.network, self.now)?)
    }

    /// The browser, as it is stored.
    #[must_use]
    pub fn browser_hash(&self) -> TokenHash {
        TokenHash::of(self.browser.expose())
    }

    /// The browser in a few words.
    #[must_use]
    pub fn browser_name(&self) -> String {
        super::browser_name::browser_name(&self.user_agent)
    }

    /// The network's keyed hash for `purpose`.
    #[must_use]
    pub fn network_hash(&self, purpose: &str) -> KeyedHash {
        self.app.data_keys.hash.hash(purpose, &[self.network.to_string().as_bytes()])
    }
}

fn split_path(path: &str) -> (Option<Language>, String) {
    let (first, rest) =
        path.trim_start_matches('/').split_once('/').unwrap_or((path.trim_start_matches('/'), ""));
    match Language::from_code(first) {
        Some(language) => (Some(language), format!("/{rest}")),
        None => (None, path.to_owned()),
    }
}

fn header(request: &HttpRequest, name: &str) -> String {
    let value = request.headers().get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().chars().take(512).collect()
}

fn accepted(request: &HttpRequest) -> Language {
    Language::from_accept_language(&header(request, ACCEPT_LANGUAGE.as_str())).unwrap_or_default()
}
