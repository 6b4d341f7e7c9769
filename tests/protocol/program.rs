//! The program `idp`, run as operators run it: exit 0 done, 1 refused with one line on standard error, 2 wrong usage.

use idp_tests::idp::service::REGISTRATION;
use idp_tests::idp::{Database, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use idp_tests::wait::until;
use std::net::TcpListener;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::Command;

on_sqlite_and_postgres! {
    keys_rotate_only_once_the_next_key_was_published_long_enough
    a_key_is_revoked_by_command_with_a_reason
    the_master_key_is_exchanged_by_command
    services_are_added_listed_and_shown
    a_service_has_two_secrets_while_it_changes_over
    files_that_register_nothing_are_refused_in_one_line
    audit_verify_finds_a_changed_row
    serve_stops_gracefully_at_sigterm
    what_nobody_can_read_is_a_failure_in_one_line
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_idp-under-test");

pub fn command(idp: &TestIdp) -> Command {
    let mut command = Command::new(PROGRAM);
    command.env_clear().envs(idp.environment().iter().cloned()).current_dir(&idp.folder).kill_on_drop(true);
    command
}

pub async fn run(idp: &TestIdp, arguments: &[&str]) -> Output {
    let output = command(idp).args(arguments).stdin(Stdio::null()).output();
    tokio::time::timeout(idp_tests::wait::LIMIT, output).await.expect("it ends").expect("it starts")
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

pub async fn done(idp: &TestIdp, arguments: &[&str]) -> String {
    let output = run(idp, arguments).await;
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", text(&output.stderr));
    assert_eq!(text(&output.stderr), "", "{arguments:?}");
    text(&output.stdout)
}

/// Refused with one line, which is returned.
pub async fn refused(idp: &TestIdp, arguments: &[&str]) -> String {
    let output = run(idp, arguments).await;
    let line = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {line}");
    assert_eq!(line.trim_end().lines().count(), 1, "{arguments:?}: {line}");
    assert!(line.ends_with('\n'), "{line}");
    line.trim_end().to_owned()
}

#[tokio::test]
async fn wrong_usage_is_exit_2() {
    let idp = TestIdp::start(Database::Sqlite).await;
    for arguments in [
        &[][..],
        &["frobnicate"],
        &["keys"],
        &["keys", "rotate", "--alg", "HS256"],
        &["keys", "rotate", "--now"],
        &["keys", "rotate", "--reason", "x"],
        &["services", "add"],
        &["serve", "--port", "1"],
    ] {
        assert_eq!(run(&idp, arguments).await.status.code(), Some(2), "{arguments:?}");
    }
    assert!(done(&idp, &["--help"]).await.contains("services"));
}

/// contract.md: exit 1 with a one-line reason; product.md section 9: no panic. Rust's own printing would.
async fn what_nobody_can_read_is_a_failure_in_one_line(database: Database) {
    let idp = TestIdp::start(database).await;
    std::fs::write(idp.folder.join("service.toml"), REGISTRATION).unwrap();
    let full = || Stdio::from(std::fs::File::options().write(true).open("/dev/full").unwrap());
    let closed = || {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        Stdio::from(writer)
    };
    for (arguments, says) in [
        (&["keys", "list"][..], "idp: the answer is lost: it can't be written: "),
        (&["keys", "list", "--json"], "{\"error\":\"the answer is lost: it can't be written: "),
        (&["mail", "list"], "idp: the answer is lost: "),
        (&["settings", "list"], "idp: the answer is lost: "),
        (&["check-config"], "idp: the answer is lost: "),
        (
            &["services", "add", "--file", "service.toml"],
            " is registered, but its secret is lost, and `idp services rotate-secret ",
        ),
    ] {
        for nowhere in [full(), closed()] {
            let mut unheard = command(&idp);
            unheard.args(arguments).stdin(Stdio::null()).stdout(nowhere).stderr(Stdio::piped());
            let output = unheard.spawn().unwrap().wait_with_output().await.unwrap();
            let line = text(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{arguments:?}: {line}");
            assert!(line.contains(says) && line.trim_end().lines().count() == 1, "{arguments:?}: {line}");
        }
        let mut deaf = command(&idp);
        deaf.args(arguments).stdin(Stdio::null()).stdout(closed()).stderr(closed());
        assert_eq!(deaf.status().await.unwrap().code(), Some(1), "{arguments:?}");
    }
}

async fn keys_rotate_only_once_the_next_key_was_published_long_enough(database: Database) {
    let idp = TestIdp::start(database).await;
    let state = async |state: &str| -> Vec<String> {
        let list: Vec<serde_json::Value> =
            serde_json::from_str(&done(&idp, &["keys", "list", "--json"]).await).unwrap();
        let of_state = list.iter().filter(|key| key["state"] == state);
        of_state.map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
    };
    let (active, next) = (state("active").await, state("next").await);
    assert_eq!((active.len(), next.len()), (4, 4));
    assert!(done(&idp, &["keys", "list"]).await.lines().count() == 9);
    let early = refused(&idp, &["keys", "rotate"]).await;
    assert!(early.contains("published first") && early.contains("RS256 until 2"), "{early}");
    // Below the time that caches live there is no way.
    let early = refused(&idp, &["keys", "rotate", "--now", "--reason", "a test"]).await;
    assert!(early.contains("published first"), "{early}");
    assert!(refused(&idp, &["keys", "rotate", "--now", "--reason", " "]).await.contains("--reason"));
    // Two hours after publishing: not yet by schedule, but with a reason.
    let two_hours: i64 = 2 * 3600 * 1_000_000;
    idp.execute(&format!("UPDATE signing_key SET published_at = published_at - {two_hours}"));
    refused(&idp, &["keys", "rotate", "--alg", "ES256"]).await;
    let said = done(&idp, &["keys", "rotate", "--alg", "ES256", "--now", "--reason", "a test"]).await;
    assert!(said.starts_with("ES256: ") && said.contains("signs from now on"), "{said}");
    let now_active = state("active").await;
    assert_eq!(now_active.iter().filter(|kid| active.contains(kid)).count(), 3);
    assert_eq!((state("retired").await.len(), state("next").await.len()), (1, 4));
    // Promoted once, not twice: the key after it is new.
    refused(&idp, &["keys", "rotate", "--alg", "ES256", "--now", "--reason", "again"]).await;
    let records = idp.query("SELECT body AS value FROM audit_record WHERE body LIKE '%a test%'");
    assert_eq!(records.len(), 1, "{records:?}");
    // A day after: by schedule.
    idp.execute(&format!("UPDATE signing_key SET published_at = published_at - {}", 12 * two_hours));
    done(&idp, &["keys", "rotate", "--json"]).await;
}

async fn a_service_has_two_secrets_while_it_changes_over(database: Database) {
    let idp = TestIdp::start(database).await;
    let service = idp.service().await;
    let id = service.client.id.as_str();
    let rotate = async || -> String {
        let said = done(&idp, &["services", "rotate-secret", id, "--json"]).await;
        let said: serde_json::Value = serde_json::from_str(&said).unwrap();
        assert_eq!(said["client_id"], id);
        said["client_secret"].as_str().unwrap().to_owned()
    };
    let works = async |secret: &str| {
        let fields =
            [("grant_type", "authorization_code"), ("code", "none"), ("redirect_uri", "https://x.test/")];
        idp.token(Some((id, secret)), &fields).await.status == 400
    };
    let second = rotate().await;
    until("the new secret", async || works(&second).await.then_some(())).await;
    assert!(works(&service.secret).await, "the old one works beside the new one");
    let third = rotate().await;
    until("the newest secret", async || works(&third).await.then_some(())).await;
    assert_eq!((works(&second).await, works(&service.secret).await), (true, false));
    assert_eq!(idp.count("audit_record WHERE body LIKE '%client_secret_rotated%'"), 2);
    let leaked = idp.query("SELECT body AS value FROM audit_record").concat();
    assert!(![&second, &third].iter().any(|secret| leaked.contains(secret.as_str())));
    // What has no secret gets none.
    let public = idp.service_with("token_endpoint_auth_method = \"none\"\n").await;
    let line = refused(&idp, &["services", "rotate-secret", public.client.id.as_str()]).await;
    assert!(line.contains("it has no secret"), "{line}");
    assert!(refused(&idp, &["services", "rotate-secret", "nobody"]).await.contains("there is no service"));
    let said = done(&idp, &["services", "rotate-secret", id]).await;
    assert!(said.starts_with(&format!("client_id: {id}\nclient_secret: ")), "{said}");
}

async fn a_key_is_revoked_by_command_with_a_reason(database: Database) {
    let idp = TestIdp::start(database).await;
    let list = async || -> Vec<serde_json::Value> {
        serde_json::from_str(&done(&idp, &["keys", "list", "--json"]).await).unwrap()
    };
    let of = |list: &[serde_json::Value], state: &str| {
        let mut found = list.iter().filter(|key| key["state"] == state && key["algorithm"] == "ES256");
        found.next().map(|key| key["kid"].as_str().unwrap().to_owned())
    };
    let before = list().await;
    let (active, next) = (of(&before, "active").unwrap(), of(&before, "next").unwrap());
    assert!(refused(&idp, &["keys", "revoke", &active, "--reason", " "]).await.contains("--reason"));
    assert!(refused(&idp, &["keys", "revoke", "nobody", "--reason", "x"]).await.contains("there is no key"));
    let said = done(&idp, &["keys", "revoke", &active, "--reason", "lost disk", "--json"]).await;
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(
        (said["revoked"].as_str(), said["active"].as_str()),
        (Some(active.as_str()), Some(next.as_str()))
    );
    assert!(
        refused(&idp, &["keys", "revoke", &active, "--reason", "again"]).await.contains("revoked before")
    );
    let after = list().await;
    assert_eq!((of(&after, "active"), of(&after, "revoked")), (Some(next), Some(active)));
    // A next key can be revoked too; another one is published.
    let next = of(&after, "next").unwrap();
    done(&idp, &["keys", "revoke", &next, "--reason", "made on a bad machine"]).await;
    assert!(of(&list().await, "next").is_some_and(|other| other != next));
    let log = idp.visitor().get("/.well-known/signing-keys-log").await.json();
    assert_eq!(log["entries"].as_array().unwrap().len(), 6, "four that began, one revoked, one promoted");
}

async fn the_master_key_is_exchanged_by_command(database: Database) {
    let idp = TestIdp::start(database).await;
    let file = idp.folder.join("new-master-key");
    let path = file.to_str().unwrap();
    std::fs::write(&file, "too short").unwrap();
    assert!(refused(&idp, &["keys", "rewrap", "--new-master-key-file", path]).await.contains("32 bytes"));
    let missing = refused(&idp, &["keys", "rewrap", "--new-master-key-file", "/nowhere"]).await;
    assert!(missing.contains("can't be read"), "{missing}");
    let new_key = "Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA=";
    std::fs::write(&file, format!("{new_key}\n")).unwrap();
    let said = done(&idp, &["keys", "rewrap", "--new-master-key-file", path]).await;
    assert!(said.starts_with("13 values rest under the new master key"), "{said}");
    // From now on the new one opens the database, and the old one alone does not.
    assert!(refused(&idp, &["keys", "list"]).await.contains("keys.master_key"));
    let with_new = async |arguments: &[&str]| {
        let mut command = command(&idp);
        command.env("IDP_KEYS__MASTER_KEY", new_key).args(arguments).stdin(Stdio::null());
        text(&command.output().await.unwrap().stdout)
    };
    assert!(with_new(&["keys", "list"]).await.contains("active"));
    assert!(with_new(&["keys", "rewrap", "--new-master-key-file", path]).await.contains("already"));
    let records =
        idp.query("SELECT body AS value FROM audit_record WHERE body LIKE '%master_key_exchanged%'");
    assert_eq!(records.len(), 1);
}

async fn services_are_added_listed_and_shown(database: Database) {
    let idp = TestIdp::start(database).await;
    let file = idp.folder.join("service.toml");
    std::fs::write(&file, format!("client_id = \"fishing\"\n{REGISTRATION}")).unwrap();
    let path = file.to_str().unwrap();
    let added: serde_json::Value =
        serde_json::from_str(&done(&idp, &["services", "add", "--file", path, "--json"]).await).unwrap();
    assert_eq!(added["client_id"], "fishing");
    let secret = added["client_secret"].as_str().unwrap();
    assert!(secret.len() >= 22);
    assert!(refused(&idp, &["services", "add", "--file", path]).await.contains("taken"));
    let shown = done(&idp, &["services", "show", "fishing"]).await;
    assert!(shown.contains("Permis de pêche") && !shown.contains(secret), "{shown}");
    assert!(done(&idp, &["services", "list"]).await.contains("fishing"));
    assert!(!done(&idp, &["services", "list", "--json"]).await.contains(secret));
    assert!(refused(&idp, &["services", "show", "nobody"]).await.contains("nobody"));
    assert!(refused(&idp, &["services", "show", "a b"]).await.contains("a b"));
    // The running server knows it at once, by the secret that was printed.
    let answer =
        idp.token(Some(("fishing", secret)), &[("grant_type", "authorization_code"), ("code", "x")]).await;
    assert_eq!(answer.json()["error"], "invalid_grant");
    let stored = idp.query("SELECT metadata AS value FROM relying_service").concat();
    assert!(!stored.contains(secret));
}

async fn files_that_register_nothing_are_refused_in_one_line(database: Database) {
    let idp = TestIdp::start(database).await;
    let file = idp.folder.join("bad.toml");
    let good = "client_name = \"x\"\nredirect_uris = [\"https://rp.example.test/cb\"]\n";
    let bad = [
        (String::new(), "client_name"),
        ("client_name = \"x\"\n".into(), "redirect_uris"),
        ("client_name = \"x\"\nredirect_uris = []\n".into(), "redirect_uris"),
        ("not toml at all".into(), ""),
        (format!("{good}misspelt = 1\n"), "misspelt"),
        (format!("{good}scope = \"email\"\n"), "scope"),
        (format!("{good}client_secret = \"short\"\n"), "client_secret"),
        (format!("{good}profile = \"fapi3\"\n"), "profile"),
        (format!("{good}profile = \"fapi2\"\n"), "token_endpoint_auth_method"),
        (format!("{good}minimum_acr = \"urn:ontario:idp:acr:9\"\n"), "minimum_acr"),
        (format!("{good}id_token_signed_response_alg = \"none\"\n"), "id_token_signed_response_alg"),
        (format!("{good}token_endpoint_auth_method = \"none\"\nrequire_pkce = false\n"), "require_pkce"),
        (format!("{good}response_types = [\"token\"]\n"), "response_types"),
        (
            good.replace("https://rp.example.test/cb", "https://rp.example.test/cb#frag"),
            "redirect_uris line 1",
        ),
        (good.replace("https://rp.example.test/cb", "http://rp.example.test/cb"), "redirect_uris line 1"),
        (good.replace("https://rp.example.test/cb", "https://*.example.test/cb"), "redirect_uris line 1"),
        (good.replace("https://rp.example.test/cb", "javascript:alert(1)"), "redirect_uris line 1"),
    ];
    for (content, names) in bad {
        std::fs::write(&file, &content).unwrap();
        let line = refused(&idp, &["services", "add", "--file", file.to_str().unwrap()]).await;
        assert!(line.contains(names), "{content:?}: {line}");
    }
    std::fs::write(&file, [0xFF, 0xFE, 0]).unwrap();
    refused(&idp, &["services", "add", "--file", file.to_str().unwrap()]).await;
    refused(&idp, &["services", "add", "--file", "/nowhere/at/all.toml"]).await;
    assert_eq!(idp.count("relying_service"), 0);
}

#[tokio::test]
async fn check_config_names_every_mistake_and_a_good_one_is_good() {
    let idp = TestIdp::start(Database::Sqlite).await;
    assert!(done(&idp, &["check-config"]).await.contains(&idp.issuer));
    let file = idp.folder.join("settings.toml");
    std::fs::write(&file, "[keys]\nrotate_evry = \"1d\"\n[lifetimes]\nsession_idle = \"soon\"\n").unwrap();
    let output = run(&idp, &["check-config", "--config", file.to_str().unwrap()]).await;
    let lines = text(&output.stderr);
    assert_eq!((output.status.code(), lines.lines().count()), (Some(1), 2), "{lines}");
    assert!(
        lines.contains("settings.toml:2: keys.rotate_evry")
            && lines.contains("settings.toml:4: lifetimes.session_idle"),
        "{lines}"
    );
    let output = command(&idp)
        .env("IDP_KEYS__MASTER_KEY", "c2VjcmV0LWNhbmFyeQ==")
        .arg("check-config")
        .output()
        .await
        .unwrap();
    let line = text(&output.stderr);
    assert!(
        output.status.code() == Some(1) && line.contains("keys.master_key") && !line.contains("c2VjcmV0"),
        "{line}"
    );
}

#[tokio::test]
async fn another_master_key_is_refused() {
    let idp = TestIdp::start(Database::Sqlite).await;
    let other = "//////////////////////////////////////////8=";
    let output =
        command(&idp).env("IDP_KEYS__MASTER_KEY", other).args(["keys", "list"]).output().await.unwrap();
    let line = text(&output.stderr);
    assert!(output.status.code() == Some(1) && line.contains("keys.master_key"), "{line}");
}

async fn audit_verify_finds_a_changed_row(database: Database) {
    let idp = TestIdp::start(database).await;
    idp.create_account(&idp.visitor(), "person@example.test").await;
    idp.seal_audit().await;
    let said = done(&idp, &["audit", "verify"]).await;
    assert!(said.contains("whole"), "{said}");
    let bodies = idp.query("SELECT body AS value FROM audit_record ORDER BY number");
    assert!(!bodies.concat().contains("person@example.test"), "{bodies:?}");
    idp.execute("UPDATE audit_record SET body = '{}' WHERE number = 2");
    assert!(refused(&idp, &["audit", "verify"]).await.contains("record 2"));
    idp.execute(&format!(
        "UPDATE audit_record SET body = '{}' WHERE number = 2",
        bodies[1].replace('\'', "''")
    ));
    done(&idp, &["audit", "verify"]).await;
    idp.execute("DELETE FROM audit_record WHERE number = 2");
    assert!(refused(&idp, &["audit", "verify"]).await.contains("record"));
}

async fn serve_stops_gracefully_at_sigterm(database: Database) {
    let idp = TestIdp::start(database).await;
    // A port that was free a moment ago; the program itself says when it listens.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut command = command(&idp);
    command.env("IDP_SERVER__LISTEN", format!("127.0.0.1:{port}")).arg("serve");
    let mut process = command.stderr(Stdio::piped()).stdin(Stdio::null()).spawn().unwrap();
    let mut log = BufReader::new(process.stderr.take().unwrap()).lines();
    while !log.next_line().await.unwrap().expect("it serves").contains("serving") {}
    let ask = async |path: &str| {
        let answer = idp.http().get(format!("http://127.0.0.1:{port}{path}")).send().await;
        answer.map(|answer| answer.status().as_u16()).ok()
    };
    assert_eq!((ask("/healthz").await, ask("/readyz").await), (Some(200), Some(200)));
    // Its workers send mails and seal the audit, whichever node wrote them.
    idp.register_address(&idp.visitor(), "/en/create-account", "person@example.test").await;
    let mails = || std::fs::read_dir(idp.folder.join("mail")).map_or(0, Iterator::count);
    until("the mail", async || (mails() == 1).then_some(())).await;
    until("the seal", async || (idp.count("audit_record WHERE number IS NULL") == 0).then_some(())).await;
    // A request that has begun: its body is still on the way when the signal comes.
    let mut socket = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let head = "POST /token HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\ngrant";
    socket.write_all(head.as_bytes()).await.unwrap();
    // Answered on another connection: the head was read before that.
    until("the request", async || ask("/healthz").await).await;
    let pid = process.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-s", "TERM", &pid]).status().await.unwrap().success());
    while !log.next_line().await.unwrap().expect("it says so").contains("stopping") {}
    socket.write_all(b"_type").await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 400"), "the request in flight was answered: {answer}");
    let begun = Instant::now();
    let status =
        tokio::time::timeout(Duration::from_secs(20), process.wait()).await.expect("it ends").unwrap();
    assert_eq!(status.code(), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    assert_eq!(ask("/healthz").await, None);
}

#[tokio::test]
async fn a_busy_port_is_told_in_one_line() {
    let idp = TestIdp::start(Database::Sqlite).await;
    let busy = TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = busy.local_addr().unwrap().to_string();
    let output = command(&idp).env("IDP_SERVER__LISTEN", &listen).arg("serve").output().await.unwrap();
    let line = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{line}");
    assert!(line.trim_end().lines().last().unwrap().contains(&listen), "{line}");
}
