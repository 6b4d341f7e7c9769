//! The parameters `claims`, `acr_values`, `resource` and their kin (OIDC Core 5.5, RFC 8707).

use crate::asserts::{code_of, is_error_page, is_refused};
use crate::authorization::signed_in;
use idp_tests::idp::{Database, Request, TestIdp, Tokens};
use idp_tests::on_sqlite_and_postgres;
use serde_json::{Value, json};
use std::time::Duration;

on_sqlite_and_postgres! {
    claims_asked_for_by_name_arrive_where_they_were_asked_for
    a_claim_is_given_only_where_the_registration_could_bring_it_too
    claims_that_are_malformed_are_refused_and_unknown_ones_passed_over
    a_requested_subject_is_nobody_else
    an_essential_acr_is_reached_or_refused
    the_registered_defaults_hold_where_the_request_says_nothing
    only_registered_resources_can_be_named
    what_must_not_fail_does_not
}

const ACR: &str = "urn:ontario:idp:acr:1";

/// The tokens of a request that the visitor's session answers at once.
async fn tokens(
    idp: &TestIdp,
    visitor: &idp_tests::idp::Visitor,
    service: &idp_tests::idp::Service,
    request: &Request,
) -> Tokens {
    let code = code_of(idp, &visitor.get(&request.path()).await, request);
    idp.tokens(service, request, &code).await
}

async fn claims_asked_for_by_name_arrive_where_they_were_asked_for(database: Database) {
    let (idp, service, visitor, _account) = signed_in(database).await;
    // fapi2-security-profile-final-test-claims-parameter-identity-claims, oidcc-claims-essential
    let plain = || service.request().with("scope", "openid");
    let in_id_token = json!({"id_token": {"email": {"essential": true}, "email_verified": null, "locale": null, "name": null}});
    let request = plain().with("claims", &in_id_token.to_string());
    let got = tokens(&idp, &visitor, &service, &request).await;
    assert_eq!(got.claims["email"], "person@example.test");
    assert_eq!((&got.claims["email_verified"], &got.claims["locale"]), (&json!(true), &json!("en-CA")));
    assert!(got.claims.get("name").is_none());
    let userinfo = idp.userinfo(&got.access_token).await.json();
    assert_eq!(userinfo.as_object().unwrap().len(), 1, "only sub: {userinfo}");
    let at_userinfo = json!({"userinfo": {"email": null, "locale": {"value": "fr-CA"}}});
    let request = plain().with("claims", &at_userinfo.to_string());
    let got = tokens(&idp, &visitor, &service, &request).await;
    assert!(got.claims.get("email").is_none() && got.claims.get("locale").is_none(), "{}", got.claims);
    let userinfo = idp.userinfo(&got.access_token).await.json();
    assert_eq!((&userinfo["email"], &userinfo["locale"]), (&json!("person@example.test"), &json!("en-CA")));
    assert!(userinfo.get("email_verified").is_none(), "not asked for: {userinfo}");
    // Every claim that discovery lists can be asked for.
    let document = visitor.get("/.well-known/openid-configuration").await.json();
    assert_eq!(document["claims_parameter_supported"], true);
    let without = plain();
    let got = tokens(&idp, &visitor, &service, &without).await;
    assert!(got.claims.get("email").is_none(), "{}", got.claims);
}

async fn a_claim_is_given_only_where_the_registration_could_bring_it_too(database: Database) {
    let (idp, _, visitor, _account) = signed_in(database).await;
    let file = "client_name = \"A\"\nredirect_uris = [\"https://rp.example.test/callback\"]\n\
        id_token_signed_response_alg = \"ES256\"\nscope = \"openid profile\"\n";
    let service = idp.register(file).await;
    let wish =
        json!({"id_token": {"email": {"essential": true}}, "userinfo": {"email": null, "locale": null}});
    let request = service.request().with("scope", "openid email").with("claims", &wish.to_string());
    let got = tokens(&idp, &visitor, &service, &request).await;
    assert!(got.claims.get("email").is_none(), "{}", got.claims);
    let userinfo = idp.userinfo(&got.access_token).await.json();
    assert!(userinfo.get("email").is_none() && userinfo["locale"] == "en-CA", "{userinfo}");
}

async fn claims_that_are_malformed_are_refused_and_unknown_ones_passed_over(database: Database) {
    let (idp, service, visitor, _account) = signed_in(database).await;
    for claims in [
        "x",
        "[]",
        "1",
        "{\"id_token\":[]}",
        "{\"userinfo\":{\"email\":7}}",
        &"[".repeat(4000),
        &format!("{{\"a\":\"{}\"}}", "x".repeat(5000)),
    ] {
        let request = service.request().with("claims", claims);
        is_refused(&idp, &visitor.get(&request.path()).await, &request, &["invalid_request"]);
    }
    for claims in [
        "{}",
        "{\"id_token\":null}",
        "{\"id_token\":{\"x\":{\"values\":[1]}},\"other\":[]}",
        "{\n \"userinfo\": {\"email\": null}\n}",
    ] {
        let request = service.request().with("claims", claims);
        tokens(&idp, &visitor, &service, &request).await;
    }
}

