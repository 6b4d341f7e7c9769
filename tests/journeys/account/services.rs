//! C10 and C11: connected services, and the state of the transfer.

use super::{person, use_service};
use idp_tests::idp::Database;
use idp_tests::on_sqlite_and_postgres;

on_sqlite_and_postgres! {
    a_service_is_listed_with_what_it_receives_and_disconnected_after_a_question
    only_a_service_of_ones_own_can_be_disconnected
    a_disabled_service_is_listed_and_leads_nowhere
    the_transfer_is_told_before_and_after_the_decision
}

async fn a_service_is_listed_with_what_it_receives_and_disconnected_after_a_question(database: Database) {
    let (idp, person) = person(database).await;
    assert!(person.get("/fr/account/services").await.text().contains("Aucun service pour le moment"));
    use_service(&idp, &person).await;
    let page = person.get("/en/account/services").await;
    assert!(page.text().contains("Last used") && page.text().contains("Receives"), "{page:#?}");
    let client = &idp.query("SELECT client_id AS value FROM connected_service")[0];
    let asked = person.get(&format!("/en/account/services/disconnect?service={client}")).await;
    assert!(asked.text().contains("keeps the records that it has"), "{asked:#?}");
    assert_eq!(idp.count("connected_service"), 1, "asking changes nothing");
    let done = person.submit(&asked, "disconnect-form", &[]).await;
    assert_eq!(done.location(), Some("/en/account/services?done=disconnected"));
    assert!(person.follow(done).await.text().contains("No services yet"));
    assert_eq!(idp.count("token_grant WHERE ended_at IS NULL"), 0);
    assert_eq!(idp.count("consent"), 0);
    assert_eq!(idp.count("audit_record WHERE body LIKE '%service_disconnected%'"), 1);
}

async fn only_a_service_of_ones_own_can_be_disconnected(database: Database) {
    let (idp, person) = person(database).await;
    use_service(&idp, &person).await;
    let client = &idp.query("SELECT client_id AS value FROM connected_service")[0];
    let stranger = idp.visitor();
    idp.create_account(&stranger, "stranger@example.test").await;
    for service in [client.as_str(), "nobody", "%00", ""] {
        let page = stranger.get(&format!("/en/account/services/disconnect?service={service}")).await;
        assert_eq!(page.status, 404, "{service}");
    }
    let form = person
        .get(&format!("/en/account/services/disconnect?service={client}"))
        .await
        .form("disconnect-form");
    assert_eq!(stranger.post(&form).await.status, 403, "another browser's form");
    assert_eq!(idp.count("connected_service"), 1);
}

async fn a_disabled_service_is_listed_and_leads_nowhere(database: Database) {
    let (idp, person) = person(database).await;
    let service = idp.service_with("initiate_login_uri = \"https://rp.example.test/begin\"\n").await;
    let request = service.request();
    let page = person.follow(person.get(&request.path()).await).await;
    let code = page.parameter("code").unwrap_or_else(|| panic!("no code: {page:#?}"));
    idp.tokens(&service, &request, &code).await;
    let pages = ["/en/account", "/fr/account/services"];
    for path in pages {
        assert!(person.get(path).await.body.contains("https://rp.example.test/begin"), "{path}");
    }
    idp.execute(&format!("UPDATE relying_service SET disabled_at = {}", idp.now().micros()));
    idp.app.services.forget(&service.client.id);
    for path in pages {
        let page = person.get(path).await;
        assert!(
            page.status == 200 && !page.body.contains("https://rp.example.test/begin"),
            "{path}: {page:#?}"
        );
    }
}

async fn the_transfer_is_told_before_and_after_the_decision(database: Database) {
    let (idp, person) = person(database).await;
    let page = person.get("/fr/account/transfer").await;
    assert!(page.text().contains("La question ne vous a pas encore été posée"), "{page:#?}");
    let id = &idp.query("SELECT id AS value FROM account")[0];
    idp.execute(&format!(
        "INSERT INTO transfer_decision (account_id, id, client_id, decided_at) VALUES ('{id}', 'decision', 'service', {})",
        idp.now().micros()
    ));
    let page = person.get("/en/account/transfer").await;
    assert!(
        page.text().contains("You chose not to transfer on ") && page.body.contains("/en/transfer/receipt")
    );
}
