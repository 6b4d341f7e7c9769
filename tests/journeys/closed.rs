//! What holds a person up that is not theirs to mend: terms that have changed, and maintenance.

use idp_tests::idp::{Database, PASSWORD, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use std::time::Duration;

on_sqlite_and_postgres! {
    changed_terms_are_accepted_once_before_a_service_gets_a_code
    changed_terms_stand_before_the_account_too
}

const EMAIL: &str = "person@example.test";

async fn with_old_terms(database: Database) -> TestIdp {
    let idp = TestIdp::start(database).await;
    idp.create_account(&idp.visitor(), EMAIL).await;
    idp.execute("UPDATE account SET terms_version = 0");
    idp
}

async fn changed_terms_are_accepted_once_before_a_service_gets_a_code(database: Database) {
    let idp = with_old_terms(database).await;
    let service = idp.service().await;
    let visitor = idp.visitor();
    for (language, title) in
        [("en-CA", "terms of use have changed"), ("fr-CA", "conditions d’utilisation ont changé")]
    {
        let request = service.request().with("ui_locales", language);
        let page = visitor.follow(visitor.get(&request.path()).await).await;
        let page = if page.has("sign-in") {
            let answer = visitor.submit(&page, "f", &[("email", EMAIL), ("password", PASSWORD)]).await;
            visitor.follow(answer).await
        } else {
            page
        };
        assert!(page.title().contains(title), "{}", page.title());
    }
    let silent = visitor.get(&service.request().with("prompt", "none").path()).await;
    assert_eq!(silent.parameter("error").as_deref(), Some("interaction_required"));

    let page = visitor.follow(visitor.get(&service.request().path()).await).await;
    let answer = visitor.submit(&page, "accept-form", &[]).await;
    assert!(answer.parameter("code").is_some(), "{answer:?}");
    let again = visitor.get(&service.request().path()).await;
    assert!(again.parameter("code").is_some(), "{again:?}");
    idp.seal_audit().await;
    let accepted = idp.query("SELECT body AS value FROM audit_record WHERE body LIKE '%terms_accepted%'");
    assert_eq!(accepted.len(), 1);
}

async fn changed_terms_stand_before_the_account_too(database: Database) {
    let idp = with_old_terms(database).await;
    let visitor = idp.visitor();
    let page = visitor.follow(idp.sign_in(&visitor, EMAIL, PASSWORD).await).await;
    assert!(page.has("terms-updated-page"), "{page:?}");
    let page = visitor.follow(visitor.get("/en/account").await).await;
    let page = visitor.follow(visitor.submit(&page, "accept-form", &[]).await).await;
    assert_eq!((page.status, page.url.ends_with("/en/account")), (200, true), "{}", page.url);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn during_maintenance_pages_say_until_when_and_programs_are_served() {
    let settings = [("IDP_SERVER__MAINTENANCE_UNTIL", "2100-01-01T05:00:00Z")];
    let idp = TestIdp::start_with(Database::Sqlite, &settings).await;
    let visitor = idp.visitor();
    for (path, words) in [
        ("/en/sign-in", "Closed for maintenance until January 1, 2100, 12:00 a.m."),
        ("/fr/sign-in", "Fermé pour entretien jusqu’au 1er janvier 2100, 0\u{a0}h\u{a0}00"),
    ] {
        let page = visitor.get(path).await;
        assert_eq!((page.status, page.header("retry-after").is_empty()), (503, false));
        assert!(page.text().contains(words), "{}", page.text());
    }
    assert_eq!(visitor.get("/jwks").await.status, 200);
    idp.advance(Duration::from_hours(24 * 366 * 100));
    assert_eq!(visitor.get("/en/sign-in").await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_request_names_its_reference_and_time() {
    let idp = TestIdp::start(Database::Sqlite).await;
    let page = idp.visitor().get("/authorize?client_id=nobody").await;
    assert_eq!(page.status, 400);
    assert!(page.text().contains("Reference: ") && page.text().contains("(Toronto time)"), "{}", page.text());
}
