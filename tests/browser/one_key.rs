//! ONE-key as people meet it: carrying an account over from the portal (pages.md section 10, walk 4), and ONE-key's own
//! pages.

use crate::words::{ENGLISH, FRENCH, Words};
use crate::world::{World, options};
use idp_tests::browser::{Browser, BrowserOptions};

/// An account of the old directory that is enrolled at the portal.
const ID: &str = "maple.leaf01";

/// A picture of the page's beginning, where pictures are kept.
async fn picture(browser: &Browser, words: &Words, name: &str) {
    browser.screenshot(&format!("{}-one-key-{name}", words.language.code())).await;
}

/// From the portal's first page to M1, and the password there.
async fn begin(world: &World, browser: &Browser, words: &Words) {
    browser.goto(&world.portal(&format!("/{}/", words.language.code()))).await;
    browser.click(words.begin).await;
    browser.wait_for_title(words.sign_in_title).await;
    world.sign_in(browser, words, &world.resident()).await;
}

/// On T2.
async fn prove(browser: &Browser, words: &Words, (id, password): &(String, String)) {
    browser.fill(words.one_key_id, id).await;
    browser.fill(words.password, password).await;
    browser.click(words.continue_).await;
}

/// The resident's first sign-in, with a ONE-key account that is theirs; then their second, and the old ID.
async fn carry_over(words: &Words, options: BrowserOptions) {
    let (world, browser) = (World::start().await, Browser::open(options).await);
    let one_key = world.one_key(ID);
    begin(&world, &browser, words).await;
    browser.wait_for_title(words.transfer_title).await;
    picture(&browser, words, "t1").await;
    // Looked at, gone back: nothing is decided.
    browser.choose(words.transfer_no).await;
    browser.click(words.continue_).await;
    browser.wait_for_title(words.confirm_no_title).await;
    picture(&browser, words, "t4").await;
    browser.click(words.go_back).await;
    browser.wait_for_title(words.transfer_title).await;
    browser.choose(words.transfer_yes).await;
    browser.click(words.continue_).await;
    browser.wait_for_title(words.details_title).await;
    picture(&browser, words, "t2").await;
    prove(&browser, words, &(one_key.0.clone(), "Maple-Leaf-02".into())).await;
    browser.wait_for_title(&format!("{}{}", words.error, words.details_title)).await;
    assert!(browser.text().await.contains(words.one_key_wrong));
    picture(&browser, words, "t2-wrong").await;
    prove(&browser, words, &one_key).await;
    browser.wait_for_title(words.transferred_title).await;
    let text = browser.text().await;
    assert!(text.contains(words.transferred) && text.contains(words.id_no_longer_works), "{text}");
    picture(&browser, words, "t6").await;
    browser.click(words.continue_).await;
    // Somebody who was here with ONE-key goes on where they were (pages.md S3).
    records_are_shown(&browser, words).await;
    second_sign_in(&world, &browser, words).await;
    old_id_is_refused(&world, &browser, words, &one_key).await;
}

async fn records_are_shown(browser: &Browser, words: &Words) {
    browser.wait_for_title(words.home_title).await;
    let text = browser.text().await;
    assert!(text.contains(words.records_attached) && text.contains(words.old_record), "{text}");
    picture(browser, words, "portal").await;
}

/// Nothing is asked any more, and the portal still knows the records.
async fn second_sign_in(world: &World, browser: &Browser, words: &Words) {
    browser.click(words.sign_out).await;
    browser.wait_for_title(words.landing_title).await;
    begin(world, browser, words).await;
    records_are_shown(browser, words).await;
}

/// O1 tells it after the right password only.
async fn old_id_is_refused(
    world: &World,
    browser: &Browser,
    words: &Words,
    (id, password): &(String, String),
) {
    browser.click(words.sign_out).await;
    browser.wait_for_title(words.landing_title).await;
    for (password, said) in [("Maple-Leaf-02", words.one_key_wrong), (password, words.one_key_moved)] {
        browser.goto(&world.idp(&format!("/{}/one-key/sign-in", words.language.code()))).await;
        browser.fill(words.one_key_id, id).await;
        browser.fill(words.password, password).await;
        browser.click(words.sign_in).await;
        browser.wait_for_text(said).await;
    }
    picture(browser, words, "o1-moved").await;
}

/// O1, O2 and O9.
async fn look_at_one_key(words: &Words, options: BrowserOptions) {
    let (world, browser) = (World::start().await, Browser::open(options).await);
    let at = |path: &str| world.idp(&format!("/{}/one-key/{path}", words.language.code()));
    for (path, name) in [("register", "o2"), ("sign-in", "o1")] {
        browser.goto(&at(path)).await;
        assert!(!browser.has_horizontal_scroll().await, "{path}");
        picture(&browser, words, name).await;
    }
    let (id, password) = world.one_key(ID);
    browser.fill(words.one_key_id, &id).await;
    browser.fill(words.password, &password).await;
    browser.click(words.sign_in).await;
    browser.wait_for_text(&id).await;
    browser.goto(&at("services")).await;
    assert!(browser.text().await.contains(if words.language == ENGLISH.language {
        "ServiceOntario account"
    } else {
        "Compte ServiceOntario"
    }));
    assert!(!browser.has_horizontal_scroll().await);
    picture(&browser, words, "o9").await;
}

#[tokio::test]
async fn an_account_is_carried_over_in_english_without_javascript() {
    carry_over(&ENGLISH, options(&ENGLISH).without_javascript().size(900, 1400)).await;
}

#[tokio::test]
async fn an_account_is_carried_over_in_french_without_javascript() {
    carry_over(&FRENCH, options(&FRENCH).without_javascript()).await;
}

#[tokio::test]
async fn an_account_is_carried_over_in_french_on_a_phone() {
    carry_over(&FRENCH, options(&FRENCH).phone()).await;
}

#[tokio::test]
async fn the_pages_of_one_key_fit_a_desktop_in_english() {
    look_at_one_key(&ENGLISH, options(&ENGLISH).size(900, 1400)).await;
}

#[tokio::test]
async fn the_pages_of_one_key_fit_a_phone_in_french() {
    look_at_one_key(&FRENCH, options(&FRENCH).phone()).await;
}
