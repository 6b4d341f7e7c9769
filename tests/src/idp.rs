//! The identity server, run in the test's process on a free port of loopback: its own folder, its own database, a clock
//! that the test moves.
//!
//! 1. [`TestIdp::start`] copies a database that was set up once for the process, since RSA keys are slow to make.
//! 2. Nothing runs by itself: [`TestIdp::deliver`], [`TestIdp::tend_keys`] and [`TestIdp::seal_audit`] do what the
//!    workers would, so that no test waits.
//! 3. [`visitor`] is a person's browser, [`service`] a relying service, [`page`] what the server answers.

pub mod authenticator;
pub mod authenticator_app;
pub mod keys;
pub mod mail;
pub mod one_key;
pub mod page;
pub mod pushed;
pub mod service;
mod template;
pub mod visitor;

pub use authenticator::Authenticator;
pub use authenticator_app::AuthenticatorApp;
pub use keys::{ClientKey, JwksServer};
pub use mail::Mail;
pub use one_key::OneKey;
pub use page::{Form, Page};
pub use service::{Request, Service, Tokens};
pub use visitor::Visitor;

use crate::postgres::PostgresCluster;
use crate::process::temporary_folder;
use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use futures_util::future::join_all;
use idp_domain::time::Timestamp;
use idp_server::adapters::clock::Clock;
use idp_server::adapters::{key_log, key_ring, logout_worker, mail_worker, workers};
use idp_server::admin::Desk;
use idp_server::admin::settings::{self, SettingOrder};
use idp_server::app::App;
use idp_server::config::Settings;
use idp_server::server::{self, Running};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::oneshot;

/// A password that keeps every rule, for whoever needs any.
pub const PASSWORD: &str = "Lac-Nipigon-42";

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// A file of the test's own.
    Sqlite,
    /// A database of the test's own in the shared throw-away cluster.
    Postgres,
}

/// Runs test bodies on both databases: `MODULE::sqlite::NAME` and `MODULE::postgres::NAME`. Each body is an
/// `async fn NAME(database: Database)` of the module.
#[macro_export]
macro_rules! on_sqlite_and_postgres {
    ($( $name:ident )+) => {
        mod sqlite { $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { super::$name($crate::idp::Database::Sqlite).await; }
        )+ }
        mod postgres { $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { super::$name($crate::idp::Database::Postgres).await; }
        )+ }
    };
}

/// What a person signs in with.
#[derive(Debug, Clone)]
pub struct Account {
    /// The address.
    pub email: String,
    /// The password.
    pub password: String,
}

/// A running identity server; it stops and its folder goes when it is dropped.
pub struct TestIdp {
    /// The node itself, for what a test can't ask over HTTP.
    pub app: Arc<App>,
    /// `http://localhost:PORT`
    pub issuer: String,
    /// The test's own folder; mails are in its `mail`.
    pub folder: PathBuf,
    environment: Vec<(String, String)>,
    database: Database,
    url: String,
    offset: Arc<AtomicI64>,
    http: reqwest::Client,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<()>>,
}

impl TestIdp {
    /// Starts one with the settings of [`environment_of`].
    pub async fn start(database: Database) -> Self {
        Self::start_with(database, &[]).await
    }

    /// Starts one; `settings` are environment variables (`IDP_SECTION__KEY`) that come on top.
    pub async fn start_with(database: Database, settings: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on loopback");
        let port = listener.local_addr().expect("a bound socket has an address").port();
        let issuer = format!("http://localhost:{port}");
        let folder = temporary_folder("idp");
        let url = template::copy(database, &folder);
        let mut environment = environment_of(&issuer, &url, &folder);
        environment.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let offset = Arc::new(AtomicI64::new(0));
        let settings = load(&folder, &environment);
        let clock = Clock::shifted(Arc::clone(&offset));
        let (app, stop, server) = serve(settings, clock, listener).await;
        let http = client();
        Self {
            app,
            issuer,
            folder,
            environment,
            database,
            url,
            offset,
            http,
            stop: Some(stop),
            server: Some(server),
        }
    }

    /// One more node on the same database with the same clock, which serves nothing.
    pub async fn another_node(&self) -> Arc<App> {
        self.another_node_with(self.environment.clone()).await
    }

    /// The same with other settings.
    pub async fn another_node_with(&self, environment: Vec<(String, String)>) -> Arc<App> {
        let settings = load(&self.folder, &environment);
        App::start(settings, Clock::shifted(Arc::clone(&self.offset))).await.expect("a second node starts")
    }

    /// A browser that was never here.
    pub fn visitor(&self) -> Visitor {
        Visitor::new(self.http.clone(), &self.issuer)
    }

    /// What the node's clock says.
    pub fn now(&self) -> Timestamp {
        self.app.clock.now()
    }

    /// Moves the node's clock on.
    pub fn advance(&self, span: Duration) {
        let micros = i64::try_from(span.as_micros()).expect("a span of a life");
        self.offset.fetch_add(micros, Ordering::SeqCst);
    }

