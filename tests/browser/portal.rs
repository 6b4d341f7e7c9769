//! The ServiceOntario account from its first page to its last (pages.md 7.1, walks 1 and 7), the 15 minutes that keep a draft,
//! and the demonstration's clock.

use crate::words::{ENGLISH, FRENCH, Words};
use crate::world::{World, options, tick};
use fantoccini::Locator;
use fantoccini::key::Key;
use idp_tests::browser::{Browser, BrowserOptions};
use idp_tests::wait::until;
use std::time::Duration;

/// Words of the portal's own pages.
struct Own {
    add_profile: &'static str,
    save: &'static str,
    fields: [(&'static str, &'static str); 7],
    first_name: &'static str,
    first_name_required: &'static str,
    language: &'static str,
    saved: &'static str,
    applicant: &'static str,
    draft_saved: &'static str,
    sign_in_again: &'static str,
    submitted: &'static str,
    waiting: &'static str,
    closed: &'static str,
    expired_title: &'static str,
}

const EN: Own = Own {
    add_profile: "Add a profile – ServiceOntario account",
    save: "Save",
    fields: [
        ("Profile name", "Family"),
        ("Last name", "O’Neill-Łukasz"),
        ("Address (street name, number, unit, P.O. box)", "1 Main Street"),
        ("City, town or village", "Toronto"),
        ("Province/State", "Ontario"),
        ("Postal/ZIP code", "m5v2t6"),
        ("Phone number", "416 555-0123"),
    ],
    first_name: "First name",
    first_name_required: "Enter your first name",
    language: "English",
    saved: "Saved.",
    applicant: "Full name of the applicant",
    draft_saved: "Your draft was saved.",
    sign_in_again: "Sign in again",
    submitted: "We received your application.",
    waiting: "Waiting for payment",
    closed: "Your account is closed – ServiceOntario account",
    expired_title: "Session expired – ServiceOntario account",
};

const FR: Own = Own {
    add_profile: "Ajouter un profil – Compte ServiceOntario",
    save: "Enregistrer",
    fields: [
        ("Nom du profil", "Famille"),
        ("Nom de famille", "O’Neill-Łukasz"),
        ("Adresse (rue, numéro, unité, case postale)", "1, rue Principale"),
        ("Ville ou village", "Toronto"),
        ("Province ou État", "Ontario"),
        ("Code postal ou ZIP", "m5v2t6"),
        ("Numéro de téléphone", "416 555-0123"),
    ],
    first_name: "Prénom",
    first_name_required: "Entrez votre prénom",
    language: "Français",
    saved: "Enregistré.",
    applicant: "Nom complet de la personne qui présente la demande",
    draft_saved: "Votre ébauche a été enregistrée.",
    sign_in_again: "Se reconnecter",
    submitted: "Nous avons reçu votre demande.",
    waiting: "En attente de paiement",
    closed: "Votre compte est fermé – Compte ServiceOntario",
    expired_title: "Session expirée – Compte ServiceOntario",
};

struct Walk<'w> {
    world: World,
    browser: Browser,
    words: &'w Words,
    own: &'w Own,
    scripts: bool,
}

impl<'w> Walk<'w> {
    async fn start(words: &'w Words, own: &'w Own, options: BrowserOptions, scripts: bool) -> Self {
        let (world, browser) = (World::start().await, Browser::open(options).await);
        Self { world, browser, words, own, scripts }
    }

    async fn press(&self, css: &str) {
        let element = self.browser.client().find(Locator::Css(css)).await;
        let element = element.unwrap_or_else(|error| panic!("{css}: {error}"));
        element.click().await.unwrap_or_else(|error| panic!("{css}: {error}"));
    }

    async fn go(&self, page: &str) {
        self.browser.goto(&self.world.portal(&format!("/{}/{page}", self.words.language.code()))).await;
    }

