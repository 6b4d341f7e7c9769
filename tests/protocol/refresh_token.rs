//! Refresh tokens: rotated, answered twice for ten seconds, ended by reuse, by the session, the account and time.

use crate::asserts::is_oauth_error;
use idp_tests::idp::{Account, Database, Page, Service, TestIdp, Tokens, Visitor};
use idp_tests::on_sqlite_and_postgres;
use std::time::Duration;

on_sqlite_and_postgres! {
    sc_068_an_honest_refresh_brings_new_tokens_for_the_same_sign_in
    sc_069_a_spent_token_ends_the_family_after_ten_seconds
    sc_069_a_spent_token_ends_the_family_once_its_successor_was_used
    sc_069_a_lost_answer_is_given_again
    sc_070_a_wider_scope_is_refused_and_a_narrower_one_is_for_one_token
    sc_071_another_clients_token_is_refused_and_its_family_untouched
    sc_072_logout_ends_what_is_not_offline
    sc_072_a_changed_password_or_a_locked_account_ends_everything
    sc_073_no_use_prolongs_the_absolute_limit
    a_refresh_keeps_the_session_alive
    refresh_tokens_are_for_those_who_registered_the_grant
    a_public_client_refreshes_and_others_must_prove_themselves
    what_is_no_token_of_ours_is_refused
    a_replayed_code_ends_the_refresh_token_too
    a_service_of_others_stays_offline_only_by_consent_and_not_beyond_it
}

/// A service that may refresh, and a person signed in at it.
struct Scene {
    idp: TestIdp,
    service: Service,
    visitor: Visitor,
    account: Account,
}

const REFRESHING: &str = "grant_types = [\"authorization_code\", \"refresh_token\"]\n";

impl Scene {
    async fn at(database: Database) -> Self {
        Self::with(database, REFRESHING).await
    }

    async fn with(database: Database, lines: &str) -> Self {
        let idp = TestIdp::start(database).await;
        let lines = format!("scope = \"openid email profile offline_access\"\n{lines}");
        let file =
            idp_tests::idp::service::REGISTRATION.replace("scope = \"openid email profile\"\n", &lines);
        let service = idp.register(&file).await;
        let visitor = idp.visitor();
        let account = idp.create_account(&visitor, "person@example.test").await;
        Self { idp, service, visitor, account }
    }

    async fn tokens(&self, scope: &str) -> Tokens {
        let request = self.service.request().with("scope", scope);
        let page = self.idp.authorize(&self.visitor, &request, &self.account).await;
        let code = page.parameter("code").unwrap_or_else(|| panic!("no code: {page:?}"));
        self.idp.tokens(&self.service, &request, &code).await
    }

    async fn online(&self) -> String {
        self.tokens("openid email").await.refresh_token.expect("a refresh token")
    }

    async fn offline(&self) -> String {
        self.tokens("openid email offline_access").await.refresh_token.expect("a refresh token")
    }

    async fn refresh(&self, token: &str) -> Page {
        self.idp.refresh(&self.service, token, &[]).await
    }

    /// Refreshes with a token that must be good; the next one and the access token.
    async fn refreshed(&self, token: &str) -> (String, String) {
        let answer = self.refresh(token).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let json = answer.json();
        let text = |name: &str| json[name].as_str().unwrap().to_owned();
        (text("refresh_token"), text("access_token"))
    }

    async fn is_refused(&self, token: &str) {
        is_oauth_error(&self.refresh(token).await, 400, &["invalid_grant"]);
    }

    fn audited(&self, event: &str) -> usize {
        self.idp.count(&format!("audit_record WHERE body LIKE '%\"{event}\"%'"))
    }
}

async fn sc_068_an_honest_refresh_brings_new_tokens_for_the_same_sign_in(database: Database) {
    // oidcc-refresh-token
    let scene = Scene::at(database).await;
    let first = scene.tokens("openid email offline_access").await;
    let spent = first.refresh_token.clone().unwrap();
    scene.idp.advance(Duration::from_secs(100));
    let answer = scene.refresh(&spent).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"), "{}", answer.body);
    let json = answer.json();
    assert_eq!((&json["token_type"], &json["expires_in"]), (&"Bearer".into(), &600.into()));
    assert_eq!(json["scope"], "openid email offline_access");
    assert_ne!(json["refresh_token"], spent.as_str());
    assert_ne!(json["access_token"], first.access_token.as_str());
    let claims = scene.idp.verify_id_token(&scene.service, json["id_token"].as_str().unwrap()).await;
    // OIDC Core 12.2
    for same in ["iss", "sub", "aud", "auth_time", "sid", "acr", "amr"] {
        assert_eq!(claims[same], first.claims[same], "{same}");
    }
    assert!(claims.get("nonce").is_none(), "{claims}");
    assert!(claims["iat"].as_i64().unwrap() >= first.claims["iat"].as_i64().unwrap() + 100);
    assert_ne!(claims["at_hash"], first.claims["at_hash"]);
    let person = scene.idp.userinfo(json["access_token"].as_str().unwrap()).await.json();
    assert_eq!((&person["sub"], &person["email"]), (&claims["sub"], &"person@example.test".into()));
    scene.refreshed(json["refresh_token"].as_str().unwrap()).await;
    assert_eq!(scene.audited("tokens_refreshed"), 2);
}

