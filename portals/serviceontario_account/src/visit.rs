//! What a request tells about the browser behind it, and the answers that all pages give.

use crate::pages::PortalError;
use crate::store::{Session, SessionState, StoreError};
use crate::{Portal, texts};
use actix_web::cookie::Cookie;
use actix_web::http::{StatusCode, header};
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev::Payload, web};
use askama::Template;
use ontario_design::components::FormTokens;
use ontario_design::{Frame, SessionTimeout, SignInAgain};
use ontario_language::Language;
use relying_party::browser_session::{CookieSecret, cookie, removal};
use std::future::Future;
use std::pin::Pin;

/// The session's secret; lives as long as the browser, so that a session that ended can be told from none.
pub(crate) const SESSION_COOKIE: &str = "so_session";
/// Binds pending sign-ins to this browser.
pub(crate) const BROWSER_COOKIE: &str = "so_browser";
/// The `state` of a sign-out under way at the provider.
pub(crate) const SIGN_OUT_COOKIE: &str = "so_sign_out";
/// The language of the pages.
const LANGUAGE_COOKIE: &str = "so_lang";
const ONE_YEAR: i64 = 365 * 24 * 3600;

/// One request of a browser. Making it touches the session.
pub(crate) struct Visit {
    pub(crate) portal: web::Data<Portal>,
    pub(crate) language: Language,
    pub(crate) now: i64,
    pub(crate) session: SessionState,
    pub(crate) session_cookie: Option<CookieSecret>,
    pub(crate) browser_cookie: Option<CookieSecret>,
    pub(crate) sign_out_cookie: Option<CookieSecret>,
    language_is_kept: bool,
    /// The same page in the other language.
    other_language_href: String,
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
    Language::from_code(request.cookie(LANGUAGE_COOKIE)?.value())
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

impl Visit {
    async fn load(request: HttpRequest) -> Result<Self, PortalError> {
        let portal = request.app_data::<web::Data<Portal>>().cloned().ok_or(PortalError::NotConfigured)?;
        let now = portal.now();
        let secret = |name: &str| request.cookie(name).and_then(|cookie| CookieSecret::parse(cookie.value()));
        let session_cookie = secret(SESSION_COOKIE);
        let session = match &session_cookie {
            Some(secret) => portal.store.touch_session(secret.hash(), now).await?,
            None => SessionState::None,
        };
        let language = language_of(&request);
        Ok(Self {
            portal,
            language,
            now,
            session,
            session_cookie,
            browser_cookie: secret(BROWSER_COOKIE),
            sign_out_cookie: secret(SIGN_OUT_COOKIE),
            language_is_kept: kept_language(&request) == Some(language),
            other_language_href: other_language_href(&request, language),
        })
    }

    /// The session, when somebody is signed in.
    pub(crate) fn live_session(&self) -> Option<(&Session, &CookieSecret)> {
        match (&self.session, &self.session_cookie) {
            (SessionState::Live(session), Some(secret)) => Some((session, secret)),
            _ => None,
        }
    }

    /// Where a page for signed-in people sends everybody else.
    pub(crate) fn turn_away(&self) -> HttpResponse {
        let page = match self.session {
            SessionState::Expired => "session-expired",
            SessionState::SignedOut => "?notice=signed-out",
            SessionState::None | SessionState::Live(_) => "",
        };
        redirect(&self.path(page))
    }

    /// `/en/home` for `home`.
    pub(crate) fn path(&self, page: &str) -> String {
        format!("/{}/{page}", self.language.code())
    }

    /// The page's frame with language control and links; with the time-out warning for signed-in people.
    pub(crate) fn frame(&self, title: &str) -> Frame {
        let language = self.language;
        let account_url = self.portal.settings.account_url.replace("{l}", language.code());
        let frame = Frame::new(language, &self.portal.site, title)
            .language_link(self.other_language_href.clone())
            .bar_link(texts::my_ontario_account(language), account_url);
        let Some((session, secret)) = self.live_session() else {
            return frame.bar_link(texts::sign_in(language), self.path("sign-in"));
        };
        let tokens = FormTokens::new(secret.csrf_token());
        let absolute = session.seconds_to_absolute_end(self.now);
        frame.bar_sign_out(self.path("sign-out"), tokens.clone()).session(SessionTimeout {
            warn_after: 780,
            end_after: 900,
            keep_action: self.path("session/keep"),
            tokens,
            sign_out_action: self.path("sign-out"),
            expired_href: self.path("session-expired"),
            draft_is_saved: false,
            sign_in_again: Some(SignInAgain { end_after: absolute, href: self.path("sign-in") }),
        })
    }

    /// A page.
    pub(crate) fn html(&self, status: StatusCode, page: &impl Template) -> Result<HttpResponse, PortalError> {
        let mut answer = HttpResponse::build(status);
        answer.content_type("text/html; charset=utf-8");
        if !self.language_is_kept {
            answer.cookie(self.cookie(LANGUAGE_COOKIE, self.language.code(), Some(ONE_YEAR)));
        }
        Ok(answer.body(page.render()?))
    }

    /// A cookie of the portal; `max_age` in seconds.
    pub(crate) fn cookie(&self, name: &'static str, value: &str, max_age: Option<i64>) -> Cookie<'static> {
        cookie(name, value, self.portal.secure, max_age)
    }

    /// Makes the browser forget a cookie.
    pub(crate) fn forget(&self, name: &'static str) -> Cookie<'static> {
        removal(name, self.portal.secure)
    }
}

/// 303: whatever the request was, the browser goes on with a GET.
pub(crate) fn redirect(address: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, address)).finish()
}

impl FromRequest for Visit {
    type Error = PortalError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, PortalError>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        Box::pin(Self::load(request.clone()))
    }
}

impl From<StoreError> for PortalError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
