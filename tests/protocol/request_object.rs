//! Request objects (RFC 9101, OIDC Core section 6). Names after `fapi2-…` and `oidcc-…` are modules of the OpenID
//! Foundation's suite; "MS" are those of FAPI 2.0 Message Signing.

use crate::asserts::{code_of, is_error_page, is_oauth_error, is_refused};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use idp_domain::client::assertion::ASSERTION_TYPE;
use idp_domain::signing_key::SigningAlgorithm::{self, EdDsa, Es256, Ps256, Rs256};
use idp_tests::idp::keys::{assertion_claims, inline_jwks, with};
use idp_tests::idp::pushed::by_reference;
use idp_tests::idp::{Account, ClientKey, Database, JwksServer, Page, Request, Service, TestIdp, Visitor};
use idp_tests::on_sqlite_and_postgres;
use serde_json::{Value, json};
use std::time::Duration;

on_sqlite_and_postgres! {
    a_signed_request_is_taken_and_what_is_signed_counts
    every_algorithm_is_taken_unless_another_is_registered
    sc_022_no_trick_with_algorithm_key_or_name_makes_a_signature
    an_object_of_another_client_or_for_another_address_leads_nowhere
    an_object_that_can_not_be_read_is_refused_by_name
    a_client_that_signs_is_protected_from_what_is_not_signed
    sc_023_only_a_registered_address_is_fetched
    what_an_address_gives_is_fenced_in
    fapi2_message_signing_takes_signed_pushed_requests_only
    fapi2_message_signing_bounds_the_object
    fapi2_message_signing_believes_the_clients_own_key_only
    fapi2_what_stands_beside_the_object_is_not_used
}

/// A server, a service with a key, and a person who is signed in at `visitor`.
struct Scene {
    idp: TestIdp,
    service: Service,
    key: ClientKey,
    visitor: Visitor,
    account: Account,
}

const FAPI2: &str = "profile = \"fapi2\"\ntoken_endpoint_auth_method = \"private_key_jwt\"\n\
    require_signed_request_object = true\n";

impl Scene {
    async fn with(database: Database, algorithm: SigningAlgorithm, lines: &str) -> Self {
        let (idp, key) = (TestIdp::start(database).await, ClientKey::new(algorithm));
        let service = idp.service_with(&format!("{lines}{}", inline_jwks(&[&key]))).await;
        let visitor = idp.visitor();
        let account = idp.create_account(&visitor, "person@example.test").await;
        Self { idp, service, key, visitor, account }
    }

    /// A client of FAPI 2.0 Message Signing.
    async fn fapi2(database: Database) -> Self {
        let lines = FAPI2.to_owned() + "id_token_signed_response_alg = \"PS256\"\n";
        let (idp, key) = (TestIdp::start(database).await, ClientKey::new(Es256));
        let file =
            idp_tests::idp::service::REGISTRATION.replace("id_token_signed_response_alg = \"ES256\"\n", "");
        let service = idp.register(&format!("{file}{lines}{}", inline_jwks(&[&key]))).await;
        let visitor = idp.visitor();
        let account = idp.create_account(&visitor, "person@example.test").await;
        Self { idp, service, key, visitor, account }
    }

    /// What an honest object of this request says.
    fn claims(&self, request: &Request) -> Value {
        let now = self.idp.now().seconds();
        let about =
            json!({"iss": self.service.client.id, "aud": self.idp.issuer, "nbf": now, "exp": now + 300});
        let members = request.parameters.iter().map(|(name, value)| (name.clone(), json!(value)));
        with(about, &Value::Object(members.collect()))
    }

    fn header(&self) -> Value {
        let algorithm = self.key.algorithm.as_str();
        json!({"alg": algorithm, "kid": self.key.kid(), "typ": "oauth-authz-req+jwt"})
    }

    fn object(&self, request: &Request) -> String {
        self.key.sign_with(&self.header(), &self.claims(request))
    }

