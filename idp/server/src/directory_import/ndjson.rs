//! NDJSON: one JSON object in each line, with the names that CSV's columns have.

use super::file::{Input, Line, LineFault, MAX_LINE};
use idp_domain::one_key::RawEntry;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;
use std::io::{self, BufRead};

/// The objects.
pub struct JsonLines<R> {
    pub(super) input: Input<R>,
    line: Vec<u8>,
}

/// A value that is absent or `null` says nothing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JsonEntry {
    onekey_id: Option<String>,
    password_hash: Option<String>,
    email: Option<String>,
    language: Option<String>,
    created_at: Option<String>,
    last_sign_in_at: Option<String>,
    question_1: Option<String>,
    question_2: Option<String>,
    question_3: Option<String>,
    answer_hash_1: Option<String>,
    answer_hash_2: Option<String>,
    answer_hash_3: Option<String>,
    services: Option<Services>,
}

/// An object's members in order, names that come twice included, so that these are found.
struct Services(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Services {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Services;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of client ids and subjects")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Services, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Services(members))
    }
}

impl<R: BufRead> JsonLines<R> {
    pub(super) fn new(input: Input<R>) -> Self {
        Self { input, line: Vec::new() }
    }

    pub(super) fn next_line(&mut self) -> io::Result<Option<Line>> {
        loop {
            if !self.input.skip_blank_lines()? {
                return Ok(None);
            }
            let number = self.input.line;
            let whole = self.read_line()?;
            if whole && self.line.trim_ascii().is_empty() {
                continue;
            }
            let content = if whole { entry(&self.line) } else { Err(LineFault::TooLong) };
            return Ok(Some(Line { number, content }));
        }
    }

    /// Reads to the line's end; `false` where it is too long to be kept.
    fn read_line(&mut self) -> io::Result<bool> {
        self.line.clear();
        let mut whole = true;
        loop {
            let buffer = self.input.buffer()?;
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let count = end.map_or(buffer.len(), |at| at + 1);
            let piece = buffer.get(..count).unwrap_or_default();
            whole &= self.line.len() + piece.len() <= MAX_LINE;
            if whole {
                self.line.extend_from_slice(piece);
            }
            self.input.take(count)?;
            if end.is_some() || count == 0 {
                return Ok(whole);
            }
        }
    }
}

fn entry(line: &[u8]) -> Result<RawEntry, LineFault> {
    let text = std::str::from_utf8(line).map_err(|_| LineFault::NotUtf8)?;
    let entry: JsonEntry = serde_json::from_str(text).map_err(|error| {
        if error.is_data() && text.trim_start().starts_with('{') {
            LineFault::WrongJson
        } else {
            LineFault::NotJson
        }
    })?;
    let text = Option::unwrap_or_default;
    Ok(RawEntry {
        one_key_id: text(entry.onekey_id),
        password_hash: text(entry.password_hash),
        email: text(entry.email),
        language: text(entry.language),
        created_at: text(entry.created_at),
        last_sign_in_at: text(entry.last_sign_in_at),
        questions: [entry.question_1, entry.question_2, entry.question_3].map(text),
        answer_hashes: [entry.answer_hash_1, entry.answer_hash_2, entry.answer_hash_3].map(text),
        services: entry.services.map(|services| services.0).unwrap_or_default(),
    })
}
