//! The account's own pages as people walk them (pages.md section 10, walk 6): another password, another address taken back,
//! sessions, activity, services, closing; in both languages, on a phone of 320 px, without scripts, and by keyboard.

use crate::keyboard::{tab_to, tab_to_text, type_text};
use crate::words::{ENGLISH, FRENCH, Words};
use crate::world::options;
use idp_tests::browser::{Browser, BrowserOptions, Key};
use idp_tests::idp::{Account, Database, PASSWORD, TestIdp};
use ontario_language::Language;

const EMAIL: &str = "person@example.test";
const NEW_PASSWORD: &str = "Rivière-Grand-7";
const NEW_EMAIL: &str = "new@example.test";

struct Walk {
    idp: TestIdp,
    account: Account,
    browser: Browser,
    words: &'static Words,
    scripts: bool,
}

impl Walk {
    async fn begin(words: &'static Words, options: BrowserOptions, scripts: bool) -> Self {
        let idp = TestIdp::start(Database::Sqlite).await;
        let account = idp.create_account(&idp.visitor(), EMAIL).await;
        idp.execute(&format!("UPDATE account SET language = '{}'", words.language.code()));
        let elsewhere = idp.visitor();
        let service = idp.service().await;
        idp.sign_in_at(&elsewhere, &service, &account).await;
        let walk = Self { idp, account, browser: Browser::open(options).await, words, scripts };
        walk.go("/sign-in").await;
        walk.browser.fill(words.email, EMAIL).await;
        walk.browser.fill(words.password, PASSWORD).await;
        walk.browser.click(words.sign_in).await;
        walk.browser.wait_for_title(words.your_account_title).await;
        walk
    }

    fn pick(&self, english: &'static str, french: &'static str) -> &'static str {
        if self.words.language == Language::English { english } else { french }
    }

    async fn go(&self, path: &str) {
        self.browser.goto(&format!("{}/{}{path}", self.idp.issuer, self.words.language.code())).await;
    }

    /// Looks at the page: nothing sticks out, and a picture is kept where pictures are wanted.
    async fn look(&self, name: &str) {
        assert!(!self.scripts || !self.browser.has_horizontal_scroll().await, "{name}");
        self.browser.screenshot(&format!("account-{name}-{}", self.words.language.code())).await;
    }

    async fn says(&self, english: &'static str, french: &'static str) {
        self.browser.wait_for_text(self.pick(english, french)).await;
    }

    async fn click(&self, english: &'static str, french: &'static str) {
        self.browser.click(self.pick(english, french)).await;
    }
}

async fn walk(words: &'static Words, options: BrowserOptions, scripts: bool) {
    let walk = Walk::begin(words, options, scripts).await;
    walk.look("home").await;
    another_password(&walk).await;
    another_address_taken_back(&walk).await;
    sessions_and_activity(&walk).await;
    services_and_data(&walk).await;
    closing(&walk).await;
}

async fn another_password(walk: &Walk) {
    walk.go("/account/security").await;
    walk.look("security").await;
    walk.click("Change password", "Changer le mot de passe").await;
    walk.browser.fill(walk.pick("Current password", "Mot de passe actuel"), PASSWORD).await;
    walk.browser.fill(walk.pick("New password", "Nouveau mot de passe"), NEW_PASSWORD).await;
    walk.look("password").await;
    walk.click("Change password", "Changer le mot de passe").await;
    walk.says("Your password was changed", "Votre mot de passe a été modifié").await;
    walk.look("password-changed").await;
}

async fn another_address_taken_back(walk: &Walk) {
    walk.click("Change email", "Changer l’adresse courriel").await;
    walk.browser.fill(walk.pick("New email address", "Nouvelle adresse courriel"), NEW_EMAIL).await;
    walk.look("email").await;
    walk.browser.click(walk.words.continue_).await;
    walk.browser.wait_for_title(walk.words.verify_title).await;
    walk.look("email-verify").await;
    let code = walk.idp.mail_to(NEW_EMAIL).await.code();
    walk.browser.fill(walk.words.enter_the_code, &code).await;
    walk.browser.click(walk.words.verify).await;
    walk.says(
        "Your email address is now new@example.test",
        "Votre adresse courriel est maintenant new@example.test",
    )
    .await;
    let mail = walk.idp.mail_to(EMAIL).await;
    let mark = format!("/{}/account/email/undo?t=", walk.words.language.code());
    let link = mail.text.lines().find(|line| line.contains(&mark)).expect("N6 has a link");
    walk.browser.goto(link).await;
    walk.look("email-undo").await;
    walk.click("Keep this email address", "Garder cette adresse courriel").await;
    walk.says("Your account has this address again", "Votre compte a retrouvé cette adresse").await;
    walk.look("email-kept").await;
    walk.go("/sign-in").await;
    walk.browser.fill(walk.words.email, EMAIL).await;
    walk.browser.fill(walk.words.password, NEW_PASSWORD).await;
    walk.browser.click(walk.words.sign_in).await;
    walk.browser.wait_for_title(walk.words.your_account_title).await;
}