    /// Pushes what must count beside an object: who the client is.
    async fn push(&self, object: &str, more: &[(&str, &str)]) -> Page {
        let claims = assertion_claims(self.service.client.id.as_str(), &self.idp.issuer, self.idp.now());
        let assertion = self.key.sign(&claims);
        let own = [
            ("client_id", self.service.client.id.as_str()),
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", &assertion),
            ("request", object),
        ];
        let pairs: Vec<_> = own.iter().chain(more).map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        self.idp.push_as(None, &pairs).await
    }

    /// Pushes an object that must be refused.
    async fn is_refused(&self, what: &str, header: &Value, claims: &Value) {
        let page = self.push(&self.key.sign_with(header, claims), &[]).await;
        assert_eq!(page.status, 400, "{what}: {page:?}");
        is_oauth_error(&page, 400, &["invalid_request_object"]);
    }

    fn message(&self) -> Request {
        self.service.request().with("response_mode", "jwt")
    }
}

/// A request object beside everything that OIDC Core 6.1 wants there.
fn beside(request: &Request, object: &str) -> Request {
    let request = request.clone().without("state").without("nonce").without("code_challenge");
    request.without("code_challenge_method").with("request", object)
}

async fn a_signed_request_is_taken_and_what_is_signed_counts(database: Database) {
    let scene = Scene::with(database, Es256, "").await;
    let (idp, service, visitor) = (&scene.idp, &scene.service, &scene.visitor);
    // oidcc-ensure-request-object-with-redirect-uri: everything inside, little outside.
    let request = service.request();
    let sent = beside(&request, &scene.object(&request));
    let code = code_of(idp, &visitor.get(&sent.path()).await, &request);
    assert_eq!(idp.tokens(service, &request, &code).await.claims["nonce"], request.value("nonce"));
    // Inside goes before outside; what is only outside counts too (OIDC Core 6.1).
    let both =
        sent.clone().with("nonce", "outside").with("state", "outside").with("scope", "openid email profile");
    let code = code_of(idp, &visitor.get(&both.path()).await, &request);
    let tokens = idp.tokens(service, &request, &code).await;
    assert_eq!(tokens.claims["nonce"], request.value("nonce"));
    assert!(idp.userinfo(&tokens.access_token).await.json().get("locale").is_none());
    let claims = with(scene.claims(&request), &json!({"state": null}));
    let outer = sent.with("request", &scene.key.sign_with(&scene.header(), &claims)).with("state", "outside");
    assert_eq!(visitor.get(&outer.path()).await.parameter("state").as_deref(), Some("outside"));
    // Pushed, only what is signed counts (RFC 9126 section 3).
    let pushed = idp.push(service, &outer).await;
    let uri = pushed.json()["request_uri"].as_str().unwrap().to_owned();
    let page = idp.authorize_pushed(visitor, service, &uri, &scene.account).await;
    assert!(page.parameter("code").is_some() && page.parameter("state").is_none(), "{page:?}");
    // Older clients say little of the token itself.
    let none = json!({"iss": null, "aud": null, "exp": null, "nbf": null, "client_id": null});
    let bare = scene.key.sign(&with(scene.claims(&request), &none));
    code_of(idp, &visitor.get(&beside(&request, &bare).path()).await, &request);
}

async fn every_algorithm_is_taken_unless_another_is_registered(database: Database) {
    let scene = Scene::with(database, Es256, "request_object_signing_alg = \"PS256\"\n").await;
    let request = scene.service.request();
    let sent = request.clone().with("request", &scene.object(&request));
    let page = scene.visitor.get(&sent.path()).await;
    is_refused(&scene.idp, &page, &request, &["invalid_request_object"]);
    for algorithm in [Rs256, Ps256, Es256, EdDsa] {
        let key = ClientKey::new(algorithm);
        let service = scene.idp.service_with(&inline_jwks(&[&key])).await;
        let request = service.request();
        let pairs = request.parameters.iter().map(|(name, value)| (name.clone(), json!(value)));
        let object = key.sign(&Value::Object(pairs.collect()));
        let sent = request.clone().with("request", &object);
        code_of(&scene.idp, &scene.visitor.get(&sent.path()).await, &request);
        // Without a kid every fitting key is tried.
        let object = key.sign_with(&json!({"alg": algorithm.as_str()}), &json!({"state": "inside"}));
        let page = scene.visitor.get(&request.clone().with("request", &object).path()).await;
        assert_eq!(page.parameter("state").as_deref(), Some("inside"), "{page:?}");
    }
}

