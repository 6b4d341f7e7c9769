//! Back-Channel Logout 1.0: who is told of a session's end, by what token, and what happens when a service is away.

use idp_domain::ids::SessionId;
use idp_domain::session::SessionEndReason;
use idp_domain::time::Timestamp;
use idp_server::adapters::logout_worker::tell_now;
use idp_store::{LogoutClaim, LogoutFate};
use idp_tests::idp::service::{BYE, REGISTRATION};
use idp_tests::idp::{Account, Database, Page, Service, TestIdp, Tokens, Visitor, page, tell_services};
use idp_tests::on_sqlite_and_postgres;
use idp_tests::receiver::{Received, Receiver, Reply};
use jsonwebtoken::decode_header;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::time::{Duration, Instant};

on_sqlite_and_postgres! {
    sc_084_a_session_of_two_services_ends_at_both_and_each_delivery_is_on_record
    whoever_signs_out_waits_for_a_delivery_that_somebody_else_has_begun
    r20_services_that_are_down_slow_or_hostile_hold_nobody_up
    a_service_that_failed_is_told_again_by_a_fresh_token
    a_service_that_is_away_for_a_day_is_given_up
    an_expired_session_is_told_once_by_two_nodes
    a_node_that_died_with_a_delivery_is_followed_by_another
    somebody_else_who_signs_in_ends_the_session_before
    every_reason_to_end_a_session_tells_its_services
    the_signed_out_page_names_services_only_to_its_own_browser
}

/// The one event of a logout token.
pub const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Registers a service by another name that hears by back channel at `address`.
pub async fn told_service(idp: &TestIdp, name: &str, address: &str) -> Service {
    let file = REGISTRATION.replace("Fishing licences", name).replace("Permis de pêche", name);
    idp.register(&format!("{file}backchannel_logout_uri = \"{address}/backchannel\"\n")).await
}

/// A logout token as a relying service checks it (section 2.6); its claims.
pub async fn checked(idp: &TestIdp, service: &Service, received: &Received) -> Value {
    assert_eq!((received.method.as_str(), received.path.as_str()), ("POST", "/backchannel"));
    assert!(received.head.to_ascii_lowercase().contains("content-type: application/x-www-form-urlencoded"));
    let token = received.field("logout_token").expect("a logout token");
    let header = decode_header(&token).unwrap();
    assert_eq!(header.typ.as_deref(), Some("logout+jwt"));
    let claims = idp.verify_id_token(service, &token).await;
    let names: HashSet<&str> = claims.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, HashSet::from(["iss", "aud", "iat", "exp", "jti", "sub", "sid", "events"]), "no nonce");
    assert_eq!(claims["events"], json!({EVENT: {}}));
    let (issued, expires) = (claims["iat"].as_i64().unwrap(), claims["exp"].as_i64().unwrap());
    assert!(expires > issued && expires - issued <= 120, "{claims}");
    assert!((idp.now().seconds() - issued).abs() <= 5, "made when it is sent: {claims}");
    claims
}

pub fn path(parameters: &[(&str, &str)]) -> String {
    let pairs: Vec<_> = parameters.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    format!("/end-session?{}", page::encode(&pairs))
}

struct Scene {
    idp: TestIdp,
    visitor: Visitor,
    account: Account,
}

impl Scene {
    async fn at(database: Database) -> Self {
        let idp = TestIdp::start(database).await;
        let visitor = idp.visitor();
        let account = idp.create_account(&visitor, "person@example.test").await;
        Self { idp, visitor, account }
    }

    async fn use_at(&self, service: &Service) -> Tokens {
        self.idp.sign_in_at(&self.visitor, service, &self.account).await
    }

    async fn sign_out(&self, tokens: &Tokens) -> Page {
        let parameters =
            [("id_token_hint", tokens.id_token.as_str()), ("post_logout_redirect_uri", BYE), ("state", "s")];
        self.visitor.get(&path(&parameters)).await
    }

