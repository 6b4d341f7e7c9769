//! RP-Initiated Logout 1.0: when a session ends, who is asked, and where the browser goes then.

use crate::asserts::{code_of, is_refused};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use idp_tests::idp::page::encode;
use idp_tests::idp::service::BYE;
use idp_tests::idp::{Account, Database, Page, Service, TestIdp, Tokens, Visitor};
use idp_tests::on_sqlite_and_postgres;
use reqwest::Method;
use std::time::Duration;

on_sqlite_and_postgres! {
    sc_081_an_honest_hint_ends_the_session_and_returns
    sc_082_an_unregistered_address_is_never_gone_to
    sc_083_without_a_hint_the_person_is_asked_first
    sc_085_an_old_cookie_is_not_signed_in
    a_hint_that_is_not_ours_or_not_of_this_session_asks_first
    without_an_address_the_signed_out_page_follows
    a_posted_logout_works_like_a_fetched_one
    a_logout_hint_of_somebody_else_asks_first
    a_session_that_is_over_by_time_ends_by_time
}

/// A person who is signed in at one service.
pub struct Scene {
    pub idp: TestIdp,
    pub service: Service,
    pub visitor: Visitor,
    pub account: Account,
    pub tokens: Tokens,
}

impl Scene {
    pub async fn at(database: Database) -> Self {
        let idp = TestIdp::start(database).await;
        let service = idp.service().await;
        let visitor = idp.visitor();
        let account = idp.create_account(&visitor, "person@example.test").await;
        let tokens = idp.sign_in_at(&visitor, &service, &account).await;
        Self { idp, service, visitor, account, tokens }
    }

    pub async fn logout(&self, parameters: &[(&str, &str)]) -> Page {
        let pairs: Vec<_> = parameters.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        self.visitor.get(&format!("/end-session?{}", encode(&pairs))).await
    }

    pub async fn is_signed_in(&self) -> bool {
        let request = self.service.request().with("prompt", "none");
        let page = self.visitor.get(&request.path()).await;
        if page.parameter("code").is_some() {
            code_of(&self.idp, &page, &request);
            return true;
        }
        is_refused(&self.idp, &page, &request, &["login_required"]);
        false
    }

    /// Nothing happened but a question, or a refusal.
    pub async fn asked_or_refused(&self, page: &Page) {
        assert!(page.location().is_none(), "{page:?}");
        assert!(page.has("sign-out-page") || page.has("error-page"), "{page:?}");
        assert!(self.is_signed_in().await, "the session ended unasked");
    }
}

async fn sc_081_an_honest_hint_ends_the_session_and_returns(database: Database) {
    let scene = Scene::at(database).await;
    let hint = scene.tokens.id_token.as_str();
    // oidcc-rp-initiated-logout
    let page =
        scene.logout(&[("id_token_hint", hint), ("post_logout_redirect_uri", BYE), ("state", "a b&c")]).await;
    assert_eq!(page.location(), Some("https://rp.example.test/bye?state=a+b%26c"), "{page:?}");
    assert_eq!(scene.visitor.cookie("idp_session"), None);
    assert!(!scene.is_signed_in().await);
    // oidcc-rp-initiated-logout-no-state; there is no session any more, and it is said again.
    let page = scene.logout(&[("id_token_hint", hint), ("post_logout_redirect_uri", BYE)]).await;
    assert_eq!(page.location(), Some(BYE), "{page:?}");
}

async fn sc_082_an_unregistered_address_is_never_gone_to(database: Database) {
    let scene = Scene::at(database).await;
    let hint = scene.tokens.id_token.clone();
    // oidcc-rp-initiated-logout-bad-post-logout-redirect-uri,
    // oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri
    for address in [
        "https://evil.test/",
        "https://rp.example.test/bye?foo=bar",
        "https://rp.example.test/bye/",
        "javascript:1",
    ] {
        let page = scene.logout(&[("id_token_hint", &hint), ("post_logout_redirect_uri", address)]).await;
        scene.asked_or_refused(&page).await;
        // The language control may name it again as our own parameter; no link, form or policy leads there.
        let leads_there = format!("=\"{address}");
        assert!(!page.body.contains(&leads_there), "{page:?}");
        assert!(!page.header("content-security-policy").contains("evil.test"), "{page:?}");
    }
    // The person may still say yes; the address is not gone to.
    let page =
        scene.logout(&[("id_token_hint", &hint), ("post_logout_redirect_uri", "https://evil.test/")]).await;
    let form = page
        .form("sign-out-form")
        .with("post_logout_redirect_uri", "https://evil.test/")
        .with("id_token_hint", &hint);
    let answer = scene.visitor.post(&form).await;
    let signed_out = format!("/en/signed-out?client={}&ended=", scene.service.client.id);
    assert!(answer.location().unwrap().starts_with(&signed_out), "{answer:?}");
    assert!(!scene.visitor.follow(answer).await.body.contains("evil.test"));
}

