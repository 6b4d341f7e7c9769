//! What a request tells about the browser behind it, and the answers that all pages give.

use crate::error::PortalError;
use crate::form::{Acted, Form, hold};
use crate::session::{End, Session, SessionState};
use crate::session_pages::give_back;
use crate::{Front, texts};
use actix_web::cookie::Cookie;
use actix_web::http::{StatusCode, header};
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev::Payload, web};
use askama::Template;
use diesel::{QueryResult, SqliteConnection};
use ontario_design::components::FormTokens;
use ontario_design::{Frame, SessionTimeout, SignInAgain};
use ontario_language::Language;
use relying_party::Failure;
use relying_party::browser_session::{CookieSecret, cookie, removal};
use serde::de::DeserializeOwned;
use std::future::Future;
use std::pin::Pin;

const ONE_YEAR: i64 = 365 * 24 * 3600;
const MAX_PAGE: usize = 512;

/// The names of a portal's cookies.
pub(crate) struct CookieNames {
    /// The session's secret; lives as long as the browser, so that a session that ended can be told from none.
    pub(crate) session: String,
    /// Binds pending sign-ins to this browser.
    pub(crate) browser: String,
    /// The `state` of a sign-out under way at the provider.
    pub(crate) sign_out: String,
    /// The language of the pages.
    pub(crate) language: String,
}

impl CookieNames {
    pub(crate) fn new(prefix: &str) -> Self {
        let name = |what: &str| format!("{prefix}_{what}");
        Self {
            session: name("session"),
            browser: name("browser"),
            sign_out: name("sign_out"),
            language: name("lang"),
        }
    }
}

/// One request of a browser. Making it touches the session.
pub struct Visit {
    /// What every request shares.
    pub front: web::Data<Front>,
    /// The language of the page.
    pub language: Language,
    /// Read once: every rule of this request sees the same instant.
    pub now: i64,
    /// The page without its language: `profiles/1`.
    pub page: String,
    /// Who is there.
    pub session: SessionState,
    pub(crate) session_cookie: Option<CookieSecret>,
    pub(crate) browser_cookie: Option<CookieSecret>,
    pub(crate) sign_out_cookie: Option<CookieSecret>,
    request: HttpRequest,
}

/// Somebody who is signed in.
#[derive(Clone, Copy)]
pub struct Member<'v> {
    /// Their session.
    pub session: &'v Session,
    secret: &'v CookieSecret,
}

impl Member<'_> {
    /// Names the session in the portal's own tables; worth nothing to a browser.
    #[must_use]
    pub fn session_key(&self) -> String {
        self.secret.hash()
    }

    /// What the database knows the session by.
    pub(crate) fn hash(&self) -> String {
        self.secret.hash()
    }
}

/// The language of a request: path, cookie, `Accept-Language`, English.
pub(crate) fn language_of(request: &HttpRequest) -> Language {
    let in_path = request.path().split('/').nth(1).and_then(Language::from_code);
    let in_header = || {
        let header = request.headers().get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
        Language::from_accept_language(header)
    };
    in_path.or_else(|| kept_language(request)).or_else(in_header).unwrap_or_default()
}

fn kept_language(request: &HttpRequest) -> Option<Language> {
    let front = request.app_data::<web::Data<Front>>()?;
    Language::from_code(request.cookie(&front.cookies.language)?.value())
}

/// The address of the same page in the other language; the first page for addresses that have no language.
pub(crate) fn other_language_href(request: &HttpRequest, language: Language) -> String {
    let other = language.other().code();
    let Some(rest) = request.path().strip_prefix(&format!("/{}/", language.code())) else {
        return format!("/{other}/");
    };
    match request.query_string() {
        "" => format!("/{other}/{rest}"),
        query => format!("/{other}/{rest}?{query}"),
    }
}

/// A page of this portal without its language, as an address may name it; `None` for what could lead anywhere else.
pub(crate) fn plain_page(page: &str) -> Option<&str> {
    let plain = page.len() <= MAX_PAGE
        && !page.starts_with('/')
        && !page.contains("//")
        && page.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-_?=&".contains(&b));
    plain.then_some(page)
}