    async fn look(&self, name: &str) {
        if self.scripts {
            assert!(!self.browser.has_horizontal_scroll().await, "{name}");
        }
        self.browser.screenshot(&format!("{}-so-{name}", self.words.language.code())).await;
    }

    /// The resident at the portal's home, with a new account there.
    async fn sign_up(&self) {
        self.go("").await;
        self.look("s1").await;
        self.browser.click(self.words.begin).await;
        self.browser.wait_for_title(self.words.sign_in_title).await;
        self.world.sign_in(&self.browser, self.words, &self.world.resident()).await;
        self.world.has_no_one_key(&self.browser, self.words).await;
        self.browser.wait_for_title(self.words.set_up_title).await;
        self.look("s3").await;
        tick(&self.browser, self.words.accept_conditions).await;
        self.browser.click(self.words.continue_).await;
        self.browser.wait_for_title(self.words.created_title).await;
        self.look("s4").await;
        self.browser.click(self.words.continue_).await;
        self.browser.wait_for_title(self.words.home_title).await;
        self.look("s5-empty").await;
    }

    async fn profile(&self) {
        self.press("#add-profile").await;
        self.browser.wait_for_title(self.own.add_profile).await;
        for (label, value) in self.own.fields {
            if label.starts_with("Province") {
                self.browser.select(label, value).await;
            } else {
                self.browser.fill(label, value).await;
            }
        }
        self.browser.click(self.own.save).await;
        self.browser.wait_for_title(&format!("{}{}", self.words.error, self.own.add_profile)).await;
        assert!(self.browser.text().await.contains(self.own.first_name_required));
        self.look("s6-error").await;
        // What was typed survives another language and back.
        self.browser.click(self.words.other_language).await;
        let back = if self.own.save == EN.save { (&FR, "English") } else { (&EN, "Français") };
        self.browser.wait_for_title(back.0.add_profile).await;
        assert_eq!(self.browser.value(back.0.fields[1].0).await, self.own.fields[1].1);
        self.browser.click(back.1).await;
        self.browser.wait_for_title(self.own.add_profile).await;
        self.browser.fill(self.own.first_name, "Zoë").await;
        self.browser.choose(self.own.language).await;
        self.browser.click(self.own.save).await;
        self.browser.wait_for_text(self.own.saved).await;
        let text = self.browser.text().await;
        assert!(text.contains("M5V 2T6") && text.contains("O’Neill-Łukasz"), "{text}");
        self.look("s6-view").await;
    }

    /// A service with a draft; 15 minutes pass while something is typed.
    async fn draft(&self) {
        self.go("home").await;
        self.press("#add-service").await;
        self.look("services").await;
        self.press("button[value=security-guard]").await;
        self.browser.wait_for_text(self.own.applicant).await;
        self.look("draft").await;
        self.browser.fill(self.own.applicant, "Zoë O’Neill").await;
        self.world.advance(Duration::from_secs(15 * 60 + 1));
        self.press("#save").await;
        self.browser.wait_for_title(self.own.expired_title).await;
        assert!(self.browser.text().await.contains(self.own.draft_saved));
        self.look("s11").await;
        self.browser.click(self.own.sign_in_again).await;
        self.browser.wait_for_title(self.words.sign_in_title).await;
        self.world.sign_in(&self.browser, self.words, &self.world.resident()).await;
        self.browser.wait_for_text(self.own.applicant).await;
        assert_eq!(self.browser.value(self.own.applicant).await, "Zoë O’Neill");
        self.go("drafts").await;
        self.look("s10").await;
        self.browser.client().back().await.unwrap();
        self.press("button[value=submit]").await;
        self.browser.wait_for_text(self.own.submitted).await;
        self.look("submitted").await;
    }

