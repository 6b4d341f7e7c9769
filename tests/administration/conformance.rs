//! The API against its own description, as a checker from outside looks at it: who has no token is told 401, what is not described
//! is refused with the methods that are, what breaks a schema is refused, and what keeps it is not.

use crate::caller::{Caller, description, send};
use idp_domain::administration::api_scopes;
use idp_domain::settings::RULES;
use idp_tests::idp::{Database, Page, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use idp_tests::openapi::{is_described, resolved};
use serde_json::{Map, Value, json};

on_sqlite_and_postgres! {
    nobody_is_let_in_without_a_good_token
    every_other_method_is_refused_with_those_that_are_there
    what_breaks_a_schema_is_refused
    what_keeps_a_schema_is_taken_or_names_what_is_missing
    the_description_says_where_the_api_is
}

/// Path, method, description of each operation.
fn operations(all: &Value) -> Vec<(String, String, Value)> {
    let paths = all["paths"].as_object().unwrap().iter();
    let each = paths.flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().iter();
        methods.map(|(method, operation)| (path.clone(), method.clone(), operation.clone()))
    });
    each.collect()
}

fn filled(path: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect::<Vec<_>>().join("/")
}

async fn nobody_is_let_in_without_a_good_token(database: Database) {
    let idp = TestIdp::start(database).await;
    for (path, method, operation) in operations(&description()) {
        assert!(operation["security"][0]["accessToken"][0].is_string(), "{method} {path} names its scope");
        for token in ["", "nothing", "eyJhbGciOiJub25lIn0.e30."] {
            let page = send(&idp, &method, &filled(&path), token, "{}").await;
            assert_eq!(page.status, 401, "{method} {path} {token}");
            assert!(page.header("www-authenticate").starts_with("Bearer"), "{method} {path} {token}");
            is_described(&description(), &method, &path, &page);
        }
    }
}

async fn every_other_method_is_refused_with_those_that_are_there(database: Database) {
    let idp = TestIdp::start(database).await;
    let caller = Caller::with_scope(&idp, &api_scopes().join(" ")).await;
    let all = description();
    for (path, methods) in all["paths"].as_object().unwrap() {
        let there: Vec<String> =
            methods.as_object().unwrap().keys().map(|name| name.to_uppercase()).collect();
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "QUERY"] {
            if there.iter().any(|name| name == method) {
                continue;
            }
            let page = send(&idp, method, &filled(path), &caller.token, "").await;
            assert_eq!(page.status, 405, "{method} {path}");
            let allow = page.header("allow");
            assert!(there.iter().all(|name| allow.contains(name.as_str())), "{method} {path}: {allow}");
        }
    }
}

#[test]
fn the_description_names_every_setting_that_can_be_changed() {
    let all = description();
    let keys: Vec<&str> = RULES.iter().map(|rule| rule.key).collect();
    for (path, method) in [("/settings/{key}", "put"), ("/settings/{key}/reset", "post")] {
        assert_eq!(all["paths"][path][method]["parameters"][0]["schema"]["enum"], json!(keys), "{path}");
    }
}

#[test]
fn every_operation_describes_the_answers_that_any_may_give() {
    for (path, method, operation) in operations(&description()) {
        for status in ["400", "401", "403", "503"] {
            let answer = &operation["responses"][status];
            assert!(answer["content"]["application/problem+json"].is_object(), "{method} {path} {status}");
        }
        assert_eq!(operation["responses"]["401"]["headers"]["WWW-Authenticate"]["required"], true);
        assert_eq!(operation["responses"]["503"]["headers"]["Retry-After"]["required"], true);
        let takes_a_body = operation["requestBody"].is_object();
        for status in ["413", "415", "422"] {
            assert!(!takes_a_body || operation["responses"][status].is_object(), "{method} {path} {status}");
        }
    }
}

/// A link gives each variable of the address that it leads to.
#[test]
fn every_link_leads_somewhere() {
    let all = description();
    let mut links = 0;
    for (path, method, operation) in operations(&all) {
        for (status, answer) in operation["responses"].as_object().unwrap() {
            for (name, link) in answer["links"].as_object().into_iter().flatten() {
                let (target, ..) = operations(&all)
                    .into_iter()
                    .find(|(_, _, operation)| operation["operationId"] == link["operationId"])
                    .unwrap_or_else(|| panic!("{method} {path} {status} {name}"));
                for variable in target.split(['{', '}']).skip(1).step_by(2) {
                    assert!(link["parameters"][variable].is_string(), "{method} {path} {status} {name}");
                }
                links += 1;
            }
        }
    }
    assert!(links >= 30, "{links}");
}

/// An honest value of a schema.
pub fn honest(all: &Value, schema: &Value) -> Value {
    let schema = resolved(all, schema);
    if let Some(first) = schema["enum"].as_array().and_then(|values| values.first()) {
        return first.clone();
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds[0].as_str().unwrap_or("string").to_owned(),
        one => one.as_str().unwrap_or("object").to_owned(),
    };
    match (kind.as_str(), schema["format"].as_str()) {
        ("boolean", _) => json!(false),
        ("integer", _) => json!(1),
        ("array", _) => json!([]),
        ("object", _) => {
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let members = required.map(|name| (name.to_owned(), honest(all, &schema["properties"][name])));
            Value::Object(members.collect::<Map<_, _>>())
        }
        (_, Some("email")) => json!("nobody@example.test"),
        (_, Some("date-time")) => json!("2031-01-01T00:00:00Z"),
        _ => json!("x"),
    }
}

