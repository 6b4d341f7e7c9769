//! `measure-import`: how fast `idp onekey import` is and how much memory it takes (`docs/measured.md`).
//!
//!     cargo run -p idp-tests --bin measure-import -- [ACCOUNTS] [PROGRAM] [DATABASE_URL]
//!
//! It writes a directory of so many accounts, each with three questions, an address and two services, and runs the program
//! on it twice: once to add them all, once to find that all are there. Without a URL that is done on a SQLite file and on
//! the tests' throw-away PostgreSQL, which doesn't wait for the disk.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::panic,
    reason = "a command that says what it found"
)]
#![allow(clippy::cast_precision_loss, reason = "figures for people")]

use idp_tests::idp::environment_of;
use idp_tests::postgres::PostgresCluster;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const SERVICE: &str = "client_name = \"Bench\"\nredirect_uris = [\"https://rp.example.test/callback\"]\n";
const SSHA: &str = "{SSHA}SvXnh9cIlkxDb40K5vJ+HNiSDYCQzJ8b";
const BCRYPT: &str = "$2y$10$Qt5u26zO1qPt5O8wH4e5u.xoxvM1L3bp6Hm5CBuTgKQjgzaPgReiW";

fn main() {
    let mut arguments = std::env::args().skip(1);
    let accounts = arguments.next().map_or(1_000_000, |text| text.parse().expect("a number of accounts"));
    let program = arguments.next().unwrap_or_else(|| "target/release/idp".to_owned());
    let program = std::fs::canonicalize(&program).unwrap_or_else(|_| panic!("{program} is not there"));
    let folder = std::env::temp_dir().join(format!("idp-measure-import-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    let directory = write_directory(&folder, accounts);
    let size = std::fs::metadata(&directory).map_or(0, |file| file.len());
    println!("{accounts} accounts, {:.0} MB\n", size as f64 / 1e6);
    println!("| database | run | accounts a second | seconds | processor seconds of idp | peak memory |");
    println!("|---|---|---|---|---|---|");
    let bench = Bench { program, folder, directory, accounts };
    if let Some(url) = arguments.next() {
        bench.measure("as given", &url);
    } else {
        bench.measure("SQLite", &format!("sqlite://{}", bench.folder.join("idp.db").display()));
        bench.measure("PostgreSQL", &PostgresCluster::shared().create_database());
    }
    let _ = std::fs::remove_dir_all(&bench.folder);
}

struct Bench {
    program: PathBuf,
    folder: PathBuf,
    directory: PathBuf,
    accounts: u64,
}

impl Bench {
    fn measure(&self, database: &str, url: &str) {
        let service = self.folder.join("service.toml");
        for id in ["fishing", "hunting"] {
            std::fs::write(&service, format!("client_id = \"{id}\"\n{SERVICE}")).expect("a file");
            self.run(url, &["services", "add", "--file", &service.to_string_lossy()]);
        }
        let import = ["onekey", "import", &self.directory.to_string_lossy(), "--json"];
        for (run, expected) in [("first", "added"), ("again", "unchanged")] {
            let (said, took, memory, processor) = self.run(url, &import);
            let counts = [format!("\"{expected}\":{}", self.accounts), "\"rejected\":0".to_owned()];
            assert!(counts.iter().all(|count| said.contains(count)), "{said}");
            let rate = self.accounts as f64 / took.as_secs_f64();
            println!(
                "| {database} | {run} | {rate:.0} | {:.1} | {:.1} | {memory:.1} MiB |",
                took.as_secs_f64(),
                processor.as_secs_f64()
            );
        }
    }

    /// What it printed, how long it took, its peak memory in MiB, its processor time.
    fn run(&self, url: &str, arguments: &[&str]) -> (String, Duration, f64, Duration) {
        let begun = Instant::now();
        let mut command = Command::new(&self.program);
        command.args(arguments).env_clear().current_dir(&self.folder);
        command.envs(environment_of("http://localhost:8080", url, &self.folder));
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("it starts");
        let (mut memory, mut processor) = (0.0, Duration::ZERO);
        let status = loop {
            let proc = PathBuf::from(format!("/proc/{}", child.id()));
            memory = peak_memory(&proc).unwrap_or(memory);
            processor = processor_time(&proc).unwrap_or(processor);
            match child.try_wait().expect("it can be waited for") {
                Some(status) => break status,
                None => std::thread::sleep(Duration::from_millis(20)),
            }
        };
        let took = begun.elapsed();
        let said = std::io::read_to_string(child.stdout.take().expect("a pipe")).expect("text");
        assert!(status.success(), "{arguments:?} failed");
        (said, took, memory, processor)
    }
}

/// The most memory that was ever resident.
fn peak_memory(proc: &Path) -> Option<f64> {
    let status = std::fs::read_to_string(proc.join("status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<f64>().ok()? / 1024.0)
}

/// User and system time; the clock ticks a hundred times a second.
fn processor_time(proc: &Path) -> Option<Duration> {
    let stat = std::fs::read_to_string(proc.join("stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 10)).filter(|time| !time.is_zero())
}

fn write_directory(folder: &Path, accounts: u64) -> PathBuf {
    let path = folder.join("directory.csv");
    let mut out = BufWriter::new(File::create(&path).expect("a file"));
    let header = "onekey_id,password_hash,email,language,created_at,last_sign_in_at,question_1,question_2,question_3,\
                  answer_hash_1,answer_hash_2,answer_hash_3,services";
    writeln!(out, "{header}").expect("room on the disk");
    for n in 0..accounts {
        // IDs in no order, as in a directory that grew.
        let id = n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20;
        let hash = if n % 2 == 0 { SSHA } else { BCRYPT };
        writeln!(
            out,
            "person.{id:011x}.{n},{hash},person{id:x}.{n}@example.ca,fr,2011-04-03T14:05:09Z,2024-11-30T08:00:00Z,\
             Quel était votre premier animal ?,Où êtes-vous allé à l’école ?,Quelle est votre rue ?,{SSHA},{SSHA},{SSHA},\
             fishing=F-{id:x}-{n};hunting=H-{id:x}-{n}"
        )
        .expect("room on the disk");
    }
    out.flush().expect("room on the disk");
    path
}
