//! A real SMTP server on loopback that keeps what it is sent and fails when a test asks it to.
//!
//! The protocol is `mailin`'s, written by others; here are the socket and the store.

use mail_parser::{Message, MessageParser};
use mailin::{Action, Handler, Response, Session, SessionBuilder};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The longest line that is read; a client that sends a longer one is cut off.
const LONGEST_LINE: u64 = 1 << 20;

/// A mail as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedMail {
    /// The envelope's sender, without angle brackets.
    pub from: String,
    /// The envelope's recipients that were taken.
    pub to: Vec<String>,
    /// The message, headers and body, dots unstuffed.
    pub data: Vec<u8>,
}

impl ReceivedMail {
    /// The message as it came over the wire, as text.
    pub fn source(&self) -> String {
        String::from_utf8_lossy(&self.data).into_owned()
    }

    /// The subject, decoded.
    pub fn subject(&self) -> String {
        self.parsed().subject().unwrap_or_default().to_owned()
    }

    /// The plain text, decoded; empty when there is none.
    pub fn text(&self) -> String {
        self.parsed().body_text(0).unwrap_or_default().into_owned()
    }

    fn parsed(&self) -> Message<'_> {
        MessageParser::default().parse(&self.data).expect("a mail has headers")
    }
}

#[derive(Debug, Default)]
struct State {
    mails: Vec<ReceivedMail>,
    recipient_answers: HashMap<String, u16>,
    message_answer: Option<u16>,
    pause: Duration,
    connections: usize,
}

/// The server; it ends when it is dropped.
#[derive(Debug)]
pub struct SmtpServer {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

impl SmtpServer {
    /// Starts on a free port of 127.0.0.1.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port on loopback");
        let address = listener.local_addr().expect("a bound socket has an address");
        let state = Arc::new(Mutex::new(State::default()));
        let task = tokio::spawn(accept(listener, Arc::clone(&state)));
        Self { address, state, task }
    }

    /// `smtp://127.0.0.1:PORT`, as the setting `mail.smtp_url` takes it.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// All mails taken so far, oldest first.
    pub fn mails(&self) -> Vec<ReceivedMail> {
        self.state().mails.clone()
    }

    /// Waits until `count` mails have been taken; gives all of them.
    pub async fn wait_for(&self, count: usize) -> Vec<ReceivedMail> {
        let enough = async || Some(self.mails()).filter(|mails| mails.len() >= count);
        crate::wait::until(&format!("{count} mails"), enough).await
    }

    /// How many connections there have been.
    pub fn connections(&self) -> usize {
        self.state().connections
    }

    /// From now on `recipient` is answered with `code`: `450` later, `550` never, `250` as usual.
    pub fn answer_recipient(&self, recipient: &str, code: u16) {
        self.state().recipient_answers.insert(recipient.to_owned(), code);
    }

    /// From now on each message is answered with `code` after its data (`451`, `554`) and isn't kept; `None`: taken.
    pub fn answer_message(&self, code: Option<u16>) {
        self.state().message_answer = code;
    }

    /// From now on the server waits so long before each answer, the greeting included.
    pub fn answer_after(&self, pause: Duration) {
        self.state().pause = pause;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().expect("no test panics while it holds the mails")
}

async fn accept(listener: TcpListener, state: Arc<Mutex<State>>) {
    // The connections end with this task: a dropped set aborts what is in it.
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, peer)) = listener.accept().await {
        lock(&state).connections += 1;
        let state = Arc::clone(&state);
        // A client that breaks off is the client's affair.
        connections.spawn(async move { drop(serve(stream, peer.ip(), state).await) });
    }
}

async fn serve(stream: TcpStream, peer: IpAddr, state: Arc<Mutex<State>>) -> std::io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut reader = BufReader::new(reader);
    let mut session = session(peer, &state);
    let mut response = session.greeting();
    loop {
        if response.action != Action::NoReply {
            let pause = lock(&state).pause;
            tokio::time::sleep(pause).await;
            writer.write_all(&response.buffer()?).await?;
        }
        if response.action == Action::Close {
            return writer.shutdown().await;
        }
        let mut line = Vec::new();
        (&mut reader).take(LONGEST_LINE).read_until(b'\n', &mut line).await?;
        if !line.ends_with(b"\n") {
            return Ok(());
        }
        response = session.process(&line);
        if response.is_error && line == b".\r\n" {
            // mailin would stay in the data of the message that it has refused, and take QUIT for a part of it.
            session = self::session(peer, &state);
            session.process(b"HELO again.example.test\r\n");
        }
    }
}

