//! Introspection and revocation (RFC 7662, RFC 7009).

use crate::asserts::is_oauth_error;
use idp_tests::idp::{Account, Database, Service, TestIdp, Tokens, Visitor};
use idp_tests::on_sqlite_and_postgres;
use std::time::Duration;

on_sqlite_and_postgres! {
    a_service_is_told_about_its_own_tokens
    sc_074_introspection_without_authentication_is_refused
    sc_075_what_is_not_good_is_inactive_and_nothing_else
    sc_076_a_service_that_a_token_is_not_for_learns_nothing
    sc_077_revoking_an_unknown_token_is_answered_alike
    sc_078_a_revoked_refresh_token_takes_its_access_tokens_along
    sc_079_another_clients_token_lives_on
    an_access_token_is_revoked_alone
    malformed_requests_are_refused
}

const REFRESHING: &str = "grant_types = [\"authorization_code\", \"refresh_token\"]\n";
const INACTIVE: &str = "{\"active\":false}";

struct Scene {
    idp: TestIdp,
    service: Service,
    visitor: Visitor,
    account: Account,
    tokens: Tokens,
}

impl Scene {
    async fn at(database: Database) -> Self {
        let idp = TestIdp::start(database).await;
        let service = idp.service_with(REFRESHING).await;
        let visitor = idp.visitor();
        let account = idp.create_account(&visitor, "person@example.test").await;
        let tokens = idp.sign_in_at(&visitor, &service, &account).await;
        Self { idp, service, visitor, account, tokens }
    }

    fn refresh_token(&self) -> &str {
        self.tokens.refresh_token.as_deref().unwrap()
    }

    async fn is_active(&self, token: &str) -> bool {
        self.idp.introspect(&self.service, token).await.body != INACTIVE
    }
}

async fn a_service_is_told_about_its_own_tokens(database: Database) {
    let scene = Scene::at(database).await;
    let answer = scene.idp.introspect(&scene.service, &scene.tokens.access_token).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
    assert_eq!(answer.header("content-type"), "application/json");
    let told = answer.json();
    assert_eq!((&told["active"], &told["token_type"]), (&true.into(), &"Bearer".into()));
    assert_eq!(
        (&told["scope"], &told["client_id"]),
        (&"openid email".into(), &scene.service.client.id.as_str().into())
    );
    assert_eq!(
        (&told["sub"], &told["iss"]),
        (&scene.tokens.claims["sub"], &scene.idp.issuer.as_str().into())
    );
    assert_eq!(
        (&told["auth_time"], &told["acr"]),
        (&scene.tokens.claims["auth_time"], &"urn:ontario:idp:acr:1".into())
    );
    assert_eq!(told["exp"].as_i64().unwrap(), told["iat"].as_i64().unwrap() + 600);
    assert!(
        told.get("username").is_none() && told.get("email").is_none() && told.get("cnf").is_none(),
        "{told}"
    );
    // A wrong hint changes nothing.
    let credentials = Some((scene.service.client.id.as_str(), scene.service.secret.as_str()));
    let fields = [("token", scene.refresh_token()), ("token_type_hint", "access_token")];
    let told = scene.idp.call("/introspect", credentials, &fields).await.json();
    assert_eq!((&told["active"], &told["sub"]), (&true.into(), &scene.tokens.claims["sub"]), "{told}");
    assert!(told.get("token_type").is_none(), "a refresh token is no bearer token: {told}");
}

async fn sc_074_introspection_without_authentication_is_refused(database: Database) {
    let scene = Scene::at(database).await;
    let token = scene.tokens.access_token.as_str();
    let id = scene.service.client.id.as_str();
    is_oauth_error(&scene.idp.call("/introspect", None, &[("token", token)]).await, 401, &["invalid_client"]);
    let named = [("token", token), ("client_id", id)];
    is_oauth_error(&scene.idp.call("/introspect", None, &named).await, 401, &["invalid_client"]);
    let wrong = scene.idp.call("/introspect", Some((id, "wrong")), &[("token", token)]).await;
    is_oauth_error(&wrong, 401, &["invalid_client"]);
    // A public client proves nothing.
    let public = scene.idp.service_with("token_endpoint_auth_method = \"none\"\n").await;
    let named = [("token", token), ("client_id", public.client.id.as_str())];
    is_oauth_error(&scene.idp.call("/introspect", None, &named).await, 401, &["invalid_client"]);
}

