//! `idp services add | update | apply | export | disable | list | show | rotate-secret | registration-token`

mod apply;

use super::output::{Failure, Output, instant};
use crate::adapters::outbound::Outbound;
use crate::admin::services::{
    self, HistoryView, RedirectTest, RegistrationToken, SavedService, ServiceTools, TokenOrder,
};
use crate::admin::{AdminError, Desk};
use crate::config::Settings;
use clap::Subcommand;
use idp_domain::client::Difference;
use idp_domain::secret::Secret;
use idp_domain::time::Timestamp;
use idp_store::Store;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// What to do with the relying services.
#[derive(Subcommand)]
pub enum Command {
    /// Register a service from its TOML file; prints the client id and the secret once.
    Add {
        /// The file.
        #[arg(long, value_name = "SERVICE.toml")]
        file: PathBuf,
    },
    /// Replace a service's registration by the TOML file that names it.
    Update {
        /// The file.
        #[arg(long, value_name = "SERVICE.toml")]
        file: PathBuf,
    },
    /// Bring the services to what TOML files say, all or none; services that none of them names stay as they are.
    Apply {
        /// The folder of the files, or one file.
        #[arg(value_name = "PATH")]
        path: PathBuf,
        /// Only tell what would change.
        #[arg(long)]
        dry_run: bool,
        /// The plan that a dry run told: refused where anything else would be done by now.
        #[arg(long, value_name = "PLAN", conflicts_with = "dry_run", allow_hyphen_values = true)]
        plan: Option<String>,
    },
    /// Write every service that isn't disabled as a file that `apply` takes; no secret is in it.
    Export {
        /// The file, which must not be there yet; standard output without it.
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
    /// Disable a service for good; its tokens end.
    Disable {
        /// Its client id.
        client_id: String,
    },
    /// Make a token by which services can register themselves; prints it once.
    RegistrationToken {
        /// What holds for those services (TOML, the administrator's names of a service's file).
        #[arg(long, value_name = "POLICY.toml")]
        policy: Option<PathBuf>,
        /// How long it is good.
        #[arg(long, value_name = "SPAN", default_value = "24h")]
        expires: String,
        /// How many services can register by it.
        #[arg(long, value_name = "N", default_value_t = 1)]
        uses: u32,
    },
    /// Every change of a service's registration, newest first: when, who, why, what.
    History {
        /// Its client id.
        client_id: String,
    },
    /// Whether a redirect address would be taken, and how it differs from each registered one. Exit 1 where it would not.
    TestRedirect {
        /// Its client id.
        client_id: String,
        /// The address as the service sends it.
        redirect_uri: String,
    },
    /// Every service.
    List,
    /// Give a service one more secret, printed once. The newest before it works on beside it; any older one ends.
    RotateSecret {
        /// Its client id.
        client_id: String,
    },
    /// One service, whole but for its secrets; with --toml as the file that it can be applied from.
    Show {
        /// Its client id.
        client_id: String,
        /// As a service's file.
        #[arg(long)]
        toml: bool,
    },
}

/// Does it.
pub async fn run(output: &Output, settings: &Settings, command: Command) -> Result<(), Failure> {
    let store = Store::open(settings.database_url.expose())?;
    store.migrate().await?;
    let (now, allow_loopback) = (super::clock().now(), settings.allow_loopback);
    let outbound = Outbound::new(allow_loopback);
    let (desk, tools) =
        (Desk::of_operator(&store, now), ServiceTools { outbound: &outbound, allow_loopback });
    match command {
        Command::Add { file } => {
            let added = services::add(&desk, tools, services::parse(&read(&file)?)?, None).await?;
            say(output, &added);
        }
        Command::Update { file } => {
            let updated = services::update(&desk, tools, services::parse(&read(&file)?)?, None).await?;
            say(output, &updated);
        }
        Command::Apply { path, dry_run: true, .. } => {
            apply::tell_plan(output, &services::plan_files(&desk, tools, &apply::read_all(&path)?).await?);
        }
        Command::Apply { path, dry_run: false, plan } => {
            let files = apply::read_all(&path)?;
            let done = services::apply(&desk, tools, &files, plan.as_deref(), None).await?;
            apply::tell_applied(output, &done);
        }
        Command::Export { to } => apply::write(output, &services::export(&desk).await?, to.as_deref())?,
        Command::Disable { client_id } => {
            services::disable(&desk, &client_id, None).await?;
            output
                .say(&format!("{client_id} is disabled"), &json!({"client_id": client_id, "disabled": true}));
        }
        Command::RegistrationToken { policy, expires, uses } => {
            let policy = policy.as_deref().map(read).transpose()?.unwrap_or_default();
            let order = TokenOrder { policy: services::parse_policy(&policy)?, expires: &expires, uses };
            tell_token(
                output,
                &services::issue_registration_token(&desk, order, allow_loopback, None).await?,
            );
        }
        Command::History { client_id } => tell_history(output, &services::history(&desk, &client_id).await?),
        Command::TestRedirect { client_id, redirect_uri } => {
            tell_redirect(output, &services::test_redirect(&desk, &client_id, &redirect_uri).await?)?;
        }
        Command::List => list(output, &desk).await?,
        Command::RotateSecret { client_id } => {
            let secret = services::rotate_secret(&desk, &client_id, None).await?;
            let lost = format!(
                "{client_id} has a new secret, but it is lost; the one before it works until the next rotation"
            );
            say_secret(output, &client_id, Some(secret.expose()), &lost);
        }
        Command::Show { client_id, toml } => show(output, &desk, &client_id, toml).await?,
    }
    Ok(())
}

/// Registers the service that a TOML file describes, as an operator does.
///
/// # Errors
/// Everything that is wrong with it, in one line.
pub async fn add(
    store: &Store,
    file: &str,
    allow_loopback: bool,
    now: Timestamp,
) -> Result<SavedService, AdminError> {
    let outbound = Outbound::new(allow_loopback);
    let tools = ServiceTools { outbound: &outbound, allow_loopback };
    services::add(&Desk::of_operator(store, now), tools, services::parse(file)?, None).await
}

fn read(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file)
        .map_err(|error| Failure::new(&format!("{}: it can't be read: {}", file.display(), error.kind())))
}

