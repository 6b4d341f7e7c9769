//! P6 with a passkey: a person of the partner whose address has an account already links it by the account's passkey. Without
//! JavaScript the page offers the password alone, and nothing on it is dead.

use crate::sign_in_partner::{EN, FR, PartnerWords, code, to_bank};
use crate::words::{ENGLISH, FRENCH, Words};
use crate::world::{PASSWORD, World, options, tick};
use idp_tests::browser::Browser;
use serde_json::{Value, json};
use std::time::Duration;

const ADDRESS: &str = "linked@example.test";

struct LinkWords {
    faster: &'static str,
    add_a_passkey: &'static str,
    new_title: &'static str,
    signed_out_title: &'static str,
    link_title: &'static str,
    link_text: &'static str,
    offer: &'static str,
    use_title: &'static str,
    cancelled: &'static str,
    link: &'static str,
    need_javascript: &'static str,
    another_way: &'static str,
}

const EN_LINK: LinkWords = LinkWords {
    faster: "Sign in faster next time",
    add_a_passkey: "Add a passkey",
    new_title: "Add a passkey – My Ontario Account",
    signed_out_title: "You are signed out. – My Ontario Account",
    link_title: "Link to your account – My Ontario Account",
    link_text: "There is already an account for this email. Sign in once to link your partner.",
    offer: "Sign in with a passkey",
    use_title: "Use a passkey – My Ontario Account",
    cancelled: "The passkey was not used. Try again, or choose another way",
    link: "Link",
    need_javascript: "Passkeys need JavaScript.",
    another_way: "Use another way",
};

const FR_LINK: LinkWords = LinkWords {
    faster: "Se connecter plus vite la prochaine fois",
    add_a_passkey: "Ajouter une clé d’accès",
    new_title: "Ajouter une clé d’accès – Compte Mon Ontario",
    signed_out_title: "Votre session est fermée. – Compte Mon Ontario",
    link_title: "Associer à votre compte – Compte Mon Ontario",
    link_text: "Un compte existe déjà pour ce courriel. Connectez-vous une fois pour associer votre partenaire.",
    offer: "Se connecter avec une clé d’accès",
    use_title: "Utiliser une clé d’accès – Compte Mon Ontario",
    cancelled: "La clé d’accès n’a pas été utilisée. Réessayez ou choisissez une autre façon",
    link: "Associer",
    need_javascript: "Les clés d’accès exigent JavaScript.",
    another_way: "Utiliser une autre façon",
};

/// Makes an account with a password and a passkey of this browser's device, and signs out.
async fn account_with_passkey(world: &World, browser: &Browser, words: &Words, link: &LinkWords) {
    let mail = world.register(browser, words, ADDRESS).await;
    browser.fill(words.enter_the_code, &mail.code).await;
    browser.click(words.verify).await;
    browser.wait_for_title(words.activated_title).await;
    browser.wait_for_text(link.faster).await;
    browser.click(link.add_a_passkey).await;
    browser.wait_for_title(link.new_title).await;
    browser.click(link.add_a_passkey).await;
    browser.wait_for_title(words.transfer_title).await;
    browser.goto(&world.idp(&format!("/{}/account/passkeys", words.language.code()))).await;
    browser.click(words.sign_out).await;
    browser.wait_for_title(link.signed_out_title).await;
    world.advance(Duration::from_secs(31));
}

/// By the partner to P6, with the account's address and a mail that proves it.
async fn to_link(world: &World, browser: &Browser, (words, own, link): (&Words, &PartnerWords, &LinkWords)) {
    to_bank(world, browser, words, own).await;
    browser.wait_for_title(own.hub_terms).await;
    browser.click(own.accept).await;
    browser.wait_for_title(own.email_title).await;
    let mails = world.mails_to(ADDRESS).len();
    browser.fill(words.email, ADDRESS).await;
    browser.click(words.continue_).await;
    browser.wait_for_title(own.verify_title).await;
    browser.fill(own.code, &code(world, ADDRESS, mails + 1).await).await;
    tick(browser, own.terms).await;
    browser.click(words.continue_).await;
    browser.wait_for_title(link.link_title).await;
    assert!(browser.text().await.contains(link.link_text));
    assert!(!browser.has_horizontal_scroll().await);
}

/// The words of every button and link in the content that can be seen.
async fn controls(browser: &Browser) -> Vec<String> {
    let script = "return [...document.querySelectorAll('main button, main a[href]')]\
                  .filter((one) => one.checkVisibility()).map((one) => one.innerText.trim())";
    let found: Value = browser.execute(script, vec![]).await;
    found.as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect()
}

async fn walk(words: &Words, own: &PartnerWords, link: &LinkWords) {
    let world = World::start().await;
    let browser = Browser::open(options(words).size(520, 900)).await;
    let device = browser.add_authenticator().await;
    account_with_passkey(&world, &browser, words, link).await;
    // The sign-in page offers the passkey too, and this device would take it at once.
    device.set_user_verified(false).await;
    to_link(&world, &browser, (words, own, link)).await;
    browser.wait_for_text(link.offer).await;
    browser.screenshot(&format!("{}-partner-link-passkey", words.language.code())).await;
    // The device says no: nothing is linked, and the page says what to do.
    browser.click(link.offer).await;
    browser.wait_for_text(link.cancelled).await;
    assert_eq!(browser.focused().await, "passkey-form-status");
    device.set_user_verified(true).await;
    browser.click(link.offer).await;
    browser.wait_for_title(own.done_title).await;
    browser.click(words.continue_).await;
    world.has_no_one_key(&browser, words).await;
    browser.wait_for_title(words.set_up_title).await;
    assert_eq!(browser.value(words.email).await, ADDRESS);
}

#[tokio::test]
async fn a_passkey_links_the_partner_in_english() {
    walk(&ENGLISH, &EN, &EN_LINK).await;
}

#[tokio::test]
async fn a_passkey_links_the_partner_in_french() {
    walk(&FRENCH, &FR, &FR_LINK).await;
}

#[tokio::test]
async fn without_javascript_the_page_offers_the_password_alone_and_nothing_is_dead() {
    for (words, own, link) in [(&ENGLISH, &EN, &EN_LINK), (&FRENCH, &FR, &FR_LINK)] {
        let world = World::start().await;
        let with_device = Browser::open(options(words)).await;
        let _device = with_device.add_authenticator().await;
        account_with_passkey(&world, &with_device, words, link).await;
        let browser = Browser::open(options(words).size(520, 900).without_javascript()).await;
        to_link(&world, &browser, (words, own, link)).await;
        assert!(!browser.text().await.contains(link.offer));
        browser.screenshot(&format!("{}-partner-link-plain", words.language.code())).await;
        let shown = controls(&browser).await;
        assert_eq!(shown.first(), Some(&link.link.to_owned()), "{shown:?}");
        // Every form that can be sent has a button that can be seen, and every button a form that can.
        let script = "return [...document.querySelectorAll('main button')].filter((one) => one.checkVisibility())\
                      .every((one) => one.form !== null && one.form.method === 'post' && !one.form.hidden)";
        assert_eq!(browser.execute(script, vec![]).await, json!(true));
        browser.fill(words.password, PASSWORD).await;
        browser.click(link.link).await;
        // The passkey is the account's second step: the page says why it can't be used, and names the other way.
        browser.wait_for_title(link.use_title).await;
        browser.wait_for_text(link.need_javascript).await;
        assert!(controls(&browser).await.contains(&link.another_way.to_owned()));
    }
}
