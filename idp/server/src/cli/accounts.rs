//! `idp accounts find | show | lock | unlock | resend | end-sessions | remove-factor | close | export`

use super::output::{Failure, Output};
use crate::admin::Desk;
use crate::admin::accounts::{self, AccountView, DoneView, FoundView, Look, RemovalView};
use crate::app::App;
use crate::config::Settings;
use clap::{Args, Subcommand};
use idp_domain::administration::RemovedFactors;
use serde_json::json;

/// What to do with people's accounts. Each look and each act is on record, and each act tells the person by mail.
#[derive(Subcommand)]
pub enum Command {
    /// Find by e-mail address, ONE-key ID, identifier, or a reference that a page, a mail or a receipt named.
    Find {
        /// The whole of it.
        query: String,
        /// Why, for the audit.
        #[arg(long)]
        reason: Option<String>,
    },
    /// Show an account, or a registration that waits, with its transfer's receipt; personal data masked.
    Show {
        /// Its id, or a My Ontario Account's address.
        #[arg(value_name = "ID_OR_EMAIL")]
        id: String,
        /// Show addresses, IDs and browsers too; needs --reason.
        #[arg(long, requires = "reason")]
        show_personal_data: bool,
        /// Why, for the audit.
        #[arg(long)]
        reason: Option<String>,
    },
    /// Lock an account: nobody signs in to it until it is unlocked.
    Lock(WithReason),
    /// Open a locked account.
    Unlock(MayReason),
    /// Send the activation mail of a registration that waits once more.
    Resend(MayReason),
    /// End every session of an account, and what services were granted.
    EndSessions(MayReason),
    /// Ask for the removal of an account's second factors, or, as another person, approve it.
    RemoveFactor {
        /// Whose.
        #[command(flatten)]
        of: WithReason,
        /// `authenticator_app`, `passkeys` or `all`.
        #[arg(long, default_value = "all", value_parser = factors)]
        factors: RemovedFactors,
        /// Approve the request of this id, which another one made.
        #[arg(long, value_name = "REQUEST", conflicts_with = "refuse", allow_hyphen_values = true)]
        approve: Option<String>,
        /// Refuse or withdraw the request of this id.
        #[arg(long, value_name = "REQUEST", allow_hyphen_values = true)]
        refuse: Option<String>,
    },
    /// Close an account and delete what is kept of its person. It can't be undone.
    Close(WithReason),
    /// Print a copy of everything that is kept of an account's person, but secrets, as JSON.
    Export(MayReason),
}

/// An account, and why.
#[derive(Args)]
pub struct WithReason {
    /// Its id, as `accounts find` shows it.
    id: String,
    /// Why, for the audit.
    #[arg(long)]
    reason: String,
}

/// An account, and why, if somebody says so.
#[derive(Args)]
pub struct MayReason {
    /// Its id, as `accounts find` shows it.
    id: String,
    /// Why, for the audit.
    #[arg(long)]
    reason: Option<String>,
}

fn factors(text: &str) -> Result<RemovedFactors, String> {
    RemovedFactors::parse(text).ok_or_else(|| "authenticator_app, passkeys or all".to_owned())
}

/// Does it.
pub async fn run(output: &Output, settings: Settings, command: Command) -> Result<(), Failure> {
    let app = App::start(settings, super::clock()).await.map_err(|error| Failure::new(&error))?;
    let desk = Desk::of_operator(&app.store, app.clock.now());
    match command {
        Command::Find { query, reason } => {
            list(output, &accounts::find(&desk, &app, &query, reason.as_deref()).await?);
        }
        Command::Show { id, show_personal_data, reason } => {
            let look = Look { personal_data: show_personal_data, why: reason.as_deref() };
            let id = if id.contains('@') { id_of(&desk, &app, &id, look.why).await? } else { id };
            let view = accounts::show(&desk, &app, &id, look).await?;
            output.say(&words(&view), &json!(view));
        }
        Command::Lock(WithReason { id, reason }) => {
            tell(output, &accounts::lock(&desk, &app, &id, &reason).await?);
        }
        Command::Unlock(MayReason { id, reason }) => {
            tell(output, &accounts::unlock(&desk, &app, &id, reason.as_deref()).await?);
        }
        Command::Resend(MayReason { id, reason }) => {
            tell(output, &accounts::resend(&desk, &app, &id, reason.as_deref()).await?);
        }
        Command::EndSessions(MayReason { id, reason }) => {
            tell(output, &accounts::end_sessions(&desk, &app, &id, reason.as_deref()).await?);
        }
        Command::RemoveFactor { of: WithReason { id, reason }, factors, approve, refuse } => {
            let view = match (approve, refuse) {
                (Some(request), _) => {
                    accounts::approve_removal(&desk, &app, &id, &request, Some(&reason)).await?
                }
                (None, Some(request)) => {
                    accounts::refuse_removal(&desk, &app, &id, &request, Some(&reason)).await?
                }
                (None, None) => accounts::ask_removal(&desk, &app, &id, factors, &reason).await?,
            };
            tell_removal(output, &view);
        }
        Command::Close(WithReason { id, reason }) => {
            tell(output, &accounts::close(&desk, &app, &id, &reason).await?);
        }
        Command::Export(MayReason { id, reason }) => {
            let copy = accounts::export(&desk, &app, &id, reason.as_deref()).await?;
            let text = serde_json::to_string_pretty(&copy).map_err(|error| Failure::new(&error))?;
            output.say(&text, &copy);
        }
    }
    Ok(())
}

