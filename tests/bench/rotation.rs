//! `measure-rotation`: keys rotate by command while people sign in and three relying services refresh and verify, each with
//! another habit of keeping the key set (`docs/measured.md`). Not one verification may fail.
//!
//!     cargo run -p idp-tests --bin measure-rotation -- [SECONDS] [PROGRAM]
//!
//! An hour of a real service's life is six seconds here: `keys.jwks_max_age` is 6 s, and a rotation comes every 10 s.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::panic,
    reason = "a command that says what it found"
)]

mod server;

use futures_util::future::join_all;
use idp_tests::idp::page::{Page, encode};
use idp_tests::idp::service::{Request, basic, redemption};
use idp_tests::idp::visitor::{FORM, Visitor, page_of};
use idp_tests::idp::visitor_at;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};
use server::{Server, expect, program_of, sign_up};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const CALLBACK: &str = "https://rp.example.test/callback";
const SECRET: &str = "bench-secret-0123456789";
/// `keys.jwks_max_age`
const MAX_AGE: Duration = Duration::from_secs(6);
/// Between two rotations.
const PAUSE: Duration = Duration::from_secs(10);
/// Services, their algorithms and their habits.
const SERVICES: [(&str, &str, Habit); 3] = [
    ("fixed-time", "ES256", Habit::FixedTime(Duration::from_millis(500))),
    ("unknown-kid", "RS256", Habit::UnknownKid(Duration::from_millis(100))),
    ("hourly", "EdDSA", Habit::FixedTime(MAX_AGE)),
];

/// How a service keeps the key set.
#[derive(Debug, Clone, Copy)]
enum Habit {
    /// For a fixed time.
    FixedTime(Duration),
    /// Until a token has an unknown `kid`; then it asks again, at most once in this time.
    UnknownKid(Duration),
}

#[derive(Default)]
struct Tally {
    sign_ins: AtomicUsize,
    refreshes: AtomicUsize,
    verified: AtomicUsize,
    failed: AtomicUsize,
    fetched: AtomicUsize,
}

#[actix_web::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let seconds: u64 = arguments.next().map_or(60, |text| text.parse().expect("a number of seconds"));
    let program = program_of(arguments.next());
    let folder = std::env::temp_dir().join(format!("idp-rotation-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a temporary folder");
    let files: Vec<(String, String)> =
        SERVICES.iter().map(|(id, algorithm, _)| file(id, algorithm)).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let settings = [
        ("IDP_KEYS__JWKS_MAX_AGE", "6s"),
        ("IDP_KEYS__PUBLISH_AHEAD", "6s"),
        ("IDP_LIFETIMES__ID_TOKEN", "20s"),
        ("IDP_LIFETIMES__ACCESS_TOKEN", "20s"),
    ];
    let server = Server::start(&program, &folder, &files, &settings);
    let (done, tallies) = (AtomicBool::new(false), [const { None }; 3].map(|_: Option<()>| Tally::default()));
    let work = join_all((0..3).map(|n| service_at_work(&server, n, &tallies[n], &done)));
    let (rotations, _) = tokio::join!(rotate_until(&server, Duration::from_secs(seconds), &done), work);
    println!("{rotations} rotations of all algorithms in {seconds} s\n");
    println!(
        "| service | sign-ins | refreshes | verifications | failed | key set fetched |\n|---|---|---|---|---|---|"
    );
    for ((id, algorithm, _), tally) in SERVICES.iter().zip(&tallies) {
        let count = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
        let (signed_in, refreshed) = (count(&tally.sign_ins), count(&tally.refreshes));
        let (verified, failed, fetched) =
            (count(&tally.verified), count(&tally.failed), count(&tally.fetched));
        println!("| {id}, {algorithm} | {signed_in} | {refreshed} | {verified} | {failed} | {fetched} |");
        assert_eq!(failed, 0, "{id} met a token that it could not verify");
    }
    let _ = std::fs::remove_dir_all(&folder);
}

