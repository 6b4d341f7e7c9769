//! The ServiceOntario account portal: a relying service of the identity server with accounts of its own, as a reference
//! for services that join. Knows the provider only through the protocol (crate `relying-party`).
//!
//! The way through: landing page → `/sign-in` → the provider → `/callback` → terms (once) → account home → sign out.

mod error_pages;
mod pages;
mod routes;
mod store;
mod texts;
mod visit;

#[cfg(test)]
mod tests;

use actix_web::{App, HttpServer, dev::Server, web};
use ontario_design::Site;
use relying_party::{RelyingParty, RelyingPartySettings};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use store::Store;
use url::Url;

/// Gives the time: microseconds since 1970 (UTC).
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// What the portal has to be told.
#[derive(Clone)]
pub struct Settings {
    /// This portal's address as browsers see it, without a final slash. The provider knows
    /// `{base_url}/callback`, `{base_url}/` (after signing out), `{base_url}/sign-in` and
    /// `{base_url}/backchannel-logout`.
    pub base_url: String,
    /// The provider, exactly as its discovery document names itself.
    pub issuer: String,
    /// As registered at the provider.
    pub client_id: String,
    /// As registered at the provider.
    pub client_secret: String,
    /// As registered at the provider: `ES256`, `RS256` or `EdDSA`.
    pub id_token_signed_response_alg: String,
    /// Where people look after their account at the provider; `{l}` becomes `en` or `fr`.
    pub account_url: String,
    /// The SQLite file; it is created.
    pub database: PathBuf,
    /// Whether the pages say that this is a demonstration.
    pub demonstration_notice: bool,
    /// What people have here from the time of ONE-key.
    pub old_records: Vec<OldRecord>,
    /// The time.
    pub clock: Clock,
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

/// Why the portal does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// An address in the settings is none.
    #[error("{0} must be an address")]
    Address(&'static str),
    /// The relying party's settings are wrong.
    #[error(transparent)]
    RelyingParty(#[from] relying_party::Error),
    /// The database does not open.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// The socket is not usable.
    #[error("the server does not start: {0}")]
    Socket(#[from] std::io::Error),
}

/// What every request shares.
pub(crate) struct Portal {
    pub(crate) settings: Settings,
    pub(crate) store: Store,
    pub(crate) relying_party: RelyingParty,
    pub(crate) site: Arc<Site>,
    /// `https://provider.example`, without a path.
    pub(crate) provider_origin: String,
    /// Whether cookies are for TLS only.
    pub(crate) secure: bool,
}

impl Portal {
    pub(crate) fn new(settings: Settings) -> Result<Self, StartError> {
        let base_url = Url::parse(&settings.base_url).map_err(|_| StartError::Address("base_url"))?;
        let issuer = Url::parse(&settings.issuer).map_err(|_| StartError::Address("issuer"))?;
        let relying_party = RelyingParty::new(RelyingPartySettings {
            issuer: settings.issuer.clone(),
            client_id: settings.client_id.clone(),
            client_secret: settings.client_secret.clone(),
            redirect_uri: format!("{}/callback", settings.base_url),
            post_logout_redirect_uri: format!("{}/", settings.base_url),
            scopes: vec!["email".to_owned()],
            id_token_signed_response_alg: settings.id_token_signed_response_alg.clone(),
        })?;
        let provider_origin = issuer.origin().ascii_serialization();
        let site = Site {
            information_base: provider_origin.clone(),
            demonstration: settings.demonstration_notice,
            ..Site::new(texts::service_name)
        };
        let store = Store::open(&settings.database)?;
        let secure = base_url.scheme() == "https";
        Ok(Self { settings, store, relying_party, site: Arc::new(site), provider_origin, secure })
    }

    pub(crate) fn now(&self) -> i64 {
        (self.settings.clock)()
    }
}

/// The portal on a socket that the caller has bound, so that port 0 works: the caller reads the port, makes
/// `base_url` from it and registers it. Await the server to run it; `Server::handle` stops it. It does not listen to
/// signals.
///
/// # Errors
/// [`StartError`].
pub fn server(settings: Settings, listener: TcpListener) -> Result<Server, StartError> {
    let portal = web::Data::new(Portal::new(settings)?);
    let server = HttpServer::new(move || App::new().configure(|app| routes::configure(app, &portal)))
        .workers(1)
        .disable_signals()
        .shutdown_timeout(5)
        .listen(listener)?
        .run();
    Ok(server)
}
