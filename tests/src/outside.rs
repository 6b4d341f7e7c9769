//! Another server on loopback: what the identity server fetches from relying services.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A server that answers what it was told, and counts who asks.
pub struct Outside {
    /// `http://127.0.0.1:PORT`
    pub origin: String,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    answers: Mutex<HashMap<String, Option<Vec<u8>>>>,
    asked: Mutex<Vec<String>>,
}

impl Outside {
    /// Starts one; it ends with the test's runtime.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port on loopback");
        let port = listener.local_addr().expect("a bound socket has an address").port();
        let shared = Arc::new(Shared::default());
        let of_server = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let shared = Arc::clone(&of_server);
                // A caller that went away is what some tests are about.
                tokio::spawn(async move { answer(socket, &shared).await.ok() });
            }
        });
        Self { origin: format!("http://127.0.0.1:{port}"), shared }
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// Lets a path answer 200.
    pub fn says(&self, path: &str, content_type: &str, body: &[u8]) {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n");
        self.answers(path, &head, body);
    }

    /// Lets a path lead elsewhere.
    pub fn redirects(&self, path: &str, location: &str) {
        self.answers(path, &format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\n"), b"");
    }

    /// Lets a path keep its caller waiting for good.
    pub fn hangs(&self, path: &str) {
        self.shared.answers.lock().expect("no test panics here").insert(path.to_owned(), None);
    }

    /// How often a path was asked for.
    pub fn asked(&self, path: &str) -> usize {
        self.shared.asked.lock().expect("no test panics here").iter().filter(|asked| *asked == path).count()
    }

    fn answers(&self, path: &str, head: &str, body: &[u8]) {
        let head = format!("{head}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
        let answer = [head.as_bytes(), body].concat();
        self.shared.answers.lock().expect("no test panics here").insert(path.to_owned(), Some(answer));
    }
}

async fn answer(mut socket: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(socket.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    shared.asked.lock().expect("no test panics here").push(path.clone());
    let found = shared.answers.lock().expect("no test panics here").get(&path).cloned();
    match found {
        Some(Some(answer)) => socket.write_all(&answer).await,
        Some(None) => std::future::pending().await,
        None => {
            socket
                .write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                .await
        }
    }
}
