//! `GET`, `PUT` and `DELETE /register/{client_id}` (RFC 7592).

use super::{initial_token, is_refused, is_unauthorized, registered, send, service_of, with};
use crate::asserts::{is_error_page, is_oauth_error};
use idp_tests::idp::{Database, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use reqwest::Method;
use serde_json::{Value, json};

on_sqlite_and_postgres! {
    a_service_reads_and_replaces_its_registration
    what_a_service_reads_can_be_sent_back
    a_replaced_registration_keeps_what_the_administrator_laid_down
    another_method_changes_the_secret
    no_token_opens_another_services_registration
    a_service_that_ends_its_registration_is_unknown_everywhere
}

struct Owned {
    told: Value,
    uri: String,
    token: String,
}

async fn owned(idp: &TestIdp) -> Owned {
    let told = registered(idp, &json!({})).await;
    let text = |name: &str| told[name].as_str().unwrap().to_owned();
    Owned { uri: text("registration_client_uri"), token: text("registration_access_token"), told }
}

impl Owned {
    async fn send(&self, idp: &TestIdp, method: Method, body: Option<&Value>) -> idp_tests::idp::Page {
        send(idp, method, &self.uri, &self.token, body).await
    }

    fn with(&self, change: &Value) -> Value {
        let mut body = with(change);
        body["client_id"] = self.told["client_id"].clone();
        body
    }
}

async fn a_service_reads_and_replaces_its_registration(database: Database) {
    let idp = TestIdp::start(database).await;
    let owned = owned(&idp).await;
    let read = owned.send(&idp, Method::GET, None).await;
    assert_eq!((read.status, read.header("cache-control")), (200, "no-store"), "{}", read.body);
    let mut expected = owned.told.clone();
    for of_secret in ["client_secret", "client_secret_expires_at"] {
        expected.as_object_mut().unwrap().remove(of_secret);
    }
    assert_eq!(read.json(), expected, "the same token too: it isn't exchanged");
    let service = service_of(&idp, &owned.told).await;
    let request = service.request();
    let moved = json!({"redirect_uris": ["https://rp.example.test/new"], "client_name": "Club 2"});
    let page = owned.send(&idp, Method::PUT, Some(&owned.with(&moved))).await;
    assert_eq!((page.status, &page.json()["client_name"]), (200, &json!("Club 2")), "{}", page.body);
    is_error_page(&idp.visitor().get(&request.path()).await);
    // The secret stays; it is only known by its hash, so it isn't told again.
    assert_eq!(page.json().get("client_secret"), None);
    let account = idp.create_account(&idp.visitor(), "person@example.test").await;
    let moved = service_of(&idp, &owned.told).await;
    idp.sign_in_at(&idp.visitor(), &moved, &account).await;
    // What is wrong changes nothing.
    for (change, code) in [
        (json!({"redirect_uris": []}), "invalid_redirect_uri"),
        (json!({"client_id": "another"}), "invalid_client_metadata"),
        (json!({"client_secret": "another"}), "invalid_client_metadata"),
        (json!({"scope": "openid keys:write"}), "invalid_client_metadata"),
        (json!({"grant_types": ["authorization_code", "client_credentials"]}), "invalid_client_metadata"),
    ] {
        let mut body = owned.with(&change);
        if let Some(id) = change.get("client_id") {
            body["client_id"] = id.clone();
        }
        is_refused(&owned.send(&idp, Method::PUT, Some(&body)).await, code);
    }
    is_refused(&owned.send(&idp, Method::PUT, Some(&with(&json!({})))).await, "invalid_client_metadata");
    assert_eq!(owned.send(&idp, Method::GET, None).await.json()["client_name"], "Club 2");
    assert_eq!(owned.send(&idp, Method::POST, None).await.status, 405);
}

async fn what_a_service_reads_can_be_sent_back(database: Database) {
    let idp = TestIdp::start(database).await;
    let owned = owned(&idp).await;
    let read = owned.send(&idp, Method::GET, None).await.json();
    for body in [&read, &owned.told] {
        let page = owned.send(&idp, Method::PUT, Some(body)).await;
        assert_eq!((page.status, page.json()), (200, read.clone()), "{}", page.body);
    }
}

async fn a_replaced_registration_keeps_what_the_administrator_laid_down(database: Database) {
    let idp = TestIdp::start(database).await;
    let owned = owned(&idp).await;
    let page = owned.send(&idp, Method::PUT, Some(&owned.with(&json!({})))).await.json();
    assert_eq!((&page["first_party"], &page["require_pkce"]), (&json!(true), &json!(false)));
    let changed = owned.with(&json!({"first_party": false}));
    is_refused(&owned.send(&idp, Method::PUT, Some(&changed)).await, "invalid_client_metadata");
}

async fn another_method_changes_the_secret(database: Database) {
    let idp = TestIdp::start(database).await;
    let owned = owned(&idp).await;
    let id = owned.told["client_id"].as_str().unwrap();
    let grant = [("grant_type", "authorization_code"), ("code", "x")];
    let public = owned.with(&json!({"token_endpoint_auth_method": "none"}));
    let told = owned.send(&idp, Method::PUT, Some(&public)).await.json();
    assert_eq!((told.get("client_secret"), idp.count("client_secret")), (None, 0), "{told}");
    let old = owned.told["client_secret"].as_str().unwrap();
    is_oauth_error(&idp.token(Some((id, old)), &grant).await, 401, &["invalid_client"]);
    let told = owned.send(&idp, Method::PUT, Some(&owned.with(&json!({})))).await.json();
    let secret = told["client_secret"].as_str().unwrap();
    assert!(secret != old && told["client_secret_expires_at"] == 0);
    is_oauth_error(&idp.token(Some((id, old)), &grant).await, 401, &["invalid_client"]);
    is_oauth_error(&idp.token(Some((id, secret)), &grant).await, 400, &["invalid_grant"]);
}

async fn no_token_opens_another_services_registration(database: Database) {
    let idp = TestIdp::start(database).await;
    let (one, other) = (owned(&idp).await, owned(&idp).await);
    let initial = initial_token(&idp, "", 1).await;
    let by_administrator = idp.service().await;
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let body = one.with(&json!({}));
        let body = (method == Method::PUT).then_some(&body);
        let nowhere = format!("/register/{}", by_administrator.client.id);
        let mut answers = Vec::new();
        for (uri, token) in [
            (&one.uri, other.token.as_str()),
            (&one.uri, "x"),
            (&one.uri, initial.as_str()),
            (&format!("{}/register/unknown", idp.issuer), one.token.as_str()),
            (&nowhere, one.token.as_str()),
            (&"/register/%00".to_owned(), one.token.as_str()),
        ] {
            let page = send(&idp, method.clone(), uri, token, body).await;
            is_unauthorized(&page);
            answers.push((page.body.clone(), page.header("www-authenticate").to_owned()));
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "no difference tells whether a service is there: {answers:?}");
    }
    // Nor does a registration access token register another service.
    is_unauthorized(&send(&idp, Method::POST, "/register", &one.token, Some(&with(&json!({})))).await);
    assert_eq!(one.send(&idp, Method::GET, None).await.status, 200);
}