fn file(id: &str, algorithm: &str) -> (String, String) {
    let text = format!(
        "client_id = \"{id}\"\nclient_secret = \"{SECRET}\"\nclient_name = \"{id}\"\nredirect_uris = [\"{CALLBACK}\"]\n\
         scope = \"openid email\"\ngrant_types = [\"authorization_code\", \"refresh_token\"]\n\
         id_token_signed_response_alg = \"{algorithm}\"\n"
    );
    (format!("{id}.toml"), text)
}

/// Rotates every algorithm as often as caches allow; how often.
async fn rotate_until(server: &Server, span: Duration, done: &AtomicBool) -> usize {
    let begun = Instant::now();
    let mut rotations = 0;
    while begun.elapsed() < span {
        tokio::time::sleep(PAUSE).await;
        let rotate = ["keys", "rotate", "--now", "--reason", "measure-rotation"];
        rotations += usize::from(server.run(&rotate).await);
    }
    done.store(true, Ordering::Relaxed);
    rotations
}

/// One service: people sign in, it refreshes, and it verifies what it gets, until all is done.
async fn service_at_work(server: &Server, n: usize, tally: &Tally, done: &AtomicBool) {
    let (id, algorithm, habit) = SERVICES[n];
    let visitor = sign_up(server, n).await;
    let mut keys = Keys { issuer: &server.issuer, id, algorithm, habit, set: None, tally };
    while !done.load(Ordering::Relaxed) {
        let request = Request::new(id, CALLBACK);
        let page = visitor.get(&request.path()).await;
        let code = page.parameter("code").unwrap_or_else(|| panic!("no code: {page:?}"));
        let fields: Vec<_> =
            redemption(&request, &code).into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
        let mut answer = token(&visitor, id, &fields).await;
        tally.sign_ins.fetch_add(1, Ordering::Relaxed);
        for _ in 0..4 {
            keys.verify(&answer).await;
            let refresh_token = answer.json()["refresh_token"].as_str().expect("a refresh token").to_owned();
            let fields = [
                ("grant_type".to_owned(), "refresh_token".to_owned()),
                ("refresh_token".to_owned(), refresh_token),
            ];
            answer = token(&visitor, id, &fields).await;
            tally.refreshes.fetch_add(1, Ordering::Relaxed);
        }
        keys.verify(&answer).await;
    }
}

async fn token(visitor: &Visitor, id: &str, fields: &[(String, String)]) -> Page {
    let sent = visitor.request(reqwest::Method::POST, "/token").header("Authorization", basic(id, SECRET));
    let answer = sent.header("Content-Type", FORM).body(encode(fields)).send().await.expect("an answer");
    let page = page_of(answer).await;
    expect(&page, 200);
    page
}

/// The key set as one service keeps it.
struct Keys<'a> {
    issuer: &'a str,
    id: &'a str,
    algorithm: &'a str,
    habit: Habit,
    set: Option<(Instant, JwkSet)>,
    tally: &'a Tally,
}

impl Keys<'_> {
    async fn verify(&mut self, answer: &Page) {
        let id_token = answer.json()["id_token"].as_str().expect("an ID token").to_owned();
        let kid = decode_header(&id_token).expect("a JWT").kid.expect("a kid");
        let is_stale = match (&self.set, self.habit) {
            (None, _) => true,
            (Some((at, _)), Habit::FixedTime(span)) => at.elapsed() >= span,
            (Some((at, set)), Habit::UnknownKid(pause)) => set.find(&kid).is_none() && at.elapsed() >= pause,
        };
        if is_stale {
            // A connection of the service's own.
            let page = visitor_at(self.issuer).get("/jwks").await;
            self.set = Some((Instant::now(), serde_json::from_value(page.json()).expect("a key set")));
            self.tally.fetched.fetch_add(1, Ordering::Relaxed);
        }
        let key = self.set.as_ref().and_then(|(_, set)| set.find(&kid));
        let mut validation = Validation::new(self.algorithm.parse().expect("an algorithm"));
        validation.set_issuer(&[self.issuer]);
        validation.set_audience(&[self.id]);
        let good = key
            .and_then(|key| DecodingKey::from_jwk(key).ok())
            .is_some_and(|key| decode::<serde_json::Value>(&id_token, &key, &validation).is_ok());
        let counter = if good { &self.tally.verified } else { &self.tally.failed };
        counter.fetch_add(1, Ordering::Relaxed);
    }
}