    async fn audit(&self, event: &str) -> Vec<Value> {
        self.idp.seal_audit().await;
        let records = self.idp.app.store.list_sealed_records(0, 1000).await.unwrap();
        let bodies = records.iter().map(|record| serde_json::from_str::<Value>(&record.body).unwrap());
        bodies.filter(|body| body["event"] == event).collect()
    }

    fn ledger(&self) -> Vec<String> {
        self.idp.query("SELECT state || ' ' || attempts AS value FROM logout_delivery ORDER BY client_id")
    }
}

async fn sc_084_a_session_of_two_services_ends_at_both_and_each_delivery_is_on_record(database: Database) {
    let scene = Scene::at(database).await;
    let (fishing, hunting) = (Receiver::start().await, Receiver::answering([Reply::Status(204)]).await);
    let one = told_service(&scene.idp, "Fishing", &fishing.address).await;
    let file = REGISTRATION.replace("ES256", "PS256").replace("Fishing licences", "Hunting");
    let two = format!("{file}backchannel_logout_uri = \"{}/backchannel\"\n", hunting.address);
    let two = scene.idp.register(&two).await;
    let tokens = scene.use_at(&one).await;
    let others = scene.use_at(&two).await;
    scene.use_at(&one).await;
    let page = scene.sign_out(&tokens).await;
    assert_eq!(page.location(), Some("https://rp.example.test/bye?state=s"), "{page:?}");
    let mut ids = HashSet::new();
    for (service, receiver, tokens) in [(&one, &fishing, &tokens), (&two, &hunting, &others)] {
        let received = receiver.received();
        assert_eq!(received.len(), 1, "each service is told once");
        let claims = checked(&scene.idp, service, &received[0]).await;
        assert_eq!((&claims["sub"], &claims["sid"]), (&tokens.claims["sub"], &tokens.claims["sid"]));
        assert!(ids.insert(claims["jti"].as_str().unwrap().to_owned()));
        // It is no ID token: it opens nothing and is no hint.
        let hint = received[0].field("logout_token").unwrap();
        let page =
            scene.visitor.get(&path(&[("id_token_hint", &hint), ("post_logout_redirect_uri", BYE)])).await;
        assert!(page.location().is_none(), "{page:?}");
        assert_eq!(scene.idp.userinfo(&hint).await.status, 401);
    }
    assert_eq!(scene.ledger(), ["acknowledged 1", "acknowledged 1"]);
    let on_record = scene.audit("logout_acknowledged").await;
    let clients: HashSet<&str> = on_record.iter().map(|record| record["client"].as_str().unwrap()).collect();
    assert_eq!(clients, HashSet::from([one.client.id.as_str(), two.client.id.as_str()]));
    assert!(on_record.iter().all(|record| record["session"] == tokens.claims["sid"]));
    assert_eq!(scene.audit("signed_out").await[0]["client"], one.client.id.as_str());
    // A second time there is nothing to end, and nobody is told.
    assert_eq!(scene.sign_out(&tokens).await.location(), Some("https://rp.example.test/bye?state=s"));
    assert_eq!(scene.idp.tell_services().await, 0);
    assert_eq!(fishing.received().len(), 1);
}

