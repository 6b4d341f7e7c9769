//! The console as administrators walk it (pages.md section 10, walk 8): a key rotated, a service added, an account unlocked,
//! both found in the audit, a mail resent; in both languages, without scripts too, and on a phone of 320 px.

use crate::words::{ENGLISH, FRENCH, Words};
use crate::world::options;
use idp_domain::administration::{Order, Role};
use idp_store::RoleOrder;
use idp_tests::browser::{Browser, BrowserOptions};
use idp_tests::idp::{AuthenticatorApp, Database, PASSWORD, TestIdp};
use idp_tests::wait::until;
use ontario_language::Language;
use std::time::Duration;

const EMAIL: &str = "administrator@example.test";

struct Walk {
    idp: TestIdp,
    app: AuthenticatorApp,
    browser: Browser,
    words: &'static Words,
    scripts: bool,
}

impl Walk {
    async fn begin(words: &'static Words, options: BrowserOptions, scripts: bool) -> Self {
        let idp = TestIdp::start(Database::Sqlite).await;
        let (_, app) = idp.create_account_with_app(&idp.visitor(), EMAIL).await;
        idp.execute(&format!("UPDATE account SET language = '{}'", words.language.code()));
        let account = idp.app.store.find_account_by_address(EMAIL.to_owned()).await.unwrap().unwrap().id;
        for role in Role::ALL {
            let (account, order) = (account.clone(), Order::of_operator());
            idp.app.store.grant_role(RoleOrder { account, role, order, now: idp.now() }).await.unwrap();
        }
        // The next keys are published long enough.
        idp.advance(Duration::from_hours(24 * 3));
        Self { idp, app, browser: Browser::open(options).await, words, scripts }
    }

    fn pick(&self, english: &'static str, french: &'static str) -> &'static str {
        if self.words.language == Language::English { english } else { french }
    }

    async fn go(&self, path: &str) {
        self.browser.goto(&format!("{}/{}/admin{path}", self.idp.issuer, self.words.language.code())).await;
    }

    async fn look(&self, name: &str) {
        assert!(!self.scripts || !self.browser.has_horizontal_scroll().await, "{name}");
        self.browser.screenshot(&format!("console-{name}-{}", self.words.language.code())).await;
    }

    /// Waits for the page of this title, before which the thing may stand that it is about.
    async fn title(&self, english: &'static str, french: &'static str) {
        let title = format!("{} – Administration", self.pick(english, french));
        let about = format!(" – {title}");
        until(&format!("the page {title:?}"), async || {
            let shown = self.browser.title().await;
            (shown == title || shown.ends_with(&about)).then_some(())
        })
        .await;
    }

    async fn says(&self, english: &'static str, french: &'static str) {
        self.browser.wait_for_text(self.pick(english, french)).await;
    }

    async fn click(&self, english: &'static str, french: &'static str) {
        self.browser.click(self.pick(english, french)).await;
    }

    async fn fill(&self, english: &'static str, french: &'static str, value: &str) {
        self.browser.fill(self.pick(english, french), value).await;
    }

    async fn reason(&self, why: &str) {
        self.fill("Say why", "Indiquez pourquoi", why).await;
    }
}

async fn walk(words: &'static Words, options: BrowserOptions, scripts: bool) {
    let walk = Walk::begin(words, options, scripts).await;
    sign_in(&walk).await;
    rotate(&walk).await;
    add_a_service(&walk).await;
    apply_a_file(&walk).await;
    make_a_token(&walk).await;
    unlock(&walk).await;
    find_both(&walk).await;
    resend(&walk).await;
    add_a_partner(&walk).await;
    look_around(&walk).await;
}

async fn sign_in(walk: &Walk) {
    walk.go("").await;
    walk.browser.wait_for_title(walk.words.sign_in_title).await;
    walk.browser.fill(walk.words.email, EMAIL).await;
    walk.browser.fill(walk.words.password, PASSWORD).await;
    walk.browser.click(walk.words.sign_in).await;
    walk.says("Enter your security code", "Entrez votre code de sécurité").await;
    let code = walk.app.code(&walk.idp);
    let field = walk.browser.client().find(fantoccini::Locator::Id("code")).await.unwrap();
    field.send_keys(&code).await.unwrap();
    walk.browser.client().find(fantoccini::Locator::Css("#f button")).await.unwrap().click().await.unwrap();
    walk.title("Dashboard", "Tableau de bord").await;
    walk.look("dashboard").await;
}

async fn rotate(walk: &Walk) {
    walk.go("/keys").await;
    walk.look("keys").await;
    walk.click("Rotate now", "Renouveler maintenant").await;
    walk.title("Rotate now", "Renouveler maintenant").await;
    walk.look("rotate").await;
    walk.browser.click(walk.words.continue_).await;
    walk.says("There is a problem", "Il y a un problème").await;
    walk.reason("walked").await;
    walk.browser.click(walk.words.continue_).await;
    walk.title("Rotate the keys?", "Renouveler les clés?").await;
    walk.look("rotate-confirm").await;
    walk.click("Rotate now", "Renouveler maintenant").await;
    walk.says("The keys were rotated", "Les clés ont été renouvelées").await;
    walk.look("rotated").await;
}