async fn sc_083_without_a_hint_the_person_is_asked_first(database: Database) {
    let scene = Scene::at(database).await;
    let id = scene.service.client.id.as_str();
    // oidcc-rp-initiated-logout-no-params,
    // oidcc-rp-initiated-logout-only-state,
    // oidcc-rp-initiated-logout-no-id-token-hint
    for parameters in [
        &[][..],
        &[("state", "x")],
        &[("post_logout_redirect_uri", BYE)],
        &[("client_id", id), ("post_logout_redirect_uri", BYE)],
    ] {
        let page = scene.logout(parameters).await;
        scene.asked_or_refused(&page).await;
    }
    let page = scene.logout(&[("client_id", id), ("post_logout_redirect_uri", BYE), ("state", "s")]).await;
    assert!(page.text().contains("Fishing licences asks to sign you out"), "{page:?}");
    let forged = page.form("sign-out-form").with("_csrf", "forged");
    assert_eq!(scene.visitor.post(&forged).await.status, 403);
    assert!(scene.is_signed_in().await);
    let answer = scene.visitor.submit(&page, "sign-out-form", &[]).await;
    assert_eq!(answer.location(), Some("https://rp.example.test/bye?state=s"), "{answer:?}");
    assert!(!scene.is_signed_in().await);
}

async fn sc_085_an_old_cookie_is_not_signed_in(database: Database) {
    let scene = Scene::at(database).await;
    let cookie = scene.visitor.cookie("idp_session").unwrap();
    let page = scene.visitor.get("/en/account").await;
    let answer = scene.visitor.submit(&page, "sign-out-form", &[]).await;
    let page = scene.visitor.follow(answer).await;
    assert!(page.url.contains("/en/signed-out?ended=") && page.has("signed-out-page"), "{page:?}");
    assert!(
        page.text().contains("We could not sign you out of Fishing licences."),
        "it can't be told: {page:?}"
    );
    scene.visitor.set_cookie("idp_session", &cookie);
    assert!(!scene.is_signed_in().await);
    assert_eq!(scene.visitor.get("/en/account").await.location(), Some("/en/sign-in"));
}

