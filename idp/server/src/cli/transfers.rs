//! `idp transfers list | count | conflicts | verify`

use super::output::{Failure, Output, instant};
use crate::adapters::data_keys::DataKeys;
use crate::adapters::key_ring::KeyRing;
use crate::adapters::receipts;
use crate::admin::{Desk, transfers};
use crate::config::Settings;
use clap::Subcommand;
use idp_domain::time::Timestamp;
use idp_store::Store;
use serde_json::json;
use std::io::Read;
use std::path::PathBuf;

/// What to do with the decisions.
#[derive(Subcommand)]
pub enum Command {
    /// Every decision, oldest first.
    List,
    /// How many each day and at which service, and who has not decided; of the last 30 days.
    Count {
        /// From when (RFC 3339).
        #[arg(long)]
        from: Option<String>,
        /// Until before when (RFC 3339).
        #[arg(long)]
        to: Option<String>,
    },
    /// The newest transfers that were refused after the right password.
    Conflicts,
    /// Check a receipt: its signature by our keys, and the decision on record.
    Verify {
        /// The file; `-` is standard input.
        file: PathBuf,
    },
}

/// A receipt is far shorter.
const LONGEST: u64 = 64 * 1024;

/// Does it.
pub async fn run(output: &Output, settings: &Settings, command: Command) -> Result<(), Failure> {
    let store = Store::open(settings.database_url.expose())?;
    store.migrate().await?;
    match command {
        Command::List => list(output, &store).await,
        Command::Count { from, to } => count(output, &store, from.as_deref(), to.as_deref()).await,
        Command::Conflicts => conflicts(output, &store).await,
        Command::Verify { file } => verify(output, settings, &store, &file).await,
    }
}

async fn list(output: &Output, store: &Store) -> Result<(), Failure> {
    let desk = Desk::of_operator(store, super::clock().now());
    let mut rows = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let page = transfers::list(&desk, after.as_deref()).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id.clone());
        rows.extend(page.into_iter().map(|one| {
            let one_key = one.onekey_account.unwrap_or_default();
            vec![one.id, one.decision.to_owned(), one.account, one_key, one.asked_by, one.decided]
        }));
    }
    output.table(&["id", "decision", "account", "onekey_account", "asked_by", "decided"], &rows);
    Ok(())
}

async fn count(output: &Output, store: &Store, from: Option<&str>, to: Option<&str>) -> Result<(), Failure> {
    let desk = Desk::of_operator(store, super::clock().now());
    let view = transfers::count(&desk, from, to).await?;
    if output.json {
        output.say("", &json!(view));
        return Ok(());
    }
    let days = view.days.into_iter().map(|one| {
        let counts = [one.transferred, one.declined, one.failed].map(|count| count.to_string());
        [one.day, one.service].into_iter().chain(counts).chain([String::new()]).collect()
    });
    let undecided = view.undecided.into_iter().map(|one| {
        let blank = String::new;
        vec!["now".to_owned(), one.service, blank(), blank(), blank(), one.accounts.to_string()]
    });
    let rows: Vec<Vec<String>> = days.chain(undecided).collect();
    output.table(&["day", "service", "transferred", "declined", "failed", "undecided"], &rows);
    Ok(())
}

async fn conflicts(output: &Output, store: &Store) -> Result<(), Failure> {
    let desk = Desk::of_operator(store, super::clock().now());
    let rows: Vec<Vec<String>> = transfers::conflicts(&desk, None)
        .await?
        .into_iter()
        .map(|one| {
            let other = one.carried_over_to.unwrap_or_default();
            vec![one.at, one.account, one.onekey_account, one.asked_by, other]
        })
        .collect();
    output.table(&["at", "account", "onekey_account", "asked_by", "carried_over_to"], &rows);
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
    let now = super::clock().now();
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
