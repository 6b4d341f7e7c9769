//! Files of registrations: one service at the top of the file, or any number as `[[services]]`; and the same written.
//!
//! What is wrong with a registration is told at its line: [`read`] keeps where each member stands.

use crate::admin::{AdminError, Desk, FieldError, FileLine, instant};
use idp_domain::administration::{Act, Area};
use idp_domain::client::ClientMetadata;
use serde::Deserialize;
use serde::de::Error;
use serde_json::{Map, Value};
use std::collections::HashMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

/// The name of the list in a file of several.
const LIST: &str = "services";

/// A registration as a file has it.
pub struct Written {
    /// What it says, unchecked.
    pub metadata: ClientMetadata,
    /// Where it says so.
    pub place: Place,
}

/// Where a registration stands in its file.
pub struct Place {
    file: String,
    line: usize,
    /// The lines of each member and of its entries.
    members: HashMap<String, (usize, Vec<usize>)>,
}

impl Place {
    /// What is wrong with a member, or with an entry of it (from 1), at its line; at the registration's where it is absent.
    #[must_use]
    pub fn error(&self, field: &str, entry: Option<usize>, problem: &str) -> FieldError {
        let line = self.members.get(field).map_or(self.line, |(line, entries)| {
            entry.and_then(|entry| entries.get(entry.checked_sub(1)?)).copied().unwrap_or(*line)
        });
        let field = match entry {
            Some(entry) => format!("{field} line {entry}"),
            None => field.to_owned(),
        };
        FieldError {
            field,
            problem: problem.to_owned(),
            at: Some(FileLine { file: self.file.clone(), line }),
        }
    }

    /// The file and the line where it begins.
    #[must_use]
    pub fn told(&self) -> String {
        format!("{} line {}", self.file, self.line)
    }

    /// The file's name.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }
}

/// Reads a file of this name.
///
/// # Errors
/// All that can't be read, each with its line.
pub fn read(file: &str, text: &str) -> Result<Vec<Written>, Vec<FieldError>> {
    let lines = Lines::of(file, text);
    let parsed = DeTable::parse(text).map_err(|error| vec![lines.error("file", &error, "it is no TOML")])?;
    let span = parsed.span();
    let mut written = Vec::new();
    let mut errors = Vec::new();
    for table in split(Spanned::new(span, DeValue::Table(parsed.into_inner())), &lines)? {
        let place = lines.place(&table);
        match ClientMetadata::deserialize(ValueDeserializer::from(table)) {
            Ok(metadata) => written.push(Written { metadata, place }),
            Err(error) => errors.push(lines.error("file", &error, "it is no registration")),
        }
    }
    if errors.is_empty() { Ok(written) } else { Err(errors) }
}

/// The registrations of a file.
fn split<'t>(
    file: Spanned<DeValue<'t>>,
    lines: &Lines<'_>,
) -> Result<Vec<Spanned<DeValue<'t>>>, Vec<FieldError>> {
    let is_list =
        file.get_ref().as_table().is_some_and(|table| table.keys().any(|key| key.get_ref() == LIST));
    let DeValue::Table(table) = file.get_ref() else { return Ok(vec![file]) };
    if !is_list {
        return Ok(vec![file]);
    }
    let wrong = |at: usize| {
        let error = toml::de::Error::custom("only [[services]] stand at the top of a file that has them");
        vec![lines.error_at("file", Some(at), &error, "it is no registration")]
    };
    if let Some(other) = table.keys().find(|key| key.get_ref() != LIST) {
        return Err(wrong(other.span().start));
    }
    let DeValue::Table(table) = file.into_inner() else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for (key, list) in table {
        let DeValue::Array(list) = list.into_inner() else { return Err(wrong(key.span().start)) };
        for one in list {
            if !one.get_ref().is_table() {
                return Err(wrong(one.span().start));
            }
            found.push(one);
        }
    }
    Ok(found)
}

/// Where the lines of a file begin.
struct Lines<'t> {
    file: &'t str,
    begins: Vec<usize>,
}

impl<'t> Lines<'t> {
    fn of(file: &'t str, text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self { file, begins: std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect() }
    }

    fn at(&self, offset: usize) -> usize {
        self.begins.partition_point(|begin| *begin <= offset).max(1)
    }

    fn error(&self, field: &str, error: &toml::de::Error, what: &str) -> FieldError {
        self.error_at(field, error.span().map(|span| span.start), error, what)
    }

    fn error_at(&self, field: &str, at: Option<usize>, error: &toml::de::Error, what: &str) -> FieldError {
        let line = at.map_or(1, |at| self.at(at));
        let at = Some(FileLine { file: self.file.to_owned(), line });
        FieldError { field: field.to_owned(), problem: told(what, error), at }
    }

    fn place(&self, table: &Spanned<DeValue<'_>>) -> Place {
        let members = table.get_ref().as_table().into_iter().flatten().map(|(key, value)| {
            let entries = value.get_ref().as_array().into_iter().flatten();
            let entries = entries.map(|entry| self.at(entry.span().start)).collect();
            (key.get_ref().to_string(), (self.at(key.span().start), entries))
        });
        Place { file: self.file.to_owned(), line: self.at(table.span().start), members: members.collect() }
    }
}

