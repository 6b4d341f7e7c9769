//! The portal's own database: one SQLite file. Every public function is one transaction on the blocking pool.
//!
//! Owns no rule of the protocol and no clock; `now` is microseconds since 1970.

mod accounts;
mod pending;
mod schema;
mod sessions;

pub(crate) use accounts::{Activity, ActivityKind};
pub(crate) use pending::PendingRow;
pub(crate) use sessions::{NewSession, Session, SessionState};

use actix_web::error::BlockingError;
use actix_web::web;
use diesel::connection::SimpleConnection;
use diesel::r2d2::{ConnectionManager, CustomizeConnection, Pool};
use diesel::{Connection, SqliteConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use std::path::Path;

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");
/// Readers beside the one writer that SQLite allows.
const CONNECTIONS: u32 = 4;

/// A failure of the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be opened or created.
    #[error("the database cannot be opened: {0}")]
    Open(String),
    /// A query failed.
    #[error("the database failed: {0}")]
    Query(#[from] diesel::result::Error),
    /// No connection became free in time.
    #[error("no database connection: {0}")]
    Pool(#[from] diesel::r2d2::PoolError),
    /// The program is stopping.
    #[error("the blocking pool is gone")]
    Stopping(#[from] BlockingError),
}

#[derive(Debug)]
struct Settings;

impl CustomizeConnection<SqliteConnection, diesel::r2d2::Error> for Settings {
    fn on_acquire(&self, connection: &mut SqliteConnection) -> Result<(), diesel::r2d2::Error> {
        connection
            .batch_execute("PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL;")
            .map_err(diesel::r2d2::Error::QueryError)
    }
}

/// The database; clones share it.
#[derive(Clone)]
pub(crate) struct Store(Pool<ConnectionManager<SqliteConnection>>);

impl Store {
    /// Opens the file, creates it and its folder when needed, and brings its tables up to date.
    pub(crate) fn open(file: &Path) -> Result<Self, StoreError> {
        let open = |error: &dyn std::fmt::Display| StoreError::Open(error.to_string());
        if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|error| open(&error))?;
        }
        let address = file.to_str().ok_or_else(|| StoreError::Open("its path is not UTF-8".to_owned()))?;
        let mut connection = SqliteConnection::establish(address).map_err(|error| open(&error))?;
        connection.batch_execute("PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL;")?;
        connection.run_pending_migrations(MIGRATIONS).map_err(|error| open(&error))?;
        let pool = Pool::builder()
            .max_size(CONNECTIONS)
            .connection_customizer(Box::new(Settings))
            .build(ConnectionManager::new(address))?;
        Ok(Self(pool))
    }

    /// Runs `work` as one write transaction, away from the threads that answer requests. `BEGIN IMMEDIATE`: a reader
    /// that turns writer half-way could not wait for another writer.
    async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut SqliteConnection) -> Result<T, diesel::result::Error> + Send + 'static,
    {
        let pool = self.0.clone();
        web::block(move || Ok(pool.get()?.immediate_transaction(work)?)).await?
    }
}

#[cfg(test)]
pub(crate) mod temporary {
    use super::Store;
    use relying_party::browser_session::CookieSecret;
    use std::path::PathBuf;

    /// A folder of its own for a test's database; it goes with the test.
    pub(crate) struct Folder(PathBuf);

    impl Folder {
        pub(crate) fn new() -> Self {
            Self(
                std::env::temp_dir().join(format!("serviceontario-test-{}", CookieSecret::random().expose())),
            )
        }

        pub(crate) fn database(&self) -> PathBuf {
            self.0.join("portal.db")
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    /// A new, empty database.
    pub(crate) fn store() -> (Store, Folder) {
        let folder = Folder::new();
        (Store::open(&folder.database()).unwrap(), folder)
    }
}
