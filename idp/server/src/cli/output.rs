//! What a command prints: a table for people, JSON for programs, one line for a failure.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the command line's own output")]

use crate::admin::AdminError;
pub use crate::admin::instant;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use std::io::{ErrorKind, IsTerminal, Write};
use std::process::ExitCode;

/// How to print.
pub struct Output {
    /// JSON rather than text.
    pub json: bool,
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

/// One line. A reader that has seen enough (`idp keys list | head -1`) is no mistake; the act is done and on record.
fn print(line: &dyn std::fmt::Display) {
    match writeln!(std::io::stdout(), "{line}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            eprintln!("idp: what it says can't be written: {error}");
        }
        _ => {}
    }
}

impl Output {
    /// One result.
    pub fn say(&self, text: &str, value: &Value) {
        if self.json {
            print(value);
        } else {
            print(&text);
        }
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
            print(&Value::Array(rows.iter().map(object).collect()));
            return;
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
            print(&padded.join("  ").trim_end());
        };
        line(columns.to_vec());
        for row in rows {
            line(row.iter().map(String::as_str).collect());
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
            eprintln!("{}", json!({ "error": line }));
        } else {
            eprintln!("idp: {line}");
        }
        ExitCode::from(1)
    }

    /// Several lines on standard error, then failure.
    pub fn fail_with_lines(&self, lines: &[String]) -> ExitCode {
        if self.json {
            eprintln!("{}", json!({ "errors": lines }));
        } else {
            for line in lines {
                eprintln!("{line}");
            }
        }
        ExitCode::from(1)
    }
}
