//! Mails over SMTP and as files: nothing is lost, nothing waits for another's trouble, nothing is kept once sent.

use idp_tests::idp::{Database, Mail, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use idp_tests::smtp::SmtpServer;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

on_sqlite_and_postgres! {
    a_mail_server_that_is_down_loses_nothing
    a_second_try_has_the_same_message_id
    a_refused_recipient_holds_nobody_up
    a_silent_server_is_given_up_and_tried_again
    what_was_sent_or_has_expired_is_erased
    a_mail_file_is_complete_when_it_appears
    two_nodes_send_each_mail_once
}

async fn with_smtp(database: Database, address: SocketAddr) -> TestIdp {
    let url = format!("smtp://{address}");
    let settings =
        [("IDP_MAIL__TRANSPORT", "smtp"), ("IDP_MAIL__SMTP_URL", &url), ("IDP_MAIL__TIMEOUT", "1s")];
    TestIdp::start_with(database, &settings).await
}

/// A port where nobody listens, until a gate is opened there.
async fn closed_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

/// Passes connections on to a mail server and keeps what clients said.
async fn open_gate(at: SocketAddr, to: SocketAddr) -> Arc<Mutex<Vec<u8>>> {
    let said = Arc::new(Mutex::new(Vec::new()));
    let (listener, kept) = (TcpListener::bind(at).await.unwrap(), Arc::clone(&said));
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(to).await.unwrap();
            let (mut from_client, mut to_client) = client.into_split();
            let (mut from_server, mut to_server) = server.into_split();
            let kept = Arc::clone(&kept);
            tokio::spawn(async move { tokio::io::copy(&mut from_server, &mut to_client).await });
            tokio::spawn(async move {
                let mut buffer = [0; 4096];
                while let Ok(n @ 1..) = from_client.read(&mut buffer).await {
                    kept.lock().unwrap().extend_from_slice(&buffer[..n]);
                    to_server.write_all(&buffer[..n]).await.unwrap();
                }
            });
        }
    });
    said
}

async fn register(idp: &TestIdp, addresses: &[&str]) {
    for address in addresses {
        idp.register_address(&idp.visitor(), "/en/create-account", address).await;
    }
}

const THREE: [&str; 3] = ["a@example.test", "b@example.test", "c@example.test"];

async fn a_mail_server_that_is_down_loses_nothing(database: Database) {
    let (port, server) = (closed_port().await, SmtpServer::start().await);
    let idp = with_smtp(database, port).await;
    register(&idp, &THREE).await;
    assert_eq!(idp.deliver().await, 3);
    assert_eq!(idp.app.store.count_waiting_mails().await.unwrap(), 3);
    // A second try, and a third.
    for _ in 0..2 {
        idp.advance(Duration::from_mins(1));
        assert_eq!(idp.deliver().await, 3);
    }
    let errors = idp.query("SELECT last_error AS value FROM outbox_mail");
    assert!(errors.iter().all(|error| error == "the mail server can't be reached"), "{errors:?}");
    open_gate(port, server.address()).await;
    idp.advance(Duration::from_mins(1));
    idp.deliver().await;
    let mut to: Vec<String> = server.wait_for(3).await.into_iter().flat_map(|mail| mail.to).collect();
    to.sort();
    assert_eq!(to, THREE);
    assert_eq!(idp.app.store.count_waiting_mails().await.unwrap(), 0);
    idp.advance(Duration::from_mins(5));
    assert_eq!(idp.deliver().await, 0, "each once");
}

async fn a_second_try_has_the_same_message_id(database: Database) {
    let (port, server) = (closed_port().await, SmtpServer::start().await);
    let said = open_gate(port, server.address()).await;
    let idp = with_smtp(database, port).await;
    register(&idp, &THREE[..1]).await;
    server.answer_message(Some(451));
    idp.deliver().await;
    assert_eq!(idp.app.store.count_waiting_mails().await.unwrap(), 1);
    server.answer_message(None);
    idp.advance(Duration::from_mins(1));
    idp.deliver().await;
    let mail = Mail::parse(&server.wait_for(1).await[0].data);
    let said = String::from_utf8_lossy(&said.lock().unwrap()).into_owned();
    assert_eq!(said.matches(&format!("Message-ID: <{}>", mail.message_id)).count(), 2, "{said}");
    assert!(
        mail.source.contains("Auto-Submitted: auto-generated")
            && mail.source.contains("Content-Language: en, fr")
    );
}

async fn a_refused_recipient_holds_nobody_up(database: Database) {
    let server = SmtpServer::start().await;
    let idp = with_smtp(database, server.address()).await;
    server.answer_recipient("a@example.test", 550);
    server.answer_recipient("b@example.test", 450);
    register(&idp, &THREE).await;
    idp.deliver().await;
    assert_eq!(server.wait_for(1).await[0].to, ["c@example.test"]);
    let states = idp.query("SELECT state AS value FROM outbox_mail ORDER BY state");
    assert_eq!(states, ["failed", "sent", "waiting"]);
    let errors = idp.query("SELECT coalesce(last_error, '') AS value FROM outbox_mail");
    assert!(!errors.concat().contains('@'), "{errors:?}");
    server.answer_recipient("b@example.test", 250);
    idp.advance(Duration::from_mins(1));
    idp.deliver().await;
    assert_eq!(server.wait_for(2).await[1].to, ["b@example.test"]);
    idp.advance(Duration::from_mins(5));
    assert_eq!(idp.deliver().await, 0, "what is refused for good is not tried again");
}

