//! How a registration's members are told on the console's pages: what each is called, and its value in words.

use super::fields::{choices, field_label, input_of, is_chosen};
use crate::locales as t;
use idp_domain::Language;
use serde_json::Value;

/// What a member is called; its own name, where people don't type it.
pub fn label(l: Language, member: &str) -> String {
    match input_of(member) {
        "more" => member.to_owned(),
        field => field_label(l, field).to_owned(),
    }
}

/// Whether people type it in a field of its own.
pub fn has_label(member: &str) -> bool {
    input_of(member) != "more"
}

/// A member's value on one line: what is chosen from a list, or is a yes or no, in the words of the form.
pub fn value(l: Language, member: &str, value: &Value) -> String {
    let plain = plain(l, value);
    if !is_chosen(member) {
        return plain;
    }
    let asked = match value {
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
        _ => plain.clone(),
    };
    let choices = choices(l, input_of(member));
    choices.iter().find(|choice| choice.is(&asked)).map_or(plain, |choice| choice.label().to_owned())
}

fn plain(l: Language, value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => t::console::yes(l).to_owned(),
        Value::Bool(false) => t::console::no(l).to_owned(),
        Value::Array(items) => items.iter().map(|item| plain(l, item)).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
