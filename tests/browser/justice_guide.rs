//! Guide S1, and the way of guide S0 through My Services, walked in the demonstration: ONE-key's own sign-in page, a new ONE-key
//! ID, All services from A to Z, Justice Services Online, registration, and what the home page offers. Both guides' way from the
//! civil and family pages is walk 5 of [`crate::justice`].

use crate::justice::{ID, PASSWORD, Walk};
use crate::justice_words::{ENGLISH, FRENCH};
use crate::world::{options, tick};

/// What only this guide reads.
struct GuideWords {
    my_services_title: &'static str,
    all_services: &'static str,
    all_services_title: &'static str,
    service: &'static str,
    civil: &'static str,
    /// The sections of the home page that are closed, each with its link and the page behind it.
    sections: [(&'static str, &'static str, &'static str); 4],
}

const EN: GuideWords = GuideWords {
    my_services_title: "My Services – ONE-key",
    all_services: "All services from A to Z",
    all_services_title: "All services from A to Z – ONE-key",
    service: "Justice Services Online",
    civil: "Civil",
    sections: [
        ("Transactions", "View or search transactions", "Transactions – Justice Services Online"),
        ("Drafts", "View or search drafts", "Drafts – Justice Services Online"),
        ("Terms of use", "Read the terms of use", "Terms of use – Justice Services Online"),
        (
            "Contact information",
            "View or edit contact information",
            "Contact information – Justice Services Online",
        ),
    ],
};

const FR: GuideWords = GuideWords {
    my_services_title: "Mes services – ONE-key",
    all_services: "Tous les services de A à Z",
    all_services_title: "Tous les services de A à Z – ONE-key",
    service: "Services de justice en ligne",
    civil: "Affaires civiles",
    sections: [
        (
            "Transactions",
            "Consulter ou chercher des transactions",
            "Transactions – Services de justice en ligne",
        ),
        ("Ébauches", "Consulter ou chercher des ébauches", "Ébauches – Services de justice en ligne"),
        (
            "Conditions d’utilisation",
            "Lire les conditions d’utilisation",
            "Conditions d’utilisation – Services de justice en ligne",
        ),
        (
            "Coordonnées",
            "Consulter ou modifier les coordonnées",
            "Coordonnées – Services de justice en ligne",
        ),
    ],
};

async fn guide_s1(walk: &Walk<'_>, own: &GuideWords) {
    let (browser, w) = (&walk.browser, walk.words);
    // Step 2: no ID yet.
    browser.goto(&walk.world.idp(&format!("/{}/one-key/sign-in", w.words.language.code()))).await;
    walk.page(w.one_key_title, "s1-2").await;
    browser.click(w.sign_up_now).await;
    // Steps 3 and 4.
    walk.page(w.register_title, "s1-3").await;
    browser.fill(w.choose_id, ID).await;
    walk.passwords(PASSWORD, PASSWORD).await;
    walk.questions(["dream-job", "first-holiday", "first-concert"], ["Astronaut", "Orillia", "The Hip"])
        .await;
    tick(browser, w.accept_one_key).await;
    browser.click(w.sign_up).await;
    walk.page(w.registered_one_key_title, "s1-4").await;
    browser.click(w.words.continue_).await;
    browser.wait_for_title(own.my_services_title).await;
    browser.click(own.all_services).await;
    // Step 5.
    walk.page(own.all_services_title, "s1-5").await;
    browser.click(own.service).await;
    // Steps 6 to 8.
    walk.register().await;
    walk.page(w.account_title, "s1-home").await;
    let home = browser.text().await;
    assert!(home.contains(own.civil), "{home}");
    for (section, link, title) in own.sections {
        browser.click(section).await;
        browser.click(link).await;
        walk.page(title, "s1-section").await;
        browser.goto(&walk.at("account")).await;
        browser.wait_for_title(w.account_title).await;
    }
    browser.click(w.start_claim).await;
    walk.page(w.claim_title, "s1-claim").await;
    // Who comes back with an ID finds the service enrolled.
    browser.goto(&walk.world.idp(&format!("/{}/one-key/services", w.words.language.code()))).await;
    browser.wait_for_title(own.my_services_title).await;
    assert!(browser.text().await.contains(own.service));
    walk.page(own.my_services_title, "s1-my-services").await;
}

#[tokio::test]
async fn guide_s1_in_english_without_javascript() {
    let options = options(&ENGLISH.words).without_javascript().size(1000, 1600);
    guide_s1(&Walk::open(&ENGLISH, options, "guide", false).await, &EN).await;
}

#[tokio::test]
async fn guide_s1_in_french_on_a_phone() {
    guide_s1(&Walk::open(&FRENCH, options(&FRENCH.words).phone(), "guide", true).await, &FR).await;
}
