//! The server's metadata at both of its addresses (OIDC Discovery section 4, RFC 8414 section 3).

use idp_tests::idp::{Database, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use reqwest::Method;

const PATHS: [&str; 2] = ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"];

on_sqlite_and_postgres! {
    both_addresses_give_the_same_document
    every_address_in_the_document_is_ours_and_answers
}

async fn both_addresses_give_the_same_document(database: Database) {
    let idp = TestIdp::start(database).await;
    let visitor = idp.visitor();
    let (one, other) = (visitor.get(PATHS[0]).await, visitor.get(PATHS[1]).await);
    assert_eq!((one.status, other.status), (200, 200));
    assert_eq!(one.body, other.body);
    assert_eq!(other.header("content-type"), "application/json");
    assert!(other.header("cache-control").contains("max-age="));
    for path in PATHS {
        let head = visitor.send(visitor.request(Method::HEAD, path)).await;
        assert_eq!((head.status, head.body.as_str()), (200, ""), "{path}");
        let post = visitor.send(visitor.request(Method::POST, path)).await;
        assert_eq!((post.status, post.header("allow")), (405, "GET, HEAD"), "{path}");
    }
}

async fn every_address_in_the_document_is_ours_and_answers(database: Database) {
    let idp = TestIdp::start(database).await;
    let document = idp.visitor().get(PATHS[1]).await.json();
    let addresses = document.as_object().unwrap().iter().filter(|(name, _)| {
        name.ends_with("_endpoint") || name.ends_with("_uri") || name.as_str() == "service_documentation"
    });
    let mut seen = 0;
    for (name, address) in addresses {
        let address = address.as_str().unwrap();
        assert!(address.starts_with(&idp.issuer), "{name}: {address}");
        assert_ne!(idp.visitor().get(address).await.status, 404, "{name}");
        seen += 1;
    }
    assert!(seen >= 8, "{document}");
}
