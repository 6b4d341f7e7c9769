//! Pushed authorization requests (RFC 9126). Names with `fapi2…` are modules of the OpenID Foundation's suite.

use crate::asserts::{code_of, is_error_page, is_oauth_error, is_refused};
use crate::authorization::{opened, signed_in};
use idp_tests::idp::pushed::by_reference;
use idp_tests::idp::service::CALLBACK;
use idp_tests::idp::{Database, Request, Service, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use reqwest::Method;
use std::time::Duration;

on_sqlite_and_postgres! {
    sc_025_a_client_that_must_push_gets_no_sign_in_page_by_a_plain_request
    sc_029_a_push_without_client_authentication_is_invalid_client
    sc_030_a_push_with_a_request_uri_is_refused
    sc_031_an_unregistered_address_is_refused_at_the_push
    sc_032_an_honest_push_gets_a_reference_and_leads_to_a_code
    sc_033_a_reference_is_refused_when_its_time_is_over
    sc_034_a_reference_is_refused_once_a_code_was_issued
    sc_035_a_reference_is_refused_for_another_client
    sc_036_a_reference_with_one_letter_changed_is_refused_like_an_expired_one
    sc_037_other_methods_than_post_are_refused
    a_reference_works_again_until_it_is_answered
    two_tabs_at_one_reference_get_one_code
    cancelling_spends_the_reference
    what_the_browser_adds_to_a_reference_counts_for_nothing
    every_rule_holds_at_the_push
    states_and_nonces_come_back_whole_or_not_at_all
    a_kept_journey_outlives_its_reference
    prompt_login_asks_again_although_the_proof_is_newer_than_the_push
    a_secret_of_the_push_is_not_kept
    sc_033_a_reference_that_nobody_brings_is_forgotten_with_its_time
    what_public_clients_push_counts_for_the_limit_of_their_network
}

async fn pusher(idp: &TestIdp) -> Service {
    idp.service_with("require_pushed_authorization_requests = true\n").await
}

async fn sc_025_a_client_that_must_push_gets_no_sign_in_page_by_a_plain_request(database: Database) {
    let idp = TestIdp::start(database).await;
    let service = pusher(&idp).await;
    // fapi2-security-profile-final-ensure-unsigned-authorization-request-without-using-par-fails
    let request = service.request();
    is_refused(&idp, &idp.visitor().get(&request.path()).await, &request, &["invalid_request"]);
    let signed = service.request().with("request", "eyJhbGciOiJFUzI1NiJ9.e30.c2ln");
    is_refused(&idp, &idp.visitor().get(&signed.path()).await, &signed, &["invalid_request"]);
    is_error_page(&idp.visitor().get(&service.request().without("redirect_uri").path()).await);
    let uri = idp.pushed(&service, &request).await;
    let page = idp.visitor().get(&by_reference(&service, &uri).path()).await;
    assert!(page.location().unwrap().starts_with("/en/sign-in?tx="), "{page:?}");
}

async fn sc_029_a_push_without_client_authentication_is_invalid_client(database: Database) {
    let idp = TestIdp::start(database).await;
    let service = idp.service().await;
    let request = service.request();
    is_oauth_error(&idp.push_as(None, &request.parameters).await, 401, &["invalid_client"]);
    let wrong = Some((service.client.id.as_str(), "wrong-secret"));
    let page = idp.push_as(wrong, &request.parameters).await;
    is_oauth_error(&page, 401, &["invalid_client"]);
    assert!(page.header("www-authenticate").starts_with("Basic"), "{page:?}");
    let other = idp.service().await;
    let stolen = Some((other.client.id.as_str(), other.secret.as_str()));
    is_oauth_error(&idp.push_as(stolen, &request.parameters).await, 400, &["invalid_request"]);
    assert_eq!(idp.count("pushed_request"), 0);
    // A public client says who it is; its PKCE binds the code (RFC 9126 section 2.1).
    let public = idp.service_with("token_endpoint_auth_method = \"none\"\n").await;
    assert_eq!(idp.push_as(None, &public.request().parameters).await.status, 201);
}

async fn sc_030_a_push_with_a_request_uri_is_refused(database: Database) {
    let idp = TestIdp::start(database).await;
    let service = idp.service().await;
    // fapi2-security-profile-final-par-authorization-request-containing-request_uri-form-param
    let uri = idp.pushed(&service, &service.request()).await;
    for value in [uri.as_str(), "urn:x", "https://rp.example.test/r", ""] {
        let page = idp.push(&service, &service.request().with("request_uri", value)).await;
        is_oauth_error(&page, 400, &["invalid_request"]);
    }
}

async fn sc_031_an_unregistered_address_is_refused_at_the_push(database: Database) {
    let idp = TestIdp::start(database).await;
    let service = idp.service().await;
    // fapi2-security-profile-final-ensure-registered-redirect-uri
    // fapi2-security-profile-final-plain-fapi-tolerate-unregistered-redirect-uri
    // fapi2-security-profile-final-ensure-redirect-uri-in-authorization-request
    for address in ["https://evil.test/cb", &format!("{CALLBACK}/extra"), ""] {
        let page = idp.push(&service, &service.request().with("redirect_uri", address)).await;
        is_oauth_error(&page, 400, &["invalid_request"]);
    }
    let missing = service.request().without("redirect_uri");
    is_oauth_error(&idp.push(&service, &missing).await, 400, &["invalid_request"]);
    assert_eq!(idp.count("pushed_request"), 0);
}

async fn sc_032_an_honest_push_gets_a_reference_and_leads_to_a_code(database: Database) {
    let (idp, _, visitor, account) = signed_in(database).await;
    let service = pusher(&idp).await;
    let request = service.request();
    let page = idp.push(&service, &request).await;
    assert_eq!((page.status, page.header("cache-control")), (201, "no-store"), "{page:?}");
    let answer = page.json();
    let uri = answer["request_uri"].as_str().unwrap();
    let random = uri.strip_prefix("urn:ietf:params:oauth:request_uri:").unwrap();
    assert!(random.len() >= 22, "128 bits: {uri}");
    assert_ne!(idp.pushed(&service, &request).await, uri);
    assert_eq!(answer["expires_in"], 60);
    // fapi2-security-profile-final-par-without-duplicate-parameters: client_id and request_uri are enough.
    let answered = idp.authorize_pushed(&visitor, &service, uri, &account).await;
    let tokens = idp.tokens(&service, &request, &code_of(&idp, &answered, &request)).await;
    assert_eq!(tokens.claims["nonce"], request.value("nonce"));
    // A browser without a session signs in on the way.
    let uri = idp.pushed(&service, &request).await;
    let answered = idp.authorize_pushed(&idp.visitor(), &service, &uri, &account).await;
    idp.tokens(&service, &request, &code_of(&idp, &answered, &request)).await;
}

async fn sc_033_a_reference_is_refused_when_its_time_is_over(database: Database) {
    let (idp, service, visitor, account) = signed_in(database).await;
    let request = service.request();
    let uri = idp.pushed(&service, &request).await;
    idp.advance(Duration::from_secs(58));
    code_of(&idp, &idp.authorize_pushed(&visitor, &service, &uri, &account).await, &request);
    // fapi2-security-profile-final-par-attempt-to-use-expired-request_uri
    let uri = idp.pushed(&service, &request).await;
    idp.advance(Duration::from_secs(61));
    is_error_page(&visitor.get(&by_reference(&service, &uri).path()).await);
    let changed = TestIdp::start_with(database, &[("IDP_LIFETIMES__PAR", "5s")]).await;
    let service = changed.service().await;
    let page = changed.push(&service, &service.request()).await;
    assert_eq!(page.json()["expires_in"], 5);
}

async fn sc_034_a_reference_is_refused_once_a_code_was_issued(database: Database) {
    let (idp, service, visitor, account) = signed_in(database).await;
    // fapi2-security-profile-final-par-attempt-reuse-request_uri
    let request = service.request();
    let uri = idp.pushed(&service, &request).await;
    code_of(&idp, &idp.authorize_pushed(&visitor, &service, &uri, &account).await, &request);
    is_error_page(&visitor.get(&by_reference(&service, &uri).path()).await);
    is_error_page(&idp.visitor().get(&by_reference(&service, &uri).path()).await);
    assert_eq!(idp.count("authorization_code"), 1);
}

async fn sc_035_a_reference_is_refused_for_another_client(database: Database) {
    let (idp, service, visitor, account) = signed_in(database).await;
    let other = idp.service().await;
    let request = service.request();
    let uri = idp.pushed(&service, &request).await;
    // fapi2-security-profile-final-par-attempt-to-use-request_uri-for-different-client
    is_error_page(&visitor.get(&by_reference(&other, &uri).path()).await);
    is_error_page(&visitor.get(&by_reference(&service, &uri).without("client_id").path()).await);
    // Its owner can still use it.
    code_of(&idp, &idp.authorize_pushed(&visitor, &service, &uri, &account).await, &request);
}

async fn sc_036_a_reference_with_one_letter_changed_is_refused_like_an_expired_one(database: Database) {
    let (idp, service, visitor, _account) = signed_in(database).await;
    let uri = idp.pushed(&service, &service.request()).await;
    let last = if uri.ends_with('A') { "B" } else { "A" };
    let changed = format!("{}{last}", &uri[..uri.len() - 1]);
    let upper = uri.to_uppercase();
    let long = format!("{uri}{}", "x".repeat(300));
    let mut texts = Vec::new();
    for wrong in [changed.as_str(), &upper, &long, "urn:ietf:params:oauth:request_uri:", "urn:x"] {
        let page = visitor.get(&by_reference(&service, wrong).path()).await;
        is_error_page(&page);
        texts.push(without_reference(&page.text()));
    }
    idp.advance(Duration::from_secs(61));
    let expired = visitor.get(&by_reference(&service, &uri).path()).await;
    is_error_page(&expired);
    assert!(texts.iter().all(|text| *text == without_reference(&expired.text())), "{texts:?}");
}

/// The page's words up to the reference and the time that each page has for itself.
fn without_reference(text: &str) -> String {
    text.split("Reference").next().unwrap().to_owned()
}

async fn sc_037_other_methods_than_post_are_refused(database: Database) {
    let (idp, service, visitor) = opened(database).await;
    // fapi2-security-profile-final-par-attempt-invalid-http-method
    for method in [Method::GET, Method::PUT, Method::DELETE, Method::HEAD] {
        let path = service.request().path().replace("/authorize", "/par");
        let page = visitor.send(visitor.request(method.clone(), &path)).await;
        assert_eq!((page.status, page.header("allow")), (405, "POST"), "{method}");
    }
    assert_eq!(idp.count("pushed_request"), 0);
    let json = idp.http().post(format!("{}/par", idp.issuer)).header("Content-Type", "application/json");
    let answer = json.body("{}").send().await.unwrap();
    assert_eq!(answer.status(), 400);
}

async fn a_reference_works_again_until_it_is_answered(database: Database) {
    let (idp, service, _visitor) = opened(database).await;
    let account = idp.create_account(&idp.visitor(), "person@example.test").await;
    let visitor = idp.visitor();
    // fapi2-security-profile-final-par-ensure-reused-request_uri-prior-to-auth-completion-succeeds
    let request = service.request();
    let uri = idp.pushed(&service, &request).await;
    let first = visitor.follow(visitor.get(&by_reference(&service, &uri).path()).await).await;
    assert!(first.has("sign-in"), "{first:?}");
    let answered = idp.authorize_pushed(&visitor, &service, &uri, &account).await;
    code_of(&idp, &answered, &request);
    // The first page is over too: its request was the same.
    let typed = [("email", account.email.as_str()), ("password", account.password.as_str())];
    let late = visitor.follow(visitor.submit(&first, "f", &typed).await).await;
    assert_eq!((late.status, late.parameter("code")), (409, None), "{late:?}");
    assert_eq!(idp.count("authorization_code"), 1);
}

async fn two_tabs_at_one_reference_get_one_code(database: Database) {
    let (idp, service, visitor, _account) = signed_in(database).await;
    for _ in 0..5 {
        let before = idp.count("authorization_code");
        let uri = idp.pushed(&service, &service.request()).await;
        let path = by_reference(&service, &uri).path();
        let (one, two, three) = tokio::join!(visitor.get(&path), visitor.get(&path), visitor.get(&path));
        let pages = [one, two, three];
        let codes = pages.iter().filter(|page| page.parameter("code").is_some()).count();
        assert!(codes == 1 && pages.iter().all(|page| page.status < 500), "{pages:?}");
        assert_eq!(idp.count("authorization_code"), before + 1);
    }
}

async fn cancelling_spends_the_reference(database: Database) {
    let (idp, service, visitor) = opened(database).await;
    // fapi2-security-profile-final-user-rejects-authentication
    let request = service.request();
    let uri = idp.pushed(&service, &request).await;
    let page = visitor.follow(visitor.get(&by_reference(&service, &uri).path()).await).await;
    let answer = visitor.submit(&page, "cancel-form", &[]).await;
    is_refused(&idp, &answer, &request, &["access_denied"]);
    is_error_page(&visitor.get(&by_reference(&service, &uri).path()).await);
}

async fn what_the_browser_adds_to_a_reference_counts_for_nothing(database: Database) {
    let (idp, service, visitor, account) = signed_in(database).await;
    let request = service.request();
    let uri = idp.pushed(&service, &request).await;
    let forged = by_reference(&service, &uri)
        .with("redirect_uri", "https://evil.test/cb")
        .with("scope", "openid email profile")
        .with("state", "forged")
        .with("nonce", "forged")
        .with("prompt", "login")
        .with("request", "x")
        .with("response_mode", "form_post");
    let page = idp.authorize(&visitor, &forged, &account).await;
    let tokens = idp.tokens(&service, &request, &code_of(&idp, &page, &request)).await;
    assert_eq!(tokens.claims["nonce"], request.value("nonce"));
    let userinfo = idp.userinfo(&tokens.access_token).await.json();
    assert!(userinfo.get("locale").is_none(), "the scope is the pushed one: {userinfo}");
    let doubled = by_reference(&service, &uri).and("request_uri", "urn:x");
    let page = visitor.get(&doubled.path()).await;
    assert!(page.parameter("code").is_none() && page.status == 400, "{page:?}");
}

async fn every_rule_holds_at_the_push(database: Database) {
    let idp = TestIdp::start(database).await;
    let service = idp.service().await;
    let honest = || service.request();
    // fapi2-security-profile-final-par-ensure-pkce-required
    // fapi2-security-profile-final-par-plain-pkce-rejected
    // fapi2-security-profile-final-ensure-response-type-code-idtoken-fails
    // fapi2-security-profile-final-ensure-response-type-token-fails
    for (request, error) in [
        (honest().without_pkce(), "invalid_request"),
        (honest().with("code_challenge_method", "plain"), "invalid_request"),
        (honest().with("response_type", "code id_token"), "unsupported_response_type"),
        (honest().with("response_type", "token"), "unsupported_response_type"),
        (honest().without("response_type"), "invalid_request"),
        (honest().with("scope", "email"), "invalid_scope"),
        (honest().with("prompt", "none login"), "invalid_request"),
        (honest().with("max_age", "-1"), "invalid_request"),
        (honest().with("response_mode", "fragment"), "invalid_request"),
        (honest().with("claims", "[]"), "invalid_request"),
        (honest().with("resource", "https://api.example.ca/"), "invalid_target"),
        (honest().with("id_token_hint", "x"), "invalid_request"),
        (honest().with("registration", "{}"), "registration_not_supported"),
        (honest().with("state", &"s".repeat(5000)), "invalid_request"),
        (honest().and("nonce", "other"), "invalid_request"),
    ] {
        let page = idp.push(&service, &request).await;
        is_oauth_error(&page, 400, &[error]);
        assert!(page.location().is_none());
    }
    let back_end = "client_name = \"A\"\nscope = \"\"\ngrant_types = [\"client_credentials\"]\n";
    let back_end = idp.register(back_end).await;
    let request = Request::new(back_end.client.id.as_str(), CALLBACK);
    is_oauth_error(&idp.push(&back_end, &request).await, 400, &["invalid_request", "unauthorized_client"]);
    let huge = honest().with("x", &"x".repeat(70_000));
    is_oauth_error(&idp.push(&service, &huge).await, 400, &["invalid_request"]);
    let many = (0..80).fold(honest(), |request, n| request.with(&format!("x{n}"), "1"));
    is_oauth_error(&idp.push(&service, &many).await, 400, &["invalid_request"]);
    assert_eq!(idp.count("pushed_request"), 0);
}

async fn states_and_nonces_come_back_whole_or_not_at_all(database: Database) {
    let (idp, service, visitor, account) = signed_in(database).await;
    let (state, nonce) = ("s".repeat(4000), "n".repeat(384));
    // fapi2-security-profile-final-ensure-authorization-request-without-state-success
    // fapi2-security-profile-final-ensure-authorization-request-without-nonce-success
    // fapi2-security-profile-final-ensure-authorization-request-with-64-char-nonce-success
    // fapi2-security-profile-final-ensure-authorization-request-with-long-nonce
    // fapi2-security-profile-final-ensure-authorization-request-with-long-state
    // fapi2-security-profile-final-ensure-other-scope-order-succeeds
    for request in [
        service.request().without("state"),
        service.request().without("nonce"),
        service.request().with("nonce", &"n".repeat(64)),
        service.request().with("nonce", &nonce).with("state", &state),
        service.request().with("scope", "email openid"),
    ] {
        let uri = idp.pushed(&service, &request).await;
        let page = idp.authorize_pushed(&visitor, &service, &uri, &account).await;
        let code = code_of(&idp, &page, &request);
        assert_eq!(page.parameter("state").is_some(), !request.value("state").is_empty());
        let tokens = idp.tokens(&service, &request, &code).await;
        assert_eq!(tokens.claims["nonce"].as_str().unwrap_or_default(), request.value("nonce"));
    }
}

async fn sc_033_a_reference_that_nobody_brings_is_forgotten_with_its_time(database: Database) {
    let (idp, service, _) = opened(database).await;
    idp.pushed(&service, &service.request()).await;
    idp.advance(Duration::from_secs(59));
    idp_server::adapters::workers::delete_expired(&idp.app).await.unwrap();
    assert_eq!(idp.count("pushed_request"), 1);
    idp.advance(Duration::from_secs(2));
    idp_server::adapters::workers::delete_expired(&idp.app).await.unwrap();
    assert_eq!(idp.count("pushed_request"), 0);
}

async fn what_public_clients_push_counts_for_the_limit_of_their_network(database: Database) {
    let idp = TestIdp::start_with(database, &[("IDP_LIMITS__NETWORK_REQUESTS_PER_MINUTE", "20")]).await;
    let public = idp.service_with("token_endpoint_auth_method = \"none\"\n").await;
    let proven = idp.service().await;
    for _ in 0..5 {
        assert_eq!(idp.push_as(None, &public.request().parameters).await.status, 201);
    }
    let refused = idp.push_as(None, &public.request().parameters).await;
    is_oauth_error(&refused, 429, &["temporarily_unavailable"]);
    let seconds: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&seconds), "{refused:?}");
    assert_eq!(idp.count("pushed_request"), 5);
    // A service that proves itself pushes for all of its people from one place.
    assert_eq!(idp.push(&proven, &proven.request()).await.status, 201);
    idp.advance(Duration::from_mins(1));
    assert_eq!(idp.push_as(None, &public.request().parameters).await.status, 201);
}