async fn a_service_that_ends_its_registration_is_unknown_everywhere(database: Database) {
    let idp = TestIdp::start(database).await;
    let owned = owned(&idp).await;
    let service = service_of(&idp, &owned.told).await;
    let visitor = idp.visitor();
    let account = idp.create_account(&visitor, "person@example.test").await;
    let tokens = idp.sign_in_at(&visitor, &service, &account).await;
    let waiting = idp.visitor();
    let sign_in = waiting.follow(waiting.get(&service.request().path()).await).await;
    assert_eq!(idp.userinfo(&tokens.access_token).await.status, 200);
    let page = owned.send(&idp, Method::DELETE, None).await;
    assert_eq!((page.status, page.body.as_str()), (204, ""));
    assert_eq!(idp.userinfo(&tokens.access_token).await.status, 401);
    assert_eq!(idp.count("access_token WHERE revoked_at IS NULL"), 0);
    is_error_page(&visitor.get(&service.request().path()).await);
    // A request that waited for its person goes nowhere either.
    let typed = [("email", account.email.as_str()), ("password", account.password.as_str())];
    is_error_page(&waiting.follow(waiting.submit(&sign_in, "f", &typed).await).await);
    let fields = [("grant_type", "authorization_code"), ("code", "x")];
    let answer = idp.token(Some((service.client.id.as_str(), &service.secret)), &fields).await;
    is_oauth_error(&answer, 401, &["invalid_client"]);
    for method in [Method::GET, Method::DELETE] {
        is_unauthorized(&owned.send(&idp, method, None).await);
    }
    is_unauthorized(&owned.send(&idp, Method::PUT, Some(&owned.with(&json!({})))).await);
    assert_eq!(
        idp.query("SELECT body AS value FROM audit_record WHERE body LIKE '%service_disabled%'").len(),
        1
    );
}
