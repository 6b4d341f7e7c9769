//! `idp settings list | set | reset`

use super::output::{Failure, Output};
use crate::admin::Desk;
use crate::admin::settings::{self, SettingOrder, SettingView};
use crate::config::Settings;
use clap::Subcommand;
use idp_store::Store;
use serde_json::json;

/// What to do with the settings that hold for all nodes at once.
#[derive(Subcommand)]
pub enum Command {
    /// Every setting with its value, its bounds, and where the value comes from.
    List,
    /// Set one for all nodes; it wins over their files.
    Set {
        /// Its name: `lifetimes.session_idle`.
        key: String,
        /// What it is to hold, as in the file.
        value: String,
        /// Why, for the audit.
        #[arg(long)]
        reason: String,
    },
    /// Take away what was set for all nodes: their files hold again.
    Reset {
        /// Its name.
        key: String,
        /// Why, for the audit.
        #[arg(long)]
        reason: String,
    },
}

/// Does it.
pub async fn run(output: &Output, given: &Settings, command: Command) -> Result<(), Failure> {
    let store = Store::open(given.database_url.expose())?;
    store.migrate().await?;
    let desk = Desk::of_operator(&store, super::clock().now());
    let (key, value, why) = match &command {
        Command::List => {
            list(output, &settings::list(&desk, given).await?);
            return Ok(());
        }
        Command::Set { key, value, reason } => (key, Some(value.as_str()), reason.as_str()),
        Command::Reset { key, reason } => (key, None, reason.as_str()),
    };
    let order = SettingOrder { value, seen: None, why: Some(why) };
    let view = settings::set(&desk, given, key, order).await?;
    let holds = if view.value.is_empty() { "nothing" } else { view.value.as_str() };
    output.say(&format!("{key} is {holds} from now on."), &json!(view));
    Ok(())
}

fn list(output: &Output, all: &[SettingView]) {
    if output.json {
        output.say("", &json!(all));
        return;
    }
    let row = |view: &SettingView| {
        let bounds = match (&view.least, &view.most) {
            (Some(least), Some(most)) => format!("{least} to {most}"),
            _ => view.choices.join(", "),
        };
        let from = match (view.changeable, &view.changed) {
            (false, _) => "the file only".to_owned(),
            (true, Some(at)) => format!("set for all nodes at {at}"),
            (true, None) => "settings".to_owned(),
        };
        vec![view.key.clone(), view.value.clone(), view.start.clone(), bounds, from]
    };
    output.table(&["key", "value", "start", "bounds", "from"], &all.iter().map(row).collect::<Vec<_>>());
}
