//! DPoP: what binds a token to a key, and what keeps a proof from being anybody else's, of another request or of yesterday.

use crate::asserts::{code_of, is_oauth_error};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use idp_domain::dpop::token_hash;
use idp_domain::secret::Secret;
use idp_domain::signing_key::SigningAlgorithm::{self, EdDsa, Es256, Ps256, Rs256};
use idp_tests::idp::keys::{proof_claims, with};
use idp_tests::idp::pushed::by_reference;
use idp_tests::idp::service::{basic, redemption};
use idp_tests::idp::visitor::{FORM, page_of};
use idp_tests::idp::{Account, ClientKey, Database, Page, Request, Service, TestIdp, Visitor};
use idp_tests::on_sqlite_and_postgres;
use serde_json::{Value, json};
use std::time::Duration;

on_sqlite_and_postgres! {
    sc_059_an_honest_proof_binds_the_token_to_its_key
    sc_060_sc_061_a_proof_for_another_request_is_refused
    sc_062_the_same_proof_twice_is_refused_on_every_node
    sc_063_an_old_or_early_proof_is_refused
    sc_064_a_private_or_foreign_key_in_the_header_is_refused
    sc_065_a_bound_token_is_no_bearer_token
    sc_066_two_proofs_are_refused
    sc_067_a_service_that_must_use_dpop_can_not_do_without
    fapi2_security_profile_final_ensure_token_endpoint_fails_with_mismatched_dpop_jkt
    fapi2_security_profile_final_ensure_mismatched_dpop_jkt_fails
    a_public_clients_refresh_token_is_bound_to_its_key
    fresh_nonces_are_asked_for_where_they_are_required
}

const SECOND: Duration = Duration::from_secs(1);

/// A service, a person at it, a code that was not redeemed, and a key.
struct Scene {
    idp: TestIdp,
    service: Service,
    visitor: Visitor,
    account: Account,
    request: Request,
    code: String,
    key: ClientKey,
}

impl Scene {
    async fn at(database: Database) -> Self {
        Self::with(database, "", &[]).await
    }

    async fn with(database: Database, lines: &str, settings: &[(&str, &str)]) -> Self {
        let idp = TestIdp::start_with(database, settings).await;
        let service = idp.service_with(lines).await;
        let visitor = idp.visitor();
        let account = idp.create_account(&visitor, "person@example.test").await;
        let request = service.request();
        let code = code_of(&idp, &idp.authorize(&visitor, &request, &account).await, &request);
        Self { idp, service, visitor, account, request, code, key: ClientKey::new(Es256) }
    }

    async fn code_for(&self, request: &Request) -> String {
        code_of(&self.idp, &self.idp.authorize(&self.visitor, request, &self.account).await, request)
    }

    fn token_url(&self) -> String {
        format!("{}/token", self.idp.issuer)
    }

    fn claims(&self) -> Value {
        proof_claims("POST", &self.token_url(), self.idp.now())
    }

    fn proof(&self) -> String {
        self.key.proof(&self.claims())
    }

    /// Redeems the scene's code with these proofs.
    async fn redeem(&self, proofs: &[&str]) -> Page {
        self.token(redemption(&self.request, &self.code), proofs).await
    }

