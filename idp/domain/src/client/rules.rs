//! The parts of a registration, each with what it means where it is left out.

use crate::signing_key::SigningAlgorithm;
use serde::{Deserialize, Serialize};

/// Which rule set a service's requests keep (`product.md` section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// OpenID Connect Core with the OAuth 2.0 Security BCP (RFC 9700).
    #[default]
    OpenId,
    /// FAPI 2.0 Security Profile: pushed requests, keys instead of secrets, sender-constrained tokens.
    Fapi2,
}

/// Where a client runs (OIDC Dynamic Client Registration section 2, `application_type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ApplicationType {
    /// On a server, or in a browser.
    #[default]
    Web,
    /// On the person's device (RFC 8252).
    Native,
}

/// The client's own public keys (RFC 7591 section 2: `jwks` or `jwks_uri`, never both).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientKeys {
    /// It has none.
    #[default]
    None,
    /// A key set as JSON, given with the registration; public keys only.
    Inline(serde_json::Value),
    /// Where its key set is fetched.
    Uri(String),
}

/// What a client's assertion must be (RFC 7523, RFC 10070).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AssertionRules {
    /// `token_endpoint_auth_signing_alg`: the one algorithm; any of ours where it is left out.
    pub algorithm: Option<SigningAlgorithm>,
    /// For older clients: the token endpoint's address is taken as audience too, and a list with one of the two in it.
    pub lenient_audience: bool,
}

/// What of a client's certificate is compared (RFC 8705 section 2.1.2); exactly one is registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateSubject {
    /// `tls_client_auth_subject_dn`: the subject's name, as RFC 4514 writes it.
    SubjectDn(String),
    /// `tls_client_auth_san_dns`
    SanDns(String),
    /// `tls_client_auth_san_uri`
    SanUri(String),
    /// `tls_client_auth_san_ip`
    SanIp(String),
    /// `tls_client_auth_san_email`
    SanEmail(String),
}

/// What a client's authorization requests must and may be.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RequestRules {
    /// `require_pushed_authorization_requests` (RFC 9126 section 6).
    pub pushed_only: bool,
    /// `require_signed_request_object` (RFC 9101 section 10.5).
    pub signed_only: bool,
    /// `request_object_signing_alg`: the one algorithm; any of ours where it is left out.
    pub object_algorithm: Option<SigningAlgorithm>,
    /// `request_uris`: where request objects may be fetched; compared without their fragment.
    pub request_uris: Vec<String>,
    /// `default_max_age`, in seconds.
    pub default_max_age: Option<u64>,
    /// `require_auth_time`: `auth_time` is in every ID token of ours, so nothing depends on it.
    pub require_auth_time: bool,
    /// `default_acr_values`
    pub default_acr_values: Vec<String>,
}

/// What an access token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccessTokenFormat {
    /// A random value that only we can read.
    #[default]
    Opaque,
    /// A signed JWT that a resource can read by itself (RFC 9068).
    Jwt,
}

/// What the client's tokens and answers are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TokenRules {
    /// `access_token_format` (ours).
    pub access_token_format: AccessTokenFormat,
    /// `dpop_bound_access_tokens` (RFC 9449 section 5.2).
    pub dpop_bound: bool,
    /// `resources` (ours): the values of `resource` that it may ask tokens for (RFC 8707).
    pub resources: Vec<String>,
    /// `audiences` (ours): the resources that this service itself answers for, so that it may introspect tokens for them.
    #[serde(default)]
    pub audiences: Vec<String>,
    /// `userinfo_signed_response_alg`: userinfo is a JWT; plain JSON where it is left out.
    pub userinfo_algorithm: Option<SigningAlgorithm>,
    /// `authorization_signed_response_alg` (JARM section 3); the ID token's algorithm where it is left out.
    pub authorization_response_algorithm: Option<SigningAlgorithm>,
}

/// How a client is told that a session ended.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LogoutRules {
    /// `backchannel_logout_session_required`; our logout tokens hold `sid` always.
    pub backchannel_session_required: bool,
    /// `frontchannel_logout_uri` (OIDC Front-Channel Logout section 2).
    pub frontchannel_uri: Option<String>,
    /// `frontchannel_logout_session_required`: `iss` and `sid` are added to it.
    pub frontchannel_session_required: bool,
}

/// What people may read about a client (RFC 7591 section 2).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ClientLinks {
    /// `client_uri`
    pub client_uri: Option<String>,
    /// `logo_uri`
    pub logo_uri: Option<String>,
    /// `policy_uri`
    pub policy_uri: Option<String>,
    /// `tos_uri`
    pub tos_uri: Option<String>,
}
