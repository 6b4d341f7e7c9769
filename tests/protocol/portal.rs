//! The reference portal hears of a session's end from the identity server: the whole demonstration, without a browser.

use demo::{Demo, DemoOptions, Ports, ReadyMadeAccount};
use idp_server::adapters::clock::Clock;
use idp_tests::idp::{Page, Visitor, visitor_at};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

struct Scene {
    demo: Demo,
    visitor: Visitor,
    folder: std::path::PathBuf,
    offset: Arc<AtomicI64>,
}

impl Scene {
    async fn start(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("idp-portal-{}-{name}", std::process::id()));
        let offset = Arc::new(AtomicI64::new(0));
        let options = DemoOptions {
            ports: Ports::FREE,
            directory: folder.clone(),
            clock: Clock::shifted(Arc::clone(&offset)),
            settings: Vec::new(),
        };
        let demo = Demo::start(options).await.unwrap();
        let visitor = visitor_at(&demo.addresses.idp);
        let scene = Self { demo, visitor, folder, offset };
        scene.sign_in_at_the_portal().await;
        scene
    }

    fn advance(&self, seconds: i64) {
        self.offset.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }

    async fn portal(&self, path: &str) -> Page {
        self.visitor.get(&format!("{}{path}", self.demo.addresses.serviceontario)).await
    }

    /// A ready-made ONE-key account.
    fn one_key(&self, number: usize) -> ReadyMadeAccount {
        let mut all = self.demo.accounts.iter().filter(|account| !account.one_key_id.is_empty());
        all.nth(number).expect("it is ready-made").clone()
    }

    /// From T1 over T2 and T6 back to the portal.
    async fn carry_over(&self, page: &Page, one_key: &ReadyMadeAccount) -> Page {
        let page = self.visitor.submit(page, "f", &[("transfer", "yes")]).await;
        let page = self.visitor.follow(page).await;
        let typed = [("onekey_id", one_key.one_key_id.as_str()), ("onekey_password", &one_key.password)];
        let done = self.visitor.follow(self.visitor.submit(&page, "f", &typed).await).await;
        assert!(done.text().contains("ServiceOntario account"), "the service that came along: {done:?}");
        self.visitor.submit(&done, "continue-form", &[]).await
    }

    async fn sign_in_at_the_portal(&self) {
        let begun = self.portal("/en/sign-in").await;
        let page = self.visitor.follow(self.visitor.get(begun.location().unwrap()).await).await;
        let account = &self.demo.accounts[0];
        let typed = [("email", account.email.as_str()), ("password", account.password.as_str())];
        let page = self.visitor.follow(self.visitor.submit(&page, "f", &typed).await).await;
        let answer = self.carry_over(&page, &self.one_key(0)).await;
        let answer = self.visitor.get(answer.location().expect("back to the portal")).await;
        // Somebody who was here with ONE-key goes on where they were.
        assert_eq!(answer.location(), Some("/en/home"), "{answer:?}");
        assert_eq!(self.portal("/en/home").await.status, 200);
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        // The system clears its temporary files anyway.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_out_at_the_identity_server_ends_the_portals_session() {
    let scene = Scene::start("sign-out").await;
    let page = scene.visitor.get("/en/account").await;
    let page = scene.visitor.follow(scene.visitor.submit(&page, "sign-out-form", &[]).await).await;
    assert_eq!(page.words_of("told"), "ServiceOntario account", "{page:?}");
    let answer = scene.portal("/en/home").await;
    assert_eq!(answer.location(), Some("/en/?notice=signed-out"), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_ready_made_one_key_accounts_sign_in_until_they_are_carried_over() {
    let scene = Scene::start("one-key").await;
    for number in 0..5 {
        let (account, visitor) = (scene.one_key(number), visitor_at(&scene.demo.addresses.idp));
        let page = visitor.get("/en/one-key/sign-in").await;
        let typed = [("id", account.one_key_id.as_str()), ("password", account.password.as_str())];
        let answer = visitor.submit(&page, "f", &typed).await;
        if number == 0 {
            assert!(answer.text().contains("was moved to My Ontario Account"), "{answer:?}");
        } else {
            assert_eq!(answer.status, 303, "{}: {answer:?}", account.one_key_id);
        }
    }
}

/// The portal's session refreshes while the person is at work, so the one at the identity server stands as long.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn working_at_the_portal_keeps_the_session_at_the_identity_server() {
    let scene = Scene::start("refresh").await;
    for _ in 0..5 {
        scene.advance(6 * 60);
        assert_eq!(scene.portal("/en/home").await.status, 200);
    }
    assert_eq!(scene.visitor.get("/en/account").await.status, 200, "30 minutes after the sign-in");
    scene.advance(15 * 60);
    let answer = scene.portal("/en/home").await;
    assert_eq!(answer.location(), Some("/en/session-expired?page=home"), "{answer:?}");
}

/// Without the back channel the portal still hears of the end, at its next refresh.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_is_over_at_the_identity_server_ends_at_the_portals_next_refresh() {
    let scene = Scene::start("over").await;
    // Two requests at the portal, none at the identity server for 15 minutes: the portal's own session stands.
    scene.advance(50);
    assert_eq!(scene.portal("/en/home").await.status, 200);
    scene.advance(14 * 60 + 30);
    let answer = scene.portal("/en/home").await;
    assert_eq!(answer.location(), Some("/en/?notice=signed-out"), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_was_used_changed_or_meant_for_another_browser_signs_nobody_in() {
    let scene = Scene::start("callbacks").await;
    let portal = &scene.demo.addresses.serviceontario;
    let start = async |visitor: &Visitor| visitor.get(&format!("{portal}/en/sign-in")).await;
    let begun = start(&scene.visitor).await;
    // Signed in at the identity server: it answers at once.
    let answer = scene.visitor.get(begun.location().unwrap()).await;
    let callback = answer.location().expect("the answer").to_owned();
    let other = visitor_at(&scene.demo.addresses.idp);
    start(&other).await;
    let refused = async |visitor: &Visitor, address: &str, why: &str| {
        let page = visitor.get(address).await;
        assert_eq!(page.status, 400, "{why}: {page:?}");
        assert!(page.text().contains("Start again from here"), "{why}");
    };
    refused(&other, &callback, "another browser's").await;
    refused(&scene.visitor, &callback.replace("state=", "state=x"), "another state").await;
    let wrong_issuer = callback.replace("iss=", "iss=https%3A%2F%2Fevil.example&x=");
    refused(&scene.visitor, &wrong_issuer, "another issuer's").await;
    // The sign-in is spent by the answer that was refused; so is the next by the one that is taken.
    refused(&scene.visitor, &callback, "after a refusal").await;
    let begun = start(&scene.visitor).await;
    let callback = scene.visitor.get(begun.location().unwrap()).await.location().unwrap().to_owned();
    assert_eq!(scene.visitor.get(&callback).await.location(), Some("/en/home"));
    refused(&scene.visitor, &callback, "a replay").await;
    // Two tabs: each has its own.
    let (first, second) = (start(&scene.visitor).await, start(&scene.visitor).await);
    let (first, second) = (
        scene.visitor.get(first.location().unwrap()).await.location().unwrap().to_owned(),
        scene.visitor.get(second.location().unwrap()).await.location().unwrap().to_owned(),
    );
    let part = |address: &str, name: &str| {
        let url = url::Url::parse(address).unwrap();
        url.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned()
    };
    let swapped = first.replace(&part(&first, "code"), &part(&second, "code"));
    refused(&scene.visitor, &swapped, "another tab's code").await;
    let taken = scene.visitor.get(&second).await;
    assert!(taken.status == 400 || taken.location() == Some("/en/home"), "{taken:?}");
}

/// Who can't sign for the identity server ends no session, and learns nothing of any.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_logout_token_ends_no_session_at_the_portal() {
    let scene = Scene::start("logout-tokens").await;
    let claims = serde_json::json!({
        "iss": scene.demo.addresses.idp, "aud": "serviceontario-account", "sub": "somebody", "jti": "1",
        "iat": 1_800_000_000, "exp": 1_800_000_060,
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
    });
    let part = |value: &str| {
        use base64::Engine;
        base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(value)
    };
    let forged =
        |header: &str| format!("{}.{}.{}", part(header), part(&claims.to_string()), part("signature"));
    let tokens = [
        String::new(),
        "x".to_owned(),
        "x.y.z".to_owned(),
        "x".repeat(15_000),
        forged(r#"{"alg":"none","typ":"logout+jwt"}"#),
        forged(r#"{"alg":"ES256","typ":"logout+jwt","kid":"unknown"}"#),
        forged(r#"{"alg":"ES256","typ":"JWT","kid":"unknown"}"#),
    ];
    let portal = &scene.demo.addresses.serviceontario;
    for token in tokens {
        let fields = vec![("logout_token".to_owned(), token.clone())];
        let form = idp_tests::idp::Form { action: format!("{portal}/backchannel-logout"), fields };
        let answer = visitor_at(portal).post(&form).await;
        assert_eq!(answer.status, 400, "{token}: {answer:?}");
        assert!(!answer.has("main") && answer.header("cache-control").contains("no-store"), "{answer:?}");
    }
    assert_eq!(scene.visitor.get(&format!("{portal}/backchannel-logout")).await.status, 405);
    assert_eq!(scene.portal("/en/home").await.status, 200);
}
