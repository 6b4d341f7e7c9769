//! What stands before every reference portal's own pages: signing in and out with OpenID Connect (crate
//! `relying-party`), the session of 15 minutes, forms, error pages, and the database file that holds them.
//!
//! A portal
//! 1. says what it is ([`Service`]) and makes a [`Front`] with its own migrations;
//! 2. puts its pages into [`routes::configure`], each by one of [`routes::Pages`]: for everybody, for people who are signed
//!    in, with a form of theirs, or with a file that they send ([`handlers`] is what these have to pass);
//! 3. changes things by [`Database::act_once`], so that a double click changes them once;
//! 4. serves by [`serve`], whose worker does what time brings ([`Service::tend`]) and writes the mails that [`post`] put
//!    down.
//!
//! What forms of people and places share is in [`address`], [`places`] and [`FieldCheck`]; files are in [`Upload`] and [`pdf`];
//! lists in [`table`] and [`search`]; what is filled in over time and submitted once in [`drafts`]; whose account it is in [`accounts`]; how long something is kept in [`retention`].
//!
//! Knows no portal, and the identity server only by the protocol.

pub mod accounts;
pub mod address;
mod answers;
mod backchannel_logout;
mod codes;
mod database;
pub mod drafts;
mod error;
mod error_pages;
mod field_check;
mod form;
pub mod handlers;
mod mail;
mod moment;
mod outbox;
mod pages;
pub mod pdf;
mod pending;
pub mod places;
mod reference;
pub mod retention;
pub mod routes;
mod schema;
pub mod search;
mod session;
mod session_pages;
mod sign_in;
pub mod table;
pub mod terms;
pub mod testing;
pub mod texts;
mod upkeep;
mod upload;
mod visit;

pub use answers::{form_status, redirect};
pub use database::{Database, DatabaseError};
pub use diesel_migrations::EmbeddedMigrations;
pub use error::PortalError;
pub use field_check::{FieldCheck, Text, is_hidden, one_line};
pub use form::{Acted, Form, MAX_BODY};
pub use mail::{Letter, LetterLine, MailFolder};
pub use moment::Moment;
pub use outbox::post;
pub use pages::Question;
pub use reference::random_reference;
pub use session::{NewSession, Person, Session, SessionState};
pub use upload::{Upload, UploadedFile};
pub use visit::{Member, Visit};

use actix_web::dev::Server;
use actix_web::{App, HttpServer, web};
use diesel::{QueryResult, SqliteConnection};
use ontario_design::Site;
use ontario_language::Language;
use relying_party::{RelyingParty, RelyingPartySettings};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
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
    /// Where mails go.
    pub mail: MailFolder,
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

    /// What time brings: reminders, deletions. The worker calls it every few seconds, in a transaction of its own.
    ///
    /// # Errors
    /// Of the database; then nothing of it is done, and it is tried again.
    fn tend(&self, connection: &mut SqliteConnection, now: i64) -> QueryResult<()> {
        let _ = (connection, now);
        Ok(())
    }

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

    /// The page of the draft that took what was typed into `page`, where that is another one.
    fn draft_page(&self, page: &str, form: &Form) -> Option<String> {
        let _ = (page, form);
        None
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
        let secure = base_url.scheme() == "https";
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
            cookies: visit::CookieNames::new(service.cookie_prefix(), secure),
            service: Arc::new(service),
            secure,
            settings,
        })
    }

    /// This instant.
    #[must_use]
    pub fn now(&self) -> i64 {
        (self.settings.clock)()
    }

    /// One pass of the worker: what time brings, and the mails that wait.
    ///
    /// # Errors
    /// Of the database and of the mail folder; what wasn't done is done at the next pass.
    pub async fn tend(&self) -> Result<(), PortalError> {
        let (service, now) = (self.service.clone(), self.now());
        let tended = self.database.write(move |c| {
            drafts::end_with_sessions(c, now)?;
            service.tend(c, now)
        });
        let tended = tended.await;
        outbox::deliver(self).await?;
        Ok(tended?)
    }
}

/// How often the worker looks for what is due.
const WORKER_PAUSE: Duration = Duration::from_secs(2);

/// Tends the portal; never ends.
async fn work(front: web::Data<Front>) {
    loop {
        if let Err(error) = front.tend().await {
            tracing::error!(%error, "what is due waits");
        }
        actix_web::rt::time::sleep(WORKER_PAUSE).await;
    }
}

/// The portal on a socket that the caller has bound, so that port 0 works: the caller reads the port, makes `base_url` from
/// it and registers it. `pages` are the portal's addresses, by [`routes::configure`]. Await the server to run it;
/// `Server::handle` stops it. It does not listen to signals. To be called in an actix system: the worker runs there, as
/// long as the system does.
///
/// # Errors
/// [`StartError::Socket`].
pub fn serve<P>(front: &web::Data<Front>, listener: TcpListener, pages: P) -> Result<Server, StartError>
where
    P: Fn(&mut web::ServiceConfig) + Clone + Send + 'static,
{
    actix_web::rt::spawn(work(front.clone()));
    let server = HttpServer::new(move || App::new().configure(pages.clone()));
    Ok(server.workers(1).disable_signals().shutdown_timeout(5).listen(listener)?.run())
}