async fn sc_022_no_trick_with_algorithm_key_or_name_makes_a_signature(database: Database) {
    let scene = Scene::with(database, Es256, "").await;
    let (idp, request) = (&scene.idp, scene.service.request());
    let claims = scene.claims(&request);
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let refused = async |object: &str, errors: &[&str]| {
        let page = scene.visitor.get(&request.clone().with("request", object).path()).await;
        is_refused(idp, &page, &request, errors);
    };
    // oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported
    for none in ["none", "None", "NONE"] {
        let object = format!("{}.{}.", part(&json!({"alg": none})), part(&claims));
        refused(&object, &["request_not_supported"]).await;
        refused(&format!("{object}c2ln"), &["request_not_supported"]).await;
    }
    // The public key as a shared secret.
    let message = format!("{}.{}", part(&json!({"alg": "HS256", "kid": scene.key.kid()})), part(&claims));
    for secret in [scene.key.jwk.to_string(), scene.key.jwk["x"].as_str().unwrap().to_owned()] {
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret.as_bytes());
        let tag = aws_lc_rs::hmac::sign(&key, message.as_bytes());
        let object = format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(tag));
        refused(&object, &["invalid_request_object"]).await;
    }
    let stranger = ClientKey::new(Es256);
    let address = JwksServer::start(&[&stranger]);
    let kid = scene.key.kid();
    for header in [
        json!({"alg": "ES256", "kid": kid}),
        json!({"alg": "ES256"}),
        json!({"alg": "ES256", "kid": "../../../dev/null"}),
        json!({"alg": "ES256", "kid": "' OR 1=1 --"}),
        json!({"alg": "ES256", "kid": address.uri}),
        json!({"alg": "ES256", "kid": stranger.kid(), "jku": address.uri, "x5u": address.uri}),
        json!({"alg": "ES256", "kid": stranger.kid(), "jwk": stranger.bare_jwk()}),
        json!({"alg": "ES256", "kid": kid, "crit": ["x"], "x": 1}),
        json!({"alg": "ES384", "kid": kid}),
        json!({"alg": "PS256", "kid": kid}),
    ] {
        refused(&stranger.sign_with(&header, &claims), &["invalid_request_object"]).await;
    }
    assert_eq!(address.fetched(), 0, "a header is no reason to fetch");
    // Another of the client's own tokens is no request.
    for typ in ["dpop+jwt", "at+jwt", "logout+jwt", "client-authentication+jwt"] {
        let header = json!({"alg": "ES256", "kid": kid, "typ": typ});
        refused(&scene.key.sign_with(&header, &claims), &["invalid_request_object"]).await;
    }
    let assertion = assertion_claims(scene.service.client.id.as_str(), &idp.issuer, idp.now());
    refused(&scene.key.sign(&assertion), &["invalid_request_object"]).await;
    let good = scene.object(&request);
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let other = part(&with(claims, &json!({"scope": "openid profile"})));
    let header = signed.split('.').next().unwrap();
    refused(&format!("{header}.{other}.{signature}"), &["invalid_request_object"]).await;
    assert_eq!(idp.count("authorization_code"), 0);
}