    /// Sends the mails that are due, as the worker would; how many were tried.
    pub async fn deliver(&self) -> usize {
        let mut tried = 0;
        loop {
            match mail_worker::send_due(&self.app).await.expect("the outbox can be read") {
                0 => return tried,
                more => tried += more,
            }
        }
    }

    /// The mails to `address` so far, oldest first; what is due is sent first.
    pub async fn mails_to(&self, address: &str) -> Vec<Mail> {
        self.deliver().await;
        let mut mails = mail::read_folder(&self.folder.join("mail"));
        mails.retain(|mail| mail.to == address);
        mails
    }

    /// The newest mail to `address`.
    pub async fn mail_to(&self, address: &str) -> Mail {
        let mails = self.mails_to(address).await;
        mails.into_iter().next_back().unwrap_or_else(|| panic!("no mail to {address}"))
    }

    /// Sets a setting for all nodes, as an operator would by command, and follows it.
    pub async fn set(&self, key: &str, value: &str) {
        let desk = Desk::of_operator(&self.app.store, self.now());
        let order = SettingOrder { value: Some(value), seen: None, why: None };
        settings::set(&desk, &self.app.settings, key, order).await.expect("a good value");
        self.app.follow_settings().await.expect("the settings are read");
    }

    /// Does what the schedule of keys asks for, and follows it, as the workers would.
    pub async fn tend_keys(&self) {
        let (store, master) = (&self.app.store, &self.app.data_keys.master);
        key_ring::tend(store, master, &self.app.key_schedule(), self.now()).await.expect("keys are tended");
        self.app.keys.refresh(store, master).await.expect("keys are read");
        key_log::write(store, master, &self.issuer).await.expect("the log of keys is written");
    }

    /// Tells services of sessions that have ended, as the worker would, and waits for them; how many were told.
    pub async fn tell_services(&self) -> usize {
        tell_services(&self.app).await
    }

    /// Ends the sessions whose time is over, as the worker would.
    pub async fn end_expired_sessions(&self) {
        workers::end_expired_sessions(&self.app).await.expect("expired sessions end");
    }

    /// Chains the audit's records, as the worker would.
    pub async fn seal_audit(&self) {
        workers::seal_audit(&self.app).await.expect("the audit is sealed");
    }

    /// Creates and activates an account as a person would. `visitor` is signed in then.
    pub async fn create_account(&self, visitor: &Visitor, email: &str) -> Account {
        let page = self.register_address(visitor, "/en/create-account", email).await;
        let code = self.mail_to(email).await.code();
        let done = visitor.submit(&page, "f", &[("code", &code)]).await;
        assert_eq!(done.location(), Some("/en/create-account/done"), "{done:#?}");
        Account { email: email.to_owned(), password: PASSWORD.to_owned() }
    }

    /// Fills in the page that asks for a new account; the page that asks for the code.
    pub async fn register_address(&self, visitor: &Visitor, path: &str, email: &str) -> Page {
        let page = visitor.get(path).await;
        let typed = [("email", email), ("password", PASSWORD), ("terms", "yes")];
        let answer = visitor.submit(&page, "f", &typed).await;
        assert_eq!(answer.status, 303, "{answer:#?}");
        visitor.follow(answer).await
    }

    /// Signs in at the sign-in page; the answer to the form.
    pub async fn sign_in(&self, visitor: &Visitor, email: &str, password: &str) -> Page {
        let page = visitor.get("/en/sign-in").await;
        visitor.submit(&page, "f", &[("email", email), ("password", password)]).await
    }

    /// Runs statements past the server.
    pub fn execute(&self, sql: &str) {
        match self.database {
            Database::Sqlite => self.connect().batch_execute(sql).expect("the statement is sound"),
            Database::Postgres => drop(PostgresCluster::shared().execute(&self.url, sql)),
        }
    }

    /// The rows of a query past the server; it has one text column called `value`.
    pub fn query(&self, sql: &str) -> Vec<String> {
        match self.database {
            Database::Sqlite => {
                let rows: Vec<Row> = sql_query(sql).load(&mut self.connect()).expect("the query is sound");
                rows.into_iter().map(|row| row.value).collect()
            }
            Database::Postgres => {
                PostgresCluster::shared().execute(&self.url, sql).lines().map(str::to_owned).collect()
            }
        }
    }

    /// How many rows `table` (with its condition, if any) has.
    pub fn count(&self, table: &str) -> usize {
        self.query(&format!("SELECT CAST(count(*) AS TEXT) AS value FROM {table}"))[0]
            .parse()
            .expect("a number")
    }

    /// The settings as environment variables, for the program `idp` on the same database.
    pub fn environment(&self) -> &[(String, String)] {
        &self.environment
    }

    /// The database's URL.
    pub fn database_url(&self) -> &str {
        &self.url
    }

    /// A client without cookies that follows no redirect.
    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }

    fn connect(&self) -> SqliteConnection {
        let mut connection =
            SqliteConnection::establish(self.url.trim_start_matches("sqlite://")).expect("the file is there");
        connection.batch_execute("PRAGMA busy_timeout = 10000").expect("a pragma");
        connection
    }
}