async fn a_silent_server_is_given_up_and_tried_again(database: Database) {
    let server = SmtpServer::start().await;
    let idp = with_smtp(database, server.address()).await;
    server.answer_after(Duration::from_mins(10));
    register(&idp, &THREE[..2]).await;
    let begun = Instant::now();
    assert_eq!(idp.deliver().await, 2);
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    let errors = idp.query("SELECT last_error AS value FROM outbox_mail");
    assert_eq!(errors, ["the mail server did not answer in time"; 2]);
    server.answer_after(Duration::ZERO);
    idp.advance(Duration::from_mins(1));
    idp.deliver().await;
    assert_eq!(server.wait_for(2).await.len(), 2);
}

async fn what_was_sent_or_has_expired_is_erased(database: Database) {
    let idp = TestIdp::start(database).await;
    register(&idp, &THREE[..1]).await;
    assert_eq!(idp.count("outbox_mail WHERE payload IS NOT NULL"), 1);
    let mail = idp.mail_to("a@example.test").await;
    assert_eq!(idp.count("outbox_mail WHERE payload IS NOT NULL"), 0);
    assert_eq!(mail.message_id.split_once('@').unwrap().1, "localhost");
    // A code that no longer works is not sent.
    register(&idp, &THREE[1..2]).await;
    idp.advance(Duration::from_mins(31));
    assert_eq!(idp.deliver().await, 1);
    assert!(idp.mails_to("b@example.test").await.is_empty());
    assert_eq!(idp.count("outbox_mail WHERE payload IS NOT NULL"), 0);
    assert_eq!(idp.query("SELECT state AS value FROM outbox_mail ORDER BY state"), ["failed", "sent"]);
}

async fn a_mail_file_is_complete_when_it_appears(database: Database) {
    let idp = TestIdp::start(database).await;
    let addresses: Vec<String> = (0..30).map(|n| format!("person{n}@example.test")).collect();
    register(&idp, &addresses.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let folder = idp.folder.join("mail");
    let files = |extension: &str| -> Vec<_> {
        let entries = std::fs::read_dir(&folder).unwrap().flatten().map(|entry| entry.path());
        entries.filter(|path| path.extension().is_some_and(|found| found == extension)).collect()
    };
    let watching = async {
        let mut seen = 0;
        while seen < addresses.len() {
            for file in files("eml") {
                let text = std::fs::read_to_string(&file).unwrap();
                assert!(
                    text.trim_end().ends_with("--") && text.contains("\r\n\r\n"),
                    "{} is not complete",
                    file.display()
                );
            }
            seen = files("eml").len();
            tokio::task::yield_now().await;
        }
    };
    tokio::join!(watching, idp.deliver());
    assert!(files("part").is_empty());
    assert_eq!(idp.mails_to("person7@example.test").await.len(), 1);
}

async fn two_nodes_send_each_mail_once(database: Database) {
    let server = SmtpServer::start().await;
    let idp = with_smtp(database, server.address()).await;
    let node = idp.another_node().await;
    let addresses: Vec<String> = (0..20).map(|n| format!("person{n}@example.test")).collect();
    register(&idp, &addresses.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let other = async { while idp_server::adapters::mail_worker::send_due(&node).await.unwrap() > 0 {} };
    tokio::join!(other, idp.deliver());
    let mut to: Vec<String> = server.wait_for(20).await.into_iter().flat_map(|mail| mail.to).collect();
    to.sort();
    to.dedup();
    assert_eq!((to.len(), server.mails().len()), (20, 20));
}

/// A mail without what differs each time.
fn redacted(idp: &TestIdp, mail: &Mail) -> String {
    let mut text = format!("Subject: {}\n\n{}\n=== HTML ===\n{}", mail.subject, mail.text, mail.html);
    if mail.text.contains("/activate?t=") {
        let token = mail.link("en").split_once("t=").unwrap().1.to_owned();
        text = text.replace(&mail.code(), "CODE").replace(&token, "TOKEN");
    }
    text.replace(&idp.issuer, "ISSUER")
}

#[tokio::test]
async fn the_mails_of_a_registration_are_as_they_were() {
    let idp = TestIdp::start(Database::Sqlite).await;
    for (language, free, taken) in
        [("en", "activation_english", "exists_english"), ("fr", "activation_french", "exists_french")]
    {
        let email = format!("{language}@example.test");
        let visitor = idp.visitor();
        let page = idp.register_address(&visitor, &format!("/{language}/create-account"), &email).await;
        let mail = idp.mail_to(&email).await;
        insta::assert_snapshot!(free, redacted(&idp, &mail));
        visitor.submit(&page, "f", &[("code", &mail.code())]).await;
        idp.advance(Duration::from_secs(31));
        idp.register_address(&idp.visitor(), &format!("/{language}/create-account"), &email).await;
        insta::assert_snapshot!(taken, redacted(&idp, &idp.mail_to(&email).await));
    }
}
