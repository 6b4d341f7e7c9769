//! Sector documents (OIDC Core 8.1).

use super::{is_refused, register_under, with};
use idp_server::cli::services::add;
use idp_tests::idp::{Database, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use idp_tests::outside::Outside;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

on_sqlite_and_postgres! {
    oidcc_registration_sector_uri_lists_the_addresses_and_makes_the_sector
    oidcc_registration_sector_bad_documents_are_refused
    a_file_with_a_sector_is_checked_too
}

const DOCUMENT: &str = "/sector.json";

fn addresses() -> Value {
    json!(["https://one.example.test/callback", "https://two.example.test/callback"])
}

async fn register(idp: &TestIdp, uri: &str) -> idp_tests::idp::Page {
    let change = json!({"redirect_uris": addresses(), "sector_identifier_uri": uri});
    register_under(idp, "", &with(&change)).await
}

async fn oidcc_registration_sector_uri_lists_the_addresses_and_makes_the_sector(database: Database) {
    let (idp, outside) = (TestIdp::start(database).await, Outside::start().await);
    let mut listed = addresses();
    listed.as_array_mut().unwrap().push(json!("https://three.example.test/callback"));
    outside.says(DOCUMENT, "application/json", listed.to_string().as_bytes());
    let told = register(&idp, &outside.url(DOCUMENT)).await;
    assert_eq!((told.status, outside.asked(DOCUMENT)), (201, 1), "{}", told.body);
    let service = super::service_of(&idp, &told.json()).await;
    assert_eq!(service.client.sector(), "127.0.0.1");
}

async fn oidcc_registration_sector_bad_documents_are_refused(database: Database) {
    let (idp, outside) = (TestIdp::start(database).await, Outside::start().await);
    let one = json!(["https://one.example.test/callback"]).to_string();
    let near = json!(["https://one.example.test/callback/", "https://two.example.test/callback"]).to_string();
    let large = json!(vec!["https://one.example.test/callback"; 10_000]).to_string();
    let object = json!({"redirect_uris": addresses()}).to_string();
    let deep = "[".repeat(10_000);
    for body in [one.as_str(), &near, &large, &object, &deep, "[1]", "", "<html>", "null"] {
        outside.says(DOCUMENT, "application/json", body.as_bytes());
        let refusal = is_refused(&register(&idp, &outside.url(DOCUMENT)).await, "invalid_client_metadata");
        assert!(refusal.starts_with("sector_identifier_uri"), "{refusal}");
    }
    outside.says("/good.json", "application/json", addresses().to_string().as_bytes());
    outside.redirects("/there.json", &outside.url("/good.json"));
    for uri in [outside.url("/there.json"), outside.url("/nowhere.json"), "https://10.0.0.1/s.json".into()] {
        is_refused(&register(&idp, &uri).await, "invalid_client_metadata");
    }
    assert_eq!(
        (outside.asked("/good.json"), idp.count("relying_service")),
        (0, 0),
        "no redirect is followed"
    );
    // Without a document, several hosts make no sector.
    let refusal = is_refused(
        &register_under(&idp, "", &with(&json!({"redirect_uris": addresses()}))).await,
        "invalid_client_metadata",
    );
    assert!(refusal.starts_with("sector_identifier_uri"), "{refusal}");
}

async fn a_file_with_a_sector_is_checked_too(database: Database) {
    let (idp, outside) = (TestIdp::start(database).await, Outside::start().await);
    let file = format!(
        "client_name = \"x\"\nredirect_uris = {}\nsector_identifier_uri = \"{}\"\n",
        addresses(),
        outside.url(DOCUMENT)
    );
    let refused = add(&idp.app.store, &file, true, idp.now()).await.err().unwrap().to_string();
    assert!(refused.starts_with("sector_identifier_uri"), "{refused}");
    outside.says(DOCUMENT, "application/json", addresses().to_string().as_bytes());
    assert!(add(&idp.app.store, &file, true, idp.now()).await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sector_document_that_never_comes_holds_nobody_else_up() {
    let (idp, outside) = (TestIdp::start(Database::Sqlite).await, Outside::start().await);
    outside.hangs(DOCUMENT);
    let began = Instant::now();
    let uri = outside.url(DOCUMENT);
    let (refused, other) = tokio::join!(register(&idp, &uri), async {
        register_under(&idp, "", &with(&json!({}))).await;
        began.elapsed()
    });
    is_refused(&refused, "invalid_client_metadata");
    assert!(other < Duration::from_secs(2) && began.elapsed() < Duration::from_secs(5), "{other:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn loopback_is_not_fetched_unless_it_is_allowed() {
    let settings = [("IDP_NETWORK__ALLOW_LOOPBACK", "false")];
    let (idp, outside) = (TestIdp::start_with(Database::Sqlite, &settings).await, Outside::start().await);
    outside.says(DOCUMENT, "application/json", addresses().to_string().as_bytes());
    for uri in [outside.url(DOCUMENT), outside.url(DOCUMENT).replace("http:", "https:")] {
        is_refused(&register(&idp, &uri).await, "invalid_client_metadata");
    }
    assert_eq!(outside.asked(DOCUMENT), 0);
}
