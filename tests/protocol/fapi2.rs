//! FAPI 2.0 from end to end: clients as the profile wants them, from the push to userinfo. Names with `fapi2…` are modules
//! of the OpenID Foundation's suite.

use crate::asserts::{code_of, is_oauth_error};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use idp_domain::client::assertion::ASSERTION_TYPE;
use idp_domain::dpop::token_hash;
use idp_domain::secret::Secret;
use idp_domain::signing_key::SigningAlgorithm::{Es256, Ps256};
use idp_tests::idp::keys::{assertion_claims, inline_jwks, proof_claims, with};
use idp_tests::idp::pushed::by_reference;
use idp_tests::idp::service::{REGISTRATION, redemption};
use idp_tests::idp::visitor::{FORM, page_of};
use idp_tests::idp::{Account, ClientKey, Database, Page, Request, Service, TestIdp, Visitor};
use idp_tests::on_sqlite_and_postgres;
use serde_json::{Value, json};
use std::time::Duration;

on_sqlite_and_postgres! {
    fapi2_security_profile_final_happy_flow
    fapi2_message_signing_happy_flow
    fapi2_codes_are_their_clients_for_a_minute_and_one_use
}

/// A server, and a person who is signed in at `visitor`.
struct Scene {
    idp: TestIdp,
    visitor: Visitor,
    account: Account,
}

/// A client and its key, which proves it, signs its requests and binds its tokens.
struct Party {
    service: Service,
    key: ClientKey,
}

impl Scene {
    async fn at(database: Database, settings: &[(&str, &str)]) -> Self {
        let idp = TestIdp::start_with(database, settings).await;
        let visitor = idp.visitor();
        let account = idp.create_account(&visitor, "person@example.test").await;
        Self { idp, visitor, account }
    }

    async fn party(&self, key: ClientKey, lines: &str) -> Party {
        let fapi2 = "profile = \"fapi2\"\ntoken_endpoint_auth_method = \"private_key_jwt\"\n";
        let file = format!("{REGISTRATION}{fapi2}{lines}{}", inline_jwks(&[&key]));
        Party { service: self.idp.register(&file).await, key }
    }

