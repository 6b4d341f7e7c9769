//! The OpenID Foundation's plans for signing out, each module by its name:
//! `oidcc-rp-initiated-logout-certification-test-plan`, `oidcc-backchannel-rp-initiated-logout-certification-test-plan`
//! and `oidcc-frontchannel-rp-initiated-logout-certification-test-plan`.

use crate::backchannel_logout::{checked, told_service};
use crate::frontchannel_logout::{self, frames};
use crate::logout::Scene;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use idp_tests::idp::service::BYE;
use idp_tests::idp::{Database, Page, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use idp_tests::receiver::Receiver;

on_sqlite_and_postgres! {
    oidcc_rp_initiated_logout_discovery_endpoint_verification
    oidcc_rp_initiated_logout
    oidcc_rp_initiated_logout_no_state
    oidcc_rp_initiated_logout_bad_post_logout_redirect_uri
    oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri
    oidcc_rp_initiated_logout_modified_id_token_hint
    oidcc_rp_initiated_logout_bad_id_token_hint
    oidcc_rp_initiated_logout_no_id_token_hint
    oidcc_rp_initiated_logout_no_params
    oidcc_rp_initiated_logout_no_post_logout_redirect_uri
    oidcc_rp_initiated_logout_only_state
    oidcc_backchannel_logout_discovery_endpoint_verification
    oidcc_backchannel_rp_initiated_logout
    oidcc_frontchannel_logout_discovery_endpoint_verification
    oidcc_frontchannel_rp_initiated_logout
}

async fn discovery(database: Database) -> (TestIdp, serde_json::Value) {
    let idp = TestIdp::start(database).await;
    let document = idp.visitor().get("/.well-known/openid-configuration").await.json();
    assert_eq!(document["end_session_endpoint"], format!("{}/end-session", idp.issuer));
    (idp, document)
}

/// The robot presses the button of the confirm page.
async fn confirmed(scene: &Scene, page: &Page) -> Page {
    assert!(page.has("sign-out-page"), "{page:?}");
    let answer = scene.visitor.submit(page, "sign-out-form", &[]).await;
    scene.visitor.follow(answer).await
}

async fn ends_on_the_signed_out_page(scene: &Scene, parameters: &[(&str, &str)]) {
    let asked = scene.logout(parameters).await;
    let page = confirmed(scene, &asked).await;
    assert!(page.has("signed-out-page"), "{page:?}");
    assert!(!scene.is_signed_in().await);
}

async fn oidcc_rp_initiated_logout_discovery_endpoint_verification(database: Database) {
    discovery(database).await;
}

async fn oidcc_rp_initiated_logout(database: Database) {
    let scene = Scene::at(database).await;
    let hint = scene.tokens.id_token.as_str();
    let page =
        scene.logout(&[("id_token_hint", hint), ("post_logout_redirect_uri", BYE), ("state", "q1")]).await;
    assert_eq!(page.location(), Some("https://rp.example.test/bye?state=q1"), "{page:?}");
    assert!(!scene.is_signed_in().await);
}

async fn oidcc_rp_initiated_logout_no_state(database: Database) {
    let scene = Scene::at(database).await;
    let hint = scene.tokens.id_token.as_str();
    let page = scene.logout(&[("id_token_hint", hint), ("post_logout_redirect_uri", BYE)]).await;
    assert_eq!(page.location(), Some(BYE), "{page:?}");
    assert!(!scene.is_signed_in().await);
}

async fn goes_nowhere(database: Database, address: &str, hint: Option<&str>) {
    let scene = Scene::at(database).await;
    let good = scene.tokens.id_token.clone();
    let page = scene
        .logout(&[
            ("id_token_hint", hint.unwrap_or(&good)),
            ("post_logout_redirect_uri", address),
            ("state", "s"),
        ])
        .await;
    scene.asked_or_refused(&page).await;
}

async fn oidcc_rp_initiated_logout_bad_post_logout_redirect_uri(database: Database) {
    goes_nowhere(database, "https://rp.example.test/bye/x", None).await;
}

async fn oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri(database: Database) {
    goes_nowhere(database, "https://rp.example.test/bye?foo=bar", None).await;
}

async fn oidcc_rp_initiated_logout_modified_id_token_hint(database: Database) {
    let scene = Scene::at(database).await;
    let claims = scene.tokens.id_token.split('.').nth(1).unwrap();
    let hint = format!("{}.{claims}.", BASE64_URL_SAFE_NO_PAD.encode(br#"{"alg":"none"}"#));
    let page = scene.logout(&[("id_token_hint", &hint), ("post_logout_redirect_uri", BYE)]).await;
    scene.asked_or_refused(&page).await;
}

async fn oidcc_rp_initiated_logout_bad_id_token_hint(database: Database) {
    let scene = Scene::at(database).await;
    let (signed, _) = scene.tokens.id_token.rsplit_once('.').unwrap();
    let hint = format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode([7; 64]));
    let page = scene.logout(&[("id_token_hint", &hint), ("post_logout_redirect_uri", BYE)]).await;
    scene.asked_or_refused(&page).await;
}

async fn oidcc_rp_initiated_logout_no_id_token_hint(database: Database) {
    let scene = Scene::at(database).await;
    let page = scene.logout(&[("post_logout_redirect_uri", BYE), ("state", "s")]).await;
    scene.asked_or_refused(&page).await;
}

async fn oidcc_rp_initiated_logout_no_params(database: Database) {
    ends_on_the_signed_out_page(&Scene::at(database).await, &[]).await;
}

async fn oidcc_rp_initiated_logout_no_post_logout_redirect_uri(database: Database) {
    let scene = Scene::at(database).await;
    let page = scene.logout(&[("id_token_hint", &scene.tokens.id_token), ("state", "s")]).await;
    let page = scene.visitor.follow(page).await;
    assert!(page.has("signed-out-page"), "{page:?}");
    assert!(!scene.is_signed_in().await);
}

async fn oidcc_rp_initiated_logout_only_state(database: Database) {
    ends_on_the_signed_out_page(&Scene::at(database).await, &[("state", "s")]).await;
}

async fn oidcc_backchannel_logout_discovery_endpoint_verification(database: Database) {
    let (_idp, document) = discovery(database).await;
    assert_eq!(document["backchannel_logout_supported"], true);
    assert_eq!(document["backchannel_logout_session_supported"], true);
}

async fn oidcc_backchannel_rp_initiated_logout(database: Database) {
    let mut scene = Scene::at(database).await;
    let receiver = Receiver::start().await;
    scene.service = told_service(&scene.idp, "Fishing", &receiver.address).await;
    let tokens = scene.idp.sign_in_at(&scene.visitor, &scene.service, &scene.account).await;
    let hint = tokens.id_token.as_str();
    let page =
        scene.logout(&[("id_token_hint", hint), ("post_logout_redirect_uri", BYE), ("state", "s")]).await;
    assert_eq!(page.location(), Some("https://rp.example.test/bye?state=s"), "{page:?}");
    let claims = checked(&scene.idp, &scene.service, &receiver.received()[0]).await;
    assert_eq!((&claims["sid"], &claims["sub"]), (&tokens.claims["sid"], &tokens.claims["sub"]));
    assert!(!scene.is_signed_in().await);
}

async fn oidcc_frontchannel_logout_discovery_endpoint_verification(database: Database) {
    let (_idp, document) = discovery(database).await;
    assert_eq!(document["frontchannel_logout_supported"], true);
    assert_eq!(document["frontchannel_logout_session_supported"], true);
}

async fn oidcc_frontchannel_rp_initiated_logout(database: Database) {
    let scene = frontchannel_logout::Scene::at(database).await;
    let lines = "frontchannel_logout_uri = \"https://fishing.example.test/fc\"\nfrontchannel_logout_session_required = true\n";
    let (service, tokens) = scene.use_with("Fishing", lines).await;
    let page = scene.sign_out(&tokens).await;
    let frame = frames(&page).remove(0);
    assert!(frame.starts_with("https://fishing.example.test/fc?iss="), "{frame}");
    assert!(frame.ends_with(&format!("&sid={}", tokens.claims["sid"].as_str().unwrap())), "{frame}");
    assert!(page.body.contains("href=\"https://rp.example.test/bye?state=s\" data-by-script"), "{page:?}");
    let page = scene.visitor.get(&service.request().with("prompt", "none").path()).await;
    assert_eq!(page.parameter("error").as_deref(), Some("login_required"), "{page:?}");
}
