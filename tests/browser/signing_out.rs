//! The signed-out page in a real browser: its frames, its warnings, and the way on from it.

use crate::words::{ENGLISH, FRENCH};
use crate::world::options;
use idp_tests::browser::{Browser, BrowserOptions};
use idp_tests::idp::page::encode;
use idp_tests::idp::service::REGISTRATION;
use idp_tests::idp::{Account, Database, Service, TestIdp, Tokens};
use idp_tests::receiver::Receiver;
use idp_tests::wait::until;
use url::Url;

/// The identity server, a person, and a service whose every page is a receiver.
struct Scene {
    idp: TestIdp,
    account: Account,
    browser: Browser,
}

impl Scene {
    async fn open(options: BrowserOptions) -> Self {
        let idp = TestIdp::start(Database::Sqlite).await;
        let account = idp.create_account(&idp.visitor(), "person@example.test").await;
        Self { idp, account, browser: Browser::open(options).await }
    }

    async fn service(&self, name: &str, there: &str, lines: &str) -> Service {
        let file = REGISTRATION.replace("Fishing licences", name).replace("Permis de pêche", name);
        self.idp.register(&format!("{}{lines}", file.replace("https://rp.example.test", there))).await
    }

    /// Signs in at a service; the first time the person types.
    async fn use_at(&self, service: &Service) -> Tokens {
        let request = service.request();
        self.browser.goto(&format!("{}{}", self.idp.issuer, request.path())).await;
        if self.browser.url().await.contains("/sign-in") {
            self.browser.fill(ENGLISH.email, &self.account.email).await;
            self.browser.fill(ENGLISH.password, &self.account.password).await;
            self.browser.click(ENGLISH.sign_in).await;
        }
        let code = until("the code", async || {
            let url = Url::parse(&self.browser.url().await).ok()?;
            url.query_pairs().find(|(name, _)| name == "code").map(|(_, code)| code.into_owned())
        });
        self.idp.tokens(service, &request, &code.await).await
    }

    async fn sign_out(&self, service: &Service, tokens: &Tokens) {
        let address = service.client.post_logout_redirect_uris[0].as_str().to_owned();
        let pairs = [("id_token_hint", tokens.id_token.clone()), ("post_logout_redirect_uri", address)];
        let query = encode(&pairs.map(|(name, value)| (name.to_owned(), value)));
        self.browser.goto(&format!("{}/end-session?{query}", self.idp.issuer)).await;
    }
}

fn paths(there: &Receiver) -> Vec<String> {
    there.received().into_iter().map(|received| received.path).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn frames_are_loaded_and_the_script_goes_on_to_the_service() {
    let scene = Scene::open(options(&ENGLISH)).await;
    let there = Receiver::start().await;
    let lines = format!(
        "frontchannel_logout_uri = \"{}/fc\"\nfrontchannel_logout_session_required = true\n",
        there.address
    );
    let service = scene.service("Fishing", &there.address, &lines).await;
    let tokens = scene.use_at(&service).await;
    scene.sign_out(&service, &tokens).await;
    let bye = format!("{}/bye", there.address);
    until("the way back", async || (scene.browser.url().await == bye).then_some(())).await;
    let frame =
        paths(&there).into_iter().find(|path| path.starts_with("/fc?iss=")).expect("the frame was loaded");
    assert!(frame.ends_with(&format!("&sid={}", tokens.claims["sid"].as_str().unwrap())), "{frame}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_javascript_frames_are_loaded_and_a_link_goes_on() {
    let scene = Scene::open(options(&ENGLISH).without_javascript()).await;
    let there = Receiver::start().await;
    let lines = format!("frontchannel_logout_uri = \"{}/fc\"\n", there.address);
    let service = scene.service("Fishing", &there.address, &lines).await;
    let tokens = scene.use_at(&service).await;
    scene.sign_out(&service, &tokens).await;
    until("the frame", async || paths(&there).contains(&"/fc".to_owned()).then_some(())).await;
    scene.browser.click("Continue to Fishing").await;
    let bye = format!("{}/bye", there.address);
    until("the way back", async || (scene.browser.url().await == bye).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_says_who_was_told_and_who_was_not_in_both_languages() {
    for (words, options) in [(&ENGLISH, options(&ENGLISH)), (&FRENCH, options(&ENGLISH).phone())] {
        let scene = Scene::open(options).await;
        let there = Receiver::start().await;
        let told = format!("backchannel_logout_uri = \"{}/backchannel\"\n", there.address);
        let down = format!("backchannel_logout_uri = \"{}/backchannel\"\n", Receiver::nobody().await);
        let fishing = scene.service("Fishing", &there.address, &told).await;
        let tokens = scene.use_at(&fishing).await;
        let hunting = scene.service("Hunting", &there.address, &down).await;
        scene.use_at(&hunting).await;
        scene.sign_out(&fishing, &tokens).await;
        let address = scene.browser.url().await.replace("/en/", &format!("/{}/", words.language.code()));
        scene.browser.goto(&address).await;
        let text = scene.browser.text().await;
        assert!(text.contains("Fishing") && text.contains("Hunting"), "{text}");
        assert!(!scene.browser.has_horizontal_scroll().await);
        scene.browser.screenshot(&format!("{}-signed-out", words.language.code())).await;
    }
}
