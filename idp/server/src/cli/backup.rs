//! `idp backup FILE`: a copy of the embedded database while the server runs.

use super::output::{Failure, Output};
use crate::admin::{Desk, backups, instant};
use crate::config::Settings;
use idp_store::Store;
use serde_json::json;
use std::path::Path;

/// Makes it.
pub async fn run(output: &Output, settings: &Settings, file: &Path) -> Result<(), Failure> {
    let store = Store::open(settings.database_url.expose())?;
    store.migrate().await?;
    let desk = Desk::of_operator(&store, super::clock().now());
    backups::back_up(&desk, file.to_owned()).await?;
    let (made, file) = (instant(desk.now), file.display().to_string());
    let text =
        format!("{file} holds the database as it is at {made}. It is of no use without the master key.");
    output.say(&text, &json!({ "file": file, "made_at": made }));
    Ok(())
}
