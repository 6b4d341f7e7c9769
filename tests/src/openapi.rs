//! An `OpenAPI` document against what a server answers: each answer is as it is described, with no member more.

use crate::idp::Page;
use serde_json::Value;

/// Follows a reference.
pub fn resolved<'a>(all: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(reference) => {
            all.pointer(reference.trim_start_matches('#')).expect("a reference leads somewhere")
        }
        None => schema,
    }
}

/// Where a value is not what its schema says.
pub fn deviations(all: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let schema = resolved(all, schema);
    let kind = match value {
        Value::Object(_) => "object",
        Value::Array(_) => "array",
        Value::String(_) => "string",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::Null => "null",
    };
    let is_kind = match &schema["type"] {
        Value::Array(kinds) => kinds.contains(&kind.into()),
        one => one == kind,
    };
    let mut found = Vec::new();
    if !is_kind {
        found.push(format!("{at} is {kind}"));
    }
    let is_one = schema["enum"].as_array().is_none_or(|values| values.contains(value));
    if !is_one || schema.get("const").is_some_and(|only| only != value) {
        found.push(format!("{at} is {value}"));
    }
    for item in value.as_array().into_iter().flatten() {
        found.extend(deviations(all, &schema["items"], item, &format!("{at}[]")));
    }
    if let Some(members) = value.as_object() {
        for (name, member) in members {
            let at = format!("{at}.{name}");
            match schema["properties"].get(name) {
                Some(schema) => found.extend(deviations(all, schema, member, &at)),
                None if schema["additionalProperties"] == false => {
                    found.push(format!("{at} is not described"));
                }
                None => {}
            }
        }
        for name in schema["required"].as_array().into_iter().flatten() {
            if !members.contains_key(name.as_str().unwrap()) {
                found.push(format!("{at} lacks {name}"));
            }
        }
    }
    found
}

/// An answer is one of those that are described for `method` and `path`, to the letter.
pub fn is_described(all: &Value, method: &str, path: &str, page: &Page) {
    let operation = &all["paths"][path][method];
    let answer = &operation["responses"][page.status.to_string()];
    assert!(answer.is_object(), "{method} {path} answers {}: {}", page.status, page.body);
    for (name, header) in answer["headers"].as_object().into_iter().flatten() {
        let is_there = !page.header(name).is_empty() || header["required"] != true;
        assert!(is_there, "{method} {path} {} has no {name}", page.status);
    }
    let kind = page.header("content-type").split(';').next().unwrap_or_default();
    match answer["content"].get(kind) {
        Some(content) if kind.ends_with("/json") || kind.ends_with("+json") => {
            let found = deviations(all, &content["schema"], &page.json(), path);
            assert_eq!(found, Vec::<String>::new(), "{method} {path} {}: {}", page.status, page.body);
        }
        Some(_) => {}
        None => assert!(answer["content"].is_null() || page.body.is_empty(), "{method} {path}: {kind}"),
    }
}
