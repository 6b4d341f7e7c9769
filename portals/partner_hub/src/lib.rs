//! A simulator of the sign-in partner hub: an OpenID provider that lets people choose a bank and tells a relying party an
//! identifier of the person and nothing else. For demonstrations and tests; its banks are made up, loopback only, never part
//! of a real installation. It knows the identity server as any relying party: by its registration.
//!
//! 1. `/authorize` checks the request and keeps it ([`provider`]); [`pages`] asks for language (P1), bank (P2), a made-up
//!    sign-in (P2b) and, the first time, its terms (P3).
//! 2. The browser goes back with a code, or with `access_denied`.
//! 3. `/token` redeems the code for an ID token whose `sub` is made from bank, person and relying party by a key: the same
//!    at every visit, another one at another relying party.
//!
//! [`Control`] is how a test makes it go wrong and reads what it was asked.

mod control;
mod pages;
mod provider;
mod state;
mod texts;
mod token;

pub use control::{Control, Fault, Seen};

use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, dev::Server, web};
use ontario_design::Site;
use state::State;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;

/// Gives the time: microseconds since 1970 (UTC).
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// A relying party of the hub.
#[derive(Debug, Clone)]
pub struct RelyingParty {
    /// Its `client_id`.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// Where it may be answered; compared to the letter.
    pub redirect_uris: Vec<String>,
}

/// Somebody with an account at every one of the made-up banks.
#[derive(Debug, Clone)]
pub struct TestPerson {
    /// User name.
    pub user: String,
    /// Password.
    pub password: String,
}

/// What the hub has to be told.
#[derive(Clone)]
pub struct Settings {
    /// Its address, which is its issuer: no final slash.
    pub issuer: String,
    /// Who may ask it.
    pub relying_parties: Vec<RelyingParty>,
    /// Who can sign in.
    pub people: Vec<TestPerson>,
    /// Where the key of its identifiers and the accepted terms are kept; in memory only where this is left out.
    pub file: Option<PathBuf>,
    /// The time.
    pub clock: Clock,
    /// How a test makes it go wrong.
    pub control: Control,
}

/// What every request shares.
pub(crate) struct Hub {
    pub(crate) settings: Settings,
    pub(crate) state: State,
    pub(crate) site: Arc<Site>,
}

impl Hub {
    /// Seconds since 1970.
    pub(crate) fn seconds(&self) -> i64 {
        (self.settings.clock)().div_euclid(1_000_000)
    }
}

/// The hub on a socket that the caller has bound. Await the server to run it; `Server::handle` stops it. It does not
/// listen to signals.
///
/// # Errors
/// The file or the socket is not usable.
pub fn server(settings: Settings, listener: TcpListener) -> std::io::Result<Server> {
    let site = Arc::new(Site::new(texts::service_name));
    let state = State::open(settings.file.clone())?;
    let hub = web::Data::new(Hub { settings, state, site });
    let server = HttpServer::new(move || {
        App::new()
            .app_data(hub.clone())
            .app_data(web::FormConfig::default().limit(16 * 1024))
            .wrap(from_fn(control::watch))
            .configure(provider::configure)
            .configure(pages::configure)
    });
    Ok(server.workers(1).disable_signals().shutdown_timeout(2).listen(listener)?.run())
}
