//! One example as a running relying party, registered as its reader would register it.

use idp_tests::idp::{Account, Database, Service, TestIdp};
use idp_tests::relying_party::{Person, RelyingParty, free_base_url, installed, repository, system_program};
use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;

/// Which example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Example {
    Node,
    Python,
    Rust,
}

/// An identity server with one person who has an account.
pub struct World {
    pub idp: TestIdp,
    pub account: Account,
}

/// An example that runs.
pub struct Party {
    pub service: Service,
    pub base_url: String,
    // Dropping it stops it.
    running: RelyingParty,
}

impl World {
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// With settings of the identity server as environment variables.
    pub async fn start_with(settings: &[(&str, &str)]) -> Self {
        let idp = TestIdp::start_with(Database::Sqlite, settings).await;
        let account = idp.create_account(&idp.visitor(), "person@example.test").await;
        Self { idp, account }
    }

    /// Registers an example and starts it.
    pub async fn run(&self, example: Example) -> Party {
        self.run_with(example, "ES256").await
    }

    /// The same with another algorithm for its ID tokens.
    pub async fn run_with(&self, example: Example, algorithm: &str) -> Party {
        let base_url = free_base_url();
        let service = self.idp.register(&registration(&base_url, algorithm)).await;
        let credentials = (service.client.id.as_str(), service.secret.as_str());
        let running = example.start(&self.idp.issuer, credentials, &base_url, algorithm).await;
        Party { service, base_url, running }
    }

    /// Somebody with a browser that was never here.
    pub fn person(&self, party: &Party) -> Person {
        Person::new(&self.idp.issuer, &party.base_url)
    }

    /// Makes the keys that are published sign, and publishes the next ones, as if their time had come.
    pub async fn rotate_keys(&self) {
        self.idp.execute("UPDATE signing_key SET published_at = published_at - 8640000000000");
        self.idp.execute(
            "UPDATE signing_key SET activated_at = activated_at - 8640000000000 WHERE activated_at IS NOT NULL",
        );
        self.idp.tend_keys().await;
    }
}

impl Party {
    /// What the example's first page tells the person's browser.
    pub async fn home(&self, person: &Person) -> Value {
        person.open("/").await.json()
    }

    pub fn output(&self) -> String {
        self.running.output()
    }
}

impl Example {
    /// Starts it at `base_url`, for a client and its secret.
    pub async fn start(
        self,
        issuer: &str,
        (client_id, secret): (&str, &str),
        base_url: &str,
        algorithm: &str,
    ) -> RelyingParty {
        let environment = [
            ("ISSUER", issuer),
            ("CLIENT_ID", client_id),
            ("CLIENT_SECRET", secret),
            ("BASE_URL", base_url),
            ("ID_TOKEN_ALG", algorithm),
        ];
        RelyingParty::start(base_url, &environment, &self.command()).await
    }

    /// What starts it, as docs/integrating.md says.
    fn command(self) -> Vec<String> {
        let text = |path: PathBuf| path.display().to_string();
        match self {
            Self::Node => {
                let node = text(system_program("node"));
                // Debian 12's own is older than the library wants: it has Web Crypto behind an option.
                let older = run(&node, "--version").starts_with("v18.");
                let option = older.then(|| "--experimental-global-webcrypto".to_owned());
                [node]
                    .into_iter()
                    .chain(option)
                    .chain([text(example_beside_its_packages("service.js"))])
                    .collect()
            }
            Self::Python => {
                let python = installed("python", "requirements.txt").join("bin/python");
                vec![text(python), text(repository().join("docs/examples/python/service.py"))]
            }
            Self::Rust => vec![env!("CARGO_BIN_EXE_example-service").to_owned()],
        }
    }
}

fn run(program: &str, argument: &str) -> String {
    let output = Command::new(program).arg(argument).output().expect("it starts");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A file of docs/examples/node beside its packages, which Node looks for in the folder of the file.
pub fn example_beside_its_packages(name: &str) -> PathBuf {
    let folder = installed("node", "package-lock.json");
    let source = std::fs::read(repository().join("docs/examples/node").join(name));
    let source = source.expect("the example is there");
    let (file, aside) = (folder.join(name), folder.join(format!("{name}.{}", std::process::id())));
    if std::fs::read(&file).is_ok_and(|found| found == source) {
        return file;
    }
    std::fs::write(&aside, source).expect("the folder can be written");
    std::fs::rename(&aside, &file).expect("the file can be put in place");
    file
}

/// docs/examples/service.toml for an example that runs at `base_url`.
pub fn registration(base_url: &str, algorithm: &str) -> String {
    let file = std::fs::read_to_string(repository().join("docs/examples/service.toml"));
    let file = file.expect("the example is there");
    assert!(file.contains("http://localhost:9000"), "the address that is replaced is gone");
    file.replace("http://localhost:9000", base_url).replace("\"ES256\"", &format!("\"{algorithm}\""))
}
