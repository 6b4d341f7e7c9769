//! A relying service's registration as a file or a request gives it: RFC 7591 names where that RFC has one.
//!
//! [`ClientMetadata`] is what was read; `check` looks at all of it and says everything that is wrong at once: `texts` what
//! people read, `addresses` what is a URI, `protocol` what programs do, `profile` what FAPI 2.0 asks on top.
//!
//! A service that registers itself sends the same names as JSON (`request`), under what an administrator laid down
//! (`policy`), and is told all of them (`answer`).

mod addresses;
mod answer;
mod json;
mod policy;
mod profile;
mod protocol;
mod request;
mod texts;

pub use policy::RegistrationPolicy;
pub use request::{RegistrationError, RegistrationRequest};

use super::{
    AccessTokenFormat, AccountKind, ApplicationType, AssertionRules, BilingualText, Category, Client,
    ClientAuthenticationMethod, ClientKeys, ClientLinks, LogoutRules, Profile, RequestRules, SubjectType,
    TokenRules,
};
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
    #[serde(default)]
    redirect_uris: Vec<String>,
    #[serde(default)]
    post_logout_redirect_uris: Vec<String>,
    initiate_login_uri: Option<String>,
    backchannel_logout_uri: Option<String>,
    #[serde(default)]
    backchannel_logout_session_required: bool,
    frontchannel_logout_uri: Option<String>,
    #[serde(default)]
    frontchannel_logout_session_required: bool,
    client_uri: Option<String>,
    logo_uri: Option<String>,
    policy_uri: Option<String>,
    tos_uri: Option<String>,
    ministry: Option<String>,
    #[serde(rename = "ministry#fr")]
    ministry_fr: Option<String>,
    description: Option<String>,
    #[serde(rename = "description#fr")]
    description_fr: Option<String>,
    #[serde(default)]
    application_type: ApplicationType,
    token_endpoint_auth_method: Option<ClientAuthenticationMethod>,
    token_endpoint_auth_signing_alg: Option<SigningAlgorithm>,
    /// Ours: `issuer` (the default, RFC 10070) or `lenient` for older clients.
    token_endpoint_auth_audience: Option<String>,
    jwks: Option<serde_json::Value>,
    jwks_uri: Option<String>,
    tls_client_auth_subject_dn: Option<String>,
    tls_client_auth_san_dns: Option<String>,
    tls_client_auth_san_uri: Option<String>,
    tls_client_auth_san_ip: Option<String>,
    tls_client_auth_san_email: Option<String>,
    grant_types: Option<Vec<String>>,
    response_types: Option<Vec<String>>,
    scope: Option<String>,
    #[serde(default)]
    subject_type: SubjectType,
    sector_identifier_uri: Option<String>,
    id_token_signed_response_alg: Option<SigningAlgorithm>,
    userinfo_signed_response_alg: Option<SigningAlgorithm>,
    authorization_signed_response_alg: Option<SigningAlgorithm>,
    request_object_signing_alg: Option<SigningAlgorithm>,
    #[serde(default)]
    require_signed_request_object: bool,
    #[serde(default)]
    require_pushed_authorization_requests: bool,
    #[serde(default)]
    request_uris: Vec<String>,
    #[serde(default, deserialize_with = "crate::whole_number::optional")]
    default_max_age: Option<u64>,
    #[serde(default)]
    require_auth_time: bool,
    #[serde(default)]
    default_acr_values: Vec<String>,
    #[serde(default)]
    dpop_bound_access_tokens: bool,
    /// Ours: `opaque` (the default) or `jwt` (RFC 9068).
    #[serde(default)]
    access_token_format: AccessTokenFormat,
    /// Ours: the values of `resource` that it may ask for (RFC 8707).
    #[serde(default)]
    resources: Vec<String>,
    /// Ours: the resources that this service itself answers for; it may introspect tokens for them.
    #[serde(default)]
    audiences: Vec<String>,
    accounts: Option<Vec<AccountKind>>,
    #[serde(default)]
    used_one_key: bool,
    minimum_acr: Option<String>,
    #[serde(default)]
    profile: Profile,
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
        let id = self.client_id.as_deref().map_or(Some(made_up_id), ClientId::parse);
        if id.is_none() {
            errors.push(error("client_id", "it must have 1 to 128 characters of A–Z a–z 0–9 - . _ ~"));
        }
        // The console's address of a new service.
        if id.as_ref().is_some_and(|id| id.as_str() == "new") {
            errors.push(error("client_id", "it must be another word than \"new\""));
        }
        texts::check(&self, &mut errors);
        protocol::check(&self, &mut errors);
        profile::check(&self, &mut errors);
        let addresses = addresses::check(&self, allow_loopback, &mut errors);
        let scopes = protocol::scopes(&self, &mut errors);
        let keys = protocol::keys(&self, &mut errors);
        let certificate = protocol::certificate(&self, &mut errors);
        let minimum_level =
            self.minimum_acr.as_deref().map_or(Some(AuthenticationLevel::One), AuthenticationLevel::parse);
        if minimum_level.is_none() {
            errors.push(error("minimum_acr", "not a level of this server: urn:ontario:idp:acr:1, 2 or 3"));
        }
        let (Some(id), Some(minimum_level), true) = (id, minimum_level, errors.is_empty()) else {
            return Err(errors);
        };
        let secret = self.client_secret.clone().map(Secret::new);
        let mut client = self.into_client(id, minimum_level, addresses);
        (client.scopes, client.keys, client.certificate) = (scopes, keys, certificate);
        Ok(Registration { client, secret })
    }

    /// Whether it is the registration of this service by name.
    #[must_use]
    pub fn names(&self, client_id: &str) -> bool {
        self.client_id.as_deref() == Some(client_id)
    }

    /// The method by which the client proves itself; RFC 7591 section 2 says which where it is left out.
    fn method(&self) -> ClientAuthenticationMethod {
        self.token_endpoint_auth_method.unwrap_or(ClientAuthenticationMethod::ClientSecretBasic)
    }

    /// Whether its redirect addresses may be those of a program on the person's device: a public client's, and of a
    /// confidential one those that say so.
    fn is_native(&self) -> bool {
        self.method() == ClientAuthenticationMethod::None || self.application_type == ApplicationType::Native
    }

    fn grants(&self) -> Vec<String> {
        self.grant_types.clone().unwrap_or_else(|| vec!["authorization_code".to_owned()])
    }

    /// Whether people are sent here: a service that uses `client_credentials` only has no redirect address.
    fn has_people(&self) -> bool {
        self.grants().iter().any(|grant| grant != "client_credentials")
    }

    fn assertion_rules(&self) -> AssertionRules {
        AssertionRules {
            algorithm: self.token_endpoint_auth_signing_alg,
            lenient_audience: self.token_endpoint_auth_audience.as_deref() == Some("lenient"),
        }
    }

    fn into_client(
        self,
        id: ClientId,
        minimum_level: AuthenticationLevel,
        addresses: addresses::Addresses,
    ) -> Client {
        let (grant_types, authentication_method) = (self.grants(), self.method());
        let assertion = self.assertion_rules();
        let fapi2 = self.profile == Profile::Fapi2;
        // OIDC Dynamic Client Registration section 2: RS256 where the registration leaves it out; FAPI 2.0 has none.
        let usual = if fapi2 { SigningAlgorithm::Ps256 } else { SigningAlgorithm::Rs256 };
        Client {
            id,
            name: bilingual(self.client_name, self.client_name_fr),
            redirect_uris: addresses.redirect,
            post_logout_redirect_uris: addresses.post_logout,
            initiate_login_uri: self.initiate_login_uri,
            backchannel_logout_uri: self.backchannel_logout_uri,
            grant_types,
            ministry: self.ministry.map(|text| bilingual(text, self.ministry_fr)),
            description: self.description.map(|text| bilingual(text, self.description_fr)),
            authentication_method,
            scopes: Vec::new(),
            subject_type: self.subject_type,
            id_token_algorithm: self.id_token_signed_response_alg.unwrap_or(usual),
            accounts: self.accounts.unwrap_or_else(|| vec![AccountKind::MyOntario]),
            used_one_key: self.used_one_key,
            minimum_level,
            require_pkce: self.require_pkce.unwrap_or(true),
            category: self.category,
            contacts: self.contacts,
            profile: self.profile,
            first_party: self.first_party.unwrap_or(true),
            application_type: self.application_type,
            keys: ClientKeys::None,
            assertion,
            certificate: None,
            requests: RequestRules {
                pushed_only: self.require_pushed_authorization_requests || fapi2,
                signed_only: self.require_signed_request_object,
                object_algorithm: self.request_object_signing_alg,
                request_uris: self.request_uris,
                default_max_age: self.default_max_age,
                require_auth_time: self.require_auth_time,
                default_acr_values: self.default_acr_values,
            },
            tokens: TokenRules {
                access_token_format: self.access_token_format,
                dpop_bound: self.dpop_bound_access_tokens || fapi2,
                resources: self.resources,
                audiences: self.audiences,
                userinfo_algorithm: self.userinfo_signed_response_alg,
                authorization_response_algorithm: self.authorization_signed_response_alg,
            },
            logout: LogoutRules {
                backchannel_session_required: self.backchannel_logout_session_required,
                frontchannel_uri: self.frontchannel_logout_uri,
                frontchannel_session_required: self.frontchannel_logout_session_required,
            },
            links: ClientLinks {
                client_uri: self.client_uri,
                logo_uri: self.logo_uri,
                policy_uri: self.policy_uri,
                tos_uri: self.tos_uri,
            },
            sector_identifier_uri: self.sector_identifier_uri,
        }
    }
}