fn session(peer: IpAddr, state: &Arc<Mutex<State>>) -> Session<Keeper> {
    SessionBuilder::new("mail.example.test").build(peer, Keeper { state: Arc::clone(state), mail: None })
}

/// Decides for one connection, and keeps what it takes.
struct Keeper {
    state: Arc<Mutex<State>>,
    mail: Option<ReceivedMail>,
}

impl Handler for Keeper {
    fn rcpt(&mut self, to: &str) -> Response {
        let code = lock(&self.state).recipient_answers.get(to).copied();
        code.map_or(mailin::response::OK, answer)
    }

    fn data_start(&mut self, _domain: &str, from: &str, _is8bit: bool, to: &[String]) -> Response {
        self.mail = Some(ReceivedMail { from: from.to_owned(), to: to.to_vec(), data: Vec::new() });
        mailin::response::OK
    }

    fn data(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        if let Some(mail) = &mut self.mail {
            mail.data.extend_from_slice(bytes);
        }
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        let mut state = lock(&self.state);
        if let Some(code) = state.message_answer {
            return answer(code);
        }
        state.mails.extend(self.mail.take());
        mailin::response::OK
    }
}

fn answer(code: u16) -> Response {
    Response::custom(code, if code < 400 { "OK" } else { "Refused by the test" }.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

    async fn send(server: &SmtpServer, to: &str, body: &str) -> Result<(), lettre::transport::smtp::Error> {
        let mail = lettre::Message::builder()
            .from("noreply@example.test".parse().unwrap())
            .to(to.parse().unwrap())
            .subject("Activer le compte – été")
            .body(body.to_owned())
            .unwrap();
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&server.url()).unwrap();
        transport.build().send(mail).await.map(drop)
    }

    #[tokio::test]
    async fn a_mail_is_kept_with_its_envelope_and_its_dots() {
        let server = SmtpServer::start().await;
        send(&server, "jeanne@example.test", "one\r\n.\r\n..two\r\n").await.unwrap();
        let mails = server.wait_for(1).await;
        assert_eq!(mails[0].from, "noreply@example.test");
        assert_eq!(mails[0].to, ["jeanne@example.test"]);
        assert!(mails[0].source().starts_with("From: noreply@example.test\r\n"), "{}", mails[0].source());
        assert!(mails[0].source().contains("\r\n\r\none\r\n.\r\n..two\r\n"), "{}", mails[0].source());
        assert_eq!(server.connections(), 1);
        send(&server, "jeanne@example.test", "Voici le code\u{a0}: été").await.unwrap();
        let mails = server.wait_for(2).await;
        assert_eq!(
            (mails[1].subject(), mails[1].text().trim()),
            ("Activer le compte – été".to_owned(), "Voici le code\u{a0}: été")
        );
    }

    #[tokio::test]
    async fn a_recipient_or_a_message_is_refused_on_demand() {
        let server = SmtpServer::start().await;
        server.answer_recipient("later@example.test", 450);
        server.answer_recipient("never@example.test", 550);
        assert!(send(&server, "later@example.test", "x").await.unwrap_err().is_transient());
        assert!(send(&server, "never@example.test", "x").await.unwrap_err().is_permanent());
        server.answer_recipient("later@example.test", 250);
        server.answer_message(Some(451));
        assert!(send(&server, "later@example.test", "x").await.unwrap_err().is_transient());
        assert_eq!(server.mails(), []);
        server.answer_message(None);
        send(&server, "later@example.test", "x").await.unwrap();
        assert_eq!(server.mails().len(), 1);
    }

    #[tokio::test]
    async fn a_slow_server_keeps_the_client_waiting() {
        let server = SmtpServer::start().await;
        server.answer_after(Duration::from_mins(1));
        // lettre's own time-out covers the connection only, so a client needs one around the whole.
        let sending = send(&server, "jeanne@example.test", "x");
        assert!(tokio::time::timeout(Duration::from_millis(300), sending).await.is_err());
        assert_eq!(server.connections(), 1);
    }
}
