//! The whole way without a mouse, and the focus that a person needs to see where they are.

use crate::words::ENGLISH;
use crate::world::{PASSWORD, World, options};
use fantoccini::Locator;
use idp_tests::browser::{Browser, Key};

const ADDRESS: &str = "kim.lee@example.test";
/// No page has more stops before what is looked for.
const MOST_STOPS: usize = 30;

/// Presses Tab until the element with this id has the focus.
pub async fn tab_to(browser: &Browser, id: &str) {
    let mut seen = Vec::new();
    for _ in 0..MOST_STOPS {
        browser.press(Key::Tab).await;
        let focused = browser.focused().await;
        if focused == id {
            return;
        }
        seen.push(focused);
    }
    panic!("Tab never reaches {id:?} on {}: {seen:?}", browser.url().await);
}

/// Presses Tab until an element with this text has the focus.
pub async fn tab_to_text(browser: &Browser, text: &str) {
    for _ in 0..MOST_STOPS {
        browser.press(Key::Tab).await;
        let focused = browser.client().active_element().await.unwrap();
        if focused.text().await.is_ok_and(|found| found == text) {
            return;
        }
    }
    panic!("Tab never reaches {text:?} on {}", browser.url().await);
}

pub async fn type_text(browser: &Browser, text: &str) {
    for character in text.chars() {
        browser.press(character).await;
    }
}

#[tokio::test]
async fn the_journey_is_walked_by_keyboard_alone() {
    let (world, browser) = (World::start().await, Browser::open(options(&ENGLISH)).await);
    browser.goto(&world.portal("/en/")).await;
    tab_to_text(&browser, ENGLISH.begin).await;
    browser.press(Key::Enter).await;
    browser.wait_for_title(ENGLISH.sign_in_title).await;
    tab_to_text(&browser, ENGLISH.create_an_account).await;
    browser.press(Key::Enter).await;
    browser.wait_for_title(ENGLISH.create_title).await;
    tab_to(&browser, "email").await;
    type_text(&browser, ADDRESS).await;
    tab_to(&browser, "password").await;
    type_text(&browser, PASSWORD).await;
    tab_to(&browser, "terms").await;
    browser.press(' ').await;
    tab_to_text(&browser, ENGLISH.create_an_account).await;
    browser.press(Key::Enter).await;
    browser.wait_for_title(ENGLISH.verify_title).await;
    let mail = world.activation_mail(ADDRESS, 1).await;
    tab_to(&browser, "code").await;
    type_text(&browser, &mail.code).await;
    browser.press(Key::Enter).await;
    browser.wait_for_title(ENGLISH.activated_title).await;
    tab_to_text(&browser, ENGLISH.finish_activation).await;
    browser.press(Key::Enter).await;
    browser.wait_for_title(ENGLISH.transfer_title).await;
    tab_to(&browser, "transfer").await;
    browser.press(Key::Down).await;
    tab_to_text(&browser, ENGLISH.continue_).await;
    browser.press(Key::Enter).await;
    browser.wait_for_title(ENGLISH.confirm_no_title).await;
    tab_to(&browser, "understand").await;
    browser.press(' ').await;
    tab_to_text(&browser, ENGLISH.confirm).await;
    browser.press(Key::Enter).await;
    browser.wait_for_title(ENGLISH.set_up_title).await;
    tab_to(&browser, "accept").await;
    browser.press(' ').await;
    tab_to_text(&browser, ENGLISH.continue_).await;
    browser.press(Key::Enter).await;
    browser.wait_for_title(ENGLISH.created_title).await;
    tab_to_text(&browser, ENGLISH.continue_).await;
    browser.press(Key::Enter).await;
    browser.wait_for_title(ENGLISH.home_title).await;
}

#[tokio::test]
async fn the_error_summary_has_the_focus_and_leads_to_the_field() {
    let (world, browser) =
        (World::start().await, Browser::open(options(&ENGLISH).without_javascript()).await);
    browser.goto(&world.idp("/en/create-account")).await;
    browser.click(ENGLISH.create_an_account).await;
    browser.wait_for_title(&format!("{}{}", ENGLISH.error, ENGLISH.create_title)).await;
    assert_eq!(browser.focused().await, "error-summary");
    browser.press(Key::Tab).await;
    browser.press(Key::Enter).await;
    assert!(browser.url().await.ends_with("#email"));
    assert_eq!(browser.focused().await, "email");
}

#[tokio::test]
async fn the_skip_link_comes_first_and_leads_to_the_content() {
    let (world, browser) = (World::start().await, Browser::open(options(&ENGLISH)).await);
    for address in [world.idp("/en/sign-in"), world.portal("/en/"), world.mailbox("/en/")] {
        browser.goto(&address).await;
        browser.press(Key::Tab).await;
        let first = browser.client().active_element().await.unwrap();
        assert_eq!(first.attr("href").await.unwrap().as_deref(), Some("#main"), "{address}");
        browser.press(Key::Enter).await;
        assert!(browser.client().find(Locator::Css("#main:focus, #main:target")).await.is_ok(), "{address}");
    }
}
