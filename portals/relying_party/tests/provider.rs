//! A provider that the tests make go wrong: what the relying party makes of keys that change, of answers that are none, and of
//! silence.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what goes wrong fails the test, and says where")]

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use relying_party::{
    AuthorizationAnswer, Error, Failure, Identity, RelyingParty, RelyingPartySettings, SECOND, SignInOptions,
};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

const NOW: i64 = 1_800_000_000;
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

struct Key {
    kid: &'static str,
    pair: EcdsaKeyPair,
}

impl Key {
    fn new(kid: &'static str) -> Self {
        let pkcs8 =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref()).unwrap();
        Self { kid, pair }
    }

    fn public(&self) -> Value {
        let point = self.pair.public_key().as_ref();
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({"kty": "EC", "crv": "P-256", "kid": self.kid, "use": "sig", "alg": "ES256",
            "x": part(&point[1..33]), "y": part(&point[33..65])})
    }

    fn sign(&self, typ: &str, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = json!({"alg": "ES256", "typ": typ, "kid": self.kid});
        let signed = format!("{}.{}", part(&header), part(claims));
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// What is answered at each address, and how often the keys were asked for.
#[derive(Default)]
struct Answers {
    issuer: String,
    keys: Vec<Value>,
    keys_asked: usize,
    token: (u16, String),
    userinfo: Value,
    is_down: bool,
}

struct World {
    answers: Arc<Mutex<Answers>>,
    party: RelyingParty,
    issuer: String,
}

async fn answer(request: HttpRequest, answers: web::Data<Mutex<Answers>>) -> HttpResponse {
    let mut answers = answers.lock().unwrap();
    if answers.is_down {
        return HttpResponse::ServiceUnavailable().finish();
    }
    let base = format!("http://{}", request.connection_info().host());
    match request.path() {
        "/.well-known/openid-configuration" => HttpResponse::Ok().json(json!({
            "issuer": answers.issuer,
            "authorization_endpoint": format!("{base}/authorize"),
            "token_endpoint": format!("{base}/token"),
            "userinfo_endpoint": format!("{base}/userinfo"),
            "jwks_uri": format!("{base}/jwks"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "authorization_response_iss_parameter_supported": true,
        })),
        "/jwks" => {
            answers.keys_asked += 1;
            HttpResponse::Ok().json(json!({"keys": answers.keys}))
        }
        "/token" => {
            let status = actix_web::http::StatusCode::from_u16(answers.token.0).unwrap();
            HttpResponse::build(status).content_type("application/json").body(answers.token.1.clone())
        }
        "/userinfo" => HttpResponse::Ok().json(&answers.userinfo),
        _ => HttpResponse::NotFound().finish(),
    }
}

impl World {
    /// With these keys published.
    fn start(keys: &[&Key]) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let answers = Answers {
            issuer: issuer.clone(),
            userinfo: json!({"sub": "person", "email": "person@example.test", "email_verified": true}),
            ..Answers::default()
        };
        let shared = web::Data::new(Mutex::new(answers));
        let answers = shared.clone().into_inner();
        let app = move || App::new().app_data(shared.clone()).default_service(web::to(answer));
        let server = HttpServer::new(app).workers(1).disable_signals().listen(listener).unwrap().run();
        actix_web::rt::spawn(server);
        let settings = RelyingPartySettings {
            issuer: issuer.clone(),
            client_id: "portal".into(),
            client_secret: "secret".into(),
            redirect_uri: "http://localhost:8081/callback".into(),
            post_logout_redirect_uri: "http://localhost:8081/".into(),
            scopes: vec!["email".into()],
            id_token_signed_response_alg: "ES256".into(),
        };
        let world = Self { answers, party: RelyingParty::new(settings).unwrap(), issuer };
        world.publish(keys);
        world
    }

    fn publish(&self, keys: &[&Key]) {
        self.answers.lock().unwrap().keys = keys.iter().map(|key| key.public()).collect();
    }

    fn keys_asked(&self) -> usize {
        self.answers.lock().unwrap().keys_asked
    }

    fn token_answers(&self, status: u16, body: &Value) {
        self.answers.lock().unwrap().token = (status, body.to_string());
    }

    fn claims(&self, now: i64) -> Value {
        json!({"iss": self.issuer, "aud": "portal", "sub": "person", "iat": now, "exp": now + 600, "sid": "session"})
    }

    /// A sign-in whose token endpoint answers with an ID token of this key; `change` makes it wrong.
    async fn sign_in(&self, key: &Key, now: i64, change: impl Fn(&mut Value)) -> Result<Identity, Error> {
        let (_, pending) = self.party.begin(SignInOptions::default(), now * SECOND).await?;
        let mut claims = self.claims(now);
        claims["nonce"] = json!(pending.nonce);
        change(&mut claims);
        let id_token = key.sign("JWT", &claims);
        self.token_answers(200, &json!({"access_token": "at", "token_type": "Bearer", "id_token": id_token}));
        let answer = AuthorizationAnswer {
            code: Some("code".into()),
            state: Some(pending.state.clone()),
            iss: Some(self.issuer.clone()),
            error: None,
        };
        Ok(self.party.complete(&answer, &pending, now * SECOND).await?.identity)
    }
}

#[actix_web::test]
async fn keys_that_change_are_fetched_once_and_an_unknown_one_not_again_and_again() {
    let (first, second, unknown) = (Key::new("k1"), Key::new("k2"), Key::new("k3"));
    let world = World::start(&[&first]);
    assert_eq!(world.sign_in(&first, NOW, |_| {}).await.unwrap().sub, "person");
    assert_eq!(world.keys_asked(), 1);
    world.publish(&[&first, &second]);
    assert_eq!(world.sign_in(&second, NOW + 20, |_| {}).await.unwrap().sub, "person");
    assert_eq!(world.keys_asked(), 2);
    // Whoever sends tokens of keys that don't exist doesn't make us ask all day.
    for later in [21, 25, 29] {
        let outcome = world.sign_in(&unknown, NOW + later, |_| {}).await;
        assert!(matches!(outcome, Err(Error::InvalidIdToken(_))), "{outcome:?}");
        assert_eq!(world.keys_asked(), 2, "{later}");
    }
    assert!(world.sign_in(&unknown, NOW + 31, |_| {}).await.is_err());
    assert_eq!(world.keys_asked(), 3);
    // The key that went away opens nothing any more, though its tokens verified before.
    world.publish(&[&second]);
    assert!(world.sign_in(&unknown, NOW + 50, |_| {}).await.is_err());
    assert!(world.sign_in(&first, NOW + 51, |_| {}).await.is_err());
    assert!(world.sign_in(&second, NOW + 52, |_| {}).await.is_ok());
}

#[actix_web::test]
async fn a_logout_token_of_a_new_key_is_believed_and_of_an_unknown_one_not() {
    let (first, second, unknown) = (Key::new("k1"), Key::new("k2"), Key::new("k3"));
    let world = World::start(&[&first]);
    world.sign_in(&first, NOW, |_| {}).await.unwrap();
    world.publish(&[&second]);
    let mut claims = world.claims(NOW + 20);
    claims["jti"] = json!("1");
    claims["events"] = json!({EVENT: {}});
    let told =
        world.party.verify_logout_token(&second.sign("logout+jwt", &claims), (NOW + 20) * SECOND).await;
    assert_eq!(told.unwrap().sid.as_deref(), Some("session"));
    for (key, typ) in
        [(&unknown, "logout+jwt"), (&first, "logout+jwt"), (&second, "JWT"), (&second, "at+jwt")]
    {
        let outcome = world.party.verify_logout_token(&key.sign(typ, &claims), (NOW + 21) * SECOND).await;
        assert!(matches!(outcome, Err(Error::InvalidLogoutToken(_))), "{} {typ}: {outcome:?}", key.kid);
    }
}

#[actix_web::test]
async fn one_thing_wrong_in_the_provider_s_answers_signs_nobody_in() {
    let key = Key::new("k1");
    let world = World::start(&[&key]);
    for (name, value) in [
        ("iss", json!("https://evil.example")),
        ("aud", json!("another")),
        ("azp", json!("another")),
        ("nonce", json!("another")),
        ("exp", json!(NOW - 1)),
        ("iat", json!(NOW + 3600)),
        ("at_hash", json!("AAAAAAAAAAAAAAAAAAAAAA")),
    ] {
        let outcome = world.sign_in(&key, NOW, |claims| claims[name] = value.clone()).await;
        assert!(matches!(outcome, Err(Error::InvalidIdToken(_))), "{name}: {outcome:?}");
    }
    // RFC 9207, before anything else of the answer is believed.
    let (_, pending) = world.party.begin(SignInOptions::default(), NOW * SECOND).await.unwrap();
    for iss in [None, Some("https://evil.example".to_owned())] {
        let (code, state) = (Some("code".to_owned()), Some(pending.state.clone()));
        let answer = AuthorizationAnswer { code, state, iss, error: None };
        let outcome = world.party.complete(&answer, &pending, NOW * SECOND).await.map(|_| ());
        assert!(matches!(outcome, Err(Error::WrongIssuer)), "{outcome:?}");
    }
    // Userinfo of somebody else (OpenID Connect Core 5.3.2).
    world.answers.lock().unwrap().userinfo["sub"] = json!("somebody else");
    let outcome = world.sign_in(&key, NOW, |_| {}).await;
    assert!(matches!(outcome, Err(Error::InvalidAnswer(_))), "{outcome:?}");
}

#[actix_web::test]
async fn each_failure_of_the_token_endpoint_is_told_apart() {
    let key = Key::new("k1");
    let world = World::start(&[&key]);
    let other = key.sign("JWT", &{
        let mut claims = world.claims(NOW);
        claims["sub"] = json!("somebody else");
        claims
    });
    let tokens = |id_token: &str| json!({"access_token": "at", "token_type": "Bearer", "id_token": id_token});
    for (status, body, expected) in [
        (400, json!({"error": "invalid_grant"}), Failure::Stale),
        (401, json!({"error": "invalid_client"}), Failure::Invalid),
        (400, json!("what?"), Failure::Invalid),
        (200, json!({}), Failure::Invalid),
        (500, json!({"error": "server_error"}), Failure::Unreachable),
        (503, json!({"error": "temporarily_unavailable"}), Failure::Unreachable),
        (200, tokens(&other), Failure::Foreign),
        (200, tokens(&Key::new("k1").sign("JWT", &world.claims(NOW))), Failure::Foreign),
    ] {
        world.token_answers(status, &body);
        let outcome = world.party.refresh("refresh", "person", NOW * SECOND).await.map(|_| ());
        assert_eq!(outcome.unwrap_err().failure(), expected, "{status} {body}");
    }
    // Without a nonce, as OpenID Connect Core 12.2 has it.
    let mut good = tokens(&key.sign("JWT", &world.claims(NOW)));
    good["refresh_token"] = json!("next");
    world.token_answers(200, &good);
    let refreshed = world.party.refresh("refresh", "person", NOW * SECOND).await.unwrap();
    assert_eq!(refreshed.refresh_token.as_deref(), Some("next"));
}

#[actix_web::test]
async fn a_provider_that_is_away_or_describes_itself_wrongly_is_said_so() {
    let key = Key::new("k1");
    let world = World::start(&[&key]);
    let failure = async |now: i64| world.sign_in(&key, now, |_| {}).await.unwrap_err().failure();
    world.answers.lock().unwrap().is_down = true;
    assert_eq!(failure(NOW).await, Failure::Unreachable);
    world.answers.lock().unwrap().is_down = false;
    world.answers.lock().unwrap().issuer = "https://evil.example".into();
    assert_eq!(failure(NOW).await, Failure::Invalid);
    world.answers.lock().unwrap().issuer.clone_from(&world.issuer);
    assert!(world.sign_in(&key, NOW, |_| {}).await.is_ok());
    // The description is known now and used on, long after it went stale; only the code can't be redeemed.
    world.answers.lock().unwrap().is_down = true;
    assert!(world.party.begin(SignInOptions::default(), (NOW + 86_400) * SECOND).await.is_ok());
    assert_eq!(failure(NOW + 86_400).await, Failure::Unreachable);
}
