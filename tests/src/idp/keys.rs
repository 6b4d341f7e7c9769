//! A relying service's own keys: what it signs with them, and the address where it publishes them.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{App, HttpResponse, HttpServer, web};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256,
    RsaKeyPair,
};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use idp_domain::signing_key::SigningAlgorithm;
use idp_domain::time::Timestamp;
use idp_server::adapters::signing::generate;
use serde_json::{Value, json};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::oneshot;

/// A key pair of a service.
#[derive(Clone)]
pub struct ClientKey {
    /// What it signs with; a header may claim something else.
    pub algorithm: SigningAlgorithm,
    /// PKCS#8.
    pub pkcs8: Vec<u8>,
    /// The public key, with `kid`, `alg` and `use`.
    pub jwk: Value,
}

impl ClientKey {
    /// A new one; of RSA keys a process has three of each algorithm, since they are slow to make.
    pub fn new(algorithm: SigningAlgorithm) -> Self {
        static RSA: [OnceLock<ClientKey>; 6] = [const { OnceLock::new() }; 6];
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let offset = match algorithm {
            SigningAlgorithm::Rs256 => 0,
            SigningAlgorithm::Ps256 => 3,
            _ => return Self::make(algorithm),
        };
        let n = offset + NEXT.fetch_add(1, Ordering::Relaxed) % 3;
        RSA[n].get_or_init(|| Self::make(algorithm)).clone()
    }

    fn make(algorithm: SigningAlgorithm) -> Self {
        let made = generate(algorithm).expect("a key");
        let jwk = serde_json::from_str(&made.public_jwk).expect("a JWK");
        Self { algorithm, pkcs8: made.pkcs8, jwk }
    }

    /// Its name.
    pub fn kid(&self) -> &str {
        self.jwk["kid"].as_str().expect("a kid")
    }

    /// The public key without name and use, as a proof carries it (RFC 9449 section 4.2).
    pub fn bare_jwk(&self) -> Value {
        let mut jwk = self.jwk.clone();
        for name in ["kid", "alg", "use"] {
            jwk.as_object_mut().expect("an object").remove(name);
        }
        jwk
    }

    /// A JWT with an honest header.
    pub fn sign(&self, claims: &Value) -> String {
        self.sign_with(&json!({"alg": self.algorithm.as_str(), "kid": self.kid(), "typ": "JWT"}), claims)
    }

    /// A JWT with any header.
    pub fn sign_with(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(header), part(claims));
        let signature = self.signature(message.as_bytes());
        format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
    }

    fn signature(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self.algorithm {
            SigningAlgorithm::Rs256 | SigningAlgorithm::Ps256 => {
                let pair = RsaKeyPair::from_pkcs8(&self.pkcs8).expect("an RSA key");
                let mut signature = vec![0; pair.public_modulus_len()];
                let padding: &'static dyn aws_lc_rs::signature::RsaEncoding =
                    if self.algorithm == SigningAlgorithm::Ps256 {
                        &RSA_PSS_SHA256
                    } else {
                        &RSA_PKCS1_SHA256
                    };
                pair.sign(padding, &random, message, &mut signature).expect("a signature");
                signature
            }
            SigningAlgorithm::Es256 => {
                let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &self.pkcs8);
                pair.expect("an EC key").sign(&random, message).expect("a signature").as_ref().to_vec()
            }
            SigningAlgorithm::EdDsa => {
                Ed25519KeyPair::from_pkcs8(&self.pkcs8).expect("an Ed key").sign(message).as_ref().to_vec()
            }
        }
    }
}

/// `jwks = …` of a service's TOML file.
pub fn inline_jwks(keys: &[&ClientKey]) -> String {
    let keys: Vec<&Value> = keys.iter().map(|key| &key.jwk).collect();
    let rows: Vec<String> = keys
        .iter()
        .map(|key| {
            let members = key.as_object().expect("an object").iter();
            let pairs: Vec<String> = members.map(|(name, value)| format!("{name:?} = {value}")).collect();
            format!("{{ {} }}", pairs.join(", "))
        })
        .collect();
    format!("jwks = {{ keys = [{}] }}\n", rows.join(", "))
}

/// What the address answers.
#[derive(Clone)]
pub struct Published {
    /// The body.
    pub body: String,
    /// The status.
    pub status: u16,
    /// `Cache-Control`.
    pub cache_control: String,
    /// How long it takes.
    pub delay: Duration,
}

