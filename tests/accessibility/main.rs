//! Every page of the identity server, the portal and the mailbox, in both languages, on a desktop and on a phone of
//! 320 px: axe-core finds nothing, nothing scrolls sideways, titles tell pages apart and begin with "Error" exactly
//! where a page tells errors.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what goes wrong fails the test, and says where"
)]

mod console_pages;
mod extra_verification_pages;
mod inspector;
mod justice;
#[path = "../browser/justice_words.rs"]
mod justice_words;
mod one_key_pages;
mod partner_pages;
#[path = "../browser/words.rs"]
mod words;
#[path = "../browser/world.rs"]
mod world;

use fantoccini::Locator;
use idp_tests::browser::{Browser, BrowserOptions};
use inspector::Inspector;
use std::time::Duration;
use words::{ENGLISH, FRENCH, Words};
use world::{World, options, tick};

const ADDRESS: &str = "lou.martin@example.test";
const MAIL: &str = "Activate My Ontario Account / Activer le compte Mon Ontario";

async fn look_at_every_page(words: &Words, options: BrowserOptions, phone: bool) {
    let world = World::start().await;
    let mut inspector = Inspector::new(Browser::open(options).await, words, phone);
    public_pages_of_the_portal(&world, &mut inspector).await;
    public_pages_of_the_identity_server(&world, &mut inspector).await;
    setting_a_password_anew(&world, &mut inspector).await;
    partner_pages::look_at_all(&world, &mut inspector).await;
    creating_an_account(&world, &mut inspector).await;
    carrying_a_one_key_account_over(&world, &mut inspector).await;
    the_portals_account(&world, &mut inspector).await;
    signed_in_at_the_identity_server(&world, &mut inspector).await;
    one_key_pages::look_at_all(&world, &mut inspector).await;
    extra_verification_pages::look_at_all(&world, &mut inspector).await;
    console_pages::look_at_all(&world, &mut inspector).await;
    the_mailbox(&world, &mut inspector).await;
    justice::every_page(&world, &mut inspector).await;
    inspector.assert_no_faults();
}

async fn public_pages_of_the_portal(world: &World, inspector: &mut Inspector<'_>) {
    let l = inspector.words.language.code();
    for (page, path) in [
        ("landing", ""),
        ("landing", "?notice=cancelled"),
        ("landing", "?notice=signed-out"),
        ("landing", "?notice=signed-out-here-only"),
        ("portal's terms", "terms"),
        ("portal's session expired", "session-expired"),
        ("portal's not found", "nothing-here"),
    ] {
        inspector.go_and_look(&world.portal(&format!("/{l}/{path}")), page).await;
    }
    inspector
        .go_and_look(&world.portal("/callback?state=unknown&code=unknown"), "sign-in not finished")
        .await;
    inspector.go_and_look(&world.mailbox(&format!("/{l}/")), "mails").await;
    inspector.go_and_look(&world.mailbox(&format!("/{l}/mail/none.eml")), "mailbox's not found").await;
}

async fn public_pages_of_the_identity_server(world: &World, inspector: &mut Inspector<'_>) {
    let l = inspector.words.language.code();
    for (page, path) in [
        ("sign in", "sign-in"),
        ("create an account", "create-account"),
        ("forgotten password", "forgot-password"),
        ("no reset", "forgot-password/code"),
        ("terms", "terms"),
        ("privacy", "privacy"),
        ("accessibility", "accessibility"),
        ("cookies", "cookies"),
        ("help", "help"),
        ("contact", "contact"),
        ("not found", "nothing-here"),
        ("link expired", "activate?t=unknown"),
        ("session expired", "session-expired"),
        ("signed out", "signed-out"),
        ("nothing to verify", "create-account/verify"),
        ("ONE-key sign in", "one-key/sign-in"),
        ("ONE-key registration", "one-key/register"),
        ("ONE-key recovery", "one-key/recover"),
        ("ONE-key ID recovery", "one-key/recover/id"),
        ("receipt check", "receipts/verify"),
    ] {
        inspector.go_and_look(&world.idp(&format!("/{l}/{path}")), page).await;
    }
    inspector.go_and_look(&world.idp("/authorize?client_id=unknown"), "request not valid").await;
}