    async fn token(&self, mut fields: Vec<(&'static str, String)>, proofs: &[&str]) -> Page {
        let id = self.service.client.id.as_str();
        if self.service.secret.is_empty() {
            fields.push(("client_id", id.to_owned()));
        }
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
        let mut request = self.idp.http().post(self.token_url()).header("Content-Type", FORM).body(body);
        if !self.service.secret.is_empty() {
            request = request.header("Authorization", basic(id, &self.service.secret));
        }
        for proof in proofs {
            request = request.header("DPoP", *proof);
        }
        page_of(request.send().await.unwrap()).await
    }

    async fn is_refused(&self, proof: &str) {
        is_oauth_error(&self.redeem(&[proof]).await, 400, &["invalid_dpop_proof"]);
    }

    /// Userinfo with a token under a scheme, and proofs.
    async fn userinfo(&self, scheme: &str, token: &str, proofs: &[&str]) -> Page {
        let request = self.idp.http().get(format!("{}/userinfo", self.idp.issuer));
        let mut request = request.header("Authorization", format!("{scheme} {token}"));
        for proof in proofs {
            request = request.header("DPoP", *proof);
        }
        page_of(request.send().await.unwrap()).await
    }

    fn userinfo_claims(&self, token: &str) -> Value {
        let claims = proof_claims("GET", &format!("{}/userinfo", self.idp.issuer), self.idp.now());
        with(claims, &json!({"ath": token_hash(&Secret::new(token))}))
    }

    /// An access token bound to the scene's key.
    async fn bound_token(&self) -> String {
        let answer = self.redeem(&[&self.proof()]).await;
        assert_eq!(
            (answer.status, answer.json()["token_type"].as_str()),
            (200, Some("DPoP")),
            "{}",
            answer.body
        );
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }
}

async fn sc_059_an_honest_proof_binds_the_token_to_its_key(database: Database) {
    let scene = Scene::with(database, "access_token_format = \"jwt\"\n", &[]).await;
    let token = scene.bound_token().await;
    let claims = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["cnf"], json!({"jkt": scene.key.kid()}), "the key's name is its thumbprint");
    let id = scene.service.client.id.as_str();
    let request = scene.idp.http().post(format!("{}/introspect", scene.idp.issuer));
    let request =
        request.header("Authorization", basic(id, &scene.service.secret)).header("Content-Type", FORM);
    let live = page_of(request.body(format!("token={token}")).send().await.unwrap()).await.json();
    assert_eq!(
        (&live["cnf"]["jkt"], &live["token_type"]),
        (&json!(scene.key.kid()), &json!("DPoP")),
        "{live}"
    );
    // fapi2-security-profile-final-access-token-type-header-case-sensitivity
    for scheme in ["DPoP", "dpop", "DPOP"] {
        let proof = scene.key.proof(&scene.userinfo_claims(&token));
        assert_eq!(scene.userinfo(scheme, &token, &[&proof]).await.status, 200, "{scheme}");
    }
    // Every algorithm that discovery lists.
    let document = scene.visitor.get("/.well-known/openid-configuration").await.json();
    let listed: Vec<SigningAlgorithm> =
        serde_json::from_value(document["dpop_signing_alg_values_supported"].clone()).unwrap();
    assert_eq!(listed, [Rs256, Ps256, Es256, EdDsa]);
    for algorithm in listed {
        let request = scene.service.request();
        let code = scene.code_for(&request).await;
        let proof = ClientKey::new(algorithm).proof(&scene.claims());
        let answer = scene.token(redemption(&request, &code), &[&proof]).await;
        assert_eq!(answer.json()["token_type"], "DPoP", "{algorithm}: {}", answer.body);
    }
    // Without a proof it is a bearer token, as ever.
    let request = scene.service.request();
    let code = scene.code_for(&request).await;
    assert_eq!(scene.token(redemption(&request, &code), &[]).await.json()["token_type"], "Bearer");
}

async fn sc_060_sc_061_a_proof_for_another_request_is_refused(database: Database) {
    let scene = Scene::at(database).await;
    let issuer = scene.idp.issuer.clone();
    for change in [
        json!({"htu": format!("{issuer}/userinfo")}),
        json!({"htu": format!("{issuer}/token/")}),
        json!({"htu": "https://other.example.test/token"}),
        json!({"htu": null}),
        json!({"htu": 7}),
        json!({"htm": "GET"}),
        json!({"htm": "post"}),
        json!({"htm": null}),
        json!({"jti": null}),
        json!({"jti": "x".repeat(600)}),
    ] {
        scene.is_refused(&scene.key.proof(&with(scene.claims(), &change))).await;
    }
    // A query and a fragment don't count.
    let claims = with(scene.claims(), &json!({"htu": format!("{issuer}/token?x=1#y")}));
    assert_eq!(scene.redeem(&[&scene.key.proof(&claims)]).await.status, 200);
}

