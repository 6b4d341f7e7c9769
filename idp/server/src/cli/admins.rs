//! `idp admins list | grant | revoke`

use super::output::{Failure, Output};
use crate::admin::Desk;
use crate::admin::administrators::{self, AdministratorView};
use crate::config::Settings;
use clap::{Args, Subcommand};
use idp_domain::administration::Role;
use idp_store::Store;
use serde_json::json;

/// What to do with the administrators.
#[derive(Subcommand)]
pub enum Command {
    /// Who is trusted with what.
    List,
    /// Trust a My Ontario Account with a role. Its person signs in with a second step.
    Grant(Change),
    /// Take a role. The last of a role stays.
    Revoke(Change),
}

/// Whose role.
#[derive(Args)]
pub struct Change {
    /// The account's e-mail address.
    email: String,
    /// `key-admin`, `service-admin`, `support` or `auditor`.
    #[arg(value_parser = role)]
    role: Role,
    /// Why, for the audit.
    #[arg(long)]
    reason: Option<String>,
}

fn role(text: &str) -> Result<Role, String> {
    Role::parse(text).ok_or_else(|| "key-admin, service-admin, support or auditor".to_owned())
}

/// Does it.
pub async fn run(output: &Output, settings: &Settings, command: Command) -> Result<(), Failure> {
    let store = Store::open(settings.database_url.expose())?;
    store.migrate().await?;
    let desk = Desk::of_operator(&store, super::clock().now());
    match command {
        Command::List => list(output, &desk).await,
        Command::Grant(Change { email, role, reason }) => {
            let done = administrators::grant(&desk, &email, role, reason.as_deref()).await?;
            let text = if done { "is trusted with" } else { "was trusted before with" };
            output.say(
                &format!("{email} {text} {role}."),
                &json!({"email": email, "role": role, "changed": done}),
            );
            Ok(())
        }
        Command::Revoke(Change { email, role, reason }) => {
            let done = administrators::revoke(&desk, &email, role, reason.as_deref()).await?;
            let text = if done { "is no longer trusted with" } else { "was not trusted with" };
            output.say(
                &format!("{email} {text} {role}."),
                &json!({"email": email, "role": role, "changed": done}),
            );
            Ok(())
        }
    }
}

async fn list(output: &Output, desk: &Desk<'_>) -> Result<(), Failure> {
    let administrators = administrators::list(desk).await?;
    let rows: Vec<Vec<String>> = administrators
        .into_iter()
        .map(AdministratorView::from)
        .map(|view| {
            vec![view.email, view.account, view.roles.join(","), view.last_sign_in.unwrap_or_default()]
        })
        .collect();
    output.table(&["email", "account", "roles", "last_sign_in"], &rows);
    Ok(())
}