async fn setting_a_password_anew(world: &World, inspector: &mut Inspector<'_>) {
    let words = inspector.words;
    let (address, l) = (world.resident().0, words.language.code());
    let before = world.mails_to(&address).len();
    inspector.browser.goto(&world.idp(&format!("/{l}/forgot-password"))).await;
    inspector.press("#f button[type=submit]").await;
    inspector.look("forgotten password").await;
    inspector.browser.fill(words.email, &address).await;
    inspector.browser.click(words.continue_).await;
    inspector.browser.wait_for_text(words.no_email).await;
    inspector.look("reset code").await;
    inspector.browser.fill(words.enter_the_code, "000000").await;
    inspector.browser.click(words.verify).await;
    inspector.browser.wait_for_text(words.code_wrong).await;
    inspector.look("reset code").await;
    let mail = world.mail(&address, before + 1).await;
    let link =
        mail.lines().map(str::trim).find(|line| line.contains(&format!("/{l}/forgot-password/link?t=")));
    inspector.go_and_look(link.expect("a link"), "forgotten password").await;
    inspector.browser.click(words.continue_).await;
    inspector.browser.client().wait().for_element(Locator::Css("#save")).await.unwrap();
    inspector.look("new password").await;
    inspector.press("#save").await;
    inspector.look("new password").await;
}

async fn creating_an_account(world: &World, inspector: &mut Inspector<'_>) {
    let words = inspector.words;
    world.go_to_create_account(&inspector.browser, words).await;
    inspector.browser.click(words.create_an_account).await;
    inspector.wait_for_errors(words.create_title).await;
    inspector.look("create an account").await;
    inspector.browser.fill(words.email, "lou@example").await;
    inspector.browser.fill(words.password, "lou").await;
    inspector.browser.click(words.create_an_account).await;
    inspector.wait_for_errors(words.create_title).await;
    inspector.look("create an account").await;
    world.fill_in_new_account(&inspector.browser, words, ADDRESS).await;
    // The script has marked the rules.
    inspector.look("create an account").await;
    inspector.browser.click(words.create_an_account).await;
    inspector.browser.wait_for_title(words.verify_title).await;
    inspector.look("verify").await;
    inspector.browser.click(words.verify).await;
    inspector.wait_for_errors(words.verify_title).await;
    inspector.look("verify").await;
    inspector.browser.click(words.send_it_again).await;
    inspector.browser.wait_for_title(words.verify_title).await;
    inspector.look("verify").await;
    world.advance(Duration::from_secs(31));
    inspector.browser.click(words.send_it_again).await;
    inspector.browser.wait_for_text(words.new_email_sent).await;
    inspector.look("verify").await;
    let mail = world.activation_mail(ADDRESS, 2).await;
    inspector.go_and_look(&mail.link, "activate").await;
    inspector.browser.client().back().await.unwrap();
    inspector.browser.fill(words.enter_the_code, &mail.code).await;
    inspector.browser.click(words.verify).await;
    inspector.browser.wait_for_title(words.activated_title).await;
    inspector.look("activated").await;
    inspector.browser.client().back().await.unwrap();
    inspector.browser.wait_for_text(words.step_done).await;
    inspector.look("step done").await;
    inspector.browser.click(words.continue_).await;
}

