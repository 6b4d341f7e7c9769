//! The token endpoint and userinfo.

use crate::asserts::{code_of, is_oauth_error};
use idp_tests::idp::service::{basic, redemption};
use idp_tests::idp::visitor::{FORM, page_of};
use idp_tests::idp::{Account, Database, Page, Request, Service, TestIdp, Visitor};
use idp_tests::on_sqlite_and_postgres;
use reqwest::Method;
use std::time::Duration;

on_sqlite_and_postgres! {
    sc_038_an_honest_redemption_buys_tokens
    sc_039_the_same_code_again_ends_what_it_bought
    sc_040_sc_041_a_wrong_or_missing_verifier_is_refused
    sc_042_a_verifier_without_a_challenge_is_refused
    sc_043_another_address_is_refused
    sc_044_another_clients_code_is_refused_and_stays_usable
    sc_045_a_code_lives_sixty_seconds
    sc_046_a_wrong_secret_is_an_invalid_client
    sc_047_two_ways_of_authentication_are_refused
    sc_048_other_grants_are_refused
    sc_049_a_locked_account_buys_nothing
    sc_080_userinfo_without_a_good_token_is_refused
    a_session_that_ended_buys_nothing
    each_method_of_client_authentication_is_taken_only_where_registered
    every_algorithm_signs_id_tokens_that_verify
    malformed_token_requests_are_refused
}

/// A service, a person at it, and a code that was not redeemed.
struct Scene {
    idp: TestIdp,
    service: Service,
    visitor: Visitor,
    account: Account,
    request: Request,
    code: String,
}

impl Scene {
    async fn at(database: Database) -> Self {
        Self::with(database, "").await
    }

    async fn with(database: Database, lines: &str) -> Self {
        let idp = TestIdp::start(database).await;
        let service = idp.service_with(lines).await;
        let visitor = idp.visitor();
        let account = idp.create_account(&visitor, "person@example.test").await;
        let request = service.request();
        let code = code_of(&idp, &idp.authorize(&visitor, &request, &account).await, &request);
        Self { idp, service, visitor, account, request, code }
    }

    /// One more code, for `request`.
    async fn code_for(&self, request: &Request) -> String {
        code_of(&self.idp, &self.idp.authorize(&self.visitor, request, &self.account).await, request)
    }

    fn credentials(&self) -> (&str, &str) {
        (self.service.client.id.as_str(), &self.service.secret)
    }

