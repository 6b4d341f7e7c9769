//! Bodies that come slowly, byte by byte, from a socket that nothing helps.

use idp_tests::idp::visitor::FORM;
use idp_tests::idp::{Database, TestIdp};
use idp_tests::wait::LIMIT;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

const ADDRESSES: [&str; 7] =
    ["/token", "/par", "/revoke", "/userinfo", "/authorize", "/en/sign-in", "/fr/create-account"];

async fn connect(idp: &TestIdp) -> TcpStream {
    let (_, port) = idp.issuer.rsplit_once(':').unwrap();
    TcpStream::connect(("127.0.0.1", port.parse().unwrap())).await.unwrap()
}

fn head(address: &str, length: &str) -> String {
    format!("POST {address} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {FORM}\r\n{length}\r\n\r\n")
}

/// What is answered until the server closes the connection, while a piece of the body is sent ever again.
async fn drip(mut socket: TcpStream, piece: &[u8]) -> String {
    let mut answer = Vec::new();
    let all = async {
        loop {
            let mut buffer = [0; 4096];
            match timeout(Duration::from_millis(100), socket.read(&mut buffer)).await {
                Ok(Ok(0) | Err(_)) => break,
                Ok(Ok(read)) => answer.extend_from_slice(&buffer[..read]),
                // A server that has closed its side takes no more.
                Err(_) => drop(socket.write_all(piece).await),
            }
        }
    };
    let ended = timeout(LIMIT, all).await;
    let answer = String::from_utf8(answer).unwrap();
    assert!(ended.is_ok(), "the connection doesn't end: {answer}");
    answer
}

async fn one_second() -> TestIdp {
    TestIdp::start_with(Database::Sqlite, &[("IDP_SERVER__BODY_TIMEOUT", "1s")]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_comes_byte_by_byte_is_answered_408_and_its_connection_ends() {
    let idp = one_second().await;
    let slowly = |address: &'static str, length: &'static str, piece: &'static [u8]| {
        let idp = &idp;
        async move {
            let mut socket = connect(idp).await;
            socket.write_all(head(address, length).as_bytes()).await.unwrap();
            let answer = drip(socket, piece).await;
            assert!(answer.starts_with("HTTP/1.1 408 "), "{address} {length}: {answer}");
            assert!(answer.to_lowercase().contains("\r\nconnection: close\r\n"), "{address}: {answer}");
            assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
        }
    };
    let whole = ADDRESSES.map(|address| slowly(address, "Content-Length: 60000", b"a"));
    let chunked = ADDRESSES.map(|address| slowly(address, "Transfer-Encoding: chunked", b"1\r\na\r\n"));
    futures_util::future::join_all(whole.into_iter().chain(chunked)).await;
    // Nothing at all, and whoever goes away: the server goes on.
    slowly("/token", "Content-Length: 5", b"").await;
    let mut socket = connect(&idp).await;
    socket.write_all(head("/token", "Content-Length: 5").as_bytes()).await.unwrap();
    drop(socket);
    assert_eq!(idp.visitor().get("/readyz").await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_nobody_reads_holds_no_connection() {
    let idp = one_second().await;
    let refused = |address: &'static str, length: &'static str, piece: &'static [u8]| {
        let idp = &idp;
        async move {
            let mut socket = connect(idp).await;
            socket.write_all(head(address, length).as_bytes()).await.unwrap();
            let answer = drip(socket, piece).await;
            assert!(answer.starts_with("HTTP/1.1 40"), "{address}: {answer}");
            assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
        }
    };
    let addresses = ["/jwks", "/en/help", "/nothing", "/admin/api/v1/keys/rotate"];
    let whole = addresses.map(|address| refused(address, "Content-Length: 60000", b"a"));
    let chunked = addresses.map(|address| refused(address, "Transfer-Encoding: chunked", b"1\r\na\r\n"));
    futures_util::future::join_all(whole.into_iter().chain(chunked)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_comes_in_pieces_in_time_is_read_and_its_connection_goes_on() {
    let idp = TestIdp::start(Database::Sqlite).await;
    let mut socket = connect(&idp).await;
    for _ in 0..2 {
        socket.write_all(head("/token", "Content-Length: 11").as_bytes()).await.unwrap();
        for piece in ["gra", "nt_type", "="] {
            socket.write_all(piece.as_bytes()).await.unwrap();
            socket.flush().await.unwrap();
        }
        let mut answer = String::new();
        while !answer.contains("grant_type is missing") && !answer.contains("or client_credentials") {
            let mut buffer = [0; 4096];
            let read = timeout(LIMIT, socket.read(&mut buffer)).await.unwrap().unwrap();
            assert!(read > 0, "{answer}");
            answer.push_str(&String::from_utf8_lossy(&buffer[..read]));
        }
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
        assert!(!answer.to_lowercase().contains("connection: close"), "{answer}");
    }
}