/// A fault in one line. Which sixty names a registration has stands in the manual.
pub(super) fn told(what: &str, error: &toml::de::Error) -> String {
    let message = error.message();
    let message = message.split(", expected one of").next().unwrap_or(message);
    let message: String = message.chars().filter(|c| !c.is_control()).take(200).collect();
    format!("{what}: {message}")
}

/// Every service that isn't disabled, as a file that [`super::apply`] takes; no secret is in it.
///
/// # Errors
/// Not allowed, or the database is away.
pub async fn export(desk: &Desk<'_>) -> Result<String, AdminError> {
    desk.admit(Act::Read(Area::Services)).await?;
    let all = desk.store.list_services().await?;
    let all = all.iter().filter(|service| service.disabled_at.is_none());
    let services = all.map(|service| toml::Value::Table(table(&service.client.metadata()))).collect();
    let file = toml::Table::from_iter([(LIST.to_owned(), toml::Value::Array(services))]);
    let text = toml::to_string(&file).map_err(|error| AdminError::failed(&error))?;
    let at = instant(desk.now);
    Ok(format!(
        "# The relying services as of {at}, without their secrets and without those that are disabled.\n\n{text}"
    ))
}

/// A registration as a table.
#[must_use]
pub fn table(metadata: &Map<String, Value>) -> toml::Table {
    metadata.iter().filter_map(|(name, value)| Some((name.clone(), toml_of(value)?))).collect()
}

/// A value; TOML has no null.
fn toml_of(value: &Value) -> Option<toml::Value> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(is) => toml::Value::Boolean(*is),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => toml::Value::Integer(whole),
            (None, Some(other)) if !number.is_u64() => toml::Value::Float(other),
            // Longer than any span that it could be.
            _ => toml::Value::Integer(i64::MAX),
        },
        Value::String(text) => toml::Value::String(text.clone()),
        Value::Array(items) => toml::Value::Array(items.iter().filter_map(toml_of).collect()),
        Value::Object(members) => toml::Value::Table(table(members)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        match read("f", text) {
            Ok(all) => all.iter().map(|one| one.place.told()).collect(),
            Err(errors) => errors.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn a_file_has_one_service_or_a_list_of_them_and_each_fault_its_line() {
        assert_eq!(told("client_id = \"a\"\nclient_name = \"A\"\n"), ["f line 1"]);
        let two = "# two\n[[services]]\nclient_name = \"A\"\n\n[[services]]\nclient_name = \"B\"\n";
        assert_eq!(told(two), ["f line 2", "f line 5"]);
        assert_eq!(told("services = []"), Vec::<String>::new());
        for (text, wanted) in [
            ("a = 1\nb =\n", "f line 2: file: it is no TOML"),
            ("{\"services\": []}", "f line 1: file: it is no TOML"),
            ("client_name = \"A\"\nname = 1", "f line 2: file: it is no registration: unknown field `name`"),
            ("client_name = \"A\"\n\nscope = 7", "f line 3: file: it is no registration: invalid type"),
            ("", "f line 1: file: it is no registration: missing field `client_name`"),
            ("client_name = \"A\"\nclient_name = \"B\"", "f line 2: file: it is no TOML: duplicate key"),
            ("services = 1", "f line 1: file: it is no registration"),
            ("services = [1]", "f line 1: file: it is no registration"),
            (
                "x = 1\n[[services]]\nclient_name = \"A\"",
                "f line 1: file: it is no registration: only [[services]]",
            ),
            ("[[services]]\nclient_name = 1\n[[services]]\nx = 1\n", "f line 2: file: it is no registration"),
        ] {
            let told = told(text);
            assert!(told[0].starts_with(wanted), "{text}: {told:?}");
        }
        let nested = "a = ".to_owned() + &"[".repeat(20_000);
        assert!(told(&nested)[0].contains("no TOML"));
    }

    #[test]
    fn an_entry_of_a_list_has_its_own_line() {
        let all = read("f", "client_name = \"A\"\nredirect_uris = [\n  \"a\",\n  \"b\",\n]\n").map_err(drop);
        let place = &all.expect("it can be read")[0].place;
        let line = |entry| place.error("redirect_uris", entry, "x").at.map(|at| at.line);
        assert_eq!(
            (line(None), line(Some(2)), line(Some(9)), line(Some(0))),
            (Some(2), Some(4), Some(2), Some(2))
        );
        assert_eq!(place.error("scope", None, "x").at.map(|at| at.line), Some(1));
    }

    #[test]
    fn what_toml_has_no_word_for_is_left_out() {
        let value = serde_json::json!({"a": null, "b": [null, 1, u64::MAX, 1.5], "c": {"d": null}});
        let text = toml::to_string(&toml_of(&value)).expect("a table");
        assert_eq!(text, "b = [1, 9223372036854775807, 1.5]\n\n[c]\n");
    }
}
