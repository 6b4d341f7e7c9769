//! A program that administers: its service, its tokens, and its calls, each of whose answers must be as described.

use idp_tests::idp::visitor::page_of;
use idp_tests::idp::{Page, Service, TestIdp};
use idp_tests::openapi::is_described;
use reqwest::Method;
use serde_json::Value;

/// The description.
pub fn description() -> Value {
    serde_json::from_str(include_str!("../../idp/server/src/admin/api/openapi.json")).unwrap()
}

/// A program with a token.
pub struct Caller<'a> {
    pub idp: &'a TestIdp,
    pub service: Service,
    pub token: String,
    all: Value,
}

impl<'a> Caller<'a> {
    /// A new service with a token of this scope.
    pub async fn with_scope(idp: &'a TestIdp, scope: &str) -> Self {
        let file = format!(
            "client_name = \"Reports\"\ngrant_types = [\"client_credentials\"]\nscope = \"{scope}\"\n"
        );
        let service = idp.register(&file).await;
        let credentials = (service.client.id.as_str(), service.secret.as_str());
        let answer = idp.token(Some(credentials), &[("grant_type", "client_credentials")]).await;
        let token = answer.json()["access_token"].as_str().unwrap().to_owned();
        Self { idp, service, token, all: description() }
    }

    /// Calls an address of the description, with its variables filled in; `path` is that of the description.
    pub async fn call(&self, method: &str, path: &str, variables: &[&str], body: &str) -> Page {
        let mut filled = String::new();
        let mut variables = variables.iter();
        for part in path.split_inclusive('/') {
            let name = part.trim_end_matches('/');
            if name.starts_with('{') {
                filled.push_str(&part.replace(name, variables.next().expect("a variable")));
            } else {
                filled.push_str(part);
            }
        }
        let page = send(self.idp, method, &filled, &self.token, body).await;
        is_described(&self.all, method, path, &page);
        page
    }

    /// The same for one without variables.
    pub async fn get(&self, path: &str) -> Page {
        self.call("get", path, &[], "").await
    }

    /// A change without variables.
    pub async fn post(&self, path: &str, body: &Value) -> Page {
        self.call("post", path, &[], &body.to_string()).await
    }
}

/// One call.
pub async fn send(idp: &TestIdp, method: &str, path: &str, token: &str, body: &str) -> Page {
    let url = format!("{}/admin/api/v1{path}", idp.issuer);
    let name: Method = method.to_uppercase().parse().unwrap();
    let mut request = idp.http().request(name, url);
    if !token.is_empty() {
        request = request.header("Authorization", format!("Bearer {token}"));
    }
    if !body.is_empty() {
        request = request.header("Content-Type", "application/json").body(body.to_owned());
    }
    page_of(request.send().await.unwrap()).await
}
