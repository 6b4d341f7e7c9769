//! Setting up an authenticator app and recovery codes, and signing in with them (pages.md C5, C7, M6, M7).

use crate::words::{ENGLISH, FRENCH, Words};
use crate::world::{World, options, tick};
use fantoccini::Locator;
use idp_tests::browser::{Browser, BrowserOptions};
use idp_tests::idp::AuthenticatorApp;
use std::time::Duration;

/// What is looked for on these pages, beside what every journey looks for.
struct Labels {
    app: &'static str,
    code_in_app: &'static str,
    turn_on: &'static str,
    wrong: &'static str,
    codes: &'static str,
    saved: &'static str,
    security_code: &'static str,
    totp: &'static str,
    another_way: &'static str,
    recovery_code: &'static str,
    nine_left: &'static str,
}

const IN_ENGLISH: Labels = Labels {
    app: "Authenticator app – My Ontario Account",
    code_in_app: "Code shown in your app",
    turn_on: "Turn on",
    wrong: "This code is not correct. Wait for the next code in your app and try again",
    codes: "Recovery codes – My Ontario Account",
    saved: "I have saved these codes",
    security_code: "Enter your security code – My Ontario Account",
    totp: "6-digit code from your authenticator app",
    another_way: "Use another way",
    recovery_code: "Recovery code",
    nine_left: "You have 9 codes left.",
};

const IN_FRENCH: Labels = Labels {
    app: "Application d’authentification – Compte Mon Ontario",
    code_in_app: "Code affiché dans votre application",
    turn_on: "Activer",
    wrong: "Ce code est incorrect. Attendez le prochain code de votre application et réessayez",
    codes: "Codes de récupération – Compte Mon Ontario",
    saved: "J’ai conservé ces codes",
    security_code: "Entrez votre code de sécurité – Compte Mon Ontario",
    totp: "Code à 6 chiffres de votre application d’authentification",
    another_way: "Utiliser une autre façon",
    recovery_code: "Code de récupération",
    nine_left: "Il vous reste 9 codes.",
};

async fn picture(browser: &Browser, words: &Words, name: &str) {
    browser.screenshot(&format!("{}-second-step-{name}", words.language.code())).await;
}

async fn text_of(browser: &Browser, id: &str) -> String {
    let element =
        browser.client().find(Locator::Id(id)).await.unwrap_or_else(|error| panic!("no {id}: {error}"));
    element.text().await.unwrap()
}

async fn sign_in(world: &World, browser: &Browser, words: &Words) {
    browser.goto(&world.idp(&format!("/{}/sign-in", words.language.code()))).await;
    world.sign_in(browser, words, &world.resident()).await;
}

async fn walk(words: &Words, labels: &Labels, options: BrowserOptions, scripts: bool) {
    let (world, browser) = (World::start().await, Browser::open(options).await);
    let at = |path: &str| world.idp(&format!("/{}/{path}", words.language.code()));
    sign_in(&world, &browser, words).await;
    browser.goto(&at("account/totp")).await;
    browser.wait_for_title(labels.app).await;
    if scripts {
        assert!(!browser.has_horizontal_scroll().await);
        let drawn =
            browser.execute("return document.querySelector('main img').naturalWidth > 0", vec![]).await;
        assert_eq!(drawn, true, "the QR code is a picture that the browser can draw");
    }
    picture(&browser, words, "c5").await;
    let app = AuthenticatorApp::with_key(&text_of(&browser, "totp-key").await);
    browser.fill(labels.code_in_app, "000000").await;
    browser.click(labels.turn_on).await;
    browser.wait_for_text(labels.wrong).await;
    picture(&browser, words, "c5-wrong").await;
    browser.fill(labels.code_in_app, &app.code_at(world.now())).await;
    browser.click(labels.turn_on).await;
    browser.wait_for_title(labels.codes).await;
    picture(&browser, words, "c7").await;
    let codes = text_of(&browser, "codes").await;
    let first = codes.split_whitespace().find(|word| word.len() == 11).unwrap().to_owned();
    tick(&browser, labels.saved).await;
    browser.click(words.continue_).await;
    world.advance(Duration::from_secs(30));
    second_step(&world, &browser, words, labels, &app).await;
    other_way(&world, &browser, words, labels, &first).await;
}

/// M6, by keyboard alone where it is typed.
async fn second_step(
    world: &World,
    browser: &Browser,
    words: &Words,
    labels: &Labels,
    app: &AuthenticatorApp,
) {
    browser.client().delete_all_cookies().await.unwrap();
    sign_in(world, browser, words).await;
    browser.wait_for_title(labels.security_code).await;
    picture(browser, words, "m6").await;
    browser.fill(labels.totp, &app.code_at(world.now())).await;
    browser.press('\u{E007}').await;
    browser.wait_for_text(&world.resident().0).await;
}

/// M7 with a recovery code.
async fn other_way(world: &World, browser: &Browser, words: &Words, labels: &Labels, code: &str) {
    browser.client().delete_all_cookies().await.unwrap();
    sign_in(world, browser, words).await;
    browser.wait_for_title(labels.security_code).await;
    browser.click(labels.another_way).await;
    browser.client().wait().for_element(Locator::Id("recovery")).await.unwrap();
    picture(browser, words, "m7").await;
    browser.choose(labels.recovery_code).await;
    let field = browser.client().find(Locator::Id("recovery")).await.unwrap();
    field.send_keys(&code.to_uppercase()).await.unwrap();
    browser.click(words.continue_).await;
    browser.wait_for_text(labels.nine_left).await;
    picture(browser, words, "m7-used").await;
    browser.click(words.continue_).await;
    browser.wait_for_text(&world.resident().0).await;
}

#[tokio::test]
async fn a_second_step_is_set_up_and_made_in_english_without_javascript() {
    walk(&ENGLISH, &IN_ENGLISH, options(&ENGLISH).without_javascript(), false).await;
}

#[tokio::test]
async fn a_second_step_is_set_up_and_made_in_french_on_a_phone() {
    walk(&FRENCH, &IN_FRENCH, options(&FRENCH).phone(), true).await;
}