async fn an_object_of_another_client_or_for_another_address_leads_nowhere(database: Database) {
    let scene = Scene::with(database, Es256, "").await;
    let (idp, request) = (&scene.idp, scene.service.request());
    let other = idp.service_with(&inline_jwks(&[&ClientKey::new(Es256)])).await;
    // The object of one client at another's name.
    let object = scene.object(&request);
    let sent = other.request().with("request", &object);
    is_refused(idp, &scene.visitor.get(&sent.path()).await, &sent, &["invalid_request_object"]);
    for (name, value) in [
        ("client_id", json!(other.client.id)),
        ("iss", json!(other.client.id)),
        ("sub", json!(scene.service.client.id)),
        ("aud", json!("https://other.test")),
        ("aud", json!([])),
        ("exp", json!(1)),
        ("nbf", json!(idp.now().seconds() + 100)),
        ("request", json!(object)),
        ("request_uri", json!("https://rp.example.test/r")),
        ("response_type", json!("token")),
        ("scope", json!({"a": "b"})),
    ] {
        let object = scene.key.sign(&with(scene.claims(&request), &json!({ name: value })));
        let sent = request.clone().with("request", &object);
        let page = scene.visitor.get(&sent.path()).await;
        is_refused(idp, &page, &sent, &["invalid_request_object"]);
    }
    // An address that nobody registered, signed or not, is never redirected to.
    for address in ["https://evil.test/cb", ""] {
        let claims = with(scene.claims(&request), &json!({"redirect_uri": address}));
        let sent = request.clone().with("request", &scene.key.sign(&claims));
        is_error_page(&scene.visitor.get(&sent.path()).await);
        let bare = beside(&request, &scene.key.sign(&claims)).without("redirect_uri");
        is_error_page(&scene.visitor.get(&bare.path()).await);
    }
    // A broken object without a registered address beside it is told on a page.
    let broken = beside(&request, "a.b.c").without("redirect_uri");
    is_error_page(&scene.visitor.get(&broken.path()).await);
    let foreign = beside(&request, "a.b.c").with("redirect_uri", "https://evil.test/cb");
    is_error_page(&scene.visitor.get(&foreign.path()).await);
}

async fn an_object_that_can_not_be_read_is_refused_by_name(database: Database) {
    let scene = Scene::with(database, Es256, "").await;
    let (idp, request) = (&scene.idp, scene.service.request());
    let deep = BASE64_URL_SAFE_NO_PAD.encode("[".repeat(10_000));
    let header = BASE64_URL_SAFE_NO_PAD.encode("{\"alg\":\"ES256\"}");
    let huge = format!("{header}.{}.c2ln", "e".repeat(40_000));
    let long = scene.key.sign(&with(scene.claims(&request), &json!({"state": "s".repeat(5000)})));
    let many: serde_json::Map<String, Value> = (0..100).map(|n| (format!("x{n}"), json!(1))).collect();
    let many = scene.key.sign(&with(scene.claims(&request), &Value::Object(many)));
    for (object, errors) in [
        ("x", ["invalid_request_object"]),
        ("..", ["invalid_request_object"]),
        ("a.b.c.d.e", ["invalid_request_object"]),
        ("é.é.é", ["invalid_request_object"]),
        (&format!("{header}.{deep}.c2ln"), ["invalid_request_object"]),
        (&huge, ["invalid_request_object"]),
        (&many, ["invalid_request_object"]),
    ] {
        let sent = request.clone().with("request", object);
        is_refused(idp, &scene.visitor.get(&sent.path()).await, &sent, &errors);
    }
    let page = scene.visitor.get(&request.clone().with("request", &long).path()).await;
    assert_eq!(page.parameter("error").as_deref(), Some("invalid_request"), "nothing is cut: {page:?}");
    let twice = request.clone().with("request", "x").and("request", "y");
    is_refused(idp, &scene.visitor.get(&twice.path()).await, &request, &["invalid_request_object"]);
    let both = request.clone().with("request", "x").with("request_uri", "https://rp.example.test/r");
    is_refused(idp, &scene.visitor.get(&both.path()).await, &request, &["invalid_request"]);
    // A client without keys has signed nothing.
    let keyless = idp.service().await.request();
    let sent = keyless.clone().with("request", &scene.object(&request));
    is_refused(idp, &scene.visitor.get(&sent.path()).await, &sent, &["invalid_request_object"]);
    // Long, but whole.
    let state = "s".repeat(4000);
    let large = request.clone().with("state", &state);
    let sent = beside(&large, &scene.object(&large));
    code_of(idp, &scene.visitor.get(&sent.path()).await, &large);
}

