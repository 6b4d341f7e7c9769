//! Who gets in: a session, level 2, a role; and each role to its own pages only.

use super::{account_of, administrator, grant};
use idp_domain::administration::{Order, Role};
use idp_store::RoleOrder;
use idp_tests::idp::{AuthenticatorApp, Database, PASSWORD, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use std::time::Duration;

on_sqlite_and_postgres! {
    somebody_without_a_session_signs_in_with_two_steps_and_comes_back
    an_administrator_without_a_second_factor_sets_one_up_first
    sc_104_an_account_without_a_role_gets_no_page_in_either_language
    a_one_key_account_gets_no_page
    each_role_gets_its_own_pages_and_changes_nothing_else
    a_role_that_is_taken_in_mid_session_ends_at_once
    the_session_ends_after_15_minutes_and_leads_back
}

async fn somebody_without_a_session_signs_in_with_two_steps_and_comes_back(database: Database) {
    let idp = TestIdp::start(database).await;
    let owner = administrator(&idp, "key@example.test", &[Role::KeyAdmin]).await;
    idp.advance(Duration::from_secs(30));
    // Signing in leads to the account's own language.
    idp.execute("UPDATE account SET language = 'fr'");
    let visitor = idp.visitor();
    let answer = visitor.get("/fr/admin/keys").await;
    assert_eq!(answer.location(), Some("/fr/sign-in?next=admin/keys"));
    let page = visitor.follow(answer).await;
    let answer = visitor.submit(&page, "f", &[("email", &owner.email), ("password", PASSWORD)]).await;
    assert_eq!(answer.location(), Some("/fr/sign-in/second-step?next=admin/keys"), "{answer:?}");
    // A password alone opens nothing.
    assert_eq!(visitor.get("/fr/admin/keys").await.status, 303);
    let answer = idp.second_step(&visitor, answer, &owner.app).await;
    assert_eq!(answer.location(), Some("/fr/admin/keys"), "{answer:?}");
    let page = visitor.follow(answer).await;
    assert_eq!((page.status, page.title().as_str()), (200, "Clés – Administration"));
    assert!(page.body.contains("app-bar--administration"), "its own bar");
    // A way on that is none of ours is no way on.
    let answer = idp.visitor().get("/en/sign-in?next=admin//evil.test").await;
    assert!(!answer.body.contains("evil"), "{answer:?}");
}

async fn an_administrator_without_a_second_factor_sets_one_up_first(database: Database) {
    let idp = TestIdp::start(database).await;
    let visitor = idp.visitor();
    idp.create_account(&visitor, "new@example.test").await;
    grant(&idp, &account_of(&idp, "new@example.test").await, &[Role::Auditor]).await;
    let answer = visitor.get("/en/admin/audit").await;
    assert_eq!(answer.location(), Some("/en/sign-in/set-up?next=admin/audit"));
    let page = visitor.follow(answer).await;
    assert!(page.text().contains("Administration needs a second step."), "{page:?}");
    // Who would rather not is led to their account, not round in a circle.
    let account = visitor.follow(visitor.submit(&page, "not-now-form", &[]).await).await;
    assert_eq!(account.title(), "Your account – My Ontario Account");
    let page = visitor.get("/en/sign-in/set-up?next=admin/audit").await;
    let page = visitor.follow(visitor.submit(&page, "f", &[("way", "totp")]).await).await;
    let app = AuthenticatorApp::with_key(&page.words_of("totp-key"));
    let codes = visitor.follow(visitor.submit(&page, "f", &[("code", &app.code(&idp))]).await).await;
    let answer = visitor.submit(&codes, "f", &[("saved", "yes")]).await;
    assert_eq!(answer.location(), Some("/en/admin/audit"), "{answer:?}");
    // What was set up was proven, too.
    let page = visitor.follow(answer).await;
    assert_eq!(page.title(), "Audit log – Administration");
}

async fn sc_104_an_account_without_a_role_gets_no_page_in_either_language(database: Database) {
    let idp = TestIdp::start(database).await;
    let person = idp.visitor();
    idp.create_account_with_app(&person, "person@example.test").await;
    for (path, words) in [
        ("/en/admin", "This account has no administrator role"),
        ("/fr/admin", "Ce compte n’a aucun rôle d’administration"),
        ("/en/admin/keys/rotate", "This account has no administrator role"),
        ("/fr/admin/admins/grant", "Ce compte n’a aucun rôle d’administration"),
    ] {
        let page = person.get(path).await;
        assert_eq!(page.status, 403, "{path}: {page:?}");
        assert!(page.text().contains(words), "{path}: {page:?}");
        assert!(page.has("lang-control"), "{path}");
    }
    assert_eq!(idp.count("audit_record WHERE body LIKE '%key_activated%administrator%'"), 0);
}

async fn a_one_key_account_gets_no_page(database: Database) {
    let idp = TestIdp::start(database).await;
    let visitor = idp.visitor();
    idp.create_one_key(&visitor, "keeper-2026", "keeper@example.test").await;
    let page = visitor.get("/en/admin").await;
    assert_eq!(page.status, 403, "{page:?}");
    assert!(page.text().contains("This account has no administrator role"), "{page:?}");
}

/// Each page that can be opened as it stands, and who may.
const PAGES: &[(&str, &[Role])] = {
    use Role::{Auditor, KeyAdmin, ServiceAdmin, Support};
    &[
        ("", &[KeyAdmin, ServiceAdmin, Support, Auditor]),
        ("/keys", &[KeyAdmin, Auditor]),
        ("/keys/rotate", &[KeyAdmin]),
        ("/keys/import", &[KeyAdmin]),
        ("/notices", &[ServiceAdmin, Auditor]),
        ("/notices/new", &[ServiceAdmin]),
        ("/services", &[ServiceAdmin, Auditor]),
        ("/services/new", &[ServiceAdmin]),
        ("/accounts", &[Support, Auditor]),
        ("/partners", &[ServiceAdmin, Auditor]),
        ("/partners/new", &[ServiceAdmin]),
        ("/settings", &[KeyAdmin, Auditor]),
        ("/settings/limits.code_tries", &[KeyAdmin]),
        ("/transfers", &[KeyAdmin, ServiceAdmin, Support, Auditor]),
        ("/audit", &[Auditor]),
        ("/audit/chain", &[Auditor]),
        ("/mail", &[Support, Auditor]),
        ("/admins", &[KeyAdmin, Auditor]),
        ("/admins/grant", &[KeyAdmin]),
    ]
};

async fn each_role_gets_its_own_pages_and_changes_nothing_else(database: Database) {
    let idp = TestIdp::start(database).await;
    for role in Role::ALL {
        let person = administrator(&idp, &format!("{role}@example.test"), &[role]).await;
        let home = person.get("/en/admin").await;
        for (path, roles) in PAGES {
            let page = person.get(&format!("/en/admin{path}")).await;
            let expected = if roles.contains(&role) { 200 } else { 403 };
            assert_eq!(page.status, expected, "{role} at {path}: {page:?}");
            // The navigation and the ways to changes name what one may do, and nothing else.
            let link = format!("href=\"/en/admin{path}\"");
            if path.matches('/').count() == 1 {
                assert_eq!(home.body.contains(&link), expected == 200, "{role}: {path}");
            }
            if expected == 403 {
                assert!(page.text().contains("needs an administrator role that you do not have"), "{page:?}");
            }
        }
        // A form that another role's page made changes nothing.
        if role != Role::KeyAdmin {
            let form = person.get("/en/account/profile").await.form("f");
            let mut form = form.with("reason", "x").with("algorithm", "");
            form.action = "/en/admin/keys/rotate".into();
            assert_eq!(person.visitor.post(&form).await.status, 403, "{role}");
        }
    }
}

async fn a_role_that_is_taken_in_mid_session_ends_at_once(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::KeyAdmin]).await;
    administrator(&idp, "two@example.test", &[Role::KeyAdmin]).await;
    let page = one.get("/en/admin/keys/rotate").await;
    let order = RoleOrder {
        account: one.id.clone(),
        role: Role::KeyAdmin,
        order: Order::of_operator(),
        now: idp.now(),
    };
    idp.app.store.revoke_role(order).await.unwrap();
    let answer = one.visitor.submit(&page, "f", &[("reason", "too late")]).await;
    assert_eq!(answer.status, 403, "{answer:?}");
    assert_eq!(one.get("/en/admin").await.status, 403);
}

async fn the_session_ends_after_15_minutes_and_leads_back(database: Database) {
    let idp = TestIdp::start(database).await;
    let one = administrator(&idp, "one@example.test", &[Role::ServiceAdmin]).await;
    let page = one.get("/en/admin/notices/new").await;
    assert!(page.body.contains("session-expired?next=admin/notices/new"), "{}", page.body);
    idp.advance(Duration::from_secs(15 * 60 + 1));
    // What was typed comes back after signing in.
    let answer = one.visitor.submit(&page, "f", &[("text_en", "Kept words")]).await;
    assert_eq!(answer.location(), Some("/en/session-expired?next=admin/notices/new:filled"), "{answer:?}");
    let page = one.visitor.get("/en/sign-in?next=admin/notices/new:filled").await;
    let answer = one.visitor.submit(&page, "f", &[("email", &one.email), ("password", PASSWORD)]).await;
    let answer = idp.second_step(&one.visitor, answer, &one.app).await;
    assert_eq!(answer.location(), Some("/en/admin/notices/new?held=1"), "{answer:?}");
    let page = one.visitor.follow(answer).await;
    assert_eq!(page.form("f").value("text_en"), "Kept words");
}