async fn a_requested_subject_is_nobody_else(database: Database) {
    let (idp, service, visitor, account) = signed_in(database).await;
    let mine = idp.sign_in_at(&visitor, &service, &account).await;
    let asking = |sub: &Value| {
        service.request().with("claims", &json!({"id_token": {"sub": {"value": sub}}}).to_string())
    };
    let request = asking(&mine.claims["sub"]).with("prompt", "none");
    let same = tokens(&idp, &visitor, &service, &request).await;
    assert_eq!(same.claims["sub"], mine.claims["sub"]);
    let request = asking(&json!("somebody-else")).with("prompt", "none");
    is_refused(&idp, &visitor.get(&request.path()).await, &request, &["login_required"]);
    let request = asking(&json!("somebody-else"));
    let page = visitor.follow(visitor.get(&request.path()).await).await;
    assert!(page.has("sign-in"), "another person has to sign in: {page:?}");
    let contradiction = request.with("id_token_hint", &mine.id_token);
    is_refused(&idp, &visitor.get(&contradiction.path()).await, &contradiction, &["invalid_request"]);
}

async fn an_essential_acr_is_reached_or_refused(database: Database) {
    let (idp, service, visitor, _account) = signed_in(database).await;
    let asking =
        |acr: Value| service.request().with("claims", &json!({"id_token": {"acr": acr}}).to_string());
    for acr in [
        json!({"essential": true, "value": ACR}),
        json!({"essential": true, "values": ["urn:x", ACR]}),
        json!({"essential": true}),
        json!({"value": "urn:x"}),
        json!(null),
    ] {
        let got = tokens(&idp, &visitor, &service, &asking(acr)).await;
        assert_eq!(got.claims["acr"], ACR);
    }
    let request = asking(json!({"essential": true, "values": ["urn:ontario:idp:acr:99", "urn:x"]}));
    let unmet = ["unmet_authentication_requirements"];
    is_refused(&idp, &visitor.get(&request.path()).await, &request, &unmet);
    // oidcc-ensure-request-with-acr-values-succeeds: a wish is no demand.
    let request = service.request().with("acr_values", "urn:x urn:y");
    assert_eq!(tokens(&idp, &visitor, &service, &request).await.claims["acr"], ACR);
}

async fn the_registered_defaults_hold_where_the_request_says_nothing(database: Database) {
    let (idp, _, visitor, _account) = signed_in(database).await;
    let lines = format!("default_max_age = 60\ndefault_acr_values = [\"{ACR}\", \"urn:x\"]\n");
    let service = idp.service_with(&lines).await;
    tokens(&idp, &visitor, &service, &service.request()).await;
    idp.advance(Duration::from_secs(61));
    let page = visitor.get(&service.request().path()).await;
    assert!(page.location().unwrap().starts_with("/en/sign-in?tx="), "{page:?}");
    let request = service.request().with("max_age", "10000");
    tokens(&idp, &visitor, &service, &request).await;
}

async fn only_registered_resources_can_be_named(database: Database) {
    let (idp, _, visitor, _account) = signed_in(database).await;
    let lines = "resources = [\"https://a.example.ca/\", \"https://b.example.ca/\"]\n";
    let service = idp.service_with(lines).await;
    let both =
        service.request().and("resource", "https://a.example.ca/").and("resource", "https://b.example.ca/");
    code_of(&idp, &visitor.get(&both.path()).await, &both);
    let kept = idp.query("SELECT code AS value FROM authorization_code");
    assert!(kept.iter().any(|code| code.contains("https://a.example.ca/")), "{kept:?}");
    for other in ["https://c.example.ca/", "https://a.example.ca", "https://a.example.ca/#x", "x", "\u{1}"] {
        let request = both.clone().and("resource", other);
        is_refused(&idp, &visitor.get(&request.path()).await, &request, &["invalid_target"]);
    }
}

async fn what_must_not_fail_does_not(database: Database) {
    let (idp, service, visitor, _account) = signed_in(database).await;
    // oidcc-display-page, oidcc-display-popup, oidcc-claims-locales, oidcc-ui-locales
    for (name, value) in [
        ("display", "touch"),
        ("display", "wap"),
        ("display", "hologram"),
        ("claims_locales", "fr-CA en"),
        ("ui_locales", "xx-YY"),
        ("acr_values", "a b c"),
    ] {
        let request = service.request().with(name, value);
        code_of(&idp, &visitor.get(&request.path()).await, &request);
    }
    let request = service.request().with("registration", "{}");
    is_refused(&idp, &visitor.get(&request.path()).await, &request, &["registration_not_supported"]);
    is_error_page(&visitor.get(&request.with("client_id", "nobody").path()).await);
}
