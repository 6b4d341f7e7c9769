//! What a command prints: a table for people, JSON for programs, one line for a failure.

use crate::admin::AdminError;
pub use crate::admin::instant;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::sync::OnceLock;

/// How to print.
pub struct Output {
    /// JSON rather than text.
    pub json: bool,
    /// Why something that was to be said could not be: `println!` would panic.
    unwritten: OnceLock<String>,
}

/// A line on standard output, and not only as far as its buffer.
fn print(line: &str) -> std::io::Result<()> {
    let mut output = std::io::stdout().lock();
    writeln!(output, "{line}")?;
    output.flush()
}

/// A line on standard error; where nobody reads that either, the exit code speaks.
fn print_error(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

/// Why a command could not be done, in one line.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    /// From any error.
    pub fn new(error: &dyn std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<idp_store::StoreError> for Failure {
    fn from(error: idp_store::StoreError) -> Self {
        Self::new(&error)
    }
}

impl From<AdminError> for Failure {
    fn from(error: AdminError) -> Self {
        match error {
            // Said as it was typed.
            AdminError::Invalid(fields) if fields.iter().all(|field| field.field == "reason") => {
                Self::new(&format!("--{}", AdminError::Invalid(fields)))
            }
            error => Self::new(&error),
        }
    }
}

impl Output {
    /// Prints nothing yet.
    #[must_use]
    pub fn new(json: bool) -> Self {
        Self { json, unwritten: OnceLock::new() }
    }

    /// One result.
    pub fn say(&self, text: &str, value: &Value) {
        self.say_once(text, value, "the answer is lost");
    }

    /// A result with something that is shown this one time only: where nobody can read it, the failure says what to do.
    pub fn say_once(&self, text: &str, value: &Value, if_lost: &str) {
        let written = if self.json { print(&value.to_string()) } else { print(text) };
        self.note(written, if_lost);
    }

    /// Rows with their column names, or a JSON list of objects.
    pub fn table(&self, columns: &[&str], rows: &[Vec<String>]) {
        if self.json {
            let object = |row: &Vec<String>| -> Value {
                columns
                    .iter()
                    .zip(row)
                    .map(|(name, cell)| ((*name).to_owned(), json!(cell)))
                    .collect::<serde_json::Map<_, _>>()
                    .into()
            };
            return self.say("", &Value::Array(rows.iter().map(object).collect()));
        }
        let width = |n: usize| {
            rows.iter()
                .filter_map(|row| row.get(n))
                .map(|cell| cell.chars().count())
                .chain([columns[n].len()])
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns.len()).map(width).collect();
        let line = |cells: Vec<&str>| {
            let padded: Vec<String> =
                cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
            padded.join("  ").trim_end().to_owned()
        };
        let rows = rows.iter().map(|row| line(row.iter().map(String::as_str).collect()));
        let lines: Vec<String> = std::iter::once(line(columns.to_vec())).chain(rows).collect();
        self.say(&lines.join("\n"), &Value::Null);
    }

    /// Whether all that was said was written.
    ///
    /// # Errors
    /// It was not: nobody reads any more, or the disk is full.
    pub fn written(&self) -> Result<(), Failure> {
        self.unwritten.get().map_or(Ok(()), |reason| Err(Failure(reason.clone())))
    }

    fn note(&self, written: std::io::Result<()>, if_lost: &str) {
        if let Err(error) = written {
            let _ = self.unwritten.set(format!("{if_lost}: it can't be written: {}", error.kind()));
        }
    }

    /// A progress bar, on a terminal only.
    pub fn progress(&self, bar: impl FnOnce() -> ProgressBar, template: &str) -> ProgressBar {
        if self.json || !std::io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = bar();
        match ProgressStyle::with_template(template) {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        }
    }

    /// The one line of a failure.
    pub fn fail(&self, failure: &Failure) -> ExitCode {
        let line = failure.0.replace('\n', " ");
        if self.json {
            print_error(&json!({ "error": line }).to_string());
        } else {
            print_error(&format!("idp: {line}"));
        }
        ExitCode::from(1)
    }

    /// Several lines on standard error, then failure.
    pub fn fail_with_lines(&self, lines: &[String]) -> ExitCode {
        if self.json {
            print_error(&json!({ "errors": lines }).to_string());
        } else {
            for line in lines {
                print_error(line);
            }
        }
        ExitCode::from(1)
    }
}