async fn sc_062_the_same_proof_twice_is_refused_on_every_node(database: Database) {
    let scene = Scene::at(database).await;
    let proof = scene.proof();
    assert_eq!(scene.redeem(&[&proof]).await.status, 200);
    let request = scene.service.request();
    let code = scene.code_for(&request).await;
    is_oauth_error(&scene.token(redemption(&request, &code), &[&proof]).await, 400, &["invalid_dpop_proof"]);
    // Nor is its number good for another proof by the key, or after what is old was cleared up.
    let claims = scene.claims();
    let first = scene.key.proof(&claims);
    is_oauth_error(
        &scene
            .token(vec![("grant_type", "authorization_code".into()), ("code", "x".into())], &[&first])
            .await,
        400,
        &["invalid_grant"],
    );
    let again = scene.key.proof(&with(claims.clone(), &json!({"nonsense": 1})));
    scene.idp.advance(59 * SECOND);
    idp_server::adapters::workers::delete_expired(&scene.idp.app).await.unwrap();
    is_oauth_error(&scene.token(redemption(&request, &code), &[&again]).await, 400, &["invalid_dpop_proof"]);
    // Another key's proof with that number is another proof; a proof with a broken signature spends nothing.
    let other = ClientKey::new(EdDsa);
    let theirs = other.proof(&with(scene.claims(), &json!({"jti": claims["jti"]})));
    let (signed, signature) = theirs.rsplit_once('.').unwrap();
    let broken = format!("{signed}.{}", signature.chars().rev().collect::<String>());
    let answer = scene.token(redemption(&request, &code), &[&broken]).await;
    is_oauth_error(&answer, 400, &["invalid_dpop_proof"]);
    let request = scene.service.request();
    let code = scene.code_for(&request).await;
    assert_eq!(scene.token(redemption(&request, &code), &[&theirs]).await.status, 200);
}

async fn sc_063_an_old_or_early_proof_is_refused(database: Database) {
    let scene = Scene::at(database).await;
    let now = scene.idp.now().seconds();
    for iat in
        [json!(now - 300), json!(now + 300), json!(now - 70), json!(now + 20), json!(null), json!("now")]
    {
        scene.is_refused(&scene.key.proof(&with(scene.claims(), &json!({"iat": iat})))).await;
    }
    // fapi2-security-profile-final-ensure-dpopproof-with-iat-10seconds-before-succeeds,
    // fapi2-security-profile-final-ensure-dpopproof-with-iat-10seconds-after-succeeds,
    // fapi2-security-profile-final-check-dpop-proof-nbf-exp
    for change in
        [json!({"iat": now - 10}), json!({"iat": now + 9}), json!({"nbf": now + 99, "exp": now - 99})]
    {
        let request = scene.service.request();
        let code = scene.code_for(&request).await;
        let proof = scene.key.proof(&with(scene.claims(), &change));
        let answer = scene.token(redemption(&request, &code), &[&proof]).await;
        assert_eq!(answer.status, 200, "{change}: {}", answer.body);
    }
}

async fn sc_064_a_private_or_foreign_key_in_the_header_is_refused(database: Database) {
    let scene = Scene::at(database).await;
    let other = ClientKey::new(Es256);
    let mut private = scene.key.bare_jwk();
    private["d"] = "AAAA".into();
    for change in [
        json!({"jwk": private}),
        json!({"jwk": {"kty": "oct", "k": "AAAA"}}),
        json!({"jwk": other.bare_jwk()}),
        json!({"jwk": ClientKey::new(EdDsa).bare_jwk()}),
        json!({"jwk": null}),
        json!({"jwk": null, "kid": scene.key.kid()}),
        json!({"alg": "none"}),
        json!({"alg": "HS256"}),
        json!({"alg": "EdDSA"}),
        json!({"typ": "JWT"}),
        json!({"typ": null}),
        json!({"crit": ["x"], "x": 1}),
    ] {
        let header = with(scene.key.proof_header(), &change);
        scene.is_refused(&scene.key.sign_with(&header, &scene.claims())).await;
    }
    for text in ["", "x", "a.b.c", &"x".repeat(9000), &format!("{}, {}", scene.proof(), scene.proof())] {
        scene.is_refused(text).await;
    }
    assert_eq!(scene.redeem(&[&scene.proof()]).await.status, 200, "none of that spent the code");
}

