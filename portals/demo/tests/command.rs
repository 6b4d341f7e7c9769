//! `cargo demo` as a person runs it: what it prints, what it keeps, how it stops.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what goes wrong fails the test, and says where")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU16, AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// A folder of its own that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self(std::env::temp_dir().join(format!("demo-command-{}-{number}", std::process::id())))
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Five ports that no other test here gets, below those that the system gives out by itself.
fn ports() -> [u16; 5] {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    [(); 5].map(|()| {
        loop {
            let process = u16::try_from(std::process::id() % 200).unwrap() * 50;
            let port = 20_000 + process + NEXT.fetch_add(1, Ordering::Relaxed);
            if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
                return port;
            }
        }
    })
}

fn command(folder: &Path, [idp, serviceontario, justice, hub, mailbox]: [u16; 5]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_demo"));
    command.arg("--directory").arg(folder).args([
        format!("--idp-port={idp}"),
        format!("--serviceontario-port={serviceontario}"),
        format!("--justice-port={justice}"),
        format!("--partner-hub-port={hub}"),
        format!("--mailbox-port={mailbox}"),
    ]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Starts it and waits until it has said everything.
fn start(mut command: Command) -> (Child, String) {
    let mut child = command.spawn().unwrap();
    let mut said = String::new();
    for line in BufReader::new(child.stdout.as_mut().unwrap()).lines() {
        let line = line.unwrap();
        said.push_str(&line);
        said.push('\n');
        if line.starts_with("Ctrl-C") {
            return (child, said);
        }
    }
    panic!("it ended: {said}{:?}", child.wait_with_output());
}

fn stop(child: Child, signal: &str) {
    let begun = Instant::now();
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(begun.elapsed() < Duration::from_secs(5), "it took {:?}", begun.elapsed());
}

fn one_line(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

#[test]
fn it_says_where_everything_is_keeps_its_data_and_stops_at_both_signals() {
    let (folder, ports) = (Folder::new(), ports());
    let (child, said) = start(command(&folder.0, ports));
    for part in ports.map(|port| format!("http://localhost:{port}/")) {
        assert!(said.contains(&part), "{said}");
    }
    assert!(said.contains("resident@example.test"), "{said}");
    let accounts = folder.read("accounts.json");
    for part in [
        "resident@example.test",
        "maple.leaf01",
        "Maple-Leaf-01",
        "great.heron5",
        "test-person",
        "Test-Bank-1",
    ] {
        assert!(said.contains(part) && accounts.contains(part), "{part}: {said}{accounts}");
    }
    assert!(accounts.contains("Étang du parc") && accounts.contains("serviceontario-account"), "{accounts}");
    assert_eq!(folder.read("one-key-directory.rejects.csv").lines().count(), 1, "only the header");
    stop(child, "-TERM");
    let (key, secret) = (folder.read("master.key"), folder.read("serviceontario-account.secret"));
    let (child, said_again) = start(command(&folder.0, ports));
    assert_eq!(said, said_again);
    assert_eq!(accounts, folder.read("accounts.json"));
    stop(child, "-INT");
    assert_eq!((key, secret), (folder.read("master.key"), folder.read("serviceontario-account.secret")));
}

#[test]
fn data_of_an_older_demonstration_get_the_accounts_that_they_lack() {
    let (folder, ports) = (Folder::new(), ports());
    stop(start(command(&folder.0, ports)).0, "-TERM");
    let accounts = folder.read("accounts.json");
    let older =
        r#"[{"kind":"my-ontario-account","email":"resident@example.test","password":"Trillium-Lake-1867"}]"#;
    fs::write(folder.0.join("accounts.json"), older).unwrap();
    stop(start(command(&folder.0, ports)).0, "-TERM");
    assert_eq!(accounts, folder.read("accounts.json"));
    assert_eq!(folder.read("one-key-directory.rejects.csv").lines().count(), 1, "each was known");
}

#[test]
fn reset_begins_anew_and_deletes_nothing_of_others() {
    let (folder, ports) = (Folder::new(), ports());
    stop(start(command(&folder.0, ports)).0, "-TERM");
    let key = folder.read("master.key");
    let mut reset = command(&folder.0, ports);
    reset.arg("--reset");
    stop(start(reset).0, "-TERM");
    assert_ne!(key, folder.read("master.key"));

    let other = Folder::new();
    fs::create_dir(&other.0).unwrap();
    fs::write(other.0.join("thesis.txt"), "years of work").unwrap();
    let refused = command(&other.0, ports).arg("--reset").output().unwrap();
    assert!(one_line(&refused).contains("not deleted"));
    assert_eq!(other.read("thesis.txt"), "years of work");
}

#[test]
fn a_busy_port_is_told_with_what_to_do_and_nothing_is_written() {
    let (folder, mut ports) = (Folder::new(), ports());
    // Taken before anybody else can have it.
    let busy = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    ports[1] = busy.local_addr().unwrap().port();
    let said = one_line(&command(&folder.0, ports).output().unwrap());
    assert!(said.contains(&format!("port {}", ports[1])) && said.contains("--serviceontario-port"), "{said}");
    assert!(!folder.0.exists());
}

#[test]
fn kept_data_of_other_ports_are_refused_with_what_to_do() {
    let folder = Folder::new();
    stop(start(command(&folder.0, ports())).0, "-TERM");
    let said = one_line(&command(&folder.0, ports()).output().unwrap());
    assert!(said.contains("cargo demo --reset"), "{said}");
}