impl Visit {
    async fn load(request: HttpRequest) -> Result<Self, PortalError> {
        let front = request.app_data::<web::Data<Front>>().cloned().ok_or(PortalError::NotConfigured)?;
        let now = front.now();
        let secret = |name: &str| request.cookie(name).and_then(|cookie| CookieSecret::parse(cookie.value()));
        let session_cookie = secret(&front.cookies.session);
        let session = match &session_cookie {
            Some(secret) => current(&front, secret, now).await?,
            None => SessionState::None,
        };
        let language = language_of(&request);
        let page = request.path().strip_prefix(&format!("/{}/", language.code())).unwrap_or_default();
        Ok(Self {
            language,
            now,
            page: page.to_owned(),
            session,
            session_cookie,
            browser_cookie: secret(&front.cookies.browser),
            sign_out_cookie: secret(&front.cookies.sign_out),
            front,
            request,
        })
    }

    /// Who is signed in.
    #[must_use]
    pub fn member(&self) -> Option<Member<'_>> {
        match (&self.session, &self.session_cookie) {
            (SessionState::Live(session), Some(secret)) => Some(Member { session, secret }),
            _ => None,
        }
    }

    /// Something that the portal put beside the front with `app_data`.
    ///
    /// # Errors
    /// [`PortalError::NotConfigured`].
    pub fn data<T: 'static>(&self) -> Result<web::Data<T>, PortalError> {
        self.request.app_data::<web::Data<T>>().cloned().ok_or(PortalError::NotConfigured)
    }

    /// A part of the address by its name in the route; empty where there is none.
    #[must_use]
    pub fn part(&self, name: &str) -> &str {
        self.request.match_info().get(name).unwrap_or("")
    }

    /// The query.
    ///
    /// # Errors
    /// [`PortalError::BadRequest`].
    pub fn query<T: DeserializeOwned>(&self) -> Result<T, PortalError> {
        let query = web::Query::<T>::from_query(self.request.query_string());
        query.map(web::Query::into_inner).map_err(|_| PortalError::BadRequest)
    }

    /// Where a page for signed-in people sends everybody else: to sign in and back, or to why they no longer are.
    #[must_use]
    pub fn turn_away(&self) -> HttpResponse {
        let page = self.return_page();
        match self.session {
            SessionState::Expired(_) => redirect(&self.path(&format!("session-expired?page={page}"))),
            SessionState::SignedOut(_) => redirect(&self.path("?notice=signed-out")),
            SessionState::None | SessionState::Live(_) => {
                redirect(&self.path(&format!("sign-in?page={page}")))
            }
        }
    }

    /// Where to come back to after signing in again.
    pub(crate) fn return_page(&self) -> &str {
        let own = |page: &&str| !page.starts_with("session") && !page.starts_with("sign-");
        plain_page(&self.page).filter(own).unwrap_or(self.front.service.home())
    }

    /// `/en/home` for `home`.
    #[must_use]
    pub fn path(&self, page: &str) -> String {
        format!("/{}/{page}", self.language.code())
    }

    /// The page's frame with language control and links; with the time-out warning for signed-in people.
    #[must_use]
    pub fn frame(&self, title: &str) -> Frame {
        let language = self.language;
        let member = self.member();
        let account_url = self.front.settings.account_url.replace("{l}", language.code());
        let frame = Frame::new(language, &self.front.site, title)
            .language_link(other_language_href(&self.request, language))
            .bar_link(self.account_name(), account_url);
        let Some(Member { session, secret }) = member else {
            return frame.bar_link(texts::sign_in(language), self.path("sign-in"));
        };
        let tokens = FormTokens::new(secret.csrf_token());
        let page = self.return_page();
        let draft_is_saved = self.front.service.is_draft(&self.page);
        let expired =
            format!("session-expired?page={page}{}", if draft_is_saved { "&kept=draft" } else { "" });
        frame.bar_sign_out(self.path("sign-out"), tokens.clone()).session(SessionTimeout {
            warn_after: 780,
            end_after: 900,
            keep_action: self.path("session/keep"),
            tokens,
            sign_out_action: self.path("sign-out"),
            expired_href: self.path(&expired),
            draft_is_saved,
            sign_in_again: Some(SignInAgain {
                end_after: session.seconds_to_absolute_end(self.now),
                href: self.path(&format!("sign-in?page={page}")),
            }),
        })
    }

    /// What the account at the provider is called.
    pub(crate) fn account_name(&self) -> &'static str {
        let person = self.member().map(|member| &member.session.person);
        self.front.service.account_name(self.language, person)
    }

    /// The hidden fields of a page's form: its CSRF token and a new single-use id.
    ///
    /// # Errors
    /// [`PortalError::Forbidden`]: nobody is signed in.
    pub fn form_tokens(&self) -> Result<FormTokens, PortalError> {
        let member = self.member().ok_or(PortalError::Forbidden)?;
        Ok(FormTokens::new(member.secret.csrf_token()).once(CookieSecret::random().expose()))
    }

    /// Whether a form was made for this session.
    #[must_use]
    pub fn csrf_matches(&self, token: &str) -> bool {
        self.session_cookie.as_ref().is_some_and(|secret| secret.csrf_matches(token))
    }

    /// What was typed into this page before its language was changed or its session was over.
    ///
    /// # Errors
    /// Of the database.
    pub async fn held(&self) -> Result<Option<Form>, PortalError> {
        let asked = self.request.query_string().split('&').any(|pair| pair == "held=1");
        let Some(member) = self.member().filter(|_| asked) else { return Ok(None) };
        Ok(self.front.database.find_held(&member.session.person, &self.page, self.now).await?)
    }

    /// Holds what was typed into this page, as at a change of language: the address with `?held=1` fills it in again.
    ///
    /// # Errors
    /// [`PortalError::Forbidden`]: nobody is signed in; and those of the database.
    pub async fn hold(&self, form: &Form) -> Result<(), PortalError> {
        let member = self.member().ok_or(PortalError::Forbidden)?;
        let (person, form) = (member.session.person.clone(), form.clone());
        let (page, now) = (self.page.clone(), self.now);
        self.front.database.write(move |c| hold(c, &person, &page, &form, now)).await?;
        Ok(())
    }

    /// Ends the session here and leaves the one at the provider alone: `/sign-out` can end that one later, by a form with
    /// [`Visit::ended_session_tokens`].
    ///
    /// # Errors
    /// Of the database.
    pub async fn end_session_here(&self) -> Result<(), PortalError> {
        if let Some(member) = self.member() {
            self.front.database.end_session(member.hash(), End::Here).await?;
            if let Some(refresh_token) = member.session.refresh_token.clone() {
                give_back(self.front.clone(), refresh_token, self.now);
            }
        }
        Ok(())
    }

    /// The hidden fields of a form that is sent after the session was ended here.
    #[must_use]
    pub fn ended_session_tokens(&self) -> Option<FormTokens> {
        match (&self.session, &self.session_cookie) {
            (SessionState::SignedOut(_), Some(secret)) => Some(FormTokens::new(secret.csrf_token())),
            _ => None,
        }
    }

    /// The request's header fields.
    #[must_use]
    pub fn headers(&self) -> &header::HeaderMap {
        self.request.headers()
    }

    /// Lets this form act once, see [`Database::act_once`](crate::Database::act_once): 303 to the page that `work` names
    /// (without its language), or its refusal.
    ///
    /// # Errors
    /// [`PortalError::BadRequest`] for a form without a single-use id, and those of the database.
    pub async fn act_once<R, F>(&self, form: &Form, work: F) -> Result<Result<HttpResponse, R>, PortalError>
    where
        R: Send + 'static,
        F: FnOnce(&mut SqliteConnection) -> QueryResult<Acted<R>> + Send + 'static,
    {
        let once = form.value("_once");
        let member = self.member().ok_or(PortalError::Forbidden)?;
        if once.is_empty() || once.len() > 64 {
            return Err(PortalError::BadRequest);
        }
        let id_hash = member.secret.form_id_hash(&format!("{}\n{once}", self.page));
        Ok(match self.front.database.act_once(id_hash, self.now, work).await? {
            Acted::Led(page) => Ok(redirect(&self.path(&page))),
            Acted::Refused(refusal) => Err(refusal),
        })
    }

    /// A page.
    ///
    /// # Errors
    /// [`PortalError::Render`].
    pub fn html(&self, status: StatusCode, page: &impl Template) -> Result<HttpResponse, PortalError> {
        let mut answer = HttpResponse::build(status);
        answer.content_type("text/html; charset=utf-8");
        if kept_language(&self.request) != Some(self.language) {
            answer.cookie(self.language_cookie(self.language));
        }
        Ok(answer.body(page.render()?))
    }

    /// The cookie that keeps a language.
    #[must_use]
    pub fn language_cookie(&self, language: Language) -> Cookie<'static> {
        self.cookie(&self.front.cookies.language, language.code(), Some(ONE_YEAR))
    }

    /// A cookie of the portal; `max_age` in seconds.
    pub(crate) fn cookie(&self, name: &str, value: &str, max_age: Option<i64>) -> Cookie<'static> {
        cookie(name, value, self.front.secure, max_age)
    }

    /// Makes the browser forget a cookie.
    pub(crate) fn forget(&self, name: &str) -> Cookie<'static> {
        removal(name, self.front.secure)
    }

    /// A foreign page may not act for the person: browsers say where a form comes from.
    pub(crate) fn comes_from_here(&self) -> bool {
        let header = |name: &str| self.request.headers().get(name).and_then(|value| value.to_str().ok());
        let same_site = header("sec-fetch-site").is_none_or(|site| site == "same-origin" || site == "none");
        let origin = header(header::ORIGIN.as_str());
        same_site && origin.is_none_or(|origin| origin.eq_ignore_ascii_case(&self.front.settings.base_url))
    }
}

