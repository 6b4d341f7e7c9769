//! The pages of the second step: setting it up, being asked for it.

use crate::inspector::Inspector;
use crate::world::World;
use fantoccini::Locator;
use idp_tests::idp::AuthenticatorApp;
use std::time::Duration;

/// Types into fields by their ids and sends the form `form`.
/// Looks at a page once it has come back with its errors.
async fn refused(inspector: &mut Inspector<'_>, page: &str) {
    inspector.browser.client().wait().for_element(Locator::Id("error-summary")).await.unwrap();
    inspector.look(page).await;
}

async fn send(inspector: &Inspector<'_>, form: &str, typed: &[(&str, &str)]) {
    let client = inspector.browser.client();
    for (id, value) in typed {
        let field = client.find(Locator::Id(id)).await.unwrap_or_else(|error| panic!("no {id}: {error}"));
        field.clear().await.unwrap();
        field.send_keys(value).await.unwrap();
    }
    inspector.press(&format!("#{form} button[type=submit]")).await;
}

async fn sign_in(world: &World, inspector: &Inspector<'_>) {
    let l = inspector.words.language.code();
    inspector.browser.goto(&world.idp(&format!("/{l}/sign-in"))).await;
    inspector.browser.client().delete_all_cookies().await.unwrap();
    inspector.browser.goto(&world.idp(&format!("/{l}/sign-in"))).await;
    world.sign_in(&inspector.browser, inspector.words, &world.resident()).await;
    inspector.browser.client().wait().for_element(Locator::Css("#f, .app-account")).await.ok();
}

pub async fn look_at_all(world: &World, inspector: &mut Inspector<'_>) {
    let l = inspector.words.language.code();
    let at = |path: &str| world.idp(&format!("/{l}/{path}"));
    sign_in(world, inspector).await;
    inspector
        .go_and_look(&format!("{}&ui_locales={l}", world.request_of_level_two()), "set up a second step")
        .await;
    send(inspector, "f", &[]).await;
    refused(inspector, "set up a second step, nothing chosen").await;
    inspector.go_and_look(&at("account/totp"), "authenticator app").await;
    let key = inspector.browser.client().find(Locator::Id("totp-key")).await.unwrap().text().await.unwrap();
    let app = AuthenticatorApp::with_key(&key);
    send(inspector, "f", &[("code", "1"), ("name", &"x".repeat(41))]).await;
    refused(inspector, "authenticator app, refused").await;
    send(inspector, "f", &[("code", &app.code_at(world.now())), ("name", "")]).await;
    inspector.browser.client().wait().for_element(Locator::Id("codes")).await.unwrap();
    inspector.look("recovery codes").await;
    send(inspector, "f", &[]).await;
    refused(inspector, "recovery codes, not kept").await;
    inspector.browser.client().find(Locator::Css("label[for=saved]")).await.unwrap().click().await.unwrap();
    send(inspector, "f", &[]).await;
    for (path, page) in [
        ("account/totp", "authenticator app"),
        ("account/totp/remove", "remove authenticator app"),
        ("account/recovery-codes", "recovery codes"),
        ("account/recovery-codes/new", "make new recovery codes"),
    ] {
        inspector.go_and_look(&at(path), page).await;
    }
    world.advance(Duration::from_secs(30));
    sign_in(world, inspector).await;
    inspector.go_and_look(&at("sign-in/second-step"), "second step").await;
    send(inspector, "f", &[("code", "1")]).await;
    refused(inspector, "second step, refused").await;
    inspector.go_and_look(&at("sign-in/other-way"), "another way").await;
    send(inspector, "f", &[]).await;
    refused(inspector, "another way, refused").await;
    inspector.go_and_look(&at("sign-in/other-way/none"), "no way").await;
}
