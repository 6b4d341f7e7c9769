//! The language control, the Enter key, the double click.

use crate::words::{ENGLISH, FRENCH};
use crate::world::{World, options, tick};
use fantoccini::Locator;
use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use idp_tests::browser::{Browser, BrowserOptions, Key};

const ADDRESS: &str = "alex.roy@example.test";

async fn the_language_control_keeps_input_and_destination(options: BrowserOptions) {
    let (world, browser) = (World::start().await, Browser::open(options).await);
    world.go_to_create_account(&browser, &ENGLISH).await;
    world.fill_in_new_account(&browser, &ENGLISH, ADDRESS).await;
    browser.click(ENGLISH.other_language).await;
    browser.wait_for_title(FRENCH.create_title).await;
    assert!(browser.text().await.contains(FRENCH.continue_to_portal));
    assert_eq!(browser.value(FRENCH.email).await, ADDRESS);
    assert_eq!(browser.value(FRENCH.password).await, "", "a secret is never given back");
    browser.fill(FRENCH.password, crate::world::PASSWORD).await;
    browser.click(FRENCH.create_an_account).await;
    browser.wait_for_title(FRENCH.verify_title).await;
    let mail = world.activation_mail(ADDRESS, 1).await;
    browser.fill(FRENCH.enter_the_code, &mail.code).await;
    browser.click(FRENCH.verify).await;
    browser.wait_for_title(FRENCH.activated_title).await;
    browser.click(FRENCH.finish_activation).await;
    world.has_no_one_key(&browser, &FRENCH).await;
    // The portal asked for English; its pages stay so.
    browser.wait_for_title(ENGLISH.set_up_title).await;
    assert_eq!(browser.value(ENGLISH.email).await, ADDRESS);
}

#[tokio::test]
async fn the_language_control_keeps_input_and_destination_with_javascript() {
    the_language_control_keeps_input_and_destination(options(&ENGLISH)).await;
}

#[tokio::test]
async fn the_language_control_keeps_input_and_destination_without_javascript() {
    the_language_control_keeps_input_and_destination(options(&ENGLISH).without_javascript()).await;
}

#[tokio::test]
async fn enter_in_a_field_sends_the_form_and_never_switches_the_language() {
    let (world, browser) =
        (World::start().await, Browser::open(options(&ENGLISH).without_javascript()).await);
    browser.goto(&world.idp("/en/sign-in")).await;
    for field in [ENGLISH.email, ENGLISH.password] {
        browser.field(field).await.click().await.unwrap();
        browser.press(Key::Enter).await;
        browser.wait_for_title(&format!("{}{}", ENGLISH.error, ENGLISH.sign_in_title)).await;
        browser.goto(&world.idp("/en/sign-in")).await;
    }
    browser.goto(&world.idp("/en/create-account")).await;
    for field in [ENGLISH.email, ENGLISH.password] {
        browser.field(field).await.click().await.unwrap();
        browser.press(Key::Enter).await;
        browser.wait_for_title(&format!("{}{}", ENGLISH.error, ENGLISH.create_title)).await;
        browser.goto(&world.idp("/en/create-account")).await;
    }
    world.register(&browser, &ENGLISH, ADDRESS).await;
    browser.field(ENGLISH.enter_the_code).await.click().await.unwrap();
    browser.press(Key::Enter).await;
    browser.wait_for_title(&format!("{}{}", ENGLISH.error, ENGLISH.verify_title)).await;
}

/// Two clicks, as fast as a mouse can.
async fn double_click(browser: &Browser, css: &str) {
    let button = browser.client().find(Locator::Css(css)).await.unwrap();
    let press = || PointerAction::Down { button: MOUSE_BUTTON_LEFT };
    let release = || PointerAction::Up { button: MOUSE_BUTTON_LEFT };
    let clicks = MouseActions::new("mouse".to_owned())
        .then(PointerAction::MoveToElement { element: button, duration: None, x: 0.0, y: 0.0 })
        .then(press())
        .then(release())
        .then(press())
        .then(release());
    browser.client().perform_actions(clicks).await.unwrap();
}

