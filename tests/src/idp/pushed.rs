//! A relying service that pushes its requests (RFC 9126).

use super::page::{Page, encode};
use super::service::{Request, Service, basic};
use super::visitor::{FORM, page_of};
use super::{Account, TestIdp, Visitor};
use reqwest::Method;

impl TestIdp {
    /// Pushes a request as the service should.
    pub async fn push(&self, service: &Service, request: &Request) -> Page {
        let credentials = Some((service.client.id.as_str(), service.secret.as_str()));
        self.push_as(credentials, &request.parameters).await
    }

    /// Pushes any parameters, with HTTP Basic where `credentials` are given.
    pub async fn push_as(&self, credentials: Option<(&str, &str)>, parameters: &[(String, String)]) -> Page {
        let request = self.http().request(Method::POST, format!("{}/par", self.issuer));
        let mut request = request.header("Content-Type", FORM).body(encode(parameters));
        if let Some((id, secret)) = credentials {
            request = request.header("Authorization", basic(id, secret));
        }
        page_of(request.send().await.expect("an answer")).await
    }

    /// The `request_uri` of a push that must succeed.
    pub async fn pushed(&self, service: &Service, request: &Request) -> String {
        let page = self.push(service, request).await;
        assert_eq!(page.status, 201, "{page:?}");
        page.json()["request_uri"].as_str().expect("a request_uri").to_owned()
    }

    /// Brings a browser to the service with a pushed request: it signs in where it is asked to. The last redirect.
    pub async fn authorize_pushed(
        &self,
        visitor: &Visitor,
        service: &Service,
        request_uri: &str,
        account: &Account,
    ) -> Page {
        self.authorize(visitor, &by_reference(service, request_uri), account).await
    }
}

/// What the browser brings to the authorization endpoint: whose request, and its reference.
pub fn by_reference(service: &Service, request_uri: &str) -> Request {
    let pairs = [("client_id", service.client.id.as_str()), ("request_uri", request_uri)];
    let parameters = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    Request { parameters, verifier: String::new() }
}
