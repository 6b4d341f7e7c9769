//! The outbox by the API and by command: state and tries, never what a mail says.

use crate::caller::Caller;
use crate::program::idp as program;
use idp_tests::idp::{Database, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use serde_json::{Value, json};

on_sqlite_and_postgres! {
    a_waiting_mail_is_seen_masked_tried_again_and_cancelled
    what_is_settled_can_neither_be_sent_again_nor_cancelled
    mails_are_listed_page_by_page_each_once
}

/// Registrations whose mails wait.
async fn register(idp: &TestIdp, addresses: &[&str]) {
    for address in addresses {
        idp.register_address(&idp.visitor(), "/en/create-account", address).await;
    }
}

async fn a_waiting_mail_is_seen_masked_tried_again_and_cancelled(database: Database) {
    let idp = TestIdp::start(database).await;
    let caller = Caller::with_scope(&idp, "mail:write").await;
    register(&idp, &["anne.roy@example.test"]).await;
    let all = caller.get("/mails").await;
    let mail = &all.json()[0];
    assert_eq!(
        (&mail["to"], &mail["state"], &mail["kind"]),
        (&json!("a…@….test"), &json!("waiting"), &json!("activation"))
    );
    assert!(!all.body.contains("anne"), "{}", all.body);
    let id = mail["id"].as_str().unwrap().to_owned();
    let act = async |what: &str, reason: &str| {
        let path = format!("/mails/{{id}}/{what}");
        caller.call("post", &path, &[&id], &json!({"reason": reason}).to_string()).await.status
    };
    assert_eq!(act("retry", "").await, 422);
    assert_eq!(act("retry", "they wait for it").await, 200);
    assert_eq!(act("cancel", "a mistake").await, 200);
    assert_eq!(act("cancel", "a mistake").await, 409);
    assert_eq!(idp.deliver().await, 0, "it is never sent");
    let shown = caller.call("get", "/mails/{id}", &[&id], "").await.json();
    assert_eq!((&shown["state"], &shown["to"]), (&json!("failed"), &Value::Null), "{shown}");
    assert_eq!(idp.count("outbox_mail WHERE payload IS NOT NULL"), 0, "its text is erased");
    assert_eq!(idp.count("audit_record WHERE body LIKE '%mail_cancelled%'"), 1);
    for id in ["nope", "a b", "é"] {
        assert_eq!(caller.call("get", "/mails/{id}", &[id], "").await.status, 404);
    }
}

async fn what_is_settled_can_neither_be_sent_again_nor_cancelled(database: Database) {
    let idp = TestIdp::start(database).await;
    let caller = Caller::with_scope(&idp, "mail:write").await;
    register(&idp, &["one@example.test", "two@example.test"]).await;
    assert_eq!(program(&idp, &["mail", "retry"]).await.unwrap().trim(), "2 mails are tried now.");
    assert_eq!(idp.deliver().await, 2);
    let sent = caller.get("/mails").await.json();
    let id = sent[0]["id"].as_str().unwrap();
    for what in ["retry", "cancel"] {
        let path = format!("/mails/{{id}}/{what}");
        assert_eq!(caller.call("post", &path, &[id], r#"{"reason": "x"}"#).await.status, 409);
    }
    assert!(program(&idp, &["mail", "retry", id]).await.unwrap_err().contains("was sent"));
    let list = program(&idp, &["mail", "list", "--state", "sent"]).await.unwrap();
    assert_eq!(list.lines().count(), 3, "{list}");
    assert_eq!(program(&idp, &["mail", "retry"]).await.unwrap().trim(), "0 mails are tried now.");
    register(&idp, &["three@example.test"]).await;
    let waiting = caller.get("/mails").await.json();
    let id = waiting[0]["id"].as_str().unwrap();
    let cancel = ["mail", "cancel", id, "--reason", "a wrong address"];
    assert_eq!(program(&idp, &cancel).await.unwrap().trim(), format!("{id} is not sent."));
    assert!(program(&idp, &cancel).await.is_err());
    assert_eq!(
        idp.count("audit_record WHERE body LIKE '%mail_cancelled%' AND body LIKE '%a wrong address%'"),
        1
    );
}

async fn mails_are_listed_page_by_page_each_once(database: Database) {
    let idp = TestIdp::start(database).await;
    let caller = Caller::with_scope(&idp, "mail:read").await;
    // All at one instant: the order among them is by identifier.
    let addresses: Vec<String> = (0..55).map(|n| format!("person{n}@example.test")).collect();
    register(&idp, &addresses.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let ids = |page: &Value| -> Vec<String> {
        page.as_array().unwrap().iter().map(|mail| mail["id"].as_str().unwrap().to_owned()).collect()
    };
    let mut seen = ids(&caller.get("/mails").await.json());
    assert_eq!(seen.len(), 50);
    let last = seen.last().unwrap().clone();
    let page = crate::caller::send(&idp, "get", &format!("/mails?before={last}"), &caller.token, "").await;
    seen.extend(ids(&page.json()));
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 55);
    for (query, status) in [("state=lost", 422), ("state=sent", 200), ("before=a%20b", 422), ("page=2", 400)]
    {
        let page = crate::caller::send(&idp, "get", &format!("/mails?{query}"), &caller.token, "").await;
        assert_eq!(page.status, status, "{query}: {}", page.body);
    }
}
