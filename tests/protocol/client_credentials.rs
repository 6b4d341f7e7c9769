//! The client credentials grant: a service's own access tokens.

use crate::asserts::is_oauth_error;
use idp_tests::idp::{Database, Page, Service, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use std::time::Duration;

on_sqlite_and_postgres! {
    a_service_gets_a_token_of_its_own
    a_jwt_of_a_service_is_not_stored_and_can_be_revoked
    sc_048_client_credentials_where_not_allowed_are_refused
    no_scope_about_people_is_given
    resources_are_those_of_the_registration
}

const BACK_END: &str = r#"
client_name = "Nightly report"
grant_types = ["client_credentials"]
scope = "reports:read reports:write"
resources = ["https://reports.example.test/api", "https://other.example.test/"]
"#;

async fn ask(idp: &TestIdp, service: &Service, fields: &[(&str, &str)]) -> Page {
    let fields = [&[("grant_type", "client_credentials")], fields].concat();
    idp.token(Some((service.client.id.as_str(), &service.secret)), &fields).await
}

fn access_token(answer: &Page) -> String {
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

async fn a_service_gets_a_token_of_its_own(database: Database) {
    let idp = TestIdp::start(database).await;
    let service = idp.register(BACK_END).await;
    let answer = ask(&idp, &service, &[]).await;
    let token = access_token(&answer);
    let json = answer.json();
    assert_eq!((&json["token_type"], &json["expires_in"]), (&"Bearer".into(), &600.into()));
    assert_eq!(json["scope"], "reports:read reports:write");
    assert!(json.get("refresh_token").is_none() && json.get("id_token").is_none(), "{json}");
    assert_eq!(answer.header("cache-control"), "no-store");
    let told = idp.introspect(&service, &token).await.json();
    assert_eq!((&told["active"], &told["sub"]), (&true.into(), &service.client.id.as_str().into()), "{told}");
    assert_eq!((&told["client_id"], &told["aud"]), (&told["sub"], &idp.issuer.as_str().into()));
    assert_eq!(told["exp"].as_i64().unwrap(), told["iat"].as_i64().unwrap() + 600);
    assert_eq!(idp.userinfo(&token).await.status, 401, "it is nobody's");
    assert!(!idp.query("SELECT client_id AS value FROM client_token").contains(&token));
    let other = idp.register(BACK_END).await;
    assert_eq!(idp.introspect(&other, &token).await.body, "{\"active\":false}");
    idp.revoke(&other, &token).await;
    assert_eq!(idp.introspect(&service, &token).await.json()["active"], true);
    assert_eq!(idp.revoke(&service, &token).await.status, 200);
    assert_eq!(idp.introspect(&service, &token).await.body, "{\"active\":false}");
    let token = access_token(&ask(&idp, &service, &[]).await);
    idp.advance(Duration::from_secs(601));
    assert_eq!(idp.introspect(&service, &token).await.body, "{\"active\":false}");
}

async fn a_jwt_of_a_service_is_not_stored_and_can_be_revoked(database: Database) {
    let idp = TestIdp::start(database).await;
    let service = idp.register(&format!("{BACK_END}access_token_format = \"jwt\"\n")).await;
    let (token, other) = (
        access_token(&ask(&idp, &service, &[("scope", "reports:read")]).await),
        access_token(&ask(&idp, &service, &[]).await),
    );
    let (header, claims) = idp.verify_access_token(&token).await;
    // RFC 9068 section 2; ES256 although this client's ID tokens would be RS256.
    assert_eq!((header.typ.as_deref(), header.alg), (Some("at+jwt"), jsonwebtoken::Algorithm::ES256));
    let id = service.client.id.as_str();
    assert_eq!(
        (&claims["sub"], &claims["client_id"], &claims["iss"]),
        (&id.into(), &id.into(), &idp.issuer.as_str().into())
    );
    assert_eq!((&claims["aud"], &claims["scope"]), (&idp.issuer.as_str().into(), &"reports:read".into()));
    assert!(claims["jti"].as_str().unwrap().len() >= 22);
    assert!(claims.get("auth_time").is_none() && claims.get("acr").is_none(), "{claims}");
    assert_eq!(idp.count("client_token"), 0);
    let told = idp.introspect(&service, &token).await.json();
    for same in ["sub", "client_id", "iss", "aud", "scope", "exp", "iat", "jti"] {
        assert_eq!(told[same], claims[same], "{same}");
    }
    assert_eq!(idp.userinfo(&token).await.status, 401);
    let stranger = idp.register(BACK_END).await;
    assert_eq!(idp.revoke(&stranger, &token).await.status, 200);
    assert_eq!(idp.introspect(&service, &token).await.json()["active"], true);
    assert_eq!(idp.revoke(&service, &token).await.status, 200);
    assert_eq!(idp.revoke(&service, &token).await.status, 200);
    assert_eq!(idp.count("client_token"), 1);
    assert_eq!(idp.introspect(&service, &token).await.body, "{\"active\":false}");
    assert_eq!(idp.introspect(&service, &other).await.json()["active"], true);
    // Changed by a letter, with another header, or of another time.
    let (head, rest) = other.split_once('.').unwrap();
    let (payload, signature) = rest.split_once('.').unwrap();
    let forged = idp_tests::idp::service::unsigned_header("none");
    for bad in [
        format!("{head}.{payload}."),
        format!("{forged}.{payload}."),
        format!("{forged}.{payload}.{signature}"),
        format!("{head}.{}.{signature}", payload.replace('a', "b")),
        format!("{head}.{payload}.{}", signature.chars().rev().collect::<String>()),
    ] {
        assert_eq!(idp.introspect(&service, &bad).await.body, "{\"active\":false}", "{bad}");
    }
    idp.advance(Duration::from_secs(601));
    assert_eq!(idp.introspect(&service, &other).await.body, "{\"active\":false}");
}

async fn sc_048_client_credentials_where_not_allowed_are_refused(database: Database) {
    let idp = TestIdp::start(database).await;
    let service = idp.service().await;
    is_oauth_error(&ask(&idp, &service, &[]).await, 400, &["unauthorized_client"]);
    let back_end = idp.register(BACK_END).await;
    let fields = [("grant_type", "client_credentials"), ("client_id", back_end.client.id.as_str())];
    is_oauth_error(&idp.token(None, &fields).await, 401, &["invalid_client"]);
    let page =
        idp.visitor().get(&format!("/authorize?client_id={}&response_type=code", back_end.client.id)).await;
    assert_eq!(page.status, 400, "it has no people");
}

async fn no_scope_about_people_is_given(database: Database) {
    let idp = TestIdp::start(database).await;
    let lines = "grant_types = [\"authorization_code\", \"refresh_token\", \"client_credentials\"]\n";
    let service = idp.service_with(lines).await;
    let answer = ask(&idp, &service, &[]).await;
    access_token(&answer);
    assert!(answer.json().get("scope").is_none(), "none of its scopes is its own: {}", answer.body);
    for scope in ["openid", "email", "offline_access", "x", "\u{1f511}", "a b"] {
        is_oauth_error(&ask(&idp, &service, &[("scope", scope)]).await, 400, &["invalid_scope"]);
    }
    let back_end = idp.register(BACK_END).await;
    is_oauth_error(&ask(&idp, &back_end, &[("scope", "reports:read admin")]).await, 400, &["invalid_scope"]);
    let answer = ask(&idp, &back_end, &[("scope", "reports:write")]).await;
    assert_eq!(answer.json()["scope"], "reports:write");
}

async fn resources_are_those_of_the_registration(database: Database) {
    let idp = TestIdp::start(database).await;
    let service = idp.register(BACK_END).await;
    let answers = "https://reports.example.test/api";
    let api = idp
        .register(&format!(
            "client_name = \"Reports\"\ngrant_types = [\"client_credentials\"]\naudiences = [\"{answers}\"]\n"
        ))
        .await;
    let token = access_token(&ask(&idp, &service, &[("resource", answers)]).await);
    assert_eq!(idp.introspect(&service, &token).await.json()["aud"], answers);
    let told = idp.introspect(&api, &token).await.json();
    assert_eq!((&told["active"], &told["client_id"]), (&true.into(), &service.client.id.as_str().into()));
    let two = [("resource", answers), ("resource", "https://other.example.test/")];
    let token = access_token(&ask(&idp, &service, &two).await);
    let told = idp.introspect(&service, &token).await.json();
    assert_eq!(told["aud"], serde_json::json!([answers, "https://other.example.test/"]));
    let token = access_token(&ask(&idp, &service, &two[1..]).await);
    assert_eq!(idp.introspect(&api, &token).await.body, "{\"active\":false}", "not for this one");
    for resource in ["https://evil.test/", "https://reports.example.test/api/", "x", &"y".repeat(5000)] {
        is_oauth_error(&ask(&idp, &service, &[("resource", resource)]).await, 400, &["invalid_target"]);
    }
}
