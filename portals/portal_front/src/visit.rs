//! What a request tells about the browser behind it.

use crate::Front;
use crate::error::PortalError;
use crate::form::{Form, hold};
use crate::session::{End, Session, SessionState};
use crate::session_pages::give_back;
use crate::upkeep::current;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use ontario_language::Language;
use relying_party::browser_session::CookieSecret;
use serde::de::DeserializeOwned;
use std::future::Future;
use std::pin::Pin;

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
    /// Over TLS no other host, not even one below ours, can plant a cookie of these names (RFC 6265bis, `__Host-`).
    pub(crate) fn new(prefix: &str, secure: bool) -> Self {
        let host = if secure { "__Host-" } else { "" };
        let name = |what: &str| format!("{host}{prefix}_{what}");
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
    pub(crate) request: HttpRequest,
}

/// Somebody who is signed in.
#[derive(Clone, Copy)]
pub struct Member<'v> {
    /// Their session.
    pub session: &'v Session,
    pub(crate) secret: &'v CookieSecret,
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

pub(crate) fn kept_language(request: &HttpRequest) -> Option<Language> {
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

    /// What the address asks for under this name.
    #[must_use]
    pub fn asked(&self, name: &str) -> Option<String> {
        let mut pairs = url::form_urlencoded::parse(self.request.query_string().as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
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

    /// The request's header fields.
    #[must_use]
    pub fn headers(&self) -> &header::HeaderMap {
        self.request.headers()
    }

    /// A foreign page may not act for the person: browsers say where a form comes from.
    pub(crate) fn comes_from_here(&self) -> bool {
        let header = |name: &str| self.request.headers().get(name).and_then(|value| value.to_str().ok());
        let same_site = header("sec-fetch-site").is_none_or(|site| site == "same-origin" || site == "none");
        let origin = header(header::ORIGIN.as_str());
        same_site && origin.is_none_or(|origin| origin.eq_ignore_ascii_case(&self.front.settings.base_url))
    }
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
    use super::{CookieNames, plain_page};
    use proptest::prelude::*;

    #[test]
    fn over_tls_no_other_host_can_plant_a_cookie() {
        assert_eq!(CookieNames::new("so", true).session, "__Host-so_session");
        // Browsers take that name only with `Secure`, which plain HTTP on this machine lacks.
        assert_eq!(CookieNames::new("so", false).session, "so_session");
    }

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
