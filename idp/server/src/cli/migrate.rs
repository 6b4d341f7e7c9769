//! `idp migrate`

use super::output::{Failure, Output};
use crate::config::Settings;
use idp_store::Store;
use serde_json::json;

/// Brings the schema up to date.
pub async fn run(output: &Output, settings: &Settings) -> Result<(), Failure> {
    let ran = Store::open(settings.database_url.expose())?.migrate().await?;
    let text = match ran.len() {
        0 => "The schema was up to date.".to_owned(),
        n => format!("{n} migrations ran: {}", ran.join(", ")),
    };
    output.say(&text, &json!({ "ran": ran }));
    Ok(())
}