async fn a_client_that_signs_is_protected_from_what_is_not_signed(database: Database) {
    let scene = Scene::with(database, Es256, "require_signed_request_object = true\n").await;
    let (idp, request) = (&scene.idp, scene.service.request());
    is_refused(idp, &scene.visitor.get(&request.path()).await, &request, &["invalid_request"]);
    is_oauth_error(&idp.push(&scene.service, &request).await, 400, &["invalid_request"]);
    let object = scene.object(&request.clone().without("nonce").without("state"));
    let forged = request.clone().with("request", &object).with("prompt", "login");
    let page = scene.visitor.get(&forged.path()).await;
    let code = page.parameter("code").unwrap_or_else(|| panic!("{page:?}"));
    assert_eq!(page.parameter("state"), None, "an unsigned state is not used");
    let tokens = idp.tokens(&scene.service, &request, &code).await;
    assert!(tokens.claims.get("nonce").is_none(), "{}", tokens.claims);
    let strict = json!({"iss": null});
    let sent = request.clone().with("request", &scene.key.sign(&with(scene.claims(&request), &strict)));
    is_refused(idp, &scene.visitor.get(&sent.path()).await, &sent, &["invalid_request_object"]);
}

async fn sc_023_only_a_registered_address_is_fetched(database: Database) {
    let address = JwksServer::start(&[]);
    let lines = format!("request_uris = [\"{}\"]\n", address.uri);
    let scene = Scene::with(database, Rs256, &lines).await;
    let (idp, request) = (&scene.idp, scene.service.request());
    let object = scene.object(&request);
    address.change(|published| published.body.clone_from(&object));
    let sent = |uri: &str| beside(&request, "").without("request").with("request_uri", uri);
    // oidcc-request-uri-signed-rs256
    code_of(idp, &scene.visitor.get(&sent(&address.uri).path()).await, &request);
    assert_eq!(address.fetched(), 1);
    let elsewhere = JwksServer::start(&[]);
    // oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported
    for uri in [
        elsewhere.uri.as_str(),
        &format!("{}/more", address.uri),
        &format!("{}?x=1", address.uri),
        &address.uri.replace("127.0.0.1", "localhost"),
        &address.uri.replace("http:", "HTTP:"),
        "https://rp/req.jwt",
        "file:///etc/passwd",
        "http://169.254.169.254/latest/meta-data",
        &format!("{}#{}", address.uri, "x".repeat(600)),
    ] {
        let plain = sent(uri).with("state", "s");
        is_refused(idp, &scene.visitor.get(&plain.path()).await, &plain, &["invalid_request_uri"]);
    }
    assert_eq!((address.fetched(), elsewhere.fetched()), (1, 0));
    let other = idp.service().await.request().with("request_uri", &address.uri);
    is_refused(idp, &scene.visitor.get(&other.path()).await, &other, &["invalid_request_uri"]);
    assert_eq!(address.fetched(), 1, "registered by another client");
    // OIDC Core 6.2: the fragment is the content's hash.
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, object.as_bytes());
    let pinned = format!("{}#{}", address.uri, BASE64_URL_SAFE_NO_PAD.encode(hash));
    code_of(idp, &scene.visitor.get(&sent(&pinned).path()).await, &request);
    let wrong = sent(&format!("{}#{}", address.uri, "A".repeat(43)));
    let page = scene.visitor.get(&wrong.path()).await;
    is_refused(idp, &page, &wrong, &["invalid_request_uri"]);
}

