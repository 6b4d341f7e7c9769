//! The discovery document (OIDC Discovery section 3): exactly what works, and made once at start.

use crate::app::App;
use actix_web::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, web};
use idp_domain::authorization::scope::Scope;
use idp_domain::claims::UserinfoClaims;
use idp_domain::client::ClientAuthenticationMethod;
use idp_domain::session::AuthenticationLevel;
use idp_domain::signing_key::SigningAlgorithm;
use serde_json::json;

/// `/.well-known/openid-configuration`
pub const PATH: &str = "/.well-known/openid-configuration";

/// The document for `issuer`.
#[must_use]
pub fn document(issuer: &str) -> Bytes {
    let endpoint = |path: &str| format!("{issuer}{path}");
    let document = json!({
        "issuer": issuer,
        "authorization_endpoint": endpoint("/authorize"),
        "token_endpoint": endpoint("/token"),
        "userinfo_endpoint": endpoint("/userinfo"),
        "jwks_uri": endpoint("/jwks"),
        "end_session_endpoint": endpoint("/end-session"),
        "scopes_supported": Scope::OFFERED,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post"],
        "grant_types_supported": ["authorization_code"],
        "acr_values_supported": AuthenticationLevel::ALL.map(AuthenticationLevel::as_str),
        "subject_types_supported": ["pairwise", "public"],
        "id_token_signing_alg_values_supported": SigningAlgorithm::ALL.map(SigningAlgorithm::as_str),
        "token_endpoint_auth_methods_supported": ClientAuthenticationMethod::OFFERED.map(ClientAuthenticationMethod::as_str),
        "claim_types_supported": ["normal"],
        "claims_supported": id_token_and_userinfo_claims(),
        "code_challenge_methods_supported": ["S256"],
        "prompt_values_supported": ["none", "login", "select_account", "consent"],
        "ui_locales_supported": ["en-CA", "fr-CA"],
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "require_request_uri_registration": false,
        // RFC 9207
        "authorization_response_iss_parameter_supported": true,
        "service_documentation": endpoint("/en/help"),
        "op_policy_uri": endpoint("/en/privacy"),
        "op_tos_uri": endpoint("/en/terms"),
    });
    Bytes::from(document.to_string())
}

fn id_token_and_userinfo_claims() -> Vec<&'static str> {
    let of_the_id_token = ["iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash"];
    UserinfoClaims::NAMES.into_iter().chain(of_the_id_token).collect()
}

/// `GET`
pub async fn get(app: web::Data<App>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=3600"))
        .insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
        .content_type("application/json")
        .body(app.discovery.clone())
}
