//! `idp partners list | add | update | disable | test`

use super::output::{Failure, Output};
use crate::admin::Desk;
use crate::admin::partners::{self, SavedPartnerView};
use crate::app::App;
use crate::config::Settings;
use clap::Subcommand;
use idp_domain::sign_in_partner::PartnerFile;
use serde_json::json;
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
    /// Fetch a partner's discovery document and keys, and check that people could sign in with it.
    Test {
        /// Its id.
        id: String,
    },
}

/// Does it.
pub async fn run(output: &Output, settings: Settings, command: Command) -> Result<(), Failure> {
    let app = App::start(settings, super::clock()).await.map_err(|error| Failure::new(&error))?;
    let desk = Desk::of_operator(&app.store, app.clock.now());
    match command {
        Command::List => list(output, &desk, &app).await,
        Command::Add { file } => {
            say(output, &partners::add(&desk, &app, read(&file)?, None).await?);
            Ok(())
        }
        Command::Update { file } => {
            say(output, &partners::update(&desk, &app, read(&file)?, None).await?);
            Ok(())
        }
        Command::Disable { id } => {
            partners::disable(&desk, &app, &id, None).await?;
            output.say(&format!("{id} is disabled"), &json!({"id": id, "disabled": true}));
            Ok(())
        }
        Command::Test { id } => {
            let view = partners::test(&desk, &app, &id, None).await?;
            let word = |passed| if passed { "well" } else { "wrong" };
            let lines =
                view.checks.iter().map(|one| format!("{}: {}: {}", one.name, word(one.passed), one.detail));
            output.say(&lines.collect::<Vec<_>>().join("\n"), &json!(view));
            if view.passed { Ok(()) } else { Err(Failure::new(&format!("{id} can't be used to sign in"))) }
        }
    }
}

fn read(file: &Path) -> Result<PartnerFile, Failure> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::new(&format!("{}: it can't be read: {}", file.display(), error.kind())))?;
    Ok(partners::parse(&text)?)
}

fn say(output: &Output, saved: &SavedPartnerView) {
    let mut text = format!("id: {}\nredirect_uri: {}", saved.id, saved.redirect_uri);
    if let Some(keys) = &saved.jwks {
        text.push_str("\njwks: ");
        text.push_str(&keys.to_string());
    }
    output.say(&text, &json!(saved));
}

async fn list(output: &Output, desk: &Desk<'_>, app: &App) -> Result<(), Failure> {
    let rows: Vec<Vec<String>> = partners::list(desk, app)
        .await?
        .into_iter()
        .map(|view| {
            let text = Option::unwrap_or_default;
            vec![
                view.id,
                view.name_en,
                view.name_fr,
                view.issuer,
                view.client_id,
                view.authentication.to_owned(),
                text(view.algorithm),
                text(view.created),
                text(view.disabled),
            ]
        })
        .collect();
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
