//! Passkeys with Chromium's virtual authenticator: added, renamed, used to sign in, as the second step and to confirm, and
//! removed; what the page says when the device says no.

use crate::words::{ENGLISH, FRENCH, Words};
use crate::world::{PASSWORD, World, options};
use idp_tests::browser::{Browser, VirtualAuthenticator};
use std::time::Duration;

/// What a person looks for, in both languages.
struct Texts {
    passkeys_title: &'static str,
    new_title: &'static str,
    add: &'static str,
    name: &'static str,
    rename: &'static str,
    rename_title: &'static str,
    save: &'static str,
    renamed: &'static str,
    removed: &'static str,
    remove: &'static str,
    remove_title: &'static str,
    sign_in: &'static str,
    use_a_passkey: &'static str,
    use_title: &'static str,
    confirm_title: &'static str,
    cancelled: &'static str,
    exists: &'static str,
    need_javascript: &'static str,
    faster: &'static str,
    signed_out_title: &'static str,
}

const EN: Texts = Texts {
    passkeys_title: "Passkeys – My Ontario Account",
    new_title: "Add a passkey – My Ontario Account",
    add: "Add a passkey",
    name: "Name",
    rename: "Rename",
    rename_title: "Rename passkey – My Ontario Account",
    save: "Save",
    renamed: "Passkey renamed",
    removed: "Passkey removed",
    remove: "Remove",
    remove_title: "Remove passkey – My Ontario Account",
    sign_in: "Sign in with a passkey",
    use_a_passkey: "Use a passkey",
    use_title: "Use a passkey – My Ontario Account",
    confirm_title: "Confirm it’s you – My Ontario Account",
    cancelled: "The passkey was not used. Try again, or choose another way",
    exists: "This device already has a passkey for your account",
    need_javascript: "Passkeys need JavaScript. You can use an authenticator app instead.",
    faster: "Sign in faster next time",
    signed_out_title: "You are signed out. – My Ontario Account",
};

const FR: Texts = Texts {
    passkeys_title: "Clés d’accès – Compte Mon Ontario",
    new_title: "Ajouter une clé d’accès – Compte Mon Ontario",
    add: "Ajouter une clé d’accès",
    name: "Nom",
    rename: "Renommer",
    rename_title: "Renommer la clé d’accès – Compte Mon Ontario",
    save: "Enregistrer",
    renamed: "Clé d’accès renommée",
    removed: "Clé d’accès retirée",
    remove: "Retirer",
    remove_title: "Retirer la clé d’accès – Compte Mon Ontario",
    sign_in: "Se connecter avec une clé d’accès",
    use_a_passkey: "Utiliser une clé d’accès",
    use_title: "Utiliser une clé d’accès – Compte Mon Ontario",
    confirm_title: "Confirmez votre identité – Compte Mon Ontario",
    cancelled: "La clé d’accès n’a pas été utilisée. Réessayez ou choisissez une autre façon",
    exists: "Cet appareil a déjà une clé d’accès pour votre compte",
    need_javascript: "Les clés d’accès exigent JavaScript. Vous pouvez utiliser une application d’authentification.",
    faster: "Se connecter plus vite la prochaine fois",
    signed_out_title: "Votre session est fermée. – Compte Mon Ontario",
};

const ADDRESS: &str = "jo.tremblay@example.test";

/// A person with a new account, on the page after its activation (M5).
async fn activated(words: &Words, texts: &Texts, phone: bool) -> (World, Browser, VirtualAuthenticator) {
    let (world, setting) = (World::start().await, options(words));
    let browser = Browser::open(if phone { setting.phone() } else { setting.size(900, 1000) }).await;
    let device = browser.add_authenticator().await;
    let mail = world.register(&browser, words, ADDRESS).await;
    browser.fill(words.enter_the_code, &mail.code).await;
    browser.click(words.verify).await;
    browser.wait_for_title(words.activated_title).await;
    browser.wait_for_text(texts.faster).await;
    (world, browser, device)
}

async fn sign_out(browser: &Browser, world: &World, words: &Words) {
    browser.goto(&world.idp(&format!("/{}/account/passkeys", words.language.code()))).await;
    browser.click(words.sign_out).await;
}

