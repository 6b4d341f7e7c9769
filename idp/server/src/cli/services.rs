//! `idp services add | update | disable | list | show | rotate-secret | registration-token`

pub mod change;
pub mod registration_token;

use super::output::{Failure, Output, instant};
use crate::adapters::clock::Clock;
use crate::adapters::outbound::Outbound;
use crate::adapters::rng::rng;
use crate::adapters::{client_secrets, sector_document};
use crate::config::Settings;
use clap::Subcommand;
use idp_domain::administration::Order;
use idp_domain::client::{Client, ClientMetadata, Registration};
use idp_domain::ids::ClientId;
use idp_domain::secret::{Secret, random_base64url, random_token};
use idp_domain::time::Timestamp;
use idp_store::{RegisteredService, Store};
use serde_json::json;
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
    /// Every service.
    List,
    /// Give a service one more secret, printed once. The newest before it works on beside it; any older one ends.
    RotateSecret {
        /// Its client id.
        client_id: String,
    },
    /// One service, whole but for its secrets.
    Show {
        /// Its client id.
        client_id: String,
    },
}

/// Does it.
pub async fn run(output: &Output, settings: &Settings, command: Command) -> Result<(), Failure> {
    let store = Store::open(settings.database_url.expose())?;
    store.migrate().await?;
    let (now, allow_loopback) = (Clock::system().now(), settings.allow_loopback);
    match command {
        Command::Add { file } => {
            let added = add(&store, &read(&file)?, allow_loopback, now).await?;
            say(output, &added);
        }
        Command::Update { file } => {
            let updated = change::update(&store, &read(&file)?, allow_loopback, now).await?;
            say(output, &updated);
        }
        Command::Disable { client_id } => {
            change::disable(&store, &client_id, now).await?;
            output
                .say(&format!("{client_id} is disabled"), &json!({"client_id": client_id, "disabled": true}));
        }
        Command::RegistrationToken { policy, expires, uses } => {
            let policy = policy.as_deref().map(read).transpose()?.unwrap_or_default();
            let (token, expires_at) =
                registration_token::issue(&store, &policy, &expires, uses, allow_loopback, now).await?;
            let until = instant(expires_at);
            let text = format!("registration_token: {}\nuses: {uses}\nexpires: {until}", token.expose());
            let value = json!({"registration_token": token.expose(), "uses": uses, "expires": until});
            output.say(&text, &value);
        }
        Command::List => list(output, &store).await?,
        Command::RotateSecret { client_id } => rotate_secret(output, &store, &client_id).await?,
        Command::Show { client_id } => show(output, &store, &client_id).await?,
    }
    Ok(())
}

fn read(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file)
        .map_err(|error| Failure::new(&format!("{}: it can't be read: {}", file.display(), error.kind())))
}

fn say(output: &Output, service: &AddedService) {
    let id = &service.client.id;
    let secret = service.secret.as_ref().map(Secret::expose);
    let text = match secret {
        Some(secret) => format!("client_id: {id}\nclient_secret: {secret}"),
        None => format!("client_id: {id}"),
    };
    output.say(&text, &json!({"client_id": id, "client_secret": secret}));
}

/// A registered service and the secret that is shown once.
pub struct AddedService {
    /// What was registered.
    pub client: Client,
    /// From the file, or made up; `None` for a public client.
    pub secret: Option<Secret>,
}

/// Registers the service that a TOML file describes.
///
/// # Errors
/// Everything that is wrong with it, in one line.
pub async fn add(
    store: &Store,
    file: &str,
    allow_loopback: bool,
    now: Timestamp,
) -> Result<AddedService, Failure> {
    let (registration, _) = parse(file, allow_loopback)?;
    let client = registration.client;
    let outbound = Outbound::new(allow_loopback);
    sector_document::check(&outbound, &client).await.map_err(|error| Failure::new(&error))?;
    let secret = client_secrets::secret_for(&client, registration.secret);
    let stored = secret.as_ref().map(client_secrets::stored);
    if !store.insert_service(client.clone(), stored, Order::of_operator(), now).await? {
        return Err(Failure::new(&format!("client_id {} is taken", client.id)));
    }
    Ok(AddedService { client, secret })
}

/// A file, checked, and whether it names its service.
fn parse(file: &str, allow_loopback: bool) -> Result<(Registration, bool), Failure> {
    let metadata: ClientMetadata =
        toml::from_str(file).map_err(|error| Failure::new(&error.to_string().replace('\n', " ")))?;
    let made_up = ClientId::parse(&random_base64url::<12>(&mut rng()));
    let made_up = made_up.ok_or_else(|| Failure::new(&"no client id could be made up"))?;
    let registration = metadata.check(made_up.clone(), allow_loopback).map_err(|errors| {
        Failure::new(&errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    })?;
    let named = registration.client.id != made_up;
    Ok((registration, named))
}

async fn list(output: &Output, store: &Store) -> Result<(), Failure> {
    let rows: Vec<Vec<String>> = store
        .list_services()
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

async fn rotate_secret(output: &Output, store: &Store, client_id: &str) -> Result<(), Failure> {
    let client = find(store, client_id).await?.client;
    if !client.authentication_method.has_secret() {
        let method = client.authentication_method.as_str();
        return Err(Failure::new(&format!("{client_id} proves itself by {method}: it has no secret")));
    }
    let secret = random_token(&mut rng());
    let new = client_secrets::stored(&secret);
    if !store
        .rotate_client_secret(client.id.clone(), new, Order::of_operator(), Clock::system().now())
        .await?
    {
        return Err(Failure::new(&format!("there is no service {client_id}, or it is disabled")));
    }
    let secret = secret.expose();
    output.say(
        &format!("client_id: {client_id}\nclient_secret: {secret}"),
        &json!({"client_id": client_id, "client_secret": secret}),
    );
    Ok(())
}

async fn find(store: &Store, client_id: &str) -> Result<RegisteredService, Failure> {
    let unknown = || Failure::new(&format!("there is no service {client_id}"));
    let id = ClientId::parse(client_id).ok_or_else(unknown)?;
    store.find_service_even_disabled(id).await?.ok_or_else(unknown)
}

async fn show(output: &Output, store: &Store, client_id: &str) -> Result<(), Failure> {
    let service = find(store, client_id).await?;
    let value = serde_json::to_value(&service.client).map_err(|error| Failure::new(&error))?;
    let text = serde_json::to_string_pretty(&value).map_err(|error| Failure::new(&error))?;
    output.say(&text, &value);
    Ok(())
}