    /// Redeems the code with some fields changed, added or (empty) left out.
    async fn redeem_with(&self, changes: &[(&'static str, &str)]) -> Page {
        let mut fields = redemption(&self.request, &self.code);
        for (name, value) in changes {
            fields.retain(|(key, _)| key != name);
            if !value.is_empty() {
                fields.push((name, (*value).to_owned()));
            }
        }
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.idp.token(Some(self.credentials()), &fields).await
    }

    async fn still_redeems(&self) {
        assert_eq!(self.redeem_with(&[]).await.status, 200, "the code was spent by a refusal");
    }
}

async fn sc_038_an_honest_redemption_buys_tokens(database: Database) {
    let scene = Scene::at(database).await;
    let before = scene.idp.now().seconds();
    let answer = scene.redeem_with(&[]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!((answer.header("cache-control"), answer.header("pragma")), ("no-store", "no-cache"));
    let json = answer.json();
    assert_eq!((json["token_type"].as_str(), json["expires_in"].as_u64()), (Some("Bearer"), Some(600)));
    assert_eq!(json["scope"], "openid email");
    let claims = scene.idp.verify_id_token(&scene.service, json["id_token"].as_str().unwrap()).await;
    assert_eq!(claims["iss"], scene.idp.issuer.as_str());
    assert_eq!(claims["aud"], scene.service.client.id.as_str());
    assert_eq!(claims["nonce"], scene.request.value("nonce"));
    let number = |name: &str| claims[name].as_i64().unwrap();
    assert!(number("iat") >= before && number("exp") == number("iat") + 600, "{claims}");
    assert!(number("auth_time") <= number("iat") && number("auth_time") > before - 60, "{claims}");
    assert!(claims["sid"].as_str().unwrap().len() >= 22 && claims["at_hash"].is_string(), "{claims}");
    assert_eq!(
        (&claims["acr"], &claims["amr"]),
        (&"urn:ontario:idp:acr:1".into(), &serde_json::json!(["pwd"]))
    );
    assert!(claims.get("email").is_none(), "claims of scopes come from userinfo");
    let userinfo = scene.idp.userinfo(json["access_token"].as_str().unwrap()).await;
    assert_eq!(userinfo.header("cache-control"), "no-store");
    let person = userinfo.json();
    assert_eq!(person["sub"], claims["sub"]);
    assert_eq!((&person["email"], &person["email_verified"]), (&"person@example.test".into(), &true.into()));
    assert!(person.get("locale").is_none(), "profile was not asked for");
}

async fn sc_039_the_same_code_again_ends_what_it_bought(database: Database) {
    let scene = Scene::at(database).await;
    let tokens = scene.idp.tokens(&scene.service, &scene.request, &scene.code).await;
    assert_eq!(scene.idp.userinfo(&tokens.access_token).await.status, 200);
    // oidcc-codereuse
    is_oauth_error(&scene.redeem_with(&[]).await, 400, &["invalid_grant"]);
    assert_eq!(scene.idp.userinfo(&tokens.access_token).await.status, 401);
    // oidcc-codereuse-30seconds
    scene.idp.advance(Duration::from_secs(30));
    is_oauth_error(&scene.redeem_with(&[]).await, 400, &["invalid_grant"]);
}

async fn sc_040_sc_041_a_wrong_or_missing_verifier_is_refused(database: Database) {
    let scene = Scene::at(database).await;
    for verifier in ["wrong-verifier-of-forty-three-characters-or-more", "short", &"x".repeat(129)] {
        is_oauth_error(&scene.redeem_with(&[("code_verifier", verifier)]).await, 400, &["invalid_grant"]);
    }
    // The challenge itself is no verifier.
    let challenge = scene.request.value("code_challenge").to_owned();
    is_oauth_error(&scene.redeem_with(&[("code_verifier", &challenge)]).await, 400, &["invalid_grant"]);
    is_oauth_error(
        &scene.redeem_with(&[("code_verifier", "")]).await,
        400,
        &["invalid_grant", "invalid_request"],
    );
}

async fn sc_042_a_verifier_without_a_challenge_is_refused(database: Database) {
    let scene = Scene::with(database, "require_pkce = false\n").await;
    let request = scene.service.request().without_pkce();
    let code = scene.code_for(&request).await;
    let verifier = request.verifier.clone();
    let answer = scene.redeem_with(&[("code", &code), ("code_verifier", &verifier)]).await;
    is_oauth_error(&answer, 400, &["invalid_grant"]);
    // oidcc-server: a client that PKCE is not asked of gets its tokens without it.
    let code = scene.code_for(&request).await;
    assert_eq!(scene.redeem_with(&[("code", &code), ("code_verifier", "")]).await.status, 200);
}

async fn sc_043_another_address_is_refused(database: Database) {
    let scene = Scene::at(database).await;
    for address in ["https://rp.example.test/other", "https://rp.example.test/callback/", ""] {
        let answer = scene.redeem_with(&[("redirect_uri", address)]).await;
        is_oauth_error(&answer, 400, &["invalid_grant", "invalid_request"]);
    }
}

async fn sc_044_another_clients_code_is_refused_and_stays_usable(database: Database) {
    let scene = Scene::at(database).await;
    let other = scene.idp.service().await;
    let answer = scene.idp.redeem(&other, &scene.request, &scene.code).await;
    is_oauth_error(&answer, 400, &["invalid_grant"]);
    scene.still_redeems().await;
    // A spent code in another client's hands ends nothing either.
    let request = scene.service.request();
    let code = scene.code_for(&request).await;
    let tokens = scene.idp.tokens(&scene.service, &request, &code).await;
    is_oauth_error(&scene.idp.redeem(&other, &request, &code).await, 400, &["invalid_grant"]);
    assert_eq!(scene.idp.userinfo(&tokens.access_token).await.status, 200);
}

async fn sc_045_a_code_lives_sixty_seconds(database: Database) {
    let scene = Scene::at(database).await;
    scene.idp.advance(Duration::from_secs(61));
    is_oauth_error(&scene.redeem_with(&[]).await, 400, &["invalid_grant"]);
    let request = scene.service.request();
    let code = scene.code_for(&request).await;
    scene.idp.advance(Duration::from_secs(55));
    assert_eq!(scene.idp.redeem(&scene.service, &request, &code).await.status, 200);
}

async fn sc_046_a_wrong_secret_is_an_invalid_client(database: Database) {
    let scene = Scene::at(database).await;
    let id = scene.service.client.id.as_str();
    let fields = redemption(&scene.request, &scene.code);
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mut almost = scene.service.secret.clone();
    almost.pop();
    for (id, secret) in
        [(id, "wrong"), (id, almost.as_str()), (id, ""), ("nobody", scene.service.secret.as_str()), ("", "")]
    {
        let answer = scene.idp.token(Some((id, secret)), &fields).await;
        is_oauth_error(&answer, 401, &["invalid_client"]);
        assert!(answer.header("www-authenticate").starts_with("Basic"), "{answer:?}");
    }
    let answer = scene.idp.token(None, &[&fields[..], &[("client_id", id)]].concat()).await;
    is_oauth_error(&answer, 401, &["invalid_client"]);
    assert_eq!(answer.header("www-authenticate"), "", "no challenge where Basic was not used");
    scene.still_redeems().await;
}

async fn sc_047_two_ways_of_authentication_are_refused(database: Database) {
    let scene = Scene::at(database).await;
    let id = scene.service.client.id.as_str().to_owned();
    let secret = scene.service.secret.clone();
    let answer = scene.redeem_with(&[("client_id", &id), ("client_secret", &secret)]).await;
    is_oauth_error(&answer, 400, &["invalid_request"]);
    is_oauth_error(&scene.redeem_with(&[("client_id", "other")]).await, 400, &["invalid_request"]);
    // The same id beside Basic is no second way.
    assert_eq!(scene.redeem_with(&[("client_id", &id)]).await.status, 200);
}

async fn sc_048_other_grants_are_refused(database: Database) {
    let scene = Scene::at(database).await;
    for grant in
        ["password", "client_credentials", "refresh_token", "implicit", "urn:x", "AUTHORIZATION_CODE"]
    {
        let answer = scene.redeem_with(&[("grant_type", grant)]).await;
        is_oauth_error(&answer, 400, &["unsupported_grant_type", "unauthorized_client"]);
    }
    is_oauth_error(&scene.redeem_with(&[("grant_type", "")]).await, 400, &["invalid_request"]);
    let other = scene.idp.service_with("grant_types = [\"client_credentials\"]\n").await;
    let answer = scene.idp.redeem(&other, &scene.request, &scene.code).await;
    is_oauth_error(&answer, 400, &["unauthorized_client"]);
    scene.still_redeems().await;
}

async fn sc_049_a_locked_account_buys_nothing(database: Database) {
    let scene = Scene::at(database).await;
    let request = scene.service.request();
    let tokens = scene.idp.tokens(&scene.service, &request, &scene.code_for(&request).await).await;
    scene.idp.execute("UPDATE account SET status = 'locked'");
    is_oauth_error(&scene.redeem_with(&[]).await, 400, &["invalid_grant"]);
    assert_eq!(scene.idp.userinfo(&tokens.access_token).await.status, 401);
    let request = scene.service.request();
    let page = scene.visitor.get(&request.path()).await;
    assert!(page.location().unwrap().starts_with("/en/sign-in?tx="), "{page:?}");
}

async fn sc_080_userinfo_without_a_good_token_is_refused(database: Database) {
    let scene = Scene::at(database).await;
    let tokens = scene.idp.tokens(&scene.service, &scene.request, &scene.code).await;
    let none = scene.visitor.get("/userinfo").await;
    assert_eq!(none.status, 401);
    assert!(
        none.header("www-authenticate").starts_with("Bearer")
            && !none.header("www-authenticate").contains("error")
    );
    for token in ["garbage", "", &tokens.id_token, &tokens.access_token.to_uppercase()] {
        let answer = scene.idp.userinfo(token).await;
        assert_eq!(answer.status, 401, "{token}");
        let challenge = answer.header("www-authenticate");
        assert!(challenge.contains("error=\"invalid_token\"") || token.is_empty(), "{token}: {challenge}");
    }
    let ask = async |request: reqwest::RequestBuilder| page_of(request.send().await.unwrap()).await.status;
    let url = format!("{}/userinfo", scene.idp.issuer);
    let (http, token) = (scene.idp.http(), &tokens.access_token);
    // oidcc-userinfo-get, oidcc-userinfo-post-header, oidcc-userinfo-post-body
    assert_eq!(ask(http.get(&url).bearer_auth(token)).await, 200);
    assert_eq!(ask(http.get(&url).header("Authorization", format!("bEARER {token}"))).await, 200);
    assert_eq!(ask(http.post(&url).bearer_auth(token)).await, 200);
    let body = format!("access_token={token}");
    assert_eq!(ask(http.post(&url).header("Content-Type", FORM).body(body.clone())).await, 200);
    assert_eq!(ask(http.post(&url).bearer_auth(token).header("Content-Type", FORM).body(body)).await, 400);
    assert_eq!(ask(http.get(format!("{url}?access_token={token}"))).await, 401);
    scene.idp.advance(Duration::from_secs(601));
    let expired = scene.idp.userinfo(&tokens.access_token).await;
    assert!(expired.status == 401 && expired.header("www-authenticate").contains("invalid_token"));
}

async fn a_session_that_ended_buys_nothing(database: Database) {
    let scene = Scene::at(database).await;
    let page = scene.visitor.get("/en/account").await;
    scene.visitor.submit(&page, "sign-out-form", &[]).await;
    is_oauth_error(&scene.redeem_with(&[]).await, 400, &["invalid_grant"]);
}

async fn each_method_of_client_authentication_is_taken_only_where_registered(database: Database) {
    // oidcc-server-client-secret-post
    let scene = Scene::with(database, "token_endpoint_auth_method = \"client_secret_post\"\n").await;
    is_oauth_error(&scene.redeem_with(&[]).await, 401, &["invalid_client"]);
    let fields = redemption(&scene.request, &scene.code);
    let mut fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.push(("client_id", scene.service.client.id.as_str()));
    is_oauth_error(&scene.idp.token(None, &fields).await, 401, &["invalid_client"]);
    fields.push(("client_secret", &scene.service.secret));
    assert_eq!(scene.idp.token(None, &fields).await.status, 200);
    // A public client has PKCE only.
    let public = scene.idp.service_with("token_endpoint_auth_method = \"none\"\n").await;
    let request = public.request();
    let code = scene.code_for(&request).await;
    let fields = redemption(&request, &code);
    let mut fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fields.push(("client_id", public.client.id.as_str()));
    let with_secret = [&fields[..], &[("client_secret", "anything")]].concat();
    is_oauth_error(&scene.idp.token(None, &with_secret).await, 401, &["invalid_client"]);
    assert_eq!(scene.idp.token(None, &fields).await.status, 200);
}

async fn every_algorithm_signs_id_tokens_that_verify(database: Database) {
    let idp = TestIdp::start(database).await;
    let visitor = idp.visitor();
    let account = idp.create_account(&visitor, "person@example.test").await;
    let mut subjects = Vec::new();
    for (line, expected) in [
        // oidcc-idtoken-signature: RS256 where nothing else is registered.
        ("", "RS256"),
        ("id_token_signed_response_alg = \"RS256\"\n", "RS256"),
        ("id_token_signed_response_alg = \"ES256\"\n", "ES256"),
        ("id_token_signed_response_alg = \"EdDSA\"\nsubject_type = \"public\"\n", "EdDSA"),
    ] {
        let file = "client_name = \"x\"\nscope = \"openid email\"\nredirect_uris = [\"https://rp.example.test/callback\"]\n";
        let service = idp.register(&format!("{file}{line}")).await;
        let tokens = idp.sign_in_at(&visitor, &service, &account).await;
        let header = jsonwebtoken::decode_header(&tokens.id_token).unwrap();
        assert_eq!(
            (format!("{:?}", header.alg).to_uppercase(), header.typ.as_deref()),
            (expected.to_uppercase(), Some("JWT"))
        );
        subjects.push(tokens.claims["sub"].as_str().unwrap().to_owned());
    }
    // Pairwise: one sector, one subject; public another.
    assert_eq!((&subjects[0], &subjects[1]), (&subjects[1], &subjects[2]));
    assert_ne!(subjects[2], subjects[3]);
    assert!(subjects.iter().all(|subject| !subject.contains("person")));
}

async fn malformed_token_requests_are_refused(database: Database) {
    let scene = Scene::at(database).await;
    let fields = redemption(&scene.request, &scene.code);
    let pairs: Vec<_> = fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let good = idp_tests::idp::page::encode(&pairs);
    let authorization = basic(scene.service.client.id.as_str(), &scene.service.secret);
    let url = format!("{}/token", scene.idp.issuer);
    let send = async |content_type: &str, body: Vec<u8>, authorization: &[&str]| {
        let mut request =
            scene.idp.http().request(Method::POST, &url).header("Content-Type", content_type).body(body);
        for value in authorization {
            request = request.header("Authorization", *value);
        }
        page_of(request.send().await.unwrap()).await
    };
    let one = [authorization.as_str()];
    let two = [authorization.as_str(), authorization.as_str()];
    let bad: Vec<(&str, Vec<u8>, &[&str])> = vec![
        ("application/json", b"{\"grant_type\":\"authorization_code\"}".to_vec(), &one),
        ("", good.clone().into_bytes(), &one),
        (FORM, format!("{good}&code=x").into_bytes(), &one),
        (FORM, format!("{good}&x={}", "y".repeat(70_000)).into_bytes(), &one),
        (FORM, "a=1&".repeat(100).into_bytes(), &one),
        (FORM, b"\xff\xfe=%ff&%".to_vec(), &one),
        (FORM, Vec::new(), &one),
        (FORM, good.replace("code=", "code=%00").into_bytes(), &one),
        (FORM, good.clone().into_bytes(), &two),
        (FORM, good.clone().into_bytes(), &["Bearer x"]),
        (FORM, good.clone().into_bytes(), &["Basic %%%"]),
        (FORM, good.clone().into_bytes(), &["Basic /w=="]),
    ];
    for (content_type, body, authorization) in bad {
        let answer = send(content_type, body.clone(), authorization).await;
        assert!(
            matches!(answer.status, 400 | 401),
            "{:?}: {answer:?}",
            String::from_utf8_lossy(&body).get(..60)
        );
        is_oauth_error(&answer, answer.status, &["invalid_request", "invalid_client", "invalid_grant"]);
    }
    assert_eq!(send(FORM, vec![b'x'; 2_000_000], &one).await.status / 100, 4);
    scene.still_redeems().await;
}
