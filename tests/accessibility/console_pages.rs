//! Every page of the console, as the demonstration's administrator sees it.

use crate::inspector::Inspector;
use crate::world::World;
use fantoccini::Locator;
use idp_tests::idp::AuthenticatorApp;
use std::time::Duration;

/// Addresses, and what each page is called here: titles tell them apart.
const PAGES: &[(&str, &str)] = &[
    ("", "console"),
    ("/notices", "console's notices"),
    ("/notices/new", "new notice"),
    ("/keys", "console's keys"),
    ("/keys/rotate", "rotate"),
    ("/services", "console's services"),
    ("/services/new", "new service"),
    ("/services/new/file", "services from a file"),
    ("/services/new/token", "registration token"),
    ("/services/serviceontario-account", "one service"),
    ("/services/serviceontario-account/edit", "change service"),
    ("/services/serviceontario-account/secret", "new secret"),
    ("/services/serviceontario-account/disable", "disable service"),
    ("/services/serviceontario-account/history", "history of a service"),
    ("/services/serviceontario-account/redirect-test", "redirect test"),
    ("/services/justice-services-online/secret", "new secret of another"),
    ("/services/justice-services-online/disable", "disable another"),
    ("/services/justice-services-online/history", "history of another"),
    ("/services/justice-services-online/redirect-test", "redirect test of another"),
    ("/settings/limits.mails_per_hour", "another setting"),
    ("/keys/import", "import a key"),
    ("/partners/new", "new partner"),
    ("/accounts?q=resident@example.test", "console's accounts"),
    ("/audit", "console's audit"),
    ("/audit?from=x", "console's audit"),
    ("/audit/chain", "chain"),
    ("/mail", "console's mails"),
    ("/partners", "console's partners"),
    ("/settings", "console's settings"),
    ("/settings/limits.code_tries", "one setting"),
    ("/admins", "console's administrators"),
    ("/admins/grant", "grant a role"),
    ("/transfers", "console's transfers"),
];

pub async fn look_at_all(world: &World, inspector: &mut Inspector<'_>) {
    let l = inspector.words.language.code();
    let at = |path: &str| world.idp(&format!("/{l}/admin{path}"));
    inspector.browser.goto(&at("")).await;
    inspector.browser.client().delete_all_cookies().await.unwrap();
    inspector.browser.goto(&at("")).await;
    let (email, password, key) = world.administrator();
    world.sign_in(&inspector.browser, inspector.words, &(email, password)).await;
    inspector.browser.client().wait().for_element(Locator::Id("code")).await.unwrap();
    let app = AuthenticatorApp::with_key(&key);
    world.advance(Duration::from_mins(1));
    let field = inspector.browser.client().find(Locator::Id("code")).await.unwrap();
    field.send_keys(&app.code_at(world.now())).await.unwrap();
    inspector.press("#f button[type=submit]").await;
    for (path, page) in PAGES {
        inspector.go_and_look(&at(path), page).await;
    }
    inspector.browser.goto(&at("/notices/new")).await;
    inspector.press("#go").await;
    inspector.browser.client().wait().for_element(Locator::Id("error-summary")).await.unwrap();
    inspector.look("new notice").await;
    for (id, value) in [("text_en", "Closed"), ("text_fr", "Fermé"), ("reason", "x")] {
        let field = inspector.browser.client().find(Locator::Id(id)).await.unwrap();
        field.send_keys(value).await.unwrap();
    }
    inspector.press("#go").await;
    inspector.browser.client().wait().for_element(Locator::Id("confirm")).await.unwrap();
    inspector.look("new notice, confirm").await;
    inspector.press("#go").await;
    inspector.look("console's notices").await;
}