struct State {
    published: Mutex<Published>,
    fetched: AtomicUsize,
}

/// A service's address on loopback for its key set, which counts who asks.
pub struct JwksServer {
    /// The address.
    pub uri: String,
    state: Arc<State>,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<()>>,
}

impl JwksServer {
    /// Publishes these keys, to be kept for ten minutes.
    pub fn start(keys: &[&ClientKey]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on loopback");
        let port = listener.local_addr().expect("a bound socket has an address").port();
        let published = Published {
            body: set(keys),
            status: 200,
            cache_control: "max-age=600".into(),
            delay: Duration::ZERO,
        };
        let state = Arc::new(State { published: Mutex::new(published), fetched: AtomicUsize::new(0) });
        let (stop, stopped) = oneshot::channel();
        let shared = Arc::clone(&state);
        let server = std::thread::spawn(move || serve(listener, shared, stopped));
        Self { uri: format!("http://127.0.0.1:{port}/jwks"), state, stop: Some(stop), server: Some(server) }
    }

    /// Publishes other keys.
    pub fn publish(&self, keys: &[&ClientKey]) {
        self.change(|published| published.body = set(keys));
    }

    /// Changes what is answered.
    pub fn change(&self, change: impl FnOnce(&mut Published)) {
        change(&mut self.state.published.lock().expect("no test panics here"));
    }

    /// How often it was asked.
    pub fn fetched(&self) -> usize {
        self.state.fetched.load(Ordering::SeqCst)
    }
}

impl Drop for JwksServer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(server) = self.server.take() {
            // A server that panicked has failed its test already.
            let _ = server.join();
        }
    }
}

fn set(keys: &[&ClientKey]) -> String {
    json!({"keys": keys.iter().map(|key| &key.jwk).collect::<Vec<_>>()}).to_string()
}

fn serve(listener: TcpListener, state: Arc<State>, stopped: oneshot::Receiver<()>) {
    actix_web::rt::System::new().block_on(async move {
        let answer = async |state: web::Data<State>| {
            state.fetched.fetch_add(1, Ordering::SeqCst);
            let published = state.published.lock().expect("no test panics here").clone();
            tokio::time::sleep(published.delay).await;
            let status = actix_web::http::StatusCode::from_u16(published.status).expect("a status");
            HttpResponse::build(status)
                .insert_header((CACHE_CONTROL, published.cache_control))
                .content_type("application/json")
                .body(published.body)
        };
        let data = web::Data::from(state);
        let server =
            HttpServer::new(move || App::new().app_data(data.clone()).default_service(web::to(answer)))
                .workers(1)
                .disable_signals()
                .listen(listener)
                .expect("it listens")
                .run();
        let handle = server.handle();
        actix_web::rt::spawn(async move {
            let _ = stopped.await;
            handle.stop(false).await;
        });
        server.await.expect("the server ends");
    });
}

/// A number that no other call in this process gets.
fn next() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// The claims of an honest client assertion (RFC 7523 section 3).
pub fn assertion_claims(client_id: &str, issuer: &str, now: Timestamp) -> Value {
    let seconds = now.seconds();
    json!({
        "iss": client_id, "sub": client_id, "aud": issuer, "jti": format!("assertion-{}", next()),
        "iat": seconds, "exp": seconds + 60,
    })
}

/// The claims of an honest DPoP proof (RFC 9449 section 4.2).
pub fn proof_claims(method: &str, url: &str, now: Timestamp) -> Value {
    json!({"htm": method, "htu": url, "iat": now.seconds(), "jti": format!("proof-{}", next())})
}

/// `object` with members set, or (null) left out.
pub fn with(mut object: Value, changes: &Value) -> Value {
    let members = object.as_object_mut().expect("an object");
    for (name, value) in changes.as_object().expect("an object") {
        members.insert(name.clone(), value.clone());
    }
    members.retain(|_, value| !value.is_null());
    object
}

impl ClientKey {
    /// A DPoP proof over `claims` with an honest header.
    pub fn proof(&self, claims: &Value) -> String {
        self.sign_with(&self.proof_header(), claims)
    }

    /// The header of an honest DPoP proof.
    pub fn proof_header(&self) -> Value {
        json!({"alg": self.algorithm.as_str(), "typ": "dpop+jwt", "jwk": self.bare_jwk()})
    }
}