/// The one that an address leads to: the account before a registration, either before a ONE-key account that it recovers.
async fn id_of(desk: &Desk<'_>, app: &App, email: &str, why: Option<&str>) -> Result<String, Failure> {
    let found = accounts::find(desk, app, email, why).await?;
    let first = found.iter().find(|one| one.found_by == "email").or_else(|| found.first());
    first.map(|one| one.id.clone()).ok_or_else(|| Failure::new(&"there is no account of this address"))
}

fn list(output: &Output, found: &[FoundView]) {
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|one| {
            let last = one.last_sign_in.clone().unwrap_or_default();
            let texts = [&one.id, one.kind, &one.name, one.state, one.found_by, &one.created];
            texts.into_iter().map(str::to_owned).chain([last]).collect()
        })
        .collect();
    output.table(&["id", "kind", "name", "state", "found_by", "created", "last_sign_in"], &rows);
}

fn tell(output: &Output, done: &DoneView) {
    let mut text = match done.done {
        "locked" => format!("{} is locked.", done.id),
        "unlocked" => format!("{} is open again.", done.id),
        "sessions_ended" => format!("{} sessions of {} ended.", done.sessions.unwrap_or_default(), done.id),
        "activation_sent" => format!("The activation mail of {} goes out again.", done.id),
        _ => format!("{} is closed.", done.id),
    };
    if let Some(reference) = &done.reference {
        text = format!("{text} Its person is told the reference {reference}.");
    }
    if !done.mailed {
        text.push_str(" There is no address to tell its person.");
    }
    output.say(&text, &json!(done));
}

fn tell_removal(output: &Output, view: &RemovalView) {
    let text = match view.state {
        "removed" => format!("The second factors of {} are removed.", view.account),
        "refused" => format!("The second factors of {} stay.", view.account),
        _ => format!(
            "request: {}\nSomebody else at support has to approve it until {}.",
            view.request, view.expires
        ),
    };
    output.say(&text, &json!(view));
}

/// A line for each member, as people read it.
fn words(view: &AccountView) -> String {
    let mut lines = vec![
        format!("id: {}", view.id),
        format!("kind: {}", view.kind),
        format!("name: {}", view.name),
        format!("state: {}", view.state),
        format!("language: {}", view.language),
        format!("created: {}", view.created),
    ];
    let mut line = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            lines.push(format!("{name}: {value}"));
        }
    };
    line("last_sign_in", view.last_sign_in.clone());
    line("password_set", view.password_set.clone());
    line("recovery_email", view.recovery_email.clone());
    let lock = view.lock.as_ref();
    line(
        "lock",
        lock.map(|lock| format!("{} since {} by {}: {}", lock.reference, lock.since, lock.by, lock.reason)),
    );
    line("activation_until", view.activation.as_ref().map(|activation| activation.until.clone()));
    let app = view.factors.authenticator_app.as_ref();
    line("authenticator_app", app.map(|app| format!("since {}", app.added)));
    line("passkeys", Some(view.factors.passkeys.to_string()));
    line("recovery_codes", Some(view.factors.recovery_codes.to_string()));
    let removal = view.removal.as_ref();
    line(
        "removal",
        removal.map(|one| format!("{} asked by {} until {}", one.request, one.asked_by, one.expires)),
    );
    line("roles", Some(view.roles.join(", ")));
    line("services", Some(view.services.to_string()));
    let partners: Vec<&str> = view.partners.iter().map(|link| link.partner.as_str()).collect();
    line("partners", Some(partners.join(", ")));
    if let Some(transfer) = &view.transfer {
        line("transfer", Some(transfer.decision.to_owned()));
        line("transfer_decided", transfer.decided.clone());
        line("transfer_asked_by", transfer.asked_by.clone());
        line("transfer_other_account", transfer.other_account.clone());
        line("receipt_number", transfer.receipt_number.clone());
        let genuine =
            transfer.receipt_is_genuine.map(|genuine| if genuine { "genuine" } else { "not genuine" });
        line("receipt_checked", genuine.map(str::to_owned));
        line("receipt", transfer.receipt.clone());
    }
    line("sessions", Some(view.sessions.len().to_string()));
    for session in &view.sessions {
        let browser = session.browser.as_deref().unwrap_or_default();
        line(
            "session",
            Some(format!("{} to {} {browser}", session.began, session.last_seen).trim().to_owned()),
        );
    }
    for event in &view.events {
        line("event", Some(format!("{} {}", event.at, event.event)));
    }
    lines.join("\n")
}
