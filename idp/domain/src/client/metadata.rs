//! A relying service's registration as a file or a request gives it: RFC 7591 names where that RFC has one.

use super::{
    AccountKind, BilingualText, Category, Client, ClientAuthenticationMethod, RedirectUri, SubjectType,
};
use crate::authorization::scope::Scope;
use crate::ids::ClientId;
use crate::secret::Secret;
use crate::session::AuthenticationLevel;
use crate::signing_key::SigningAlgorithm;
use serde::Deserialize;

/// The schema of `services add --file`, unchecked. Unknown names are refused, so that a misspelt one is seen.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientMetadata {
    client_id: Option<String>,
    client_secret: Option<String>,
    client_name: String,
    #[serde(rename = "client_name#fr")]
    client_name_fr: Option<String>,
    redirect_uris: Vec<String>,
    #[serde(default)]
    post_logout_redirect_uris: Vec<String>,
    initiate_login_uri: Option<String>,
    backchannel_logout_uri: Option<String>,
    ministry: Option<String>,
    #[serde(rename = "ministry#fr")]
    ministry_fr: Option<String>,
    description: Option<String>,
    #[serde(rename = "description#fr")]
    description_fr: Option<String>,
    token_endpoint_auth_method: Option<ClientAuthenticationMethod>,
    grant_types: Option<Vec<String>>,
    response_types: Option<Vec<String>>,
    scope: Option<String>,
    #[serde(default)]
    subject_type: SubjectType,
    id_token_signed_response_alg: Option<SigningAlgorithm>,
    accounts: Option<Vec<AccountKind>>,
    #[serde(default)]
    used_one_key: bool,
    minimum_acr: Option<String>,
    profile: Option<String>,
    require_pkce: Option<bool>,
    first_party: Option<bool>,
    #[serde(default)]
    category: Category,
    #[serde(default)]
    contacts: Vec<String>,
}

/// Where a registration breaks a rule: the field, the line of a list from 1, and what is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}{}: {problem}", line.map(|n| format!(" line {n}")).unwrap_or_default())]
pub struct MetadataError {
    /// The metadata's name.
    pub field: &'static str,
    /// Which entry of a list, from 1.
    pub line: Option<usize>,
    /// What is wrong.
    pub problem: String,
}

/// A checked registration: the client, and the secret that its file brought along.
#[derive(Debug, Clone)]
pub struct Registration {
    /// What is stored.
    pub client: Client,
    /// From the file; one is made up where the method needs one and the file has none.
    pub secret: Option<Secret>,
}

impl ClientMetadata {
    /// Checks everything and says all that is wrong at once. `made_up_id` serves where the file names none.
    ///
    /// # Errors
    /// Each broken rule with its field and line.
    pub fn check(
        self,
        made_up_id: ClientId,
        allow_loopback: bool,
    ) -> Result<Registration, Vec<MetadataError>> {
        let mut errors = Vec::new();
        let method = self.token_endpoint_auth_method.unwrap_or(ClientAuthenticationMethod::ClientSecretBasic);
        let native = method == ClientAuthenticationMethod::None;
        let id = self.client_id.as_deref().map_or(Some(made_up_id), ClientId::parse);
        if id.is_none() {
            errors.push(error("client_id", "it must have 1 to 128 characters of A–Z a–z 0–9 - . _ ~"));
        }
        self.check_texts(&mut errors);
        self.check_protocol(method, &mut errors);
        let redirect_uris = uris("redirect_uris", &self.redirect_uris, native, allow_loopback, &mut errors);
        let post_logout = uris(
            "post_logout_redirect_uris",
            &self.post_logout_redirect_uris,
            native,
            allow_loopback,
            &mut errors,
        );
        check_sector(self.subject_type, &redirect_uris, &mut errors);
        let lone_uris = [
            ("initiate_login_uri", &self.initiate_login_uri),
            ("backchannel_logout_uri", &self.backchannel_logout_uri),
        ];
        for (field, uri) in lone_uris {
            if let Some(Err(problem)) = uri.as_ref().map(|uri| RedirectUri::parse(uri, false, allow_loopback))
            {
                errors.push(error(field, &problem.to_string()));
            }
        }
        let scopes = self.scopes(&mut errors);
        let minimum_level =
            self.minimum_acr.as_deref().map_or(Some(AuthenticationLevel::One), AuthenticationLevel::parse);
        if minimum_level.is_none() {
            errors.push(error("minimum_acr", "this level can't be reached; urn:ontario:idp:acr:1 can"));
        }
        let (Some(id), Some(minimum_level), true) = (id, minimum_level, errors.is_empty()) else {
            return Err(errors);
        };
        let client = Client {
            id,
            name: bilingual(self.client_name, self.client_name_fr),
            redirect_uris,
            post_logout_redirect_uris: post_logout,
            initiate_login_uri: self.initiate_login_uri,
            backchannel_logout_uri: self.backchannel_logout_uri,
            grant_types: self.grant_types.unwrap_or_else(|| vec!["authorization_code".to_owned()]),
            ministry: self.ministry.map(|text| bilingual(text, self.ministry_fr)),
            description: self.description.map(|text| bilingual(text, self.description_fr)),
            authentication_method: method,
            scopes,
            subject_type: self.subject_type,
            // OIDC Dynamic Client Registration section 2: RS256 where the registration leaves it out.
            id_token_algorithm: self.id_token_signed_response_alg.unwrap_or(SigningAlgorithm::Rs256),
            accounts: self.accounts.unwrap_or_else(|| vec![AccountKind::MyOntario]),
            used_one_key: self.used_one_key,
            minimum_level,
            require_pkce: self.require_pkce.unwrap_or(true),
            category: self.category,
            contacts: self.contacts,
        };
        Ok(Registration { client, secret: self.client_secret.map(Secret::new) })
    }

