//! A portal's database: one SQLite file with the front's tables and the portal's own. Every operation is one transaction
//! on the blocking pool.
//!
//! Owns no rule of the protocol and no clock; `now` is microseconds since 1970.

use actix_web::error::BlockingError;
use actix_web::web;
use diesel::connection::SimpleConnection;
use diesel::migration::{Migration, MigrationSource};
use diesel::r2d2::{ConnectionManager, CustomizeConnection, Pool};
use diesel::sqlite::Sqlite;
use diesel::{Connection, SqliteConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use std::path::Path;

/// The front's tables.
pub(crate) const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// The portal's migrations and the front's, in one list by their versions: those of a portal's own tables are 0001 and on, the
/// front's 1001 and on, and those of a portal that need a table of the front's 2001 and on.
struct Together(EmbeddedMigrations);

impl MigrationSource<Sqlite> for Together {
    fn migrations(&self) -> diesel::migration::Result<Vec<Box<dyn Migration<Sqlite>>>> {
        let mut all = self.0.migrations()?;
        all.extend(MIGRATIONS.migrations()?);
        Ok(all)
    }
}

/// Readers beside the one writer that SQLite allows.
const CONNECTIONS: u32 = 4;

/// A failure of the database.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
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
pub struct Database(Pool<ConnectionManager<SqliteConnection>>);

impl Database {
    /// Opens the file, creates it and its folder when needed, and brings its tables up to date: the portal's `own` and the
    /// front's.
    ///
    /// # Errors
    /// [`DatabaseError::Open`] and what a failing query gives.
    pub fn open(file: &Path, own: EmbeddedMigrations) -> Result<Self, DatabaseError> {
        let open = |error: &dyn std::fmt::Display| DatabaseError::Open(error.to_string());
        if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(|error| open(&error))?;
        }
        let address = file.to_str().ok_or_else(|| DatabaseError::Open("its path is not UTF-8".to_owned()))?;
        let mut connection = SqliteConnection::establish(address).map_err(|error| open(&error))?;
        connection.batch_execute("PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL;")?;
        connection.run_pending_migrations(Together(own)).map_err(|error| open(&error))?;
        let pool = Pool::builder()
            .max_size(CONNECTIONS)
            .connection_customizer(Box::new(Settings))
            .build(ConnectionManager::new(address))?;
        Ok(Self(pool))
    }

    /// Runs `work` as one write transaction, away from the threads that answer requests. `BEGIN IMMEDIATE`: a reader
    /// that turns writer half-way could not wait for another writer.
    ///
    /// # Errors
    /// [`DatabaseError`]; nothing of `work` is kept then.
    pub async fn write<T, F>(&self, work: F) -> Result<T, DatabaseError>
    where
        T: Send + 'static,
        F: FnOnce(&mut SqliteConnection) -> Result<T, diesel::result::Error> + Send + 'static,
    {
        let pool = self.0.clone();
        web::block(move || Ok(pool.get()?.immediate_transaction(work)?)).await?
    }

    /// Runs `work` on one state of the database. It must not write.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn read<T, F>(&self, work: F) -> Result<T, DatabaseError>
    where
        T: Send + 'static,
        F: FnOnce(&mut SqliteConnection) -> Result<T, diesel::result::Error> + Send + 'static,
    {
        let pool = self.0.clone();
        web::block(move || Ok(pool.get()?.transaction(|c| work(&mut *c))?)).await?
    }
}