async fn sessions_and_activity(walk: &Walk) {
    let other = walk.idp.visitor();
    walk.idp.sign_in(&other, EMAIL, NEW_PASSWORD).await;
    walk.go("/account/sessions").await;
    walk.look("sessions").await;
    walk.click("Sign out everywhere else", "Fermer toutes les autres sessions").await;
    walk.says("All other sessions were ended", "Toutes les autres sessions ont été fermées").await;
    assert_eq!(other.get("/en/account").await.status, 303);
    walk.go("/account/activity").await;
    walk.look("activity").await;
    walk.browser.select(walk.pick("Show", "Afficher"), walk.pick("Changes", "Modifications")).await;
    walk.click("Show", "Afficher").await;
    walk.says("Email address changed", "Adresse courriel modifiée").await;
    walk.go("/account/activity/not-me").await;
    walk.look("not-me").await;
    walk.click("Tell support", "Aviser le soutien").await;
    walk.says("Support was told", "Le soutien a été avisé").await;
}

async fn services_and_data(walk: &Walk) {
    walk.go("/account/services").await;
    walk.look("services").await;
    let element = walk.browser.client().find(fantoccini::Locator::Css("#services a[href*=disconnect]")).await;
    element.unwrap().click().await.unwrap();
    walk.says("keeps the records that it has", "conserve les dossiers").await;
    walk.look("disconnect").await;
    walk.click("Disconnect", "Déconnecter").await;
    walk.says("The service was disconnected", "Le service a été déconnecté").await;
    walk.go("/account/transfer").await;
    walk.says("You have not been asked yet", "La question ne vous a pas encore été posée").await;
    walk.go("/account/data").await;
    walk.look("data").await;
}

async fn closing(walk: &Walk) {
    walk.go("/account/security").await;
    walk.click("Close account", "Fermer le compte").await;
    walk.look("close").await;
    walk.click("Cancel", "Annuler").await;
    walk.click("Close account", "Fermer le compte").await;
    let label =
        walk.pick("Type your email address to confirm", "Entrez votre adresse courriel pour confirmer");
    walk.browser.fill(label, "somebody@example.test").await;
    walk.click("Close my account", "Fermer mon compte").await;
    walk.says("This is not your email address", "Ce n’est pas votre adresse courriel").await;
    walk.browser.fill(label, &walk.account.email.to_uppercase()).await;
    walk.click("Close my account", "Fermer mon compte").await;
    walk.says("Your account is closed.", "Votre compte est fermé.").await;
    walk.look("closed").await;
    assert_eq!(walk.idp.count("account"), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn walk_6_in_english_on_a_phone_of_320_pixels() {
    walk(&ENGLISH, options(&ENGLISH).size(320, 640), true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn walk_6_in_french_without_scripts() {
    walk(&FRENCH, options(&FRENCH).without_javascript(), false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proof_is_given_again_by_keyboard_alone() {
    let walk = Walk::begin(&ENGLISH, options(&ENGLISH), true).await;
    walk.idp.advance(std::time::Duration::from_mins(6));
    walk.go("/account/security").await;
    tab_to_text(&walk.browser, "Change email").await;
    walk.browser.press(Key::Enter).await;
    walk.browser.wait_for_text("You will go on to: Change email").await;
    walk.look("confirm").await;
    tab_to(&walk.browser, "password").await;
    type_text(&walk.browser, PASSWORD).await;
    walk.browser.press(Key::Enter).await;
    walk.browser.wait_for_text("New email address").await;
    tab_to(&walk.browser, "email").await;
    type_text(&walk.browser, NEW_EMAIL).await;
    walk.browser.press(Key::Enter).await;
    walk.browser.wait_for_title(ENGLISH.verify_title).await;
}
