//! `measure`: what the released server costs, in processor time for each operation (`docs/measured.md`).
//!
//! It starts `target/release/idp` on a free port with a database of its own and full-strength passwords, makes accounts
//! as people do, and then drives each operation with 8 browsers. Only the server's processor time counts, read from the
//! system, so that the figures hold on a busy machine too; rates are for looking at.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::panic,
    reason = "a command that says what it found"
)]
#![allow(clippy::cast_precision_loss, reason = "figures for people")]

mod server;

use futures_util::future::join_all;
use idp_tests::idp::page::{Page, encode};
use idp_tests::idp::service::{Request, basic, redemption};
use idp_tests::idp::visitor::{FORM, Visitor, page_of};
use idp_tests::idp::visitor_at;
use server::{PASSWORD, Server, expect, program_of, sign_up};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

const BROWSERS: usize = 8;
const CALLBACK: &str = "https://rp.example.test/callback";
const SECRET: &str = "bench-secret-0123456789";
const SERVICE: &str = r#"
client_id = "bench"
client_secret = "bench-secret-0123456789"
client_name = "Bench"
redirect_uris = ["https://rp.example.test/callback"]
scope = "openid email profile"
grant_types = ["authorization_code", "refresh_token"]
id_token_signed_response_alg = "ES256"
"#;
const BACK_END: &str = r#"
client_id = "bench-back-end"
client_secret = "bench-secret-0123456789"
client_name = "Bench back end"
scope = "reports:read"
grant_types = ["client_credentials"]
access_token_format = "jwt"
"#;