/// The session behind a cookie. While the person is at work the provider is asked now and then whether its session still
/// stands, which keeps that one alive too.
async fn current(
    front: &web::Data<Front>,
    secret: &CookieSecret,
    now: i64,
) -> Result<SessionState, PortalError> {
    let hash = secret.hash();
    let state = front.database.touch_session(hash.clone(), now).await?;
    let SessionState::Live(session) = &state else { return Ok(state) };
    let Some(refresh_token) = session.due_refresh_token(now).map(str::to_owned) else { return Ok(state) };
    if !front.database.take_refresh_turn(hash.clone(), session, now).await? {
        return Ok(state);
    }
    let (front, session) = (front.clone(), session.clone());
    // A task of its own: a browser that goes away must not lose the token that replaces the spent one.
    let task = actix_web::rt::spawn(async move {
        match front.relying_party.refresh(&refresh_token, &session.person.subject, now).await {
            Ok(tokens) => {
                front.database.update_tokens(hash, tokens).await?;
                Ok(None)
            }
            Err(error) if error.failure() == Failure::Stale => {
                tracing::info!(%error, "the session at the provider is over");
                front.database.end_session(hash, End::Provider).await?;
                Ok(Some(SessionState::SignedOut(session)))
            }
            Err(error) => {
                tracing::warn!(%error, "a refresh failed, the session goes on");
                Ok(None)
            }
        }
    });
    let ended: Result<Option<SessionState>, PortalError> =
        task.await.map_err(|error| PortalError::Internal(error.to_string()))?;
    Ok(ended?.unwrap_or(state))
}

/// 303: whatever the request was, the browser goes on with a GET.
#[must_use]
pub fn redirect(address: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, address)).finish()
}

impl FromRequest for Visit {
    type Error = PortalError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, PortalError>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        Box::pin(Self::load(request.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::plain_page;
    use proptest::prelude::*;

    #[test]
    fn only_pages_of_this_portal_are_destinations() {
        for page in ["", "home", "home?month=2026-11&sort=oldest", "services/birth-certificate/1"] {
            assert_eq!(plain_page(page), Some(page));
        }
        for foreign in
            ["/evil.example", "//evil.example", "a//b", "https://evil.example", "../x", "a\r\nb", "a\\b", "é"]
        {
            assert_eq!(plain_page(foreign), None, "{foreign}");
        }
    }

    proptest! {
        #[test]
        fn a_page_never_leaves_the_portal(page in ".*") {
            if let Some(page) = plain_page(&page) {
                let address = url::Url::parse("http://localhost:8081").unwrap().join(&format!("/en/{page}"));
                prop_assert_eq!(address.unwrap().origin().ascii_serialization(), "http://localhost:8081");
            }
        }
    }
}
