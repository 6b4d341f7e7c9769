//! Discovery and the key set.

use idp_tests::idp::{Database, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use reqwest::Method;
use std::collections::HashSet;

const DISCOVERY: &str = "/.well-known/openid-configuration";

on_sqlite_and_postgres! {
    sc_001_discovery_says_what_works_and_nothing_weaker
    sc_002_the_key_set_holds_public_members_only
    sc_003_a_foreign_host_header_changes_nothing
    sc_004_the_key_set_is_cached_shorter_than_a_key_is_published_ahead
    sc_005_other_methods_are_refused_and_trace_echoes_nothing
}

async fn sc_001_discovery_says_what_works_and_nothing_weaker(database: Database) {
    let idp = TestIdp::start(database).await;
    let page = idp.visitor().get(DISCOVERY).await;
    assert_eq!((page.status, page.header("content-type")), (200, "application/json"));
    let document = page.json();
    assert_eq!(document["issuer"], idp.issuer.as_str());
    assert_eq!(document["code_challenge_methods_supported"], serde_json::json!(["S256"]));
    assert_eq!(document["authorization_response_iss_parameter_supported"], true);
    assert_eq!(document["response_types_supported"], serde_json::json!(["code"]));
    let grants = ["authorization_code", "refresh_token", "client_credentials"];
    assert_eq!(document["grant_types_supported"], serde_json::json!(grants));
    let algorithms = document.as_object().unwrap().iter().filter(|(name, _)| name.contains("_alg_"));
    for (name, values) in algorithms {
        assert!(!values.as_array().unwrap().contains(&"none".into()), "{name}");
    }
    // oidcc-discovery-endpoint-verification: every address is the issuer's own, and answers.
    for name in
        ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri", "end_session_endpoint"]
    {
        let address = document[name].as_str().unwrap();
        assert!(address.starts_with(&idp.issuer), "{name}: {address}");
        assert_ne!(idp.visitor().get(address).await.status, 404, "{name}");
    }
}

async fn sc_002_the_key_set_holds_public_members_only(database: Database) {
    let idp = TestIdp::start(database).await;
    let set = idp.visitor().get("/jwks").await.json();
    let keys = set["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 8, "an active and a next key for each of four algorithms");
    let kids: HashSet<&str> = keys.iter().map(|key| key["kid"].as_str().unwrap()).collect();
    assert_eq!(kids.len(), keys.len());
    for key in keys {
        assert_eq!(key["use"], "sig");
        assert!(["RS256", "PS256", "ES256", "EdDSA"].contains(&key["alg"].as_str().unwrap()));
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(key.get(private).is_none(), "{private}");
        }
        if key["kty"] == "RSA" {
            // 2048 bits are 256 bytes, 342 characters of base64url.
            assert!(key["n"].as_str().unwrap().len() >= 342);
        }
    }
}

async fn sc_003_a_foreign_host_header_changes_nothing(database: Database) {
    let idp = TestIdp::start(database).await;
    let honest = idp.visitor().get(DISCOVERY).await;
    let visitor = idp.visitor();
    let forged = visitor.send(visitor.request(Method::GET, DISCOVERY).header("Host", "evil.test")).await;
    assert!(matches!(forged.status, 400 | 421) || forged.body == honest.body);
    let page = visitor.send(visitor.request(Method::GET, "/en/sign-in").header("Host", "evil.test")).await;
    assert!(!page.body.contains("evil.test"));
    let service = idp.service().await;
    let request =
        visitor.request(Method::GET, &service.request().path()).header("X-Forwarded-Host", "evil.test");
    let page = visitor.send(request.header("Host", "evil.test")).await;
    assert!(page.location().unwrap().starts_with('/'), "{page:?}");
}

async fn sc_004_the_key_set_is_cached_shorter_than_a_key_is_published_ahead(database: Database) {
    let idp = TestIdp::start(database).await;
    let page = idp.visitor().get("/jwks").await;
    let seconds: u64 = page.header("cache-control").split_once("max-age=").unwrap().1.parse().unwrap();
    let schedule = &idp.app.settings.keys.schedule;
    assert!(
        seconds > 0
            && seconds < schedule.publish_ahead.as_secs()
            && seconds < schedule.jwks_max_age.as_secs()
    );
}

async fn sc_005_other_methods_are_refused_and_trace_echoes_nothing(database: Database) {
    let idp = TestIdp::start(database).await;
    let visitor = idp.visitor();
    for path in [DISCOVERY, "/jwks", "/token"] {
        for method in [Method::PUT, Method::DELETE, Method::TRACE, Method::PATCH] {
            let request = visitor.request(method.clone(), path).header("X-Canary", "lapis-lazuli");
            let page = visitor.send(request).await;
            assert_eq!(page.status, 405, "{method} {path}");
            assert!(!page.header("allow").is_empty(), "{method} {path}");
            assert!(!page.body.contains("lapis-lazuli"), "{method} {path}");
        }
    }
    assert_eq!(visitor.get("/token").await.status, 405);
}

#[tokio::test]
async fn the_discovery_document_is_as_it_was() {
    let idp = TestIdp::start(Database::Sqlite).await;
    let document = idp.visitor().get(DISCOVERY).await.json();
    let text = serde_json::to_string_pretty(&document).unwrap().replace(&idp.issuer, "ISSUER");
    insta::assert_snapshot!("discovery", text);
}