async fn a_kept_journey_outlives_its_reference(database: Database) {
    let (idp, service, visitor) = opened(database).await;
    let account = idp.create_account(&idp.visitor(), "person@example.test").await;
    let request = service.request();
    let uri = idp.pushed(&service, &request).await;
    let page = visitor.follow(visitor.get(&by_reference(&service, &uri).path()).await).await;
    idp.advance(Duration::from_hours(2));
    idp_server::adapters::workers::delete_expired(&idp.app).await.unwrap();
    let typed = [("email", account.email.as_str()), ("password", account.password.as_str())];
    let answer = visitor.follow(visitor.submit(&page, "f", &typed).await).await;
    code_of(&idp, &answer, &request);
    idp.advance(Duration::from_hours(48));
    idp_server::adapters::workers::delete_expired(&idp.app).await.unwrap();
    assert_eq!(idp.count("pushed_request"), 0);
}

async fn prompt_login_asks_again_although_the_proof_is_newer_than_the_push(database: Database) {
    let (idp, service, visitor) = opened(database).await;
    let account = idp.create_account(&idp.visitor(), "person@example.test").await;
    let request = service.request().with("prompt", "login");
    let uri = idp.pushed(&service, &request).await;
    idp.advance(Duration::from_secs(5));
    assert_eq!(idp.sign_in(&visitor, &account.email, &account.password).await.status, 303);
    idp.advance(Duration::from_secs(5));
    let page = visitor.get(&by_reference(&service, &uri).path()).await;
    assert!(page.location().unwrap().starts_with("/en/sign-in?tx="), "{page:?}");
}

async fn a_secret_of_the_push_is_not_kept(database: Database) {
    let idp = TestIdp::start(database).await;
    let service = idp.service_with("token_endpoint_auth_method = \"client_secret_post\"\n").await;
    let request = service.request().with("client_secret", &service.secret);
    let page = idp.push_as(None, &request.parameters).await;
    assert_eq!(page.status, 201, "{page:?}");
    let uri = page.json()["request_uri"].as_str().unwrap().to_owned();
    let kept = idp.query("SELECT request AS value FROM pushed_request");
    assert!(
        kept.len() == 1 && !kept[0].contains(&service.secret) && !kept[0].contains(&uri[40..]),
        "{kept:?}"
    );
}
