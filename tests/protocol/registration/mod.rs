//! Dynamic registration and management (RFC 7591, RFC 7592), and what of `oidcc-dynamic-certification-test-plan` is
//! about it.

mod command;
mod conformance;
mod management;
mod requests;
mod sector;

use idp_domain::ids::ClientId;
use idp_server::admin::Desk;
use idp_server::admin::services::{TokenOrder, issue_registration_token, parse_policy};
use idp_tests::idp::visitor::page_of;
use idp_tests::idp::{Page, Service, TestIdp};
use reqwest::Method;
use serde_json::{Value, json};

/// An initial access token for `uses` services, under a policy.
pub async fn initial_token(idp: &TestIdp, policy: &str, uses: u32) -> String {
    let desk = Desk::of_operator(&idp.app.store, idp.now());
    let order = TokenOrder { policy: parse_policy(policy).unwrap(), expires: "24h", uses };
    let made = issue_registration_token(&desk, order, true, None).await;
    made.unwrap_or_else(|failure| panic!("{failure}")).token.expose().to_owned()
}

/// Sends a request with a bearer token.
pub async fn send(idp: &TestIdp, method: Method, url: &str, token: &str, body: Option<&Value>) -> Page {
    let path = url.strip_prefix(&idp.issuer).unwrap_or(url);
    let mut request = idp.http().request(method, format!("{}{path}", idp.issuer)).bearer_auth(token);
    if let Some(body) = body {
        request = request.header("Content-Type", "application/json").body(body.to_string());
    }
    page_of(request.send().await.unwrap()).await
}

/// Registers by a new token under a policy; the answer.
pub async fn register_under(idp: &TestIdp, policy: &str, body: &Value) -> Page {
    let token = initial_token(idp, policy, 1).await;
    send(idp, Method::POST, "/register", &token, Some(body)).await
}

/// The least registration with more members.
pub fn with(change: &Value) -> Value {
    let mut body = json!({"client_name": "Club", "redirect_uris": ["https://rp.example.test/callback"]});
    body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    body
}

/// Registers what must be registered.
pub async fn registered(idp: &TestIdp, change: &Value) -> Value {
    let page = register_under(idp, "first_party = true\nrequire_pkce = false\n", &with(change)).await;
    assert_eq!(page.status, 201, "{}", page.body);
    page.json()
}

/// The service of an answer.
pub async fn service_of(idp: &TestIdp, answer: &Value) -> Service {
    let id = ClientId::parse(answer["client_id"].as_str().unwrap()).unwrap();
    let client = idp.app.store.find_service(id).await.unwrap().unwrap().client;
    Service { client, secret: answer["client_secret"].as_str().unwrap_or_default().to_owned() }
}

/// Refused with 400 and this code; the description.
pub fn is_refused(page: &Page, code: &str) -> String {
    assert_eq!((page.status, page.header("cache-control")), (400, "no-store"), "{}", page.body);
    assert_eq!(page.json()["error"], code, "{}", page.body);
    page.json()["error_description"].as_str().unwrap().to_owned()
}

/// Refused for its token.
pub fn is_unauthorized(page: &Page) {
    assert_eq!((page.status, page.header("cache-control")), (401, "no-store"), "{}", page.body);
    assert!(page.header("www-authenticate").starts_with("Bearer realm=\"register\""), "{page:?}");
    assert_eq!(page.json()["error"], "invalid_token");
}
