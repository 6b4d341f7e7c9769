//! Keys, by the API and by command: the same acts, the same record.

use crate::caller::Caller;
use idp_tests::idp::{Database, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use serde_json::{Value, json};
use std::time::Duration;

on_sqlite_and_postgres! {
    a_rotation_by_the_api_waits_for_the_caches_and_is_on_record
    a_key_is_revoked_by_the_api_only_when_its_name_is_typed_again
}

async fn keys(caller: &Caller<'_>, state: &str) -> Vec<String> {
    let all = caller.get("/keys").await.json();
    let keys = all.as_array().unwrap().iter().filter(|key| key["state"] == state);
    keys.map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

async fn a_rotation_by_the_api_waits_for_the_caches_and_is_on_record(database: Database) {
    let idp = TestIdp::start(database).await;
    let caller = Caller::with_scope(&idp, "keys:write").await;
    let next = keys(&caller, "next").await;
    let early = caller.post("/keys/rotate", &json!({"reason": "yearly", "now": true})).await;
    assert_eq!(early.status, 409, "{}", early.body);
    assert!(early.json()[0]["published_until"].as_str().unwrap().ends_with('Z'), "{}", early.body);
    idp.advance(Duration::from_hours(1));
    let caller = Caller::with_scope(&idp, "keys:write").await;
    assert_eq!(caller.post("/keys/rotate", &json!({"reason": "yearly"})).await.status, 409);
    let order = json!({"reason": "a drill", "now": true, "algorithm": "ES256"});
    let done = caller.post("/keys/rotate", &order).await;
    assert_eq!(done.status, 200, "{}", done.body);
    let promoted = done.json()[0]["active"].as_str().unwrap().to_owned();
    assert!(next.contains(&promoted), "the published next key signs");
    let record = idp.query("SELECT body AS value FROM audit_record ORDER BY id DESC");
    let record = record.iter().find(|body| body.contains("key_activated")).unwrap();
    let record: Value = serde_json::from_str(record).unwrap();
    assert_eq!(record["by"], format!("client:{}", caller.service.client.id));
    assert_eq!((&record["reason"], &record["kid"]), (&"a drill".into(), &promoted.into()));
}

async fn a_key_is_revoked_by_the_api_only_when_its_name_is_typed_again(database: Database) {
    let idp = TestIdp::start(database).await;
    let caller = Caller::with_scope(&idp, "keys:write").await;
    let active = keys(&caller, "active").await;
    let kid = active[0].as_str();
    let revoke = async |kid: &str, body: Value| {
        caller.call("post", "/keys/{kid}/revoke", &[kid], &body.to_string()).await
    };
    assert_eq!(revoke(kid, json!({"reason": "seen in a backup", "confirm": active[1]})).await.status, 422);
    assert_eq!(revoke(kid, json!({"reason": "", "confirm": kid})).await.status, 422);
    assert_eq!(revoke("nope", json!({"reason": "x", "confirm": "nope"})).await.status, 404);
    assert_eq!(keys(&caller, "active").await, active);
    let done = revoke(kid, json!({"reason": "seen in a backup", "confirm": kid})).await;
    assert_eq!(done.status, 200, "{}", done.body);
    let signs = done.json()["active"].as_str().unwrap().to_owned();
    assert!(keys(&caller, "active").await.contains(&signs));
    assert_eq!(keys(&caller, "revoked").await, [kid]);
    assert_eq!(revoke(kid, json!({"reason": "again", "confirm": kid})).await.status, 409);
}
