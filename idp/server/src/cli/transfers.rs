//! `idp transfers list | verify`

use super::output::{Failure, Output, instant};
use crate::adapters::clock::Clock;
use crate::adapters::data_keys::DataKeys;
use crate::adapters::key_ring::KeyRing;
use crate::adapters::receipts;
use crate::config::Settings;
use clap::Subcommand;
use idp_domain::ids::TransferId;
use idp_domain::time::Timestamp;
use idp_domain::transfer::TransferChoice;
use idp_store::Store;
use serde_json::json;
use std::io::Read;
use std::path::PathBuf;

/// What to do with the decisions.
#[derive(Subcommand)]
pub enum Command {
    /// Every decision, oldest first.
    List,
    /// Check a receipt: its signature by our keys, and the decision on record.
    Verify {
        /// The file; `-` is standard input.
        file: PathBuf,
    },
}

const PAGE: i64 = 1000;
/// A receipt is far shorter.
const LONGEST: u64 = 64 * 1024;

/// Does it.
pub async fn run(output: &Output, settings: &Settings, command: Command) -> Result<(), Failure> {
    let store = Store::open(settings.database_url.expose())?;
    store.migrate().await?;
    match command {
        Command::List => list(output, &store).await,
        Command::Verify { file } => verify(output, settings, &store, &file).await,
    }
}

async fn list(output: &Output, store: &Store) -> Result<(), Failure> {
    let mut rows = Vec::new();
    let mut after: Option<(Timestamp, TransferId)> = None;
    loop {
        let page = store.list_transfer_decisions(after.take(), PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some((last.decided_at, last.id.clone()));
        rows.extend(page.into_iter().map(|decision| {
            let (choice, one_key) = match decision.choice {
                TransferChoice::Transferred(one_key) => ("transferred", one_key.to_string()),
                TransferChoice::Declined => ("declined", String::new()),
            };
            vec![
                decision.id.to_string(),
                choice.to_owned(),
                decision.account.to_string(),
                one_key,
                decision.client.to_string(),
                instant(decision.decided_at),
            ]
        }));
    }
    output.table(&["id", "decision", "account", "onekey_account", "asked_by", "decided"], &rows);
    Ok(())
}

async fn verify(
    output: &Output,
    settings: &Settings,
    store: &Store,
    file: &std::path::Path,
) -> Result<(), Failure> {
    let mut text = String::new();
    let unread = |error: std::io::Error| {
        Failure::new(&format!("{}: it can't be read: {}", file.display(), error.kind()))
    };
    if file.as_os_str() == "-" {
        std::io::stdin().take(LONGEST).read_to_string(&mut text).map_err(unread)?;
    } else {
        let opened = std::fs::File::open(file).map_err(unread)?;
        opened.take(LONGEST).read_to_string(&mut text).map_err(unread)?;
    }
    let now = Clock::system().now();
    let data = DataKeys::load(store, &settings.keys, now).await.map_err(|error| Failure::new(&error))?;
    let keys = KeyRing::load(store, &data.master, now).await.map_err(|error| Failure::new(&error))?;
    let text: String = text.split_whitespace().collect();
    let Some(claims) = receipts::verify(&keys, store, &settings.server.issuer, &text).await? else {
        return Err(Failure::new(&"this is not a receipt of ours, or it was changed"));
    };
    let value = serde_json::to_value(&claims).map_err(|error| Failure::new(&error))?;
    let at = instant(Timestamp::from_seconds(claims.iat));
    let decision = value.get("decision").and_then(|word| word.as_str()).unwrap_or_default();
    output.say(
        &format!("genuine: {} {decision} at {at}", claims.jti),
        &json!({"genuine": true, "receipt": value}),
    );
    Ok(())
}
