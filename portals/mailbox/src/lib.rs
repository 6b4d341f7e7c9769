//! A viewer for the mails that the demonstration writes to a folder instead of sending them. A tool for trying things
//! out: no password, loopback only, never part of a real installation.
//!
//! Mails are hostile input: they are read up to a bound, shown as escaped text, and their HTML only in a sandboxed
//! frame whose own policy allows no script, image, form or request.

mod clock;
mod folder;
mod message;
mod pages;
mod texts;

#[cfg(test)]
mod tests;

use actix_web::{App, HttpServer, dev::Server, web};
use folder::Folder;
use ontario_design::Site;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;

pub use clock::MovableClock;

/// What the viewer has to be told.
#[derive(Clone)]
pub struct Settings {
    /// The folder with the `.eml` files; it need not exist yet.
    pub directory: PathBuf,
    /// The origin that has the accessibility, privacy, terms and contact pages, without a final slash.
    pub information_base: String,
    /// The clock of all programs of the demonstration, where it can be moved forward.
    pub clock: Option<MovableClock>,
}

/// What every request shares.
#[derive(Clone)]
pub(crate) struct Mailbox {
    folder: Folder,
    site: Arc<Site>,
    clock: Option<clock::ClockForm>,
}

impl Mailbox {
    pub(crate) fn new(settings: Settings) -> Self {
        let site = Site { information_base: settings.information_base, ..Site::new(texts::service_name) };
        Self {
            folder: Folder::new(settings.directory),
            site: Arc::new(site),
            clock: settings.clock.map(clock::ClockForm::new),
        }
    }
}

/// The viewer on a socket that the caller has bound. Await the server to run it; `Server::handle` stops it. It does
/// not listen to signals.
///
/// # Errors
/// The socket is not usable.
pub fn server(settings: Settings, listener: TcpListener) -> std::io::Result<Server> {
    let mailbox = web::Data::new(Mailbox::new(settings));
    let server = HttpServer::new(move || App::new().configure(|app| pages::configure(app, &mailbox)))
        .workers(1)
        .disable_signals()
        .shutdown_timeout(5)
        .listen(listener)?
        .run();
    Ok(server)
}
