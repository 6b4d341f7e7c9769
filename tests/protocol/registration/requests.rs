//! `POST /register`: who may, and what.

use super::{initial_token, is_refused, is_unauthorized, register_under, registered, send, service_of, with};
use idp_tests::idp::visitor::page_of;
use idp_tests::idp::{Database, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

on_sqlite_and_postgres! {
    a_service_registers_itself_and_signs_a_person_in
    nobody_registers_without_a_token_that_is_good
    a_token_is_good_for_its_number_of_services_and_no_more
    of_many_requests_for_the_last_use_one_wins
    a_refused_registration_costs_no_use_and_leaves_nothing
    no_body_is_our_fault
    the_policy_is_the_administrators_alone
    software_statements_and_scopes_of_the_administration_are_refused
    what_is_registered_is_on_record_without_its_secrets
}

async fn a_service_registers_itself_and_signs_a_person_in(database: Database) {
    let idp = TestIdp::start(database).await;
    let answer = register_under(&idp, "", &with(&json!({"client_name#fr-CA": "Cercle", "x": 1}))).await;
    assert_eq!((answer.status, answer.header("cache-control")), (201, "no-store"), "{}", answer.body);
    assert_eq!((answer.header("content-type"), answer.header("pragma")), ("application/json", "no-cache"));
    let told = answer.json();
    for (name, value) in [
        ("client_name#fr", json!("Cercle")),
        ("client_secret_expires_at", json!(0)),
        ("client_id_issued_at", json!(idp.now().seconds())),
        ("token_endpoint_auth_method", json!("client_secret_basic")),
        ("response_types", json!(["code"])),
        ("id_token_signed_response_alg", json!("RS256")),
        ("first_party", json!(false)),
        ("x", Value::Null),
    ] {
        let near = name == "client_id_issued_at"
            && (told[name].as_i64().unwrap() - value.as_i64().unwrap()).abs() < 60;
        assert!(near || told[name] == value, "{name}: {told}");
    }
    let id = told["client_id"].as_str().unwrap();
    assert_eq!(told["registration_client_uri"], format!("{}/register/{id}", idp.issuer));
    for name in ["client_secret", "registration_access_token"] {
        assert!(told[name].as_str().unwrap().len() >= 43, "256 bits: {name}");
    }
    let service = service_of(&idp, &registered(&idp, &json!({})).await).await;
    let account = idp.create_account(&idp.visitor(), "person@example.test").await;
    let tokens = idp.sign_in_at(&idp.visitor(), &service, &account).await;
    assert_eq!(idp.userinfo(&tokens.access_token).await.json()["email"], "person@example.test");
}

async fn nobody_registers_without_a_token_that_is_good(database: Database) {
    let idp = TestIdp::start(database).await;
    let body = with(&json!({})).to_string();
    let post = async |authorization: &[&str]| {
        let mut request = idp.http().post(format!("{}/register", idp.issuer)).body(body.clone());
        request = request.header("Content-Type", "application/json");
        for value in authorization {
            request = request.header("Authorization", *value);
        }
        page_of(request.send().await.unwrap()).await
    };
    let good = format!("Bearer {}", initial_token(&idp, "", 5).await);
    let bare = post(&[]).await;
    is_unauthorized(&bare);
    assert_eq!(bare.header("www-authenticate"), "Bearer realm=\"register\"", "no error where no token came");
    let long = format!("Bearer {}", "x".repeat(5000));
    for bad in [&["Bearer x"][..], &["Basic eDp4"], &["Bearer"], &[&long], &[&good, &good]] {
        is_unauthorized(&post(bad).await);
    }
    // The body is not looked at before the token.
    let page = idp.http().post(format!("{}/register", idp.issuer)).body("[").send().await.unwrap();
    assert_eq!(page.status(), 401);
    idp.advance(Duration::from_secs(24 * 3600 + 1));
    is_unauthorized(&post(&[&good]).await);
    assert_eq!((idp.count("relying_service"), idp.count("client_registration")), (0, 0));
    assert_eq!(idp.visitor().get("/register").await.status, 405);
}

async fn a_token_is_good_for_its_number_of_services_and_no_more(database: Database) {
    let idp = TestIdp::start(database).await;
    let token = initial_token(&idp, "", 2).await;
    for status in [201, 201, 401, 401] {
        let page = send(&idp, Method::POST, "/register", &token, Some(&with(&json!({})))).await;
        assert_eq!(page.status, status, "{}", page.body);
    }
    assert_eq!(idp.count("relying_service"), 2);
}

async fn of_many_requests_for_the_last_use_one_wins(database: Database) {
    let idp = TestIdp::start(database).await;
    let token = initial_token(&idp, "", 1).await;
    let body = with(&json!({}));
    let requests = (0..8).map(|_| send(&idp, Method::POST, "/register", &token, Some(&body)));
    let answers = futures_util::future::join_all(requests).await;
    let won = answers.iter().filter(|page| page.status == 201).count();
    assert_eq!((won, idp.count("relying_service"), idp.count("client_secret")), (1, 1, 1));
    assert!(answers.iter().all(|page| matches!(page.status, 201 | 401)));
}

async fn a_refused_registration_costs_no_use_and_leaves_nothing(database: Database) {
    let idp = TestIdp::start(database).await;
    let token = initial_token(&idp, "", 1).await;
    let bad = with(&json!({"redirect_uris": ["https://rp.example.test/callback#x"]}));
    is_refused(&send(&idp, Method::POST, "/register", &token, Some(&bad)).await, "invalid_redirect_uri");
    assert_eq!(idp.count("relying_service"), 0);
    assert_eq!(send(&idp, Method::POST, "/register", &token, Some(&with(&json!({})))).await.status, 201);
}

async fn no_body_is_our_fault(database: Database) {
    let idp = TestIdp::start(database).await;
    let token = initial_token(&idp, "", 1).await;
    let post = async |kind: &str, body: Vec<u8>| {
        let request = idp.http().post(format!("{}/register", idp.issuer)).bearer_auth(&token);
        page_of(request.header("Content-Type", kind).body(body).send().await.unwrap()).await
    };
    let deep = format!("{{\"x\":{}{}}}", "[".repeat(20_000), "]".repeat(20_000));
    let names: Vec<String> = (0..300).map(|n| format!("\"x{n}\":1")).collect();
    let wide = format!("{{{}}}", names.join(","));
    let addresses = json!({"redirect_uris": vec!["https://rp.example.test/callback"; 60]}).to_string();
    for body in [
        b"".to_vec(),
        b"{".to_vec(),
        b"null".to_vec(),
        b"[]".to_vec(),
        b"\"x\"".to_vec(),
        b"{\"client_name\":\"\xff\"}".to_vec(),
        b"{\"client_name\":\"\\ud800\"}".to_vec(),
        b"{\"redirect_uris\":[],\"redirect_uris\":[]}".to_vec(),
        b"{\"redirect_uris\":{\"a\":1}}".to_vec(),
        b"{\"default_max_age\":1e400}".to_vec(),
        deep.into_bytes(),
        wide.into_bytes(),
        addresses.into_bytes(),
        vec![b' '; 70_000],
    ] {
        let page = post("application/json", body.clone()).await;
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        assert_eq!(page.status, 400, "{shown}: {}", page.body);
        assert!(page.json()["error"].as_str().unwrap().starts_with("invalid_"), "{shown}");
    }
    assert!((400..500).contains(&post("application/json", vec![b' '; 300_000]).await.status));
    for kind in ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonp"] {
        is_refused(&post(kind, with(&json!({})).to_string().into_bytes()).await, "invalid_client_metadata");
    }
    let page = post("Application/JSON; charset=utf-8", with(&json!({})).to_string().into_bytes()).await;
    assert_eq!(page.status, 201, "{}", page.body);
}