    fn check_texts(&self, errors: &mut Vec<MetadataError>) {
        let texts = [
            ("client_name", Some(&self.client_name), 1),
            ("client_name#fr", self.client_name_fr.as_ref(), 1),
            ("ministry", self.ministry.as_ref(), 0),
            ("ministry#fr", self.ministry_fr.as_ref(), 0),
            ("description", self.description.as_ref(), 0),
            ("description#fr", self.description_fr.as_ref(), 0),
        ];
        for (field, text, least) in texts {
            let Some(text) = text else { continue };
            let length = text.trim().chars().count();
            if length < least || length > 200 || text.contains(char::is_control) {
                errors.push(error(
                    field,
                    "it must be one line of at most 200 characters, and a name can't be empty",
                ));
            }
        }
        if self.contacts.len() > 20 || self.contacts.iter().any(|contact| contact.len() > 254) {
            errors.push(error("contacts", "at most 20 of at most 254 characters"));
        }
    }

    fn check_protocol(&self, method: ClientAuthenticationMethod, errors: &mut Vec<MetadataError>) {
        for (n, grant) in self.grant_types.iter().flatten().enumerate() {
            if !["authorization_code", "refresh_token", "client_credentials"].contains(&grant.as_str()) {
                errors.push(line_error(
                    "grant_types",
                    n,
                    "authorization_code, refresh_token or client_credentials",
                ));
            }
        }
        for (n, response) in self.response_types.iter().flatten().enumerate() {
            if response != "code" {
                errors.push(line_error("response_types", n, "only code is offered"));
            }
        }
        if self.accounts.as_ref().is_some_and(|accounts| !accounts.contains(&AccountKind::MyOntario)) {
            errors.push(error("accounts", "my-ontario must be among them"));
        }
        if self.profile.as_deref().is_some_and(|profile| profile != "openid") {
            errors.push(error("profile", "only openid is offered"));
        }
        if self.first_party == Some(false) {
            errors
                .push(error("first_party", "only first-party services are taken: there is no consent page"));
        }
        if method == ClientAuthenticationMethod::None && self.require_pkce == Some(false) {
            errors.push(error(
                "require_pkce",
                "a public client can't do without PKCE (RFC 9700 section 2.1.1)",
            ));
        }
        match (&self.client_secret, method.has_secret()) {
            (Some(_), false) => errors.push(error("client_secret", "a public client has none")),
            (Some(secret), true) if secret.len() < 16 || secret.len() > 256 || !secret.is_ascii() => {
                errors.push(error("client_secret", "it must have 16 to 256 ASCII characters"));
            }
            _ => {}
        }
    }

    fn scopes(&self, errors: &mut Vec<MetadataError>) -> Vec<String> {
        let text = self.scope.as_deref().unwrap_or("openid");
        let mut scopes: Vec<String> = text.split_ascii_whitespace().map(str::to_owned).collect();
        scopes.sort_unstable();
        scopes.dedup();
        if !scopes.iter().any(|scope| scope == "openid") {
            errors.push(error("scope", "it must contain openid"));
        }
        if scopes.len() > 50 || !scopes.iter().all(|scope| Scope::is_sound(scope)) {
            errors.push(error(
                "scope",
                "at most 50 values as in RFC 6749 section 3.3, each at most 128 characters",
            ));
        }
        scopes
    }
}

fn bilingual(en: String, fr: Option<String>) -> BilingualText {
    let fr = fr.unwrap_or_else(|| en.clone());
    BilingualText { en, fr }
}

fn error(field: &'static str, problem: &str) -> MetadataError {
    MetadataError { field, line: None, problem: problem.to_owned() }
}

fn line_error(field: &'static str, index: usize, problem: &str) -> MetadataError {
    MetadataError { field, line: Some(index + 1), problem: problem.to_owned() }
}

fn uris(
    field: &'static str,
    texts: &[String],
    native: bool,
    allow_loopback: bool,
    errors: &mut Vec<MetadataError>,
) -> Vec<RedirectUri> {
    if field == "redirect_uris" && texts.is_empty() {
        errors.push(error(field, "name at least one"));
    }
    if texts.len() > 50 {
        errors.push(error(field, "at most 50"));
    }
    let mut parsed = Vec::new();
    for (n, text) in texts.iter().enumerate() {
        match RedirectUri::parse(text, native, allow_loopback) {
            Ok(uri) => parsed.push(uri),
            Err(problem) => errors.push(line_error(field, n, &problem.to_string())),
        }
    }
    parsed
}

/// OIDC Core 8.1: without a sector document all redirect addresses of a pairwise client share one host.
fn check_sector(subject_type: SubjectType, redirect_uris: &[RedirectUri], errors: &mut Vec<MetadataError>) {
    let mut hosts = redirect_uris.iter().map(RedirectUri::host);
    let first = hosts.next();
    if subject_type == SubjectType::Pairwise && hosts.any(|host| Some(&host) != first.as_ref()) {
        errors.push(error(
            "redirect_uris",
            "with subject_type pairwise all must have the same host (OIDC Core 8.1)",
        ));
    }
}
