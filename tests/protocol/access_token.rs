//! Access tokens for a person's data: JWTs (RFC 9068), their audience (RFC 8707), and signed userinfo.

use crate::asserts::is_oauth_error;
use idp_tests::idp::{Account, Database, Service, TestIdp, Visitor};
use idp_tests::on_sqlite_and_postgres;
use std::time::Duration;

on_sqlite_and_postgres! {
    sc_038_a_jwt_access_token_says_what_rfc_9068_asks
    a_jwt_access_token_works_here_until_it_ends
    a_token_for_a_resource_opens_nothing_here
    oidcc_userinfo_rs256
}

async fn opened(database: Database, lines: &str) -> (TestIdp, Service, Visitor, Account) {
    let idp = TestIdp::start(database).await;
    let grants = "grant_types = [\"authorization_code\", \"refresh_token\"]\n";
    let service = idp.service_with(&format!("{grants}{lines}")).await;
    let visitor = idp.visitor();
    let account = idp.create_account(&visitor, "person@example.test").await;
    (idp, service, visitor, account)
}

async fn sc_038_a_jwt_access_token_says_what_rfc_9068_asks(database: Database) {
    let (idp, service, visitor, account) = opened(database, "access_token_format = \"jwt\"\n").await;
    let tokens = idp.sign_in_at(&visitor, &service, &account).await;
    let (header, claims) = idp.verify_access_token(&tokens.access_token).await;
    assert_eq!(header.typ.as_deref(), Some("at+jwt"));
    let id = service.client.id.as_str();
    assert_eq!((&claims["iss"], &claims["aud"]), (&idp.issuer.as_str().into(), &idp.issuer.as_str().into()));
    assert_eq!((&claims["client_id"], &claims["sub"]), (&id.into(), &tokens.claims["sub"]));
    assert_eq!(claims["scope"], "openid email");
    for same in ["auth_time", "acr", "amr"] {
        assert_eq!(claims[same], tokens.claims[same], "{same}");
    }
    assert_eq!(claims["exp"].as_i64().unwrap(), claims["iat"].as_i64().unwrap() + 600);
    assert!(claims.get("email").is_none(), "what it opens isn't in it");
    // Refreshed: another name, the same sign-in.
    idp.advance(Duration::from_secs(30));
    let answer =
        idp.refresh(&service, tokens.refresh_token.as_deref().unwrap(), &[("scope", "openid")]).await;
    let (_, next) = idp.verify_access_token(answer.json()["access_token"].as_str().unwrap()).await;
    assert_ne!(next["jti"], claims["jti"]);
    assert_eq!(
        (&next["sub"], &next["auth_time"], &next["scope"]),
        (&claims["sub"], &claims["auth_time"], &"openid".into())
    );
    let told = idp.introspect(&service, answer.json()["access_token"].as_str().unwrap()).await.json();
    for same in ["iss", "sub", "aud", "client_id", "scope", "exp", "iat", "jti", "auth_time", "acr"] {
        assert_eq!(told[same], next[same], "{same}");
    }
}

