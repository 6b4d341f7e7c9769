//! Modules of the OpenID Foundation's suite that no security case covers, by their names: `oidcc-basic-…` and
//! `oidcc-formpost-basic-certification-test-plan`.

use crate::asserts::code_of;
use idp_tests::idp::{Account, Database, Page, Request, Service, TestIdp, Visitor};
use idp_tests::on_sqlite_and_postgres;
use std::collections::BTreeMap;

on_sqlite_and_postgres! {
    oidcc_server_with_form_post
    oidcc_formpost_errors_travel_in_a_form_too
    oidcc_requests_that_must_not_fail
    oidcc_ensure_request_without_nonce_succeeds_for_code_flow
    oidcc_alternate_happy_flow
    oidcc_scopes_bring_their_claims_by_userinfo
    oidcc_ensure_request_with_acr_values_succeeds
    oidcc_ui_locales_and_login_hint_are_honoured
    a_language_that_the_person_chose_wins_over_ui_locales_on_later_pages
}

/// A registration as the suite makes it: without PKCE.
async fn opened(database: Database) -> (TestIdp, Service, Visitor, Account) {
    let idp = TestIdp::start(database).await;
    let service = idp.service_with("require_pkce = false\n").await;
    let visitor = idp.visitor();
    let account = idp.create_account(&idp.visitor(), "person@example.test").await;
    (idp, service, visitor, account)
}

fn posted(page: &Page) -> BTreeMap<String, String> {
    page.form("continue-form").fields.into_iter().collect()
}

async fn oidcc_server_with_form_post(database: Database) {
    let (idp, service, visitor, account) = opened(database).await;
    let request = service.request().without_pkce().with("response_mode", "form_post");
    let page = idp.authorize(&visitor, &request, &account).await;
    assert_eq!((page.status, page.header("cache-control")), (200, "no-store"), "{page:?}");
    assert_eq!(page.form("continue-form").action, "https://rp.example.test/callback");
    assert!(page.header("content-security-policy").contains("https://rp.example.test"));
    assert!(page.text().contains("Continue to Fishing licences"), "a button for those without a script");
    let sent = posted(&page);
    let other =
        page.body.split_once("hreflang=\"fr-CA\"").and_then(|(before, _)| before.rsplit_once("href=\""));
    let other = other.and_then(|(_, href)| href.split_once('"')).expect("a way into French").0;
    let french = visitor.get(other).await;
    assert!(french.text().contains("Continuer vers") && posted(&french) == sent, "{french:?}");
    assert!(french.header("content-security-policy").contains("https://rp.example.test"));
    assert_eq!(idp.visitor().get(other).await.status, 409, "another browser learns nothing");
    assert_eq!((sent["state"].as_str(), sent["iss"].as_str()), (request.value("state"), idp.issuer.as_str()));
    let tokens = idp.tokens(&service, &request, &sent["code"]).await;
    assert_eq!(tokens.claims["nonce"], request.value("nonce"));
}

async fn oidcc_formpost_errors_travel_in_a_form_too(database: Database) {
    let (idp, service, visitor, _account) = opened(database).await;
    let request = service.request().with("response_mode", "form_post").with("prompt", "none");
    let sent = posted(&visitor.get(&request.path()).await);
    assert_eq!((sent["error"].as_str(), sent["iss"].as_str()), ("login_required", idp.issuer.as_str()));
    assert_eq!(sent["state"], request.value("state"));
    let request = service.request().with("response_mode", "fragment");
    let page = visitor.get(&request.path()).await;
    assert_eq!(page.parameter("error").as_deref(), Some("invalid_request"), "{page:?}");
}

