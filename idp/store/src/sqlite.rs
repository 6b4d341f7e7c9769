//! SQLite: one writer thread that commits in groups, and a pool of readers.
//!
//! A durable commit waits for the disk whatever it holds, so all writes that wait share one: each runs in a savepoint of
//! the group's transaction and is answered after the commit. One writer means that no write ever finds the database
//! locked.

use crate::backup::{self, BackupError};
use crate::{MIGRATIONS_SQLITE, StoreError};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, CustomizeConnection, Pool};
use diesel_migrations::MigrationHarness;
use idp_domain::time::Timestamp;
use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// The connection type that `queries` is compiled for here.
pub type Conn = SqliteConnection;

#[path = "queries/mod.rs"]
pub mod queries;

/// Answers a caller once the fate of the group is known.
type Reply = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
/// One write, run in a savepoint.
type Job = Box<dyn FnOnce(&mut Conn) -> Reply + Send>;

/// One read, which keeps its answer for its caller: one type for all operations, so that each doesn't bring a task of its own.
type Look = Box<dyn FnOnce(&mut Conn) + Send>;

/// Most writes in one commit.
const GROUP: usize = 64;
/// Most writes that wait; beyond it callers are told that the store is busy.
const QUEUE: usize = 4096;

/// Each connection: WAL, nothing acknowledged before it is on the disk, foreign keys, patience.
const SETUP: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
                     PRAGMA foreign_keys = ON; PRAGMA cache_size = -2000; PRAGMA temp_store = MEMORY;";

/// The embedded database.
#[derive(Clone)]
pub struct SqliteStore {
    writes: mpsc::Sender<Job>,
    readers: Pool<ConnectionManager<Conn>>,
    path: String,
}

#[derive(Debug)]
struct Setup;

impl CustomizeConnection<Conn, diesel::r2d2::Error> for Setup {
    fn on_acquire(&self, conn: &mut Conn) -> Result<(), diesel::r2d2::Error> {
        conn.batch_execute(SETUP).map_err(diesel::r2d2::Error::QueryError)
    }
}

pub(crate) fn connect(path: &str) -> Result<Conn, StoreError> {
    if let Some(folder) = Path::new(path).parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|error| StoreError::Connect(error.to_string()))?;
    }
    // Only its owner reads it; the write-ahead log takes the file's mode over.
    let made = OpenOptions::new().create(true).append(true).mode(0o600).open(path);
    made.map_err(|error| StoreError::Connect(format!("{path}: {error}")))?;
    let mut conn = Conn::establish(path).map_err(|error| StoreError::Connect(error.to_string()))?;
    conn.batch_execute(SETUP).map_err(|error| StoreError::Connect(error.to_string()))?;
    Ok(conn)
}

/// Lets the transactions of one key take turns. Here all writes do.
#[allow(clippy::unnecessary_wraps, reason = "PostgreSQL's may fail")]
fn lock_key(_conn: &mut Conn, _key: &str) -> Result<(), StoreError> {
    Ok(())
}

/// Lets transactions that end several sessions wait for each other's in one order. Here one transaction writes at a time.
#[allow(clippy::unnecessary_wraps, reason = "PostgreSQL's may fail")]
fn lock_sessions(_conn: &mut Conn, _ids: &[String]) -> Result<(), StoreError> {
    Ok(())
}

/// Keeps a session from ending until this transaction does. Here no other one writes meanwhile.
#[allow(clippy::unnecessary_wraps, reason = "PostgreSQL's may fail")]
fn hold_session(_conn: &mut Conn, _session: &str) -> Result<(), StoreError> {
    Ok(())
}

/// Here plans don't depend on how many values a list has.
#[allow(clippy::unnecessary_wraps, reason = "PostgreSQL's may fail")]
fn plan_for_any_list(_conn: &mut Conn) -> Result<(), StoreError> {
    Ok(())
}