    async fn lists_and_settings(&self) {
        for (page, name) in [("home", "s5"), ("activities", "s8"), ("messages", "s7"), ("profiles", "s6")] {
            self.go(page).await;
            self.look(name).await;
        }
        self.go("home?services=-name&activities=activity").await;
        let link = self.browser.client().find(Locator::Css("#activities th[aria-sort] a")).await.unwrap();
        let sorted = link.attr("href").await.unwrap().expect("a link");
        self.browser.goto(&self.world.portal(&sorted)).await;
        self.browser.wait_for_text(self.own.waiting).await;
        assert!(self.browser.url().await.contains("services=-name"), "one table is sorted, the other stays");
        self.go("settings").await;
        self.look("s9").await;
        self.browser.click(self.own.save).await;
        self.browser.wait_for_text(self.own.saved).await;
        self.press("#close").await;
        self.look("s9-close").await;
        self.press("#confirm").await;
        self.browser.wait_for_title(self.own.closed).await;
        self.look("closed").await;
    }
}

async fn walk(words: &Words, own: &Own, options: BrowserOptions, scripts: bool) {
    let walk = Walk::start(words, own, options, scripts).await;
    walk.sign_up().await;
    walk.profile().await;
    walk.draft().await;
    walk.lists_and_settings().await;
}

#[tokio::test]
async fn the_portals_account_in_english() {
    walk(&ENGLISH, &EN, options(&ENGLISH).size(900, 1400), true).await;
}

#[tokio::test]
async fn the_portals_account_in_english_without_javascript() {
    walk(&ENGLISH, &EN, options(&ENGLISH).without_javascript(), false).await;
}

#[tokio::test]
async fn the_portals_account_in_french_on_a_phone() {
    walk(&FRENCH, &FR, options(&FRENCH).phone(), true).await;
}

#[tokio::test]
async fn the_portals_account_in_french_without_javascript() {
    walk(&FRENCH, &FR, options(&FRENCH).without_javascript(), false).await;
}

/// One sign-in for both portals, and signing out of either signs out of both.
async fn both_portals(words: &Words, own: &Own, options: BrowserOptions, scripts: bool) {
    let walk = Walk::start(words, own, options, scripts).await;
    let l = words.language.code();
    let (file, registration, with_my_ontario) = match words.language {
        ENGLISH_LANGUAGE => {
            ("File your documents", "Welcome to Justice Services Online", "Sign in with My Ontario Account")
        }
        _ => (
            "Déposer vos documents",
            "Bienvenue aux Services de justice en ligne",
            "Se connecter avec un compte Mon Ontario",
        ),
    };
    walk.sign_up().await;
    let at_justice = async || {
        walk.browser.goto(&walk.world.justice(&format!("/{l}/civil"))).await;
        walk.browser.click(file).await;
    };
    at_justice().await;
    walk.browser.wait_for_text(registration).await;
    // Out of ServiceOntario: Justice Services Online says so.
    walk.go("home").await;
    walk.browser.click(words.sign_out).await;
    walk.browser.wait_for_title(words.landing_title).await;
    walk.browser.goto(&walk.world.justice(&format!("/{l}/register/terms"))).await;
    walk.browser.wait_for_text(words.signed_out).await;
    // Signed in at Justice Services Online, out of it: ServiceOntario says so.
    at_justice().await;
    // People arrive at ONE-key's page there; the other account is a link.
    walk.browser.click(with_my_ontario).await;
    walk.browser.wait_for_title(words.sign_in_title).await;
    walk.world.sign_in(&walk.browser, words, &walk.world.resident()).await;
    walk.browser.wait_for_text(registration).await;
    walk.go("home").await;
    walk.browser.click(words.begin).await;
    walk.browser.wait_for_title(words.home_title).await;
    walk.browser.goto(&walk.world.justice(&format!("/{l}/register/terms"))).await;
    walk.browser.click(words.sign_out).await;
    walk.browser.wait_for_text(words.signed_out).await;
    walk.go("home").await;
    walk.browser.wait_for_title(words.landing_title).await;
    assert!(walk.browser.text().await.contains(words.signed_out));
}

