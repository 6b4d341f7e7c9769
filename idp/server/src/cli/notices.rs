//! `idp notices list | add | remove`

use super::output::{Failure, Output};
use crate::admin::Desk;
use crate::admin::notices::{self, NoticeView};
use crate::config::Settings;
use clap::Subcommand;
use idp_store::Store;
use serde_json::json;
use std::path::PathBuf;

/// What to do with the notices on the sign-in pages.
#[derive(Subcommand)]
pub enum Command {
    /// Every notice, by its beginning.
    List,
    /// Put up the notice that a TOML file describes: `text_en`, `text_fr`; optional `kind`, `start`, `end`, `where`.
    Add {
        /// The file.
        #[arg(long, value_name = "NOTICE.toml")]
        file: PathBuf,
    },
    /// Take a notice down.
    Remove {
        /// Its id, as `notices list` shows it.
        id: String,
    },
}

/// Does it.
pub async fn run(output: &Output, settings: &Settings, command: Command) -> Result<(), Failure> {
    let store = Store::open(settings.database_url.expose())?;
    store.migrate().await?;
    let desk = Desk::of_operator(&store, super::clock().now());
    match command {
        Command::List => list(output, &desk).await,
        Command::Add { file } => {
            let text = std::fs::read_to_string(&file).map_err(|error| {
                Failure::new(&format!("{}: it can't be read: {}", file.display(), error.kind()))
            })?;
            let notice =
                toml::from_str(&text).map_err(|error| Failure::new(&error.to_string().replace('\n', " ")))?;
            let view = NoticeView::from(notices::add(&desk, notice, None).await?);
            output.say(&format!("{} stands from {}.", view.id, view.start), &json!(view));
            Ok(())
        }
        Command::Remove { id } => {
            notices::remove(&desk, &id, None).await?;
            output.say(&format!("{id} is taken down."), &json!({"id": id, "removed": true}));
            Ok(())
        }
    }
}

async fn list(output: &Output, desk: &Desk<'_>) -> Result<(), Failure> {
    let rows: Vec<Vec<String>> = notices::list(desk)
        .await?
        .into_iter()
        .map(NoticeView::from)
        .map(|view| {
            let end = view.end.unwrap_or_default();
            let (kind, place) = (view.kind.to_owned(), view.place.to_owned());
            vec![view.id, kind, place, view.start, end, view.text_en, view.text_fr]
        })
        .collect();
    output.table(&["id", "kind", "where", "start", "end", "text_en", "text_fr"], &rows);
    Ok(())
}