async fn sc_065_a_bound_token_is_no_bearer_token(database: Database) {
    let scene = Scene::at(database).await;
    let token = scene.bound_token().await;
    let proof = || scene.key.proof(&scene.userinfo_claims(&token));
    let is_challenged = |page: &Page, error: &str| {
        assert_eq!(page.status, 401, "{page:?}");
        let challenge = page.header("www-authenticate");
        assert!(challenge.starts_with("DPoP "), "{challenge}");
        assert!(challenge.contains(&format!("error=\"{error}\"")), "{challenge}");
        assert!(challenge.contains("algs=\"RS256 PS256 ES256 EdDSA\""), "{challenge}");
    };
    is_challenged(&scene.userinfo("Bearer", &token, &[]).await, "invalid_token");
    is_challenged(&scene.userinfo("Bearer", &token, &[&proof()]).await, "invalid_token");
    is_challenged(&scene.userinfo("DPoP", &token, &[]).await, "invalid_dpop_proof");
    is_challenged(&scene.userinfo("DPoP", &token, &[&proof(), &proof()]).await, "invalid_dpop_proof");
    // fapi2-security-profile-final-dpop-negative-tests
    let other = ClientKey::new(Es256);
    is_challenged(
        &scene.userinfo("DPoP", &token, &[&other.proof(&scene.userinfo_claims(&token))]).await,
        "invalid_token",
    );
    for change in [
        json!({"ath": null}),
        json!({"ath": token_hash(&Secret::new("other"))}),
        json!({"htm": "POST"}),
        json!({"htu": scene.token_url()}),
        json!({"iat": scene.idp.now().seconds() - 300}),
    ] {
        let proof = scene.key.proof(&with(scene.userinfo_claims(&token), &change));
        is_challenged(&scene.userinfo("DPoP", &token, &[&proof]).await, "invalid_dpop_proof");
    }
    let body = format!("access_token={token}");
    let request =
        scene.idp.http().post(format!("{}/userinfo", scene.idp.issuer)).header("Content-Type", FORM);
    is_challenged(&page_of(request.body(body).send().await.unwrap()).await, "invalid_token");
    let good = proof();
    assert_eq!(scene.userinfo("DPoP", &token, &[&good]).await.status, 200);
    is_challenged(&scene.userinfo("DPoP", &token, &[&good]).await, "invalid_dpop_proof");
    // A token that is bound to nothing gains nothing by a proof.
    let request = scene.service.request();
    let code = scene.code_for(&request).await;
    let plain = scene.token(redemption(&request, &code), &[]).await.json()["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let proof = scene.key.proof(&scene.userinfo_claims(&plain));
    is_challenged(&scene.userinfo("DPoP", &plain, &[&proof]).await, "invalid_token");
    assert_eq!(scene.userinfo("Bearer", &plain, &[]).await.status, 200);
    is_challenged(&scene.userinfo("DPoP", "garbage", &[&proof]).await, "invalid_token");
}

async fn sc_066_two_proofs_are_refused(database: Database) {
    let scene = Scene::at(database).await;
    let (one, other) = (scene.proof(), scene.proof());
    is_oauth_error(&scene.redeem(&[&one, &other]).await, 400, &["invalid_dpop_proof"]);
    is_oauth_error(&scene.redeem(&[&one, &one]).await, 400, &["invalid_dpop_proof"]);
    assert_eq!(scene.redeem(&[&one]).await.status, 200, "neither was spent");
}

async fn sc_067_a_service_that_must_use_dpop_can_not_do_without(database: Database) {
    // fapi2-security-profile-final-ensure-holder-of-key-required
    let scene = Scene::with(database, "dpop_bound_access_tokens = true\n", &[]).await;
    is_oauth_error(&scene.redeem(&[]).await, 400, &["invalid_dpop_proof"]);
    scene.bound_token().await;
}

async fn fapi2_security_profile_final_ensure_token_endpoint_fails_with_mismatched_dpop_jkt(
    database: Database,
) {
    let scene = Scene::at(database).await;
    let other = ClientKey::new(Es256);
    let request = scene.service.request().with("dpop_jkt", scene.key.kid());
    let code = scene.code_for(&request).await;
    let answer = scene.token(redemption(&request, &code), &[&other.proof(&scene.claims())]).await;
    is_oauth_error(&answer, 400, &["invalid_grant", "invalid_dpop_proof"]);
    let answer = scene.token(redemption(&request, &code), &[]).await;
    is_oauth_error(&answer, 400, &["invalid_grant", "invalid_dpop_proof"]);
    // fapi2-security-profile-final-ensure-dpop-auth-code-binding-success
    let answer = scene.token(redemption(&request, &code), &[&scene.proof()]).await;
    assert_eq!(answer.json()["token_type"], "DPoP", "{}", answer.body);
    for jkt in ["x", &"!".repeat(43), &"A".repeat(44)] {
        let request = scene.service.request().with("dpop_jkt", jkt);
        let page = scene.visitor.get(&request.path()).await;
        assert_eq!(page.parameter("error").as_deref(), Some("invalid_request"), "{page:?}");
    }
}

async fn fapi2_security_profile_final_ensure_mismatched_dpop_jkt_fails(database: Database) {
    let scene = Scene::at(database).await;
    let other = ClientKey::new(Es256);
    let par = format!("{}/par", scene.idp.issuer);
    let push = async |request: &Request, proofs: &[&str]| {
        let body =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&request.parameters).finish();
        let mut sent = scene.idp.http().post(&par).header("Content-Type", FORM).body(body);
        sent = sent.header("Authorization", basic(scene.service.client.id.as_str(), &scene.service.secret));
        for proof in proofs {
            sent = sent.header("DPoP", *proof);
        }
        page_of(sent.send().await.unwrap()).await
    };
    let proof = || scene.key.proof(&proof_claims("POST", &par, scene.idp.now()));
    let named = scene.service.request().with("dpop_jkt", other.kid());
    is_oauth_error(&push(&named, &[&proof()]).await, 400, &["invalid_dpop_proof"]);
    is_oauth_error(
        &push(&scene.service.request(), &[&proof(), &proof()]).await,
        400,
        &["invalid_dpop_proof"],
    );
    is_oauth_error(&push(&scene.service.request(), &[&scene.proof()]).await, 400, &["invalid_dpop_proof"]);
    // fapi2-security-profile-final-ensure-dpopproof-at-par-endpoint-binding-success
    for request in [scene.service.request(), scene.service.request().with("dpop_jkt", scene.key.kid())] {
        let pushed = push(&request, &[&proof()]).await;
        assert_eq!(pushed.status, 201, "{}", pushed.body);
        let uri = pushed.json()["request_uri"].as_str().unwrap().to_owned();
        let page =
            scene.idp.authorize(&scene.visitor, &by_reference(&scene.service, &uri), &scene.account).await;
        let code = page.parameter("code").unwrap_or_else(|| panic!("{page:?}"));
        // fapi2-security-profile-final-ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt
        let refused = scene.token(redemption(&request, &code), &[&other.proof(&scene.claims())]).await;
        is_oauth_error(&refused, 400, &["invalid_grant", "invalid_dpop_proof"]);
        let answer = scene.token(redemption(&request, &code), &[&scene.proof()]).await;
        assert_eq!(answer.json()["token_type"], "DPoP", "{}", answer.body);
    }
}

