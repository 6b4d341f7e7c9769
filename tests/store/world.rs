//! A fresh database with the store on it, instants, and a way past the store to look and to tamper.

use diesel::connection::SimpleConnection;
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query, sql_types::Text};
use idp_domain::secret::{KeyedHash, TokenHash, random_token};
use idp_domain::time::Timestamp;
use idp_store::Store;
use idp_tests::postgres::PostgresCluster;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// `seconds` after the instant at which every test begins.
pub fn at(seconds: u64) -> Timestamp {
    Timestamp::from_seconds(1_800_000_000).plus(Duration::from_secs(seconds))
}

/// A database of one's own.
pub struct World {
    pub store: Store,
    pub rng: Mutex<StdRng>,
    url: String,
    folder: Option<PathBuf>,
}

impl World {
    pub async fn on_sqlite() -> Self {
        let world = Self::empty_on_sqlite();
        world.store.migrate().await.unwrap();
        world
    }

    pub async fn on_postgres() -> Self {
        let world = Self::empty_on_postgres();
        world.store.migrate().await.unwrap();
        world
    }

    /// A file without a schema.
    pub fn empty_on_sqlite() -> Self {
        let folder = std::env::temp_dir().join(format!("idp-store-{}-{}", std::process::id(), next()));
        let url = format!("sqlite://{}", folder.join("idp.sqlite3").display());
        Self::open(url, Some(folder))
    }

    /// A database without a schema.
    pub fn empty_on_postgres() -> Self {
        Self::open(PostgresCluster::shared().create_database(), None)
    }

    fn open(url: String, folder: Option<PathBuf>) -> Self {
        let store = Store::open(&url).unwrap();
        Self { store, rng: Mutex::new(StdRng::seed_from_u64(next().into())), url, folder }
    }

    /// The store of one more node on the same database.
    pub fn another_node(&self) -> Store {
        Store::open(&self.url).unwrap()
    }

    pub fn is_sqlite(&self) -> bool {
        self.folder.is_some()
    }

    /// Runs statements past the store.
    pub fn execute(&self, sql: &str) {
        if self.is_sqlite() {
            self.connect().batch_execute(sql).unwrap();
        } else {
            PostgresCluster::shared().execute(&self.url, sql);
        }
    }

    /// The rows of a query past the store; it has one text column called `value`.
    pub fn query(&self, sql: &str) -> Vec<String> {
        if self.is_sqlite() {
            let rows: Vec<Row> = sql_query(sql).load(&mut self.connect()).unwrap();
            rows.into_iter().map(|row| row.value).collect()
        } else {
            PostgresCluster::shared().execute(&self.url, sql).lines().map(str::to_owned).collect()
        }
    }

    /// How many rows `table` (with its condition, if any) has.
    pub fn count(&self, table: &str) -> usize {
        self.query(&format!("SELECT CAST(count(*) AS TEXT) AS value FROM {table}"))[0].parse().unwrap()
    }

    pub fn token(&self) -> TokenHash {
        TokenHash::of(random_token(&mut *self.rng.lock().unwrap()).expose())
    }

    pub fn keyed(&self) -> KeyedHash {
        let mut bytes = [0; 32];
        self.rng.lock().unwrap().fill_bytes(&mut bytes);
        KeyedHash::from_slice(&bytes).unwrap()
    }

    fn connect(&self) -> SqliteConnection {
        let mut connection = SqliteConnection::establish(self.url.trim_start_matches("sqlite://")).unwrap();
        connection.batch_execute("PRAGMA busy_timeout = 10000").unwrap();
        connection
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            // The system clears its temporary files anyway.
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    value: String,
}

fn next() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
