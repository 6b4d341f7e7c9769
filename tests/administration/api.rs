//! The API as a whole: who gets in, and that it is what its description says.

use crate::caller::{Caller, description, send};
use idp_domain::administration::api_scopes;
use idp_tests::idp::{Database, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use serde_json::{Value, json};
use std::time::Duration;

on_sqlite_and_postgres! {
    nobody_gets_in_without_a_token_of_a_service_of_its_own
    a_scope_opens_its_own_operations_and_no_other
    what_is_no_json_or_too_much_is_refused_and_changes_nothing
}

/// Every operation: method, path, scope.
fn operations() -> Vec<(String, String, String)> {
    let all = description();
    let mut found = Vec::new();
    for (path, methods) in all["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let scope = operation["security"][0]["accessToken"][0].as_str().unwrap();
            found.push((method.clone(), path.clone(), scope.to_owned()));
        }
    }
    found
}

fn filled(path: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect::<Vec<_>>().join("/")
}

#[test]
fn the_description_names_every_scope_and_no_other() {
    let all = description();
    let flows = &all["components"]["securitySchemes"]["accessToken"]["flows"];
    let named = flows["clientCredentials"]["scopes"].as_object().unwrap();
    let mut scopes = api_scopes();
    scopes.sort();
    assert_eq!(named.keys().cloned().collect::<Vec<_>>(), scopes);
    for (method, path, scope) in operations() {
        assert!(scopes.contains(&scope), "{method} {path}");
        // What names a person is no part of an address, so that looks at accounts are posted; nor is what a file says.
        let is_look =
            ["/accounts/find", "/accounts/{id}/show", "/service-file/plan"].contains(&path.as_str());
        assert_eq!(scope.ends_with(":read"), method == "get" || is_look, "{method} {path}: {scope}");
    }
}

#[tokio::test]
async fn the_description_is_served_to_everybody() {
    let idp = TestIdp::start(Database::Sqlite).await;
    let url = format!("{}/admin/api/openapi.json", idp.issuer);
    let answer = idp.http().get(url).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert_eq!(answer.json::<Value>().await.unwrap(), description());
    assert_eq!(send(&idp, "get", "/nothing", "", "").await.status, 404);
}

async fn nobody_gets_in_without_a_token_of_a_service_of_its_own(database: Database) {
    let idp = TestIdp::start(database).await;
    let service = idp.service().await;
    let account = idp.create_account(&idp.visitor(), "person@example.test").await;
    let persons = idp.sign_in_at(&idp.visitor(), &service, &account).await;
    let caller = Caller::with_scope(&idp, "keys:read").await;
    for (method, path, _) in operations() {
        let path = filled(&path);
        let page = send(&idp, &method, &path, &persons.access_token, "{}").await;
        assert_eq!(page.status, 403, "a person's token: {method} {path}");
        for token in ["", "nonsense", persons.id_token.as_str()] {
            let page = send(&idp, &method, &path, token, "{}").await;
            assert_eq!(page.status, 401, "{method} {path} {token}");
            assert!(page.header("www-authenticate").contains("realm=\"administration\""));
        }
    }
    assert_eq!(caller.get("/keys").await.status, 200);
    idp.advance(Duration::from_mins(11));
    assert_eq!(caller.get("/keys").await.status, 401, "it has expired");
}

async fn a_scope_opens_its_own_operations_and_no_other(database: Database) {
    let idp = TestIdp::start(database).await;
    let callers = {
        let mut callers = Vec::new();
        for scope in api_scopes() {
            callers.push((scope.clone(), Caller::with_scope(&idp, &scope).await));
        }
        callers
    };
    // That somebody takes the whole audit away is on record, though it changes nothing.
    let changes = "audit_record WHERE body NOT LIKE '%service_added%' AND body NOT LIKE '%administration_refused%' \
                   AND body NOT LIKE '%audit_exported%'";
    let before = idp.count(changes);
    let mut refused = 0;
    for (method, path, needed) in operations() {
        let area = needed.split(':').next().unwrap();
        for (scope, caller) in &callers {
            let reads = needed.ends_with(":read");
            let reaches = *scope == needed || (*scope == format!("{area}:write") && reads);
            // An empty object is no body that any operation takes: those who may are told so, and nothing is changed.
            let body = if method == "get" { "" } else { "{}" };
            let page = send(&idp, &method, &filled(&path), &caller.token, body).await;
            if reaches {
                assert_ne!(page.status, 403, "{method} {path} by {scope}: {}", page.body);
                continue;
            }
            let challenge = page.header("www-authenticate");
            refused += 1;
            assert_eq!(page.status, 403, "{method} {path} by {scope}: {}", page.body);
            assert!(challenge.contains("insufficient_scope") && challenge.contains(&needed), "{challenge}");
        }
    }
    assert_eq!(idp.count(changes), before);
    assert_eq!(idp.count("audit_record WHERE body LIKE '%administration_refused%'"), refused, "on record");
}

async fn what_is_no_json_or_too_much_is_refused_and_changes_nothing(database: Database) {
    let idp = TestIdp::start(database).await;
    let caller = Caller::with_scope(&idp, "keys:write").await;
    let large = json!({"reason": "x".repeat(1_100_000)}).to_string();
    let blanks = json!({"reason": format!("x{}", " ".repeat(200))}).to_string();
    for (body, status) in [
        ("", 415),
        ("{", 400),
        ("[]", 400),
        ("null", 400),
        (r#"{"reason": 1}"#, 400),
        (r#"{"reason": "x", "more": 1}"#, 400),
        (r#"{"reason": "x", "reason": "y"}"#, 400),
        (r#"{"reason": "x", "algorithm": "HS256"}"#, 400),
        (r#"{"reason": " "}"#, 422),
        (r#"{"reason": "a\nb"}"#, 422),
        (r#"{"reason": "at the end too\n"}"#, 422),
        (blanks.as_str(), 422),
        (large.as_str(), 413),
    ] {
        let page = caller.call("post", "/keys/rotate", &[], body).await;
        assert_eq!(page.status, status, "{:.60}: {}", body, page.body);
    }
    let all = caller.get("/keys").await.json();
    assert!(all.as_array().unwrap().iter().all(|key| key["state"] != "retired"), "{all}");
}