async fn sc_075_what_is_not_good_is_inactive_and_nothing_else(database: Database) {
    let scene = Scene::at(database).await;
    let (access, refresh) = (scene.tokens.access_token.clone(), scene.refresh_token().to_owned());
    let upper = access.to_uppercase();
    let garbage = [
        "x",
        "oat_",
        "ort_a.0.b",
        "oct_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "oat_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "eyJ0.e.x",
        "eyJhbGciOiJub25lIn0.e30.",
        "\u{1f511}",
        &"y".repeat(4096),
        &scene.tokens.id_token,
        &upper,
    ];
    for token in garbage {
        let answer = scene.idp.introspect(&scene.service, token).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, INACTIVE), "{token}");
    }
    // Spent, then expired.
    let answer = scene.idp.refresh(&scene.service, &refresh, &[]).await;
    assert!(!scene.is_active(&refresh).await, "spent");
    let (access, refresh) = (
        answer.json()["access_token"].as_str().unwrap().to_owned(),
        answer.json()["refresh_token"].as_str().unwrap().to_owned(),
    );
    assert!(scene.is_active(&access).await && scene.is_active(&refresh).await);
    scene.idp.advance(Duration::from_secs(601));
    assert!(!scene.is_active(&access).await);
    assert!(scene.is_active(&refresh).await);
    scene.idp.advance(Duration::from_mins(15));
    assert!(!scene.is_active(&refresh).await, "its session is over");
}

async fn sc_076_a_service_that_a_token_is_not_for_learns_nothing(database: Database) {
    let scene = Scene::at(database).await;
    let other = scene.idp.service_with("resources = [\"https://api.example.test/\"]\n").await;
    for token in [scene.tokens.access_token.as_str(), scene.refresh_token()] {
        assert_eq!(scene.idp.introspect(&other, token).await.body, INACTIVE);
    }
    // A token for a resource: that resource's service learns of it, under its own name for the person.
    let file = idp_tests::idp::service::REGISTRATION;
    let asking = scene.idp.service_with("resources = [\"https://api.example.test/\"]\n").await;
    let request = asking.request();
    let page = scene.idp.authorize(&scene.visitor, &request, &scene.account).await;
    let mut fields = idp_tests::idp::service::redemption(&request, &page.parameter("code").unwrap());
    fields.push(("resource", "https://api.example.test/".into()));
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = scene.idp.token(Some((asking.client.id.as_str(), &asking.secret)), &fields).await;
    let token = answer.json()["access_token"].as_str().unwrap().to_owned();
    let api = file.replace("rp.example.test", "api.example.test");
    let api = scene.idp.register(&format!("{api}audiences = [\"https://api.example.test/\"]\n")).await;
    let (own, told) =
        (scene.idp.introspect(&asking, &token).await.json(), scene.idp.introspect(&api, &token).await.json());
    assert_eq!(
        (&told["active"], &told["aud"]),
        (&true.into(), &"https://api.example.test/".into()),
        "{told}"
    );
    assert_ne!(told["sub"], own["sub"], "pairwise: the two can't join what they know");
    assert_eq!(scene.idp.introspect(&other, &token).await.body, INACTIVE, "may ask for it, but isn't it");
    // And it can't give it back.
    scene.idp.revoke(&api, &token).await;
    assert_eq!(scene.idp.introspect(&api, &token).await.json()["active"], true);
}

async fn sc_077_revoking_an_unknown_token_is_answered_alike(database: Database) {
    let scene = Scene::at(database).await;
    let known = scene.idp.revoke(&scene.service, &scene.tokens.access_token).await;
    for token in ["x", "ort_a.0.b", "oat_x", "eyJ0.e.x", "\u{1f511}", scene.tokens.access_token.as_str()] {
        let answer = scene.idp.revoke(&scene.service, token).await;
        assert_eq!((answer.status, &answer.body), (known.status, &known.body), "{token}");
        assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
    }
    let answer = scene.idp.revoke(&scene.service, &scene.tokens.id_token).await;
    is_oauth_error(&answer, 400, &["unsupported_token_type"]);
}

