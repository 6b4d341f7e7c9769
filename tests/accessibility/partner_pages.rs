//! The pages of a sign-in partner's hub (P1 to P3), and ours on the way back (P4 to P7).

use crate::inspector::Inspector;
use crate::world::World;
use demo::{PARTNER_PASSWORD, PARTNER_USER};
use fantoccini::Locator;
use std::time::Duration;

const ADDRESS: &str = "lou.banked@example.test";

async fn wait_for(inspector: &Inspector<'_>, selector: &str) {
    inspector.browser.client().wait().for_element(Locator::Css(selector)).await.unwrap();
}

pub async fn look_at_all(world: &World, inspector: &mut Inspector<'_>) {
    let l = inspector.words.language.code();
    inspector.go_and_look(&world.idp(&format!("/{l}/sign-in?partner=failed")), "sign in").await;
    inspector.go_and_look(&world.idp(&format!("/{l}/sign-in?partner=declined")), "sign in").await;
    inspector.press("#partner-form button").await;
    wait_for(inspector, "#language-en").await;
    inspector.look("hub's language").await;
    inspector.press(&format!("#language-{l} button")).await;
    wait_for(inspector, "#partners").await;
    inspector.look("hub's partners").await;
    inspector.press("#partner-winter").await;
    wait_for(inspector, ".ontario-alert--warning").await;
    inspector.look("hub's partners").await;
    inspector.press("#partner-granite").await;
    wait_for(inspector, "#user").await;
    inspector.look("bank's sign-in").await;
    inspector.press("#sign-in").await;
    wait_for(inspector, "#error-summary").await;
    inspector.look("bank's sign-in").await;
    for (field, value) in [("#user", PARTNER_USER), ("#password", PARTNER_PASSWORD)] {
        inspector.browser.client().find(Locator::Css(field)).await.unwrap().send_keys(value).await.unwrap();
    }
    inspector.press("#sign-in").await;
    wait_for(inspector, "#accept").await;
    inspector.look("hub's terms").await;
    inspector.press("#accept").await;
    wait_for(inspector, "#email").await;
    inspector.look("partner's email").await;
    inspector.press("#continue").await;
    wait_for(inspector, "#error-summary").await;
    inspector.look("partner's email").await;
    inspector.browser.fill(inspector.words.email, ADDRESS).await;
    inspector.press("#continue").await;
    wait_for(inspector, "#time-left").await;
    inspector.look("verify").await;
    inspector.press("#continue").await;
    wait_for(inspector, "#error-summary").await;
    inspector.look("verify").await;
    world.advance(Duration::from_secs(31));
    inspector.press("#again").await;
    wait_for(inspector, ".ontario-alert--success").await;
    inspector.look("verify").await;
    let mail = world.mail(ADDRESS, 2).await;
    let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|byte| byte.is_ascii_digit());
    let code = mail.lines().map(str::trim).find(is_code).expect("a code").to_owned();
    inspector.browser.client().find(Locator::Css("#code")).await.unwrap().send_keys(&code).await.unwrap();
    inspector.browser.client().find(Locator::Css("#terms")).await.unwrap().send_keys(" ").await.unwrap();
    inspector.press("#continue").await;
    wait_for(inspector, "#partner-done-page").await;
    inspector.look("partner's account ready").await;
    look_at_unlinking(world, inspector).await;
    inspector.browser.goto(&world.idp(&format!("/{l}/account"))).await;
    inspector.press(".app-bar-button").await;
    let signed_out = match l {
        "en" => "You are signed out. – My Ontario Account",
        _ => "Votre session est fermée. – Compte Mon Ontario",
    };
    inspector.browser.wait_for_title(signed_out).await;
}

/// C2's pages about linked partners; the only way to sign in stays.
async fn look_at_unlinking(world: &World, inspector: &mut Inspector<'_>) {
    let l = inspector.words.language.code();
    inspector.go_and_look(&world.idp(&format!("/{l}/account/partners")), "linked partners").await;
    inspector.browser.screenshot(&format!("partners-{l}")).await;
    inspector.press("#partners a").await;
    wait_for(inspector, "#unlink-form").await;
    inspector.look("unlink a partner").await;
    inspector.press("#unlink-form button").await;
    wait_for(inspector, "#refused").await;
    inspector.look("unlink a partner").await;
    inspector.browser.screenshot(&format!("partners-refused-{l}")).await;
}
