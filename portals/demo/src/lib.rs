//! The demonstration: the identity server, two portals and the mailbox in one process on loopback,
//! with an embedded database and ready-made accounts. The browser tests start it too, on free ports.
//!
//! 1. [`Demo::start`] binds every socket first: the ports decide the issuer and the addresses that services register.
//! 2. The identity server opens its database; services and accounts are put in where they aren't there yet.
//! 3. Everything serves on a thread of its own until [`Demo::stop`].

mod accounts;
mod addresses;
mod clock;
mod folder;
mod one_key;
mod partner_hub;
mod running;
mod services;

pub use crate::partner_hub::{PARTNER_PASSWORD, PARTNER_USER};
pub use accounts::{ReadyMadeAccount, ReadyMadeQuestion};
pub use addresses::{Addresses, Ports};

use addresses::Sockets;
use folder::Folder;
use idp_server::adapters::clock::Clock;
use running::Servers;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// How to start.
#[derive(Clone)]
pub struct DemoOptions {
    /// Where each program listens.
    pub ports: Ports,
    /// Where everything is kept; it is made where it isn't there.
    pub directory: PathBuf,
    /// The time for all programs.
    pub clock: Clock,
    /// Settings of the identity server over `config/demo.toml`, as environment variables: `IDP_LIFETIMES__SESSION_IDLE`.
    pub settings: Vec<(String, String)>,
}

impl DemoOptions {
    /// The contract's ports, the system's clock, everything kept in `directory`.
    #[must_use]
    pub fn new(directory: PathBuf) -> Self {
        Self { ports: Ports::default(), directory, clock: Clock::system(), settings: Vec::new() }
    }
}

/// Why the demonstration does not start, in one line that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// Somebody else listens there.
    #[error(
        "port {port} ({program}) is in use: stop the program that uses it, or choose another port, for example \
         cargo demo {option} {}", port.saturating_add(1000)
    )]
    PortInUse {
        /// Which.
        port: u16,
        /// For what.
        program: &'static str,
        /// How to choose another.
        option: &'static str,
    },
    /// The port can't be had for another reason.
    #[error(
        "port {port} ({program}) can't be used: {error}; choose another port, for example cargo demo {option} 9080"
    )]
    Port {
        /// Which.
        port: u16,
        /// For what.
        program: &'static str,
        /// How to choose another.
        option: &'static str,
        /// Why.
        error: std::io::Error,
    },
    /// The kept data belong to other addresses.
    #[error(
        "the data kept here were made with the identity server at {idp} and the portal at {serviceontario}: use those \
         ports, or begin anew with cargo demo --reset"
    )]
    OtherAddresses {
        /// The identity server's, then.
        idp: String,
        /// The portal's, then.
        serviceontario: String,
    },
    /// A file can't be read or written.
    #[error("{}: {error}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The folder to delete is another's.
    #[error("{} holds no data of a demonstration, so it is not deleted: name another folder", path.display())]
    NotOurs {
        /// Which.
        path: PathBuf,
    },
    /// A program does not start.
    #[error("{program} does not start: {reason}")]
    Program {
        /// Which.
        program: &'static str,
        /// Its own words.
        reason: String,
    },
}

impl DemoError {
    fn idp(reason: &dyn std::fmt::Display) -> Self {
        Self::Program { program: "the identity server", reason: reason.to_string() }
    }
}

/// A running demonstration. It stops when it is dropped, which blocks for a moment; [`Demo::stop`] doesn't block.
pub struct Demo {
    /// Where its programs are.
    pub addresses: Addresses,
    /// Where the mails are written, one `.eml` file each.
    pub mail_directory: PathBuf,
    /// Who can sign in at once.
    pub accounts: Vec<ReadyMadeAccount>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Demo {
    /// Binds the ports, prepares the data and serves.
    ///
    /// # Errors
    /// [`DemoError`]; nothing runs then.
    pub async fn start(options: DemoOptions) -> Result<Self, DemoError> {
        Prepared::bind(options)?.start().await
    }

    /// Stops everything and waits until it has stopped: requests under way are ended, but not waited for longer than a
    /// few seconds.
    pub async fn stop(self) {
        // Fails only when the runtime itself ends, and this process with it.
        let _ = tokio::task::spawn_blocking(move || drop(self)).await;
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // It has said already what went wrong, if anything did.
            let _ = thread.join();
        }
    }
}

/// The ports are bound, and nothing is written yet: the moment to delete old data.
pub struct Prepared {
    options: DemoOptions,
    sockets: Sockets,
}

impl Prepared {
    /// Binds the ports.
    ///
    /// # Errors
    /// [`DemoError::PortInUse`], [`DemoError::Port`].
    pub fn bind(options: DemoOptions) -> Result<Self, DemoError> {
        Ok(Self { sockets: Sockets::bind(options.ports)?, options })
    }

    /// Deletes what an earlier run kept.
    ///
    /// # Errors
    /// [`DemoError::NotOurs`], [`DemoError::File`].
    pub fn reset(self) -> Result<Self, DemoError> {
        folder::delete(&self.options.directory)?;
        Ok(self)
    }

    /// Prepares the data and serves.
    ///
    /// # Errors
    /// [`DemoError`]; nothing runs then.
    pub async fn start(self) -> Result<Demo, DemoError> {
        let Self { options, sockets } = self;
        let mail_directory = Folder::mail_of(&options.directory);
        let addresses = sockets.addresses();
        let (stop, stopped) = oneshot::channel();
        let (report, reported) = oneshot::channel();
        let thread = std::thread::Builder::new().name("demo".to_owned()).spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                match Servers::start(&options, sockets).await {
                    Ok((servers, accounts)) => {
                        // Nobody waits for the report any more: stop at once.
                        if report.send(Ok(accounts)).is_ok() {
                            servers.run_until(stopped).await;
                        }
                    }
                    Err(error) => drop(report.send(Err(error))),
                }
            });
        });
        let thread = thread.map_err(|error| DemoError::idp(&error))?;
        let accounts = reported.await.map_err(|_| DemoError::idp(&"its thread ended"))??;
        Ok(Demo { addresses, mail_directory, accounts, stop: Some(stop), thread: Some(thread) })
    }
}

/// The folder of the repository that this was built from, where `config/` and `var/` are.
#[must_use]
pub fn repository() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}
