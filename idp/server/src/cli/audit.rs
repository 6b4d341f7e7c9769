//! `idp audit verify | export`

use super::output::{Failure, Output};
use crate::adapters::data_keys::DataKeys;
use crate::adapters::key_ring::KeyRing;
use crate::admin::{Desk, audit};
use crate::config::Settings;
use clap::Subcommand;
use idp_domain::signing_key::SigningAlgorithm;
use idp_store::Store;
use indicatif::ProgressBar;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

/// What to do with the audit.
#[derive(Subcommand)]
pub enum Command {
    /// Follow the chain from its beginning, or check an export; fails at the first record that is missing or altered.
    Verify {
        /// An export rather than the database's chain; it is compared with the database too, unless --keys is given.
        #[arg(long, value_name = "FILE")]
        export: Option<PathBuf>,
        /// The published keys, as /jwks or /.well-known/signing-keys-log gave them: no database is needed then.
        #[arg(long, value_name = "FILE", requires = "export")]
        keys: Option<PathBuf>,
    },
    /// Write every sealed record, one on a line, and last the signed head.
    Export {
        /// The file; it must not be there yet.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
}

/// Does it.
pub async fn run(output: &Output, settings: &Settings, command: Command) -> Result<(), Failure> {
    match command {
        Command::Verify { export: Some(file), keys: Some(keys) } => {
            let keys = read_keys(&keys)?;
            let find =
                |kid: &str| keys.iter().find(|(name, _, _)| name == kid).map(|(_, a, jwk)| (*a, jwk.clone()));
            say_export(output, &audit::verify_export(open(&file)?, find)?);
            Ok(())
        }
        Command::Verify { export, .. } => verify(output, settings, export.as_deref()).await,
        Command::Export { to } => export(output, settings, &to).await,
    }
}

async fn verify(output: &Output, settings: &Settings, export: Option<&Path>) -> Result<(), Failure> {
    let now = super::clock().now();
    let store = Store::open(settings.database_url.expose())?;
    store.migrate().await?;
    let desk = Desk::of_operator(&store, now);
    if let Some(file) = export {
        let keys = DataKeys::load(&store, &settings.keys, now).await.map_err(|error| Failure::new(&error))?;
        let ring = KeyRing::load(&store, &keys.master, now).await.map_err(|error| Failure::new(&error))?;
        let view = audit::verify_export(open(file)?, |kid| ring.find_public(kid))?;
        audit::compare_export(&desk, open(file)?).await?;
        say_export(output, &view);
        return Ok(());
    }
    let bar = progress_bar(output, store.find_chain_head().await?.number);
    let view =
        audit::verify(&desk, |number| bar.set_position(u64::try_from(number).unwrap_or_default())).await;
    bar.finish_and_clear();
    let view = view?;
    if let Some(number) = view.broken_at {
        return Err(Failure::new(&format!(
            "the audit is broken at record {number}: it is missing or was altered"
        )));
    }
    let (records, unsealed, head) = (view.records, view.unsealed, &view.head);
    output.say(
        &format!("The audit is whole: {records} records, {unsealed} not yet sealed. Head: {head}"),
        &json!({"records": records, "unsealed": unsealed, "head": head}),
    );
    Ok(())
}

async fn export(output: &Output, settings: &Settings, to: &Path) -> Result<(), Failure> {
    let now = super::clock().now();
    let store = Store::open(settings.database_url.expose())?;
    store.migrate().await?;
    let keys = DataKeys::load(&store, &settings.keys, now).await.map_err(|error| Failure::new(&error))?;
    let ring = KeyRing::load(&store, &keys.master, now).await.map_err(|error| Failure::new(&error))?;
    let file = File::create_new(to)
        .map_err(|error| Failure::new(&format!("{}: it can't be made: {}", to.display(), error.kind())))?;
    let bar = progress_bar(output, store.find_chain_head().await?.number);
    let desk = Desk::of_operator(&store, now);
    let mut writer = BufWriter::new(&file);
    let failed = |error: std::io::Error| Failure::new(&format!("{}: {}", to.display(), error.kind()));
    let mut export = audit::Export::begin(&desk).await?;
    while let Some(lines) = export.next(&store, &ring, &settings.server.issuer).await? {
        writer.write_all(lines.as_bytes()).map_err(failed)?;
        bar.set_position(u64::try_from(export.records()).unwrap_or_default());
    }
    bar.finish_and_clear();
    writer.flush().map_err(failed)?;
    drop(writer);
    file.sync_all().map_err(failed)?;
    let records = export.records();
    let path = to.display().to_string();
    output.say(
        &format!("{records} records and their signed head are in {path}."),
        &json!({"records": records, "file": path}),
    );
    Ok(())
}

fn open(file: &Path) -> Result<BufReader<File>, Failure> {
    let opened = File::open(file);
    opened
        .map(BufReader::new)
        .map_err(|error| Failure::new(&format!("{}: it can't be read: {}", file.display(), error.kind())))
}

fn say_export(output: &Output, view: &audit::ExportView) {
    output.say(
        &format!(
            "The export of {} is whole: {} records, signed {}. Head: {}",
            view.issuer, view.records, view.signed, view.head
        ),
        &json!(view),
    );
}

/// The keys of a key set (RFC 7517), or those that the entries of the public log name.
fn read_keys(file: &Path) -> Result<Vec<(String, SigningAlgorithm, Jwk)>, Failure> {
    let bad = |problem: &str| Failure::new(&format!("{}: {problem}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| bad(&error.kind().to_string()))?;
    let document: Value = serde_json::from_str(&text).map_err(|_| bad("it is no JSON"))?;
    let jwks: Vec<Value> = if let Some(entries) = document["entries"].as_array() {
        entries.iter().filter_map(Value::as_str).filter_map(logged_jwk).collect()
    } else {
        let set: Result<JwkSet, _> = serde_json::from_value(document.clone());
        set.map_err(|_| bad("it is neither a key set nor the log of keys"))?;
        document["keys"].as_array().cloned().unwrap_or_default()
    };
    let key = |jwk: &Value| {
        let algorithm = SigningAlgorithm::parse(jwk["alg"].as_str()?)?;
        Some((jwk["kid"].as_str()?.to_owned(), algorithm, serde_json::from_value(jwk.clone()).ok()?))
    };
    Ok(jwks.iter().filter_map(key).collect())
}

/// The key that an entry of the log is about.
fn logged_jwk(entry: &str) -> Option<Value> {
    use base64::Engine;
    let payload = base64::prelude::BASE64_URL_SAFE_NO_PAD.decode(entry.split('.').nth(1)?).ok()?;
    Some(serde_json::from_slice::<Value>(&payload).ok()?["jwk"].clone())
}

fn progress_bar(output: &Output, records: i64) -> ProgressBar {
    let bar = || ProgressBar::new(u64::try_from(records).unwrap_or_default());
    output.progress(bar, "{bar:32} {percent:>3} %  {pos} records  {eta} left")
}
