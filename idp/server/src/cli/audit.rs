//! `idp audit verify`

use super::output::{Failure, Output};
use crate::config::Settings;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use clap::Subcommand;
use idp_domain::audit::ChainHead;
use idp_store::Store;
use serde_json::json;

/// What to do with the audit.
#[derive(Subcommand)]
pub enum Command {
    /// Follow the chain from its beginning; fails at the first missing or altered record.
    Verify,
}

const PAGE: i64 = 1000;

/// Does it.
pub async fn run(output: &Output, settings: &Settings, command: Command) -> Result<(), Failure> {
    let store = Store::open(settings.database_url.expose())?;
    store.migrate().await?;
    match command {
        Command::Verify => verify(output, &store).await,
    }
}

async fn verify(output: &Output, store: &Store) -> Result<(), Failure> {
    let mut head = ChainHead::genesis();
    loop {
        let records = store.list_sealed_records(head.number, PAGE).await?;
        for record in &records {
            head.follow(record).map_err(|number| {
                Failure::new(&format!("the audit is broken at record {number}: it is missing or was altered"))
            })?;
        }
        if records.is_empty() {
            break;
        }
    }
    let unsealed = store.count_unsealed_records().await?;
    let hash = BASE64_URL_SAFE_NO_PAD.encode(&head.hash);
    output.say(
        &format!("The audit is whole: {} records, {unsealed} not yet sealed. Head: {hash}", head.number),
        &json!({"records": head.number, "unsealed": unsealed, "head": hash}),
    );
    Ok(())
}
