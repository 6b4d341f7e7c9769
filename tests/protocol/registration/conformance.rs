//! Modules of `oidcc-dynamic-certification-test-plan` by their names.

use super::{is_refused, register_under, registered, service_of, with};
use crate::asserts::{code_of, is_error_page};
use idp_server::adapters::logo_worker;
use idp_tests::idp::{Database, Page, Service, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use idp_tests::outside::Outside;
use serde_json::json;
use std::time::Duration;

on_sqlite_and_postgres! {
    oidcc_idtoken_rs256_and_every_other_registered_algorithm
    oidcc_idtoken_unsigned_is_not_registered
    oidcc_ensure_redirect_uri_in_authorization_request
    oidcc_redirect_uri_query_ok_mismatch_and_added
    oidcc_redirect_uri_regfrag
    oidcc_registration_jwks_uri
    oidcc_registration_policy_uri_and_tos_uri_are_shown_in_both_languages
    oidcc_registration_logo_uri_is_fetched_once_and_served_by_us
    a_logo_that_is_none_is_not_shown_and_is_tried_again_later
    another_logo_takes_the_place_of_the_first
}

/// The sign-in page to which a service's request leads.
async fn sign_in_page(idp: &TestIdp, service: &Service, locale: &str) -> Page {
    let visitor = idp.visitor();
    let request = service.request().with("ui_locales", locale);
    visitor.follow(visitor.get(&request.path()).await).await
}

async fn oidcc_idtoken_rs256_and_every_other_registered_algorithm(database: Database) {
    let idp = TestIdp::start(database).await;
    let account = idp.create_account(&idp.visitor(), "person@example.test").await;
    for algorithm in ["RS256", "PS256", "ES256", "EdDSA"] {
        let told = registered(&idp, &json!({"id_token_signed_response_alg": algorithm})).await;
        assert_eq!(told["id_token_signed_response_alg"], algorithm);
        let service = service_of(&idp, &told).await;
        let tokens = idp.sign_in_at(&idp.visitor(), &service, &account).await;
        let header = jsonwebtoken::decode_header(&tokens.id_token).unwrap();
        assert_eq!(format!("{:?}", header.alg), algorithm);
    }
}

async fn oidcc_idtoken_unsigned_is_not_registered(database: Database) {
    let idp = TestIdp::start(database).await;
    let page = register_under(&idp, "", &with(&json!({"id_token_signed_response_alg": "none"}))).await;
    assert!(is_refused(&page, "invalid_client_metadata").starts_with("id_token_signed_response_alg"));
}

async fn oidcc_ensure_redirect_uri_in_authorization_request(database: Database) {
    let idp = TestIdp::start(database).await;
    let two = json!({"redirect_uris": ["https://rp.example.test/callback", "https://rp.example.test/other"]});
    let service = service_of(&idp, &registered(&idp, &two).await).await;
    is_error_page(&idp.visitor().get(&service.request().without("redirect_uri").path()).await);
}

// oidcc-redirect-uri-query-OK, oidcc-redirect-uri-query-mismatch, oidcc-redirect-uri-query-added
async fn oidcc_redirect_uri_query_ok_mismatch_and_added(database: Database) {
    let idp = TestIdp::start(database).await;
    let account = idp.create_account(&idp.visitor(), "person@example.test").await;
    let uri = "https://rp.example.test/callback?foo=bar";
    let service = service_of(&idp, &registered(&idp, &json!({"redirect_uris": [uri]})).await).await;
    let request = service.request();
    let page = idp.authorize(&idp.visitor(), &request, &account).await;
    let code = code_of(&idp, &page, &request);
    assert_eq!(page.parameter("foo").as_deref(), Some("bar"), "{page:?}");
    idp.tokens(&service, &request, &code).await;
    for other in ["https://rp.example.test/callback", "https://rp.example.test/callback?foo=baz"] {
        is_error_page(&idp.visitor().get(&service.request().with("redirect_uri", other).path()).await);
    }
    let plain = service_of(&idp, &registered(&idp, &json!({})).await).await;
    is_error_page(&idp.visitor().get(&plain.request().with("redirect_uri", uri).path()).await);
}

async fn oidcc_redirect_uri_regfrag(database: Database) {
    let idp = TestIdp::start(database).await;
    for uri in ["https://rp.example.test/callback#foobar", "https://rp.example.test/callback#"] {
        let page = register_under(&idp, "", &with(&json!({"redirect_uris": [uri]}))).await;
        is_refused(&page, "invalid_redirect_uri");
    }
}

async fn oidcc_registration_jwks_uri(database: Database) {
    let (idp, outside) = (TestIdp::start(database).await, Outside::start().await);
    let change = json!({"token_endpoint_auth_method": "private_key_jwt", "jwks_uri": outside.url("/jwks")});
    let told = registered(&idp, &change).await;
    assert_eq!((&told["jwks_uri"], told.get("client_secret")), (&json!(outside.url("/jwks")), None));
    assert_eq!(outside.asked("/jwks"), 0, "keys are fetched when they are needed");
}

// oidcc-registration-policy-uri, oidcc-registration-tos-uri
async fn oidcc_registration_policy_uri_and_tos_uri_are_shown_in_both_languages(database: Database) {
    let idp = TestIdp::start(database).await;
    let links = json!({
        "client_name#fr": "Cercle", "policy_uri": "https://rp.example.test/privacy?a=1&b=2",
        "tos_uri": "https://rp.example.test/terms", "client_uri": "https://rp.example.test/",
    });
    let service = service_of(&idp, &registered(&idp, &links).await).await;
    for (locale, policy, terms) in [
        ("en", "Privacy policy of Club", "Terms of use of Club"),
        (
            "fr",
            "Politique de confidentialité de «\u{a0}Cercle\u{a0}»",
            "Conditions d’utilisation de «\u{a0}Cercle\u{a0}»",
        ),
    ] {
        let page = sign_in_page(&idp, &service, locale).await;
        assert_eq!(
            page.words_of("policy-uri").replace('\u{a0}', " "),
            policy.replace('\u{a0}', " "),
            "{page:?}"
        );
        assert_eq!(page.words_of("tos-uri").replace('\u{a0}', " "), terms.replace('\u{a0}', " "));
        assert!(page.body.contains("href=\"https://rp.example.test/privacy?a=1&#38;b=2\""), "{}", page.body);
        assert!(page.has("client-uri") && !page.has("client-logo"));
    }
    let plain = service_of(&idp, &registered(&idp, &json!({})).await).await;
    assert!(!sign_in_page(&idp, &plain, "en").await.has("client-links"));
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nnot looked at any further";

async fn oidcc_registration_logo_uri_is_fetched_once_and_served_by_us(database: Database) {
    let (idp, outside) = (TestIdp::start(database).await, Outside::start().await);
    // Whatever its server says, its type is what it is.
    outside.says("/logo", "text/html", PNG);
    let told = registered(&idp, &json!({"logo_uri": outside.url("/logo")})).await;
    let service = service_of(&idp, &told).await;
    let path = format!("/client-logo/{}", service.client.id);
    assert!(!sign_in_page(&idp, &service, "en").await.has("client-logo"), "not before it was fetched");
    assert_eq!(idp.visitor().get(&path).await.status, 404);
    assert_eq!(logo_worker::fetch_due(&idp.app).await.unwrap(), 1);
    let page = sign_in_page(&idp, &service, "fr").await;
    assert!(page.body.contains(&format!("src=\"{path}\"")) && page.body.contains("Logo de «"), "{page:?}");
    assert!(page.header("content-security-policy").contains("img-src 'self'"));
    let answer = idp.http().get(format!("{}{path}", idp.issuer)).send().await.unwrap();
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(
        (header("content-type"), header("x-content-type-options")),
        ("image/png".into(), "nosniff".into())
    );
    assert!(header("content-security-policy").contains("sandbox"));
    assert_eq!(answer.bytes().await.unwrap(), PNG);
    assert_eq!(logo_worker::fetch_due(&idp.app).await.unwrap(), 0);
    assert_eq!(outside.asked("/logo"), 1);
    for nobody in ["/client-logo/nobody", "/client-logo/%00", "/client-logo/a%2Fb"] {
        assert_eq!(idp.visitor().get(nobody).await.status, 404, "{nobody}");
    }
}

async fn a_logo_that_is_none_is_not_shown_and_is_tried_again_later(database: Database) {
    let (idp, outside) = (TestIdp::start(database).await, Outside::start().await);
    let told = registered(&idp, &json!({"logo_uri": outside.url("/logo")})).await;
    let service = service_of(&idp, &told).await;
    let large = [PNG, &vec![0; 200 * 1024]].concat();
    let bodies: [&[u8]; 3] = [b"<svg xmlns='http://www.w3.org/2000/svg'/>", &large, b""];
    for (n, body) in bodies.into_iter().enumerate() {
        outside.says("/logo", "image/png", body);
        assert_eq!(logo_worker::fetch_due(&idp.app).await.unwrap(), 1, "try {n}");
        assert_eq!(logo_worker::fetch_due(&idp.app).await.unwrap(), 0, "not at once again");
        assert!(!sign_in_page(&idp, &service, "en").await.has("client-logo"));
        idp.advance(Duration::from_secs(60 << (n + 1)));
    }
    outside.says("/logo", "image/png", PNG);
    assert_eq!(logo_worker::fetch_due(&idp.app).await.unwrap(), 1);
    assert!(sign_in_page(&idp, &service, "en").await.has("client-logo"));
}

async fn another_logo_takes_the_place_of_the_first(database: Database) {
    let (idp, outside) = (TestIdp::start(database).await, Outside::start().await);
    outside.says("/1", "image/png", PNG);
    outside.says("/2", "image/gif", b"GIF89a and more");
    let told = registered(&idp, &json!({"logo_uri": outside.url("/1")})).await;
    logo_worker::fetch_due(&idp.app).await.unwrap();
    let (uri, token) = (
        told["registration_client_uri"].as_str().unwrap(),
        told["registration_access_token"].as_str().unwrap(),
    );
    let mut body = with(&json!({"logo_uri": outside.url("/2")}));
    body["client_id"] = told["client_id"].clone();
    for (body, type_after) in
        [(body.clone(), Some("image/gif")), (with(&json!({"client_id": told["client_id"]})), None)]
    {
        let page = super::send(&idp, reqwest::Method::PUT, uri, token, Some(&body)).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let path = format!("/client-logo/{}", told["client_id"].as_str().unwrap());
        assert_eq!(idp.visitor().get(&path).await.status, 404, "the old one is gone at once");
        logo_worker::fetch_due(&idp.app).await.unwrap();
        let served = idp.http().get(format!("{}{path}", idp.issuer)).send().await.unwrap();
        let kind = served.headers().get("content-type").and_then(|kind| kind.to_str().ok());
        assert_eq!(kind.filter(|_| served.status() == 200), type_after);
    }
}
