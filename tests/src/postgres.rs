//! A throw-away PostgreSQL: one cluster for each test process, a database for each test.
//!
//! The cluster listens on a free port of 127.0.0.1, trusts everybody who reaches it, and doesn't wait for the disk. It
//! ends with the process. As root it runs as the user `postgres`, since PostgreSQL refuses to run as root.

use crate::process::{Supervised, find_program, run, temporary_folder};
use crate::wait::until_blocking;
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// A running cluster.
#[derive(Debug)]
pub struct PostgresCluster {
    port: u16,
    psql: PathBuf,
    next: AtomicU32,
    _server: Supervised,
}

impl PostgresCluster {
    /// The cluster of this test process; started by the first who asks (about two seconds).
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<PostgresCluster> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// Makes an empty database and gives its URL, `postgres://postgres@127.0.0.1:PORT/test_N`.
    pub fn create_database(&self) -> String {
        self.create_database_from("template0")
    }

    /// Makes a database that is a copy of `template` (a database's name or URL): quicker than to migrate anew. Nobody
    /// may be connected to the template.
    pub fn create_database_from(&self, template: &str) -> String {
        let template = template.rsplit('/').next().unwrap_or(template);
        let name = format!("test_{}", self.next.fetch_add(1, Ordering::Relaxed));
        self.execute("postgres", &format!("CREATE DATABASE {name} TEMPLATE \"{template}\" ENCODING 'UTF8'"));
        self.url(&name)
    }

    /// Runs SQL in `database` (a name or URL) as a person would by psql; gives what it prints, unaligned.
    pub fn execute(&self, database: &str, sql: &str) -> String {
        let url = self.url(database.rsplit('/').next().unwrap_or(database));
        run(
            &self.psql,
            &[
                "--no-psqlrc",
                "--quiet",
                "--no-align",
                "--tuples-only",
                "-v",
                "ON_ERROR_STOP=1",
                "-c",
                sql,
                &url,
            ],
        )
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    fn start() -> Self {
        let (psql, port, folder) = (program("psql"), free_port(), temporary_folder("postgres"));
        let mut command = unprivileged_user(&folder);
        command.extend(["sh", "-c", INITIALIZE_AND_SERVE, "sh"].map(str::to_owned));
        let parts = [program("initdb"), program("postgres"), folder.join("data")];
        command.extend(parts.map(|path| path.to_string_lossy().into_owned()));
        command.extend(settings(port));
        let server = Supervised::start(folder, "QUIT", &command).expect("sh starts");
        until_blocking("PostgreSQL", || {
            let output = server.output();
            assert!(
                !output.contains("FATAL") && !output.contains("error:"),
                "PostgreSQL doesn't start: {output}"
            );
            output.contains("ready to accept connections").then_some(())
        });
        Self { port, psql, next: AtomicU32::new(1), _server: server }
    }
}

/// One program for the supervisor, so that nothing is left when the tests end while the cluster is being made.
const INITIALIZE_AND_SERVE: &str = r#"
initdb=$1 postgres=$2 data=$3
shift 3
"$initdb" --no-sync --auth=trust --username=postgres --encoding=UTF8 --locale=C -D "$data" &&
    exec "$postgres" -D "$data" "$@"
"#;

fn program(name: &str) -> PathBuf {
    let mut folders: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .map(|versions| versions.flatten().map(|version| version.path().join("bin")).collect())
        .unwrap_or_default();
    folders.sort();
    folders.reverse();
    find_program(name, folders).unwrap_or_else(|| panic!("no {name} here: install PostgreSQL (./check does)"))
}

/// What stands before a command so that it doesn't run as root; `folder` is handed to that user.
fn unprivileged_user(folder: &Path) -> Vec<String> {
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
    if !is_root {
        return Vec::new();
    }
    run(Path::new("chown"), &["postgres", &folder.to_string_lossy()]);
    ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"].map(str::to_owned).to_vec()
}

/// Free at this moment; the system doesn't give it to another soon.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on loopback");
    listener.local_addr().expect("a bound socket has an address").port()
}

fn settings(port: u16) -> impl Iterator<Item = String> {
    let fixed = [
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "fsync=off",
        "synchronous_commit=off",
        "full_page_writes=off",
        "autovacuum=off",
        "max_connections=300",
        "shared_buffers=64MB",
    ];
    let settings = fixed.into_iter().map(str::to_owned).chain([format!("port={port}")]);
    settings.flat_map(|setting| ["-c".to_owned(), setting])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_database_is_a_world_of_its_own_and_a_template_is_copied() {
        let cluster = PostgresCluster::shared();
        let first = cluster.create_database();
        cluster.execute(&first, "CREATE TABLE lake (name text); INSERT INTO lake VALUES ('Nipigon')");
        let copy = cluster.create_database_from(&first);
        let empty = cluster.create_database();
        assert_eq!(cluster.execute(&copy, "SELECT name FROM lake").trim(), "Nipigon");
        assert_eq!(
            cluster.execute(&empty, "SELECT count(*) FROM pg_tables WHERE tablename = 'lake'").trim(),
            "0"
        );
        assert_ne!(first, copy);
    }

    #[test]
    fn a_cluster_is_stopped_and_its_folder_deleted_when_it_is_dropped() {
        let cluster = PostgresCluster::start();
        let port = cluster.port;
        assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_ok());
        drop(cluster);
        assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
    }
}
