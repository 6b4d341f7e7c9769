//! The authorization endpoint: whom it answers, where, and with what.

use crate::asserts::{code_of, is_error_page, is_refused};
use idp_domain::administration::{Actor, Order};
use idp_domain::client::Client;
use idp_domain::session::AuthenticationLevel;
use idp_store::{SecretChange, ServiceUpdate, UpdateOutcome};
use idp_tests::idp::page::encode;
use idp_tests::idp::service::CALLBACK;
use idp_tests::idp::visitor::FORM;
use idp_tests::idp::{Account, Database, Page, Request, Service, TestIdp, Visitor};
use idp_tests::on_sqlite_and_postgres;
use reqwest::Method;
use std::time::Duration;

on_sqlite_and_postgres! {
    sc_006_unknown_client_gives_an_error_page
    sc_007_an_unregistered_address_gives_an_error_page
    sc_008_sc_009_sc_010_sc_011_a_registered_address_with_anything_changed_gives_an_error_page
    sc_012_no_address_gives_an_error_page
    sc_013_no_challenge_is_refused_unless_the_registration_relaxes_it
    sc_014_a_plain_challenge_is_refused
    sc_015_only_code_is_answered
    sc_016_an_honest_request_is_answered_with_a_code
    sc_017_cancelling_is_told_to_the_service
    sc_018_a_doubled_client_id_gives_an_error_page
    sc_018_any_other_doubled_parameter_is_refused
    sc_022_an_unsigned_request_object_is_refused_by_name
    sc_023_a_request_uri_is_refused_and_nothing_is_fetched
    sc_026_the_sign_in_page_has_its_headers
    sc_027_nothing_of_a_request_is_shown_unescaped
    sc_028_a_posted_request_works_like_a_fetched_one
    a_code_is_issued_once_for_a_kept_request
    a_finished_step_leads_on_in_the_language_that_the_service_asked_for
    a_kept_request_is_worthless_in_another_browser
    a_request_that_waits_is_answered_only_as_its_service_is_registered_now
    every_malformed_parameter_is_refused_and_none_is_cut
}

pub(crate) async fn opened(database: Database) -> (TestIdp, Service, Visitor) {
    let idp = TestIdp::start(database).await;
    let service = idp.service().await;
    let visitor = idp.visitor();
    (idp, service, visitor)
}

/// The same with a person who has an account and is signed in at `visitor`.
pub(crate) async fn signed_in(database: Database) -> (TestIdp, Service, Visitor, Account) {
    let (idp, service, visitor) = opened(database).await;
    let account = idp.create_account(&visitor, "person@example.test").await;
    (idp, service, visitor, account)
}

async fn sc_006_unknown_client_gives_an_error_page(database: Database) {
    let (_idp, service, visitor) = opened(database).await;
    for client in ["nobody", "", "<b>", "a b", &"x".repeat(5000)] {
        is_error_page(&visitor.get(&service.request().with("client_id", client).path()).await);
    }
    is_error_page(&visitor.get("/authorize").await);
    visitor.speaks("fr-CA");
    let page = visitor.get(&service.request().with("client_id", "nobody").path()).await;
    is_error_page(&page);
    assert!(page.text().contains("Le service d’où vous venez a envoyé une demande"), "{page:?}");
}

// oidcc-ensure-registered-redirect-uri
async fn sc_007_an_unregistered_address_gives_an_error_page(database: Database) {
    let (_idp, service, visitor) = opened(database).await;
    for address in ["https://evil.test/cb", "javascript:alert(1)", "//evil.test", "data:text/html,x", "\u{1}"]
    {
        is_error_page(&visitor.get(&service.request().with("redirect_uri", address).path()).await);
    }
}

async fn sc_008_sc_009_sc_010_sc_011_a_registered_address_with_anything_changed_gives_an_error_page(
    database: Database,
) {
    let (_idp, service, visitor) = opened(database).await;
    for address in [
        format!("{CALLBACK}/extra"),
        format!("{CALLBACK}?next=1"),
        format!("{CALLBACK}#x"),
        format!("{CALLBACK}/"),
        "https://rp.example.test@evil.test/callback".into(),
        "https://registered@evil.test/cb".into(),
        CALLBACK.replace("https:", "http:"),
        CALLBACK.replace("rp.", "RP."),
        CALLBACK.replace("/callback", "/x/../callback"),
        CALLBACK.replace("/callback", "/%63allback"),
        CALLBACK.replace("test/", "test:443/"),
        format!("{CALLBACK} "),
    ] {
        is_error_page(&visitor.get(&service.request().with("redirect_uri", &address).path()).await);
    }
}