async fn a_public_clients_refresh_token_is_bound_to_its_key(database: Database) {
    let lines =
        "token_endpoint_auth_method = \"none\"\ngrant_types = [\"authorization_code\", \"refresh_token\"]\n";
    let scene = Scene::with(database, lines, &[]).await;
    let answer = scene.redeem(&[&scene.proof()]).await;
    let token =
        answer.json()["refresh_token"].as_str().unwrap_or_else(|| panic!("{}", answer.body)).to_owned();
    let fields = || vec![("grant_type", "refresh_token".to_owned()), ("refresh_token", token.clone())];
    let other = ClientKey::new(Es256);
    is_oauth_error(&scene.token(fields(), &[]).await, 400, &["invalid_grant", "invalid_dpop_proof"]);
    let answer = scene.token(fields(), &[&other.proof(&scene.claims())]).await;
    is_oauth_error(&answer, 400, &["invalid_grant", "invalid_dpop_proof"]);
    let answer = scene.token(fields(), &[&scene.proof()]).await;
    assert_eq!((answer.status, &answer.json()["token_type"]), (200, &json!("DPoP")), "{}", answer.body);
}

async fn fresh_nonces_are_asked_for_where_they_are_required(database: Database) {
    let scene = Scene::with(database, "", &[("IDP_DPOP__REQUIRE_NONCE", "true")]).await;
    let answer = scene.redeem(&[&scene.proof()]).await;
    is_oauth_error(&answer, 400, &["use_dpop_nonce"]);
    let nonce = answer.header("dpop-nonce").to_owned();
    assert!(nonce.len() >= 22, "{nonce}");
    let with_nonce = |claims: Value, nonce: &str| scene.key.proof(&with(claims, &json!({"nonce": nonce})));
    for wrong in ["", "invented", &"A".repeat(43)] {
        is_oauth_error(&scene.redeem(&[&with_nonce(scene.claims(), wrong)]).await, 400, &["use_dpop_nonce"]);
    }
    // Every node knows it, and it is good for minutes.
    scene.idp.advance(20 * SECOND);
    let answer = scene.redeem(&[&with_nonce(scene.claims(), &nonce)]).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(answer.header("dpop-nonce").len() >= 22, "the next one comes along");
    let token = answer.json()["access_token"].as_str().unwrap().to_owned();
    let page = scene.userinfo("DPoP", &token, &[&scene.key.proof(&scene.userinfo_claims(&token))]).await;
    assert_eq!(page.status, 401);
    assert!(page.header("www-authenticate").contains("use_dpop_nonce"), "{page:?}");
    let proof = with_nonce(scene.userinfo_claims(&token), page.header("dpop-nonce"));
    assert_eq!(scene.userinfo("DPoP", &token, &[&proof]).await.status, 200);
    scene.idp.advance(360 * SECOND);
    let request = scene.service.request();
    let code = scene.code_for(&request).await;
    let old = with_nonce(scene.claims(), &nonce);
    is_oauth_error(&scene.token(redemption(&request, &code), &[&old]).await, 400, &["use_dpop_nonce"]);
}

#[tokio::test]
async fn a_nonce_that_is_not_ours_is_never_let_through() {
    let scene = Scene::at(Database::Sqlite).await;
    let proof = scene.key.proof(&with(scene.claims(), &json!({"nonce": "somebody else's"})));
    let answer = scene.redeem(&[&proof]).await;
    is_oauth_error(&answer, 400, &["use_dpop_nonce"]);
    let nonce = answer.header("dpop-nonce").to_owned();
    let answer = scene.redeem(&[&scene.key.proof(&with(scene.claims(), &json!({"nonce": nonce})))]).await;
    assert_eq!((answer.status, answer.header("dpop-nonce")), (200, ""), "{}", answer.body);
}
