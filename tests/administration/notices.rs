//! Notices on the sign-in pages, put up by the API and by command.

use crate::caller::Caller;
use crate::program::idp as program;
use idp_tests::idp::{Database, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use serde_json::{Value, json};
use std::time::Duration;

on_sqlite_and_postgres! {
    a_notice_stands_on_its_sign_in_page_in_both_languages_from_its_start_to_its_end
    a_notice_without_both_languages_is_refused
    notices_are_put_up_and_taken_down_by_command
}

async fn words(idp: &TestIdp, path: &str) -> String {
    let page = idp.visitor().get(path).await;
    if page.has("notice") { page.words_of("notice") } else { String::new() }
}

async fn add(caller: &Caller<'_>, notice: Value) -> idp_tests::idp::Page {
    caller.post("/notices", &json!({"notice": notice, "reason": "planned work"})).await
}

async fn a_notice_stands_on_its_sign_in_page_in_both_languages_from_its_start_to_its_end(database: Database) {
    let idp = TestIdp::start(database).await;
    let caller = Caller::with_scope(&idp, "services:write").await;
    let at = |hours: u64| idp_server::admin::instant(idp.now().plus(Duration::from_hours(hours)));
    let notice = json!({
        "text_en": "Closed <b>tonight</b>", "text_fr": "Fermé ce soir", "kind": "outage",
        "start": at(1), "end": at(2), "where": "my-ontario",
    });
    let added = add(&caller, notice).await;
    assert_eq!(added.status, 201, "{}", added.body);
    assert_eq!(words(&idp, "/en/sign-in").await, "", "its time has not come");
    idp.advance(Duration::from_hours(1));
    assert!(
        words(&idp, "/en/sign-in").await.contains("Planned outage: Closed <b>tonight</b>"),
        "as it was typed"
    );
    assert!(words(&idp, "/fr/sign-in").await.contains("Interruption prévue\u{a0}: Fermé ce soir"));
    assert_eq!(words(&idp, "/en/one-key/sign-in").await, "", "another page");
    let caller = Caller::with_scope(&idp, "services:write").await;
    add(&caller, json!({"text_en": "Hello", "text_fr": "Bonjour"})).await;
    assert!(words(&idp, "/fr/one-key/sign-in").await.contains("Bonjour"));
    let both = words(&idp, "/en/sign-in").await;
    assert!(both.contains("tonight") && both.contains("Hello"), "{both}");
    idp.advance(Duration::from_hours(1));
    assert!(!words(&idp, "/en/sign-in").await.contains("tonight"), "its time is over");
    let id = added.json()["id"].as_str().unwrap().to_owned();
    let caller = Caller::with_scope(&idp, "services:write").await;
    let why = json!({"reason": "it is over"}).to_string();
    let remove = async || caller.call("post", "/notices/{id}/remove", &[&id], &why).await.status;
    assert_eq!((remove().await, remove().await), (200, 404));
    assert_eq!(caller.get("/notices").await.json().as_array().unwrap().len(), 1);
}

async fn a_notice_without_both_languages_is_refused(database: Database) {
    let idp = TestIdp::start(database).await;
    let caller = Caller::with_scope(&idp, "services:write").await;
    let long = "é".repeat(501);
    for (notice, status, field) in [
        (json!({"text_en": "Hello", "text_fr": " "}), 422, "text"),
        (json!({"text_en": long, "text_fr": "a"}), 422, "text"),
        (json!({"text_en": "a\u{0}", "text_fr": "a"}), 422, "text"),
        (json!({"text_en": "a\n", "text_fr": "a"}), 422, "text"),
        (json!({"text_en": "a", "text_fr": "a", "start": "tomorrow"}), 422, "start"),
        (json!({"text_en": "a", "text_fr": "a", "end": "2000-01-01T00:00:00Z"}), 409, "end"),
        (json!({"text_en": "a", "text_fr": "a", "where": "everyone"}), 400, ""),
        (json!({"text_en": "a"}), 400, ""),
    ] {
        let refused = add(&caller, notice.clone()).await;
        assert_eq!(refused.status, status, "{notice}: {}", refused.body);
        if status != 400 {
            assert_eq!(refused.json()["errors"][0]["field"], field, "{}", refused.body);
        }
    }
    assert_eq!(idp.count("system_notice"), 0);
}

async fn notices_are_put_up_and_taken_down_by_command(database: Database) {
    let idp = TestIdp::start(database).await;
    let file = idp.folder.join("notice.toml");
    std::fs::write(&file, "text_en = \"Hello\"\ntext_fr = \"Bonjour\"\nwhere = \"one-key\"\n").unwrap();
    let path = file.to_str().unwrap();
    let added: Value =
        serde_json::from_str(&program(&idp, &["notices", "add", "--file", path, "--json"]).await.unwrap())
            .unwrap();
    let list = program(&idp, &["notices", "list"]).await.unwrap();
    assert!(list.contains("Bonjour") && list.contains("one-key"), "{list}");
    let id = added["id"].as_str().unwrap();
    program(&idp, &["notices", "remove", id]).await.unwrap();
    assert!(program(&idp, &["notices", "remove", id]).await.unwrap_err().contains("there is no notice"));
    std::fs::write(&file, "text_en = \"Hello\"\n").unwrap();
    assert!(program(&idp, &["notices", "add", "--file", path]).await.unwrap_err().contains("text_fr"));
    let audited = idp.count("audit_record WHERE body LIKE '%notice_%' AND body LIKE '%\"by\":\"operator\"%'");
    assert_eq!(audited, 2);
}
