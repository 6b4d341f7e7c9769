//! ChromeDriver: one for each test process, on a free port; and what is said to it when a session begins and ends.

use super::BrowserOptions;
use crate::process::{Supervised, find_program, temporary_folder};
use crate::wait::until_blocking;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// What keeps Chromium quiet, small and away from the network.
const FLAGS: [&str; 10] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-crash-reporter",
];

/// A running ChromeDriver; each session's profile is a folder in its own.
#[derive(Debug)]
pub(super) struct Driver {
    port: u16,
    chromium: PathBuf,
    profiles: PathBuf,
    next: AtomicU32,
    _program: Supervised,
}

impl Driver {
    /// The driver of this test process; started by the first who asks.
    pub(super) fn shared() -> &'static Self {
        static SHARED: OnceLock<Driver> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    fn start() -> Self {
        let chromium = program("chromium");
        let command = [program("chromedriver").to_string_lossy().into_owned(), "--port=0".to_owned()];
        let profiles = temporary_folder("browser");
        let program = Supervised::start(profiles.clone(), "TERM", &command).expect("sh starts");
        let port = until_blocking("ChromeDriver", || {
            let output = program.output();
            let (_, rest) = output.split_once("started successfully on port ")?;
            rest.split_once('.')?.0.parse().ok()
        });
        Self { port, chromium, profiles, next: AtomicU32::new(0), _program: program }
    }

    /// Opens a browser with a new profile.
    pub(super) async fn open(&self, options: &BrowserOptions) -> Client {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let profile = self.profiles.join(format!("profile-{number}"));
        let capabilities = capabilities(options, &self.chromium, &profile);
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{}", self.port))
            .await;
        let client = client.unwrap_or_else(|error| panic!("Chromium doesn't start: {error}"));
        // The client would end the session only while its runtime lives; `close` does it in every case.
        client.persist().await.expect("the session has just begun");
        client
    }

    /// Ends a session, and with it its browser. Blocks: it is called where nothing can be awaited.
    pub(super) fn close(&self, session: &str) {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) else { return };
        let request =
            format!("DELETE /session/{session} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
        // A browser that doesn't answer ends with the process; its test has said what it had to.
        let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
        let _ = stream.write_all(request.as_bytes());
        let _ = stream.read(&mut [0; 512]);
    }
}

fn program(name: &str) -> PathBuf {
    let folders = ["/usr/bin", "/usr/lib/chromium"].map(PathBuf::from);
    find_program(name, folders)
        .unwrap_or_else(|| panic!("no {name} here: install Chromium and its driver (./check does)"))
}

fn capabilities(options: &BrowserOptions, chromium: &Path, profile: &Path) -> Map<String, Value> {
    let mut arguments: Vec<String> = FLAGS.map(str::to_owned).to_vec();
    arguments.push(format!("--user-data-dir={}", profile.display()));
    arguments.push(format!("--window-size={},{}", options.width, options.height));
    arguments.push(format!("--accept-lang={0}-CA,{0}", options.language.code()));
    let mut chrome = json!({
        "binary": chromium,
        "args": arguments,
        "prefs": { "credentials_enable_service": false, "profile.password_manager_leak_detection": false },
    });
    if !options.javascript {
        chrome["prefs"]["profile.managed_default_content_settings.javascript"] = json!(2);
    }
    if options.phone {
        let metrics =
            json!({ "width": options.width, "height": options.height, "pixelRatio": 1.0, "touch": true });
        chrome["mobileEmulation"] = json!({ "deviceMetrics": metrics });
    }
    Map::from_iter([("goog:chromeOptions".to_owned(), chrome)])
}
