//! A session's end: the warning, staying, the page after it, in the identity server and in the portal.

use crate::words::{ENGLISH, FRENCH};
use crate::world::{World, options, tick};
use fantoccini::Locator;
use idp_tests::browser::Browser;
use idp_tests::wait::until;
use std::time::Duration;

const QUARTER_OF_AN_HOUR: Duration = Duration::from_secs(15 * 60 + 1);

async fn dialog_is_open(browser: &Browser) -> bool {
    browser.client().find(Locator::Css("dialog[open]")).await.is_ok()
}

#[tokio::test]
async fn the_warning_lets_a_person_stay_and_then_the_session_ends_by_itself() {
    let world = World::with_settings(&[("IDP_LIFETIMES__SESSION_IDLE", "8s")]).await;
    let browser = Browser::open(options(&ENGLISH)).await;
    world.sign_in_at_home(&browser, &ENGLISH).await;
    until("the warning", async || dialog_is_open(&browser).await.then_some(())).await;
    assert!(browser.text().await.contains("Do you need more time?"));
    browser.click(ENGLISH.stay_signed_in).await;
    until("the warning's end", async || (!dialog_is_open(&browser).await).then_some(())).await;
    assert_eq!(browser.title().await, ENGLISH.your_account_title, "the same page stays");
    until("the second warning", async || dialog_is_open(&browser).await.then_some(())).await;
    browser.wait_for_title(ENGLISH.expired_title).await;
    browser.click("Sign in again").await;
    browser.wait_for_title(ENGLISH.sign_in_title).await;
}

#[tokio::test]
async fn without_javascript_the_next_request_after_the_end_says_so() {
    let (world, browser) = (World::start().await, Browser::open(options(&FRENCH).without_javascript()).await);
    world.sign_in_at_home(&browser, &FRENCH).await;
    world.advance(QUARTER_OF_AN_HOUR);
    browser.goto(&world.idp("/fr/account")).await;
    browser.wait_for_title(FRENCH.expired_title).await;
}

#[tokio::test]
async fn the_portal_ends_its_session_after_fifteen_minutes_and_signs_in_again() {
    let (world, browser) =
        (World::start().await, Browser::open(options(&ENGLISH).without_javascript()).await);
    browser.goto(&world.portal("/en/")).await;
    browser.click(ENGLISH.begin).await;
    world.sign_in(&browser, &ENGLISH, &world.resident()).await;
    world.has_no_one_key(&browser, &ENGLISH).await;
    browser.wait_for_title(ENGLISH.set_up_title).await;
    tick(&browser, ENGLISH.accept_conditions).await;
    browser.click(ENGLISH.continue_).await;
    browser.wait_for_title(ENGLISH.created_title).await;
    world.advance(QUARTER_OF_AN_HOUR);
    browser.click(ENGLISH.continue_).await;
    browser.wait_for_title("Session expired – ServiceOntario account").await;
    browser.click("Sign in again").await;
    browser.wait_for_title(ENGLISH.sign_in_title).await;
    world.sign_in(&browser, &ENGLISH, &world.resident()).await;
    browser.wait_for_title(ENGLISH.home_title).await;
}

/// The person of a ready-made ONE-key account on the page with its longest form.
async fn on_the_longest_form(world: &World, browser: &Browser) -> (String, String) {
    let one_key = world.one_key("maple.leaf01");
    browser.goto(&world.idp("/en/one-key/sign-in")).await;
    browser.fill(ENGLISH.one_key_id, &one_key.0).await;
    browser.fill(ENGLISH.password, &one_key.1).await;
    browser.click(ENGLISH.sign_in).await;
    browser.wait_for_title("My Services – ONE-key").await;
    browser.goto(&world.idp("/en/one-key/account/recovery")).await;
    one_key
}