async fn carrying_a_one_key_account_over(world: &World, inspector: &mut Inspector<'_>) {
    let words = inspector.words;
    inspector.browser.wait_for_title(words.transfer_title).await;
    inspector.look("transfer").await;
    inspector.browser.click(words.continue_).await;
    inspector.wait_for_errors(words.transfer_title).await;
    inspector.look("transfer").await;
    inspector.browser.choose(words.transfer_no).await;
    inspector.browser.click(words.continue_).await;
    inspector.browser.wait_for_title(words.confirm_no_title).await;
    inspector.look("confirm no").await;
    inspector.browser.click(words.confirm).await;
    inspector.wait_for_errors(words.confirm_no_title).await;
    inspector.look("confirm no").await;
    inspector.browser.click(words.go_back).await;
    inspector.browser.wait_for_title(words.transfer_title).await;
    inspector.browser.choose(words.transfer_yes).await;
    inspector.browser.click(words.continue_).await;
    inspector.browser.wait_for_title(words.details_title).await;
    inspector.look("ONE-key details").await;
    inspector.browser.click(words.continue_).await;
    inspector.wait_for_errors(words.details_title).await;
    inspector.look("ONE-key details").await;
    let details = inspector.browser.url().await;
    inspector.browser.client().find(Locator::Id("help")).await.unwrap().click().await.unwrap();
    inspector.look("ONE-key help").await;
    inspector.go_and_look(&details, "ONE-key details").await;
    let (id, password) = world.one_key("erable.rouge");
    inspector.browser.fill(words.one_key_id, &id).await;
    inspector.browser.fill(words.password, &password).await;
    inspector.browser.click(words.continue_).await;
    inspector.browser.wait_for_title(words.transferred_title).await;
    inspector.look("transferred").await;
    let transferred = inspector.browser.url().await;
    let receipt = format!("/{}/transfer/receipt", words.language.code());
    inspector.go_and_look(&world.idp(&receipt), "receipt").await;
    inspector.go_and_look(&transferred, "transferred").await;
    inspector.browser.click(words.continue_).await;
}

async fn the_portals_account(world: &World, inspector: &mut Inspector<'_>) {
    let words = inspector.words;
    let l = words.language.code();
    inspector.browser.wait_for_title(words.home_title).await;
    inspector.look("portal's home").await;
    inspector.go_and_look(&world.portal(&format!("/{l}/home?month=2001-01")), "portal's home").await;
    inspector.browser.click(words.sign_out).await;
    inspector.browser.wait_for_title(words.landing_title).await;
    inspector.browser.click(words.begin).await;
    inspector.browser.wait_for_title(words.sign_in_title).await;
    world.sign_in(&inspector.browser, words, &world.resident()).await;
    world.has_no_one_key(&inspector.browser, words).await;
    inspector.browser.wait_for_title(words.set_up_title).await;
    inspector.look("set up").await;
    inspector.browser.click(words.continue_).await;
    inspector.wait_for_errors(words.set_up_title).await;
    inspector.look("set up").await;
    tick(&inspector.browser, words.accept_conditions).await;
    inspector.browser.click(words.continue_).await;
    inspector.browser.wait_for_title(words.created_title).await;
    inspector.look("created").await;
    inspector.browser.click(words.continue_).await;
    inspector.browser.wait_for_title(words.home_title).await;
    inspector.look("portal's home").await;
    what_the_portals_account_holds(world, inspector).await;
    inspector.browser.click(words.sign_out).await;
    inspector.browser.wait_for_title(words.landing_title).await;
    inspector.browser.click(words.begin).await;
    inspector.browser.wait_for_title(words.sign_in_title).await;
    world.sign_in(&inspector.browser, words, &(ADDRESS.to_owned(), world::PASSWORD.to_owned())).await;
    inspector.browser.wait_for_title(words.home_title).await;
}

async fn what_the_portals_account_holds(world: &World, inspector: &mut Inspector<'_>) {
    let l = inspector.words.language.code();
    let at = |page: &str| world.portal(&format!("/{l}/{page}"));
    let press = async |inspector: &Inspector<'_>, css: &str| {
        inspector.browser.client().find(Locator::Css(css)).await.unwrap().click().await.unwrap();
    };
    inspector.go_and_look(&at("profiles/new"), "portal's new profile").await;
    let title = inspector.browser.title().await;
    press(inspector, "#f button.ontario-button--primary").await;
    inspector.wait_for_errors(&title).await;
    inspector.look("portal's new profile with errors").await;
    inspector.go_and_look(&at("services"), "portal's services").await;
    press(inspector, "#start-security-guard").await;
    let applicant = inspector.browser.client().wait().for_element(Locator::Id("applicant")).await.unwrap();
    inspector.look("portal's draft").await;
    applicant.send_keys("Zoë").await.unwrap();
    let draft = inspector.browser.url().await;
    inspector.go_and_look(&format!("{draft}/delete"), "portal's confirmation").await;
    for (page, name) in [
        ("drafts", "portal's drafts"),
        ("activities", "portal's activities"),
        ("messages", "portal's messages"),
        ("messages/1", "portal's not found"),
        ("profiles", "portal's profiles"),
        ("settings", "portal's settings"),
        ("settings/close", "portal's closing"),
        ("services/submitted", "portal's application submitted"),
        ("closed", "portal's account closed"),
        ("session-expired?page=home&kept=draft", "portal's session expired"),
        ("home", "portal's home"),
    ] {
        inspector.go_and_look(&at(page), name).await;
    }
}

