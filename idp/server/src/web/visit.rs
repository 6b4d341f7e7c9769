//! One request of a person's browser: which app, when, in which language, from which browser, in whose session.

use super::answer::Answer;
use super::cookies::{self, Name};
use super::form_tokens;
use super::problem::Problem;
use crate::adapters::in_force::InForce;
use crate::adapters::rng::rng;
use crate::app::App;
use crate::journeys::account::Return;
use crate::journeys::session;
use crate::locales as t;
use actix_web::dev::Payload;
use actix_web::http::header::{ACCEPT_LANGUAGE, USER_AGENT};
use actix_web::{FromRequest, HttpRequest, web};
use idp_domain::Language;
use idp_domain::account::{AccountKind, AccountStatus};
use idp_domain::authorization::parameters::Parameters;
use idp_domain::ids::{AccountId, AuthorizationRequestId};
use idp_domain::notice::NoticePlace;
use idp_domain::secret::{KeyedHash, Secret, TokenHash, random_base64url, random_token};
use idp_domain::session::{Session, SessionState};
use idp_domain::time::Timestamp;
use idp_store::{KeptRequest, RegisteredService, SessionWithAccount};
use ontario_design::components::FormTokens;
use ontario_design::{Frame, SessionTimeout, SignInAgain};
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
    form_page: Option<FormPage>,
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
}

