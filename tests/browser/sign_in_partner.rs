//! The second journey of guide S2 (pages.md section 10, walk 2): portal, sign-in page, hub, address, code, portal; once letting
//! the five minutes pass; then once more, straight to the portal.

use crate::words::{ENGLISH, FRENCH, Words};
use crate::world::{World, options, tick};
use demo::{PARTNER_PASSWORD, PARTNER_USER};
use idp_tests::browser::{Browser, BrowserOptions};
use std::time::Duration;

const ADDRESS: &str = "banked@example.test";

/// What only the partner's journeys read.
pub struct PartnerWords {
    pub partner: &'static str,
    pub language: &'static str,
    pub choose_title: &'static str,
    pub bank: &'static str,
    pub user: &'static str,
    pub hub_sign_in: &'static str,
    pub hub_terms: &'static str,
    pub accept: &'static str,
    pub email_title: &'static str,
    pub verify_title: &'static str,
    pub code: &'static str,
    pub terms: &'static str,
    pub expired: &'static str,
    pub again: &'static str,
    pub done_title: &'static str,
    pub done: &'static str,
}

pub const EN: PartnerWords = PartnerWords {
    partner: "Sign-in partner",
    language: "English",
    choose_title: "Choose your sign-in partner – Sign-in service (test)",
    bank: "Boreal Test Bank",
    user: "User name",
    hub_sign_in: "Sign in",
    hub_terms: "Terms of the sign-in service – Sign-in service (test)",
    accept: "Accept and continue",
    email_title: "Enter your email address to continue – My Ontario Account",
    verify_title: "Verify by email – My Ontario Account",
    code: "Verification code",
    terms: "I accept the terms of use for validating the account",
    expired: "This code has expired. Send a new code",
    again: "Send a code again",
    done_title: "Your account is ready – My Ontario Account",
    done: "Your account is ready. Continue to ServiceOntario account.",
};

pub const FR: PartnerWords = PartnerWords {
    partner: "Partenaire de connexion",
    language: "Français",
    choose_title: "Choisissez votre partenaire de connexion – Service de connexion (essai)",
    bank: "Banque d’essai Boréale",
    user: "Nom d’utilisateur",
    hub_sign_in: "Se connecter",
    hub_terms: "Conditions du service de connexion – Service de connexion (essai)",
    accept: "Accepter et continuer",
    email_title: "Entrez votre adresse courriel pour continuer – Compte Mon Ontario",
    verify_title: "Vérification par courriel – Compte Mon Ontario",
    code: "Code de vérification",
    terms: "J’accepte les conditions d’utilisation pour la validation du compte",
    expired: "Ce code a expiré. Envoyez un nouveau code",
    again: "Envoyer de nouveau un code",
    done_title: "Votre compte est prêt – Compte Mon Ontario",
    done: "Votre compte est prêt. Continuez vers Compte ServiceOntario.",
};

/// From the portal's first page to the bank, and signs in there.
pub async fn to_bank(world: &World, browser: &Browser, words: &Words, own: &PartnerWords) {
    browser.goto(&world.portal(&format!("/{}/", words.language.code()))).await;
    browser.click(words.begin).await;
    browser.wait_for_title(words.sign_in_title).await;
    browser.click(own.partner).await;
    browser.wait_for_text(own.language).await;
    browser.click(own.language).await;
    browser.wait_for_title(own.choose_title).await;
    is_narrow_enough(browser).await;
    browser.click(own.bank).await;
    browser.fill(own.user, PARTNER_USER).await;
    browser.fill(words.password, PARTNER_PASSWORD).await;
    is_narrow_enough(browser).await;
    browser.click(own.hub_sign_in).await;
}

async fn is_narrow_enough(browser: &Browser) {
    assert!(!browser.has_horizontal_scroll().await, "{}", browser.url().await);
}

/// The six digits of the `number`th mail.
pub async fn code(world: &World, address: &str, number: usize) -> String {
    let mail = world.mail(address, number).await;
    let is_code = |line: &&str| line.len() == 6 && line.bytes().all(|byte| byte.is_ascii_digit());
    mail.lines().map(str::trim).find(is_code).expect("a code on a line of its own").to_owned()
}

async fn walk(words: &Words, own: &PartnerWords, options: BrowserOptions, scripts: bool) {
    let (world, browser) = (World::start().await, Browser::open(options).await);
    let picture = async |name: &str| {
        browser.execute("scrollTo(0, 0)", vec![]).await;
        browser.screenshot(&format!("{}-partner-{name}", words.language.code())).await;
    };
    to_bank(&world, &browser, words, own).await;
    browser.wait_for_title(own.hub_terms).await;
    picture("terms").await;
    browser.click(own.accept).await;
    browser.wait_for_title(own.email_title).await;
    is_narrow_enough(&browser).await;
    picture("email").await;
    browser.fill(words.email, ADDRESS).await;
    browser.click(words.continue_).await;
    browser.wait_for_title(own.verify_title).await;
    is_narrow_enough(&browser).await;
    let left = browser.execute("return document.getElementById('time-left').hidden", vec![]).await;
    assert_eq!(left, serde_json::json!(!scripts), "the minutes left are shown by the script");
    picture("verify").await;
    // The five minutes pass.
    let first = code(&world, ADDRESS, 1).await;
    world.advance(Duration::from_secs(301));
    browser.fill(own.code, &first).await;
    tick(&browser, own.terms).await;
    browser.click(words.continue_).await;
    browser.wait_for_text(own.expired).await;
    browser.click(own.again).await;
    browser.wait_for_text(words.new_email_sent).await;
    // The box is still checked.
    let second = code(&world, ADDRESS, 2).await;
    browser.fill(own.code, &second).await;
    browser.click(words.continue_).await;
    browser.wait_for_title(own.done_title).await;
    assert!(browser.text().await.contains(own.done));
    picture("done").await;
    browser.click(words.continue_).await;
    world.has_no_one_key(&browser, words).await;
    browser.wait_for_title(words.set_up_title).await;
    assert_eq!(browser.value(words.email).await, ADDRESS);
    tick(&browser, words.accept_conditions).await;
    browser.click(words.continue_).await;
    browser.wait_for_title(words.created_title).await;
    browser.click(words.continue_).await;
    browser.wait_for_title(words.home_title).await;
    browser.click(words.sign_out).await;
    browser.wait_for_title(words.landing_title).await;
    // A later visit leads straight on: neither terms nor address nor code.
    to_bank(&world, &browser, words, own).await;
    browser.wait_for_title(words.home_title).await;
}

#[tokio::test]
async fn in_english_without_javascript_in_a_narrow_window() {
    walk(&ENGLISH, &EN, options(&ENGLISH).without_javascript().size(520, 900), false).await;
}

#[tokio::test]
async fn in_french_with_javascript() {
    walk(&FRENCH, &FR, options(&FRENCH), true).await;
}