async fn sc_069_a_spent_token_ends_the_family_after_ten_seconds(database: Database) {
    let scene = Scene::at(database).await;
    let (spent, bystander) = (scene.online().await, scene.online().await);
    let (next, access) = scene.refreshed(&spent).await;
    assert_eq!(scene.idp.userinfo(&access).await.status, 200);
    scene.idp.advance(Duration::from_secs(11));
    scene.is_refused(&spent).await;
    scene.is_refused(&next).await;
    assert_eq!(scene.idp.userinfo(&access).await.status, 401);
    assert_eq!(scene.audited("refresh_token_reused"), 1);
    scene.is_refused(&spent).await;
    assert_eq!(scene.audited("refresh_token_reused"), 1, "said once");
    scene.refreshed(&bystander).await;
}

async fn sc_069_a_spent_token_ends_the_family_once_its_successor_was_used(database: Database) {
    let scene = Scene::at(database).await;
    let spent = scene.offline().await;
    let (second, _) = scene.refreshed(&spent).await;
    let (third, access) = scene.refreshed(&second).await;
    scene.is_refused(&spent).await;
    scene.is_refused(&third).await;
    assert_eq!(scene.idp.userinfo(&access).await.status, 401);
}

async fn sc_069_a_lost_answer_is_given_again(database: Database) {
    let scene = Scene::at(database).await;
    let spent = scene.online().await;
    let (next, lost) = scene.refreshed(&spent).await;
    scene.idp.advance(Duration::from_secs(9));
    let (again, access) = scene.refreshed(&spent).await;
    assert_eq!(again, next, "the same successor");
    assert_ne!(access, lost);
    assert_eq!(scene.idp.userinfo(&access).await.status, 200);
    // Many at once, as a service of many nodes would.
    let many = futures_util::future::join_all((0..6).map(|_| scene.refreshed(&next))).await;
    assert!(many.iter().all(|(token, _)| *token == many[0].0), "{many:?}");
    // At its own rest nothing of a token can be read.
    let tag = next.rsplit('.').next().unwrap().to_owned();
    for (table, column) in [("token_grant", "id"), ("audit_record", "body")] {
        let texts = scene.idp.query(&format!("SELECT {column} AS value FROM {table}"));
        assert!(!texts.iter().any(|text| text.contains(&tag)), "{table}");
    }
}

async fn sc_070_a_wider_scope_is_refused_and_a_narrower_one_is_for_one_token(database: Database) {
    let scene = Scene::at(database).await;
    let token = scene.online().await;
    for scope in ["openid email profile", "offline_access", "openid x", "\u{e9}"] {
        let answer = scene.idp.refresh(&scene.service, &token, &[("scope", scope)]).await;
        is_oauth_error(&answer, 400, &["invalid_scope"]);
    }
    let answer = scene.idp.refresh(&scene.service, &token, &[("scope", "openid openid")]).await;
    assert_eq!((answer.status, &answer.json()["scope"]), (200, &"openid".into()), "{}", answer.body);
    let person = scene.idp.userinfo(answer.json()["access_token"].as_str().unwrap()).await.json();
    assert!(person.get("email").is_none() && person["sub"].is_string(), "{person}");
    // The grant is as wide as it was.
    let next = answer.json()["refresh_token"].as_str().unwrap().to_owned();
    let answer = scene.idp.refresh(&scene.service, &next, &[("scope", "email")]).await;
    assert!(answer.json().get("id_token").is_none(), "no sign-in without openid: {}", answer.body);
    let userinfo = scene.idp.userinfo(answer.json()["access_token"].as_str().unwrap()).await;
    assert_eq!(userinfo.status, 403);
    assert!(userinfo.header("www-authenticate").contains("insufficient_scope"), "{userinfo:?}");
    let next = answer.json()["refresh_token"].as_str().unwrap().to_owned();
    assert_eq!(scene.refresh(&next).await.json()["scope"], "openid email");
}

