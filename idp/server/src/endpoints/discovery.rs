//! The server's metadata (OIDC Discovery section 3, RFC 8414 section 2): exactly what works, made once at start. Both
//! well-known addresses give the same document.
//!
//! Each part of the protocol adds its own lines in a function of its own below.

use super::registration;
use super::token::GrantType;
use crate::app::App;
use crate::config::Settings;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::web::Bytes;
use actix_web::{HttpResponse, web};
use idp_domain::authorization::destination::ResponseMode;
use idp_domain::authorization::scope::Scope;
use idp_domain::claims::UserinfoClaims;
use idp_domain::client::ClientAuthenticationMethod;
use idp_domain::session::AuthenticationLevel;
use idp_domain::signing_key::SigningAlgorithm;
use serde_json::{Map, Value};

/// `/.well-known/openid-configuration`
pub const PATH: &str = "/.well-known/openid-configuration";

/// `/.well-known/oauth-authorization-server` (RFC 8414 section 3)
pub const OAUTH_PATH: &str = "/.well-known/oauth-authorization-server";

/// The document while it is put together.
struct Metadata<'a> {
    issuer: &'a str,
    settings: &'a Settings,
    members: Map<String, Value>,
}

impl Metadata<'_> {
    /// Adds a member.
    fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.members.insert(name.to_owned(), value.into());
    }

    /// Adds a list of names.
    fn list<'t>(&mut self, name: &str, values: impl IntoIterator<Item = &'t str>) {
        self.set(name, values.into_iter().collect::<Vec<_>>());
    }

    /// Adds an address of ours.
    fn endpoint(&mut self, name: &str, path: &str) {
        self.set(name, format!("{}{path}", self.issuer));
    }
}

/// The document of a server with these settings.
#[must_use]
pub fn document(settings: &Settings) -> Bytes {
    let issuer = settings.server.issuer.as_str();
    let mut metadata = Metadata { issuer, settings, members: Map::new() };
    metadata.set("issuer", issuer);
    for part in [authorization, request_objects, tokens, client_authentication, subjects, logout, people] {
        part(&mut metadata);
    }
    Bytes::from(Value::Object(metadata.members).to_string())
}

/// What may be asked at the authorization endpoint, and how it answers.
fn authorization(metadata: &mut Metadata<'_>) {
    metadata.endpoint("authorization_endpoint", "/authorize");
    metadata.list("scopes_supported", Scope::OFFERED);
    metadata.list("response_types_supported", ["code"]);
    metadata.list("response_modes_supported", ResponseMode::OFFERED.map(|(name, _)| name));
    // JARM section 4
    metadata.list(
        "authorization_signing_alg_values_supported",
        SigningAlgorithm::ALL.map(SigningAlgorithm::as_str),
    );
    metadata.list("code_challenge_methods_supported", ["S256"]);
    metadata.list("prompt_values_supported", ["none", "login", "select_account", "consent"]);
    metadata.list("acr_values_supported", AuthenticationLevel::ALL.map(AuthenticationLevel::as_str));
    // RFC 9207
    metadata.set("authorization_response_iss_parameter_supported", true);
}

/// Pushed requests, request objects, the `claims` parameter.
fn request_objects(metadata: &mut Metadata<'_>) {
    // RFC 9126 section 5; a client is asked for it by its own registration.
    metadata.endpoint("pushed_authorization_request_endpoint", "/par");
    metadata.set("require_pushed_authorization_requests", false);
    metadata.set("claims_parameter_supported", true);
    // RFC 9101 section 10.5, OIDC Discovery section 3
    metadata.set("request_parameter_supported", true);
    metadata.set("request_uri_parameter_supported", true);
    metadata.set("require_request_uri_registration", true);
    metadata.set("require_signed_request_object", false);
    metadata.list(
        "request_object_signing_alg_values_supported",
        SigningAlgorithm::ALL.map(SigningAlgorithm::as_str),
    );
}

/// The token endpoint, and what signs and reads what it gives.
fn tokens(metadata: &mut Metadata<'_>) {
    metadata.endpoint("token_endpoint", "/token");
    metadata.endpoint("jwks_uri", "/jwks");
    metadata.list("grant_types_supported", GrantType::ALL.map(GrantType::as_str));
    metadata.endpoint("introspection_endpoint", "/introspect");
    metadata.endpoint("revocation_endpoint", "/revoke");
    metadata
        .list("id_token_signing_alg_values_supported", SigningAlgorithm::ALL.map(SigningAlgorithm::as_str));
}

/// How clients prove themselves, at each endpoint that asks for it.
fn client_authentication(metadata: &mut Metadata<'_>) {
    let certificates = metadata.settings.server.client_certificate_header.is_some();
    let methods: Vec<&str> = ClientAuthenticationMethod::offered(certificates)
        .into_iter()
        .map(ClientAuthenticationMethod::as_str)
        .collect();
    let algorithms = SigningAlgorithm::ALL.map(SigningAlgorithm::as_str);
    metadata.list("token_endpoint_auth_methods_supported", methods.iter().copied());
    metadata.list("token_endpoint_auth_signing_alg_values_supported", algorithms);
    // RFC 9449 section 5.1
    metadata.list("dpop_signing_alg_values_supported", algorithms);
    metadata.list("revocation_endpoint_auth_methods_supported", methods.iter().copied());
    // A public client proves nothing, so it can't introspect.
    let proving = methods.into_iter().filter(|method| *method != ClientAuthenticationMethod::None.as_str());
    metadata.list("introspection_endpoint_auth_methods_supported", proving);
    metadata.list("revocation_endpoint_auth_signing_alg_values_supported", algorithms);
    metadata.list("introspection_endpoint_auth_signing_alg_values_supported", algorithms);
    metadata.endpoint("registration_endpoint", registration::PATH);
}

/// Who is told about, and what.
fn subjects(metadata: &mut Metadata<'_>) {
    metadata.endpoint("userinfo_endpoint", "/userinfo");
    metadata
        .list("userinfo_signing_alg_values_supported", SigningAlgorithm::ALL.map(SigningAlgorithm::as_str));
    metadata.list("subject_types_supported", ["pairwise", "public"]);
    metadata.list("claim_types_supported", ["normal"]);
    let of_the_id_token = ["iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash"];
    metadata.list("claims_supported", UserinfoClaims::NAMES.into_iter().chain(of_the_id_token));
}

/// Signing out.
fn logout(metadata: &mut Metadata<'_>) {
    metadata.endpoint("end_session_endpoint", "/end-session");
    for channel in ["backchannel", "frontchannel"] {
        metadata.set(&format!("{channel}_logout_supported"), true);
        metadata.set(&format!("{channel}_logout_session_supported"), true);
    }
}

/// What people and developers read.
fn people(metadata: &mut Metadata<'_>) {
    metadata.list("ui_locales_supported", ["en-CA", "fr-CA"]);
    metadata.endpoint("service_documentation", "/en/help");
    metadata.endpoint("op_policy_uri", "/en/privacy");
    metadata.endpoint("op_tos_uri", "/en/terms");
}

/// `GET`
pub async fn get(app: web::Data<App>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=3600"))
        .content_type("application/json")
        .body(app.discovery.clone())
}
