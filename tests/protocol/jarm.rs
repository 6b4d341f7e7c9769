//! Signed answers (JWT Secured Authorization Response Mode for OAuth 2.0).

use crate::authorization::{opened, signed_in};
use idp_domain::signing_key::SigningAlgorithm;
use idp_tests::idp::service::CALLBACK;
use idp_tests::idp::{Database, Page, Service, TestIdp};
use idp_tests::on_sqlite_and_postgres;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};
use serde_json::{Value, json};

on_sqlite_and_postgres! {
    a_signed_answer_holds_the_code_for_this_client
    each_algorithm_that_a_client_registers_signs
    errors_are_signed_too
    a_signed_answer_can_be_posted
    a_signed_answer_is_no_id_token_hint
}

/// The verified claims of a signed answer.
async fn verified(idp: &TestIdp, service: &Service, response: &str, algorithm: SigningAlgorithm) -> Value {
    let jwks: JwkSet = serde_json::from_value(idp.visitor().get("/jwks").await.json()).unwrap();
    let kid = decode_header(response).unwrap().kid.unwrap();
    let mut validation = Validation::new(algorithm.as_str().parse().unwrap());
    validation.validate_exp = false;
    validation.set_issuer(&[&idp.issuer]);
    validation.set_audience(&[service.client.id.as_str()]);
    validation.set_required_spec_claims(&["iss", "aud", "exp"]);
    let key = DecodingKey::from_jwk(jwks.find(&kid).unwrap()).unwrap();
    decode::<Value>(response, &key, &validation).unwrap().claims
}

/// The one parameter of a signed answer in a redirect.
fn response_of(page: &Page) -> String {
    let location = page.location().unwrap_or_else(|| panic!("no redirect: {page:?}"));
    assert!(location.starts_with(&format!("{CALLBACK}?response=")), "{location}");
    for name in ["code", "state", "iss", "error"] {
        assert_eq!(page.parameter(name), None, "everything is inside: {location}");
    }
    page.parameter("response").unwrap()
}

async fn a_signed_answer_holds_the_code_for_this_client(database: Database) {
    let (idp, service, visitor, _account) = signed_in(database).await;
    for mode in ["jwt", "query.jwt"] {
        let request = service.request().with("response_mode", mode);
        let page = visitor.get(&request.path()).await;
        let claims = verified(&idp, &service, &response_of(&page), SigningAlgorithm::Es256).await;
        assert_eq!(claims["state"], request.value("state"));
        let life = claims["exp"].as_i64().unwrap() - idp.now().seconds();
        assert!((590..=600).contains(&life), "ten minutes: {life}");
        let tokens = idp.tokens(&service, &request, claims["code"].as_str().unwrap()).await;
        assert_eq!(tokens.claims["nonce"], request.value("nonce"));
    }
}

async fn each_algorithm_that_a_client_registers_signs(database: Database) {
    let (idp, _, visitor, _account) = signed_in(database).await;
    for algorithm in SigningAlgorithm::ALL {
        let lines = format!("authorization_signed_response_alg = \"{algorithm}\"\n");
        let service = idp.service_with(&lines).await;
        let request = service.request().with("response_mode", "jwt");
        let response = response_of(&visitor.get(&request.path()).await);
        let claims = verified(&idp, &service, &response, algorithm).await;
        assert!(claims["code"].is_string(), "{claims}");
    }
}

async fn errors_are_signed_too(database: Database) {
    let (idp, service, visitor) = opened(database).await;
    let asked = |name: &str, value: &str| service.request().with("response_mode", "jwt").with(name, value);
    for (request, error) in [
        (asked("prompt", "none"), "login_required"),
        (asked("response_type", "token"), "unsupported_response_type"),
        (asked("scope", "email"), "invalid_scope"),
    ] {
        let page = visitor.get(&request.path()).await;
        let claims = verified(&idp, &service, &response_of(&page), SigningAlgorithm::Es256).await;
        assert_eq!((&claims["error"], &claims["state"]), (&json!(error), &json!(request.value("state"))));
        assert!(claims.get("code").is_none() && claims["error_description"].is_string(), "{claims}");
    }
    let request = asked("prompt", "login");
    let page = visitor.follow(visitor.get(&request.path()).await).await;
    let answer = visitor.submit(&page, "cancel-form", &[]).await;
    let claims = verified(&idp, &service, &response_of(&answer), SigningAlgorithm::Es256).await;
    assert_eq!(claims["error"], "access_denied");
    let page = visitor.get(&asked("response_mode", "fragment.jwt").path()).await;
    assert_eq!(
        page.parameter("error").as_deref(),
        Some("invalid_request"),
        "an unknown mode is answered plainly"
    );
}

async fn a_signed_answer_can_be_posted(database: Database) {
    let (idp, service, visitor, _account) = signed_in(database).await;
    let request = service.request().with("response_mode", "form_post.jwt");
    let page = visitor.get(&request.path()).await;
    let form = page.form("continue-form");
    assert_eq!((form.action.as_str(), form.fields.len()), (CALLBACK, 1), "{page:?}");
    let claims = verified(&idp, &service, form.value("response"), SigningAlgorithm::Es256).await;
    assert_eq!(claims["iss"], idp.issuer.as_str());
    idp.tokens(&service, &request, claims["code"].as_str().unwrap()).await;
}

async fn a_signed_answer_is_no_id_token_hint(database: Database) {
    let (idp, service, visitor, _account) = signed_in(database).await;
    let response = response_of(&visitor.get(&service.request().with("response_mode", "jwt").path()).await);
    let request = service.request().with("id_token_hint", &response);
    let page = visitor.get(&request.path()).await;
    assert_eq!(page.parameter("error").as_deref(), Some("invalid_request"), "{page:?}");
    drop(idp);
}