async fn a_hint_that_is_not_ours_or_not_of_this_session_asks_first(database: Database) {
    let scene = Scene::at(database).await;
    let hint = scene.tokens.id_token.clone();
    let (header, rest) = hint.split_once('.').unwrap();
    let (claims, _) = rest.split_once('.').unwrap();
    let none = BASE64_URL_SAFE_NO_PAD.encode(br#"{"alg":"none"}"#);
    let stranger = scene.idp.visitor();
    let other = scene.idp.create_account(&stranger, "other@example.test").await;
    let theirs = scene.idp.sign_in_at(&stranger, &scene.service, &other).await.id_token;
    // oidcc-rp-initiated-logout-modified-id-token-hint,
    // oidcc-rp-initiated-logout-bad-id-token-hint
    let bad = [
        format!("{none}.{claims}."),
        format!("{header}.{claims}.{}", BASE64_URL_SAFE_NO_PAD.encode([7; 64])),
        format!("{header}.{}.x", BASE64_URL_SAFE_NO_PAD.encode(br#"{"iss":"x"}"#)),
        "garbage".into(),
        theirs,
    ];
    for hint in bad {
        let page = scene.logout(&[("id_token_hint", &hint), ("post_logout_redirect_uri", BYE)]).await;
        scene.asked_or_refused(&page).await;
    }
    let page = scene
        .logout(&[("id_token_hint", &hint), ("client_id", "other"), ("post_logout_redirect_uri", BYE)])
        .await;
    scene.asked_or_refused(&page).await;
    // Old is no fault: a hint outlives its own end.
    scene.idp.advance(Duration::from_secs(700));
    let page = scene.logout(&[("id_token_hint", &hint), ("post_logout_redirect_uri", BYE)]).await;
    assert_eq!(page.location(), Some(BYE), "{page:?}");
}

async fn without_an_address_the_signed_out_page_follows(database: Database) {
    let scene = Scene::at(database).await;
    // oidcc-rp-initiated-logout-no-post-logout-redirect-uri
    let page = scene.logout(&[("id_token_hint", &scene.tokens.id_token), ("ui_locales", "fr-CA")]).await;
    let page = scene.visitor.follow(page).await;
    let signed_out = format!("/fr/signed-out?client={}&ended=", scene.service.client.id);
    assert!(page.url.contains(&signed_out) && page.has("signed-out-page"), "{page:?}");
    assert!(page.text().contains("Votre session dans Mon Ontario a pris fin."), "{page:?}");
    assert!(!scene.is_signed_in().await);
}

async fn a_posted_logout_works_like_a_fetched_one(database: Database) {
    let scene = Scene::at(database).await;
    let pairs = vec![
        ("id_token_hint".to_owned(), scene.tokens.id_token.clone()),
        ("post_logout_redirect_uri".into(), BYE.into()),
    ];
    let cookies = ["idp_browser", "idp_session"].map(|name| (name, scene.visitor.cookie(name).unwrap()));
    for (name, _) in &cookies {
        scene.visitor.forget_cookie(name);
    }
    let raw = scene
        .visitor
        .request(Method::POST, "/end-session")
        .header("Content-Type", "application/x-www-form-urlencoded");
    let answer =
        scene.visitor.send(raw.header("Origin", "https://rp.example.test").body(encode(&pairs))).await;
    for (name, value) in &cookies {
        scene.visitor.set_cookie(name, value);
    }
    let answer = scene.visitor.follow(answer).await;
    assert_eq!(answer.location(), Some(BYE), "{answer:?}");
    assert!(!scene.is_signed_in().await);
}

async fn a_logout_hint_of_somebody_else_asks_first(database: Database) {
    let scene = Scene::at(database).await;
    let hint = ("id_token_hint", scene.tokens.id_token.as_str());
    let address = ("post_logout_redirect_uri", BYE);
    let page = scene.logout(&[hint, address, ("logout_hint", "other@example.test")]).await;
    scene.asked_or_refused(&page).await;
    let page = scene.logout(&[hint, address, ("logout_hint", "Person@Example.test")]).await;
    assert_eq!(page.location(), Some(BYE), "{page:?}");
    // What is no address may mean anything, and means nothing here.
    let tokens = scene.idp.sign_in_at(&scene.visitor, &scene.service, &scene.account).await;
    let hint = ("id_token_hint", tokens.id_token.as_str());
    let page = scene.logout(&[hint, address, ("logout_hint", "person-17")]).await;
    assert_eq!(page.location(), Some(BYE), "{page:?}");
}

async fn a_session_that_is_over_by_time_ends_by_time(database: Database) {
    let scene = Scene::at(database).await;
    scene.idp.advance(Duration::from_secs(901));
    let hint = scene.tokens.id_token.as_str();
    let page = scene.logout(&[("id_token_hint", hint), ("post_logout_redirect_uri", BYE)]).await;
    assert_eq!(page.location(), Some(BYE), "{page:?}");
    assert_eq!(scene.idp.count("browser_session WHERE ended_at IS NULL"), 0);
    assert_eq!(scene.idp.count("audit_record WHERE body LIKE '%session_ended%expired%'"), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_signed_out_page_leads_back_only_where_the_service_registered_it() {
    let idp = TestIdp::start(Database::Sqlite).await;
    let service = idp.service_with("initiate_login_uri = \"https://rp.example.test/start\"\n").await;
    let other = idp.service().await;
    let page = idp.visitor().get(&format!("/en/signed-out?client={}", service.client.id)).await;
    assert!(page.text().contains("Back to Fishing licences"), "{page:?}");
    assert!(page.body.contains("href=\"https://rp.example.test/start\""), "{page:?}");
    for unknown in [other.client.id.as_str(), "nobody", "%22%3E%3Cscript%3E", "https://evil.test/"] {
        let page = idp.visitor().get(&format!("/en/signed-out?client={unknown}")).await;
        assert_eq!((page.status, page.text().contains("Back to")), (200, false), "{unknown}");
        assert!(!page.body.contains("evil.test") && !page.body.contains("<script>"), "{page:?}");
    }
}
