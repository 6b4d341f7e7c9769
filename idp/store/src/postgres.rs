//! PostgreSQL: pooled connections over tokio-postgres and rustls, driven by diesel's synchronous queries on blocking
//! threads of a runtime of its own, so that a caller who goes away leaves no transaction half done.

use crate::{MIGRATIONS_POSTGRES, StoreError};
use diesel::ConnectionError;
use diesel::prelude::*;
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig};
use diesel_migrations::MigrationHarness;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

/// The connection type that `queries` is compiled for here.
pub type Conn = AsyncConnectionWrapper<Object<AsyncPgConnection>>;

#[path = "queries/mod.rs"]
pub mod queries;

/// Some work on a connection, which keeps its answer for its caller. One type for all operations: a task of its own type for
/// each of hundreds would be megabytes of program.
type Job = Box<dyn FnOnce(&mut Conn) + Send>;

/// Connections of one node.
const POOL: usize = 16;

/// A PostgreSQL database.
#[derive(Clone)]
pub struct PostgresStore {
    pool: Pool<AsyncPgConnection>,
    runtime: Handle,
    /// Dropped with the last clone, which ends the runtime's thread.
    _alive: Arc<oneshot::Sender<()>>,
}

impl PostgresStore {
    /// A pool for `url`; connections are made when first needed.
    pub(crate) fn open(url: &str) -> Result<Self, StoreError> {
        let mut config = ManagerConfig::default();
        config.custom_setup = Box::new(|url| Box::pin(connect(url.to_owned())));
        let manager = AsyncDieselConnectionManager::<AsyncPgConnection>::new_with_config(url, config);
        let pool = Pool::builder(manager)
            .max_size(POOL)
            .runtime(deadpool::Runtime::Tokio1)
            .wait_timeout(Some(Duration::from_secs(5)))
            .create_timeout(Some(Duration::from_secs(5)))
            .build()
            .map_err(|error| StoreError::Connect(error.to_string()))?;
        let (alive, ended) = oneshot::channel::<()>();
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("postgres")
            .enable_all()
            .build()
            .map_err(|error| StoreError::Connect(error.to_string()))?;
        let handle = runtime.handle().clone();
        std::thread::Builder::new()
            .name("postgres-runtime".into())
            .spawn(move || {
                // Err: the last clone of the store was dropped.
                let _ = runtime.block_on(ended);
                runtime.shutdown_timeout(Duration::from_secs(5));
            })
            .map_err(|error| StoreError::Connect(error.to_string()))?;
        Ok(Self { pool, runtime: handle, _alive: Arc::new(alive) })
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.begin(Box::new(move |conn| {
            // The caller may have gone; the work is done all the same.
            let _ = answer.send(work(conn));
        }));
        answered.await.map_err(|_| StoreError::Busy)?
    }

    /// Gives `job` a connection and a thread. It is dropped where there is no connection in time.
    fn begin(&self, job: Job) {
        let pool = self.pool.clone();
        self.runtime.spawn(async move {
            match pool.get().await {
                Ok(connection) => {
                    tokio::task::spawn_blocking(move || job(&mut Conn::from(connection)));
                }
                Err(error) => tracing::error!(%error, "no database connection"),
            }
        });
    }

    /// Runs `work` in a transaction and answers once it is committed.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.run(move |conn| conn.transaction(work)).await
    }

    /// Runs `work` outside a transaction.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.run(work).await
    }

    /// Brings the schema up to date; the names of the migrations that ran. Nodes that start together take turns.
    pub(crate) async fn migrate(&self) -> Result<Vec<String>, StoreError> {
        self.run(|conn| {
            diesel::sql_query("SELECT pg_advisory_lock(7305771)").execute(conn)?;
            let ran = conn
                .run_pending_migrations(MIGRATIONS_POSTGRES)
                .map(|ran| ran.iter().map(ToString::to_string).collect())
                .map_err(|error| StoreError::Migration(error.to_string()));
            diesel::sql_query("SELECT pg_advisory_unlock(7305771)").execute(conn)?;
            ran
        })
        .await
    }
}

/// Lets the transactions of one key take turns: the others wait here until this one ends. To be called before any row
/// that they could want is locked.
fn lock_key(conn: &mut Conn, key: &str) -> Result<(), StoreError> {
    diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
        .bind::<diesel::sql_types::Text, _>(key)
        .execute(conn)?;
    Ok(())
}

/// Lets transactions that end several sessions wait for each other's in one order, so that none waits in a circle.
fn lock_sessions(conn: &mut Conn, ids: &[String]) -> Result<(), StoreError> {
    diesel::sql_query("SELECT 1 FROM browser_session WHERE id = ANY($1) ORDER BY id FOR UPDATE")
        .bind::<diesel::sql_types::Array<diesel::sql_types::Text>, _>(ids)
        .execute(conn)?;
    Ok(())
}

/// Keeps a session from ending until this transaction does: who ends it waits here, and sees what this one wrote.
fn hold_session(conn: &mut Conn, session: &str) -> Result<(), StoreError> {
    diesel::sql_query("SELECT 1 FROM browser_session WHERE id = $1 FOR SHARE")
        .bind::<diesel::sql_types::Text, _>(session)
        .execute(conn)?;
    Ok(())
}

/// Lets this transaction's look-ups of long lists use their indexes even where the planner has no statistics yet, as while
/// a table is being filled: for a list of hundreds, or by a plan that it made while the table was small, it would rather
/// read all of it, each time.
fn plan_for_any_list(conn: &mut Conn) -> Result<(), StoreError> {
    diesel::sql_query("SET LOCAL plan_cache_mode = force_generic_plan").execute(conn)?;
    diesel::sql_query("SET LOCAL enable_seqscan = off").execute(conn)?;
    Ok(())
}

/// Connects as the URL's `sslmode` says: `require` verifies the server's certificate against the system's and the public
/// roots. Without one, a database on this machine is spoken to plainly and any other over TLS.
async fn connect(url: String) -> Result<AsyncPgConnection, ConnectionError> {
    let bad = |error: &dyn std::fmt::Display| ConnectionError::BadConnection(error.to_string());
    let mut config: Config = url.parse().map_err(|error: tokio_postgres::Error| bad(&error))?;
    if config.get_ssl_mode() == SslMode::Prefer {
        let mode = if config.get_hosts().iter().all(is_here) { SslMode::Disable } else { SslMode::Require };
        config.ssl_mode(mode);
    }
    let mut roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let tls =
        rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| bad(&error))?
            .with_root_certificates(roots)
            .with_no_client_auth();
    let (client, connection) =
        config.connect(MakeRustlsConnect::new(tls)).await.map_err(|error| bad(&error))?;
    AsyncPgConnection::try_from_client_and_connection(client, connection).await
}

/// Whether a host is this machine.
fn is_here(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => name == "localhost" || name.parse().is_ok_and(|ip: IpAddr| ip.is_loopback()),
        Host::Unix(_) => true,
    }
}