/// A worker at any node may take a delivery before the request that ended the session does, and so may a second click. Nobody
/// reads that a service could not be told which is just being told.
async fn whoever_signs_out_waits_for_a_delivery_that_somebody_else_has_begun(database: Database) {
    let scene = Scene::at(database).await;
    let receiver = Receiver::start().await;
    let service = told_service(&scene.idp, "Fishing", &receiver.address).await;
    let tokens = scene.use_at(&service).await;
    let session = SessionId::parse(tokens.claims["sid"].as_str().unwrap()).unwrap();
    let (store, now) = (&scene.idp.app.store, scene.idp.now());
    store.end_session(session.clone(), None, now).await.unwrap();
    let taken = store.take_due_logouts(claim_of_all(now)).await.unwrap().pop().unwrap();
    let told = async {
        tell_now(&scene.idp.app, &session).await;
        scene.ledger()
    };
    let acknowledged = async {
        // Longer than one look takes.
        for _ in 0..20 {
            assert!(store.take_due_logouts(claim_of_all(now)).await.unwrap().is_empty());
        }
        store.settle_logout(taken, LogoutFate::Acknowledged, now).await.unwrap();
    };
    let (ledger, ()) = tokio::join!(told, acknowledged);
    assert_eq!(ledger, ["acknowledged 1"]);
    assert_eq!(receiver.received().len(), 0, "it was somebody else's to tell");
}

/// What a worker claims.
fn claim_of_all(now: Timestamp) -> LogoutClaim {
    let retry_at = now.plus(Duration::from_secs(30));
    LogoutClaim { session: None, busy: Vec::new(), of_one_service: 8, most: 8, now, retry_at }
}

async fn r20_services_that_are_down_slow_or_hostile_hold_nobody_up(database: Database) {
    let scene = Scene::at(database).await;
    let (good, trap) = (Receiver::start().await, Receiver::start().await);
    let slow = Receiver::answering([Reply::Never]).await;
    let hostile = Receiver::answering([Reply::Redirect(format!("{}/admin", trap.address))]).await;
    let services = [
        told_service(&scene.idp, "Asking", &good.address).await,
        told_service(&scene.idp, "Slow", &slow.address).await,
        told_service(&scene.idp, "Down", &Receiver::nobody().await).await,
        told_service(&scene.idp, "Hostile", &hostile.address).await,
        told_service(&scene.idp, "Private", "https://10.0.0.1").await,
    ];
    let silent = scene.idp.service().await;
    let tokens = scene.use_at(&services[0]).await;
    for service in services[1..].iter().chain([&silent]) {
        scene.use_at(service).await;
    }
    let begun = Instant::now();
    let answer = scene.sign_out(&tokens).await;
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    assert_eq!(answer.status, 303);
    let page = scene.visitor.follow(answer).await;
    assert!(page.has("signed-out-page"), "{page:?}");
    assert_eq!(page.words_of("told"), "Asking");
    for name in ["Slow", "Down", "Hostile", "Private", "Fishing licences"] {
        let warning = format!("We could not sign you out of {name}. Close your browser to be safe.");
        assert!(page.text().contains(&warning), "{name}: {page:?}");
    }
    // The way back is there, and is the person's to take.
    assert!(page.body.contains("id=\"continue\" href=\"https://rp.example.test/bye?state=s\""), "{page:?}");
    assert!(!page.body.contains("data-by-script"));
    assert_eq!((good.received().len(), hostile.received().len()), (1, 1));
    assert!(trap.received().is_empty(), "a redirect is not followed");
    let french = scene.visitor.get(&page.url.replace("/en/", "/fr/")).await;
    let warning =
        "Nous n’avons pas pu fermer votre session dans Slow. Par prudence, fermez votre navigateur.";
    assert!(french.text().contains(warning), "{french:?}");
    let failed = scene.audit("logout_failed").await;
    assert_eq!(failed.len(), 1, "an address of a private network is never called: {failed:?}");
    assert_eq!(failed[0]["client"], services[4].client.id.as_str());
    // The page says later what became true later.
    assert_eq!(scene.visitor.get("/en/account").await.location(), Some("/en/sign-in"));
}

