//! What an administrator lays down for services that register themselves (RFC 7591 section 3, initial access token).

use super::{ClientMetadata, MetadataError, error};
use crate::administration::api_scopes;
use crate::authorization::scope::Scope;
use crate::client::{
    AccessTokenFormat, AccountKind, Category, Client, ClientAuthenticationMethod, Profile, Registration,
};
use crate::ids::ClientId;
use serde::{Deserialize, Serialize};

/// The names that a service may choose for itself. All others of a service's file are the administrator's: what people are
/// told about its owner, whom and what it may ask for, what it may look into, how strictly it is held. A name that is new
/// is the administrator's until it is written here.
pub(super) const CHOSEN_BY_SERVICES: [&str; 44] = [
    "client_name",
    "client_name#fr",
    "description",
    "description#fr",
    "client_uri",
    "logo_uri",
    "policy_uri",
    "tos_uri",
    "contacts",
    "application_type",
    "redirect_uris",
    "post_logout_redirect_uris",
    "initiate_login_uri",
    "backchannel_logout_uri",
    "backchannel_logout_session_required",
    "frontchannel_logout_uri",
    "frontchannel_logout_session_required",
    "sector_identifier_uri",
    "token_endpoint_auth_method",
    "token_endpoint_auth_signing_alg",
    "jwks",
    "jwks_uri",
    "tls_client_auth_subject_dn",
    "tls_client_auth_san_dns",
    "tls_client_auth_san_uri",
    "tls_client_auth_san_ip",
    "tls_client_auth_san_email",
    "grant_types",
    "response_types",
    "scope",
    "subject_type",
    "id_token_signed_response_alg",
    "userinfo_signed_response_alg",
    "authorization_signed_response_alg",
    "request_object_signing_alg",
    "require_signed_request_object",
    "require_pushed_authorization_requests",
    "request_uris",
    "default_max_age",
    "require_auth_time",
    "default_acr_values",
    "dpop_bound_access_tokens",
    "client_id",
    "client_secret",
];

/// The administrator's part of a registration, under the names of a service's file; `scope` and `grant_types` are the
/// most that a service may register.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RegistrationPolicy {
    accounts: Option<Vec<AccountKind>>,
    used_one_key: bool,
    minimum_acr: Option<String>,
    profile: Profile,
    require_pkce: Option<bool>,
    /// A service that registers itself is somebody else's unless the administrator says otherwise.
    first_party: bool,
    category: Category,
    ministry: Option<String>,
    #[serde(rename = "ministry#fr")]
    ministry_fr: Option<String>,
    token_endpoint_auth_audience: Option<String>,
    access_token_format: AccessTokenFormat,
    resources: Vec<String>,
    audiences: Vec<String>,
    scope: Option<String>,
    grant_types: Option<Vec<String>>,
}

impl RegistrationPolicy {
    /// Whether some registration could keep it: a policy that none can keep is a mistake. Nor does one open the administration:
    /// whoever comes by its token would be a program that administers, made by nobody who is known.
    ///
    /// # Errors
    /// Each broken rule with its name.
    pub fn check(&self, allow_loopback: bool) -> Result<(), Vec<MetadataError>> {
        let method = match self.profile {
            Profile::OpenId => ClientAuthenticationMethod::ClientSecretBasic,
            Profile::Fapi2 => ClientAuthenticationMethod::PrivateKeyJwt,
        };
        let least = serde_json::json!({
            "client_name": "x",
            "redirect_uris": ["https://service.example/"],
            "token_endpoint_auth_method": method,
            "jwks_uri": "https://service.example/jwks",
        });
        let mut metadata: ClientMetadata =
            serde_json::from_value(least).map_err(|problem| vec![error("profile", &problem.to_string())])?;
        metadata.scope.clone_from(&self.scope);
        metadata.grant_types.clone_from(&self.grant_types);
        let id = ClientId::parse("x").ok_or_else(Vec::new)?;
        let settled = self.settle(metadata, id, allow_loopback).map(|_| ());
        let named = self.scope.iter().flat_map(|scope| scope.split_ascii_whitespace());
        let administers = |name: &str| api_scopes().iter().any(|scope| scope == name);
        if named.into_iter().any(administers) {
            let refusal =
                error("scope", "a service that registers itself gets no scope of the administration");
            return Err(settled.err().into_iter().flatten().chain([refusal]).collect());
        }
        settled
    }

