//! The whole way: portal, sign-in page, account, mail, code, portal's account, sign out, sign in again (pages.md
//! section 10, walk 1, as far as it goes today).

use crate::words::{ENGLISH, FRENCH, Words};
use crate::world::{PASSWORD, World, options, tick};
use idp_tests::browser::{Browser, BrowserOptions};
use std::time::Duration;

const ADDRESS: &str = "jo.tremblay@example.test";
/// README.md shows them.
const EVERY_PICTURE: [&str; 8] =
    ["1-portal", "2-sign-in", "3-create-account", "4-verify", "5-mail", "6-activated", "7-set-up", "8-home"];

async fn walk(words: &Words, options: BrowserOptions, pictures: &[&str]) {
    let (world, browser) = (World::start().await, Browser::open(options).await);
    let picture = async |name: &str| {
        if pictures.contains(&name) {
            browser.execute("scrollTo(0, 0)", vec![]).await;
            browser.screenshot(&format!("{}-{name}", words.language.code())).await;
        }
    };
    browser.goto(&world.portal("/")).await;
    assert_eq!(browser.title().await, words.landing_title);
    picture("1-portal").await;
    browser.click(words.begin).await;
    browser.wait_for_title(words.sign_in_title).await;
    assert!(browser.text().await.contains(words.continue_to_portal));
    picture("2-sign-in").await;
    browser.click(words.create_an_account).await;
    browser.wait_for_title(words.create_title).await;
    assert!(browser.text().await.contains(words.continue_to_portal));
    world.fill_in_new_account(&browser, words, ADDRESS).await;
    picture("3-create-account").await;
    browser.click(words.create_an_account).await;
    browser.wait_for_title(words.verify_title).await;
    assert!(browser.text().await.contains(ADDRESS));
    picture("4-verify").await;
    verify(&world, &browser, words, &picture).await;
    picture("6-activated").await;
    browser.click(words.finish_activation).await;
    world.has_no_one_key(&browser, words).await;
    set_up(&browser, words, &picture).await;
    picture("8-home").await;
    sign_out_and_in(&world, &browser, words).await;
}

/// A wrong code, another mail, its code.
async fn verify(world: &World, browser: &Browser, words: &Words, picture: impl AsyncFn(&str)) {
    let first = world.activation_mail(ADDRESS, 1).await;
    let wrong = if first.code == "000000" { "111111" } else { "000000" };
    browser.fill(words.enter_the_code, wrong).await;
    browser.click(words.verify).await;
    browser.wait_for_title(&format!("{}{}", words.error, words.verify_title)).await;
    assert!(browser.text().await.contains(words.code_wrong));
    world.advance(Duration::from_secs(31));
    browser.click(words.send_it_again).await;
    browser.wait_for_text(words.new_email_sent).await;
    let second = world.activation_mail(ADDRESS, 2).await;
    browser.goto(&world.mailbox(&format!("/{}/", words.language.code()))).await;
    browser.click("Activate My Ontario Account / Activer le compte Mon Ontario").await;
    browser.wait_for_text(&second.code).await;
    picture("5-mail").await;
    browser.client().back().await.unwrap();
    browser.client().back().await.unwrap();
    browser.fill(words.enter_the_code, &format!("{} {}", &second.code[..3], &second.code[3..])).await;
    browser.click(words.verify).await;
    browser.wait_for_title(words.activated_title).await;
}

/// The portal's own account.
async fn set_up(browser: &Browser, words: &Words, picture: impl AsyncFn(&str)) {
    browser.wait_for_title(words.set_up_title).await;
    assert_eq!(browser.value(words.email).await, ADDRESS);
    picture("7-set-up").await;
    browser.click(words.continue_).await;
    browser.wait_for_title(&format!("{}{}", words.error, words.set_up_title)).await;
    assert!(browser.text().await.contains(words.accept_needed));
    tick(browser, words.accept_conditions).await;
    browser.click(words.continue_).await;
    browser.wait_for_title(words.created_title).await;
    assert_eq!(browser.h1().await, words.thank_you);
    browser.click(words.continue_).await;
    browser.wait_for_title(words.home_title).await;
    assert!(browser.text().await.contains(ADDRESS));
}

async fn sign_out_and_in(world: &World, browser: &Browser, words: &Words) {
    browser.click(words.sign_out).await;
    browser.wait_for_title(words.landing_title).await;
    assert!(browser.text().await.contains(words.signed_out));
    browser.click(words.begin).await;
    browser.wait_for_title(words.sign_in_title).await;
    world.sign_in(browser, words, &(ADDRESS.into(), "not-the-Password-1".into())).await;
    browser.wait_for_title(&format!("{}{}", words.error, words.sign_in_title)).await;
    world.sign_in(browser, words, &(ADDRESS.into(), PASSWORD.into())).await;
    browser.wait_for_title(words.home_title).await;
    // The identity server's session ended with the portal's: the password was asked for again.
    assert_eq!(browser.url().await, world.portal(&format!("/{}/home", words.language.code())));
}

#[tokio::test]
async fn in_english_with_javascript() {
    walk(&ENGLISH, options(&ENGLISH).size(900, 1000), &EVERY_PICTURE).await;
}

#[tokio::test]
async fn in_english_without_javascript() {
    walk(&ENGLISH, options(&ENGLISH).without_javascript(), &[]).await;
}

#[tokio::test]
async fn in_french_with_javascript_on_a_phone() {
    walk(&FRENCH, options(&FRENCH).phone(), &["2-sign-in", "4-verify", "8-home"]).await;
}

#[tokio::test]
async fn in_french_without_javascript() {
    walk(&FRENCH, options(&FRENCH).without_javascript(), &[]).await;
}

#[tokio::test]
async fn cancelling_leads_back_to_the_portal_which_says_that_nothing_happened() {
    let (world, browser) = (World::start().await, Browser::open(options(&ENGLISH)).await);
    browser.goto(&world.portal("/en/")).await;
    browser.click(ENGLISH.begin).await;
    browser.wait_for_title(ENGLISH.sign_in_title).await;
    browser.click("Cancel").await;
    browser.wait_for_title(ENGLISH.landing_title).await;
    assert!(browser.text().await.contains("You did not sign in. Nothing was changed."));
}

#[tokio::test]
async fn the_portal_signs_a_person_in_who_is_signed_in_already() {
    let (world, browser) = (World::start().await, Browser::open(options(&ENGLISH)).await);
    world.sign_in_at_home(&browser, &ENGLISH).await;
    browser.goto(&world.portal("/en/")).await;
    browser.click(ENGLISH.begin).await;
    world.has_no_one_key(&browser, &ENGLISH).await;
    browser.wait_for_title(ENGLISH.set_up_title).await;
    assert_eq!(browser.value(ENGLISH.email).await, world.resident().0);
}

#[tokio::test]
async fn the_remembered_email_is_filled_in_after_signing_out() {
    let (world, browser) = (World::start().await, Browser::open(options(&ENGLISH)).await);
    browser.goto(&world.idp("/en/sign-in")).await;
    assert_eq!(browser.value(ENGLISH.email).await, "");
    tick(&browser, ENGLISH.remember_me).await;
    world.sign_in(&browser, &ENGLISH, &world.resident()).await;
    browser.wait_for_title(ENGLISH.your_account_title).await;
    browser.click(ENGLISH.sign_out).await;
    browser.wait_for_title("You are signed out. – My Ontario Account").await;
    browser.goto(&world.idp("/en/sign-in")).await;
    assert_eq!(browser.value(ENGLISH.email).await, world.resident().0);
}
