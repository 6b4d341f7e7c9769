//! A database with its schema and its keys, set up once for each test process and kind of database, then copied.

use super::{Database, environment_of, load};
use crate::postgres::PostgresCluster;
use crate::process::temporary_folder;
use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use idp_server::adapters::clock::Clock;
use idp_server::app::App;
use std::path::Path;
use std::sync::OnceLock;

/// 32 bytes in base64.
pub(super) const MASTER_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// Makes a copy for one test and gives its URL.
pub(super) fn copy(database: Database, folder: &Path) -> String {
    match database {
        Database::Sqlite => {
            let file = folder.join("idp.db");
            std::fs::write(&file, sqlite()).expect("the test's folder can be written");
            format!("sqlite://{}", file.display())
        }
        Database::Postgres => PostgresCluster::shared().create_database_from(postgres()),
    }
}

fn sqlite() -> &'static [u8] {
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    BYTES.get_or_init(|| {
        let folder = temporary_folder("template");
        let (original, whole) = (folder.join("original.db"), folder.join("whole.db"));
        set_up(&format!("sqlite://{}", original.display()), &folder);
        // One file without its journal.
        let mut connection =
            SqliteConnection::establish(&original.display().to_string()).expect("it was made");
        let copy = format!("PRAGMA busy_timeout = 10000; VACUUM INTO '{}'", whole.display());
        connection.batch_execute(&copy).expect("it can be copied");
        let bytes = std::fs::read(whole).expect("it was written");
        std::fs::remove_dir_all(folder).expect("it is ours");
        bytes
    })
}

fn postgres() -> &'static str {
    static URL: OnceLock<String> = OnceLock::new();
    URL.get_or_init(|| {
        let folder = temporary_folder("template");
        let url = PostgresCluster::shared().create_database();
        set_up(&url, &folder);
        std::fs::remove_dir_all(folder).expect("it is ours");
        url
    })
}

/// What the first start does: the schema, the wrapped secrets, the keys.
fn set_up(url: &str, folder: &Path) {
    let settings = load(folder, &environment_of("http://localhost:1", url, folder));
    // Not the test's own runtime: this may be called from it.
    let start = move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let app = runtime.expect("a runtime").block_on(App::start(settings, Clock::system()));
        drop(app.unwrap_or_else(|problem| panic!("the template can't be made: {problem}")));
    };
    std::thread::spawn(start).join().expect("the template is made");
}
