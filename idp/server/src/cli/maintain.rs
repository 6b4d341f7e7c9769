//! `idp maintain`: once what the server also does by itself on a timer, for expired data and accounts that nobody uses.

use super::output::{Failure, Output};
use crate::adapters::{retention_worker, workers};
use crate::app::App;
use crate::config::Settings;
use indicatif::ProgressBar;
use serde_json::json;

/// Does it.
pub async fn run(output: &Output, settings: Settings) -> Result<(), Failure> {
    let app = App::start(settings, super::clock()).await.map_err(|error| Failure::new(&error))?;
    let spinner = || {
        let bar = ProgressBar::new_spinner();
        bar.enable_steady_tick(std::time::Duration::from_millis(100));
        bar
    };
    let bar = output.progress(spinner, "{spinner} {elapsed}  {msg}");
    bar.set_message("ending sessions");
    let sessions = workers::end_expired_sessions(&app).await?;
    bar.set_message("deleting expired data");
    let rows = workers::delete_expired(&app).await?;
    bar.set_message("looking at unused accounts");
    let retention = retention_worker::run(&app, |counts| {
        bar.set_message(format!(
            "{} unused accounts looked at, {} notices written, {} accounts deleted",
            counts.looked_at, counts.notices, counts.deleted
        ));
    })
    .await?;
    workers::seal_audit(&app).await?;
    bar.finish_and_clear();
    output.say(
        &format!(
            "{sessions} sessions ended, {rows} expired rows deleted; {} unused accounts looked at, {} notices written, {} accounts deleted.",
            retention.looked_at, retention.notices, retention.deleted
        ),
        &json!({
            "sessions_ended": sessions,
            "rows_deleted": rows,
            "unused_accounts": retention.looked_at,
            "notices_written": retention.notices,
            "accounts_deleted": retention.deleted,
        }),
    );
    Ok(())
}
