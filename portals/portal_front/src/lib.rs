//! What stands before every reference portal's own pages: signing in and out with OpenID Connect (crate
//! `relying-party`), the session of 15 minutes, forms, error pages, and the database file that holds them.
//!
//! A portal
//! 1. says what it is ([`Service`]) and makes a [`Front`] with its own migrations;
//! 2. puts its pages into [`routes::configure`], each by one of the four of [`handlers`]: [`handlers::page`] and
//!    [`handlers::member_page`] for GET, [`handlers::member_form`] for a POST by somebody who is signed in,
//!    [`handlers::member_body`] for one that is no plain form;
//! 3. changes things by [`Database::act_once`], so that a double click changes them once.
//!
//! Knows no portal, and the identity server only by the protocol.

mod backchannel_logout;
mod database;
mod error;
mod error_pages;
mod form;
pub mod handlers;
mod mail;
mod pending;
pub mod routes;
mod schema;
mod session;
mod session_pages;
mod sign_in;
pub mod testing;
pub mod texts;
mod visit;

pub use database::{Database, DatabaseError};
pub use diesel_migrations::EmbeddedMigrations;
pub use error::PortalError;
pub use form::{Acted, Form, MAX_BODY};
pub use mail::{Letter, LetterLine, MailFolder};
pub use session::{NewSession, Person, Session, SessionState};
pub use visit::{Member, Visit, redirect};

use diesel::{QueryResult, SqliteConnection};
use ontario_design::Site;
use ontario_language::Language;
use relying_party::{RelyingParty, RelyingPartySettings};
use std::path::PathBuf;
use std::sync::Arc;
use url::Url;

/// Gives the time: microseconds since 1970 (UTC).
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// What a portal has to be told by who runs it.
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
    /// As registered at the provider: `ES256`, `PS256`, `RS256` or `EdDSA`.
    pub id_token_signed_response_alg: String,
    /// Where people look after their account at the provider; `{l}` becomes `en` or `fr`.
    pub account_url: String,
    /// The SQLite file; it is created.
    pub database: PathBuf,
    /// Whether the pages say that this is a demonstration.
    pub demonstration_notice: bool,
    /// The time.
    pub clock: Clock,
}

/// What becomes of what somebody typed when their session is over (pages.md X2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It is in a draft of theirs.
    Draft,
    /// It is held for 30 minutes, and filled in after signing in again.
    Held,
    /// Nothing is kept.
    Nothing,
}

/// What makes one portal different from another.
pub trait Service: Send + Sync + 'static {
    /// Its name in the bar and in titles.
    fn name(&self) -> fn(Language) -> &'static str;

    /// Before the names of its cookies: browsers give cookies to every port of a host.
    fn cookie_prefix(&self) -> &'static str;

    /// What it asks for beside `openid`.
    fn scopes(&self) -> &'static [&'static str] {
        &["email", "profile"]
    }

    /// The assurance levels that will do; none where any will.
    fn acr_values(&self) -> &'static [&'static str] {
        &[]
    }

    /// Its first page for people who are signed in, without the language: `home`.
    fn home(&self) -> &'static str;

    /// Its name for the account at the provider, in the link of the bar.
    fn account_name(&self, language: Language, person: Option<&Person>) -> &'static str {
        let _ = person;
        texts::my_ontario_account(language)
    }

    /// Somebody has signed in; runs in the transaction that starts their session. The page that they have to see before
    /// the one they asked for, if any.
    ///
    /// # Errors
    /// Of the database; then nobody is signed in.
    fn signed_in(
        &self,
        connection: &mut SqliteConnection,
        person: &Person,
        now: i64,
    ) -> QueryResult<Option<String>>;

    /// Whether what is typed on this page is kept in a draft.
    fn is_draft(&self, page: &str) -> bool {
        let _ = page;
        false
    }

    /// Something was typed into `page` and sent after its session was over; a draft may take it, in this transaction.
    ///
    /// # Errors
    /// Of the database.
    fn keep(
        &self,
        connection: &mut SqliteConnection,
        person: &Person,
        page: &str,
        form: &Form,
        now: i64,
    ) -> QueryResult<Kept> {
        let _ = (connection, person, page, form, now);
        Ok(Kept::Held)
    }
}

/// Why a portal does not start.
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
    Database(#[from] DatabaseError),
    /// The socket is not usable.
    #[error("the server does not start: {0}")]
    Socket(#[from] std::io::Error),
}

/// What every request shares.
pub struct Front {
    /// As told.
    pub settings: Settings,
    /// The one file.
    pub database: Database,
    /// What the pages look like.
    pub site: Arc<Site>,
    /// `https://provider.example`, without a path.
    pub provider_origin: String,
    pub(crate) relying_party: RelyingParty,
    pub(crate) service: Arc<dyn Service>,
    pub(crate) cookies: visit::CookieNames,
    /// Whether cookies are for TLS only.
    pub(crate) secure: bool,
}

impl Front {
    /// Checks the settings and opens the database. `migrations` make the portal's own tables.
    ///
    /// # Errors
    /// [`StartError`].
    pub fn new(
        settings: Settings,
        service: impl Service,
        migrations: EmbeddedMigrations,
    ) -> Result<Self, StartError> {
        let base_url = Url::parse(&settings.base_url).map_err(|_| StartError::Address("base_url"))?;
        let issuer = Url::parse(&settings.issuer).map_err(|_| StartError::Address("issuer"))?;
        let relying_party = RelyingParty::new(RelyingPartySettings {
            issuer: settings.issuer.clone(),
            client_id: settings.client_id.clone(),
            client_secret: settings.client_secret.clone(),
            redirect_uri: format!("{}/callback", settings.base_url),
            post_logout_redirect_uri: format!("{}/", settings.base_url),
            scopes: service.scopes().iter().map(|&scope| scope.to_owned()).collect(),
            id_token_signed_response_alg: settings.id_token_signed_response_alg.clone(),
        })?;
        let provider_origin = issuer.origin().ascii_serialization();
        let site = Site {
            information_base: provider_origin.clone(),
            demonstration: settings.demonstration_notice,
            ..Site::new(service.name())
        };
        let database = Database::open(&settings.database, migrations)?;
        Ok(Self {
            database,
            site: Arc::new(site),
            provider_origin,
            relying_party,
            cookies: visit::CookieNames::new(service.cookie_prefix()),
            service: Arc::new(service),
            secure: base_url.scheme() == "https",
            settings,
        })
    }

    /// This instant.
    #[must_use]
    pub fn now(&self) -> i64 {
        (self.settings.clock)()
    }
}