async fn what_an_address_gives_is_fenced_in(database: Database) {
    let address = JwksServer::start(&[]);
    let scene = Scene::with(database, Es256, &format!("request_uris = [\"{}\"]\n", address.uri)).await;
    let (idp, request) = (&scene.idp, scene.service.request());
    let sent = request.clone().with("request_uri", &address.uri);
    let none = json!({"alg": "none"}).to_string();
    let unsigned = format!("{}.e30.", BASE64_URL_SAFE_NO_PAD.encode(none));
    for (body, status, error) in [
        ("no object".to_owned(), 200, "invalid_request_object"),
        (unsigned, 200, "request_not_supported"),
        ("x".repeat(40_000), 200, "invalid_request_uri"),
        (scene.object(&request), 404, "invalid_request_uri"),
        (scene.object(&request), 302, "invalid_request_uri"),
        (ClientKey::new(Es256).sign(&scene.claims(&request)), 200, "invalid_request_object"),
    ] {
        address.change(|published| (published.body, published.status) = (body, status));
        is_refused(idp, &scene.visitor.get(&sent.path()).await, &sent, &[error]);
    }
    address.change(|published| {
        (published.body, published.status) = (scene.object(&request), 200);
        published.delay = Duration::from_secs(20);
    });
    let begun = std::time::Instant::now();
    is_refused(idp, &scene.visitor.get(&sent.path()).await, &sent, &["invalid_request_uri"]);
    assert!(begun.elapsed() < Duration::from_secs(10), "three seconds are enough");
}

async fn fapi2_message_signing_takes_signed_pushed_requests_only(database: Database) {
    let scene = Scene::fapi2(database).await;
    let (idp, request) = (&scene.idp, scene.message());
    // fapi2-security-profile-final-ensure-request-object-with-multiple-aud-succeeds
    // fapi2-security-profile-final-ensure-request-object-with-nbf-8-seconds-in-the-future-is-accepted
    let now = idp.now().seconds();
    for change in [
        json!({}),
        json!({"aud": ["https://other.test", idp.issuer]}),
        json!({"nbf": now + 8}),
        json!({"nbf": now - 3000, "exp": now + 500}),
    ] {
        let object = scene.key.sign_with(&scene.header(), &with(scene.claims(&request), &change));
        let page = scene.push(&object, &[]).await;
        assert_eq!(page.status, 201, "{change}: {page:?}");
        let uri = page.json()["request_uri"].as_str().unwrap().to_owned();
        let page = scene.visitor.get(&by_reference(&scene.service, &uri).path()).await;
        assert!(page.parameter("response").is_some() && page.parameter("code").is_none(), "{page:?}");
    }
    // fapi2-security-profile-final-ensure-unsigned-request-at-par-endpoint-fails (MS)
    let plain: Vec<_> = request.parameters.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let page = scene.push("", &plain[1..]).await;
    assert_eq!(page.status, 400, "{page:?}");
    is_oauth_error(&page, 400, &["invalid_request"]);
    // By the browser, not even signed.
    let front = request.clone().with("request", &scene.object(&request));
    let page = scene.visitor.get(&front.path()).await;
    assert!(page.location().is_some_and(|to| to.contains("response=")), "{page:?}");
    assert_eq!(idp.count("authorization_code"), 4);
    // Its answers are signed too.
    let unsigned_answer = scene.service.request();
    let page = scene.push(&scene.object(&unsigned_answer), &[]).await;
    is_oauth_error(&page, 400, &["invalid_request"]);
}