async fn sc_012_no_address_gives_an_error_page(database: Database) {
    let (_idp, service, visitor) = opened(database).await;
    is_error_page(&visitor.get(&service.request().without("redirect_uri").path()).await);
    is_error_page(&visitor.get(&service.request().with("redirect_uri", "").path()).await);
    is_error_page(&visitor.get(&service.request().and("redirect_uri", CALLBACK).path()).await);
}

async fn sc_013_no_challenge_is_refused_unless_the_registration_relaxes_it(database: Database) {
    let (idp, service, visitor) = opened(database).await;
    let request = service.request().without_pkce();
    is_refused(&idp, &visitor.get(&request.path()).await, &request, &["invalid_request"]);
    let request = service.request().without("code_challenge");
    is_refused(&idp, &visitor.get(&request.path()).await, &request, &["invalid_request"]);
    let relaxed = idp.service_with("require_pkce = false\n").await;
    let request = relaxed.request().without_pkce();
    assert!(visitor.get(&request.path()).await.location().unwrap().starts_with("/en/sign-in?tx="));
}

async fn sc_014_a_plain_challenge_is_refused(database: Database) {
    let (idp, service, visitor) = opened(database).await;
    let plain = service.request().with("code_challenge_method", "plain");
    is_refused(&idp, &visitor.get(&plain.path()).await, &plain, &["invalid_request"]);
    let silent = service.request().without("code_challenge_method");
    is_refused(&idp, &visitor.get(&silent.path()).await, &silent, &["invalid_request"]);
    let short = service.request().with("code_challenge", "too-short");
    is_refused(&idp, &visitor.get(&short.path()).await, &short, &["invalid_request"]);
}

async fn sc_015_only_code_is_answered(database: Database) {
    let (idp, service, visitor) = opened(database).await;
    for kind in ["token", "id_token", "code id_token", "none", "code token", "CODE"] {
        let request = service.request().with("response_type", kind);
        is_refused(&idp, &visitor.get(&request.path()).await, &request, &["unsupported_response_type"]);
    }
    // oidcc-response-type-missing
    let request = service.request().without("response_type");
    is_refused(&idp, &visitor.get(&request.path()).await, &request, &["invalid_request"]);
}

async fn sc_016_an_honest_request_is_answered_with_a_code(database: Database) {
    let (idp, service, visitor) = opened(database).await;
    let account = idp.create_account(&idp.visitor(), "person@example.test").await;
    let request = service.request();
    let page = idp.authorize(&visitor, &request, &account).await;
    let code = code_of(&idp, &page, &request);
    assert!(code.len() >= 22, "{code}");
    assert_eq!(page.status, 303);
    // 128 bits at least: no two are alike.
    let again = service.request();
    assert_ne!(code_of(&idp, &idp.authorize(&visitor, &again, &account).await, &again), code);
}

async fn sc_017_cancelling_is_told_to_the_service(database: Database) {
    let (idp, service, visitor) = opened(database).await;
    let request = service.request();
    let page = visitor.follow(visitor.get(&request.path()).await).await;
    let answer = visitor.submit(&page, "cancel-form", &[]).await;
    is_refused(&idp, &answer, &request, &["access_denied"]);
    // The request is answered: its page is over.
    assert_eq!(visitor.get(&page.url).await.status, 409);
    let again = visitor.submit(&page, "f", &[("email", "a@example.test"), ("password", "x")]).await;
    assert_eq!(again.status, 409);
}

async fn sc_018_a_doubled_client_id_gives_an_error_page(database: Database) {
    let (_idp, service, visitor) = opened(database).await;
    let request = service.request();
    let id = request.value("client_id").to_owned();
    is_error_page(&visitor.get(&request.clone().and("client_id", &id).path()).await);
    is_error_page(&visitor.get(&request.and("client_id", "other").path()).await);
}