async fn sc_071_another_clients_token_is_refused_and_its_family_untouched(database: Database) {
    let scene = Scene::at(database).await;
    let thief = scene.idp.service_with(REFRESHING).await;
    let spent = scene.offline().await;
    let (next, access) = scene.refreshed(&spent).await;
    scene.idp.advance(Duration::from_mins(1));
    for token in [&spent, &next] {
        is_oauth_error(&scene.idp.refresh(&thief, token, &[]).await, 400, &["invalid_grant"]);
    }
    assert_eq!(scene.idp.userinfo(&access).await.status, 200);
    scene.refreshed(&next).await;
}

async fn sc_072_logout_ends_what_is_not_offline(database: Database) {
    let scene = Scene::at(database).await;
    let online = scene.tokens("openid email").await;
    let offline = scene.tokens("openid email offline_access").await;
    let page = scene.visitor.get("/en/account").await;
    scene.visitor.submit(&page, "sign-out-form", &[]).await;
    scene.is_refused(online.refresh_token.as_deref().unwrap()).await;
    assert_eq!(scene.idp.userinfo(&online.access_token).await.status, 401);
    assert_eq!(scene.idp.userinfo(&offline.access_token).await.status, 200);
    let (next, _) = scene.refreshed(offline.refresh_token.as_deref().unwrap()).await;
    scene.idp.advance(Duration::from_hours(48));
    scene.refreshed(&next).await;
}

async fn sc_072_a_changed_password_or_a_locked_account_ends_everything(database: Database) {
    let scene = Scene::at(database).await;
    let (online, offline) = (scene.online().await, scene.offline().await);
    scene.idp.execute("UPDATE account SET status = 'locked'");
    scene.is_refused(&online).await;
    scene.is_refused(&offline).await;
    scene.idp.execute("UPDATE account SET status = 'active'");
    let (online, offline) = (scene.refreshed(&online).await.0, scene.refreshed(&offline).await);
    let now = scene.idp.now().micros();
    scene.idp.execute(&format!("UPDATE account SET password_changed_at = {now}"));
    scene.is_refused(&online).await;
    scene.is_refused(&offline.0).await;
    assert_eq!(scene.idp.userinfo(&offline.1).await.status, 401);
}

async fn sc_073_no_use_prolongs_the_absolute_limit(database: Database) {
    let scene = Scene::at(database).await;
    let mut token = scene.offline().await;
    for _ in 0..29 {
        scene.idp.advance(Duration::from_hours(24));
        token = scene.refreshed(&token).await.0;
    }
    scene.idp.advance(Duration::from_hours(24) + Duration::from_secs(1));
    scene.is_refused(&token).await;
}

async fn a_refresh_keeps_the_session_alive(database: Database) {
    let scene = Scene::at(database).await;
    let (mut online, mut offline) = (scene.online().await, scene.offline().await);
    for _ in 0..3 {
        scene.idp.advance(Duration::from_mins(14));
        online = scene.refreshed(&online).await.0;
    }
    assert_eq!(scene.visitor.get("/en/account").await.status, 200, "the person was at work there");
    for _ in 0..2 {
        scene.idp.advance(Duration::from_mins(10));
        offline = scene.refreshed(&offline).await.0;
    }
    assert_eq!(scene.visitor.get("/en/account").await.status, 303, "a job in the night is nobody at work");
    scene.is_refused(&online).await;
}

async fn refresh_tokens_are_for_those_who_registered_the_grant(database: Database) {
    let scene = Scene::with(database, "").await;
    let tokens = scene.tokens("openid email offline_access").await;
    assert_eq!(tokens.refresh_token, None);
    let request = scene.service.request().with("scope", "openid offline_access");
    let page = scene.idp.authorize(&scene.visitor, &request, &scene.account).await;
    let answer = scene.idp.redeem(&scene.service, &request, &page.parameter("code").unwrap()).await;
    assert_eq!(answer.json()["scope"], "openid", "what isn't due is left out and said");
    let other = scene.idp.service_with(REFRESHING).await;
    let tokens = scene.idp.sign_in_at(&scene.visitor, &other, &scene.account).await;
    is_oauth_error(
        &scene.idp.refresh(&scene.service, &tokens.refresh_token.unwrap(), &[]).await,
        400,
        &["unauthorized_client"],
    );
}

async fn a_public_client_refreshes_and_others_must_prove_themselves(database: Database) {
    let lines = format!("{REFRESHING}token_endpoint_auth_method = \"none\"\n");
    let scene = Scene::at(database).await;
    let token = scene.online().await;
    let id = scene.service.client.id.as_str();
    let fields = [("grant_type", "refresh_token"), ("refresh_token", token.as_str()), ("client_id", id)];
    is_oauth_error(&scene.idp.token(None, &fields).await, 401, &["invalid_client"]);
    scene.refreshed(&token).await;
    let public = scene.idp.service_with(&lines).await;
    let request = public.request();
    let page = scene.idp.authorize(&scene.visitor, &request, &scene.account).await;
    let mut fields = idp_tests::idp::service::redemption(&request, &page.parameter("code").unwrap());
    fields.push(("client_id", public.client.id.to_string()));
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = scene.idp.token(None, &fields).await;
    let token = answer.json()["refresh_token"].as_str().unwrap().to_owned();
    let id = public.client.id.as_str();
    let fields = [("grant_type", "refresh_token"), ("refresh_token", token.as_str()), ("client_id", id)];
    assert_eq!(scene.idp.token(None, &fields).await.status, 200);
    scene.idp.advance(Duration::from_secs(11));
    is_oauth_error(&scene.idp.token(None, &fields).await, 400, &["invalid_grant"]);
}