async fn a_service_that_failed_is_told_again_by_a_fresh_token(database: Database) {
    let scene = Scene::at(database).await;
    let receiver = Receiver::answering([500, 400, 202, 200].map(Reply::Status)).await;
    let service = told_service(&scene.idp, "Fishing", &receiver.address).await;
    let tokens = scene.use_at(&service).await;
    let page = scene.visitor.follow(scene.sign_out(&tokens).await).await;
    assert!(page.text().contains("We could not sign you out of Fishing."), "{page:?}");
    let mut ids = HashSet::new();
    for (wait, tried) in [(4, 1), (1, 2), (19, 2), (1, 3), (79, 3), (1, 4), (100_000, 4)] {
        scene.idp.advance(Duration::from_secs(wait));
        scene.idp.tell_services().await;
        let sent = receiver.received();
        assert_eq!(sent.len(), tried, "after {wait} more seconds");
        if ids.len() < tried {
            let claims = checked(&scene.idp, &service, &sent[tried - 1]).await;
            assert!(ids.insert(claims["jti"].as_str().unwrap().to_owned()), "another jti at each try");
        }
    }
    assert_eq!(scene.ledger(), ["acknowledged 4"]);
    assert_eq!(scene.audit("logout_acknowledged").await[0]["attempts"], 4);
}

async fn a_service_that_is_away_for_a_day_is_given_up(database: Database) {
    let scene = Scene::at(database).await;
    let receiver = Receiver::answering([Reply::Status(503)]).await;
    let service = told_service(&scene.idp, "Fishing", &receiver.address).await;
    let tokens = scene.use_at(&service).await;
    scene.sign_out(&tokens).await;
    for _ in 0..40 {
        scene.idp.advance(Duration::from_hours(1));
        scene.idp.tell_services().await;
    }
    let tries = receiver.received().len();
    assert!((20..=30).contains(&tries), "{tries}");
    assert_eq!(scene.ledger(), [format!("failed {tries}")]);
    let on_record = scene.audit("logout_failed").await;
    assert_eq!((on_record.len(), &on_record[0]["error"]), (1, &json!("status 503")));
}

async fn an_expired_session_is_told_once_by_two_nodes(database: Database) {
    let scene = Scene::at(database).await;
    let receiver = Receiver::start().await;
    let service = told_service(&scene.idp, "Fishing", &receiver.address).await;
    let tokens = scene.use_at(&service).await;
    let other = scene.idp.another_node().await;
    scene.idp.advance(Duration::from_secs(890));
    scene.idp.end_expired_sessions().await;
    assert_eq!(scene.idp.tell_services().await, 0, "it lives");
    scene.idp.advance(Duration::from_secs(20));
    let sweep = async { idp_server::adapters::workers::end_expired_sessions(&other).await.unwrap() };
    tokio::join!(scene.idp.end_expired_sessions(), sweep);
    let (one, two) = tokio::join!(scene.idp.tell_services(), tell_services(&other));
    assert_eq!(one + two, 1);
    let sent = receiver.received();
    assert_eq!(sent.len(), 1);
    assert_eq!(checked(&scene.idp, &service, &sent[0]).await["sid"], tokens.claims["sid"]);
    let ended = scene.audit("session_ended").await;
    assert_eq!((ended.len(), &ended[0]["reason"]), (1, &json!("expired")));
    // The person still reads why.
    let page = scene.visitor.get("/en/account").await;
    assert_eq!(page.location(), Some("/en/session-expired"), "{page:?}");
}

async fn a_node_that_died_with_a_delivery_is_followed_by_another(database: Database) {
    let scene = Scene::at(database).await;
    let receiver = Receiver::start().await;
    let service = told_service(&scene.idp, "Fishing", &receiver.address).await;
    scene.use_at(&service).await;
    scene.idp.advance(Duration::from_secs(901));
    scene.idp.end_expired_sessions().await;
    let now = scene.idp.now();
    assert_eq!(scene.idp.app.store.take_due_logouts(claim_of_all(now)).await.unwrap().len(), 1);
    // It dies here.
    assert_eq!(scene.ledger(), ["sent 1"]);
    assert_eq!(scene.idp.tell_services().await, 0);
    scene.idp.advance(Duration::from_secs(31));
    assert_eq!(tell_services(&scene.idp.another_node().await).await, 1);
    assert_eq!(receiver.received().len(), 1);
    assert_eq!(scene.ledger(), ["acknowledged 2"]);
}

