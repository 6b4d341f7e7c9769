//! `idp onekey mode` and `idp transfers`, run as operators run them.

use crate::program::{command, done, refused, run, text};
use idp_domain::ids::{AccountId, ClientId, MailId, TransferId};
use idp_store::{DeclineTransfer, NewMail};
use idp_tests::idp::one_key::ONE_KEY_PASSWORD;
use idp_tests::idp::{Database, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use serde_json::Value;
use std::process::Stdio;
use tokio::io::AsyncWriteExt;

on_sqlite_and_postgres! {
    the_mode_is_shown_and_set_for_a_node_that_runs
    a_receipt_is_verified_by_command
    every_decision_is_listed_once_also_those_of_one_instant
}

fn json(said: &str) -> Value {
    serde_json::from_str(said).unwrap_or_else(|error| panic!("{error}: {said}"))
}

async fn the_mode_is_shown_and_set_for_a_node_that_runs(database: Database) {
    let idp = TestIdp::start(database).await;
    assert_eq!(done(&idp, &["onekey", "mode"]).await, "open\n");
    assert_eq!(json(&done(&idp, &["onekey", "mode", "--json"]).await)["from"], "settings");
    assert_eq!(run(&idp, &["onekey", "mode", "shut"]).await.status.code(), Some(2));
    assert_eq!(done(&idp, &["onekey", "mode", "transfer-only"]).await, "transfer-only\n");
    idp.app.follow_settings().await.unwrap();
    let page = idp.visitor().get("/en/one-key/sign-in").await;
    assert!(page.text().contains("ONE-key takes no new accounts"), "{page:?}");
    done(&idp, &["onekey", "mode", "retired"]).await;
    idp.app.follow_settings().await.unwrap();
    assert!(idp.visitor().get("/fr/one-key/sign-in").await.has("one-key-retired"));
    let shown = json(&done(&idp, &["onekey", "mode", "--json"]).await);
    assert_eq!((&shown["mode"], &shown["from"]), (&Value::from("retired"), &Value::from("database")));
    done(&idp, &["onekey", "mode", "open"]).await;
    idp.app.follow_settings().await.unwrap();
    assert!(idp.visitor().get("/fr/one-key/sign-in").await.has("register"));
    assert_eq!(idp.count("audit_record WHERE body LIKE '%setting_changed%'"), 3, "each on record");
}

/// Carries an account over and gives its receipt.
async fn receipt(idp: &TestIdp) -> String {
    let asking = idp.service_with("used_one_key = true\n").await;
    idp.create_one_key(&idp.visitor(), "Maple.Leaf", "").await;
    let visitor = idp.visitor();
    let account = idp.create_account(&visitor, "person@example.test").await;
    let page = idp.authorize(&visitor, &asking.request(), &account).await;
    let page = visitor.follow(visitor.submit(&page, "f", &[("transfer", "yes")]).await).await;
    let typed = [("onekey_id", "maple.leaf"), ("onekey_password", ONE_KEY_PASSWORD)];
    assert_eq!(visitor.submit(&page, "f", &typed).await.status, 303);
    visitor.get("/en/transfer/receipt").await.words_of("receipt-code")
}

async fn a_receipt_is_verified_by_command(database: Database) {
    let idp = TestIdp::start(database).await;
    assert_eq!(json(&done(&idp, &["transfers", "list", "--json"]).await), serde_json::json!([]));
    let receipt = receipt(&idp).await;
    let file = idp.folder.join("receipt.txt");
    std::fs::write(&file, format!("\n {}\n{}\n", &receipt[..50], &receipt[50..])).unwrap();
    let said = done(&idp, &["transfers", "verify", "receipt.txt"]).await;
    assert!(said.starts_with("genuine: ") && said.contains(" transferred at "), "{said}");
    let facts = json(&done(&idp, &["transfers", "verify", "receipt.txt", "--json"]).await);
    assert_eq!(facts["genuine"], true);
    let listed = json(&done(&idp, &["transfers", "list", "--json"]).await);
    assert_eq!(listed[0]["id"], facts["receipt"]["jti"]);
    assert_eq!(listed[0]["decision"], "transferred");
    // From standard input.
    let mut command = command(&idp);
    let child = command.args(["transfers", "verify", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = child.spawn().unwrap();
    child.stdin.take().unwrap().write_all(receipt.as_bytes()).await.unwrap();
    let output = child.wait_with_output().await.unwrap();
    assert!(output.status.success() && text(&output.stdout).starts_with("genuine: "));
    // Changed, empty, too long, no text, not there; and one whose decision is not on record.
    let forged = format!("{}x", &receipt[..receipt.len() - 1]);
    for (name, bytes) in [
        ("forged", forged.as_bytes()),
        ("empty", b"".as_slice()),
        ("long", "a.".repeat(100_000).as_bytes()),
        ("three", b"a.b.c".as_slice()),
    ] {
        std::fs::write(idp.folder.join(name), bytes).unwrap();
        let line = refused(&idp, &["transfers", "verify", name]).await;
        assert!(line.contains("not a receipt of ours"), "{name}: {line}");
    }
    std::fs::write(idp.folder.join("binary"), [0xff, 0xfe, 0]).unwrap();
    assert!(refused(&idp, &["transfers", "verify", "binary"]).await.contains("can't be read"));
    assert!(refused(&idp, &["transfers", "verify", "nowhere"]).await.contains("can't be read"));
    idp.execute("DELETE FROM transfer_decision");
    refused(&idp, &["transfers", "verify", "receipt.txt"]).await;
}

async fn every_decision_is_listed_once_also_those_of_one_instant(database: Database) {
    let idp = TestIdp::start(database).await;
    idp.create_account(&idp.visitor(), "person@example.test").await;
    let account = idp.query("SELECT id AS value FROM account").remove(0);
    let decline = DeclineTransfer {
        id: TransferId::parse("first").unwrap(),
        account: AccountId::parse(&account).unwrap(),
        client: ClientId::parse("asking").unwrap(),
        mail: NewMail {
            id: MailId::parse("m").unwrap(),
            kind: "transfer",
            payload: vec![1],
            expires_at: idp.now(),
        },
        now: idp.now(),
    };
    assert!(idp.app.store.decline_transfer(decline).await.unwrap());
    // More of one instant than fit into a page of the list.
    let columns =
        "email, email_key, password_hash, language, status, terms_version, created_at, password_changed_at";
    let numbers =
        "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 2500)";
    idp.execute(&format!(
        "INSERT INTO account (id, {columns}) {numbers} \
         SELECT 'account-' || n, email || n, email_key || n, password_hash, language, status, terms_version, \
         created_at, password_changed_at FROM account, numbers WHERE account.id = '{account}'; \
         INSERT INTO transfer_decision (account_id, id, one_key_account_id, client_id, decided_at) \
         SELECT id, 'decision-' || id, NULL, 'asking', 7000000 FROM account WHERE id LIKE 'account-%'"
    ));
    let listed = json(&done(&idp, &["transfers", "list", "--json"]).await);
    let mut ids: Vec<&str> =
        listed.as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!((ids.len(), *ids.last().unwrap()), (2501, "first"), "oldest first");
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 2501);
    assert_eq!(done(&idp, &["transfers", "list"]).await.lines().count(), 2502);
}
