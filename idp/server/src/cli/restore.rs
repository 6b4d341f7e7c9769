//! `idp restore FILE`: puts a copy in the place of the embedded database. `--in-place` does what follows for a database that
//! other tools brought back, such as PostgreSQL's `pg_restore`.

use super::output::{Failure, Output};
use crate::adapters::data_keys::DataKeys;
use crate::admin::keys::KeyTools;
use crate::admin::{AdminError, Desk, backups, instant};
use crate::config::Settings;
use clap::Args;
use idp_domain::administration::Authority;
use idp_domain::time::Timestamp;
use idp_store::backup::{BackupError, forget, put_in_place, settle, take_out};
use idp_store::{RestoreCounts, Store};
use serde_json::json;
use std::path::{Path, PathBuf};

/// What to bring back.
#[derive(Args)]
pub struct Restore {
    /// The copy that `idp backup` made.
    #[arg(value_name = "FILE", required_unless_present = "in_place")]
    file: Option<PathBuf>,
    /// The database was brought back by other means: only end what it must not honour any more.
    #[arg(long, conflicts_with = "file")]
    in_place: bool,
    /// Why, for the audit.
    #[arg(long)]
    reason: Option<String>,
}

/// What was done.
struct Done {
    made_at: Option<Timestamp>,
    counts: RestoreCounts,
    repeated: Option<usize>,
    before: Option<PathBuf>,
}

/// Does it.
pub async fn run(output: &Output, settings: &Settings, restore: Restore) -> Result<(), Failure> {
    let why = restore.reason.as_deref();
    let done = if let Some(file) = &restore.file {
        from_file(settings, file, why).await?
    } else {
        let store = Store::open(settings.database_url.expose())?;
        let (counts, _) = begin_anew(&store, settings, None, why, None).await?;
        Done { made_at: None, counts, repeated: None, before: None }
    };
    tell(output, &done);
    Ok(())
}

async fn from_file(settings: &Settings, file: &Path, why: Option<&str>) -> Result<Done, Failure> {
    let url = settings.database_url.expose();
    let Some(target) = url.strip_prefix("sqlite://").map(Path::new) else {
        let text =
            "the database is PostgreSQL's: bring it back by pg_restore, then run idp restore --in-place";
        return Err(Failure::new(&text));
    };
    if target.exists() {
        settle(target).map_err(AdminError::from)?;
    }
    let mut copy = target.as_os_str().to_owned();
    copy.push(".restoring");
    let copy = PathBuf::from(copy);
    // What an earlier try may have left.
    forget(&copy);
    let done = bring_back(settings, file, &copy, target, why).await;
    if done.is_err() {
        forget(&copy);
    }
    done
}

async fn bring_back(
    settings: &Settings,
    file: &Path,
    copy: &Path,
    target: &Path,
    why: Option<&str>,
) -> Result<Done, Failure> {
    let made_at = Some(take_out(file, copy).map_err(AdminError::from)?);
    let store = Store::open(&format!("sqlite://{}", copy.display()))?;
    let replaced = target.exists().then_some(target);
    let (counts, repeated) = begin_anew(&store, settings, made_at, why, replaced).await?;
    drop(store);
    let (copy, target) = (copy.to_owned(), target.to_owned());
    let now = super::clock().now();
    let placed = tokio::task::spawn_blocking(move || put_in_place(&copy, &target, now)).await;
    let before = placed
        .map_err(|error| Failure::new(&error))?
        .map_err(|error: BackupError| Failure::from(AdminError::from(error)))?;
    Ok(Done { made_at, counts, repeated, before })
}

/// Ends what must end, and decides on transfers as the database that is replaced says; how many it had more, or nothing where it
/// can't be read.
async fn begin_anew(
    store: &Store,
    settings: &Settings,
    made_at: Option<Timestamp>,
    why: Option<&str>,
    replaced: Option<&Path>,
) -> Result<(RestoreCounts, Option<usize>), Failure> {
    store.migrate().await?;
    let now = super::clock().now();
    let keys = DataKeys::load(store, &settings.keys, now).await.map_err(|error| Failure::new(&error))?;
    let desk = Desk::new(store, &Authority::Operator, now);
    let tools =
        KeyTools { master: &keys.master, schedule: settings.keys.schedule, issuer: &settings.server.issuer };
    let repeated = match replaced {
        Some(path) => match Store::open(&format!("sqlite://{}", path.display())) {
            Ok(from) => backups::repeat_transfers(&desk, &from).await.ok(),
            Err(_) => None,
        },
        None => None,
    };
    Ok((backups::begin_anew(&desk, tools, made_at, why).await?, repeated))
}

fn tell(output: &Output, done: &Done) {
    let Done { made_at, counts, repeated, before } = done;
    let made = made_at.map(instant);
    let mut lines = Vec::new();
    if let Some(made) = &made {
        lines.push(format!("The database is as it was at {made}."));
    }
    let RestoreCounts { sessions, grants, recovery_codes, mails } = counts;
    lines.push(format!(
        "Ended: {sessions} sessions, {grants} grants, {recovery_codes} recovery codes, {mails} waiting mails, and every code and link."
    ));
    if let Some(before) = before {
        lines.push(format!("The one before is kept as {}.", before.display()));
    }
    let known = repeated.map(|count| format!(" {count} decisions were taken from the one before."));
    lines.push(format!(
        "Nobody decides on the transfer until you say: idp settings set onekey.transfers open --reason TEXT.{}",
        known.unwrap_or_default()
    ));
    output.say(
        &lines.join("\n"),
        &json!({
            "made_at": made,
            "sessions_ended": sessions,
            "grants_ended": grants,
            "recovery_codes_ended": recovery_codes,
            "mails_dropped": mails,
            "transfers_repeated": repeated,
            "transfers": "held",
            "before": before.as_ref().map(|path| path.display().to_string()),
        }),
    );
}