async fn signed_in_at_the_identity_server(world: &World, inspector: &mut Inspector<'_>) {
    let words = inspector.words;
    let l = words.language.code();
    inspector.go_and_look(&world.idp(&format!("/{l}/account")), "account").await;
    inspector.browser.execute("document.querySelector('dialog').showModal()", vec![]).await;
    inspector.look("account").await;
    for (path, page) in [
        ("profile", "profile"),
        ("security", "security"),
        ("sessions", "sessions"),
        ("activity", "activity"),
        ("activity/not-me", "not me"),
        ("services", "connected services"),
        ("services/disconnect?service=serviceontario-account", "disconnect"),
        ("transfer", "transfer status"),
        ("password", "change password"),
        ("email", "change email"),
        ("data", "data"),
        ("close", "close account"),
    ] {
        inspector.go_and_look(&world.idp(&format!("/{l}/account/{path}")), page).await;
    }
    inspector.go_and_look(&world.idp(&format!("/{l}/sign-out")), "sign out").await;
    let client = "client_id=serviceontario-account";
    inspector.go_and_look(&world.idp(&format!("/end-session?{client}&ui_locales={l}")), "sign out").await;
    let (callback, challenge) = (world.portal("/callback"), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    for (prompt, page) in [("select_account", "choose an account"), ("consent", "consent")] {
        let request = format!(
            "/authorize?{client}&response_type=code&scope=openid+email+profile&state=s&nonce=n&prompt={prompt}\
             &redirect_uri={callback}&code_challenge={challenge}&code_challenge_method=S256&ui_locales={l}"
        );
        inspector.go_and_look(&world.idp(&request), page).await;
    }
    // Another browser: the link asks for the code, the password is wrong.
    inspector.browser.client().delete_all_cookies().await.unwrap();
    let address = world.register(&inspector.browser, words, "second@example.test").await;
    inspector.browser.client().delete_all_cookies().await.unwrap();
    inspector.go_and_look(&address.link, "use the code").await;
    inspector.browser.goto(&world.idp(&format!("/{l}/sign-in"))).await;
    inspector.browser.click(words.sign_in).await;
    inspector.wait_for_errors(words.sign_in_title).await;
    inspector.look("sign in").await;
    world.sign_in(&inspector.browser, words, &(ADDRESS.into(), "not-the-Password-1".into())).await;
    inspector.wait_for_errors(words.sign_in_title).await;
    inspector.look("sign in").await;
}

async fn the_mailbox(world: &World, inspector: &mut Inspector<'_>) {
    let l = inspector.words.language.code();
    inspector.go_and_look(&world.mailbox(&format!("/{l}/")), "mails").await;
    inspector.browser.click(MAIL).await;
    inspector.look("mail").await;
    assert!(inspector.browser.client().find(Locator::Css("iframe")).await.is_ok());
}

#[tokio::test]
async fn in_english_on_a_desktop() {
    look_at_every_page(&ENGLISH, options(&ENGLISH), false).await;
}

#[tokio::test]
async fn in_english_on_a_phone() {
    look_at_every_page(&ENGLISH, options(&ENGLISH).phone(), true).await;
}

#[tokio::test]
async fn in_french_on_a_desktop() {
    look_at_every_page(&FRENCH, options(&FRENCH), false).await;
}

#[tokio::test]
async fn in_french_on_a_phone() {
    look_at_every_page(&FRENCH, options(&FRENCH).phone(), true).await;
}