/// A server that was stopped: its folder and its database are there, and nothing has them open.
pub struct Stopped {
    /// The test's own folder.
    pub folder: PathBuf,
    issuer: String,
    environment: Vec<(String, String)>,
    database: Database,
    url: String,
    offset: Arc<AtomicI64>,
}

impl Stopped {
    /// The settings of the test, for the program.
    pub fn environment(&self) -> &[(String, String)] {
        &self.environment
    }

    /// Starts a server on the same address and database.
    pub async fn start(self) -> TestIdp {
        let port = self.issuer.rsplit(':').next().expect("a port");
        let listener = TcpListener::bind(format!("127.0.0.1:{port}")).expect("the port is still free");
        let Self { folder, issuer, environment, database, url, offset } = self;
        let settings = load(&folder, &environment);
        let (app, stop, server) = serve(settings, Clock::shifted(Arc::clone(&offset)), listener).await;
        let (stop, server) = (Some(stop), Some(server));
        TestIdp { app, issuer, folder, environment, database, url, offset, http: client(), stop, server }
    }
}

impl TestIdp {
    /// Stops the server and closes its database.
    #[must_use]
    pub fn stop(mut self) -> Stopped {
        Stopped {
            folder: std::mem::take(&mut self.folder),
            issuer: std::mem::take(&mut self.issuer),
            environment: std::mem::take(&mut self.environment),
            database: self.database,
            url: std::mem::take(&mut self.url),
            offset: Arc::clone(&self.offset),
        }
    }
}

impl Drop for TestIdp {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(server) = self.server.take() {
            // A server that panicked has failed its test already.
            let _ = server.join();
        }
        // The system clears its temporary files anyway; a stopped server's folder stays.
        if !self.folder.as_os_str().is_empty() {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    value: String,
}

/// Tells services of sessions that have ended, as a node's worker would, and waits for them; how many were told.
pub async fn tell_services(app: &Arc<App>) -> usize {
    let tasks = logout_worker::start_due(app, None).await.expect("the ledger can be read");
    let told = tasks.len();
    for task in join_all(tasks).await {
        task.expect("a delivery doesn't panic");
    }
    told
}

/// The settings that every test begins with: cheap passwords, mails as files, no limits for networks.
pub fn environment_of(issuer: &str, database: &str, folder: &Path) -> Vec<(String, String)> {
    let directory = folder.join("mail").display().to_string();
    let pairs = [
        ("IDP_SERVER__ISSUER", issuer),
        ("IDP_DATABASE__URL", database),
        ("IDP_KEYS__MASTER_KEY", template::MASTER_KEY),
        ("IDP_MAIL__TRANSPORT", "file"),
        ("IDP_MAIL__DIRECTORY", &directory),
        ("IDP_PASSWORDS__ARGON2", "m=64,t=1,p=1"),
        ("IDP_LIMITS__NETWORK_SIGN_INS_PER_MINUTE", "0"),
        ("IDP_LIMITS__NETWORK_REGISTRATIONS_PER_HOUR", "0"),
        ("IDP_LIMITS__NETWORK_REQUESTS_PER_MINUTE", "0"),
        ("IDP_LIMITS__WRONG_CLIENT_PROOFS_BEFORE_DELAY", "0"),
        ("IDP_NETWORK__ALLOW_LOOPBACK", "true"),
    ];
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
}

fn load(folder: &Path, environment: &[(String, String)]) -> Settings {
    // A file of the test's own, so that none of the folder where the tests run is read.
    let file = folder.join("idp.toml");
    std::fs::write(&file, "").expect("the test's folder can be written");
    Settings::load(Some(&file), environment.iter().cloned()).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

/// A browser for a server that runs elsewhere on this machine.
pub fn visitor_at(issuer: &str) -> Visitor {
    Visitor::new(client(), issuer)
}

fn client() -> reqwest::Client {
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
    // The server listens on IPv4 only; no test is to wait for a look-up of the name.
    let builder = builder.resolve("localhost", ([127, 0, 0, 1], 0).into());
    builder.timeout(crate::wait::LIMIT).build().expect("a client")
}

/// Runs the server on a thread of its own until the sender is dropped.
async fn serve(
    settings: Settings,
    clock: Clock,
    listener: TcpListener,
) -> (Arc<App>, oneshot::Sender<()>, JoinHandle<()>) {
    let (ready, started) = oneshot::channel();
    let (stop, stopped) = oneshot::channel::<()>();
    let thread = std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let app = App::start(settings, clock).await.expect("the server starts");
            let Running { server, handle, workers, .. } =
                server::start(&app, listener, 1).expect("it listens");
            drop(workers);
            let _ = ready.send(app);
            actix_web::rt::spawn(async move {
                let _ = stopped.await;
                handle.stop(false).await;
            });
            server.await.expect("the server ends");
        });
    });
    (started.await.expect("the server starts"), stop, thread)
}
