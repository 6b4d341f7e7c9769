//! Our cookies: their names, their reach, their life. Names carry our prefix, since `localhost` shares its cookies with
//! every port; over TLS they are `__Host-` cookies.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

/// Which cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Name {
    /// Binds forms and requests to this browser, and tells the account that it knows it.
    Browser,
    /// The session.
    Session,
    /// The language that the person chose.
    Language,
    /// The e-mail address to fill in, only where asked for.
    Remember,
}

impl Name {
    fn base(self) -> &'static str {
        match self {
            Self::Browser => "idp_browser",
            Self::Session => "idp_session",
            Self::Language => "idp_lang",
            Self::Remember => "idp_remember",
        }
    }

    fn full(self, https: bool) -> String {
        if https { format!("__Host-{}", self.base()) } else { self.base().to_owned() }
    }

    /// How long the browser keeps it; a session's cookie ends with the browser.
    fn life(self) -> Option<Duration> {
        match self {
            Self::Browser | Self::Language | Self::Remember => Some(Duration::days(365)),
            Self::Session => None,
        }
    }
}

/// The value of a cookie, at most 1024 characters.
#[must_use]
pub fn read(request: &HttpRequest, name: Name, https: bool) -> Option<String> {
    let value = request.cookie(&name.full(https))?.value().to_owned();
    (!value.is_empty() && value.len() <= 1024).then_some(value)
}

/// `Set-Cookie` with a new value.
#[must_use]
pub fn set(name: Name, value: &str, https: bool) -> String {
    let mut cookie = Cookie::build(name.full(https), value)
        .path("/")
        .http_only(true)
        .secure(https)
        // Lax: a service's redirect to us brings the session along, a foreign form does not.
        .same_site(SameSite::Lax);
    if let Some(life) = name.life() {
        cookie = cookie.max_age(life);
    }
    cookie.finish().to_string()
}

/// `Set-Cookie` that ends one.
#[must_use]
pub fn clear(name: Name, https: bool) -> String {
    Cookie::build(name.full(https), "")
        .path("/")
        .http_only(true)
        .secure(https)
        .same_site(SameSite::Lax)
        .max_age(Duration::ZERO)
        .finish()
        .to_string()
}