async fn add_a_service(walk: &Walk) {
    walk.go("/services").await;
    walk.look("services").await;
    walk.click("New service", "Nouveau service").await;
    walk.title("New service", "Nouveau service").await;
    walk.fill("Client ID", "Identifiant de client", "fishing").await;
    walk.fill("Name in English", "Nom en anglais", "Fishing licences").await;
    walk.fill("Name in French", "Nom en français", "Permis de pêche").await;
    walk.fill("Redirect URIs", "URI de redirection", "http://fish.example.ca/cb").await;
    walk.reason("walked").await;
    walk.look("new-service").await;
    walk.browser.click(walk.words.continue_).await;
    walk.says(
        "Redirect URI line 1 must be https and exact",
        "l’URI de redirection doit être https et exacte",
    )
    .await;
    walk.look("new-service-refused").await;
    walk.fill("Redirect URIs", "URI de redirection", "https://fish.example.ca/cb").await;
    walk.browser.click(walk.words.continue_).await;
    walk.title("Add this service?", "Ajouter ce service?").await;
    walk.look("new-service-confirm").await;
    walk.click("Save", "Enregistrer").await;
    walk.says("It will not be shown again", "Il ne sera plus affiché").await;
    walk.look("secret").await;
    walk.click("Go to the service", "Aller au service").await;
    walk.title("Fishing licences", "Permis de pêche").await;
    walk.look("service").await;
}

/// A file with a fault, then one that adds one service and changes another.
async fn apply_a_file(walk: &Walk) {
    walk.go("/services").await;
    walk.says("Download as a file to apply", "Télécharger en fichier à appliquer").await;
    walk.click("Services from a file", "Services à partir d’un fichier").await;
    walk.title("Services from a file", "Services à partir d’un fichier").await;
    walk.look("file").await;
    let file = |uri: &str| {
        format!(
            "[[services]]\nclient_id = \"fishing\"\nclient_name = \"Fishing\"\n\"client_name#fr\" = \"Permis de pêche\"\nredirect_uris = [\"https://fish.example.ca/cb\"]\n\n[[services]]\nclient_id = \"hunting-licences-of-the-north-and-the-east\"\nclient_name = \"Hunting licences\"\nredirect_uris = [\"{uri}\"]\n"
        )
    };
    walk.fill("File of services", "Fichier des services", &file("http://hunt.example.ca/cb")).await;
    walk.reason("walked").await;
    walk.browser.click(walk.words.continue_).await;
    walk.says("Line 10: Redirect URI 1 must be", "l’URI de redirection 1 doit être").await;
    walk.look("file-refused").await;
    walk.fill("File of services", "Fichier des services", &file("https://hunt.example.ca/cb")).await;
    walk.browser.click(walk.words.continue_).await;
    walk.title("Apply this file?", "Appliquer ce fichier?").await;
    walk.says("from Fishing licences to Fishing", "de Fishing licences à Fishing").await;
    walk.look("file-confirm").await;
    walk.click("Apply", "Appliquer").await;
    walk.says("The file was applied", "Le fichier a été appliqué").await;
    walk.says("It will not be shown again", "Il ne sera plus affiché").await;
    walk.look("file-applied").await;
}

async fn make_a_token(walk: &Walk) {
    walk.go("/services/new/token").await;
    walk.look("token").await;
    walk.fill("How many services can register", "Nombre de services qui peuvent s’inscrire", "0").await;
    walk.reason("walked").await;
    walk.browser.click(walk.words.continue_).await;
    walk.says("Enter a number from 1 to 1000", "Entrez un nombre de 1 à 1000").await;
    walk.fill("How many services can register", "Nombre de services qui peuvent s’inscrire", "2").await;
    walk.browser.click(walk.words.continue_).await;
    walk.title("Make a registration token?", "Créer un jeton d’inscription?").await;
    walk.look("token-confirm").await;
    walk.click("Make the token", "Créer le jeton").await;
    walk.says("The token was made", "Le jeton a été créé").await;
    walk.look("token-made").await;
}

