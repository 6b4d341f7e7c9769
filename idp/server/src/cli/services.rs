//! `idp services add | list | show | rotate-secret`

use super::output::{Failure, Output, instant};
use crate::adapters::clock::Clock;
use crate::adapters::rng::rng;
use crate::config::Settings;
use clap::Subcommand;
use idp_domain::client::{Client, ClientMetadata};
use idp_domain::ids::{ClientId, ClientSecretId};
use idp_domain::secret::{Secret, TokenHash, random_base64url, random_token};
use idp_domain::time::Timestamp;
use idp_store::{NewClientSecret, RegisteredService, Store};
use serde_json::json;
use std::path::PathBuf;

/// What to do with the relying services.
#[derive(Subcommand)]
pub enum Command {
    /// Register a service from its TOML file; prints the client id and the secret once.
    Add {
        /// The file.
        #[arg(long, value_name = "SERVICE.toml")]
        file: PathBuf,
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
    match command {
        Command::Add { file } => {
            let text = std::fs::read_to_string(&file).map_err(|error| {
                Failure::new(&format!("{}: it can't be read: {}", file.display(), error.kind()))
            })?;
            let added = add(&store, &text, settings.allow_loopback, Clock::system().now()).await?;
            let secret = added.secret.as_ref().map(Secret::expose);
            let text = match secret {
                Some(secret) => format!("client_id: {}\nclient_secret: {secret}", added.client.id),
                None => format!("client_id: {}", added.client.id),
            };
            output.say(&text, &json!({"client_id": added.client.id, "client_secret": secret}));
            Ok(())
        }
        Command::List => list(output, &store).await,
        Command::RotateSecret { client_id } => rotate_secret(output, &store, &client_id).await,
        Command::Show { client_id } => show(output, &store, &client_id).await,
    }
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
    let metadata: ClientMetadata =
        toml::from_str(file).map_err(|error| Failure::new(&error.to_string().replace('\n', " ")))?;
    let made_up = ClientId::parse(&random_base64url::<12>(&mut rng()));
    let made_up = made_up.ok_or_else(|| Failure::new(&"no client id could be made up"))?;
    let registration = metadata.check(made_up, allow_loopback).map_err(|errors| {
        Failure::new(&errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    })?;
    let client = registration.client;
    let secret = client
        .authentication_method
        .has_secret()
        .then(|| registration.secret.unwrap_or_else(|| random_token(&mut rng())));
    let stored = secret.as_ref().map(|secret| NewClientSecret {
        id: ClientSecretId::random(&mut rng()),
        hash: TokenHash::of(secret.expose()),
    });
    if !store.insert_service(client.clone(), stored, now).await? {
        return Err(Failure::new(&format!("client_id {} is taken", client.id)));
    }
    Ok(AddedService { client, secret })
}

async fn list(output: &Output, store: &Store) -> Result<(), Failure> {
    let rows: Vec<Vec<String>> = store
        .list_services()
        .await?
        .into_iter()
        .map(|service| {
            let client = service.client;
            let method = client.authentication_method.as_str().to_owned();
            vec![client.id.to_string(), client.name.en, client.name.fr, method, instant(service.created_at)]
        })
        .collect();
    output.table(&["client_id", "name_en", "name_fr", "authentication", "created"], &rows);
    Ok(())
}

async fn rotate_secret(output: &Output, store: &Store, client_id: &str) -> Result<(), Failure> {
    let client = find(store, client_id).await?.client;
    if !client.authentication_method.has_secret() {
        let method = client.authentication_method.as_str();
        return Err(Failure::new(&format!("{client_id} proves itself by {method}: it has no secret")));
    }
    let secret = random_token(&mut rng());
    let new =
        NewClientSecret { id: ClientSecretId::random(&mut rng()), hash: TokenHash::of(secret.expose()) };
    if !store.rotate_client_secret(client.id.clone(), new, Clock::system().now()).await? {
        return Err(Failure::new(&format!("there is no service {client_id}")));
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
    store.find_service(id).await?.ok_or_else(unknown)
}

async fn show(output: &Output, store: &Store, client_id: &str) -> Result<(), Failure> {
    let service = find(store, client_id).await?;
    let value = serde_json::to_value(&service.client).map_err(|error| Failure::new(&error))?;
    let text = serde_json::to_string_pretty(&value).map_err(|error| Failure::new(&error))?;
    output.say(&text, &value);
    Ok(())
}