async fn what_is_no_token_of_ours_is_refused(database: Database) {
    let scene = Scene::at(database).await;
    let token = scene.online().await;
    let parts: Vec<&str> = token.trim_start_matches("ort_").split('.').collect();
    let (grant, tag) = (parts[0], parts[2]);
    let bad = [
        "x".to_owned(),
        "ort_".to_owned(),
        "ort_..".to_owned(),
        format!("ort_{grant}.1.{tag}"),
        format!("ort_{grant}.00.{tag}"),
        format!("ort_{grant}.+0.{tag}"),
        format!("ort_{grant}.-1.{tag}"),
        format!("ort_{grant}.99999999999999999999.{tag}"),
        format!("ort_{grant}.0.{tag}x"),
        format!("ort_{grant}.0.{}", tag.to_lowercase()),
        format!("ort_{grant}.0"),
        format!("ort_{}.0.{tag}", "A".repeat(22)),
        format!("ort_{}.0.{tag}", "A".repeat(3000)),
        format!("ort_\u{e9}{grant}.0.{tag}"),
        token.replace("ort_", "oat_"),
        token.to_uppercase(),
    ];
    for token in &bad {
        scene.is_refused(token).await;
    }
    for fields in [&[][..], &[("refresh_token", "")]] {
        let fields = [&[("grant_type", "refresh_token")], fields].concat();
        let credentials = (scene.service.client.id.as_str(), scene.service.secret.as_str());
        is_oauth_error(&scene.idp.token(Some(credentials), &fields).await, 400, &["invalid_request"]);
    }
    scene.refreshed(&token).await;
}

async fn a_replayed_code_ends_the_refresh_token_too(database: Database) {
    let scene = Scene::at(database).await;
    let request = scene.service.request();
    let page = scene.idp.authorize(&scene.visitor, &request, &scene.account).await;
    let code = page.parameter("code").unwrap();
    let tokens = scene.idp.tokens(&scene.service, &request, &code).await;
    let (next, access) = scene.refreshed(tokens.refresh_token.as_deref().unwrap()).await;
    is_oauth_error(&scene.idp.redeem(&scene.service, &request, &code).await, 400, &["invalid_grant"]);
    scene.is_refused(&next).await;
    assert_eq!(scene.idp.userinfo(&access).await.status, 401);
}

/// OIDC Core section 11, ASVS 10.7.3
async fn a_service_of_others_stays_offline_only_by_consent_and_not_beyond_it(database: Database) {
    let scene = Scene::with(database, &format!("{REFRESHING}first_party = false\n")).await;
    let mut granted = Vec::new();
    for prompt in [None, Some("consent")] {
        let mut request = scene.service.request().with("scope", "openid offline_access");
        if let Some(prompt) = prompt {
            request = request.with("prompt", prompt);
        }
        let page = scene.visitor.follow(scene.visitor.get(&request.path()).await).await;
        let answer = scene.visitor.follow(scene.visitor.submit(&page, "allow-form", &[]).await).await;
        let redeemed = scene.idp.redeem(&scene.service, &request, &answer.parameter("code").unwrap()).await;
        granted.push(redeemed.json());
    }
    assert_eq!(
        (&granted[0]["scope"], &granted[1]["scope"]),
        (&"openid".into(), &"openid offline_access".into())
    );
    let page = scene.visitor.get("/en/account").await;
    scene.visitor.submit(&page, "sign-out-form", &[]).await;
    let token = |n: usize| granted[n]["refresh_token"].as_str().unwrap().to_owned();
    scene.is_refused(&token(0)).await;
    let (next, access) = scene.refreshed(&token(1)).await;
    let account = scene.idp.query("SELECT account_id AS value FROM token_grant").remove(0);
    let account = idp_domain::ids::AccountId::parse(&account).unwrap();
    let client = scene.service.client.id.clone();
    assert!(scene.idp.app.store.withdraw_consent(account, client, scene.idp.now()).await.unwrap());
    scene.is_refused(&next).await;
    assert_eq!(scene.idp.userinfo(&access).await.status, 401);
}
