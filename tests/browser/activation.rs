//! The mailed link, another browser, and steps that were done already.

use crate::words::ENGLISH;
use crate::world::{World, options};
use idp_tests::browser::Browser;

const ADDRESS: &str = "sam.singh@example.test";

#[tokio::test]
async fn the_link_activates_in_the_same_browser_and_leads_to_the_portal() {
    let (world, browser) = (World::start().await, Browser::open(options(&ENGLISH)).await);
    let mail = world.register(&browser, &ENGLISH, ADDRESS).await;
    browser.goto(&world.mailbox("/en/")).await;
    browser.click("Activate My Ontario Account / Activer le compte Mon Ontario").await;
    browser.click(&mail.link).await;
    browser.wait_for_title("Finish activation – My Ontario Account").await;
    browser.click(ENGLISH.finish_activation).await;
    world.has_no_one_key(&browser, &ENGLISH).await;
    browser.wait_for_title(ENGLISH.set_up_title).await;
    assert_eq!(browser.value(ENGLISH.email).await, ADDRESS);
    browser.goto(&mail.link).await;
    browser.wait_for_title("This link was already used – My Ontario Account").await;
}

#[tokio::test]
async fn the_link_says_to_use_the_code_in_another_browser_and_changes_nothing() {
    let (world, browser) = (World::start().await, Browser::open(options(&ENGLISH)).await);
    let mail = world.register(&browser, &ENGLISH, ADDRESS).await;
    let other = Browser::open(options(&ENGLISH).without_javascript()).await;
    other.goto(&mail.link).await;
    other.wait_for_title("Use the code instead – My Ontario Account").await;
    assert!(other.text().await.contains("or enter the code there"));
    browser.fill(ENGLISH.enter_the_code, &mail.code).await;
    browser.click(ENGLISH.verify).await;
    browser.wait_for_title(ENGLISH.activated_title).await;
}

#[tokio::test]
async fn the_back_button_shows_that_a_finished_step_is_finished() {
    let (world, browser) = (World::start().await, Browser::open(options(&ENGLISH)).await);
    let mail = world.register(&browser, &ENGLISH, ADDRESS).await;
    browser.fill(ENGLISH.enter_the_code, &mail.code).await;
    browser.click(ENGLISH.verify).await;
    browser.wait_for_title(ENGLISH.activated_title).await;
    browser.client().back().await.unwrap();
    browser.wait_for_text(ENGLISH.step_done).await;
    browser.click(ENGLISH.continue_).await;
    world.has_no_one_key(&browser, &ENGLISH).await;
    browser.wait_for_title(ENGLISH.set_up_title).await;
}

#[tokio::test]
async fn a_taken_address_gets_the_same_page_and_another_mail() {
    let (world, browser) = (World::start().await, Browser::open(options(&ENGLISH)).await);
    let (address, _) = world.resident();
    world.go_to_create_account(&browser, &ENGLISH).await;
    world.fill_in_new_account(&browser, &ENGLISH, &address).await;
    browser.click(ENGLISH.create_an_account).await;
    browser.wait_for_title(ENGLISH.verify_title).await;
    assert!(browser.text().await.contains("We sent you an email."));
    let mail = world.mail(&address, 1).await;
    assert!(mail.contains("it already has one"), "{mail}");
}

#[tokio::test]
async fn a_person_who_comes_back_to_sign_in_before_activating_goes_on_with_a_fresh_code() {
    let (world, browser) = (World::start().await, Browser::open(options(&ENGLISH)).await);
    world.register(&browser, &ENGLISH, ADDRESS).await;
    world.advance(std::time::Duration::from_hours(1));
    browser.goto(&world.portal("/en/")).await;
    browser.click(ENGLISH.begin).await;
    browser.wait_for_title(ENGLISH.sign_in_title).await;
    world.sign_in(&browser, &ENGLISH, &(ADDRESS.into(), crate::world::PASSWORD.into())).await;
    browser.wait_for_title(ENGLISH.verify_title).await;
    let mail = world.activation_mail(ADDRESS, 2).await;
    browser.fill(ENGLISH.enter_the_code, &mail.code).await;
    browser.click(ENGLISH.verify).await;
    browser.wait_for_title(ENGLISH.activated_title).await;
    browser.click(ENGLISH.finish_activation).await;
    world.has_no_one_key(&browser, &ENGLISH).await;
    browser.wait_for_title(ENGLISH.set_up_title).await;
}
