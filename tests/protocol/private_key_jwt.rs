//! `private_key_jwt`: what proves a client, and what of others, of yesterday or of another make doesn't.

use crate::asserts::{code_of, is_oauth_error};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use idp_domain::client::assertion::ASSERTION_TYPE;
use idp_domain::signing_key::SigningAlgorithm::{self, EdDsa, Es256, Ps256, Rs256};
use idp_tests::idp::keys::{assertion_claims, inline_jwks, with};
use idp_tests::idp::service::{basic, redemption};
use idp_tests::idp::visitor::{FORM, page_of};
use idp_tests::idp::{ClientKey, Database, JwksServer, Page, Service, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

on_sqlite_and_postgres! {
    sc_050_an_honest_assertion_is_taken_at_every_endpoint
    sc_051_the_same_assertion_twice_is_refused_on_every_node
    sc_052_an_expired_assertion_is_refused
    sc_053_an_assertion_for_another_server_is_refused
    sc_054_sc_055_an_assertion_without_a_signature_by_a_key_is_refused
    sc_056_another_clients_key_proves_nobody_else
    sc_057_an_assertion_without_end_or_identifier_is_refused
}

const METHOD: &str = "token_endpoint_auth_method = \"private_key_jwt\"\n";

/// A server, a service, and its key.
struct Scene {
    idp: TestIdp,
    service: Service,
    key: ClientKey,
}

impl Scene {
    async fn at(database: Database) -> Self {
        Self::with(database, Es256, "").await
    }

    async fn with(database: Database, algorithm: SigningAlgorithm, lines: &str) -> Self {
        let (idp, key) = (TestIdp::start(database).await, ClientKey::new(algorithm));
        let service = idp.service_with(&format!("{METHOD}{lines}{}", inline_jwks(&[&key]))).await;
        Self { idp, service, key }
    }

    fn claims(&self) -> Value {
        assertion_claims(self.service.client.id.as_str(), &self.idp.issuer, self.idp.now())
    }

    /// A token request that fails by its code if the client is proven.
    async fn ask(&self, assertion: &str) -> Page {
        ask(&self.idp, &[("client_assertion_type", ASSERTION_TYPE), ("client_assertion", assertion)]).await
    }

    async fn is_taken(&self, change: &Value) {
        let page = self.ask(&self.key.sign(&with(self.claims(), change))).await;
        assert!(is_proven(&page), "{change}: {}", page.body);
    }

    async fn is_refused(&self, change: &Value) {
        let page = self.ask(&self.key.sign(&with(self.claims(), change))).await;
        is_oauth_error(&page, 401, &["invalid_client"]);
    }
}

async fn ask(idp: &TestIdp, credentials: &[(&str, &str)]) -> Page {
    let fields =
        [("grant_type", "authorization_code"), ("code", "none"), ("redirect_uri", "https://x.test/")];
    idp.token(None, &[&fields[..], credentials].concat()).await
}

fn is_proven(page: &Page) -> bool {
    page.status == 400 && page.json()["error"] == "invalid_grant"
}

async fn sc_050_an_honest_assertion_is_taken_at_every_endpoint(database: Database) {
    let scene = Scene::at(database).await;
    let (idp, service) = (&scene.idp, &scene.service);
    let visitor = idp.visitor();
    let account = idp.create_account(&visitor, "person@example.test").await;
    let request = service.request();
    let code = code_of(idp, &idp.authorize(&visitor, &request, &account).await, &request);
    // fapi2-security-profile-final-happy-flow, oidcc-ensure-client-assertion-with-iss-aud-succeeds
    let assertion = scene.key.sign(&scene.claims());
    let mut fields = redemption(&request, &code);
    fields.push(("client_assertion_type", ASSERTION_TYPE.to_owned()));
    fields.push(("client_assertion", assertion));
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = idp.token(None, &fields).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    // Wherever else a client proves itself.
    let document = visitor.get("/.well-known/openid-configuration").await.json();
    for name in ["pushed_authorization_request_endpoint", "introspection_endpoint", "revocation_endpoint"] {
        let Some(address) = document[name].as_str() else { continue };
        let assertion = scene.key.sign(&scene.claims());
        let mut pairs = request.parameters.clone();
        pairs.extend(
            [
                ("token", "unknown"),
                ("client_assertion_type", ASSERTION_TYPE),
                ("client_assertion", &assertion),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
        let send = async || {
            let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
            let request = idp.http().post(address).header("Content-Type", FORM).body(body);
            page_of(request.send().await.unwrap()).await
        };
        let answer = send().await;
        assert!(matches!(answer.status, 200 | 201), "{name}: {answer:?}");
        is_oauth_error(&send().await, 401, &["invalid_client"]);
    }
}

async fn sc_051_the_same_assertion_twice_is_refused_on_every_node(database: Database) {
    let scene = Scene::at(database).await;
    let assertion = scene.key.sign(&scene.claims());
    assert!(is_proven(&scene.ask(&assertion).await));
    is_oauth_error(&scene.ask(&assertion).await, 401, &["invalid_client"]);
    // Another assertion of the same jti is the same one.
    let claims = scene.claims();
    assert!(is_proven(&scene.ask(&scene.key.sign(&claims)).await));
    scene.is_refused(&json!({"jti": claims["jti"], "nbf": 1})).await;
    // It stays spent to its end, whatever is cleared up.
    scene.idp.advance(Duration::from_secs(65));
    idp_server::adapters::workers::delete_expired(&scene.idp.app).await.unwrap();
    is_oauth_error(&scene.ask(&assertion).await, 401, &["invalid_client"]);
    assert_eq!(scene.idp.count("spent_identifier"), 2);
    scene.idp.advance(Duration::from_hours(2));
    idp_server::adapters::workers::delete_expired(&scene.idp.app).await.unwrap();
    assert_eq!(scene.idp.count("spent_identifier"), 0);
    is_oauth_error(&scene.ask(&assertion).await, 401, &["invalid_client"]);
    // One that fails spends nothing.
    let claims = scene.claims();
    is_oauth_error(&scene.ask(&ClientKey::new(Es256).sign(&claims)).await, 401, &["invalid_client"]);
    assert!(is_proven(&scene.ask(&scene.key.sign(&claims)).await));
    // Another client's jti is another one.
    let key = ClientKey::new(Es256);
    let other = scene.idp.service_with(&format!("{METHOD}{}", inline_jwks(&[&key]))).await;
    let id = other.client.id.as_str();
    let theirs =
        with(assertion_claims(id, &scene.idp.issuer, scene.idp.now()), &json!({"jti": claims["jti"]}));
    assert!(is_proven(&scene.ask(&key.sign(&theirs)).await));
}

async fn sc_052_an_expired_assertion_is_refused(database: Database) {
    let scene = Scene::at(database).await;
    let now = scene.idp.now().seconds();
    scene.is_refused(&json!({"exp": now - 120, "iat": now - 180})).await;
    // fapi2-security-profile-final-ensure-client-assertion-with-exp-is-5-minutes-in-past-fails
    scene.is_refused(&json!({"exp": now - 300})).await;
    scene.is_refused(&json!({"exp": now + 3600})).await;
    // fapi2-security-profile-final-par-ensure-jwt-client-assertions-nbf-8-seconds-in-the-future-is-accepted
    scene.is_taken(&json!({"nbf": now + 8, "iat": now + 8})).await;
    // fapi2-security-profile-final-par-ensure-jwt-client-assertions-nbf-over-60-seconds-in-the-future-fails
    scene.is_refused(&json!({"nbf": now + 65})).await;
    scene.is_refused(&json!({"iat": now + 65})).await;
    scene.is_taken(&json!({"exp": now + 299})).await;
}

async fn sc_053_an_assertion_for_another_server_is_refused(database: Database) {
    let scene = Scene::at(database).await;
    let issuer = scene.idp.issuer.clone();
    // fapi2-security-profile-final-ensure-client-assertion-with-wrong-aud-fails,
    // fapi2-security-profile-final-par-test-array-as-audience-fails,
    // fapi2-security-profile-final-par-test-par-endpoint-url-as-audience-fails,
    // fapi2-security-profile-final-par-test-token-endpoint-url-as-audience-fails
    for audience in [
        json!("https://other.example.test"),
        json!([issuer]),
        json!(format!("{issuer}/token")),
        json!(format!("{issuer}/par")),
        json!(format!("{issuer}/")),
        json!(null),
    ] {
        scene.is_refused(&json!({"aud": audience})).await;
    }
    // fapi2-security-profile-final-ensure-client-assertion-with-no-sub-fails
    scene.is_refused(&json!({"sub": null})).await;
    scene.is_refused(&json!({"iss": "somebody"})).await;
    // An older client may say more, of this server only.
    let key = &scene.key;
    let lines = format!("{METHOD}token_endpoint_auth_audience = \"lenient\"\n{}", inline_jwks(&[key]));
    let older = scene.idp.service_with(&lines).await;
    for (audience, taken) in [
        (json!(issuer), true),
        (json!([issuer]), true),
        (json!(format!("{issuer}/token")), true),
        (json!(["https://x.test", format!("{issuer}/token")]), true),
        (json!(format!("{issuer}/par")), false),
        (json!("https://other.example.test"), false),
    ] {
        let id = older.client.id.as_str();
        let claims = with(assertion_claims(id, &issuer, scene.idp.now()), &json!({"aud": audience}));
        assert_eq!(is_proven(&scene.ask(&key.sign(&claims)).await), taken, "{audience}");
    }
}

async fn sc_054_sc_055_an_assertion_without_a_signature_by_a_key_is_refused(database: Database) {
    let scene = Scene::with(database, Rs256, "").await;
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = scene.claims();
    for header in [json!({"alg": "none"}), json!({"alg": "None", "kid": scene.key.kid()})] {
        for signature in ["", "AA"] {
            let assertion = format!("{}.{}.{signature}", part(&header), part(&claims));
            is_oauth_error(&scene.ask(&assertion).await, 401, &["invalid_client"]);
        }
    }
    // HS256 with what is public as the shared key: the JWK, and the modulus.
    let message = format!("{}.{}", part(&json!({"alg": "HS256", "kid": scene.key.kid()})), part(&claims));
    let modulus = BASE64_URL_SAFE_NO_PAD.decode(scene.key.jwk["n"].as_str().unwrap()).unwrap();
    for public in
        [scene.key.jwk.to_string().into_bytes(), scene.key.bare_jwk().to_string().into_bytes(), modulus]
    {
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &public);
        let signature = BASE64_URL_SAFE_NO_PAD.encode(aws_lc_rs::hmac::sign(&key, message.as_bytes()));
        is_oauth_error(&scene.ask(&format!("{message}.{signature}")).await, 401, &["invalid_client"]);
    }
    // A key that says RS256 is for RS256; what asks for more than it says is refused, and no address in it is asked.
    let stranger = JwksServer::start(&[&ClientKey::new(Es256)]);
    for header in [
        json!({"alg": "PS256"}),
        json!({"alg": "RS256", "crit": ["exp"]}),
        json!({"alg": "RS256", "b64": false, "crit": ["b64"]}),
        json!({"alg": "RS256", "typ": "at+jwt"}),
        json!({"alg": "RS256", "kid": "../../etc/passwd"}),
        json!({"alg": "RS256", "kid": "' OR 1=1 --"}),
        json!({"alg": "ES256", "jku": stranger.uri, "x5u": stranger.uri, "jwk": ClientKey::new(Es256).jwk}),
    ] {
        is_oauth_error(&scene.ask(&scene.key.sign_with(&header, &claims)).await, 401, &["invalid_client"]);
    }
    assert_eq!(stranger.fetched(), 0);
    for text in ["", "x", "a.b.c", "..", &"x".repeat(4000), &"é".repeat(1000), "e30.e30.e30"] {
        let page = scene.ask(text).await;
        assert!(matches!(page.status, 400 | 401), "{text}: {page:?}");
    }
    // Without a kid, each fitting key is tried.
    let header = json!({"alg": "RS256"});
    assert!(is_proven(&scene.ask(&scene.key.sign_with(&header, &claims)).await));
}

async fn sc_056_another_clients_key_proves_nobody_else(database: Database) {
    let scene = Scene::at(database).await;
    let other_key = ClientKey::new(Es256);
    let other = scene.idp.service_with(&format!("{METHOD}{}", inline_jwks(&[&other_key]))).await;
    is_oauth_error(&scene.ask(&other_key.sign(&scene.claims())).await, 401, &["invalid_client"]);
    // Under the victim's name of the key, and under none.
    for kid in [json!(scene.key.kid()), json!(null)] {
        let header = with(json!({"alg": "ES256"}), &json!({"kid": kid}));
        let page = scene.ask(&other_key.sign_with(&header, &scene.claims())).await;
        is_oauth_error(&page, 401, &["invalid_client"]);
    }
    // fapi2-security-profile-final-ensure-client-id-in-token-endpoint
    let assertion = scene.key.sign(&scene.claims());
    for (id, taken) in [(other.client.id.as_str(), false), (scene.service.client.id.as_str(), true)] {
        let kind = ("client_assertion_type", ASSERTION_TYPE);
        let page = ask(&scene.idp, &[("client_id", id), kind, ("client_assertion", &assertion)]).await;
        assert_eq!(is_proven(&page), taken, "{page:?}");
        assert!(taken || page.json()["error"] == "invalid_request", "{page:?}");
    }
}

async fn sc_057_an_assertion_without_end_or_identifier_is_refused(database: Database) {
    let scene = Scene::at(database).await;
    for change in [
        json!({"exp": null}),
        json!({"exp": "soon"}),
        json!({"exp": 1e300}),
        json!({"jti": null}),
        json!({"jti": ""}),
        json!({"jti": 7}),
        json!({"jti": "x".repeat(600)}),
    ] {
        scene.is_refused(&change).await;
    }
    scene.is_taken(&json!({"iat": null, "jti": "é \u{1F600} '; --"})).await;
}

#[tokio::test]
async fn sc_058_an_address_of_keys_that_does_not_answer_holds_up_nobody() {
    let scene = Scene::at(Database::Sqlite).await;
    let key = ClientKey::new(Es256);
    let server = JwksServer::start(&[&key]);
    server.change(|published| published.delay = Duration::from_mins(1));
    let slow = scene.idp.service_with(&format!("{METHOD}jwks_uri = \"{}\"\n", server.uri)).await;
    let waiting = async {
        let began = Instant::now();
        let claims = assertion_claims(slow.client.id.as_str(), &scene.idp.issuer, scene.idp.now());
        let page = scene.ask(&key.sign(&claims)).await;
        is_oauth_error(&page, 401, &["invalid_client"]);
        assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    };
    let others = async {
        let began = Instant::now();
        for _ in 0..5 {
            scene.is_taken(&json!({})).await;
        }
        assert!(began.elapsed() < Duration::from_millis(1500), "{:?}", began.elapsed());
    };
    tokio::join!(waiting, waiting_again(&scene, &slow, &key), others);
    assert_eq!(server.fetched(), 1);
    // Once it answers, the client is known again.
    server.change(|published| published.delay = Duration::ZERO);
    scene.idp.advance(Duration::from_secs(31));
    let claims = assertion_claims(slow.client.id.as_str(), &scene.idp.issuer, scene.idp.now());
    assert!(is_proven(&scene.ask(&key.sign(&claims)).await));
    // And kept keys serve while it doesn't.
    server.change(|published| published.status = 503);
    scene.idp.advance(Duration::from_hours(1));
    let claims = assertion_claims(slow.client.id.as_str(), &scene.idp.issuer, scene.idp.now());
    assert!(is_proven(&scene.ask(&key.sign(&claims)).await));
}

/// Nonsense in the slow client's name waits no longer either.
async fn waiting_again(scene: &Scene, slow: &Service, key: &ClientKey) {
    let claims = assertion_claims(slow.client.id.as_str(), &scene.idp.issuer, scene.idp.now());
    let began = Instant::now();
    is_oauth_error(&scene.ask(&key.sign(&claims)).await, 401, &["invalid_client"]);
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
}

#[tokio::test]
async fn fapi2_security_profile_final_ensure_signed_client_assertion_with_rs256_fails() {
    for (algorithm, taken) in [(Rs256, false), (Ps256, true), (Es256, true), (EdDsa, true)] {
        let (idp, mut key) = (TestIdp::start(Database::Sqlite).await, ClientKey::new(algorithm));
        // A key that says RS256 is refused at registration; one that doesn't say is not to be used with it either.
        key.jwk.as_object_mut().unwrap().remove("alg");
        let lines = format!("{METHOD}profile = \"fapi2\"\n{}", inline_jwks(&[&key]));
        let service = idp.service_with(&lines).await;
        let scene = Scene { idp, service, key };
        let page = scene.ask(&scene.key.sign(&scene.claims())).await;
        let refused = page.status == 401 && page.json()["error"] == "invalid_client";
        assert_eq!(!refused, taken, "{algorithm}: {}", page.body);
    }
    // Outside the profile the registered algorithm is the only one.
    let (idp, key) = (TestIdp::start(Database::Sqlite).await, ClientKey::new(Ps256));
    let keys = inline_jwks(&[&key, &ClientKey::new(Es256)]);
    let service =
        idp.service_with(&format!("{METHOD}token_endpoint_auth_signing_alg = \"ES256\"\n{keys}")).await;
    Scene { idp, service, key }.is_refused(&json!({})).await;
}

#[tokio::test]
async fn fapi2_security_profile_final_ensure_client_assertion_in_token_endpoint() {
    let scene = Scene::at(Database::Sqlite).await;
    let id = scene.service.client.id.as_str();
    is_oauth_error(&ask(&scene.idp, &[]).await, 401, &["invalid_client"]);
    is_oauth_error(&ask(&scene.idp, &[("client_id", id)]).await, 401, &["invalid_client"]);
    is_oauth_error(
        &ask(&scene.idp, &[("client_id", id), ("client_secret", "x")]).await,
        401,
        &["invalid_client"],
    );
}

#[tokio::test]
async fn two_ways_at_once_and_half_a_way_are_refused() {
    let scene = Scene::at(Database::Sqlite).await;
    let assertion = scene.key.sign(&scene.claims());
    let (kind, text) = (("client_assertion_type", ASSERTION_TYPE), ("client_assertion", assertion.as_str()));
    for fields in [
        &[kind][..],
        &[text],
        &[("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"), text],
        &[kind, text, ("client_secret", "x")],
    ] {
        is_oauth_error(&ask(&scene.idp, fields).await, 400, &["invalid_request"]);
    }
    let secret = scene.idp.service().await;
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("grant_type", "authorization_code"), ("code", "x"), kind, text])
        .finish();
    let request =
        scene.idp.http().post(format!("{}/token", scene.idp.issuer)).header("Content-Type", FORM).body(body);
    let request = request.header("Authorization", basic(secret.client.id.as_str(), &secret.secret));
    is_oauth_error(&page_of(request.send().await.unwrap()).await, 400, &["invalid_request"]);
    // A client of secrets isn't proven by an assertion, nor one of assertions by what it doesn't have.
    let claims = assertion_claims(secret.client.id.as_str(), &scene.idp.issuer, scene.idp.now());
    is_oauth_error(&scene.ask(&scene.key.sign(&claims)).await, 401, &["invalid_client"]);
    assert!(is_proven(&scene.ask(&assertion).await), "none of that spent it");
}
