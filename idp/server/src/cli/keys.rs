//! `idp keys list | rotate | revoke | rewrap`

use super::output::{Failure, Output};
use crate::adapters::data_keys::{DataKeys, MasterKeys, Sealer, parse_master_key};
use crate::adapters::key_ring::KeyRing;
use crate::admin::keys::{KeyTools, KeyView, RotationView};
use crate::admin::{self, Desk};
use crate::config::Settings;
use clap::Subcommand;
use idp_domain::secret::Secret;
use idp_domain::signing_key::SigningAlgorithm;
use idp_domain::time::Timestamp;
use idp_store::{Rewrapped, Store, StoreError};
use serde_json::json;
use std::path::{Path, PathBuf};

/// What to do with the signing keys.
#[derive(Subcommand)]
pub enum Command {
    /// Each key with its state and times.
    List,
    /// Promote the next key of each algorithm, once it has been published long enough.
    Rotate {
        /// Only this algorithm: RS256, PS256, ES256 or `EdDSA`.
        #[arg(long, value_parser = algorithm)]
        alg: Option<SigningAlgorithm>,
        /// Shorten `keys.publish_ahead`, never below `keys.jwks_max_age`.
        #[arg(long, requires = "reason")]
        now: bool,
        /// Why, for the audit.
        #[arg(long, requires = "now")]
        reason: Option<String>,
    },
    /// Publish a private key that was made elsewhere as the next one of an algorithm.
    Import {
        /// PEM (PKCS#8, PKCS#1 or SEC 1) or a JWK.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// RS256, PS256, ES256 or `EdDSA`.
        #[arg(long, value_parser = algorithm)]
        alg: SigningAlgorithm,
        /// Why, for the audit.
        #[arg(long)]
        reason: String,
    },
    /// In an emergency: trust a key no more, at once. If it was signing, the next one signs in its place.
    Revoke {
        /// Its kid, as `keys list` shows it.
        kid: String,
        /// Why, for the audit.
        #[arg(long)]
        reason: String,
    },
    /// Wrap every key and secret anew under another master key, while the servers run.
    Rewrap {
        /// A file with the new key: 32 bytes in base64.
        #[arg(long, value_name = "FILE")]
        new_master_key_file: PathBuf,
    },
}

fn algorithm(text: &str) -> Result<SigningAlgorithm, String> {
    SigningAlgorithm::parse(text).ok_or_else(|| "RS256, PS256, ES256 or EdDSA".to_owned())
}

/// Does it.
pub async fn run(output: &Output, settings: &Settings, command: Command) -> Result<(), Failure> {
    let now = super::clock().now();
    let store = Store::open(settings.database_url.expose())?;
    store.migrate().await?;
    let keys = DataKeys::load(&store, &settings.keys, now).await.map_err(|error| Failure::new(&error))?;
    // A command on a fresh database makes the first keys, as the server would.
    KeyRing::load(&store, &keys.master, now).await.map_err(|error| Failure::new(&error))?;
    let desk = Desk::of_operator(&store, now);
    let tools =
        KeyTools { master: &keys.master, schedule: settings.keys.schedule, issuer: &settings.server.issuer };
    match command {
        Command::List => list(output, &desk).await,
        Command::Rotate { alg, now: early, reason } => {
            let done = admin::keys::rotate(&desk, tools, alg, early, reason.as_deref()).await?;
            tell_rotation(output, &done)
        }
        Command::Import { file, alg, reason } => import(output, &desk, tools, &file, (alg, &reason)).await,
        Command::Revoke { kid, reason } => {
            let done = admin::keys::revoke(&desk, tools, &kid, &reason).await?;
            let next = done.active.as_ref().map(|next| format!(" {next} signs from now on."));
            let text = format!(
                "{kid} is revoked: what it signed is no longer taken here.{}",
                next.unwrap_or_default()
            );
            output.say(&text, &json!(done));
            Ok(())
        }
        Command::Rewrap { new_master_key_file } => {
            rewrap(output, &store, &keys.master, &new_master_key_file, now).await
        }
    }
}

