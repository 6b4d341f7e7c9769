//! Filings that were kept before the front kept drafts.

use super::World;
use super::filing::{draft, submit};
use crate::store::MIGRATIONS;
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use diesel_migrations::MigrationHarness;
use portal_front::testing::SMALLEST_PDF;

#[actix_web::test]
async fn drafts_transactions_and_documents_are_carried_into_the_fronts_table_and_back() {
    let world = World::new();
    let bernie = world.registered("bernie").await;
    let (first, second) = (draft(&world, &bernie, "First").await, draft(&world, &bernie, "Second").await);
    for path in [&first, &second] {
        let parts = [("document", Some("claim.pdf"), SMALLEST_PDF)];
        world.upload_as(&bernie, &format!("{path}/document"), &parts).await;
    }
    let transaction = submit(&world, &bernie, &second).await.location().to_owned();

    let mut connection =
        SqliteConnection::establish(world.front.settings.database.to_str().unwrap()).unwrap();
    connection.revert_last_migration(MIGRATIONS).unwrap();
    let odd = "UPDATE filings SET title = 'Zoë \"<&'' v. Łukasz' WHERE title = 'First'";
    connection.batch_execute(odd).unwrap();
    connection.run_pending_migrations(MIGRATIONS).unwrap();

    let form = world.get_as(&bernie, &first).await;
    assert_eq!((form.value("title").as_str(), form.value("revision").as_str()), ("Zoë \"<&' v. Łukasz", "2"));
    assert!(world.get_as(&bernie, &format!("{first}/document")).await.body.contains("claim.pdf"));
    let page = world.get_as(&bernie, &transaction).await.body;
    for words in ["Second", "claim.pdf (1 KB)", "Flowers", "Toronto"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let submitted = submit(&world, &bernie, &first).await;
    assert!(submitted.location().starts_with("/en/transactions/F-"));
}
