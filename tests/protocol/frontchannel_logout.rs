//! Front-Channel Logout 1.0: frames of the signed-out page, and the way on from there.

use crate::backchannel_logout::path;
use idp_tests::idp::service::{BYE, REGISTRATION};
use idp_tests::idp::{Account, Database, Page, Service, TestIdp, Tokens, Visitor, page};
use idp_tests::on_sqlite_and_postgres;
use idp_tests::receiver::Receiver;

on_sqlite_and_postgres! {
    frames_tell_issuer_and_session_where_the_service_wants_them
    an_address_can_not_leave_its_frame
    signing_out_here_shows_the_frames_too
    a_service_with_both_channels_hears_by_both
}

pub struct Scene {
    pub idp: TestIdp,
    pub visitor: Visitor,
    account: Account,
}

impl Scene {
    pub async fn at(database: Database) -> Self {
        let idp = TestIdp::start(database).await;
        let visitor = idp.visitor();
        let account = idp.create_account(&visitor, "person@example.test").await;
        Self { idp, visitor, account }
    }

    /// Signs in at a service with these lines in its registration.
    pub async fn use_with(&self, name: &str, lines: &str) -> (Service, Tokens) {
        let file = REGISTRATION.replace("Fishing licences", name).replace("Permis de pêche", name);
        let file = file
            .replace("rp.example.test/callback", &format!("{}.example.test/callback", name.to_lowercase()));
        let service = self.idp.register(&format!("{file}{lines}")).await;
        let tokens = self.idp.sign_in_at(&self.visitor, &service, &self.account).await;
        (service, tokens)
    }

    pub async fn sign_out(&self, tokens: &Tokens) -> Page {
        let hint = ("id_token_hint", tokens.id_token.as_str());
        let page = self.visitor.get(&path(&[hint, ("post_logout_redirect_uri", BYE), ("state", "s")])).await;
        self.visitor.follow(page).await
    }
}

/// The addresses of a page's frames.
pub fn frames(page: &Page) -> Vec<String> {
    let parts = page.body.split("<iframe src=\"").skip(1);
    parts.map(|part| part.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&")).collect()
}

fn frame_src(page: &Page) -> String {
    let policy = page.header("content-security-policy").to_owned();
    policy
        .split_once("frame-src ")
        .map(|(_, rest)| rest.split(';').next().unwrap().to_owned())
        .unwrap_or_default()
}

async fn frames_tell_issuer_and_session_where_the_service_wants_them(database: Database) {
    let scene = Scene::at(database).await;
    let (_, tokens) = scene
        .use_with(
            "Fishing",
            "frontchannel_logout_uri = \"https://fishing.example.test/fc?x=%201\"\nfrontchannel_logout_session_required = true\n",
        )
        .await;
    scene.use_with("Hunting", "frontchannel_logout_uri = \"https://hunting.example.test/fc\"\n").await;
    scene.use_with("Boating", "").await;
    let page = scene.sign_out(&tokens).await;
    assert!(page.has("signed-out-page"), "{page:?}");
    let pairs = [("iss", scene.idp.issuer.as_str()), ("sid", tokens.claims["sid"].as_str().unwrap())];
    let query = page::encode(&pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let expected = [
        format!("https://fishing.example.test/fc?x=%201&{query}"),
        "https://hunting.example.test/fc".to_owned(),
    ];
    assert_eq!(frames(&page), expected);
    assert_eq!(frame_src(&page), "https://fishing.example.test https://hunting.example.test");
    assert_eq!(page.words_of("told"), "Fishing Hunting");
    assert!(page.text().contains("We could not sign you out of Boating."), "{page:?}");
    assert_eq!(page.header("cache-control"), "no-store");
}

async fn an_address_can_not_leave_its_frame(database: Database) {
    let scene = Scene::at(database).await;
    let file = |uri: &str| format!("{REGISTRATION}frontchannel_logout_uri = '{uri}'\n");
    // What isn't an address of the service's own is not registered at all.
    for uri in [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://evil.test/fc",
        "/fc",
        "https://rp.example.test/#x",
        "https://rp.example.test/fc?a=\"><script>",
    ] {
        let added =
            idp_server::cli::services::add(&scene.idp.app.store, &file(uri), true, scene.idp.now()).await;
        assert!(added.is_err(), "{uri}");
    }
}

async fn signing_out_here_shows_the_frames_too(database: Database) {
    let scene = Scene::at(database).await;
    scene.use_with("Fishing", "frontchannel_logout_uri = \"https://fishing.example.test/fc\"\n").await;
    let page = scene.visitor.get("/fr/account").await;
    let page = scene.visitor.follow(scene.visitor.submit(&page, "sign-out-form", &[]).await).await;
    assert_eq!(frames(&page), ["https://fishing.example.test/fc"]);
    assert!(page.text().contains("Votre session a aussi été fermée dans\u{a0}: Fishing"), "{page:?}");
    assert!(!page.has("continue"), "there is no service to go on to");
    let plain = scene.visitor.get("/fr/signed-out").await;
    assert!(frames(&plain).is_empty() && !plain.header("content-security-policy").contains("frame-src"));
}

async fn a_service_with_both_channels_hears_by_both(database: Database) {
    let scene = Scene::at(database).await;
    let receiver = Receiver::start().await;
    let lines = format!(
        "frontchannel_logout_uri = \"https://fishing.example.test/fc\"\nbackchannel_logout_uri = \"{}/backchannel\"\n",
        receiver.address
    );
    let (_, tokens) = scene.use_with("Fishing", &lines).await;
    let page = scene.sign_out(&tokens).await;
    assert_eq!((frames(&page).len(), receiver.received().len()), (1, 1));
    assert_eq!(page.words_of("told"), "Fishing");
    assert!(page.body.contains("href=\"https://rp.example.test/bye?state=s\" data-by-script"), "{page:?}");
    assert!(page.text().contains("Continue to Fishing"), "a link for those without a script");
    assert!(page.body.contains("signed_out."), "the script is there");
}