async fn oidcc_requests_that_must_not_fail(database: Database) {
    let (idp, service, visitor, account) = opened(database).await;
    idp.authorize(&visitor, &service.request(), &account).await;
    // oidcc-display-page, oidcc-display-popup, oidcc-claims-locales,
    // oidcc-ensure-request-with-unknown-parameter-succeeds,
    // oidcc-claims-essential, oidcc-ensure-request-with-valid-pkce-succeeds
    for (name, value) in [
        ("display", "page"),
        ("display", "popup"),
        ("claims_locales", "se"),
        ("extra", "foobar"),
        ("claims", r#"{"userinfo":{"name":{"essential":true}}}"#),
        ("prompt", "consent"),
        ("prompt", "select_account"),
    ] {
        let request = service.request().with(name, value);
        let mut page = visitor.follow(visitor.get(&request.path()).await).await;
        for (id, form) in [("select-account-page", "continue-form"), ("consent-page", "allow-form")] {
            if page.has(id) {
                page = visitor.follow(visitor.submit(&page, form, &[]).await).await;
            }
        }
        let code = code_of(&idp, &page, &request);
        idp.tokens(&service, &request, &code).await;
    }
}

async fn oidcc_ensure_request_without_nonce_succeeds_for_code_flow(database: Database) {
    let (idp, service, visitor, account) = opened(database).await;
    let request = service.request().without("nonce").without("state").without_pkce();
    let page = idp.authorize(&visitor, &request, &account).await;
    assert_eq!(page.parameter("state"), None);
    let tokens = idp.tokens(&service, &request, &code_of(&idp, &page, &request)).await;
    assert!(tokens.claims.get("nonce").is_none(), "{}", tokens.claims);
}

async fn oidcc_alternate_happy_flow(database: Database) {
    let (idp, service, visitor, account) = opened(database).await;
    let mut parameters = service.request().with("scope", "profile email openid").parameters;
    parameters.reverse();
    let request = Request { parameters, ..service.request() }.without_pkce();
    let page = idp.authorize(&visitor, &request, &account).await;
    idp.tokens(&service, &request, &code_of(&idp, &page, &request)).await;
}

async fn oidcc_scopes_bring_their_claims_by_userinfo(database: Database) {
    let (idp, service, visitor, account) = opened(database).await;
    // oidcc-scope-profile, oidcc-scope-email, oidcc-scope-address, oidcc-scope-phone, oidcc-scope-all
    for (scope, claims) in [
        ("openid", &["sub"][..]),
        ("openid email", &["email", "email_verified", "sub"]),
        ("openid profile", &["locale", "sub"]),
        ("openid address phone offline_access", &["sub"]),
        ("openid profile email address phone", &["email", "email_verified", "locale", "sub"]),
    ] {
        let request = service.request().with("scope", scope);
        let page = idp.authorize(&visitor, &request, &account).await;
        let tokens = idp.tokens(&service, &request, &code_of(&idp, &page, &request)).await;
        let answer = idp.userinfo(&tokens.access_token).await.json();
        let names: Vec<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
        let mut sorted = names.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, claims, "{scope}");
        assert_eq!(answer["sub"], tokens.claims["sub"]);
    }
    let request = service.request().with("scope", "email");
    let page = visitor.get(&request.path()).await;
    assert_eq!(page.parameter("error").as_deref(), Some("invalid_scope"), "{page:?}");
}

async fn oidcc_ensure_request_with_acr_values_succeeds(database: Database) {
    let (idp, service, visitor, account) = opened(database).await;
    let request = service.request().with("acr_values", "urn:ontario:idp:acr:1 urn:x");
    let page = idp.authorize(&visitor, &request, &account).await;
    let tokens = idp.tokens(&service, &request, &code_of(&idp, &page, &request)).await;
    assert_eq!(tokens.claims["acr"], "urn:ontario:idp:acr:1");
}

async fn oidcc_ui_locales_and_login_hint_are_honoured(database: Database) {
    let (_idp, service, visitor, _account) = opened(database).await;
    // oidcc-ui-locales, oidcc-login-hint
    for (locales, path) in [
        ("fr-CA en", "/fr/sign-in"),
        ("fr", "/fr/sign-in"),
        ("de en-GB", "/en/sign-in"),
        ("xx", "/en/sign-in"),
    ] {
        let request = service.request().with("ui_locales", locales).with("login_hint", "person@example.test");
        let page = visitor.get(&request.path()).await;
        assert!(page.location().unwrap().starts_with(path), "{locales}: {page:?}");
        let page = visitor.follow(page).await;
        assert_eq!(page.form("f").value("email"), "person@example.test");
        assert!(
            path.starts_with("/en") || page.text().contains("pour continuer vers Permis de pêche"),
            "{page:?}"
        );
    }
}

async fn a_language_that_the_person_chose_wins_over_ui_locales_on_later_pages(database: Database) {
    let idp = TestIdp::start(database).await;
    let service = idp.service_with("first_party = false\n").await;
    let visitor = idp.visitor();
    let account = idp.create_account(&idp.visitor(), "person@example.test").await;
    let request = service.request().with("ui_locales", "fr");
    let french = visitor.follow(visitor.get(&request.path()).await).await;
    assert!(french.url.contains("/fr/sign-in"), "{french:?}");
    // The control of the page.
    let switched = visitor.submit(&french, "f", &[("_lang", "en")]).await;
    let english = visitor.follow(switched).await;
    assert!(english.url.contains("/en/sign-in"), "{english:?}");
    let typed = [("email", account.email.as_str()), ("password", account.password.as_str())];
    let next = visitor.follow(visitor.submit(&english, "f", &typed).await).await;
    assert!(next.url.contains("/en/consent"), "{next:?}");
    // A new request of the service begins in its own language again.
    let again = visitor.get(&service.request().with("ui_locales", "fr").path()).await;
    assert!(again.location().unwrap().starts_with("/fr/consent"), "{again:?}");
}
