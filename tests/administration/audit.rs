//! The audit: filtered, exported with a signed head, and each damage of an export found by its first bad record.

use crate::caller::{Caller, send};
use crate::program::idp as program;
use idp_tests::idp::{Database, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

on_sqlite_and_postgres! {
    records_are_found_by_time_event_actor_and_target
    an_export_is_verified_by_itself_and_the_published_keys_alone
    each_damage_of_an_export_is_named
    a_fork_is_found_against_the_database
    the_chain_is_verified_by_the_api
    an_export_by_the_api_is_taken_by_the_same_verifier_and_is_on_record
    a_long_export_comes_in_parts_and_one_that_is_broken_has_no_head
    nobody_but_who_may_read_the_audit_takes_it_along
}

const MINUTE: Duration = Duration::from_mins(1);

/// What is done to the lines of an export.
type Damage = fn(&mut Vec<String>);

/// A few acts on record, sealed.
async fn with_records(database: Database) -> TestIdp {
    let idp = TestIdp::start(database).await;
    for email in ["one@example.test", "two@example.test"] {
        idp.create_account(&idp.visitor(), email).await;
    }
    idp.seal_audit().await;
    idp
}

async fn records_are_found_by_time_event_actor_and_target(database: Database) {
    let idp = with_records(database).await;
    idp.advance(MINUTE);
    let (before, known) = (idp_server::admin::instant(idp.now()), idp.count("audit_record"));
    idp.advance(MINUTE);
    let caller = Caller::with_scope(&idp, "audit:read services:write").await;
    let service = json!({
        "client_id": "fishing_licences", "client_name": "x", "redirect_uris": ["https://f.example.test/cb"],
    });
    caller.post("/services", &json!({"service": service, "reason": "=HYPERLINK(\"evil\")"})).await;
    idp.seal_audit().await;
    let found = async |query: &str| -> Vec<Value> {
        let page = send(&idp, "get", &format!("/audit?{query}"), &caller.token, "").await;
        assert_eq!(page.status, 200, "{query}: {}", page.body);
        page.json().as_array().unwrap().clone()
    };
    let all = caller.get("/audit").await.json().as_array().unwrap().clone();
    assert_eq!(all[0]["record"]["client"], "fishing_licences", "newest first");
    let events = found("event=account_activated").await;
    assert_eq!(events.len(), 2, "{events:?}");
    assert_eq!(found("event=account").await.len(), 0, "a whole name");
    assert_eq!(found("target=fishing_licences").await.len(), 1);
    assert_eq!(found("target=fishing.licences").await.len(), 0, "no pattern");
    let actor = format!("client:{}", caller.service.client.id);
    assert_eq!(found(&format!("actor={actor}")).await.len(), 1);
    assert_eq!(found(&format!("to={before}")).await.len(), known);
    assert_eq!(found(&format!("from={before}")).await.len(), all.len() - known);
    let last = all[1]["number"].as_i64().unwrap();
    assert!(found(&format!("before={last}")).await.iter().all(|one| one["number"].as_i64().unwrap() < last));
    for query in
        ["event=a%25", "actor=a%20b", "target=%22", "from=now", "before=x", "nothing=1", "format=xml"]
    {
        let status = send(&idp, "get", &format!("/audit?{query}"), &caller.token, "").await.status;
        assert!([400, 422].contains(&status), "{query}: {status}");
    }
    let csv = send(&idp, "get", "/audit?event=service_added&format=csv", &caller.token, "").await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert!(csv.body.starts_with("number,at,event,by,record\r\n"), "{}", csv.body);
    assert!(csv.body.lines().skip(1).all(|line| !line.contains(",=")), "{}", csv.body);
}

async fn export(idp: &TestIdp) -> std::path::PathBuf {
    let file = idp.folder.join("audit.ndjson");
    program(idp, &["audit", "export", "--to", file.to_str().unwrap()]).await.unwrap();
    file
}

async fn verify(idp: &TestIdp, file: &Path, keys: &Path) -> Result<String, String> {
    let (file, keys) = (file.to_str().unwrap(), keys.to_str().unwrap());
    program(idp, &["audit", "verify", "--export", file, "--keys", keys]).await
}

/// What `/jwks` or the log says, in a file.
async fn published(idp: &TestIdp, path: &str) -> std::path::PathBuf {
    let (store, master) = (&idp.app.store, &idp.app.data_keys.master);
    idp_server::adapters::key_log::write(store, master, &idp.issuer).await.unwrap();
    let text = idp.http().get(format!("{}{path}", idp.issuer)).send().await.unwrap().text().await.unwrap();
    let file = idp.folder.join("keys.json");
    std::fs::write(&file, text).unwrap();
    file
}

async fn an_export_is_verified_by_itself_and_the_published_keys_alone(database: Database) {
    let idp = with_records(database).await;
    let file = export(&idp).await;
    for path in ["/jwks", "/.well-known/signing-keys-log"] {
        let keys = published(&idp, path).await;
        let told = verify(&idp, &file, &keys).await.unwrap();
        assert!(told.contains("is whole") && told.contains(&idp.issuer), "{path}: {told}");
    }
    let path = file.to_str().unwrap();
    assert!(program(&idp, &["audit", "verify", "--export", path]).await.unwrap().contains("is whole"));
    assert!(program(&idp, &["audit", "export", "--to", path]).await.unwrap_err().contains("can't be made"));
    let keys = published(&idp, "/jwks").await;
    let mut set: Value = serde_json::from_str(&std::fs::read_to_string(&keys).unwrap()).unwrap();
    set["keys"].as_array_mut().unwrap().retain(|key| key["alg"] != "ES256");
    std::fs::write(&keys, set.to_string()).unwrap();
    assert!(verify(&idp, &file, &keys).await.unwrap_err().contains("published key"), "without its key");
}

async fn each_damage_of_an_export_is_named(database: Database) {
    let idp = with_records(database).await;
    let (file, keys) = (export(&idp).await, published(&idp, "/jwks").await);
    let whole: Vec<String> = std::fs::read_to_string(&file).unwrap().lines().map(str::to_owned).collect();
    assert!(whole.len() > 4, "{}", whole.len());
    let damages: [(&str, Damage, &str); 6] = [
        ("changed", |lines| lines[1] = lines[1].replace("\\\"event\\\"", "\\\"evenT\\\""), "record 2 "),
        ("dropped", |lines| drop(lines.remove(1)), "record 2 "),
        ("swapped", |lines| lines.swap(1, 2), "record 2 "),
        (
            "cut before its head",
            |lines| drop(lines.remove(lines.len() - 2)),
            "is missing: the export was cut",
        ),
        ("cut with its head", |lines| drop(lines.pop()), "signed head is missing"),
        ("no export", |lines| lines[0] = "hello".into(), "line 1 "),
    ];
    for (name, damage, told) in damages {
        let mut lines = whole.clone();
        damage(&mut lines);
        std::fs::write(&file, lines.join("\n") + "\n").unwrap();
        let refused = verify(&idp, &file, &keys).await.unwrap_err();
        assert!(refused.contains(told), "{name}: {refused}");
    }
}

async fn a_fork_is_found_against_the_database(database: Database) {
    let idp = with_records(database).await;
    let file = export(&idp).await;
    // The chain in the database is made anew over an altered record, so that it is whole in itself.
    idp.execute("UPDATE audit_record SET body = replace(body, 'account_activated', 'account_activate') WHERE number > 1");
    idp.execute("UPDATE audit_record SET number = NULL, hash = NULL");
    idp.seal_audit().await;
    assert!(program(&idp, &["audit", "verify"]).await.unwrap().contains("is whole"), "in itself it is");
    let refused = program(&idp, &["audit", "verify", "--export", file.to_str().unwrap()]).await.unwrap_err();
    assert!(refused.contains("differ from record"), "{refused}");
    // And a database whose tail was cut.
    let idp = with_records(database).await;
    let file = export(&idp).await;
    idp.execute("DELETE FROM audit_record WHERE number > 2");
    let refused = program(&idp, &["audit", "verify", "--export", file.to_str().unwrap()]).await.unwrap_err();
    assert!(refused.contains("record 3 of the export is missing in the database"), "{refused}");
}

async fn the_chain_is_verified_by_the_api(database: Database) {
    let idp = with_records(database).await;
    let caller = Caller::with_scope(&idp, "audit:read").await;
    idp.seal_audit().await;
    let whole = caller.get("/audit/chain").await.json();
    assert_eq!((&whole["broken_at"], &whole["unsealed"]), (&Value::Null, &json!(0)), "{whole}");
    idp.execute("UPDATE audit_record SET recorded_at = recorded_at + 1 WHERE number = 3");
    let broken = caller.get("/audit/chain").await.json();
    assert_eq!((&broken["broken_at"], &broken["records"]), (&json!(3), &json!(2)), "{broken}");
}

async fn an_export_by_the_api_is_taken_by_the_same_verifier_and_is_on_record(database: Database) {
    let idp = with_records(database).await;
    let caller = Caller::with_scope(&idp, "audit:read").await;
    let page = caller.get("/audit/export").await;
    assert_eq!((page.status, page.header("content-type")), (200, "application/x-ndjson"));
    assert_eq!(page.header("cache-control"), "no-store");
    let file = idp.folder.join("by-the-api.ndjson");
    std::fs::write(&file, &page.body).unwrap();
    let keys = published(&idp, "/jwks").await;
    assert!(verify(&idp, &file, &keys).await.unwrap().contains("is whole"));
    // The two faces give the same records; only what signed when differs.
    let by_command = std::fs::read_to_string(export(&idp).await).unwrap();
    let records = |text: &str| text.lines().filter(|line| !line.starts_with("{\"head\"")).count();
    assert_eq!(records(&by_command), records(&page.body));
    let told: Vec<Value> = idp
        .query("SELECT body AS value FROM audit_record WHERE body LIKE '%audit_exported%' ORDER BY id")
        .iter()
        .map(|body| serde_json::from_str(body).unwrap())
        .collect();
    let by: Vec<&str> = told.iter().map(|record| record["by"].as_str().unwrap()).collect();
    assert_eq!(by, [format!("client:{}", caller.service.client.id).as_str(), "operator"]);
    assert!(told.iter().all(|record| record["records"] == records(&page.body)), "{told:?}");
    // An audit without a sealed record is a file too.
    let idp = TestIdp::start(database).await;
    let caller = Caller::with_scope(&idp, "audit:read").await;
    let page = caller.get("/audit/export").await;
    let records =
        idp_server::admin::audit::verify_export(page.body.as_bytes(), |kid| idp.app.keys.find_public(kid));
    assert_eq!(records.unwrap().records, 0);
}

async fn a_long_export_comes_in_parts_and_one_that_is_broken_has_no_head(database: Database) {
    let idp = with_records(database).await;
    while idp.count("audit_record") < 2100 {
        idp.execute(
            "INSERT INTO audit_record (recorded_at, body) SELECT recorded_at, body FROM audit_record",
        );
    }
    idp.seal_audit().await;
    let caller = Caller::with_scope(&idp, "audit:read").await;
    let page = caller.get("/audit/export").await;
    let whole =
        idp_server::admin::audit::verify_export(page.body.as_bytes(), |kid| idp.app.keys.find_public(kid));
    assert!(whole.unwrap().records >= 2100);
    // What shows late breaks the answer off.
    idp.execute("UPDATE audit_record SET recorded_at = recorded_at + 1 WHERE number = 1500");
    let url = format!("{}/admin/api/v1/audit/export", idp.issuer);
    let answer = idp.http().get(url).bearer_auth(&caller.token).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.text().await.is_err(), "it must not look like a whole file");
    // What shows at once is told.
    idp.execute("UPDATE audit_record SET recorded_at = recorded_at + 1 WHERE number = 5");
    let page = caller.get("/audit/export").await;
    assert!(page.status == 409 && page.body.contains("record 5"), "{}", page.body);
    idp.execute("DELETE FROM audit_record WHERE number = 1");
    assert_eq!(caller.get("/audit/export").await.status, 409);
}

async fn nobody_but_who_may_read_the_audit_takes_it_along(database: Database) {
    let idp = with_records(database).await;
    for scope in ["services:write", "settings:write", "keys:write accounts:write mail:write"] {
        let caller = Caller::with_scope(&idp, scope).await;
        assert_eq!(caller.get("/audit/export").await.status, 403, "{scope}");
    }
    assert_eq!(idp.count("audit_record WHERE body LIKE '%audit_exported%'"), 0);
    assert_eq!(idp.count("audit_record WHERE body LIKE '%administration_refused%'"), 3);
}
