//! `idp mail list | retry | cancel`

use super::output::{Failure, Output};
use crate::adapters::data_keys::DataKeys;
use crate::admin::Desk;
use crate::admin::mails;
use crate::config::Settings;
use clap::Subcommand;
use idp_store::{MailState, OutboxQuery, Store};
use serde_json::json;

/// What to do with the mails.
#[derive(Subcommand)]
pub enum Command {
    /// The newest mails of the last 30 days: state, tries, why the last try failed. Never what one says.
    List {
        /// Only `waiting`, `sent` or `failed` ones.
        #[arg(long, value_parser = state)]
        state: Option<MailState>,
        /// At most so many.
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=1000))]
        most: i64,
    },
    /// Try a waiting mail now, or all that wait.
    Retry {
        /// Its id, as `mail list` shows it.
        id: Option<String>,
    },
    /// Take a waiting mail out of the outbox: it is not sent.
    Cancel {
        /// Its id, as `mail list` shows it.
        id: String,
        /// Why; it stays in the audit.
        #[arg(long)]
        reason: String,
    },
}

fn state(text: &str) -> Result<MailState, String> {
    MailState::parse(text).ok_or_else(|| "waiting, sent or failed".to_owned())
}

/// Does it.
pub async fn run(output: &Output, settings: &Settings, command: Command) -> Result<(), Failure> {
    let now = super::clock().now();
    let store = Store::open(settings.database_url.expose())?;
    store.migrate().await?;
    let desk = Desk::of_operator(&store, now);
    match command {
        Command::List { state, most } => {
            let keys =
                DataKeys::load(&store, &settings.keys, now).await.map_err(|error| Failure::new(&error))?;
            let query = OutboxQuery { state, before: None, most };
            let rows: Vec<Vec<String>> = mails::list(&desk, &keys.content, query)
                .await?
                .into_iter()
                .map(|mail| {
                    let text = Option::unwrap_or_default;
                    let (state, tries) = (mail.state.to_owned(), mail.tries.to_string());
                    let rest = [mail.created, text(mail.next_try), text(mail.settled), text(mail.error)];
                    [mail.id, text(mail.to), mail.kind, state, tries].into_iter().chain(rest).collect()
                })
                .collect();
            output.table(
                &["id", "to", "kind", "state", "tries", "created", "next_try", "settled", "error"],
                &rows,
            );
            Ok(())
        }
        Command::Cancel { id, reason } => {
            mails::cancel(&desk, &id, Some(&reason)).await?;
            output.say(&format!("{id} is not sent."), &json!({"id": id, "cancelled": true}));
            Ok(())
        }
        Command::Retry { id } => {
            let retried = mails::retry(&desk, id.as_deref(), None).await?;
            output.say(&format!("{retried} mails are tried now."), &json!({ "retried": retried }));
            Ok(())
        }
    }
}
