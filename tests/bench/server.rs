//! The program `idp` under measurement: started on a free port with a database of its own and full-strength passwords, with
//! people who signed up as people do.

use idp_tests::idp::page::Page;
use idp_tests::idp::visitor::Visitor;
use idp_tests::idp::{environment_of, visitor_at};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Everybody's password.
pub const PASSWORD: &str = "Correct-horse-9-battery";

/// The program to measure: `target/release/idp` unless another is named.
pub fn program_of(argument: Option<String>) -> PathBuf {
    let program = argument.unwrap_or_else(|| "target/release/idp".to_owned());
    std::fs::canonicalize(&program).unwrap_or_else(|_| {
        panic!("{program} is not there: cargo build --release -p idp-server makes it");
    })
}

/// The server under measurement; it ends with this.
pub struct Server {
    /// The process.
    pub child: Child,
    /// Where it is.
    pub issuer: String,
    /// Its folder.
    pub folder: PathBuf,
    program: PathBuf,
    environment: Vec<(String, String)>,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Starts it. `services` are files to register at the first start, `settings` come on top of the tests' usual ones.
    pub fn start(
        program: &Path,
        folder: &Path,
        services: &[(&str, &str)],
        settings: &[(&str, &str)],
    ) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .and_then(|socket| socket.local_addr())
            .expect("a port")
            .port();
        let issuer = format!("http://localhost:{port}");
        let database = format!("sqlite://{}", folder.join("idp.db").display());
        let mut environment = environment_of(&issuer, &database, folder);
        environment.retain(|(name, _)| name != "IDP_PASSWORDS__ARGON2");
        environment.push(("IDP_SERVER__LISTEN".into(), format!("127.0.0.1:{port}")));
        environment.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let command = command_of(program, folder, environment.clone());
        for (name, service) in services {
            if folder.join(name).exists() {
                continue;
            }
            std::fs::write(folder.join(name), service).expect("a file");
            let added = command(&["services", "add", "--file", name]).status();
            assert!(added.is_ok_and(|status| status.success()), "the service could not be registered");
        }
        let child = command(&["serve"]).spawn().expect("the server starts");
        while !answers(port) {
            std::thread::sleep(Duration::from_millis(1));
        }
        Self { child, issuer, folder: folder.to_owned(), program: program.to_owned(), environment }
    }

    /// Runs a command of the program on the same database; whether it was done.
    #[allow(dead_code, reason = "one of the two programs that share this file needs it")]
    pub async fn run(&self, arguments: &[&str]) -> bool {
        let mut command =
            tokio::process::Command::from(command_of(&self.program, &self.folder, self.environment.clone())(
                arguments,
            ));
        command.status().await.is_ok_and(|status| status.success())
    }
}

fn command_of(
    program: &Path,
    folder: &Path,
    environment: Vec<(String, String)>,
) -> impl Fn(&[&str]) -> Command {
    move |arguments| {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .envs(environment.iter().cloned())
            .current_dir(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }
}

/// Whether the discovery document is there, asked as plainly as can be.
fn answers(port: u16) -> bool {
    use std::io::{Read, Write};
    let Ok(mut socket) = std::net::TcpStream::connect(("127.0.0.1", port)) else { return false };
    let mut start = [0; 12];
    let asked =
        socket.write_all(b"GET /.well-known/openid-configuration HTTP/1.1\r\nHost: localhost\r\n\r\n");
    asked.is_ok() && socket.read_exact(&mut start).is_ok() && start.ends_with(b"200")
}

/// Ends the run where an answer is not as it should be.
pub fn expect(page: &Page, status: u16) {
    assert_eq!(page.status, status, "{page:?}");
}

/// A person with an account, signed in.
pub async fn sign_up(server: &Server, n: usize) -> Visitor {
    let visitor = visitor_at(&server.issuer);
    let email = format!("resident{n}@example.test");
    let page = visitor.get("/en/create-account").await;
    let typed = [("email", email.as_str()), ("password", PASSWORD), ("language", "en"), ("terms", "yes")];
    let page = visitor.follow(visitor.submit(&page, "f", &typed).await).await;
    let code = idp_tests::wait::until("the activation mail", async || code_for(&server.folder, &email)).await;
    let page = visitor.submit(&page, "f", &[("code", &code)]).await;
    expect(&visitor.follow(page).await, 200);
    // The browser's own note of its account; the server does not know the cookie.
    visitor.set_cookie("bench", &email);
    visitor
}

fn code_for(folder: &Path, email: &str) -> Option<String> {
    let mails = std::fs::read_dir(folder.join("mail")).ok()?;
    mails.filter_map(|mail| std::fs::read(mail.ok()?.path()).ok()).find_map(|source| {
        let is_theirs = String::from_utf8_lossy(&source).contains(email);
        is_theirs.then(|| idp_tests::idp::mail::Mail::parse(&source).code())
    })
}