async fn somebody_else_who_signs_in_ends_the_session_before(database: Database) {
    let scene = Scene::at(database).await;
    let receiver = Receiver::start().await;
    let service = told_service(&scene.idp, "Fishing", &receiver.address).await;
    let tokens = scene.use_at(&service).await;
    // The same person again: the session goes on, and services keep knowing it.
    let request = service.request().with("prompt", "login");
    scene.idp.authorize(&scene.visitor, &request, &scene.account).await;
    assert_eq!(scene.idp.tell_services().await, 0);
    let other = scene.idp.create_account(&scene.idp.visitor(), "other@example.test").await;
    let request = service.request().with("prompt", "login");
    let page = scene.idp.authorize(&scene.visitor, &request, &other).await;
    assert!(page.parameter("code").is_some(), "{page:?}");
    assert_eq!(scene.idp.tell_services().await, 1);
    let claims = checked(&scene.idp, &service, &receiver.received()[0]).await;
    assert_eq!((&claims["sid"], &claims["sub"]), (&tokens.claims["sid"], &tokens.claims["sub"]));
    assert_eq!(scene.audit("session_ended").await[0]["reason"], "other_account");
}

async fn every_reason_to_end_a_session_tells_its_services(database: Database) {
    let scene = Scene::at(database).await;
    let receiver = Receiver::start().await;
    let service = told_service(&scene.idp, "Fishing", &receiver.address).await;
    let account = scene.idp.query("SELECT id AS value FROM account").remove(0);
    for (told, reason) in SessionEndReason::ALL.into_iter().enumerate() {
        scene.use_at(&service).await;
        let end = idp_store::EndSessions {
            account: idp_domain::ids::AccountId::parse(&account).unwrap(),
            except: None,
            reason,
            now: scene.idp.now(),
        };
        assert_eq!(scene.idp.app.store.end_sessions_of_account(end).await.unwrap(), 1);
        assert_eq!(scene.idp.tell_services().await, 1, "{reason:?}");
        assert_eq!(receiver.received().len(), told + 1);
        let page = scene.visitor.get("/en/account").await;
        assert_eq!(page.location(), Some("/en/sign-in"), "{reason:?}");
    }
}

async fn the_signed_out_page_names_services_only_to_its_own_browser(database: Database) {
    let scene = Scene::at(database).await;
    let receiver = Receiver::start().await;
    let service = told_service(&scene.idp, "Fishing", &receiver.address).await;
    scene.use_at(&service).await;
    let page = scene.visitor.get("/en/account").await;
    let answer = scene.visitor.submit(&page, "sign-out-form", &[]).await;
    let page = scene.visitor.follow(answer).await;
    assert_eq!(page.words_of("told"), "Fishing");
    assert!(page.text().contains("You were also signed out of:"), "{page:?}");
    let names = |page: &Page| page.text().contains("Fishing");
    let address = page.url.clone();
    assert!(names(&scene.visitor.get(&address).await), "it can be loaded again");
    let stranger = scene.idp.visitor();
    stranger.get("/en/help").await;
    let elsewhere = stranger.get(&address).await;
    assert_eq!((elsewhere.status, names(&elsewhere)), (200, false), "{elsewhere:?}");
    let sealed = address.split_once("ended=").unwrap().1;
    for bad in ["", "x", "%00", "AAAA", &sealed[1..], &format!("{sealed}A"), &"A".repeat(5000)] {
        let page = scene.visitor.get(&format!("/en/signed-out?ended={bad}")).await;
        assert_eq!((page.status, names(&page)), (200, false), "{bad}: {page:?}");
    }
    scene.idp.advance(Duration::from_secs(601));
    assert!(!names(&scene.visitor.get(&address).await), "ten minutes later it says no more");
}
