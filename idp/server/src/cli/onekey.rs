//! `idp onekey import | mode`

use super::output::{Failure, Output};
use crate::adapters::data_keys::DataKeys;
use crate::admin::settings::SettingOrder;
use crate::admin::{Desk, settings};
use crate::config::Settings;
use crate::directory_import::file::DirectoryFile;
use crate::directory_import::{Counts, Import, Rejects};
use clap::Subcommand;
use idp_domain::one_key::OneKeyMode;
use idp_store::Store;
use indicatif::ProgressBar;
use serde_json::json;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

/// What to do with ONE-key.
#[derive(Subcommand)]
pub enum Command {
    /// Load the old directory from a CSV or NDJSON file. It can be run again at any time.
    Import {
        /// The file.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Where the lines that become no account go, with the reason; FILE.rejects.csv if not given. A pipe needs it.
        #[arg(long, value_name = "PATH")]
        rejects: Option<PathBuf>,
    },
    /// Show the mode, or set it for all nodes at once.
    Mode {
        /// `open`, `transfer-only` or `retired`; without it the mode is shown.
        #[arg(value_parser = one_key_mode)]
        mode: Option<OneKeyMode>,
    },
}

fn one_key_mode(text: &str) -> Result<OneKeyMode, String> {
    OneKeyMode::parse(text).ok_or_else(|| "open, transfer-only or retired".to_owned())
}

/// Does it.
pub async fn run(output: &Output, settings: &Settings, command: Command) -> Result<(), Failure> {
    match command {
        Command::Import { file, rejects } => {
            let Some(rejects) = rejects.or_else(|| beside(&file)) else {
                return Err(Failure::new(
                    &"the lines come from no file: say by --rejects where rejected ones go",
                ));
            };
            import(output, settings, &file, &rejects).await
        }
        Command::Mode { mode } => set_mode(output, settings, mode).await,
    }
}

/// The rejects file of a directory's file: beside it. A pipe has no place of its own.
fn beside(file: &Path) -> Option<PathBuf> {
    if file.exists() && !file.is_file() {
        return None;
    }
    let mut path = file.as_os_str().to_owned();
    path.push(".rejects.csv");
    Some(path.into())
}

async fn set_mode(output: &Output, given: &Settings, mode: Option<OneKeyMode>) -> Result<(), Failure> {
    let store = Store::open(given.database_url.expose())?;
    store.migrate().await?;
    let desk = Desk::of_operator(&store, super::clock().now());
    let view = match mode {
        Some(mode) => {
            let order = SettingOrder { value: Some(mode.as_str()), seen: None, why: None };
            settings::set(&desk, given, "onekey.mode", order).await?
        }
        None => settings::show(&desk, given, "onekey.mode").await?,
    };
    output.say(&view.value, &json!({"mode": view.value, "from": view.from}));
    Ok(())
}

async fn import(output: &Output, settings: &Settings, path: &Path, rejects: &Path) -> Result<(), Failure> {
    let at =
        |path: &Path, error: &dyn std::fmt::Display| Failure::new(&format!("{}: {error}", path.display()));
    let opened =
        File::open(path).map_err(|error| at(path, &format!("it can't be read: {}", error.kind())))?;
    let size = opened.metadata().ok().filter(std::fs::Metadata::is_file).map(|file| file.len());
    let file = DirectoryFile::open(BufReader::with_capacity(256 * 1024, opened))
        .map_err(|error| at(path, &error))?;
    let now = super::clock().now();
    let store = Store::open(settings.database_url.expose())?;
    store.migrate().await?;
    let keys = DataKeys::load(&store, &settings.keys, now).await.map_err(|error| Failure::new(&error))?;
    let begun = Rejects::begin(rejects).map_err(|error| at(rejects, &error))?;
    let template = match size {
        Some(_) => "{bar:32} {percent:>3} %  {msg}  {eta} left",
        None => "{spinner} {bytes}  {msg}",
    };
    let bar = output.progress(|| size.map_or_else(ProgressBar::no_length, ProgressBar::new), template);
    let import = Import::begin(&store, &keys, begun, now).await.map_err(|error| at(path, &error))?;
    let done = import
        .run(file, |bytes, counts| {
            bar.set_position(bytes);
            bar.set_message(format!("{} added, {} rejected", counts.added, counts.rejected));
        })
        .await;
    bar.finish_and_clear();
    report(output, &done.map_err(|error| at(path, &error))?, rejects);
    Ok(())
}

fn report(output: &Output, counts: &Counts, rejects: &Path) {
    let Counts { added, unchanged, rejected } = *counts;
    let rejects = rejects.display().to_string();
    let done = if added == 0 { "Nothing was changed" } else { "The directory was imported" };
    let reasons = if rejected == 0 { String::new() } else { format!(" The reasons are in {rejects}.") };
    output.say(
        &format!("{done}: {added} added, {unchanged} imported before, {rejected} rejected.{reasons}"),
        &json!({
            "lines": counts.lines(),
            "added": added,
            "unchanged": unchanged,
            "rejected": rejected,
            "rejects": rejects,
        }),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejected_lines_go_beside_a_file_and_nowhere_by_themselves_for_a_pipe() {
        assert_eq!(beside(Path::new("old.csv")), Some(PathBuf::from("old.csv.rejects.csv")));
        assert_eq!(beside(Path::new("/dev/null")), None);
    }
}