#[tokio::test]
async fn what_was_typed_is_there_again_after_the_end_without_javascript() {
    let (world, browser) =
        (World::start().await, Browser::open(options(&ENGLISH).without_javascript()).await);
    let one_key = on_the_longest_form(&world, &browser).await;
    assert!(browser.text().await.contains("you will be signed out after 15 minutes without activity."));
    let email = browser.client().find(Locator::Css("#email")).await.unwrap();
    email.clear().await.unwrap();
    email.send_keys("typed@example.test").await.unwrap();
    browser.screenshot("en-expiry-form").await;
    world.advance(QUARTER_OF_AN_HOUR);
    browser
        .client()
        .find(Locator::Css("form#f button[type=submit].ontario-button--primary"))
        .await
        .unwrap()
        .click()
        .await
        .unwrap();
    browser.wait_for_title("Session expired – ONE-key").await;
    assert!(browser.text().await.contains("Your draft was saved."));
    browser.screenshot("en-expiry-x2").await;
    browser.click("Sign in again").await;
    browser.wait_for_title("Sign in – ONE-key").await;
    browser.fill(ENGLISH.one_key_id, &one_key.0).await;
    browser.fill(ENGLISH.password, &one_key.1).await;
    browser.click(ENGLISH.sign_in).await;
    let email = until("the form", async || browser.client().find(Locator::Css("#email")).await.ok()).await;
    assert_eq!(email.prop("value").await.unwrap().as_deref(), Some("typed@example.test"));
}

#[tokio::test]
async fn before_the_longest_time_the_warning_offers_to_sign_in_again_and_keeps_what_was_typed() {
    let settings = [("IDP_LIFETIMES__SESSION_MAX", "30s"), ("IDP_LIFETIMES__SESSION_IDLE", "10m")];
    let world = World::with_settings(&settings).await;
    let browser = Browser::open(options(&ENGLISH)).await;
    on_the_longest_form(&world, &browser).await;
    let email = browser.client().find(Locator::Css("#email")).await.unwrap();
    until("the warning", async || dialog_is_open(&browser).await.then_some(())).await;
    browser
        .execute("arguments[0].value = 'typed@example.test'", vec![serde_json::to_value(&email).unwrap()])
        .await;
    browser.screenshot("en-expiry-again").await;
    browser.click("Sign in again").await;
    browser.wait_for_title("Sign in – ONE-key").await;
    assert!(browser.url().await.contains("part=recovery.filled"), "{}", browser.url().await);
}

#[tokio::test]
async fn the_focus_returns_to_where_it_was_when_a_person_stays() {
    let world = World::with_settings(&[("IDP_LIFETIMES__SESSION_IDLE", "8s")]).await;
    let browser = Browser::open(options(&ENGLISH)).await;
    world.sign_in_at_home(&browser, &ENGLISH).await;
    browser.execute("document.getElementById('main').focus()", vec![]).await;
    for _ in 0..2 {
        until("the warning", async || dialog_is_open(&browser).await.then_some(())).await;
        assert_ne!(browser.focused().await, "main");
        browser.click(ENGLISH.stay_signed_in).await;
        until("the warning's end", async || (!dialog_is_open(&browser).await).then_some(())).await;
        assert_eq!(browser.focused().await, "main");
    }
}

#[tokio::test]
async fn another_tab_learns_that_the_person_stays() {
    let world = World::with_settings(&[("IDP_LIFETIMES__SESSION_IDLE", "8s")]).await;
    let browser = Browser::open(options(&ENGLISH)).await;
    world.sign_in_at_home(&browser, &ENGLISH).await;
    let first = browser.client().window().await.unwrap();
    let second = browser.client().new_window(true).await.unwrap().handle;
    browser.client().switch_to_window(second).await.unwrap();
    browser.goto(&world.idp("/en/account")).await;
    until("the warning", async || dialog_is_open(&browser).await.then_some(())).await;
    browser.click(ENGLISH.stay_signed_in).await;
    until("the warning's end", async || (!dialog_is_open(&browser).await).then_some(())).await;
    browser.client().switch_to_window(first).await.unwrap();
    assert_eq!(browser.title().await, ENGLISH.your_account_title, "the first tab did not leave");
    until("no warning here", async || (!dialog_is_open(&browser).await).then_some(())).await;
}
