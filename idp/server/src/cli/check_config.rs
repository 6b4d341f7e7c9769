//! `idp check-config`: every mistake with its place.

use super::output::Output;
use crate::config::{Mistake, Settings};
use serde_json::json;
use std::process::ExitCode;

/// Says all that is wrong.
pub fn refuse(output: &Output, mistakes: &[Mistake]) -> ExitCode {
    let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    output.fail_with_lines(&lines)
}

/// Says that nothing is.
pub fn accept(output: &Output, settings: &Settings) {
    let issuer = &settings.server.issuer;
    output.say(&format!("The settings are good. Issuer: {issuer}"), &json!({"ok": true, "issuer": issuer}));
}