async fn sc_078_a_revoked_refresh_token_takes_its_access_tokens_along(database: Database) {
    let scene = Scene::at(database).await;
    let first = scene.refresh_token().to_owned();
    let answer = scene.idp.refresh(&scene.service, &first, &[]).await.json();
    let (access, next) =
        (answer["access_token"].as_str().unwrap(), answer["refresh_token"].as_str().unwrap());
    let bystander = scene.idp.sign_in_at(&scene.visitor, &scene.service, &scene.account).await;
    // A spent one says which grant as well.
    assert_eq!(scene.idp.revoke(&scene.service, &first).await.status, 200);
    for token in [access, &scene.tokens.access_token] {
        assert_eq!(scene.idp.userinfo(token).await.status, 401);
        assert!(!scene.is_active(token).await);
    }
    assert!(!scene.is_active(next).await);
    is_oauth_error(&scene.idp.refresh(&scene.service, next, &[]).await, 400, &["invalid_grant"]);
    assert_eq!(scene.idp.userinfo(&bystander.access_token).await.status, 200);
    assert_eq!(scene.idp.count("audit_record WHERE body LIKE '%\"grant_revoked\"%'"), 1);
}

async fn sc_079_another_clients_token_lives_on(database: Database) {
    let scene = Scene::at(database).await;
    let thief = scene.idp.service_with(REFRESHING).await;
    for token in [scene.tokens.access_token.as_str(), scene.refresh_token()] {
        assert_eq!(scene.idp.revoke(&thief, token).await.status, 200);
        assert!(scene.is_active(token).await);
    }
    let fields = [("token", scene.refresh_token()), ("client_id", scene.service.client.id.as_str())];
    is_oauth_error(&scene.idp.call("/revoke", None, &fields).await, 401, &["invalid_client"]);
    is_oauth_error(&scene.idp.call("/revoke", None, &fields[..1]).await, 401, &["invalid_client"]);
    assert_eq!(scene.idp.refresh(&scene.service, scene.refresh_token(), &[]).await.status, 200);
}

async fn an_access_token_is_revoked_alone(database: Database) {
    let scene = Scene::at(database).await;
    let credentials = Some((scene.service.client.id.as_str(), scene.service.secret.as_str()));
    let fields = [("token", scene.tokens.access_token.as_str()), ("token_type_hint", "pin_code")];
    assert_eq!(scene.idp.call("/revoke", credentials, &fields).await.status, 200);
    assert_eq!(scene.idp.userinfo(&scene.tokens.access_token).await.status, 401);
    assert_eq!(scene.idp.refresh(&scene.service, scene.refresh_token(), &[]).await.status, 200);
    // A public client gives its own back by its id.
    let public = scene.idp.service_with("token_endpoint_auth_method = \"none\"\n").await;
    let request = public.request();
    let page = scene.idp.authorize(&scene.visitor, &request, &scene.account).await;
    let mut fields = idp_tests::idp::service::redemption(&request, &page.parameter("code").unwrap());
    fields.push(("client_id", public.client.id.to_string()));
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let token = scene.idp.token(None, &fields).await.json()["access_token"].as_str().unwrap().to_owned();
    let fields = [("token", token.as_str()), ("client_id", public.client.id.as_str())];
    assert_eq!(scene.idp.call("/revoke", None, &fields).await.status, 200);
    assert_eq!(scene.idp.userinfo(&token).await.status, 401);
}

async fn malformed_requests_are_refused(database: Database) {
    let scene = Scene::at(database).await;
    let credentials = Some((scene.service.client.id.as_str(), scene.service.secret.as_str()));
    let long = "z".repeat(5000);
    for path in ["/introspect", "/revoke"] {
        for fields in [
            &[][..],
            &[("token", "")],
            &[("token", "a"), ("token", "b")],
            &[("token", &long)],
            &[("token", "a\0")],
        ] {
            is_oauth_error(&scene.idp.call(path, credentials, fields).await, 400, &["invalid_request"]);
        }
        assert_eq!(scene.visitor.get(path).await.status, 405);
        let request = scene.idp.http().post(format!("{}{path}", scene.idp.issuer)).body("{}");
        assert_eq!(request.send().await.unwrap().status(), 400);
    }
}
