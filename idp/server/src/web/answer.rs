//! An answer for a person's browser, with the headers that every page has. Plain data, so that the answer to a form can
//! be kept and given again to a double click.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, LOCATION, RETRY_AFTER, SET_COOKIE,
};
use actix_web::{HttpRequest, HttpResponse, Responder};
use idp_domain::authorization::parameters::Parameters;
use ontario_design::{content_security_policy, policy_with_frames};
use serde::{Deserialize, Serialize};

/// How long an address of ours may become, in bytes: longer ones are refused by some of what lies between a browser and us.
const MAX_ADDRESS: usize = 8000;

/// Status, headers and body of a page or a redirect.
#[derive(Clone, Serialize, Deserialize)]
pub struct Answer {
    status: u16,
    location: Option<String>,
    cookies: Vec<String>,
    body: String,
    /// Origins beside our own where a form of this page can end (Chromium applies `form-action` to redirects too).
    form_action: Vec<String>,
    /// Origins that this page shows in frames.
    #[serde(default)]
    frame_src: Vec<String>,
    retry_after: Option<u64>,
    /// For pages whose address holds a secret.
    no_referrer: bool,
    /// For a text to keep: under which name.
    #[serde(default)]
    file_name: Option<String>,
    /// Whether it is a picture (SVG) and no page.
    #[serde(default)]
    picture: bool,
}

impl Answer {
    /// A page.
    #[must_use]
    pub fn page(status: u16, body: String) -> Self {
        Self {
            status,
            location: None,
            cookies: Vec::new(),
            body,
            form_action: Vec::new(),
            frame_src: Vec::new(),
            retry_after: None,
            no_referrer: false,
            file_name: None,
            picture: false,
        }
    }

    /// See Other: after a POST the browser fetches with GET, and never repeats a password (RFC 9700 section 4.12).
    #[must_use]
    pub fn see_other(location: impl Into<String>) -> Self {
        Self { location: Some(location.into()), ..Self::page(303, String::new()) }
    }

    /// Once more to `path` by GET, with the same parameters. A form on a service's page brings no cookie of ours (they are
    /// `SameSite=Lax`); the navigation that follows does.
    #[must_use]
    pub fn again_by_get(path: &str, parameters: &Parameters) -> Self {
        let query: String =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters.pairs()).finish();
        Self::see_other(format!("{path}?{query}"))
    }

    /// Whether a form with this body is short enough to be sent on by [`Answer::again_by_get`].
    #[must_use]
    pub fn fits_an_address(body: &[u8]) -> bool {
        body.len() <= MAX_ADDRESS
    }

    /// A text file to keep; JSON, CSV or TOML where its name says so.
    #[must_use]
    pub fn text_file(name: &str, body: String) -> Self {
        Self { file_name: Some(name.to_owned()), ..Self::page(200, body) }
    }

    /// A picture.
    #[must_use]
    pub fn svg(body: String) -> Self {
        Self { picture: true, ..Self::page(200, body) }
    }

    /// The same redirect with more parameters, for an address that has some.
    #[must_use]
    pub fn with_parameters(mut self, more: &str) -> Self {
        if let Some(location) = &mut self.location {
            location.push_str(more);
        }
        self
    }

    /// An empty success, for scripts.
    #[must_use]
    pub fn no_content() -> Self {
        Self::page(204, String::new())
    }

    /// Adds a `Set-Cookie`.
    #[must_use]
    pub fn cookie(mut self, cookie: Option<String>) -> Self {
        self.cookies.extend(cookie);
        self
    }

    /// Lets forms of this page end at the origin of `url`.
    #[must_use]
    pub fn form_may_end_at(mut self, url: Option<&str>) -> Self {
        self.form_action.extend(url.and_then(origin_of));
        self
    }

    /// Lets this page show the origin of `url` in a frame.
    #[must_use]
    pub fn may_frame(mut self, url: &str) -> Self {
        self.frame_src.extend(origin_of(url).filter(|origin| !self.frame_src.contains(origin)));
        self
    }

    /// Tells when to come back.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Sends no referrer from this page.
    #[must_use]
    pub fn no_referrer(mut self) -> Self {
        self.no_referrer = true;
        self
    }

    /// Whether the same question asked again may be answered otherwise.
    #[must_use]
    pub fn is_worth_repeating(&self) -> bool {
        self.status >= 500 || self.status == 429
    }

    fn into_response(self) -> HttpResponse {
        let policy = content_security_policy(&borrowed(&self.form_action));
        let policy = policy_with_frames(policy, &borrowed(&self.frame_src));
        let mut response = HttpResponse::build(StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK));
        response.insert_header((CACHE_CONTROL, "no-store"));
        response.insert_header(("Content-Security-Policy", policy));
        response.insert_header(("X-Frame-Options", "DENY"));
        response
            .insert_header(("Referrer-Policy", if self.no_referrer { "no-referrer" } else { "same-origin" }));
        response.insert_header(("Cross-Origin-Opener-Policy", "same-origin"));
        response.insert_header((
            "Permissions-Policy",
            "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        ));
        if let Some(location) = self.location {
            response.insert_header((LOCATION, location));
        }
        if let Some(seconds) = self.retry_after {
            response.insert_header((RETRY_AFTER, seconds.to_string()));
        }
        for cookie in self.cookies {
            response.append_header((SET_COOKIE, cookie));
        }
        if let Some(name) = self.file_name {
            let ending = std::path::Path::new(&name).extension().and_then(|ending| ending.to_str());
            let content_type = match ending {
                Some("json") => "application/json",
                Some("csv") => "text/csv; charset=utf-8",
                Some("toml") => "application/toml",
                _ => "text/plain; charset=utf-8",
            };
            response.insert_header((CONTENT_TYPE, content_type));
            response.insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")));
        } else if self.picture {
            response.insert_header((CONTENT_TYPE, "image/svg+xml"));
        } else if !self.body.is_empty() {
            response.insert_header((CONTENT_TYPE, "text/html; charset=utf-8"));
        }
        response.body(self.body)
    }
}

impl Responder for Answer {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        self.into_response()
    }
}

fn borrowed(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

/// `scheme://host:port` of an address; `None` for one without a host, which no policy can name.
fn origin_of(url: &str) -> Option<String> {
    let origin = url::Url::parse(url).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}
