//! `idp keys list | rotate`

use super::output::{Failure, Output, instant};
use crate::adapters::clock::Clock;
use crate::adapters::data_keys::DataKeys;
use crate::adapters::key_ring::{KeyRing, Rotation, rotate};
use crate::config::Settings;
use clap::Subcommand;
use idp_domain::signing_key::SigningAlgorithm;
use idp_store::Store;
use serde_json::json;

/// What to do with the signing keys.
#[derive(Subcommand)]
pub enum Command {
    /// Each key with its state and times.
    List,
    /// Promote the next key of each algorithm, once it has been published long enough.
    Rotate {
        /// Only this algorithm: RS256, ES256 or `EdDSA`.
        #[arg(long, value_parser = algorithm)]
        alg: Option<SigningAlgorithm>,
        /// Shorten `keys.publish_ahead`, never below `keys.jwks_max_age`.
        #[arg(long, requires = "reason")]
        now: bool,
        /// Why, for the audit.
        #[arg(long, requires = "now")]
        reason: Option<String>,
    },
}

fn algorithm(text: &str) -> Result<SigningAlgorithm, String> {
    SigningAlgorithm::parse(text).ok_or_else(|| "RS256, ES256 or EdDSA".to_owned())
}

/// Does it.
pub async fn run(output: &Output, settings: &Settings, command: Command) -> Result<(), Failure> {
    let now = Clock::system().now();
    let store = Store::open(settings.database_url.expose())?;
    store.migrate().await?;
    let keys =
        DataKeys::load(&store, &settings.keys.master_key, now).await.map_err(|error| Failure::new(&error))?;
    // A command on a fresh database makes the first keys, as the server would.
    KeyRing::load(&store, &keys.master, now).await.map_err(|error| Failure::new(&error))?;
    match command {
        Command::List => list(output, &store).await,
        Command::Rotate { alg, reason, .. } => {
            if reason.as_ref().is_some_and(|reason| reason.trim().is_empty() || reason.chars().count() > 200)
            {
                return Err(Failure::new(&"--reason must have 1 to 200 characters"));
            }
            let algorithms = alg.map_or(SigningAlgorithm::ALL.to_vec(), |algorithm| vec![algorithm]);
            let mut early = Vec::new();
            for algorithm in algorithms {
                let schedule = &settings.keys.schedule;
                let done = rotate(&store, &keys.master, schedule, algorithm, reason.clone(), now).await;
                match done.map_err(|error| Failure::new(&error))? {
                    Rotation::Promoted(kid) => output.say(
                        &format!("{algorithm}: {kid} signs from now on."),
                        &json!({"algorithm": algorithm.as_str(), "active": kid}),
                    ),
                    Rotation::TooEarly(at) => early.push(format!("{algorithm} until {}", instant(at))),
                    Rotation::Overtaken => early.push(format!("{algorithm}: another node was faster")),
                }
            }
            if early.is_empty() {
                Ok(())
            } else {
                Err(Failure::new(&format!("the next key must be published first: {}", early.join(", "))))
            }
        }
    }
}

async fn list(output: &Output, store: &Store) -> Result<(), Failure> {
    let time = |at: Option<idp_domain::time::Timestamp>| at.map(instant).unwrap_or_default();
    let rows: Vec<Vec<String>> = store
        .list_signing_keys()
        .await?
        .into_iter()
        .map(|key| {
            vec![
                key.kid,
                key.algorithm.to_string(),
                key.state.as_str().to_owned(),
                instant(key.published_at),
                time(key.activated_at),
                time(key.retired_at),
                time(key.removed_at),
            ]
        })
        .collect();
    output.table(&["kid", "algorithm", "state", "published", "activated", "retired", "removed"], &rows);
    Ok(())
}
