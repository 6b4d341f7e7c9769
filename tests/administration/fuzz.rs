//! Every field of every operation of the API's own description, with values that nobody expects: no answer is a fault of ours,
//! and each is one that the description names.

use crate::caller::{Caller, description, send};
use crate::conformance::honest;
use idp_domain::administration::api_scopes;
use idp_tests::idp::{Database, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use idp_tests::openapi::{is_described, resolved};
use serde_json::{Value, json};

on_sqlite_and_postgres! {
    no_value_in_any_field_brings_a_fault_or_an_answer_that_is_not_described
    no_value_in_an_address_brings_a_fault
}

/// Values of every type, at the edges of what parsers like.
fn odd_values() -> Vec<Value> {
    let deep = (0..100).fold(json!("x"), |inner, _| json!([inner]));
    vec![
        Value::Null,
        json!(true),
        json!(-1),
        json!(u64::MAX),
        json!(1.5e300),
        json!(""),
        json!(" \u{a0}\u{2003} "),
        json!("nul\u{0}"),
        json!("line\nbreak\r"),
        json!("\u{202e}txt.exe"),
        json!("e\u{301}\u{1f511}\u{fffd}"),
        json!("=1+1"),
        json!("' OR 1=1 --"),
        json!("x".repeat(3000)),
        json!([]),
        json!(["x", 1]),
        json!({}),
        json!({"x": {"y": 1}}),
        deep,
    ]
}

/// Bodies of an operation that are odd in one place each, one level deep into objects.
fn odd_bodies(all: &Value, schema: &Value) -> Vec<Value> {
    let base = honest(all, schema);
    let mut bodies = odd_values();
    let properties = resolved(all, schema)["properties"].as_object().cloned().unwrap_or_default();
    for (name, inner) in &properties {
        for odd in odd_values() {
            let mut body = base.clone();
            body[name] = odd;
            bodies.push(body);
        }
        let within = resolved(all, inner)["properties"].as_object().cloned().unwrap_or_default();
        for inner_name in within.keys() {
            for odd in odd_values() {
                let mut body = base.clone();
                body[name][inner_name] = odd;
                bodies.push(body);
            }
        }
    }
    let mut more = base;
    if let Some(object) = more.as_object_mut() {
        object.insert("\u{0}unknown".to_owned(), json!(1));
    }
    bodies.push(more);
    bodies
}

/// Addresses of a path with each of these in the place of its variables.
fn filled(path: &str, value: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { value } else { part }).collect::<Vec<_>>().join("/")
}

async fn no_value_in_any_field_brings_a_fault_or_an_answer_that_is_not_described(database: Database) {
    let idp = TestIdp::start(database).await;
    let caller = Caller::with_scope(&idp, &api_scopes().join(" ")).await;
    let all = description();
    let mut sent = 0;
    for (path, methods) in all["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            if schema.is_null() {
                continue;
            }
            for value in ["x", "limits.code_tries"] {
                for body in odd_bodies(&all, schema) {
                    let page =
                        send(&idp, method, &filled(path, value), &caller.token, &body.to_string()).await;
                    assert!(page.status < 500, "{method} {path} {body:.200}: {} {}", page.status, page.body);
                    is_described(&all, method, path, &page);
                    sent += 1;
                }
            }
        }
    }
    assert!(sent > 1000, "{sent}");
    // Whoever sent all that is let in as before.
    assert_eq!(caller.get("/keys").await.status, 200);
}

async fn no_value_in_an_address_brings_a_fault(database: Database) {
    let idp = TestIdp::start(database).await;
    let caller = Caller::with_scope(&idp, &api_scopes().join(" ")).await;
    let all = description();
    let long = "a".repeat(3000);
    let odd =
        ["x", "%00", "%FF", "%C3%A9", "..", "%2e%2e", "a%2Fb", "%0d%0aX:1", "'", "-1", "%25", long.as_str()];
    for (path, methods) in all["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let names = operation["parameters"].as_array().into_iter().flatten();
            let query: Vec<&str> = names
                .filter(|parameter| parameter["in"] == "query")
                .filter_map(|parameter| parameter["name"].as_str())
                .collect();
            for value in odd {
                let body = if method == "get" { "" } else { "{}" };
                let mut addresses = vec![filled(path, value)];
                addresses.extend(query.iter().map(|name| format!("{}?{name}={value}", filled(path, "x"))));
                addresses.push(format!("{}?{value}={value}&{value}", filled(path, "x")));
                for address in addresses {
                    let page = send(&idp, method, &address, &caller.token, body).await;
                    assert!(page.status < 500, "{method} {address:.200}: {} {}", page.status, page.body);
                }
            }
        }
    }
}