/// Values that break a schema, each in its own way.
fn violations(all: &Value, schema: &Value) -> Vec<Value> {
    let schema = resolved(all, schema);
    let kinds: Vec<&str> = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    };
    let of_other_kinds = [
        ("string", json!("no-such-word")),
        ("integer", json!(7)),
        ("boolean", json!(true)),
        ("array", json!([[]])),
        ("object", json!({"x": 1})),
        ("null", Value::Null),
    ];
    let mut wrong: Vec<Value> = of_other_kinds
        .into_iter()
        .filter(|(kind, _)| !kinds.contains(kind))
        .map(|(_, value)| value)
        .collect();
    if schema["enum"].is_array() {
        wrong.push(json!("no-such-word"));
    }
    if let Some(most) = schema["maxLength"].as_u64() {
        wrong.push(json!("x".repeat(usize::try_from(most).unwrap() + 1)));
    }
    if schema["minLength"].as_u64() > Some(0) {
        wrong.push(json!(""));
    }
    if schema["pattern"].is_string() && kinds.contains(&"string") {
        wrong.extend([json!("two\nlines"), json!("\u{7f}")]);
    }
    if schema["format"] == "date-time" {
        wrong.push(json!("yesterday"));
    }
    if schema["format"] == "email" {
        wrong.push(json!("no address"));
    }
    wrong
}

/// Bodies that break the schema in one place each, one level deep into objects.
fn broken_bodies(all: &Value, schema: &Value) -> Vec<Value> {
    let base = honest(all, schema);
    let schema = resolved(all, schema);
    let mut bodies = vec![Value::Null, json!([]), json!(["x"]), json!([null, true, "x"]), json!("x")];
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let mut body = base.clone();
        body.as_object_mut().unwrap().remove(name);
        bodies.push(body);
    }
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        for wrong in violations(all, inner) {
            let mut body = base.clone();
            body[name] = wrong;
            bodies.push(body);
        }
        for (inner_name, innermost) in resolved(all, inner)["properties"].as_object().into_iter().flatten() {
            for wrong in violations(all, innermost) {
                let mut body = base.clone();
                body[name][inner_name] = wrong;
                bodies.push(body);
            }
        }
    }
    let mut more = base;
    more["nobody_knows"] = json!(1);
    bodies.push(more);
    bodies
}

fn is_refusal(page: &Page) -> bool {
    matches!(page.status, 400 | 404 | 409 | 422)
}

async fn what_breaks_a_schema_is_refused(database: Database) {
    let idp = TestIdp::start(database).await;
    let caller = Caller::with_scope(&idp, &api_scopes().join(" ")).await;
    let all = description();
    for (path, method, operation) in operations(&all) {
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        if !schema.is_null() {
            for body in broken_bodies(&all, schema) {
                let page = send(&idp, &method, &filled(&path), &caller.token, &body.to_string()).await;
                assert!(is_refusal(&page), "{method} {path} {body:.300}: {} {}", page.status, page.body);
                is_described(&all, &method, &path, &page);
            }
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            if parameter["in"] != "query" {
                continue;
            }
            let name = parameter["name"].as_str().unwrap();
            let mut queries = vec![format!("{name}=x&{name}=x")];
            let schema = &parameter["schema"];
            if schema["type"] == "integer" || schema["format"] == "date-time" || schema["enum"].is_array() {
                queries.push(format!("{name}=no-such-word"));
            }
            if schema["pattern"].is_string() {
                queries.push(format!("{name}=%22"));
            }
            if parameter["required"] == true {
                queries.push(String::new());
            }
            for query in queries {
                let address = format!("{}?{query}", filled(&path));
                let page = send(&idp, &method, &address, &caller.token, "").await;
                assert!(is_refusal(&page), "{method} {address}: {} {}", page.status, page.body);
                is_described(&all, &method, &path, &page);
            }
        }
    }
}

/// Operations whose bodies keep rules that no schema says: a key that is one, a registration and a partner that are whole.
const MORE_RULES: [&str; 6] =
    ["importKey", "addService", "updateService", "addPartner", "planServices", "applyServices"];

async fn what_keeps_a_schema_is_taken_or_names_what_is_missing(database: Database) {
    let idp = TestIdp::start(database).await;
    let caller = Caller::with_scope(&idp, &api_scopes().join(" ")).await;
    let all = description();
    for (path, method, operation) in operations(&all) {
        let name = operation["operationId"].as_str().unwrap();
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        if MORE_RULES.contains(&name) || name == "updatePartner" {
            continue;
        }
        let body = if schema.is_null() { String::new() } else { honest(&all, schema).to_string() };
        let required = operation["parameters"].as_array().into_iter().flatten();
        let required =
            required.filter(|parameter| parameter["in"] == "query" && parameter["required"] == true);
        let query: Vec<String> =
            required.map(|parameter| format!("{}=x", parameter["name"].as_str().unwrap())).collect();
        let address = format!("{}?{}", filled(&path), query.join("&"));
        let page = send(&idp, &method, address.trim_end_matches('?'), &caller.token, &body).await;
        let is_taken = (200..300).contains(&page.status) || matches!(page.status, 404 | 409);
        assert!(is_taken, "{name} {body}: {} {}", page.status, page.body);
        is_described(&all, &method, &path, &page);
    }
}

async fn the_description_says_where_the_api_is(database: Database) {
    let idp = TestIdp::start(database).await;
    let page = idp.visitor().get("/admin/api/openapi.json").await;
    assert_eq!(
        page.json()["servers"],
        json!([{"url": "/admin/api/v1"}]),
        "beside the description, wherever that is"
    );
}
