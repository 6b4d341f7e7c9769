//! `docs/reference/openapi.json` says what the server does: each described address answers, and each answer is as it is
//! described, with no member more.

use crate::registration::{registered, send, service_of};
use idp_tests::idp::service::basic;
use idp_tests::idp::visitor::{FORM, page_of};
use idp_tests::idp::{Database, Page, TestIdp};
use idp_tests::openapi::{is_described, resolved};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const FILE: &str = include_str!("../../docs/reference/openapi.json");

fn description() -> Value {
    serde_json::from_str(FILE).unwrap()
}

struct Described {
    idp: TestIdp,
    all: Value,
}

impl Described {
    /// Asks with an `Authorization` header (none where it is empty) and a body of a type; the answer, as described.
    async fn ask(&self, method: &str, path: &str, authorization: &str, kind: &str, body: &str) -> Page {
        let url = format!("{}{path}", self.idp.issuer);
        let name: Method = method.to_uppercase().parse().unwrap();
        let mut request = self.idp.http().request(name, url).body(body.to_owned());
        for (name, value) in [("Authorization", authorization), ("Content-Type", kind)] {
            if !value.is_empty() {
                request = request.header(name, value);
            }
        }
        let page = page_of(request.send().await.unwrap()).await;
        let path = if path.starts_with("/register/") { "/register/{client_id}" } else { path };
        is_described(&self.all, method, path, &page);
        page
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_described_is_what_is_answered() {
    let described = Described { idp: TestIdp::start(Database::Sqlite).await, all: description() };
    let idp = &described.idp;
    let told = registered(idp, &json!({"scope": "openid email profile"})).await;
    let service = service_of(idp, &told).await;
    let credentials = basic(service.client.id.as_str(), &service.secret);
    for path in [
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
        "/jwks",
        "/healthz",
        "/readyz",
    ] {
        assert_eq!(described.ask("get", path, "", "", "").await.status, 200, "{path}");
    }
    let account = idp.create_account(&idp.visitor(), "person@example.test").await;
    let request = service.request();
    let page = idp.authorize(&idp.visitor(), &request, &account).await;
    let code = page.parameter("code").unwrap();
    let form = idp_tests::idp::service::redemption(&request, &code);
    let pairs: Vec<_> = form.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let form = idp_tests::idp::page::encode(&pairs);
    let tokens = described.ask("post", "/token", &credentials, FORM, &form).await;
    let access_token = tokens.json()["access_token"].as_str().unwrap().to_owned();
    let bearer = format!("Bearer {access_token}");
    for method in ["get", "post"] {
        assert_eq!(described.ask(method, "/userinfo", &bearer, "", "").await.status, 200);
        assert_eq!(described.ask(method, "/userinfo", "", "", "").await.status, 401);
        assert_eq!(described.ask(method, "/userinfo", "Bearer x", "", "").await.status, 401);
    }
    let pushed = idp_tests::idp::page::encode(&request.parameters);
    assert_eq!(described.ask("post", "/par", &credentials, FORM, &pushed).await.status, 201);
    let token = format!("token={access_token}");
    assert_eq!(described.ask("post", "/introspect", &credentials, FORM, &token).await.json()["active"], true);
    assert_eq!(
        described.ask("post", "/introspect", &credentials, FORM, "token=x").await.json()["active"],
        false
    );
    assert_eq!(described.ask("post", "/revoke", &credentials, FORM, &token).await.status, 200);
    for path in ["/par", "/token", "/introspect", "/revoke"] {
        for (authorization, body) in [
            ("", ""),
            (credentials.as_str(), ""),
            (&basic("x", "y"), "token=x&grant_type=authorization_code"),
            (&credentials, "a=1&a=1"),
            (&credentials, "grant_type=x&response_type=x&redirect_uri=x"),
        ] {
            let page = described.ask("post", path, authorization, FORM, body).await;
            assert!(matches!(page.status, 400 | 401) || path == "/revoke", "{path} {body}: {}", page.body);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn registration_is_described_as_it_is_answered() {
    let described = Described { idp: TestIdp::start(Database::Sqlite).await, all: description() };
    let idp = &described.idp;
    let policy = "first_party = true\nministry = \"Health\"\nresources = [\"https://api.example.test/\"]\n";
    let initial = format!("Bearer {}", crate::registration::initial_token(idp, policy, 1).await);
    let json = "application/json";
    for (authorization, body) in [
        ("", "{}"),
        ("Bearer x", "{}"),
        (initial.as_str(), "{}"),
        (&initial, "["),
        (&initial, r#"{"software_statement":"a.b.c"}"#),
    ] {
        assert!(described.ask("post", "/register", authorization, json, body).await.status >= 400);
    }
    let all = json!({
        "redirect_uris": ["https://rp.example.test/callback"], "client_name": "A", "client_name#fr": "B", "default_max_age": 1,
        "logo_uri": "https://rp.example.test/l", "contacts": ["a@example.test"], "request_uris": ["https://rp.example.test/r"],
        "jwks": {"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]}, "userinfo_signed_response_alg": "ES256",
        "default_acr_values": ["x"], "frontchannel_logout_uri": "https://rp.example.test/out",
    });
    let told = described.ask("post", "/register", &initial, json, &all.to_string()).await;
    assert_eq!(told.status, 201, "{}", told.body);
    let (path, token) = {
        let told = told.json();
        let uri = told["registration_client_uri"].as_str().unwrap().to_owned();
        (
            uri.trim_start_matches(&idp.issuer).to_owned(),
            told["registration_access_token"].as_str().unwrap().to_owned(),
        )
    };
    let bearer = format!("Bearer {token}");
    let read = described.ask("get", &path, &bearer, "", "").await;
    for (method, authorization, body, status) in [
        ("get", "", String::new(), 401),
        ("put", &bearer, "{}".to_owned(), 400),
        ("put", &bearer, read.body.clone(), 200),
        ("delete", "Bearer x", String::new(), 401),
        ("delete", &bearer, String::new(), 204),
    ] {
        assert_eq!(described.ask(method, &path, authorization, json, &body).await.status, status, "{method}");
    }
    let gone = send(idp, Method::GET, &path, &token, None).await;
    assert_eq!(gone.status, 401);
}

/// Whoever adds an endpoint describes it, and no method is forgotten.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_endpoint_and_every_method_of_it_is_described() {
    let (idp, all) = (TestIdp::start(Database::Sqlite).await, description());
    let metadata = idp.visitor().get("/.well-known/openid-configuration").await.json();
    for (name, address) in metadata.as_object().unwrap() {
        // What people see is no JSON.
        let is_json = (name.ends_with("_endpoint") || name == "jwks_uri")
            && !["authorization_endpoint", "end_session_endpoint"].contains(&name.as_str());
        let path = address.as_str().unwrap_or_default().trim_start_matches(&idp.issuer);
        assert!(!is_json || all["paths"].get(path).is_some(), "{name}: {path} is not described");
    }
    for (path, operations) in all["paths"].as_object().unwrap() {
        let address = path.replace("{client_id}", "somebody");
        for method in ["get", "post", "put", "delete", "patch"] {
            let visitor = idp.visitor();
            let page = visitor.send(visitor.request(method.to_uppercase().parse().unwrap(), &address)).await;
            let is_there = operations.get(method).is_some();
            assert_eq!(
                page.status != 405 && page.status != 404,
                is_there,
                "{method} {path}: {}",
                page.status
            );
        }
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_operation_has_its_own_name() {
    let all = description();
    let mut names = BTreeSet::new();
    let mut open = vec![&all];
    while let Some(value) = open.pop() {
        if value.get("$ref").is_some() {
            resolved(&all, value);
        }
        if let Some(name) = value["operationId"].as_str() {
            assert!(names.insert(name), "{name} is there twice");
        }
        open.extend(value.as_object().into_iter().flat_map(|members| members.values()));
        open.extend(value.as_array().into_iter().flatten());
    }
    assert_eq!((all["openapi"].as_str(), names.len() > 10), (Some("3.1.0"), true));
}