/// Where the form stands that an address without a page of its own takes: `/create-account/verify`.
#[derive(Debug, Clone, Copy)]
pub struct FormPage(pub &'static str);

/// What the session cookie stands for.
pub enum SignedIn {
    /// No session.
    No,
    /// It ended by time.
    Expired,
    /// A live session.
    Yes(Box<SessionWithAccount>),
}

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
            form_page: request.app_data::<FormPage>().copied(),
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

    /// The session of this browser; a request in it counts as activity.
    ///
    /// # Errors
    /// The database is away.
    pub async fn signed_in(&self) -> Result<SignedIn, Problem> {
        let Some(found) = self.peek_session().await? else { return Ok(SignedIn::No) };
        // A locked account has no session that counts (page X10 says so at sign-in).
        if found.account.status != AccountStatus::Active {
            return Ok(SignedIn::No);
        }
        let limits = &self.in_force.lifetimes.session;
        match found.session.state(self.now, limits) {
            SessionState::Ended => Ok(SignedIn::No),
            SessionState::Expired => Ok(SignedIn::Expired),
            SessionState::Live => {
                let _ = self.seen.set(found.account.id.clone());
                if found.session.needs_touch(self.now, limits) {
                    self.app.store.touch_session(found.session.id.clone(), self.now).await?;
                }
                Ok(SignedIn::Yes(Box::new(found)))
            }
        }
    }

    /// The session's record, whatever its state.
    async fn peek_session(&self) -> Result<Option<SessionWithAccount>, Problem> {
        match &self.session {
            Some(cookie) => Ok(self.app.store.find_session(TokenHash::of(cookie.expose())).await?),
            None => Ok(None),
        }
    }

    /// The session of this browser that has not been ended, although its time may be over.
    ///
    /// # Errors
    /// The database is away.
    pub async fn session_to_end(&self) -> Result<Option<(Session, SessionState)>, Problem> {
        let found = self.peek_session().await?.map(|found| found.session);
        let limits = &self.in_force.lifetimes.session;
        Ok(found.filter(|session| session.ended_at.is_none()).map(|session| {
            let state = session.state(self.now, limits);
            (session, state)
        }))
    }

    /// The live session, if there is one.
    ///
    /// # Errors
    /// The database is away.
    pub async fn session(&self) -> Result<Option<SessionWithAccount>, Problem> {
        match self.signed_in().await? {
            SignedIn::Yes(session) => Ok(Some(*session)),
            SignedIn::No | SignedIn::Expired => Ok(None),
        }
    }

    /// The kept request of this page, if it is this browser's and still waits.
    ///
    /// # Errors
    /// The database is away.
    pub async fn kept_request(&self) -> Result<Option<KeptRequest>, Problem> {
        self.find_kept(self.tx.clone()).await
    }

    /// A kept request, if it is this browser's and still waits, as its service is registered now: a request waits for up to
    /// a day, and a redirect address may have been taken off the registration because somebody else has it.
    ///
    /// # Errors
    /// X6: the service's registration takes it no more. The database is away.
    pub async fn find_kept(
        &self,
        id: Option<AuthorizationRequestId>,
    ) -> Result<Option<KeptRequest>, Problem> {
        let Some(id) = id.filter(|_| !self.browser_is_new) else { return Ok(None) };
        let kept = self.app.store.find_authorization_request(id, self.browser_hash()).await?;
        let Some(kept) = kept.filter(|kept| kept.expires_at >= self.now) else { return Ok(None) };
        let Some(service) = self.service_of(Some(&kept)).await? else { return Ok(Some(kept)) };
        let no_longer = || Problem::BadRequest("the service's registration takes the request no more".into());
        let request = kept.request.as_registered(&service.client).ok_or_else(no_longer)?;
        Ok(Some(KeptRequest { request, ..kept }))
    }

    /// The name of the service that a kept request is of, in the page's language.
    ///
    /// # Errors
    /// The database is away.
    pub async fn service_name(&self, kept: Option<&KeptRequest>) -> Result<Option<String>, Problem> {
        let service = self.service_of(kept).await?;
        Ok(service.map(|service| service.client.name.get(self.language).to_owned()))
    }

    /// The service that a kept request came from.
    ///
    /// # Errors
    /// The database is away.
    pub async fn service_of(
        &self,
        kept: Option<&KeptRequest>,
    ) -> Result<Option<Arc<RegisteredService>>, Problem> {
        let Some(kept) = kept else { return Ok(None) };
        Ok(self.app.find_service(&kept.request.client_id).await?)
    }

    /// Whose session the cookie stands for, whatever the session's state: to keep what they typed for nobody else.
    ///
    /// # Errors
    /// The database is away.
    pub async fn account_of_session(&self) -> Result<Option<AccountId>, Problem> {
        Ok(self.peek_session().await?.map(|found| found.account.id))
    }

    /// `/{l}{path}` with the transaction and the page to go on to.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        self.url_in(self.language, path)
    }

    /// The same in a given language.
    #[must_use]
    pub fn url_in(&self, language: Language, path: &str) -> String {
        let tx = self.tx.as_ref().map(|tx| format!("tx={tx}"));
        let next = self.next.as_ref().map(|next| format!("next={next}"));
        let query: Vec<String> = tx.into_iter().chain(next).collect();
        let separator = if query.is_empty() { "" } else { "?" };
        format!("/{}{path}{separator}{}", language.code(), query.join("&"))
    }

    /// `/{l}{path}` and nothing else.
    #[must_use]
    pub fn plain_url(&self, path: &str) -> String {
        format!("/{}{path}", self.language.code())
    }

    /// Whether the person is on a side way that goes back to the transfer of a ONE-key account.
    #[must_use]
    pub fn comes_from_transfer(&self) -> bool {
        self.query.get("from").ok().flatten() == Some("transfer")
    }

    /// The address of another page on the same side way: where that goes back to is kept in it.
    #[must_use]
    pub fn side_url(&self, path: &str) -> String {
        self.side_url_in(self.language, path)
    }

    /// This page in a given language; of an address that answers no GET, the page of its form. An endpoint has no language in
    /// its path: the same request asks for the other one.
    #[must_use]
    pub fn here_in(&self, language: Language) -> String {
        // A path that begins like the address of another site would lead there.
        if self.speaks_by_path || self.path.starts_with("//") || self.path.starts_with("/\\") {
            let path = self.form_page.map_or(self.path.as_str(), |FormPage(path)| path);
            return self.side_url_in(language, path);
        }
        let others = self.query.pairs().iter().filter(|(name, _)| name != "ui_locales");
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(others)
            .append_pair("ui_locales", language.tag())
            .finish();
        format!("{}?{query}", self.path)
    }

    fn side_url_in(&self, language: Language, path: &str) -> String {
        let url = self.url_in(language, path);
        if !self.comes_from_transfer() {
            return url;
        }
        let separator = if url.contains('?') { '&' } else { '?' };
        format!("{url}{separator}from=transfer")
    }

    /// The hidden fields of a form on this page.
    #[must_use]
    pub fn form_tokens(&self) -> FormTokens {
        FormTokens::new(self.csrf_token())
            .transaction(self.tx.as_ref().map(ToString::to_string))
            .once(random_base64url::<16>(&mut rng()))
    }

    fn csrf_token(&self) -> String {
        form_tokens::issue(&self.app, &self.browser, self.seen.get(), self.now)
    }

    /// A page's frame.
    #[must_use]
    pub fn frame(&self, title: impl Into<String>) -> Frame {
        Frame::new(self.language, &self.in_force.site, title)
    }

    /// The frame of a page that the accounts of both kinds reach: it has the name of the person's own.
    #[must_use]
    pub fn frame_of(&self, kind: AccountKind, title: impl Into<String>) -> Frame {
        let site = match kind {
            AccountKind::MyOntario => &self.in_force.site,
            AccountKind::OneKey => &self.in_force.one_key_site,
        };
        Frame::new(self.language, site, title)
    }

    /// The same for a page without typed input.
    #[must_use]
    pub fn plain_frame_of(&self, kind: AccountKind, title: impl Into<String>) -> Frame {
        self.frame_of(kind, title).language_link(self.here_in(self.language.other()))
    }

    /// What the operator has to say on a sign-in page.
    pub async fn notice(&self, place: NoticePlace) -> Option<String> {
        self.app.notices.text(&self.app.store, place, self.language, self.now).await
    }

    /// The frame of a page without typed input: its language control is a link.
    #[must_use]
    pub fn plain_frame(&self, title: impl Into<String>) -> Frame {
        self.frame(title).language_link(self.here_in(self.language.other()))
    }

    /// The frame of a signed-in page: account link, sign-out form and time-out warning.
    #[must_use]
    pub fn signed_in_frame(&self, title: impl Into<String>, session: &SessionWithAccount) -> Frame {
        let limits = &self.in_force.lifetimes.session;
        let seconds = |span: std::time::Duration| u32::try_from(span.as_secs()).unwrap_or(u32::MAX);
        let absolute = session.session.created_at.plus(limits.max).since(self.now);
        // The warning leaves two minutes of fifteen: the same share of any other setting.
        let warn_after = seconds(limits.idle * 13 / 15);
        let timeout = SessionTimeout {
            warn_after,
            end_after: seconds(limits.idle),
            keep_action: self.url("/session/keep"),
            tokens: FormTokens::new(self.csrf_token()),
            sign_out_action: self.url("/sign-out"),
            expired_href: self.url("/session-expired"),
            draft_is_saved: false,
            sign_in_again: Some(SignInAgain {
                end_after: seconds(absolute),
                href: session::again_url(&self.url("/sign-in")),
            }),
        };
        self.plain_frame(title)
            .bar_link(t::your_account(self.language), self.url("/account"))
            .bar_sign_out(self.url("/sign-out"), self.form_tokens())
            .session(timeout)
    }

    /// Renders a page, which may give the browser its cookie ([`Visit::dress`]).
    ///
    /// # Errors
    /// The template fails, which no data causes.
    pub fn page(&self, status: u16, template: &impl askama::Template) -> Result<Answer, Problem> {
        let body = template.render().map_err(|error| Problem::internal(&error))?;
        Ok(self.dress(Answer::page(status, body)))
    }

    /// Gives the browser its cookie if it has none and came to look. A form always follows a page that was looked at, and
    /// one that another site has posted brings no cookie although there is one: an answer that set a new one would part
    /// the person from all that this browser is known for.
    #[must_use]
    pub fn dress(&self, answer: Answer) -> Answer {
        let https = self.app.settings.server.is_https();
        let begins = self.browser_is_new && self.is_look;
        answer.cookie(begins.then(|| cookies::set(Name::Browser, self.browser.expose(), https)))
    }

    /// A `Set-Cookie` of this server.
    #[must_use]
    pub fn set_cookie(&self, name: Name, value: &str) -> Option<String> {
        Some(cookies::set(name, value, self.app.settings.server.is_https()))
    }

    /// A `Set-Cookie` that ends a cookie of this server.
    #[must_use]
    pub fn clear_cookie(&self, name: Name) -> Option<String> {
        Some(cookies::clear(name, self.app.settings.server.is_https()))
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