/// What was done is told in any case; what was not is the failure.
fn tell_rotation(output: &Output, done: &[RotationView]) -> Result<(), Failure> {
    let mut early = Vec::new();
    for RotationView { algorithm, active, published_until } in done {
        match (active, published_until) {
            (Some(kid), _) => output.say(
                &format!("{algorithm}: {kid} signs from now on."),
                &json!({"algorithm": algorithm, "active": kid}),
            ),
            (None, Some(until)) => early.push(format!("{algorithm} until {until}")),
            (None, None) => early.push(format!("{algorithm}: another node was faster")),
        }
    }
    if early.is_empty() {
        return Ok(());
    }
    Err(Failure::new(&format!("the next key must be published first: {}", early.join(", "))))
}

async fn import(
    output: &Output,
    desk: &Desk<'_>,
    tools: KeyTools<'_>,
    file: &Path,
    (algorithm, why): (SigningAlgorithm, &str),
) -> Result<(), Failure> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::new(&format!("{}: it can't be read: {}", file.display(), error.kind())))?;
    let done = admin::keys::import(desk, tools, algorithm, &Secret::new(text), why).await?;
    let text = format!(
        "{} is published as the next {} key; it may sign from {}. Destroy the file.",
        done.published, done.algorithm, done.ready
    );
    output.say(&text, &json!(done));
    Ok(())
}

/// How often an exchange begins anew because a key came in between.
const REWRAP_TRIES: usize = 5;

async fn rewrap(
    output: &Output,
    store: &Store,
    master: &MasterKeys,
    file: &Path,
    now: Timestamp,
) -> Result<(), Failure> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::new(&format!("{}: it can't be read: {}", file.display(), error.kind())))?;
    let key = parse_master_key(&Secret::new(text)).ok_or_else(|| {
        Failure::new(&"the new master key must be 32 bytes in base64: openssl rand -base64 32")
    })?;
    let new = Sealer::new(&key).map_err(|error| Failure::new(&error))?;
    for _ in 0..REWRAP_TRIES {
        let signing_keys = store.list_signing_keys().await?.into_iter().map(|key| (key.kid, key.private_key));
        let keys = signing_keys.map(|(name, sealed)| wrap_anew(master, &new, name, sealed));
        let keys = keys.collect::<Result<Vec<_>, _>>()?;
        let secrets = store.list_wrapped_secrets().await?.into_iter();
        let secrets = secrets.map(|(name, sealed)| wrap_anew(master, &new, name, sealed));
        let secrets = secrets.collect::<Result<Vec<_>, _>>()?;
        let changed = keys.iter().chain(&secrets).filter(|value| value.from != value.to).count();
        if changed == 0 {
            let text = "Everything rests under this key already.";
            output.say(text, &json!({ "rewrapped": 0 }));
            return Ok(());
        }
        match store.rewrap(keys, secrets, now).await {
            Ok(true) => {
                let text =
                    format!("{changed} values rest under the new master key: put it into keys.master_key.");
                output.say(&text, &json!({ "rewrapped": changed }));
                return Ok(());
            }
            Ok(false) | Err(StoreError::Busy) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Failure::new(&"keys were changed at the same time; nothing was done: try again"))
}

/// A value under the new key; one that rests under it already stays as it is.
fn wrap_anew(master: &MasterKeys, new: &Sealer, name: String, from: Vec<u8>) -> Result<Rewrapped, Failure> {
    if new.open(&name, &from).is_ok() {
        return Ok(Rewrapped { to: from.clone(), name, from });
    }
    let plain = master.open(&name, &from).map_err(|error| Failure::new(&format!("{name}: {error}")))?;
    let to = new.seal(&name, &plain).map_err(|error| Failure::new(&error))?;
    Ok(Rewrapped { name, from, to })
}

async fn list(output: &Output, desk: &Desk<'_>) -> Result<(), Failure> {
    let keys = admin::keys::list(desk).await?;
    let rows: Vec<Vec<String>> = keys
        .iter()
        .map(KeyView::from)
        .map(|key| {
            let time = Option::unwrap_or_default;
            let (algorithm, state) = (key.algorithm.to_owned(), key.state.to_owned());
            let ended = [key.activated, key.retired, key.removed, key.revoked].map(time);
            [key.kid, algorithm, state, key.published].into_iter().chain(ended).collect()
        })
        .collect();
    output.table(
        &["kid", "algorithm", "state", "published", "activated", "retired", "removed", "revoked"],
        &rows,
    );
    Ok(())
}
