//! C13: a copy of everything.

use super::{EMAIL, person, use_service};
use idp_tests::idp::{Database, PASSWORD};
use idp_tests::on_sqlite_and_postgres;

on_sqlite_and_postgres! {
    the_copy_is_json_with_everything_and_no_secret
    every_table_that_refers_to_an_account_is_in_the_copy_or_named_here
}

async fn the_copy_is_json_with_everything_and_no_secret(database: Database) {
    let (idp, person) = person(database).await;
    use_service(&idp, &person).await;
    let page = person.get("/en/account/data").await;
    assert!(page.text().contains("KB, as of"), "{page:#?}");
    let file = person.submit(&page, "download-form", &[]).await;
    assert_eq!(file.header("content-type"), "application/json");
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"my-ontario-account.json\"");
    let copy = file.json();
    assert_eq!(copy["account"]["email"], EMAIL);
    assert!(copy["account"]["created_at"].as_str().unwrap().starts_with("20"), "{copy:#}");
    for part in ["sessions", "known_browsers", "connected_services", "grants", "activity"] {
        assert!(!copy[part].as_array().unwrap().is_empty(), "{part}: {copy:#}");
    }
    for secret in ["argon2", "secret", "_hash", PASSWORD, "network\": \"x"] {
        assert!(!file.body.contains(secret), "{secret}");
    }
    for cookie in ["idp_session", "idp_browser"] {
        assert!(!file.body.contains(&person.cookie(cookie).unwrap()));
    }
    assert_eq!(idp.count("audit_record WHERE body LIKE '%data_exported%'"), 1);
}

async fn every_table_that_refers_to_an_account_is_in_the_copy_or_named_here(database: Database) {
    if database == Database::Postgres {
        return;
    }
    let (idp, _) = person(database).await;
    // Hashes only, a random handle, gone within minutes, or of ONE-key accounts, which have a page of their own.
    let without = [
        "access_token",
        "authorization_code",
        "one_key_account",
        "one_key_question",
        "one_key_recovery",
        "partner_journey",
        "passkey_challenge",
        "passkey_user",
        "recovery_code_sheet",
        "second_step",
    ];
    let tables = idp.query(
        "SELECT DISTINCT m.name AS value FROM sqlite_master m, pragma_table_info(m.name) p
         WHERE m.type = 'table' AND p.name = 'account_id' ORDER BY 1",
    );
    let source = include_str!("../../../idp/store/src/queries/exporting.rs");
    for table in tables.iter().filter(|table| !without.contains(&table.as_str())) {
        assert!(source.contains(&format!("{table}::table")), "{table} is not in the copy of a person's data");
    }
}
