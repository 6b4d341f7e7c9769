//! The ServiceOntario account portal: a relying service of the identity server with accounts of its own, as a reference
//! for services that join. What every portal has comes from the crate `portal-front`; the provider is known only by the
//! protocol.
//!
//! The way through: landing page → `/sign-in` → the provider → `/callback` → terms (once) → account home → sign out.

mod accounts;
mod pages;
mod routes;
mod schema;
mod texts;

#[cfg(test)]
mod tests;

use actix_web::{App, HttpServer, dev::Server, web};
use diesel::{QueryResult, SqliteConnection};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use ontario_language::Language;
use portal_front::{Front, Person, Service, StartError};
use std::net::TcpListener;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// What the portal has to be told.
#[derive(Clone)]
pub struct Settings {
    /// What every portal has to be told.
    pub front: portal_front::Settings,
    /// What people have here from the time of ONE-key.
    pub old_records: Vec<OldRecord>,
}

/// A record from the time of ONE-key. It is found by the `onekey` claim of the ID token, never by a name or an address.
#[derive(Debug, Clone)]
pub struct OldRecord {
    /// The subject of the ONE-key account that it belongs to: `onekey.sub`.
    pub onekey_subject: String,
    /// When it was made: microseconds since 1970 (UTC).
    pub at: i64,
    /// What it is, in English and in French.
    pub name: [&'static str; 2],
}

/// What the pages share beside the front.
pub(crate) struct Portal {
    pub(crate) old_records: Vec<OldRecord>,
}

/// What makes this portal this one.
pub(crate) struct ServiceOntario;

impl Service for ServiceOntario {
    fn name(&self) -> fn(Language) -> &'static str {
        texts::service_name
    }

    fn cookie_prefix(&self) -> &'static str {
        "so"
    }

    fn home(&self) -> &'static str {
        "home"
    }

    fn signed_in(&self, c: &mut SqliteConnection, person: &Person, now: i64) -> QueryResult<Option<String>> {
        let account = accounts::sign_in(c, person, now)?;
        Ok(account.is_none().then(|| "setup/terms".to_owned()))
    }
}

/// The portal on a socket that the caller has bound, so that port 0 works: the caller reads the port, makes
/// `base_url` from it and registers it. Await the server to run it; `Server::handle` stops it. It does not listen to
/// signals.
///
/// # Errors
/// [`StartError`].
pub fn server(settings: Settings, listener: TcpListener) -> Result<Server, StartError> {
    let front = web::Data::new(Front::new(settings.front, ServiceOntario, MIGRATIONS)?);
    let portal = web::Data::new(Portal { old_records: settings.old_records });
    let server = HttpServer::new(move || App::new().configure(|app| routes::configure(app, &front, &portal)))
        .workers(1)
        .disable_signals()
        .shutdown_timeout(5)
        .listen(listener)?
        .run();
    Ok(server)
}