async fn sc_018_any_other_doubled_parameter_is_refused(database: Database) {
    let (idp, service, visitor) = opened(database).await;
    for name in ["scope", "nonce", "response_type", "code_challenge", "prompt", "unknown"] {
        let request = service.request().with(name, "openid").and(name, "openid");
        is_refused(&idp, &visitor.get(&request.path()).await, &request, &["invalid_request"]);
    }
    let request = service.request().and("state", "other");
    let page = visitor.get(&request.path()).await;
    assert_eq!(page.parameter("error").as_deref(), Some("invalid_request"), "{page:?}");
}

async fn sc_022_an_unsigned_request_object_is_refused_by_name(database: Database) {
    let (idp, service, visitor, _account) = signed_in(database).await;
    // oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported
    for (object, error) in
        [("eyJhbGciOiJub25lIn0.e30.", "request_not_supported"), ("x", "invalid_request_object")]
    {
        let request = service.request().with("request", object);
        is_refused(&idp, &visitor.get(&request.path()).await, &request, &[error]);
    }
}

async fn sc_023_a_request_uri_is_refused_and_nothing_is_fetched(database: Database) {
    let (idp, service, visitor, _account) = signed_in(database).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/req.jwt", listener.local_addr().unwrap());
    // oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported
    for uri in [address.as_str(), "https://rp/req.jwt"] {
        let request = service.request().with("request_uri", uri);
        is_refused(&idp, &visitor.get(&request.path()).await, &request, &["invalid_request_uri"]);
    }
    // Neither pushed: with everything beside it that a plain request has.
    let uri = "urn:ietf:params:oauth:request_uri:x";
    is_error_page(&visitor.get(&service.request().with("request_uri", uri).path()).await);
    let fetched = tokio::time::timeout(Duration::from_millis(100), listener.accept()).await;
    assert!(fetched.is_err(), "the address was fetched");
}

async fn sc_026_the_sign_in_page_has_its_headers(database: Database) {
    let (_idp, service, visitor) = opened(database).await;
    let page = visitor.follow(visitor.get(&service.request().path()).await).await;
    let policy = page.header("content-security-policy");
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'none'"), "{policy}");
    assert!(!policy.contains("unsafe-inline") && !policy.contains("unsafe-eval"), "{policy}");
    // The form ends at the service: Chromium applies form-action to redirects.
    assert!(policy.contains("form-action 'self' https://rp.example.test"), "{policy}");
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(page.header("referrer-policy"), "same-origin");
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert!(page.headers.get("strict-transport-security").is_none(), "only over https");
    assert!(page.headers.get("server").is_none() && page.headers.get("x-powered-by").is_none());
    assert!(
        !page.body.contains("<script>") && !page.body.contains("onclick=") && !page.body.contains("style=\"")
    );
}

async fn sc_027_nothing_of_a_request_is_shown_unescaped(database: Database) {
    let (idp, service, visitor) = opened(database).await;
    let hostile = "\"><script>alert(1)</script>";
    for name in [
        "error_description",
        "error",
        "state",
        "login_hint",
        "scope",
        "client_id",
        "redirect_uri",
        "ui_locales",
    ] {
        let page = visitor.get(&service.request().with(name, hostile).path()).await;
        let page = if page.location().is_some_and(|to| to.starts_with('/')) {
            visitor.follow(page).await
        } else {
            page
        };
        assert!(!page.body.contains("<script>alert"), "{name}: {}", page.body);
    }
    let named = r#"client_name = "<script>alert(1)</script> & Co"
redirect_uris = ["https://rp.example.test/callback"]
"#;
    // A registration is the administrator's, but its name is shown.
    let service = idp.register(named).await;
    let page = visitor.follow(visitor.get(&service.request().with("scope", "openid").path()).await).await;
    assert!(
        page.text().contains("<script>alert(1)</script> & Co") && !page.body.contains("<script>alert"),
        "{page:?}"
    );
}