async fn the_policy_is_the_administrators_alone(database: Database) {
    let idp = TestIdp::start(database).await;
    for (name, value) in [
        ("accounts", json!(["my-ontario"])),
        ("used_one_key", json!(true)),
        ("minimum_acr", json!("urn:ontario:idp:acr:1")),
        ("profile", json!("fapi2")),
        ("require_pkce", json!(false)),
        ("first_party", json!(true)),
        ("category", json!("business")),
        ("ministry", json!("Ministry of Health")),
        ("access_token_format", json!("jwt")),
        ("resources", json!(["https://api.example.test/"])),
    ] {
        let page = register_under(&idp, "", &with(&json!({name: value}))).await;
        assert!(is_refused(&page, "invalid_client_metadata").starts_with(name), "{}", page.body);
    }
    let policy = "first_party = true\nministry = \"Health\"\nresources = [\"https://api.example.test/\"]\n";
    let told = register_under(&idp, policy, &with(&json!({}))).await.json();
    assert_eq!((&told["first_party"], &told["ministry"]), (&json!(true), &json!("Health")), "{told}");
    assert_eq!(told["resources"], json!(["https://api.example.test/"]));
}

async fn software_statements_and_scopes_of_the_administration_are_refused(database: Database) {
    let idp = TestIdp::start(database).await;
    let refused = async |change: Value, code: &str| {
        is_refused(&register_under(&idp, "", &with(&change)).await, code);
    };
    refused(json!({"software_statement": "a.b.c"}), "unapproved_software_statement").await;
    refused(json!({"software_statement": {}}), "invalid_software_statement").await;
    refused(json!({"scope": "openid keys:write"}), "invalid_client_metadata").await;
    refused(json!({"grant_types": ["client_credentials"]}), "invalid_client_metadata").await;
}

async fn what_is_registered_is_on_record_without_its_secrets(database: Database) {
    let idp = TestIdp::start(database).await;
    let token = initial_token(&idp, "", 1).await;
    let told = send(&idp, Method::POST, "/register", &token, Some(&with(&json!({})))).await.json();
    let audit = idp.query("SELECT body AS value FROM audit_record").concat();
    assert!(audit.contains("registration_token_issued") && audit.contains("service_registered"), "{audit}");
    assert!(audit.contains(told["client_id"].as_str().unwrap()));
    let stored = idp.query("SELECT metadata AS value FROM relying_service").concat();
    for secret in
        [&token, told["client_secret"].as_str().unwrap(), told["registration_access_token"].as_str().unwrap()]
    {
        assert!(!audit.contains(secret) && !stored.contains(secret));
    }
}
