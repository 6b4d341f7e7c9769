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