impl Client {
    /// Whether `after`, a new registration of this service, leaves each person the `sub` by which the service knows them
    /// (OIDC Core 8: it never changes). Pairwise ones hang on the sector, which is a host.
    ///
    /// # Errors
    /// What would change them.
    pub fn check_subjects_stay(&self, after: &Self) -> Result<(), MetadataError> {
        let has_people = !self.redirect_uris.is_empty() && !after.redirect_uris.is_empty();
        if has_people && self.subject_type != after.subject_type {
            return Err(error("subject_type", "it can't be changed: every person's sub would change"));
        }
        let (sector, new) = (self.sector(), after.sector());
        if has_people && self.subject_type == SubjectType::Pairwise && sector != new {
            let problem = format!(
                "every person's sub hangs on the host {sector} (OIDC Core 8.1) and would change: keep a \
                 sector_identifier_uri there"
            );
            return Err(error("redirect_uris", &problem));
        }
        Ok(())
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

#[cfg(test)]
mod request_tests;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::ClientId as Id;

    fn check(json: serde_json::Value) -> Result<Client, Vec<String>> {
        let metadata: ClientMetadata =
            serde_json::from_value(json).map_err(|error| vec![error.to_string()])?;
        let id = Id::parse("made-up").unwrap();
        let checked = metadata.check(id, false);
        checked
            .map(|registration| registration.client)
            .map_err(|errors| errors.iter().map(ToString::to_string).collect())
    }

    fn with(change: &[(&str, serde_json::Value)]) -> Result<Client, Vec<String>> {
        let mut json = serde_json::json!({"client_name": "A", "redirect_uris": ["https://rp.example.ca/cb"]});
        for (name, value) in change {
            json[*name] = value.clone();
        }
        check(json)
    }

    #[test]
    fn the_least_registration_has_the_defaults_of_the_rfcs() {
        let client = with(&[]).unwrap();
        assert_eq!(client.authentication_method, ClientAuthenticationMethod::ClientSecretBasic);
        assert_eq!((client.id_token_algorithm, client.require_pkce), (SigningAlgorithm::Rs256, true));
        assert_eq!(client.grant_types, ["authorization_code"]);
        assert_eq!((client.first_party, client.profile), (true, Profile::OpenId));
        assert_eq!(client.sector(), "rp.example.ca");
    }

    #[test]
    fn what_is_stored_reads_back_and_older_rows_read_too() {
        let client = with(&[("access_token_format", "jwt".into()), ("default_max_age", 60.into())]).unwrap();
        let text = serde_json::to_string(&client).unwrap();
        assert_eq!(serde_json::from_str::<Client>(&text).unwrap(), client);
        let mut older: serde_json::Value = serde_json::from_str(&text).unwrap();
        let object = older.as_object_mut().unwrap();
        for name in ["profile", "first_party", "application_type", "keys", "assertion", "certificate"] {
            object.remove(name);
        }
        for name in ["requests", "tokens", "logout", "links", "sector_identifier_uri"] {
            object.remove(name);
        }
        let read: Client = serde_json::from_value(older).unwrap();
        assert!(read.first_party && read.keys == ClientKeys::None);
    }

    #[test]
    fn each_broken_rule_is_named_with_its_field() {
        use serde_json::json;
        let key = json!({"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]});
        for (change, field) in [
            (vec![("jwks", key.clone()), ("jwks_uri", json!("https://rp.example.ca/jwks"))], "jwks_uri"),
            (vec![("jwks", json!({"keys": [{"kty": "oct", "k": "AA"}]}))], "jwks"),
            (vec![("jwks", json!({"keys": [{"kty": "RSA", "n": "AA", "e": "AQAB", "d": "AA"}]}))], "jwks"),
            (vec![("jwks", json!([]))], "jwks"),
            (vec![("token_endpoint_auth_method", json!("private_key_jwt"))], "jwks_uri"),
            (vec![("token_endpoint_auth_method", json!("self_signed_tls_client_auth"))], "jwks_uri"),
            (vec![("token_endpoint_auth_method", json!("private_key_jwt")), ("jwks", key.clone())], "jwks"),
            (
                vec![
                    ("token_endpoint_auth_method", json!("tls_client_auth")),
                    ("tls_client_auth_subject_dn", json!("fishing")),
                ],
                "tls_client_auth_subject_dn",
            ),
            (vec![("jwks_uri", json!("http://rp.example.ca/jwks"))], "jwks_uri"),
            (vec![("request_uris", json!(["http://rp.example.ca/r"]))], "request_uris"),
            (vec![("resources", json!(["https://rp.example.ca/#x"]))], "resources"),
            (vec![("token_endpoint_auth_audience", json!("any"))], "token_endpoint_auth_audience"),
            (vec![("tls_client_auth_san_dns", json!("rp.example.ca"))], "tls_client_auth_san_dns"),
            (vec![("profile", json!("fapi2"))], "token_endpoint_auth_method"),
            (vec![("grant_types", json!(["implicit"]))], "grant_types"),
            (vec![("grant_types", json!(["refresh_token"]))], "grant_types"),
            (vec![("redirect_uris", json!([]))], "redirect_uris"),
            (
                vec![("require_pkce", json!(false)), ("token_endpoint_auth_method", json!("none"))],
                "require_pkce",
            ),
            (vec![("logo_uri", json!("http://rp.example.ca/l.png"))], "logo_uri"),
        ] {
            let errors = with(&change).expect_err(field);
            assert!(errors.iter().any(|error| error.starts_with(field)), "{field}: {errors:?}");
        }
    }

    #[test]
    fn a_back_end_without_people_needs_no_redirect_address() {
        let client = with(&[
            ("grant_types", serde_json::json!(["client_credentials"])),
            ("redirect_uris", serde_json::json!([])),
        ]);
        assert!(client.unwrap().redirect_uris.is_empty());
    }
}