async fn a_double_click_acts_once(options: BrowserOptions) {
    let (world, browser) = (World::start().await, Browser::open(options).await);
    world.go_to_create_account(&browser, &ENGLISH).await;
    world.fill_in_new_account(&browser, &ENGLISH, ADDRESS).await;
    double_click(&browser, "main #f button.ontario-button--primary").await;
    browser.wait_for_title(ENGLISH.verify_title).await;
    assert!(browser.text().await.contains("We sent you an email."), "the first answer is repeated");
    let mail = world.activation_mail(ADDRESS, 1).await;
    browser.fill(ENGLISH.enter_the_code, &mail.code).await;
    double_click(&browser, "main #f button.ontario-button--primary").await;
    browser.wait_for_title(ENGLISH.activated_title).await;
    browser.click(ENGLISH.finish_activation).await;
    world.has_no_one_key(&browser, &ENGLISH).await;
    browser.wait_for_title(ENGLISH.set_up_title).await;
    tick(&browser, ENGLISH.accept_conditions).await;
    double_click(&browser, "main #f button.ontario-button--primary").await;
    browser.wait_for_title(ENGLISH.created_title).await;
    browser.click(ENGLISH.continue_).await;
    browser.wait_for_title(ENGLISH.home_title).await;
    let text = browser.text().await;
    assert_eq!(text.matches("Account created").count(), 1, "{text}");
    let mails = world.mails_to(ADDRESS);
    assert_eq!(mails.iter().filter(|mail| mail.contains("/activate?t=")).count(), 1);
}

#[tokio::test]
async fn a_double_click_acts_once_with_javascript() {
    a_double_click_acts_once(options(&ENGLISH)).await;
}

#[tokio::test]
async fn a_double_click_acts_once_without_javascript() {
    a_double_click_acts_once(options(&ENGLISH).without_javascript()).await;
}

#[tokio::test]
async fn the_code_and_its_button_are_on_the_first_screen_of_the_smallest_phone() {
    let (world, browser) = (World::start().await, Browser::open(options(&FRENCH).phone()).await);
    for (words, address) in [(&FRENCH, "first@example.test"), (&ENGLISH, "second@example.test")] {
        world.register(&browser, words, address).await;
        let end = "return scrollY + document.getElementById('verify').getBoundingClientRect().bottom";
        let end = browser.execute(end, vec![]).await.as_f64().unwrap();
        assert!(end <= 568.0, "{:?}: the button ends at {end} px", words.language);
    }
}

#[tokio::test]
async fn reading_the_terms_and_coming_back_keeps_what_was_typed() {
    let (world, browser) = (World::start().await, Browser::open(options(&ENGLISH)).await);
    world.go_to_create_account(&browser, &ENGLISH).await;
    browser.fill(ENGLISH.email, ADDRESS).await;
    browser.click("terms of service").await;
    browser.wait_for_title("Terms of use – My Ontario Account").await;
    browser.client().back().await.unwrap();
    browser.wait_for_title(ENGLISH.create_title).await;
    assert_eq!(browser.value(ENGLISH.email).await, ADDRESS);
}

/// A page that was an answer to a form would ask whether to send it again, or not be there at all.
#[tokio::test]
async fn going_back_to_a_page_with_errors_or_loading_it_again_shows_the_form() {
    let (world, browser) = (World::start().await, Browser::open(options(&ENGLISH)).await);
    browser.goto(&world.idp("/en/create-account")).await;
    browser.click(ENGLISH.create_an_account).await;
    browser.wait_for_title(&format!("{}{}", ENGLISH.error, ENGLISH.create_title)).await;
    browser.goto(&world.idp("/en/help")).await;
    browser.client().back().await.unwrap();
    browser.wait_for_title(ENGLISH.create_title).await;
    browser.click(ENGLISH.create_an_account).await;
    browser.wait_for_title(&format!("{}{}", ENGLISH.error, ENGLISH.create_title)).await;
    browser.client().refresh().await.unwrap();
    browser.wait_for_title(ENGLISH.create_title).await;
}

#[tokio::test]
async fn what_stands_beside_a_box_keeps_to_its_column_on_a_phone() {
    let (world, browser) = (World::start().await, Browser::open(options(&ENGLISH)).await);
    browser.goto(&world.idp("/en/sign-in")).await;
    let overhang = browser.execute(
        "const right = (id) => document.getElementById(id).getBoundingClientRect().right;
         return right('remember-hint') - right('email')",
        vec![],
    );
    assert!(overhang.await.as_f64().unwrap() <= 0.5, "the hint of a box ends where the fields end");
    // A word that the browser moved to the next line begins where the line begins.
    let before =
        "return getComputedStyle(document.querySelector('.ontario-label__flag'), '::before').content";
    assert_eq!(browser.execute(before, vec![]).await, "none");
}
