//! Applications that were kept before the front kept drafts.

use super::World;
use crate::MIGRATIONS;
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use diesel_migrations::MigrationHarness;

#[actix_web::test]
async fn drafts_and_what_waits_for_a_payment_are_carried_into_the_fronts_table_and_back() {
    let world = World::new();
    let person = world.with_account("s").await;
    let file = world.front.settings.database.to_str().unwrap();
    let mut connection = SqliteConnection::establish(file).unwrap();
    connection.revert_last_migration(MIGRATIONS).unwrap();
    connection
        .batch_execute(
            "INSERT INTO applications (account_id, service, state, applicant, details, changed_at, noticed_60_at) VALUES
             (1, 'birth-certificate', 'draft', 'Zoë \"<&'' Ng', 'why', 1795287900000000, 1795287900000000),
             (1, 'security-guard', 'awaiting_payment', 'Paying', '', 1795287900000000, NULL),
             (1, 'outdoors-card', 'submitted', 'Done', '', 1795287900000000, NULL)",
        )
        .unwrap();
    // There, back and there again: nothing is lost on the way.
    connection.run_pending_migrations(MIGRATIONS).unwrap();
    connection.revert_last_migration(MIGRATIONS).unwrap();
    connection.run_pending_migrations(MIGRATIONS).unwrap();
    let list = world.get_as(&person, "/en/drafts").await.body;
    assert!(list.contains("Waiting for payment") && !list.contains("Outdoors card"), "{list}");
    let (_, after) = list.split_once("href=\"/en/drafts/").unwrap();
    let draft = format!("/en/drafts/{}", after.split_once('"').unwrap().0);
    let page = world.get_as(&person, &draft).await.body;
    assert!(
        page.contains("value=\"Zoë &#34;&#60;&#38;&#39; Ng\"") && page.contains("value=\"why\""),
        "{page}"
    );
    let saved =
        world.submit(&person, &draft, &[("revision", "1"), ("applicant", "Zoë"), ("do", "submit")]).await;
    assert_eq!(saved.location(), "/en/services/submitted");
}