async fn sc_028_a_posted_request_works_like_a_fetched_one(database: Database) {
    let (idp, service, visitor, _account) = signed_in(database).await;
    let post = async |request: &Request| {
        let raw = visitor.request(Method::POST, "/authorize").header("Content-Type", FORM);
        visitor.send(raw.header("Origin", "https://rp.example.test").body(encode(&request.parameters))).await
    };
    // oidcc-ensure-post-request-succeeds
    let request = service.request();
    let page = visitor.follow(post(&request).await).await;
    code_of(&idp, &page, &request);
    let refused = service.request().with("response_type", "token");
    is_refused(&idp, &visitor.follow(post(&refused).await).await, &refused, &["unsupported_response_type"]);
    is_error_page(&post(&service.request().with("client_id", "nobody")).await);
    // A browser whose cookies a foreign form doesn't bring is sent once more by GET, which brings them.
    let cookies = ["idp_browser", "idp_session"].map(|name| (name, visitor.cookie(name).unwrap()));
    for (name, _) in &cookies {
        visitor.forget_cookie(name);
    }
    let request = service.request();
    let answer = post(&request).await;
    assert!(answer.location().unwrap().starts_with("/authorize?"), "{answer:?}");
    for (name, value) in &cookies {
        visitor.set_cookie(name, value);
    }
    code_of(&idp, &visitor.follow(answer).await, &request);
}

async fn a_code_is_issued_once_for_a_kept_request(database: Database) {
    let (idp, service, visitor) = opened(database).await;
    let account = idp.create_account(&idp.visitor(), "person@example.test").await;
    let request = service.request();
    let sign_in = visitor.follow(visitor.get(&request.path()).await).await;
    let typed = [("email", account.email.as_str()), ("password", account.password.as_str())];
    let answer = visitor.follow(visitor.submit(&sign_in, "f", &typed).await).await;
    let code = code_of(&idp, &answer, &request);
    // The same form again: the first answer, not a second code.
    let again = visitor.submit(&sign_in, "f", &typed).await;
    assert_eq!(visitor.follow(again).await.parameter("code").as_ref(), Some(&code));
    // The step is finished, with a way on.
    let back = visitor.get(&sign_in.url).await;
    assert!(back.status == 409 || back.location().is_some(), "{back:?}");
    assert_eq!(idp.count("authorization_code"), 1);
}

async fn a_finished_step_leads_on_in_the_language_that_the_service_asked_for(database: Database) {
    let (idp, service, visitor) = opened(database).await;
    let account = idp.create_account(&idp.visitor(), "person@example.test").await;
    let request = service.request().with("ui_locales", "fr-CA");
    let sign_in = visitor.follow(visitor.get(&request.path()).await).await;
    let typed = [("email", account.email.as_str()), ("password", account.password.as_str())];
    let answer = visitor.follow(visitor.submit(&sign_in, "f", &typed).await).await;
    code_of(&idp, &answer, &request);
    let back = visitor.get(&sign_in.url).await;
    assert_eq!(back.status, 409, "{back:?}");
    let (_, on) = back.body.split_once("href=\"/fr/resume?").unwrap_or_else(|| panic!("{back:?}"));
    let on = visitor.get(&format!("/fr/resume?{}", on.split_once('"').unwrap().0)).await;
    assert_eq!(on.location(), Some("/fr/account"), "the account's own language is English: {on:?}");
}

async fn a_kept_request_is_worthless_in_another_browser(database: Database) {
    let (idp, service, visitor) = opened(database).await;
    let sign_in = visitor.follow(visitor.get(&service.request().path()).await).await;
    assert!(sign_in.text().contains("to continue to Fishing licences"), "{sign_in:?}");
    let path = sign_in.url.strip_prefix(&idp.issuer).unwrap();
    let stranger = idp.visitor();
    let account = idp.create_account(&stranger, "stranger@example.test").await;
    let page = stranger.follow(stranger.get(path).await).await;
    assert!(!page.text().contains("Fishing licences"), "{page:?}");
    let fresh = idp.visitor();
    let page = fresh.get(path).await;
    assert!(!page.text().contains("Fishing licences") && !page.has("cancel-form"), "{page:?}");
    let typed = [("email", account.email.as_str()), ("password", account.password.as_str())];
    let answer = fresh.follow(fresh.submit(&page, "f", &typed).await).await;
    assert!(answer.url.ends_with("/en/account") || answer.url.contains("/en/account?"), "{answer:?}");
    assert_eq!(idp.count("authorization_code"), 0);
}

