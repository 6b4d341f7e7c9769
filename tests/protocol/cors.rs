//! Which scripts of other origins may read which answers.

use idp_tests::idp::{Database, Page, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use reqwest::Method;
use serde_json::json;

use crate::registration::registered;

on_sqlite_and_postgres! {
    public_documents_are_readable_by_every_script
    tokens_and_userinfo_are_readable_by_scripts_of_registered_services
    a_service_that_registered_itself_is_a_reader_until_it_ends
    no_script_reads_the_authorization_endpoint_or_a_page
}

const ORIGIN: &str = "https://rp.example.test";

/// What the script of `origin` gets, and whether it may read it.
async fn ask(idp: &TestIdp, method: Method, path: &str, headers: &[(&str, &str)]) -> Page {
    let visitor = idp.visitor();
    let request = headers
        .iter()
        .fold(visitor.request(method, path), |request, (name, value)| request.header(*name, *value));
    visitor.send(request).await
}

async fn preflight(idp: &TestIdp, path: &str, origin: &str, method: &str) -> Page {
    let headers = [
        ("Origin", origin),
        ("Access-Control-Request-Method", method),
        ("Access-Control-Request-Headers", "authorization,dpop"),
    ];
    ask(idp, Method::OPTIONS, path, &headers).await
}

/// Every value of `Vary`, joined.
fn varies(page: &Page) -> String {
    page.headers
        .get_all("vary")
        .iter()
        .map(|value| value.to_str().unwrap())
        .collect::<Vec<_>>()
        .join(",")
        .to_lowercase()
}

async fn public_documents_are_readable_by_every_script(database: Database) {
    let idp = TestIdp::start(database).await;
    for path in ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/jwks"] {
        for origin in [ORIGIN, "https://anybody.example", "null"] {
            let page = ask(&idp, Method::GET, path, &[("Origin", origin)]).await;
            assert_eq!((page.status, page.header("access-control-allow-origin")), (200, "*"), "{path}");
            assert_eq!(page.header("access-control-allow-credentials"), "");
            let page = preflight(&idp, path, origin, "GET").await;
            assert_eq!((page.status, page.header("access-control-allow-origin")), (204, "*"), "{path}");
        }
        assert_eq!(ask(&idp, Method::OPTIONS, path, &[]).await.status, 405);
    }
}

async fn tokens_and_userinfo_are_readable_by_scripts_of_registered_services(database: Database) {
    let idp = TestIdp::start(database).await;
    let lines = "client_id = \"app\"\ntoken_endpoint_auth_method = \"none\"\n";
    let file = idp_tests::idp::service::REGISTRATION.replace(
        "[\"https://rp.example.test/callback\"]",
        "[\"https://rp.example.test/callback\", \"ca.example.app:/callback\"]",
    );
    idp.register(&format!("{file}{lines}subject_type = \"public\"\n")).await;
    for (path, method) in [("/token", "POST"), ("/userinfo", "GET")] {
        let page = preflight(&idp, path, ORIGIN, method).await;
        assert_eq!((page.status, page.header("access-control-allow-origin")), (204, ORIGIN), "{path}");
        assert!(page.header("access-control-allow-methods").contains(method));
        assert_eq!(page.header("access-control-allow-headers"), "Authorization, Content-Type, DPoP");
        assert_eq!(page.header("access-control-max-age"), "600");
        assert_eq!(page.header("access-control-allow-credentials"), "", "cookies never go along");
        let method: Method = method.parse().unwrap();
        let page = ask(&idp, method.clone(), path, &[("Origin", ORIGIN)]).await;
        assert_eq!(page.header("access-control-allow-origin"), ORIGIN, "errors are readable too: {page:?}");
        assert!(page.header("access-control-expose-headers").contains("DPoP-Nonce"));
        assert!(varies(&page).contains("origin"));
        for other in [
            "null",
            "https://evil.test",
            "https://rp.example.test.evil.test",
            "https://rp.example.test:8443",
            "http://rp.example.test",
            "https://RP.example.test",
            "https://rp.example.test/",
            "ca.example.app://",
            "ca.example.app",
            "*",
            "",
        ] {
            let page = preflight(&idp, path, other, "POST").await;
            assert_eq!((page.status, page.header("access-control-allow-origin")), (403, ""), "{other}");
            assert!(varies(&page).contains("origin"), "{other}");
            let page = ask(&idp, method.clone(), path, &[("Origin", other)]).await;
            assert_eq!(page.header("access-control-allow-origin"), "", "{other}");
        }
        let two = ask(&idp, method.clone(), path, &[("Origin", ORIGIN), ("Origin", ORIGIN)]).await;
        assert_eq!(two.header("access-control-allow-origin"), "");
        let none = ask(&idp, method, path, &[]).await;
        assert!(none.header("access-control-allow-origin").is_empty() && varies(&none).contains("origin"));
        assert_eq!(ask(&idp, Method::OPTIONS, path, &[("Origin", ORIGIN)]).await.status, 405);
    }
}

async fn a_service_that_registered_itself_is_a_reader_until_it_ends(database: Database) {
    let idp = TestIdp::start(database).await;
    let allowed = async || {
        let page = preflight(&idp, "/token", "https://club.example", "POST").await;
        page.header("access-control-allow-origin") == "https://club.example"
    };
    assert!(!allowed().await);
    let told = registered(&idp, &json!({"redirect_uris": ["https://club.example/cb"]})).await;
    assert!(allowed().await);
    let (uri, token) = (
        told["registration_client_uri"].as_str().unwrap(),
        told["registration_access_token"].as_str().unwrap(),
    );
    crate::registration::send(&idp, Method::DELETE, uri, token, None).await;
    assert!(!allowed().await);
}

async fn no_script_reads_the_authorization_endpoint_or_a_page(database: Database) {
    let idp = TestIdp::start(database).await;
    let service = idp.service().await;
    for path in [service.request().path().as_str(), "/authorize", "/en/sign-in", "/end-session", "/register"]
    {
        for page in [
            preflight(&idp, path, ORIGIN, "GET").await,
            ask(&idp, Method::GET, path, &[("Origin", ORIGIN)]).await,
        ] {
            assert_eq!(page.header("access-control-allow-origin"), "", "{path}");
        }
    }
}