async fn unlock(walk: &Walk) {
    walk.idp.create_account(&walk.idp.visitor(), "person@example.test").await;
    walk.go("/accounts").await;
    walk.fill(
        "Address, ONE-key ID, account ID or reference",
        "Adresse, ID ONE-key, identifiant de compte ou référence",
        "person@example.test",
    )
    .await;
    walk.click("Show", "Afficher").await;
    walk.says("p…@….test", "p…@….test").await;
    walk.look("accounts").await;
    let id =
        walk.idp.app.store.find_account_by_address("person@example.test".into()).await.unwrap().unwrap().id;
    walk.browser.click(id.as_str()).await;
    walk.title("Account", "Compte").await;
    walk.look("account").await;
    for (english, french, done_english, done_french) in [
        ("Lock", "Verrouiller", "The account was locked", "Le compte a été verrouillé"),
        ("Unlock", "Déverrouiller", "The account was unlocked", "Le compte a été déverrouillé"),
    ] {
        walk.click(english, french).await;
        walk.title(english, french).await;
        walk.reason("walked").await;
        walk.browser.click(walk.words.continue_).await;
        walk.says("Nothing has changed yet", "Rien n’a encore changé").await;
        walk.look(english).await;
        walk.click(english, french).await;
        walk.says(done_english, done_french).await;
    }
}

async fn find_both(walk: &Walk) {
    walk.idp.seal_audit().await;
    walk.go("/audit").await;
    walk.look("audit").await;
    for (action, words) in [
        ("key_activated", walk.pick("Signing key in use", "Clé de signature en service")),
        ("account_unlocked", walk.pick("Account unlocked", "Compte déverrouillé")),
    ] {
        walk.go("/audit").await;
        walk.browser.select("Action", words).await;
        walk.click("Show", "Afficher").await;
        walk.browser.wait_for_text("walked").await;
        assert!(walk.browser.url().await.contains(action), "{}", walk.browser.url().await);
    }
    walk.says("Download everything, signed", "Tout télécharger, avec signature").await;
    walk.click("Check the chain", "Vérifier la chaîne").await;
    walk.says("Verified to", "Vérifié jusqu’à").await;
    walk.look("chain").await;
}

async fn resend(walk: &Walk) {
    walk.idp.register_address(&walk.idp.visitor(), "/en/create-account", "waiting@example.test").await;
    walk.go("/mail?state=waiting").await;
    walk.look("mails").await;
    let id = walk.idp.query(
        "SELECT id AS value FROM outbox_mail WHERE state = 'waiting' AND kind = 'activation' ORDER BY created_at DESC",
    );
    walk.go(&format!("/mail/{}", id[0])).await;
    walk.title("Code by mail", "Code par courriel").await;
    walk.look("mail").await;
    walk.click("Resend", "Renvoyer").await;
    walk.title("Resend", "Renvoyer").await;
    walk.reason("walked").await;
    walk.browser.click(walk.words.continue_).await;
    walk.title("Resend this mail?", "Renvoyer ce courriel?").await;
    walk.click("Resend", "Renvoyer").await;
    walk.says("The mail will be tried again at once", "L’envoi du courriel sera retenté tout de suite").await;
}

async fn add_a_partner(walk: &Walk) {
    walk.go("/partners/new").await;
    walk.look("new-partner").await;
    walk.browser.click(walk.words.continue_).await;
    walk.says("There is a problem", "Il y a un problème").await;
    walk.look("new-partner-refused").await;
    walk.fill("Partner ID", "Identifiant du partenaire", "maple").await;
    walk.fill("Name in English", "Nom en anglais", "Maple credit unions").await;
    walk.fill("Name in French", "Nom en français", "Caisses populaires Érable").await;
    walk.fill("Issuer", "Émetteur", "https://hub.maple.example.ca").await;
    walk.fill("Client ID", "Identifiant de client", "ontario").await;
    walk.fill("Client secret", "Secret du client", "maple-secret-0123456789").await;
    walk.reason("walked").await;
    walk.browser.click(walk.words.continue_).await;
    walk.title("Add this partner?", "Ajouter ce partenaire?").await;
    walk.look("new-partner-confirm").await;
    walk.click("Save", "Enregistrer").await;
    walk.says("The partner was added", "Le partenaire a été ajouté").await;
    walk.look("partner-added").await;
}

async fn look_around(walk: &Walk) {
    for (path, name) in [
        ("/partners/maple/edit", "change-partner"),
        ("/keys/import", "import-key"),
        ("/services/fishing/history", "history"),
        ("/services/fishing/redirect-test?redirect_uri=https://fish.example.ca/cbx", "redirect-test"),
        ("/notices", "notices"),
        ("/notices/new", "new-notice"),
        ("/partners", "partners"),
        ("/settings", "settings"),
        ("/settings/limits.code_tries", "setting"),
        ("/admins", "admins"),
        ("/admins/grant", "grant"),
        ("/transfers", "transfers"),
    ] {
        walk.go(path).await;
        walk.look(name).await;
    }
}

#[tokio::test]
async fn an_administrator_rotates_adds_unlocks_audits_and_resends_in_english() {
    walk(&ENGLISH, options(&ENGLISH), true).await;
}

#[tokio::test]
async fn an_administrator_does_the_same_in_french_on_a_phone() {
    walk(&FRENCH, options(&FRENCH).phone(), true).await;
}

#[tokio::test]
async fn an_administrator_does_the_same_without_scripts() {
    walk(&FRENCH, options(&FRENCH).size(520, 900).without_javascript(), false).await;
}