/// Changes a registration, as one of the three faces does.
async fn register_anew(idp: &TestIdp, service: &Service, change: impl FnOnce(&mut Client)) {
    let before = idp.app.store.find_service(service.client.id.clone()).await.unwrap().unwrap().client;
    let mut client = before.clone();
    change(&mut client);
    let order = Order { by: Actor::Operator, reason: None };
    let update =
        ServiceUpdate { before, client, secret: SecretChange::Keep, order, now: idp.app.clock.now() };
    assert_eq!(idp.app.store.update_service(update).await.unwrap(), UpdateOutcome::Updated);
    idp.app.forget_service(&service.client.id);
}

async fn a_request_that_waits_is_answered_only_as_its_service_is_registered_now(database: Database) {
    let (idp, service, visitor) = opened(database).await;
    let account = idp.create_account(&idp.visitor(), "person@example.test").await;
    let typed = [("email", account.email.as_str()), ("password", account.password.as_str())];
    // Its host was lost to somebody else, and its address taken off the registration at once.
    let sign_in = visitor.follow(visitor.get(&service.request().path()).await).await;
    let elsewhere = idp
        .register("client_name = \"Other\"\nredirect_uris = [\"https://other.example.test/cb\"]\n")
        .await
        .client
        .redirect_uris;
    let registered = service.client.redirect_uris.clone();
    register_anew(&idp, &service, |client| client.redirect_uris = elsewhere).await;
    for form in ["f", "cancel-form"] {
        is_error_page(&visitor.follow(visitor.submit(&sign_in, form, &typed).await).await);
    }
    is_error_page(&visitor.get(&sign_in.url).await);
    assert_eq!(idp.count("authorization_code"), 0);
    // The level that it needs was raised: the answer waits for a second step.
    register_anew(&idp, &service, |client| client.redirect_uris = registered).await;
    let visitor = idp.visitor();
    let sign_in = visitor.follow(visitor.get(&service.request().path()).await).await;
    register_anew(&idp, &service, |client| client.minimum_level = AuthenticationLevel::Two).await;
    let answer = visitor.follow(visitor.submit(&sign_in, "f", &typed).await).await;
    assert!(answer.url.contains("/sign-in/set-up"), "{answer:?}");
    // A scope was taken from it: nothing more is given than it may have now.
    register_anew(&idp, &service, |client| client.minimum_level = AuthenticationLevel::One).await;
    let request = service.request().with("scope", "openid email profile").with("prompt", "login");
    let sign_in = visitor.follow(visitor.get(&request.path()).await).await;
    register_anew(&idp, &service, |client| client.scopes = vec!["openid".to_owned(), "profile".to_owned()])
        .await;
    let answer = visitor.follow(visitor.submit(&sign_in, "f", &typed).await).await;
    let code = code_of(&idp, &answer, &request);
    let tokens = idp.redeem(&service, &request, &code).await;
    assert_eq!(tokens.json()["scope"], "openid profile", "{tokens:?}");
}

async fn every_malformed_parameter_is_refused_and_none_is_cut(database: Database) {
    let (idp, service, visitor, _account) = signed_in(database).await;
    let long = "x".repeat(4097);
    for name in
        ["nonce", "scope", "prompt", "max_age", "code_challenge", "response_mode", "ui_locales", "login_hint"]
    {
        for value in [long.as_str(), "a\u{0}b", "line\nbreak"] {
            let request = service.request().with(name, value);
            let page = visitor.get(&request.path()).await;
            assert_eq!(page.parameter("code"), None, "{name}: {page:?}");
            is_refused(&idp, &page, &request, &["invalid_request", "invalid_scope"]);
        }
    }
    let request = service.request().with("state", &long);
    let page = visitor.get(&request.path()).await;
    assert_eq!(
        (page.parameter("error").as_deref(), page.parameter("state")),
        (Some("invalid_request"), None)
    );
    // Long ones within the bound come back whole.
    let request = service.request().with("state", &"s".repeat(1000)).with("nonce", &"n".repeat(384));
    let page = visitor.get(&request.path()).await;
    let tokens = idp.tokens(&service, &request, &code_of(&idp, &page, &request)).await;
    assert_eq!(tokens.claims["nonce"].as_str().map(str::len), Some(384));
    // Bytes that are no text.
    let raw: Page = visitor.get(&format!("{}&login_hint=%FF%FE&display=%", service.request().path())).await;
    assert!(raw.status < 500, "{raw:?}");
}