async fn a_jwt_access_token_works_here_until_it_ends(database: Database) {
    let lines = "access_token_format = \"jwt\"\nid_token_signed_response_alg = \"EdDSA\"\n";
    let idp = TestIdp::start(database).await;
    let file =
        idp_tests::idp::service::REGISTRATION.replace("id_token_signed_response_alg = \"ES256\"\n", lines);
    let service = idp.register(&file).await;
    let visitor = idp.visitor();
    let account = idp.create_account(&visitor, "person@example.test").await;
    let tokens = idp.sign_in_at(&visitor, &service, &account).await;
    let (header, _) = idp.verify_access_token(&tokens.access_token).await;
    assert_eq!(header.alg, jsonwebtoken::Algorithm::EdDSA);
    assert_eq!(idp.userinfo(&tokens.access_token).await.status, 200);
    // An ID token is no access token, an access token no hint, and no letter may be changed.
    assert_eq!(idp.userinfo(&tokens.id_token).await.status, 401);
    assert_eq!(idp.introspect(&service, &tokens.id_token).await.body, "{\"active\":false}");
    let request = service.request().with("id_token_hint", &tokens.access_token).with("prompt", "none");
    let page = visitor.get(&request.path()).await;
    assert_eq!(page.parameter("code"), None, "{page:?}");
    let mut changed = tokens.access_token.clone();
    changed.pop();
    assert_eq!(idp.userinfo(&changed).await.status, 401);
    idp.revoke(&service, &tokens.access_token).await;
    assert_eq!(idp.userinfo(&tokens.access_token).await.status, 401);
    assert_eq!(idp.introspect(&service, &tokens.access_token).await.body, "{\"active\":false}");
    let tokens = idp.sign_in_at(&visitor, &service, &account).await;
    idp.advance(Duration::from_secs(601));
    assert_eq!(idp.userinfo(&tokens.access_token).await.status, 401);
    assert_eq!(idp.introspect(&service, &tokens.access_token).await.body, "{\"active\":false}");
}

async fn a_token_for_a_resource_opens_nothing_here(database: Database) {
    let api = "https://api.example.test/v1";
    let (idp, service, visitor, account) = opened(database, &format!("resources = [\"{api}\"]\n")).await;
    let request = service.request();
    let page = idp.authorize(&visitor, &request, &account).await;
    let code = page.parameter("code").unwrap();
    let fields = idp_tests::idp::service::redemption(&request, &code);
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let credentials = Some((service.client.id.as_str(), service.secret.as_str()));
    let other = [&fields[..], &[("resource", "https://evil.test/")]].concat();
    is_oauth_error(&idp.token(credentials, &other).await, 400, &["invalid_target"]);
    let answer = idp.token(credentials, &[&fields[..], &[("resource", api)]].concat()).await;
    assert_eq!(answer.status, 200, "the refusal spent nothing: {}", answer.body);
    let token = answer.json()["access_token"].as_str().unwrap().to_owned();
    let userinfo = idp.userinfo(&token).await;
    assert_eq!(userinfo.status, 401, "a resource can't use it here");
    assert!(userinfo.header("www-authenticate").contains("invalid_token"));
    assert_eq!(idp.introspect(&service, &token).await.json()["aud"], api);
    // The service itself gets one for here by asking for it.
    let refresh = answer.json()["refresh_token"].as_str().unwrap().to_owned();
    let issuer = idp.issuer.clone();
    let answer = idp.refresh(&service, &refresh, &[("resource", &issuer)]).await;
    assert_eq!(idp.userinfo(answer.json()["access_token"].as_str().unwrap()).await.status, 200);
    let refresh = answer.json()["refresh_token"].as_str().unwrap().to_owned();
    let answer = idp.refresh(&service, &refresh, &[("resource", "https://evil.test/")]).await;
    is_oauth_error(&answer, 400, &["invalid_target"]);
}

async fn oidcc_userinfo_rs256(database: Database) {
    let (idp, service, visitor, account) =
        opened(database, "userinfo_signed_response_alg = \"RS256\"\n").await;
    let tokens = idp.sign_in_at(&visitor, &service, &account).await;
    let answer = idp.userinfo(&tokens.access_token).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/jwt"), "{}", answer.body);
    let (header, claims) = idp.verify_jwt(&answer.body).await;
    assert_eq!(header.alg, jsonwebtoken::Algorithm::RS256);
    // OIDC Core 5.3.2
    assert_eq!(
        (&claims["iss"], &claims["aud"]),
        (&idp.issuer.as_str().into(), &service.client.id.as_str().into())
    );
    assert_eq!((&claims["sub"], &claims["email"]), (&tokens.claims["sub"], &"person@example.test".into()));
    let request = service.request().with("id_token_hint", &answer.body).with("prompt", "none");
    assert_eq!(visitor.get(&request.path()).await.parameter("code"), None, "no ID token");
}
