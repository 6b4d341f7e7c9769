//! Keys, by the API and by command: the same acts, the same record.

use crate::caller::Caller;
use crate::program::idp as program;
use idp_tests::idp::service::REGISTRATION;
use idp_tests::idp::{Database, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use serde_json::{Value, json};
use std::time::Duration;

on_sqlite_and_postgres! {
    a_rotation_by_the_api_waits_for_the_caches_and_is_on_record
    a_key_is_revoked_by_the_api_only_when_its_name_is_typed_again
    a_key_that_was_made_elsewhere_is_published_first_and_signs_after_that
    a_weak_or_known_key_is_refused_and_the_next_one_stays
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
    assert_eq!(revoke(kid, json!({"reason": "seen in a backup", "confirm": active[1]})).await.status, 409);
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

async fn a_key_that_was_made_elsewhere_is_published_first_and_signs_after_that(database: Database) {
    let idp = TestIdp::start(database).await;
    let service = idp.register(&REGISTRATION.replace("ES256", "EdDSA")).await;
    let account = idp.create_account(&idp.visitor(), "person@example.test").await;
    // RFC 8037 appendix A.1, by command.
    let jwk = r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
    let kid = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";
    std::fs::write(idp.folder.join("key.json"), jwk).unwrap();
    let order = ["keys", "import", "key.json", "--alg", "EdDSA", "--reason", "services pin it", "--json"];
    let done: Value = serde_json::from_str(&program(&idp, &order).await.unwrap()).unwrap();
    assert_eq!((&done["published"], &done["algorithm"]), (&kid.into(), &"EdDSA".into()));
    idp.tend_keys().await;
    let jwks = idp.visitor().get("/jwks").await.json();
    let published = jwks["keys"].as_array().unwrap().iter().find(|key| key["kid"] == kid).unwrap();
    assert!(published.get("d").is_none() && published["alg"] == "EdDSA", "{published}");
    assert!(!jwks.to_string().contains(done["withdrawn"].as_str().unwrap()), "the one before it is gone");
    let before = idp.sign_in_at(&idp.visitor(), &service, &account).await;
    idp.advance(Duration::from_hours(24));
    let caller = Caller::with_scope(&idp, "keys:write").await;
    let rotated = caller.post("/keys/rotate", &json!({"reason": "now ours", "algorithm": "EdDSA"})).await;
    assert_eq!((rotated.status, &rotated.json()[0]["active"]), (200, &kid.into()), "{}", rotated.body);
    idp.tend_keys().await;
    let after = idp.sign_in_at(&idp.visitor(), &service, &account).await;
    let kid_of = |token: &str| jsonwebtoken::decode_header(token).unwrap().kid.unwrap();
    assert!(kid_of(&before.id_token) != kid && kid_of(&after.id_token) == kid);
    let record = idp.query("SELECT body AS value FROM audit_record WHERE body LIKE '%key_imported%'");
    assert!(record.len() == 1 && record[0].contains("services pin it") && !record[0].contains("nWGxne"));
}

async fn a_weak_or_known_key_is_refused_and_the_next_one_stays(database: Database) {
    let idp = TestIdp::start(database).await;
    let caller = Caller::with_scope(&idp, "keys:write").await;
    let next = keys(&caller, "next").await;
    let import = async |algorithm: &str, key: &str| {
        caller.post("/keys/import", &json!({"algorithm": algorithm, "key": key, "reason": "a check"})).await
    };
    let ec = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}"#;
    for (algorithm, key, status) in [
        ("RS256", ec, 409),
        ("EdDSA", ec, 409),
        ("HS256", ec, 400),
        ("ES256", "", 409),
        ("ES256", "-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----", 409),
    ] {
        let refused = import(algorithm, key).await;
        assert_eq!(refused.status, status, "{algorithm} {key}: {}", refused.body);
        assert!(!refused.body.contains("jpsQnnGQ"), "no private part comes back");
    }
    assert_eq!(keys(&caller, "next").await, next);
    let (one, two) = tokio::join!(import("ES256", ec), import("ES256", ec));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409], "{} {}", one.body, two.body);
    assert_eq!(import("ES256", ec).await.status, 409, "it is known");
    assert_eq!(keys(&caller, "next").await.len(), next.len());
    assert_eq!(idp.count("audit_record WHERE body LIKE '%key_imported%'"), 1);
}