fn tell_token(output: &Output, made: &RegistrationToken) {
    let (token, uses, until) = (made.token.expose(), made.uses, &made.expires);
    let text = format!("registration_token: {token}\nuses: {uses}\nexpires: {until}");
    let value = json!({"registration_token": token, "uses": uses, "expires": until});
    output.say_once(&text, &value, "the token is lost, and another can be made");
}

fn say(output: &Output, service: &SavedService) {
    let (id, secret) = (service.client.id.as_str(), service.secret.as_ref().map(Secret::expose));
    let lost = match secret {
        Some(_) => format!(
            "{id} is registered, but its secret is lost, and `idp services rotate-secret {id}` makes one more"
        ),
        None => format!("{id} is registered, but the answer is lost"),
    };
    say_secret(output, id, secret, &lost);
}

fn say_secret(output: &Output, id: &str, secret: Option<&str>, if_lost: &str) {
    let text = match secret {
        Some(secret) => format!("client_id: {id}\nclient_secret: {secret}"),
        None => format!("client_id: {id}"),
    };
    output.say_once(&text, &json!({"client_id": id, "client_secret": secret}), if_lost);
}

async fn list(output: &Output, desk: &Desk<'_>) -> Result<(), Failure> {
    let rows: Vec<Vec<String>> = services::list(desk)
        .await?
        .into_iter()
        .map(|service| {
            let client = service.client;
            let method = client.authentication_method.as_str().to_owned();
            let disabled = service.disabled_at.map(instant).unwrap_or_default();
            let created = instant(service.created_at);
            vec![client.id.to_string(), client.name.en, client.name.fr, method, created, disabled]
        })
        .collect();
    output.table(&["client_id", "name_en", "name_fr", "authentication", "created", "disabled"], &rows);
    Ok(())
}

async fn show(output: &Output, desk: &Desk<'_>, client_id: &str, as_file: bool) -> Result<(), Failure> {
    let service = services::show(desk, client_id).await?;
    if as_file {
        let metadata = service.client.metadata();
        let text = toml::to_string(&services::table(&metadata)).map_err(|error| Failure::new(&error))?;
        output.say(text.trim_end(), &Value::Object(metadata));
        return Ok(());
    }
    let value = serde_json::to_value(&service.client).map_err(|error| Failure::new(&error))?;
    let text = serde_json::to_string_pretty(&value).map_err(|error| Failure::new(&error))?;
    output.say(&text, &value);
    Ok(())
}

fn tell_history(output: &Output, versions: &[HistoryView]) {
    if output.json {
        output.say("", &json!(versions));
        return;
    }
    let row = |version: &HistoryView| {
        let fields: Vec<&str> = version.changes.iter().map(|change| change.field.as_str()).collect();
        let (by, reason) = (version.by.clone(), version.reason.clone());
        vec![
            version.number.to_string(),
            version.at.clone(),
            version.event.to_owned(),
            by.unwrap_or_default(),
            reason.unwrap_or_default(),
            fields.join(", "),
        ]
    };
    let rows: Vec<Vec<String>> = versions.iter().map(row).collect();
    output.table(&["number", "at", "event", "by", "reason", "changed"], &rows);
}

fn tell_redirect(output: &Output, test: &RedirectTest) -> Result<(), Failure> {
    let lines = test.registered.iter().map(|compared| {
        format!(
            "{}: {}",
            compared.redirect_uri,
            compared.difference.map_or("it is this one", Difference::as_str)
        )
    });
    let lines: Vec<String> = lines.collect();
    if !test.accepted {
        return Err(Failure::new(&format!("{} is not registered. {}", test.redirect_uri, lines.join("; "))));
    }
    output.say(&format!("{} is registered.\n{}", test.redirect_uri, lines.join("\n")), &json!(test));
    Ok(())
}
