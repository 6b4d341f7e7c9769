//! A program on loopback that others call: it keeps what is sent to it and answers as it was told to.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What was sent.
#[derive(Debug, Clone)]
pub struct Received {
    /// `POST`, say.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The head as it came.
    pub head: String,
    /// The body.
    pub body: String,
}

impl Received {
    /// A field of the form that was sent.
    pub fn field(&self, name: &str) -> Option<String> {
        let mut pairs = url::form_urlencoded::parse(self.body.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }
}

/// What is answered.
#[derive(Debug, Clone)]
pub enum Reply {
    /// A status without a body.
    Status(u16),
    /// 302 to an address.
    Redirect(String),
    /// Nothing, while the connection stays open.
    Never,
}

struct State {
    received: Vec<Received>,
    replies: VecDeque<Reply>,
}

/// A running receiver; it stops when it is dropped.
pub struct Receiver {
    /// `http://127.0.0.1:PORT`
    pub address: String,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

impl Receiver {
    /// Starts one that answers 200.
    pub async fn start() -> Self {
        Self::answering([Reply::Status(200)]).await
    }

    /// Starts one that gives these answers in turn, and the last one from then on.
    pub async fn answering(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port on loopback");
        let port = listener.local_addr().expect("a bound socket has an address").port();
        let replies = replies.into_iter().collect();
        let state = Arc::new(Mutex::new(State { received: Vec::new(), replies }));
        let shared = Arc::clone(&state);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // A caller that goes away has its reasons.
                tokio::spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Self { address: format!("http://127.0.0.1:{port}"), state, task }
    }

    /// An address where nothing listens.
    pub async fn nobody() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port on loopback");
        format!("http://{}", listener.local_addr().expect("a bound socket has an address"))
    }

    /// What was sent so far.
    pub fn received(&self) -> Vec<Received> {
        lock(&self.state).received.clone()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().expect("no test panics here")
}

async fn serve(mut stream: TcpStream, state: Arc<Mutex<State>>) {
    let Some(received) = read(&mut stream).await else { return };
    let reply = {
        let mut state = lock(&state);
        state.received.push(received);
        let next =
            if state.replies.len() > 1 { state.replies.pop_front() } else { state.replies.front().cloned() };
        next.unwrap_or(Reply::Status(200))
    };
    let answer = match reply {
        Reply::Status(status) => {
            format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        }
        Reply::Redirect(to) => {
            format!("HTTP/1.1 302 X\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        }
        Reply::Never => std::future::pending().await,
    };
    // The caller may have gone.
    let _ = stream.write_all(answer.as_bytes()).await;
}

async fn read(stream: &mut TcpStream) -> Option<Received> {
    let mut bytes = Vec::new();
    let (head, body_at) = loop {
        let mut buffer = [0; 4096];
        let read = stream.read(&mut buffer).await.ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&buffer[..read]);
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        if let Some(end) = end {
            break (String::from_utf8_lossy(&bytes[..end]).into_owned(), end + 4);
        }
    };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let mut body = bytes.split_off(body_at);
    let missing = length.unwrap_or(0).saturating_sub(body.len());
    let mut rest = vec![0; missing];
    stream.read_exact(&mut rest).await.ok()?;
    body.extend(rest);
    let mut first = head.lines().next()?.split(' ').map(str::to_owned);
    let (method, path) = (first.next()?, first.next()?);
    Some(Received { method, path, head, body: String::from_utf8(body).ok()? })
}