    /// The parameters that prove a client.
    fn proving(&self, party: &Party) -> Vec<(String, String)> {
        let id = party.service.client.id.as_str();
        let assertion = party.key.sign(&assertion_claims(id, &self.idp.issuer, self.idp.now()));
        [("client_id", id), ("client_assertion_type", ASSERTION_TYPE), ("client_assertion", &assertion)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec()
    }

    /// Pushes a request, signed or not; the answer at the client's address.
    async fn ask(&self, party: &Party, request: &Request, signed: bool) -> Page {
        let mut pairs = self.proving(party);
        if signed {
            pairs.push(("request".to_owned(), self.object(party, request)));
        } else {
            pairs.extend(request.parameters.iter().filter(|(name, _)| name != "client_id").cloned());
        }
        let page = self.idp.push_as(None, &pairs).await;
        assert_eq!(page.status, 201, "{page:?}");
        let uri = page.json()["request_uri"].as_str().unwrap().to_owned();
        self.idp.authorize(&self.visitor, &by_reference(&party.service, &uri), &self.account).await
    }

    fn object(&self, party: &Party, request: &Request) -> String {
        let now = self.idp.now().seconds();
        let about =
            json!({"iss": party.service.client.id, "aud": self.idp.issuer, "nbf": now, "exp": now + 300});
        let members = request.parameters.iter().map(|(name, value)| (name.clone(), json!(value)));
        let header = json!({"alg": party.key.algorithm.as_str(), "kid": party.key.kid(), "typ": "oauth-authz-req+jwt"});
        party.key.sign_with(&header, &with(about, &Value::Object(members.collect())))
    }

    async fn token(&self, party: &Party, fields: &[(&str, String)], bound: bool) -> Page {
        let address = format!("{}/token", self.idp.issuer);
        let mut pairs = self.proving(party);
        pairs.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
        let mut request = self.idp.http().post(&address).header("Content-Type", FORM).body(body);
        if bound {
            request =
                request.header("DPoP", party.key.proof(&proof_claims("POST", &address, self.idp.now())));
        }
        page_of(request.send().await.unwrap()).await
    }

    async fn redeem(&self, party: &Party, request: &Request, code: &str) -> Page {
        self.token(party, &redemption(request, code), true).await
    }

    async fn userinfo(&self, party: &Party, token: &str) -> Page {
        let address = format!("{}/userinfo", self.idp.issuer);
        let claims = proof_claims("GET", &address, self.idp.now());
        let proof = party.key.proof(&with(claims, &json!({"ath": token_hash(&Secret::new(token))})));
        let request = self.idp.http().get(address).header("Authorization", format!("DPoP {token}"));
        page_of(request.header("DPoP", proof).send().await.unwrap()).await
    }
}

/// What a signed answer says; its signature is the business of the tests of signed answers.
fn answer_of(page: &Page) -> Value {
    let response = page.parameter("response").unwrap_or_else(|| panic!("no signed answer: {page:?}"));
    let claims = BASE64_URL_SAFE_NO_PAD.decode(response.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice(&claims).unwrap()
}

async fn fapi2_security_profile_final_happy_flow(database: Database) {
    let scene = Scene::at(database, &[]).await;
    // Two clients, two sign-ins.
    for key in [ClientKey::new(Es256), ClientKey::new(Ps256)] {
        let party = scene.party(key, "").await;
        let request = party.service.request();
        let code = code_of(&scene.idp, &scene.ask(&party, &request, false).await, &request);
        // Without a proof nothing is given, and the code stays good.
        let unbound = scene.token(&party, &redemption(&request, &code), false).await;
        is_oauth_error(&unbound, 400, &["invalid_dpop_proof"]);
        let answer = scene.redeem(&party, &request, &code).await;
        assert_eq!((answer.status, &answer.json()["token_type"]), (200, &json!("DPoP")), "{}", answer.body);
        let token = answer.json()["access_token"].as_str().unwrap().to_owned();
        let person = scene.userinfo(&party, &token).await;
        assert_eq!((person.status, &person.json()["email"]), (200, &json!("person@example.test")));
        assert_eq!(scene.idp.userinfo(&token).await.status, 401, "no bearer token");
    }
}

async fn fapi2_message_signing_happy_flow(database: Database) {
    let scene = Scene::at(database, &[]).await;
    let party = scene.party(ClientKey::new(Ps256), "require_signed_request_object = true\n").await;
    let request = party.service.request().with("response_mode", "jwt");
    let answer = answer_of(&scene.ask(&party, &request, true).await);
    assert_eq!(
        (&answer["state"], &answer["iss"]),
        (&json!(request.value("state")), &json!(scene.idp.issuer))
    );
    assert_eq!(answer["aud"], json!(party.service.client.id));
    let tokens = scene.redeem(&party, &request, answer["code"].as_str().unwrap()).await;
    assert_eq!(tokens.status, 200, "{}", tokens.body);
    let claims = scene.idp.verify_id_token(&party.service, tokens.json()["id_token"].as_str().unwrap()).await;
    assert_eq!(claims["nonce"], request.value("nonce"));
}

async fn fapi2_codes_are_their_clients_for_a_minute_and_one_use(database: Database) {
    // An operator's longer life is not for this profile.
    let scene = Scene::at(database, &[("IDP_LIFETIMES__AUTHORIZATION_CODE", "10m")]).await;
    let party = scene.party(ClientKey::new(Es256), "").await;
    let other = scene.party(ClientKey::new(Es256), "").await;
    let request = party.service.request();
    let code = async || code_of(&scene.idp, &scene.ask(&party, &request, false).await, &request);
    let refused = |page: &Page| is_oauth_error(page, 400, &["invalid_grant"]);
    let one = code().await;
    // fapi2-security-profile-final-ensure-authorization-code-is-bound-to-client
    refused(&scene.redeem(&other, &request, &one).await);
    // fapi2-security-profile-final-ensure-pkce-code-verifier-required
    // fapi2-security-profile-final-incorrect-pkce-code-verifier-rejected
    let fields = redemption(&request, &one);
    let without: Vec<_> = fields.iter().filter(|(name, _)| *name != "code_verifier").cloned().collect();
    refused(&scene.token(&party, &without, true).await);
    let wrong = [&without[..], &[("code_verifier", "x".repeat(43))]].concat();
    refused(&scene.token(&party, &wrong, true).await);
    assert_eq!(scene.redeem(&party, &request, &one).await.status, 200, "untouched");
    // fapi2-security-profile-final-attempt-reuse-authorization-code-after-one-second
    scene.idp.advance(Duration::from_secs(1));
    refused(&scene.redeem(&party, &request, &one).await);
    // fapi2-security-profile-final-ensure-token-endpoint-fails-with-expired-auth-code
    let late = code().await;
    scene.idp.advance(Duration::from_secs(61));
    refused(&scene.redeem(&party, &request, &late).await);
}

#[tokio::test]
async fn fapi2_security_profile_final_discovery_end_point_verification() {
    let idp = TestIdp::start(Database::Sqlite).await;
    let document = idp.visitor().get("/.well-known/openid-configuration").await.json();
    let list = |name: &str| document[name].as_array().unwrap_or_else(|| panic!("no {name}")).clone();
    assert!(document["pushed_authorization_request_endpoint"].as_str().unwrap().starts_with(&idp.issuer));
    assert_eq!(document["authorization_response_iss_parameter_supported"], true);
    assert_eq!(list("code_challenge_methods_supported"), [json!("S256")]);
    assert!(list("token_endpoint_auth_methods_supported").contains(&json!("private_key_jwt")));
    assert!(list("response_modes_supported").contains(&json!("jwt")));
    for name in [
        "request_object_signing_alg_values_supported",
        "authorization_signing_alg_values_supported",
        "token_endpoint_auth_signing_alg_values_supported",
        "dpop_signing_alg_values_supported",
        "id_token_signing_alg_values_supported",
    ] {
        let algorithms = list(name);
        assert!(algorithms.contains(&json!("PS256")) && algorithms.contains(&json!("ES256")), "{name}");
        assert!(!algorithms.contains(&json!("none")) && !algorithms.contains(&json!("HS256")), "{name}");
    }
}
