//! `idp services apply | export`: services from files, and to one.

use super::read;
use crate::admin::services::{AppliedService, Plan, PlannedService, SecretFate};
use crate::cli::output::{Failure, Output};
use idp_domain::secret::Secret;
use serde_json::{Value, json};
use std::fmt::Write;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The `.toml` files of a folder, by name; or the one file.
pub fn read_all(path: &Path) -> Result<Vec<(String, String)>, Failure> {
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if path.is_file() {
        return Ok(vec![(name(path), read(path)?)]);
    }
    let unreadable = |error: std::io::Error| {
        Failure::new(&format!("{}: it can't be read: {}", path.display(), error.kind()))
    };
    let mut paths: Vec<PathBuf> = std::fs::read_dir(path)
        .map_err(unreadable)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()
        .map_err(unreadable)?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    if paths.is_empty() {
        return Err(Failure::new(&format!("{}: there is no .toml file", path.display())));
    }
    paths.iter().map(|path| Ok((name(path), read(path)?))).collect()
}

/// Says what would be done.
pub fn tell_plan(output: &Output, plan: &Plan) {
    let mut text: String = plan.services.iter().map(told).collect();
    let _ = write!(text, "Nothing was changed: this was a dry run. Its plan: {}", plan.plan);
    output.say(&text, &json!(plan));
}

/// Says what was done.
pub fn tell_applied(output: &Output, done: &[AppliedService]) {
    let mut text = String::new();
    for AppliedService { planned, secret } in done {
        text.push_str(&told(planned));
        if let Some(secret) = secret {
            let _ = writeln!(text, "  client_secret: {}", secret.expose());
        }
    }
    text.push_str("Done.");
    let lost = if done.iter().any(|applied| applied.secret.is_some()) {
        "the services are registered, but their secrets are lost, and `idp services rotate-secret` makes one more each"
    } else {
        "the answer is lost"
    };
    output.say_once(&text, &json!({"services": done.iter().map(value).collect::<Vec<_>>()}), lost);
}

/// A service that was applied, with its secret where one is told.
fn value(applied: &AppliedService) -> Value {
    let mut value = json!(applied.planned);
    value["client_secret"] = applied.secret.as_ref().map(Secret::expose).into();
    value
}

fn told(service: &PlannedService) -> String {
    let shown = |value: &Option<Value>| value.as_ref().map_or("–".to_owned(), Value::to_string);
    let word = match (service.new, service.is_due()) {
        (true, _) => "new",
        (false, false) => "unchanged",
        (false, true) => "changed",
    };
    let mut text = format!("{} ({}): {word}\n", service.client_id, service.file);
    for change in service.changes.iter().filter(|_| !service.new) {
        let _ = writeln!(text, "  {}: {} → {}", change.field, shown(&change.before), shown(&change.after));
    }
    match service.secret {
        SecretFate::Stays | SecretFate::None => {}
        SecretFate::Made => text.push_str("  a secret is made\n"),
        SecretFate::FromFile => text.push_str("  the file's secret takes the place of all\n"),
        SecretFate::Ends => text.push_str("  its secrets end\n"),
    }
    text
}

/// Writes an export.
pub fn write(output: &Output, text: &str, to: Option<&Path>) -> Result<(), Failure> {
    let Some(path) = to else {
        output.say(text.trim_end(), &json!({"file": text}));
        return Ok(());
    };
    let failed = |error: std::io::Error| {
        Failure::new(&format!("{}: it can't be made: {}", path.display(), error.kind()))
    };
    let mut file = File::create_new(path).map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
    let path = path.display().to_string();
    output.say(&format!("The services are in {path}."), &json!({"file": path}));
    Ok(())
}