const ENGLISH_LANGUAGE: ontario_language::Language = ontario_language::Language::English;

#[tokio::test]
async fn one_sign_in_serves_both_portals_and_one_sign_out_ends_both() {
    both_portals(&ENGLISH, &EN, options(&ENGLISH), true).await;
}

#[tokio::test]
async fn one_sign_in_serves_both_portals_in_french_without_javascript() {
    both_portals(&FRENCH, &FR, options(&FRENCH).without_javascript(), false).await;
}

/// From a page's beginning to an element, by Tab alone.
async fn tab_to(browser: &Browser, id: &str) {
    for _ in 0..80 {
        browser.press(Key::Tab).await;
        if browser.focused().await == id {
            return;
        }
    }
    panic!("no Tab leads to {id:?}");
}

#[tokio::test]
async fn a_draft_is_begun_saved_and_deleted_by_keyboard_alone() {
    let walk = Walk::start(&ENGLISH, &EN, options(&ENGLISH), true).await;
    walk.sign_up().await;
    tab_to(&walk.browser, "add-service").await;
    walk.browser.press(Key::Enter).await;
    walk.browser.wait_for_text("Outdoors card").await;
    tab_to(&walk.browser, "start-outdoors-card").await;
    walk.browser.press(' ').await;
    walk.browser.wait_for_text(EN.applicant).await;
    tab_to(&walk.browser, "applicant").await;
    walk.browser.press('Z').await;
    // Enter in a field saves; it submits nothing.
    walk.browser.press(Key::Enter).await;
    walk.browser.wait_for_text(EN.saved).await;
    tab_to(&walk.browser, "delete").await;
    walk.browser.press(Key::Enter).await;
    walk.browser.wait_for_title("Delete this draft – ServiceOntario account").await;
    tab_to(&walk.browser, "confirm").await;
    walk.browser.press(Key::Enter).await;
    walk.browser.wait_for_text("No drafts").await;
}

#[tokio::test]
async fn the_mailbox_moves_the_clock_of_every_program() {
    let walk = Walk::start(&ENGLISH, &EN, options(&ENGLISH), true).await;
    walk.sign_up().await;
    let registered = walk.world.mail(&walk.world.resident().0, 1).await;
    assert!(!registered.is_empty());
    let forward = async |step: &str| {
        walk.browser.goto(&walk.world.mailbox("/en/")).await;
        walk.press(&format!("button[value='{step}']")).await;
    };
    // The portal and the identity server end their sessions.
    forward("15-minutes").await;
    walk.browser.screenshot("en-mailbox-clock").await;
    walk.go("home").await;
    walk.browser.wait_for_title(EN.expired_title).await;
    walk.browser.click(EN.sign_in_again).await;
    walk.browser.wait_for_title(ENGLISH.sign_in_title).await;
    walk.world.sign_in(&walk.browser, &ENGLISH, &walk.world.resident()).await;
    walk.browser.wait_for_title(ENGLISH.home_title).await;
    // Keys have changed more than once, accounts are told of: signing in still works, and keeps them.
    forward("30-months").await;
    let told = until("the portal's notice", async || {
        let mails = walk.world.mails_to(&walk.world.resident().0);
        mails.into_iter().find(|mail| mail.contains("Nobody has signed in to your ServiceOntario account"))
    });
    told.await;
    let told = until("the identity server's notice", async || {
        let mails = walk.world.mails_to(&walk.world.resident().0);
        mails.into_iter().find(|mail| mail.contains("You have not used your My Ontario Account"))
    });
    told.await;
    walk.go("").await;
    walk.browser.click(ENGLISH.begin).await;
    walk.browser.wait_for_title(ENGLISH.sign_in_title).await;
    walk.world.sign_in(&walk.browser, &ENGLISH, &walk.world.resident()).await;
    walk.browser.wait_for_title(ENGLISH.home_title).await;
}