async fn fapi2_message_signing_bounds_the_object(database: Database) {
    let scene = Scene::fapi2(database).await;
    let (request, now) = (scene.message(), scene.idp.now().seconds());
    // fapi2-security-profile-final-ensure-request-object-without-exp-fails
    // fapi2-security-profile-final-ensure-request-object-without-nbf-fails
    // fapi2-security-profile-final-ensure-expired-request-object-fails
    // fapi2-security-profile-final-ensure-request-object-with-bad-aud-fails
    // fapi2-security-profile-final-ensure-request-object-with-exp-over-60-fails
    // fapi2-security-profile-final-ensure-request-object-with-nbf-over-60-fails
    // fapi2-security-profile-final-par-authorization-request-containing-request_uri
    for change in [
        json!({"exp": null}),
        json!({"nbf": null}),
        json!({"exp": now - 300, "nbf": now - 600}),
        json!({"aud": "https://other.test"}),
        json!({"aud": null}),
        json!({"exp": now + 70 * 60}),
        json!({"nbf": now - 70 * 60}),
        json!({"nbf": now + 90}),
        json!({"iss": null}),
        json!({"client_id": null}),
        json!({"request_uri": "urn:ietf:params:oauth:request_uri:x"}),
        json!({"request": "x"}),
    ] {
        let claims = with(scene.claims(&request), &change);
        scene.is_refused(&change.to_string(), &scene.header(), &claims).await;
    }
    // fapi2-security-profile-final-ensure-request-object-without-redirect-uri-fails
    let claims = with(scene.claims(&request), &json!({"redirect_uri": null}));
    let object = scene.key.sign_with(&scene.header(), &claims);
    let page = scene.push(&object, &[("redirect_uri", request.value("redirect_uri"))]).await;
    is_oauth_error(&page, 400, &["invalid_request"]);
    assert_eq!(scene.idp.count("pushed_request"), 0);
}

async fn fapi2_message_signing_believes_the_clients_own_key_only(database: Database) {
    let scene = Scene::fapi2(database).await;
    let request = scene.message();
    let claims = scene.claims(&request);
    // fapi2-security-profile-final-ensure-signed-request-object-with-RS256-fails
    // fapi2-security-profile-final-ensure-request-object-signature-algorithm-is-not-none
    // fapi2-security-profile-final-ensure-request-object-with-invalid-signature-fails
    // fapi2-security-profile-final-ensure-matching-key-in-authorization-request
    let stranger = ClientKey::new(Es256);
    let other = scene.idp.service_with(&inline_jwks(&[&stranger])).await;
    assert_eq!(other.client.requests.object_algorithm, None);
    let rsa = ClientKey::new(Rs256);
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let good = scene.object(&request);
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let flipped: String = signature.chars().rev().collect();
    for object in [
        stranger.sign_with(&scene.header(), &claims),
        stranger.sign(&claims),
        rsa.sign(&claims),
        rsa.sign_with(&json!({"alg": "RS256", "kid": scene.key.kid()}), &claims),
        format!("{}.{}.", part(&json!({"alg": "none"})), part(&claims)),
        format!("{signed}.{flipped}"),
        format!("{signed}."),
    ] {
        is_oauth_error(&scene.push(&object, &[]).await, 400, &["invalid_request_object"]);
    }
    assert_eq!(scene.idp.count("pushed_request"), 0);
}

async fn fapi2_what_stands_beside_the_object_is_not_used(database: Database) {
    let scene = Scene::fapi2(database).await;
    let idp = &scene.idp;
    // fapi2-security-profile-final-ensure-different-nonce-inside-and-outside-request-object
    // fapi2-security-profile-final-ensure-different-state-inside-and-outside-request-object
    // fapi2-security-profile-final-state-only-outside-request-object-not-used
    let request = scene.message().without("state");
    let object = scene.object(&request);
    let more = [("state", "outside"), ("nonce", "outside"), ("scope", "openid profile"), ("prompt", "login")];
    let page = scene.push(&object, &more).await;
    assert_eq!(page.status, 201, "{page:?}");
    let kept = idp.query("SELECT request AS value FROM pushed_request");
    assert!(!kept[0].contains("outside") && !kept[0].contains("profile"), "{kept:?}");
    let uri = page.json()["request_uri"].as_str().unwrap().to_owned();
    let page = scene.visitor.get(&by_reference(&scene.service, &uri).with("state", "outside").path()).await;
    let response = page.parameter("response").unwrap();
    let claims = BASE64_URL_SAFE_NO_PAD.decode(response.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert!(claims.get("state").is_none() && claims["code"].is_string(), "{claims}");
}
