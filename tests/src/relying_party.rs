//! Relying parties of others: programs that know the identity server by its protocol only, started as their readers would
//! start them.
//!
//! 1. [`RelyingParty::start`] runs one on a free port of loopback; dropping it stops it.
//! 2. [`installed`] finds what `tests/relying_parties/install` put into `target`.
//! 3. [`Person`] has a browser that goes to and fro between such a program and the identity server.

use crate::idp::{Account, Form, Page, Visitor, visitor_at};
use crate::process::{Supervised, find_program, temporary_folder};
use crate::wait::until;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::Url;

/// Shorter than anything else is waited for, so that what the program printed is told.
const LONGEST_START: Duration = Duration::from_secs(20);

/// A running relying party.
pub struct RelyingParty {
    /// `http://localhost:PORT`
    pub base_url: String,
    program: Supervised,
}

impl RelyingParty {
    /// Runs `command` with `environment`, and waits until it listens at `base_url`.
    pub async fn start(base_url: &str, environment: &[(&str, &str)], command: &[String]) -> Self {
        let variables = environment.iter().map(|(name, value)| format!("{name}={value}"));
        let line: Vec<String> =
            ["env".to_owned()].into_iter().chain(variables).chain(command.iter().cloned()).collect();
        let folder = temporary_folder("relying-party");
        let program = Supervised::start(folder, "TERM", &line).expect("a shell starts");
        let party = Self { base_url: base_url.to_owned(), program };
        let port = Url::parse(base_url).ok().and_then(|url| url.port()).expect("an address with its port");
        let listens =
            until("a relying party", async || tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok());
        let listens = tokio::time::timeout(LONGEST_START, listens).await;
        assert!(listens.is_ok(), "{command:?} doesn't listen at {base_url}:\n{}", party.output());
        party
    }

    /// What the program has printed so far.
    pub fn output(&self) -> String {
        self.program.output()
    }
}

/// `http://localhost:PORT` with a port that nobody has just now.
pub fn free_base_url() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on loopback");
    let port = listener.local_addr().expect("a bound socket has an address").port();
    format!("http://localhost:{port}")
}

/// The folder of this repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().expect("the repository is there")
}

/// The folder where the packages of `docs/examples/LANGUAGE` are installed; `lock` is the file that names them.
pub fn installed(language: &str, lock: &str) -> PathBuf {
    let repository = repository();
    let folder = repository.join("target/relying-parties").join(language);
    let wanted = std::fs::read(repository.join("docs/examples").join(language).join(lock));
    let found = std::fs::read(folder.join("installed"));
    let is_done = found.is_ok_and(|found| wanted.is_ok_and(|wanted| found == wanted));
    assert!(
        is_done,
        "what the example in {language} needs isn't installed: run tests/relying_parties/install"
    );
    folder
}

/// A program of the system, also where only root has its folder on the path.
pub fn system_program(name: &str) -> PathBuf {
    let program = find_program(name, [PathBuf::from("/usr/sbin"), PathBuf::from("/usr/bin")]);
    program.unwrap_or_else(|| panic!("{name} isn't installed: ./check does it"))
}

/// Somebody with a browser, at a relying party and at the identity server.
pub struct Person {
    /// The browser at the identity server.
    pub at_idp: Visitor,
    /// The browser at the relying party.
    pub at_service: Visitor,
    issuer: String,
    base_url: String,
}

impl Person {
    /// A browser that was never here.
    pub fn new(issuer: &str, base_url: &str) -> Self {
        Self {
            at_idp: visitor_at(issuer),
            at_service: visitor_at(base_url),
            issuer: issuer.to_owned(),
            base_url: base_url.to_owned(),
        }
    }

    /// Opens a page of the relying party and follows where it leads.
    pub async fn open(&self, path: &str) -> Page {
        self.follow(self.at_service.get(path).await).await
    }

    /// Presses a button of the relying party: a form without fields.
    pub async fn press(&self, path: &str) -> Page {
        let form = Form { action: path.to_owned(), fields: Vec::new() };
        self.follow(self.at_service.post(&form).await).await
    }

    /// Types into the form of the identity server's page and follows where it leads.
    pub async fn submit(&self, page: &Page, form: &str, typed: &[(&str, &str)]) -> Page {
        self.follow(self.at_idp.submit(page, form, typed).await).await
    }

    /// Opens a page of the relying party that needs to know who one is, and signs in where asked. Where that ends.
    pub async fn sign_in(&self, path: &str, account: &Account) -> Page {
        let page = self.open(path).await;
        if !page.has("sign-in") {
            return page;
        }
        let typed = [("email", account.email.as_str()), ("password", account.password.as_str())];
        self.submit(&page, "f", &typed).await
    }

    /// Follows redirects between the two; anywhere else is a failure.
    pub async fn follow(&self, mut page: Page) -> Page {
        for _ in 0..20 {
            let Some(location) = page.location() else { return page };
            let target = Url::parse(&page.url).and_then(|base| base.join(location)).expect("an address");
            let origin = target.origin().ascii_serialization();
            page = if origin == self.issuer {
                self.at_idp.get(target.as_str()).await
            } else {
                assert_eq!(origin, self.base_url, "a redirect leads elsewhere: {page:?}");
                self.at_service.get(target.as_str()).await
            };
        }
        panic!("redirects have no end: {page:?}")
    }
}