#[actix_web::main]
async fn main() {
    let program = program_of(std::env::args().nth(1));
    let folder = std::env::temp_dir().join(format!("idp-measure-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    let size = std::fs::metadata(&program).map_or(0, |file| file.len());
    println!("| what | figure |\n|---|---|\n| release binary | {:.1} MB |", size as f64 / 1e6);
    let server = start(&program, &folder);
    println!("| memory at rest | {:.1} MiB |", memory(&server));
    drop(server);
    let mut starts: Vec<u128> = (0..7).map(|_| first_answer(&program, &folder)).collect();
    starts.sort_unstable();
    println!("| start to first answer, existing database (median of 7) | {} ms |", starts[3]);
    let server = Arc::new(start(&program, &folder));
    measure(&server).await;
    println!("| memory after the load | {:.1} MiB |", memory(&server));
    let _ = std::fs::remove_dir_all(&folder);
}

async fn measure(server: &Arc<Server>) {
    let mut signed_in = Vec::new();
    for n in 0..BROWSERS {
        signed_in.push(Arc::new(sign_up(server, n).await));
    }
    println!("\n| operation, 8 browsers at once | server CPU ms each | a second |\n|---|---|---|");
    let browsers: Vec<_> = (0..BROWSERS).map(|_| Arc::new(visitor_at(&server.issuer))).collect();
    run(server, "discovery", &browsers, 400, async |visitor: &Visitor, _| {
        expect(&visitor.get("/.well-known/openid-configuration").await, 200);
    })
    .await;
    run(server, "key set", &browsers, 400, async |visitor: &Visitor, _| {
        expect(&visitor.get("/jwks").await, 200);
    })
    .await;
    run(
        server,
        "code flow with a session (authorize, token)",
        &signed_in,
        60,
        async |visitor: &Visitor, server| {
            let (request, code) = authorize(visitor, server).await;
            expect(&redeem(visitor, &request, &code).await, 200);
        },
    )
    .await;
    let codes = tokio::sync::Mutex::new(Vec::new());
    for visitor in &signed_in {
        for _ in 0..60 {
            codes.lock().await.push(authorize(visitor, server).await);
        }
    }
    run(server, "token request alone (authorization_code)", &signed_in, 60, async |visitor: &Visitor, _| {
        let (request, code) = codes.lock().await.pop().expect("a code for each");
        expect(&redeem(visitor, &request, &code).await, 200);
    })
    .await;
    tokens(server, &signed_in).await;
    run(server, "full sign-in (authorize, page, password, token, userinfo)", &signed_in, 12, full_sign_in)
        .await;
}

/// What is done with the tokens of a sign-in, and by a back end without one.
async fn tokens(server: &Arc<Server>, signed_in: &[Arc<Visitor>]) {
    let (refresh, access) = (tokio::sync::Mutex::new(Vec::new()), tokio::sync::Mutex::new(Vec::new()));
    for visitor in signed_in {
        let (request, code) = authorize(visitor, server).await;
        let answer = redeem(visitor, &request, &code).await.json();
        let text = |name: &str| answer[name].as_str().expect("a token").to_owned();
        refresh.lock().await.push(text("refresh_token"));
        access.lock().await.push(text("access_token"));
    }
    run(server, "refresh, rotated and durable", signed_in, 100, async |visitor: &Visitor, _| {
        let token = refresh.lock().await.pop().expect("a token for each");
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
        let answer = call(visitor, "/token", "bench", &fields).await;
        expect(&answer, 200);
        let next = answer.json()["refresh_token"].as_str().expect("a token").to_owned();
        refresh.lock().await.push(next);
    })
    .await;
    let token = access.lock().await.pop().expect("a token");
    run(server, "userinfo", signed_in, 400, async |visitor: &Visitor, _| {
        let bearer = format!("Bearer {token}");
        let asked = visitor.request(reqwest::Method::GET, "/userinfo").header("Authorization", bearer);
        expect(&visitor.send(asked).await, 200);
    })
    .await;
    run(server, "introspection", signed_in, 400, async |visitor: &Visitor, _| {
        expect(&call(visitor, "/introspect", "bench", &[("token", token.as_str())]).await, 200);
    })
    .await;
    run(server, "client_credentials (JWT)", signed_in, 400, async |visitor: &Visitor, _| {
        let fields = [("grant_type", "client_credentials")];
        expect(&call(visitor, "/token", "bench-back-end", &fields).await, 200);
    })
    .await;
}

/// Runs `operation` `times` times in each browser, all browsers at once, and prints what it cost the server.
async fn run(
    server: &Arc<Server>,
    name: &str,
    visitors: &[Arc<Visitor>],
    times: usize,
    operation: impl AsyncFn(&Visitor, &Arc<Server>),
) {
    let (cpu, wall) = (processor_time(server), Instant::now());
    let one = async |visitor: &Arc<Visitor>| {
        for _ in 0..times {
            operation(visitor, server).await;
        }
    };
    join_all(visitors.iter().map(one)).await;
    let count = (times * visitors.len()) as f64;
    let cpu = processor_time(server).saturating_sub(cpu).as_secs_f64() * 1000.0 / count;
    println!("| {name} | {cpu:.3} | {:.0} |", count / wall.elapsed().as_secs_f64());
}

async fn full_sign_in(visitor: &Visitor, server: &Arc<Server>) {
    let email = visitor.cookie("bench").expect("the browser knows its account");
    visitor.forget_cookie("idp_session");
    let request = request();
    let page = visitor.follow(visitor.get(&request.path()).await).await;
    let page = visitor.submit(&page, "f", &[("email", &email), ("password", PASSWORD)]).await;
    let code = page.parameter("code").unwrap_or_else(|| panic!("no code: {page:?}"));
    let answer = redeem(visitor, &request, &code).await;
    expect(&answer, 200);
    let bearer = format!("Bearer {}", answer.json()["access_token"].as_str().unwrap_or_default());
    let userinfo = visitor.request(reqwest::Method::GET, "/userinfo").header("Authorization", bearer);
    expect(&visitor.send(userinfo).await, 200);
    let _ = server;
}

fn request() -> Request {
    Request::new("bench", CALLBACK)
}

async fn authorize(visitor: &Visitor, _: &Arc<Server>) -> (Request, String) {
    let request = request();
    let page = visitor.get(&request.path()).await;
    let code = page.parameter("code").unwrap_or_else(|| panic!("no code: {page:?}"));
    (request, code)
}

async fn redeem(visitor: &Visitor, request: &Request, code: &str) -> Page {
    let fields: Vec<_> = redemption(request, code).into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
    let sent =
        visitor.request(reqwest::Method::POST, "/token").header("Authorization", basic("bench", SECRET));
    page_of(sent.header("Content-Type", FORM).body(encode(&fields)).send().await.expect("an answer")).await
}

async fn call(visitor: &Visitor, path: &str, client: &str, fields: &[(&str, &str)]) -> Page {
    let fields: Vec<_> = fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let sent = visitor.request(reqwest::Method::POST, path).header("Authorization", basic(client, SECRET));
    page_of(sent.header("Content-Type", FORM).body(encode(&fields)).send().await.expect("an answer")).await
}

fn start(program: &Path, folder: &Path) -> Server {
    Server::start(program, folder, &[("bench.toml", SERVICE), ("back-end.toml", BACK_END)], &[])
}

fn first_answer(program: &Path, folder: &Path) -> u128 {
    let begun = Instant::now();
    let server = start(program, folder);
    let taken = begun.elapsed().as_millis();
    drop(server);
    taken
}

/// User and system time of the server, from `/proc/PID/stat` (fields 14 and 15, in hundredths of a second).
fn processor_time(server: &Server) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", server.child.id())).expect("the server runs");
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |n: usize| fields.get(n).and_then(|field| field.parse::<u64>().ok()).unwrap_or(0);
    Duration::from_millis((ticks(11) + ticks(12)) * 10)
}

/// Resident memory in MiB, from `/proc/PID/status`.
fn memory(server: &Server) -> f64 {
    let status =
        std::fs::read_to_string(format!("/proc/{}/status", server.child.id())).expect("the server runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or(0.0) / 1024.0
}
