//! The servers themselves, all in one actix system.

use crate::accounts::{self, ReadyMadeAccount};
use crate::addresses::{Addresses, Sockets};
use crate::folder::Folder;
use crate::{DemoError, DemoOptions, clock, one_key, partner_hub, repository, services};
use actix_web::dev::{Server, ServerHandle};
use idp_domain::secret::Secret;
use idp_server::adapters::clock::Clock;
use idp_server::app::App;
use idp_server::config::Settings;
use idp_server::server::{self, Running};
use justice_services_online::demonstration_terms;
use mailbox::MovableClock;
use portal_front::MailFolder;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;

/// Threads of the identity server: passwords have their own.
const THREADS: usize = 2;
/// Browsers keep idle connections open; they aren't waited for longer than this.
const LONGEST_STOP: Duration = Duration::from_secs(3);

/// Everything that serves.
pub(crate) struct Servers {
    idp: Running,
    portals: Vec<ServerHandle>,
}

impl Servers {
    pub(crate) async fn start(
        options: &DemoOptions,
        sockets: Sockets,
    ) -> Result<(Self, Vec<ReadyMadeAccount>), DemoError> {
        let addresses = sockets.addresses();
        let folder = Folder::open(&options.directory, &addresses)?;
        let settings = settings(options, &folder, &addresses)?;
        let (clock, movable) = clock::shared(options.clock.clone(), &folder);
        let app = App::start(settings, clock.clone()).await.map_err(|error| DemoError::idp(&error))?;
        let movable = clock::waking(movable, &app);
        let secrets = services::register(&app, &folder, &addresses).await?;
        let accounts = accounts::make(&app, &folder).await?;
        let portals = vec![
            run(serviceontario(
                clock.clone(),
                &folder,
                &addresses,
                &secrets.serviceontario,
                sockets.serviceontario,
            )?),
            run(justice(clock.clone(), &folder, &addresses, &secrets.justice, sockets.justice)?),
            run(partner_hub::server(clock, &folder, &addresses, sockets.partner_hub)?),
            run(mailbox(options, &addresses, movable, sockets.mailbox)?),
        ];
        let idp = server::start(&app, sockets.idp, THREADS).map_err(|error| DemoError::idp(&error))?;
        Ok((Self { idp, portals }, accounts))
    }

    /// Serves until `stopped` is told or dropped, then stops all servers at once.
    pub(crate) async fn run_until(self, stopped: oneshot::Receiver<()>) {
        let Running { server, handle, stopping, workers } = self.idp;
        run(server);
        // Either way the answer is the same: stop.
        let _ = stopped.await;
        stopping.begin();
        let stops =
            self.portals.iter().chain([&handle]).map(|handle| actix_web::rt::spawn(handle.stop(true)));
        let all = stops.collect::<Vec<_>>();
        let wait = async {
            for stop in all {
                let _ = stop.await;
            }
        };
        if tokio::time::timeout(LONGEST_STOP, wait).await.is_err() {
            tracing::info!("connections that were still open are cut");
        }
        drop(workers);
    }
}

fn run(server: Server) -> ServerHandle {
    let handle = server.handle();
    actix_web::rt::spawn(async move {
        if let Err(error) = server.await {
            tracing::error!(%error, "a server ended");
        }
    });
    handle
}

/// `config/demo.toml`, what the addresses and the folder decide, and what the caller asks for.
fn settings(options: &DemoOptions, folder: &Folder, addresses: &Addresses) -> Result<Settings, DemoError> {
    let path = |name: &str| folder.path(name).display().to_string();
    let own = [
        ("IDP_SERVER__ISSUER", addresses.idp.clone()),
        ("IDP_DATABASE__URL", format!("sqlite://{}", path("idp.db"))),
        ("IDP_KEYS__MASTER_KEY_FILE", folder.master_key()?.display().to_string()),
        ("IDP_MAIL__DIRECTORY", path("mail")),
        ("IDP_PARTNER__ISSUER", addresses.partner_hub.clone()),
        ("IDP_PARTNER__CLIENT_ID", partner_hub::CLIENT_ID.to_owned()),
        ("IDP_PARTNER__CLIENT_SECRET", partner_hub::secret(folder)?),
    ];
    let own = own.map(|(name, value)| (name.to_owned(), value));
    let file = repository().join("config/demo.toml");
    Settings::load(Some(&file), own.into_iter().chain(options.settings.iter().cloned())).map_err(|mistakes| {
        DemoError::idp(&mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    })
}

fn serviceontario(
    clock: Clock,
    folder: &Folder,
    addresses: &Addresses,
    secret: &Secret,
    listener: std::net::TcpListener,
) -> Result<Server, DemoError> {
    let front = portal_front::Settings {
        base_url: addresses.serviceontario.clone(),
        issuer: addresses.idp.clone(),
        client_id: services::SERVICEONTARIO.to_owned(),
        client_secret: secret.expose().to_owned(),
        id_token_signed_response_alg: services::ALGORITHM.to_owned(),
        account_url: format!("{}/{{l}}/account", addresses.idp),
        database: folder.path("serviceontario-account.db"),
        demonstration_notice: true,
        clock: Arc::new(move || clock.now().micros()),
        mail: MailFolder {
            directory: folder.path("mail"),
            from: "ServiceOntario <noreply@serviceontario.example.test>".to_owned(),
        },
    };
    let settings = serviceontario_account::Settings {
        front,
        old_records: one_key::old_records(),
        notices: services::notices(),
    };
    serviceontario_account::server(settings, listener).map_err(|error| DemoError::Program {
        program: "the ServiceOntario account portal",
        reason: error.to_string(),
    })
}

fn justice(
    clock: Clock,
    folder: &Folder,
    addresses: &Addresses,
    secret: &Secret,
    listener: std::net::TcpListener,
) -> Result<Server, DemoError> {
    let failed = |reason: &dyn std::fmt::Display| DemoError::Program {
        program: "the Justice Services Online portal",
        reason: reason.to_string(),
    };
    let front = portal_front::Settings {
        base_url: addresses.justice.clone(),
        issuer: addresses.idp.clone(),
        client_id: services::JUSTICE.to_owned(),
        client_secret: secret.expose().to_owned(),
        id_token_signed_response_alg: services::ALGORITHM.to_owned(),
        // There either account has its home.
        account_url: format!("{}/{{l}}/resume", addresses.idp),
        database: folder.path("justice-services-online.db"),
        demonstration_notice: true,
        clock: Arc::new(move || clock.now().micros()),
        mail: MailFolder {
            directory: folder.path("mail"),
            from: "Justice Services Online <noreply@justice.example.test>".to_owned(),
        },
    };
    let settings = justice_services_online::Settings {
        front,
        terms: demonstration_terms().map_err(|error| failed(&error))?,
    };
    justice_services_online::server(settings, listener).map_err(|error| failed(&error))
}

fn mailbox(
    options: &DemoOptions,
    addresses: &Addresses,
    clock: MovableClock,
    listener: std::net::TcpListener,
) -> Result<Server, DemoError> {
    let settings = mailbox::Settings {
        directory: Folder::mail_of(&options.directory),
        information_base: addresses.idp.clone(),
        clock: Some(clock),
    };
    mailbox::server(settings, listener)
        .map_err(|error| DemoError::Program { program: "the mailbox", reason: error.to_string() })
}
