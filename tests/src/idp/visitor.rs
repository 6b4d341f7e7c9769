//! A person's browser without a script engine: it keeps cookies, sends forms with everything hidden in them, says where
//! they come from, and follows redirects only when asked to.

use super::page::{Form, Page};
use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder};
use std::collections::BTreeMap;
use std::sync::Mutex;
use url::Url;

/// The content type of a form.
pub const FORM: &str = "application/x-www-form-urlencoded";

/// A browser.
pub struct Visitor {
    http: reqwest::Client,
    issuer: String,
    cookies: Mutex<BTreeMap<String, String>>,
    language: Mutex<String>,
}

impl Visitor {
    /// At the question whether a ONE-key account is carried over (T1): says no, twice; the page after it.
    pub async fn decline_transfer(&self, question: Page) -> Page {
        let confirm = self.follow(self.submit(&question, "f", &[("transfer", "no")]).await).await;
        self.follow(self.submit(&confirm, "f", &[("understand", "yes")]).await).await
    }

    pub(super) fn new(http: reqwest::Client, issuer: &str) -> Self {
        Self {
            http,
            issuer: issuer.to_owned(),
            cookies: Mutex::default(),
            language: Mutex::new("en-CA".to_owned()),
        }
    }

    /// The browser's own language, `Accept-Language`.
    pub fn speaks(&self, language: &str) {
        language.clone_into(&mut self.language.lock().expect("no test panics here"));
    }

    /// A cookie's value.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.jar().get(name).cloned()
    }

    /// Puts a cookie into the browser.
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.jar().insert(name.to_owned(), value.to_owned());
    }

    /// Takes a cookie out of the browser.
    pub fn forget_cookie(&self, name: &str) {
        self.jar().remove(name);
    }

    /// Opens a page: a path, or a whole address.
    pub async fn get(&self, url: &str) -> Page {
        self.send(self.request(Method::GET, url)).await
    }

    /// Fills in the form `id` of `page` and sends it.
    pub async fn submit(&self, page: &Page, id: &str, typed: &[(&str, &str)]) -> Page {
        let form = typed.iter().fold(page.form(id), |form, (name, value)| form.with(name, value));
        self.post(&form).await
    }

    /// Sends a form as a page of ours would.
    pub async fn post(&self, form: &Form) -> Page {
        let request = self.request(Method::POST, &form.action);
        let request = request.header("Origin", &self.issuer).header("Sec-Fetch-Site", "same-origin");
        self.send(request.header("Content-Type", FORM).body(form.encoded())).await
    }

    /// Follows redirects as long as they stay on this server.
    pub async fn follow(&self, page: Page) -> Page {
        let mut page = page;
        for _ in 0..10 {
            let Some(location) = page.location() else { return page };
            let target = Url::parse(&page.url).and_then(|base| base.join(location)).expect("an address");
            if target.origin().ascii_serialization() != self.issuer {
                return page;
            }
            page = self.get(target.as_str()).await;
        }
        panic!("redirects have no end: {page:?}")
    }

    /// A request with this browser's cookies, to be changed before [`Self::send`] sends it.
    pub fn request(&self, method: Method, url: &str) -> RequestBuilder {
        let url = Url::parse(&self.issuer).and_then(|base| base.join(url)).expect("an address");
        let cookies: Vec<String> = self.jar().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let language = self.language.lock().expect("no test panics here").clone();
        let request = self.http.request(method, url).header("Accept-Language", language);
        let request = request
            .header("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        if cookies.is_empty() { request } else { request.header("Cookie", cookies.join("; ")) }
    }

    /// Sends a request and keeps the cookies of its answer.
    pub async fn send(&self, request: RequestBuilder) -> Page {
        let response = request.send().await.unwrap_or_else(|error| panic!("no answer: {error:?}"));
        self.keep(response.headers());
        page_of(response).await
    }

    fn keep(&self, headers: &HeaderMap) {
        for cookie in headers.get_all("set-cookie") {
            let text = cookie.to_str().expect("a cookie is text");
            let (pair, attributes) = text.split_once(';').unwrap_or((text, ""));
            let (name, value) = pair.split_once('=').expect("a cookie has a name");
            if attributes.contains("Max-Age=0") {
                self.forget_cookie(name);
            } else {
                self.set_cookie(name, value);
            }
        }
    }

    fn jar(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, String>> {
        self.cookies.lock().expect("no test panics here")
    }
}

/// Reads an answer to its end.
pub async fn page_of(response: reqwest::Response) -> Page {
    let (status, url, headers) =
        (response.status().as_u16(), response.url().to_string(), response.headers().clone());
    let body = response.text().await.unwrap_or_else(|error| panic!("no body: {error}"));
    Page { status, url, headers, body }
}