async fn walk(words: &Words, texts: &Texts, phone: bool) {
    let (world, browser, device) = activated(words, texts, phone).await;
    let l = words.language.code();
    let picture = async |name: &str| {
        browser.execute("scrollTo(0, 0)", vec![]).await;
        browser.screenshot(&format!("{l}-passkey-{name}")).await;
        assert!(!browser.has_horizontal_scroll().await, "{name}");
    };
    picture("1-activated").await;
    // Straight from the new account, and on to the service that waits.
    browser.click(texts.add).await;
    browser.wait_for_title(texts.new_title).await;
    assert!(!browser.text().await.contains(texts.need_javascript));
    browser.fill(texts.name, "Phone").await;
    picture("2-new").await;
    browser.click(texts.add).await;
    browser.wait_for_title(words.transfer_title).await;
    // The list, and another name.
    // The first change asks for it: this session began before there was one.
    browser.goto(&world.idp(&format!("/{l}/account/passkeys"))).await;
    browser.click(&format!("{} Phone", texts.rename)).await;
    browser.wait_for_title(texts.use_title).await;
    browser.click(texts.use_a_passkey).await;
    browser.wait_for_title(texts.passkeys_title).await;
    browser.click(&format!("{} Phone", texts.rename)).await;
    browser.wait_for_title(texts.rename_title).await;
    browser.fill(texts.name, "Téléphone").await;
    browser.click(texts.save).await;
    browser.wait_for_text(texts.renamed).await;
    picture("3-list").await;
    // The same device makes no second one.
    browser.click(texts.add).await;
    browser.wait_for_title(texts.new_title).await;
    browser.click(texts.add).await;
    browser.wait_for_text(texts.exists).await;
    // Signing in with it alone.
    sign_out(&browser, &world, words).await;
    browser.wait_for_title(texts.signed_out_title).await;
    // The page offers it in the field's list, and this device takes what it is offered at once.
    browser.goto(&world.idp(&format!("/{l}/sign-in"))).await;
    browser.wait_for_title(words.your_account_title).await;
    // As the second step; the first answer of the device is no.
    sign_out(&browser, &world, words).await;
    browser.wait_for_title(texts.signed_out_title).await;
    device.set_user_verified(false).await;
    browser.goto(&world.idp(&format!("/{l}/sign-in"))).await;
    world.sign_in(&browser, words, &(ADDRESS.into(), PASSWORD.into())).await;
    browser.wait_for_title(texts.use_title).await;
    browser.click(texts.use_a_passkey).await;
    browser.wait_for_text(texts.cancelled).await;
    assert_eq!(browser.focused().await, "passkey-form-status");
    picture("5-refused").await;
    device.set_user_verified(true).await;
    browser.click(texts.use_a_passkey).await;
    browser.wait_for_title(words.your_account_title).await;
    // Asked again after five minutes.
    world.advance(Duration::from_secs(301));
    browser.goto(&world.idp(&format!("/{l}/account/passkeys"))).await;
    browser.wait_for_title(texts.confirm_title).await;
    picture("6-confirm").await;
    browser.click(texts.use_a_passkey).await;
    browser.wait_for_title(texts.passkeys_title).await;
    browser.click(&format!("{} Téléphone", texts.remove)).await;
    browser.wait_for_title(texts.remove_title).await;
    picture("7-remove").await;
    browser.click(texts.remove).await;
    browser.wait_for_text(texts.removed).await;
}

#[tokio::test]
async fn a_passkey_from_its_making_to_its_end_in_english() {
    walk(&ENGLISH, &EN, false).await;
}

#[tokio::test]
async fn a_passkey_from_its_making_to_its_end_in_french_on_a_phone() {
    walk(&FRENCH, &FR, true).await;
}

#[tokio::test]
async fn without_javascript_no_button_is_dead_and_the_page_says_why() {
    for (words, texts) in [(&ENGLISH, &EN), (&FRENCH, &FR)] {
        let (world, browser) =
            (World::start().await, Browser::open(options(words).without_javascript()).await);
        let l = words.language.code();
        browser.goto(&world.idp(&format!("/{l}/sign-in"))).await;
        assert!(!browser.text().await.contains(texts.sign_in));
        world.sign_in(&browser, words, &world.resident()).await;
        browser.wait_for_title(ENGLISH.your_account_title).await;
        browser.goto(&world.idp(&format!("/{l}/account/passkeys/new"))).await;
        browser.wait_for_text(texts.need_javascript).await;
        assert_eq!(browser.text().await.matches(texts.add).count(), 1, "the heading alone: no button");
    }
}