    /// Checks what a service registers, together with what the administrator lays down.
    ///
    /// # Errors
    /// Each broken rule with its name.
    pub(super) fn settle(
        &self,
        mut metadata: ClientMetadata,
        id: ClientId,
        allow_loopback: bool,
    ) -> Result<Registration, Vec<MetadataError>> {
        let errors = self.exceeded(&mut metadata);
        self.apply(&mut metadata);
        match metadata.check(id, allow_loopback) {
            Ok(registration) if errors.is_empty() => Ok(registration),
            Ok(_) => Err(errors),
            Err(more) => Err(errors.into_iter().chain(more).collect()),
        }
    }

    /// RFC 7591 section 2: a scope that is left out is ours to choose. More than the administrator allows is refused, so
    /// that nobody registers a scope of the administration.
    fn exceeded(&self, metadata: &mut ClientMetadata) -> Vec<MetadataError> {
        let mut errors = Vec::new();
        let most = self.scope.clone().unwrap_or_else(|| Scope::OFFERED.join(" "));
        let scope = metadata.scope.get_or_insert_with(|| most.clone());
        if scope.split_ascii_whitespace().any(|asked| most.split_ascii_whitespace().all(|name| name != asked))
        {
            errors.push(error("scope", &format!("at most {most}")));
        }
        let usual = || ["authorization_code", "refresh_token"].map(str::to_owned).to_vec();
        let most = self.grant_types.clone().unwrap_or_else(usual);
        if metadata.grants().iter().any(|grant| !most.contains(grant)) {
            errors.push(error("grant_types", &format!("at most {}", most.join(", "))));
        }
        errors
    }

    fn apply(&self, metadata: &mut ClientMetadata) {
        metadata.accounts.clone_from(&self.accounts);
        metadata.used_one_key = self.used_one_key;
        metadata.minimum_acr.clone_from(&self.minimum_acr);
        metadata.profile = self.profile;
        // RFC 9700 section 2.1.1: a public client is never let off.
        let public = metadata.method() == ClientAuthenticationMethod::None;
        metadata.require_pkce = self.require_pkce.filter(|required| *required || !public);
        metadata.first_party = Some(self.first_party);
        metadata.category = self.category;
        metadata.ministry.clone_from(&self.ministry);
        metadata.ministry_fr.clone_from(&self.ministry_fr);
        metadata.token_endpoint_auth_audience.clone_from(&self.token_endpoint_auth_audience);
        metadata.access_token_format = self.access_token_format;
        metadata.resources.clone_from(&self.resources);
        metadata.audiences.clone_from(&self.audiences);
    }

    /// The same bounds with what `client` has now: an administrator may have changed it since.
    #[must_use]
    pub fn as_kept_by(&self, client: &Client) -> Self {
        Self {
            accounts: Some(client.accounts.clone()),
            used_one_key: client.used_one_key,
            minimum_acr: Some(client.minimum_level.as_str().to_owned()),
            profile: client.profile,
            require_pkce: Some(client.require_pkce),
            first_party: client.first_party,
            category: client.category,
            ministry: client.ministry.as_ref().map(|text| text.en.clone()),
            ministry_fr: client.ministry.as_ref().map(|text| text.fr.clone()),
            token_endpoint_auth_audience: client.assertion.lenient_audience.then(|| "lenient".to_owned()),
            access_token_format: client.tokens.access_token_format,
            resources: client.tokens.resources.clone(),
            audiences: client.tokens.audiences.clone(),
            scope: self.scope.clone(),
            grant_types: self.grant_types.clone(),
        }
    }
}
