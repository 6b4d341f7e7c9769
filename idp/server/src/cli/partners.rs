//! `idp partners list | add | update | disable`

use super::output::{Failure, Output, instant};
use crate::adapters::clock::Clock;
use crate::adapters::data_keys::DataKeys;
use crate::adapters::partners::{seal_new_key, seal_secret};
use crate::config::Settings;
use clap::Subcommand;
use idp_domain::sign_in_partner::{CheckedPartner, PartnerAuthentication, PartnerFile, PartnerId};
use idp_store::{NewPartner, Store};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// What to do with the sign-in partners.
#[derive(Subcommand)]
pub enum Command {
    /// Every partner.
    List,
    /// Add a partner from its TOML file. With `private_key_jwt` a key is made, and its public part printed for the partner.
    Add {
        /// The file.
        #[arg(long, value_name = "PARTNER.toml")]
        file: PathBuf,
    },
    /// Replace a partner's entry by the TOML file that names it; it is enabled then.
    Update {
        /// The file. Without a secret in it the one that is kept stays.
        #[arg(long, value_name = "PARTNER.toml")]
        file: PathBuf,
    },
    /// Disable a partner: nobody signs in with it until it is updated.
    Disable {
        /// Its id.
        id: String,
    },
}

/// Does it.
pub async fn run(output: &Output, settings: &Settings, command: Command) -> Result<(), Failure> {
    let store = Store::open(settings.database_url.expose())?;
    store.migrate().await?;
    let clock = Clock::system();
    match command {
        Command::List => list(output, settings, &store).await,
        Command::Add { file } => {
            let checked = read(&file, settings)?;
            let id = checked.partner.id.clone();
            let (credential, jwk) = credential(&store, settings, &checked).await?;
            let credential = Some(credential.ok_or_else(|| Failure::new(&"client_secret is missing"))?);
            let new = NewPartner { partner: checked.partner, credential, now: clock.now() };
            if !store.insert_partner(new).await? {
                return Err(Failure::new(&format!(
                    "partner {id}, or another one of its issuer, is there already"
                )));
            }
            say(output, settings, &id, jwk);
            Ok(())
        }
        Command::Update { file } => {
            let checked = read(&file, settings)?;
            let id = checked.partner.id.clone();
            let kept = find(&store, &id).await?;
            let same_kind = kept == checked.partner.authentication
                || (has_secret(kept) && has_secret(checked.partner.authentication));
            let (credential, jwk) = if same_kind && checked.secret.is_none() {
                (None, None)
            } else {
                credential(&store, settings, &checked).await?
            };
            if credential.is_none() && !same_kind {
                return Err(Failure::new(&"client_secret is missing"));
            }
            let update = NewPartner { partner: checked.partner, credential, now: clock.now() };
            if !store.update_partner(update).await? {
                return Err(Failure::new(&format!("another partner than {id} has this issuer")));
            }
            say(output, settings, &id, jwk);
            Ok(())
        }
        Command::Disable { id } => {
            let known = PartnerId::parse(&id);
            let known = known.ok_or_else(|| Failure::new(&format!("there is no partner {id}")))?;
            if !store.disable_partner(known, clock.now()).await? {
                return Err(Failure::new(&format!("there is no partner {id}, or it is disabled")));
            }
            output.say(&format!("{id} is disabled"), &json!({"id": id, "disabled": true}));
            Ok(())
        }
    }
}

fn has_secret(authentication: PartnerAuthentication) -> bool {
    authentication != PartnerAuthentication::PrivateKeyJwt
}

async fn find(store: &Store, id: &PartnerId) -> Result<PartnerAuthentication, Failure> {
    let all = store.list_partners().await?;
    let found = all.into_iter().find(|stored| stored.partner.id == *id);
    found
        .map(|stored| stored.partner.authentication)
        .ok_or_else(|| Failure::new(&format!("there is no partner {id}")))
}

fn read(file: &Path, settings: &Settings) -> Result<CheckedPartner, Failure> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::new(&format!("{}: it can't be read: {}", file.display(), error.kind())))?;
    let file: PartnerFile =
        toml::from_str(&text).map_err(|error| Failure::new(&error.to_string().replace('\n', " ")))?;
    let checked = file.check(settings.allow_loopback).map_err(|wrong| Failure::new(&wrong.join("; ")))?;
    if settings.partner.as_ref().is_some_and(|partner| partner.issuer == checked.partner.issuer) {
        return Err(Failure::new(&"issuer: it is the one of the settings partner.*"));
    }
    Ok(checked)
}

/// What proves us to a partner, sealed, and what the partner has to be given.
async fn credential(
    store: &Store,
    settings: &Settings,
    checked: &CheckedPartner,
) -> Result<(Option<Vec<u8>>, Option<String>), Failure> {
    let keys = DataKeys::load(store, &settings.keys, Clock::system().now())
        .await
        .map_err(|error| Failure::new(&error))?;
    if !has_secret(checked.partner.authentication) {
        let (sealed, jwk) = seal_new_key(&keys.content).map_err(|error| Failure::new(&error))?;
        return Ok((Some(sealed), Some(jwk)));
    }
    let sealed = checked.secret.as_deref().map(|secret| seal_secret(&keys.content, secret)).transpose();
    Ok((sealed.map_err(|error| Failure::new(&error))?, None))
}

fn say(output: &Output, settings: &Settings, id: &PartnerId, jwk: Option<String>) {
    let callback = format!("{}/partner/callback/{id}", settings.server.issuer);
    let jwk: Option<Value> = jwk.and_then(|jwk| serde_json::from_str(&jwk).ok());
    let keys = jwk.map(|jwk| json!({ "keys": [jwk] }));
    let mut text = format!("id: {id}\nredirect_uri: {callback}");
    if let Some(keys) = &keys {
        text.push_str("\njwks: ");
        text.push_str(&keys.to_string());
    }
    output.say(&text, &json!({"id": id, "redirect_uri": callback, "jwks": keys}));
}

async fn list(output: &Output, settings: &Settings, store: &Store) -> Result<(), Failure> {
    let of_settings = settings.partner.iter().map(|partner| {
        let texts =
            ["default", "Sign-in partner", "Partenaire de connexion", &partner.issuer, &partner.client_id];
        texts.into_iter().chain(["client_secret_basic", "", "", ""]).map(str::to_owned).collect()
    });
    let added = store.list_partners().await?.into_iter().map(|stored| {
        let partner = stored.partner;
        vec![
            partner.id.to_string(),
            partner.name.en,
            partner.name.fr,
            partner.issuer,
            partner.client_id,
            partner.authentication.as_str().to_owned(),
            partner.algorithm.map(|algorithm| algorithm.to_string()).unwrap_or_default(),
            instant(stored.created_at),
            stored.disabled_at.map(instant).unwrap_or_default(),
        ]
    });
    let rows: Vec<Vec<String>> = of_settings.chain(added).collect();
    output.table(
        &[
            "id",
            "name_en",
            "name_fr",
            "issuer",
            "client_id",
            "authentication",
            "algorithm",
            "created",
            "disabled",
        ],
        &rows,
    );
    Ok(())
}
