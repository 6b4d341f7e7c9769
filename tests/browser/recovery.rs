//! A forgotten password as people set it anew (pages.md section 10, walk 6): by code without scripts and on a phone, by
//! link, by keyboard only.

use crate::words::{ENGLISH, FRENCH, Words};
use crate::world::{World, options};
use fantoccini::key::Key;
use idp_tests::browser::{Browser, BrowserOptions};
use ontario_language::Language;

const NEW: &str = "Rideau-Canal-1832";

/// What these pages say.
struct Pages {
    forgot: &'static str,
    ask_title: &'static str,
    code_title: &'static str,
    new_title: &'static str,
    new_password: &'static str,
    save: &'static str,
    changed: &'static str,
}

fn pages(words: &Words) -> Pages {
    match words.language {
        Language::English => Pages {
            forgot: "Forgot your password?",
            ask_title: "Reset your password – My Ontario Account",
            code_title: "Enter the reset code – My Ontario Account",
            new_title: "Choose a new password – My Ontario Account",
            new_password: "New password",
            save: "Save password",
            changed: "Password changed. Sign in.",
        },
        Language::French => Pages {
            forgot: "Mot de passe oublié?",
            ask_title: "Réinitialiser votre mot de passe – Compte Mon Ontario",
            code_title: "Entrez le code de réinitialisation – Compte Mon Ontario",
            new_title: "Choisissez un nouveau mot de passe – Compte Mon Ontario",
            new_password: "Nouveau mot de passe",
            save: "Enregistrer le mot de passe",
            changed: "Mot de passe modifié. Connectez-vous.",
        },
    }
}

async fn picture(browser: &Browser, words: &Words, name: &str) {
    browser.screenshot(&format!("{}-recovery-{name}", words.language.code())).await;
}

/// The code in the newest mail to the resident, who got `before` mails before.
async fn code(world: &World, before: usize) -> (String, String) {
    let text = world.mail(&world.resident().0, before + 1).await;
    let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|byte| byte.is_ascii_digit());
    let code = text.lines().map(str::trim).find(is_code).expect("a code");
    let link = text.lines().map(str::trim).find(|line| line.contains("/forgot-password/link?t="));
    (code.to_owned(), link.expect("a link").to_owned())
}

/// From the portal to M9; how many mails there were before.
async fn ask(world: &World, browser: &Browser, words: &Words) -> usize {
    let pages = pages(words);
    browser.goto(&world.portal(&format!("/{}/", words.language.code()))).await;
    browser.click(words.begin).await;
    browser.wait_for_title(words.sign_in_title).await;
    picture(browser, words, "m1").await;
    browser.click(pages.forgot).await;
    browser.wait_for_title(pages.ask_title).await;
    picture(browser, words, "m8").await;
    browser.click(words.continue_).await;
    browser.wait_for_title(&format!("{}{}", words.error, pages.ask_title)).await;
    let before = world.mails_to(&world.resident().0).len();
    browser.fill(words.email, &world.resident().0).await;
    browser.click(words.continue_).await;
    browser.wait_for_title(pages.code_title).await;
    picture(browser, words, "m9").await;
    before
}

/// From M10 to the portal's first question.
async fn set(world: &World, browser: &Browser, words: &Words) {
    let pages = pages(words);
    browser.wait_for_title(pages.new_title).await;
    assert_eq!(browser.value(words.email).await, world.resident().0, "for password managers");
    picture(browser, words, "m10").await;
    browser.fill(pages.new_password, "short").await;
    browser.click(pages.save).await;
    browser.wait_for_title(&format!("{}{}", words.error, pages.new_title)).await;
    picture(browser, words, "m10-errors").await;
    browser.fill(pages.new_password, NEW).await;
    browser.click(pages.save).await;
    browser.wait_for_title(words.sign_in_title).await;
    assert!(browser.text().await.contains(pages.changed));
    picture(browser, words, "m1-changed").await;
    world.sign_in(browser, words, &(world.resident().0, NEW.to_owned())).await;
    browser.wait_for_title(words.transfer_title).await;
}

async fn by_code(words: &Words, options: BrowserOptions) {
    let (world, browser) = (World::start().await, Browser::open(options).await);
    let before = ask(&world, &browser, words).await;
    browser.fill(words.enter_the_code, "000000").await;
    browser.click(words.verify).await;
    browser.wait_for_text(words.code_wrong).await;
    picture(&browser, words, "m9-wrong").await;
    let (code, _) = code(&world, before).await;
    browser.fill(words.enter_the_code, &code).await;
    browser.click(words.verify).await;
    set(&world, &browser, words).await;
}

#[tokio::test]
async fn a_password_is_set_anew_by_code_without_scripts_in_french() {
    by_code(&FRENCH, options(&FRENCH).without_javascript()).await;
}

#[tokio::test]
async fn a_password_is_set_anew_by_code_on_a_phone_in_english() {
    by_code(&ENGLISH, options(&ENGLISH).phone()).await;
}

#[tokio::test]
async fn a_password_is_set_anew_by_link_in_the_same_browser() {
    let (world, browser) = (World::start().await, Browser::open(options(&ENGLISH)).await);
    let before = ask(&world, &browser, &ENGLISH).await;
    let (_, link) = code(&world, before).await;
    browser.goto(&link).await;
    picture(&browser, &ENGLISH, "link").await;
    browser.click(ENGLISH.continue_).await;
    set(&world, &browser, &ENGLISH).await;
}

#[tokio::test]
async fn enter_sends_each_page_of_a_forgotten_password() {
    let (world, browser) = (World::start().await, Browser::open(options(&ENGLISH)).await);
    let pages = pages(&ENGLISH);
    browser.goto(&world.idp("/en/forgot-password")).await;
    let before = world.mails_to(&world.resident().0).len();
    browser.fill(ENGLISH.email, &world.resident().0).await;
    browser.press(Key::Enter).await;
    browser.wait_for_title(pages.code_title).await;
    let (code, _) = code(&world, before).await;
    browser.fill(ENGLISH.enter_the_code, &code).await;
    browser.press(Key::Enter).await;
    browser.wait_for_title(pages.new_title).await;
    browser.fill(pages.new_password, NEW).await;
    browser.press(Key::Enter).await;
    browser.wait_for_title(ENGLISH.sign_in_title).await;
}