impl SqliteStore {
    /// Opens the file at `path`, which is made if it isn't there.
    pub(crate) fn open(path: &str) -> Result<Self, StoreError> {
        let writer = connect(path)?;
        let (sender, queue) = mpsc::channel(QUEUE);
        std::thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || run_writer(writer, queue))
            .map_err(|error| StoreError::Connect(error.to_string()))?;
        let readers = Pool::builder()
            .max_size(4)
            .min_idle(Some(1))
            .connection_timeout(Duration::from_secs(5))
            .test_on_check_out(false)
            .connection_customizer(Box::new(Setup))
            .build(ConnectionManager::new(path))
            .map_err(|error| StoreError::Connect(error.to_string()))?;
        Ok(Self { writes: sender, readers, path: path.to_owned() })
    }

    /// Runs `work` in a transaction and answers once it is durable.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |conn| {
            let outcome = conn.transaction(work);
            Box::new(move |committed: Result<(), StoreError>| {
                // The caller may have gone; what was committed stays.
                let _ = answer.send(committed.and(outcome));
            })
        });
        self.writes.try_send(job).map_err(|_| StoreError::Busy)?;
        answered.await.map_err(|_| StoreError::Busy)?
    }

    /// Runs `work` on a reader.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        // A read by key takes microseconds and never waits for the writer: less than a change of thread would.
        if let Some(mut conn) = self.readers.try_get() {
            return work(&mut conn);
        }
        let (answer, answered) = oneshot::channel();
        self.wait_for_reader(Box::new(move |conn| {
            let _ = answer.send(work(conn));
        }));
        answered.await.map_err(|_| StoreError::Busy)?
    }

    /// Does `look` on a thread that may wait for a reader. It is dropped where none is free in time.
    fn wait_for_reader(&self, look: Look) {
        let readers = self.readers.clone();
        tokio::task::spawn_blocking(move || {
            if let Ok(mut conn) = readers.get() {
                look(&mut conn);
            }
        });
    }

    /// Copies the database as it is now.
    pub(crate) async fn copy(&self, to: PathBuf, now: Timestamp) -> Result<(), BackupError> {
        let from = self.path.clone();
        tokio::task::spawn_blocking(move || backup::copy(&from, &to, now))
            .await
            .map_err(|_| StoreError::Busy)?
    }

    /// Brings the schema up to date; the names of the migrations that ran. On a connection of its own with foreign keys
    /// off, as SQLite asks for where a table is made anew (<https://www.sqlite.org/lang_altertable.html#otheralter>): with
    /// them on, dropping the old table would delete all rows that refer to it.
    pub(crate) async fn migrate(&self) -> Result<Vec<String>, StoreError> {
        let path = self.path.clone();
        tokio::task::spawn_blocking(move || {
            let mut conn = connect(&path)?;
            conn.batch_execute("PRAGMA foreign_keys = OFF")?;
            // One transaction for all: nodes that start together take turns, and nothing is left half done.
            conn.immediate_transaction(|conn| {
                let ran = conn
                    .run_pending_migrations(MIGRATIONS_SQLITE)
                    .map(|ran| ran.iter().map(ToString::to_string).collect::<Vec<_>>())
                    .map_err(|error| StoreError::Migration(error.to_string()))?;
                // It reads every row: not at each start.
                if !ran.is_empty() {
                    check_foreign_keys(conn)?;
                }
                Ok(ran)
            })
        })
        .await
        .map_err(|_| StoreError::Busy)?
    }
}

#[derive(QueryableByName)]
struct Violation {
    #[diesel(sql_type = diesel::sql_types::Text)]
    table: String,
}

fn check_foreign_keys(conn: &mut Conn) -> Result<(), StoreError> {
    let broken: Vec<Violation> = diesel::sql_query("PRAGMA foreign_key_check").load(conn)?;
    match broken.first() {
        Some(row) => Err(StoreError::Migration(format!("a row of {} would refer to nothing", row.table))),
        None => Ok(()),
    }
}

fn run_writer(mut conn: Conn, mut jobs: mpsc::Receiver<Job>) {
    while let Some(first) = jobs.blocking_recv() {
        let mut replies: Vec<Reply> = Vec::new();
        let committed = conn.immediate_transaction(|conn| {
            let mut next = Some(first);
            while let Some(job) = next {
                replies.push(job(conn));
                next = if replies.len() < GROUP { jobs.try_recv().ok() } else { None };
            }
            Ok::<(), diesel::result::Error>(())
        });
        if let Err(error) = &committed {
            tracing::error!(%error, "a group of writes could not be committed");
        }
        for reply in replies {
            reply(if committed.is_ok() { Ok(()) } else { Err(StoreError::Busy) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(QueryableByName)]
    struct CompileOption {
        #[diesel(sql_type = diesel::sql_types::Text)]
        compile_options: String,
    }

    /// `.cargo/config.toml` asks for them; a build that misses them works, at several times the cost of each statement.
    #[test]
    fn statements_are_planned_once_whatever_is_bound() {
        let mut conn = Conn::establish(":memory:").expect("a database in memory");
        let found: Vec<CompileOption> = diesel::sql_query("PRAGMA compile_options")
            .load(&mut conn)
            .expect("SQLite says how it was built");
        for wanted in ["ENABLE_QPSG", "DEFAULT_MEMSTATUS=0"] {
            assert!(found.iter().any(|option| option.compile_options == wanted), "{wanted}");
        }
    }
}
