//! A registration that a service sends itself, as JSON (RFC 7591 section 2, RFC 7592 section 2.2, OIDC Dynamic Client
//! Registration section 2).
//!
//! 1. The body is one JSON object that says each thing once. What we don't know is ignored, `null` is absence.
//! 2. What is the administrator's, and what we know but don't offer, is refused by name.
//! 3. What is left, with what the administrator laid down, is checked as a file would be.

use super::json::{names_of, object};
use super::policy::{CHOSEN_BY_SERVICES, RegistrationPolicy};
use super::{ClientMetadata, MetadataError, error};
use crate::client::{Client, RedirectUri};
use crate::ids::ClientId;
use crate::secret::Secret;
use serde_json::{Map, Value};

/// The most members of a request; we know some sixty.
const MOST_MEMBERS: usize = 200;
/// What we know and don't offer: to ignore it would leave a service waiting for what never comes, or plain where it wants
/// encryption.
const NOT_OFFERED: [&str; 9] = [
    "id_token_encrypted_response_alg",
    "id_token_encrypted_response_enc",
    "userinfo_encrypted_response_alg",
    "userinfo_encrypted_response_enc",
    "authorization_encrypted_response_alg",
    "authorization_encrypted_response_enc",
    "request_object_encryption_alg",
    "request_object_encryption_enc",
    "tls_client_certificate_bound_access_tokens",
];

/// Why a request registers nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegistrationError {
    /// No JSON object, or one that says something twice.
    Malformed,
    /// A software statement came along; none is approved here. Whether it has the form of a JWT at all.
    SoftwareStatement {
        /// Three parts, with dots between them.
        well_formed: bool,
    },
    /// RFC 7592 section 2.2: `client_id`, or the secret that came along, isn't this client's.
    AnotherClient(&'static str),
    /// Rules of the metadata are broken.
    Metadata(Vec<MetadataError>),
}

impl RegistrationError {
    /// The registered error code (RFC 7591 section 3.2.2).
    #[must_use]
    pub fn code(&self) -> &'static str {
        let redirect = |error: &MetadataError| error.field == "redirect_uris";
        match self {
            Self::SoftwareStatement { well_formed: true } => "unapproved_software_statement",
            Self::SoftwareStatement { well_formed: false } => "invalid_software_statement",
            Self::Metadata(errors) if errors.iter().any(redirect) => "invalid_redirect_uri",
            Self::Malformed | Self::AnotherClient(_) | Self::Metadata(_) => "invalid_client_metadata",
        }
    }

    /// What is wrong, for the service's developers: the characters of RFC 6749 section 5.2, at most 1000.
    #[must_use]
    pub fn description(&self) -> String {
        let text = match self {
            Self::Malformed => "the body must be one JSON object that says each thing once".to_owned(),
            Self::SoftwareStatement { .. } => "software_statement: none is approved here".to_owned(),
            Self::AnotherClient(field) => format!("{field}: it is not this client's"),
            Self::Metadata(errors) => errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
        };
        let allowed = |c: char| matches!(c, ' '..='~') && c != '"' && c != '\\';
        text.chars().take(1000).map(|c| if allowed(c) { c } else { '?' }).collect()
    }
}

/// What a service sent, not yet checked.
#[derive(Debug)]
pub struct RegistrationRequest {
    members: Map<String, Value>,
}

impl RegistrationRequest {
    /// Reads a body.
    ///
    /// # Errors
    /// No object, too many members, or a software statement.
    pub fn parse(body: &[u8]) -> Result<Self, RegistrationError> {
        let mut members = object(body).ok_or(RegistrationError::Malformed)?;
        members.retain(|_, value| !value.is_null());
        if members.len() > MOST_MEMBERS {
            return Err(RegistrationError::Malformed);
        }
        if let Some(statement) = members.get("software_statement") {
            let well_formed = statement.as_str().is_some_and(|text| text.split('.').count() == 3);
            return Err(RegistrationError::SoftwareStatement { well_formed });
        }
        Ok(Self { members })
    }

    /// Checks a new registration (RFC 7591 section 3.1). Identifier and secret are ours to make.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn register(
        mut self,
        policy: &RegistrationPolicy,
        id: ClientId,
        allow_loopback: bool,
    ) -> Result<Client, RegistrationError> {
        self.members.remove("client_id");
        self.members.remove("client_secret");
        self.settle(policy, None, id, allow_loopback)
    }

    /// Checks what shall replace `client`'s registration (RFC 7592 section 2.2): all of it, so that what is left out
    /// falls back to its default. `is_secret` says whether a secret is the client's own.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn replace(
        mut self,
        policy: &RegistrationPolicy,
        client: &Client,
        is_secret: impl Fn(&Secret) -> bool,
        allow_loopback: bool,
    ) -> Result<Client, RegistrationError> {
        // The client MUST include its client_id, and it MUST be the same.
        if self.members.remove("client_id").as_ref().and_then(Value::as_str) != Some(client.id.as_str()) {
            return Err(RegistrationError::AnotherClient("client_id"));
        }
        // A secret that comes along MUST be the one it has: clients don't choose their own.
        if let Some(secret) = self.members.remove("client_secret")
            && !secret.as_str().is_some_and(|text| is_secret(&Secret::new(text)))
        {
            return Err(RegistrationError::AnotherClient("client_secret"));
        }
        let after =
            self.settle(&policy.as_kept_by(client), Some(client), client.id.clone(), allow_loopback)?;
        client.check_subjects_stay(&after).map_err(|error| RegistrationError::Metadata(vec![error]))?;
        Ok(after)
    }

    fn settle(
        mut self,
        policy: &RegistrationPolicy,
        registered: Option<&Client>,
        id: ClientId,
        allow_loopback: bool,
    ) -> Result<Client, RegistrationError> {
        let known = names_of::<ClientMetadata>();
        let mut errors = self.refuse_by_name(known, registered);
        self.take_languages("client_name");
        self.take_languages("description");
        self.name_it(&id);
        self.members.retain(|name, _| known.contains(&name.as_str()));
        let metadata = self
            .read(known)
            .map_err(|more| RegistrationError::Metadata(errors.iter().cloned().chain(more).collect()))?;
        match policy.settle(metadata, id, allow_loopback) {
            Ok(registration) if errors.is_empty() => Ok(registration.client),
            Ok(_) => Err(RegistrationError::Metadata(errors)),
            Err(more) => {
                errors.extend(more);
                Err(RegistrationError::Metadata(errors))
            }
        }
    }

    /// The administrator's names may come back as they were told (RFC 7592 section 2.2 asks clients to send all that
    /// they read), but not otherwise.
    fn refuse_by_name(&mut self, known: &[&'static str], registered: Option<&Client>) -> Vec<MetadataError> {
        let told = registered.map(Client::metadata).unwrap_or_default();
        let mut errors = Vec::new();
        for &name in known.iter().filter(|name| !CHOSEN_BY_SERVICES.contains(name)) {
            if self.members.remove(name).is_some_and(|value| told.get(name) != Some(&value)) {
                errors.push(error(name, "the administrator lays this down: leave it out"));
            }
        }
        for name in NOT_OFFERED {
            if self.members.remove(name).is_some_and(|value| value != Value::Bool(false)) {
                errors.push(error(name, "this is not offered"));
            }
        }
        errors
    }

    /// RFC 7591 section 2.2: a text may come in many languages, each under its tag. We keep English and French.
    fn take_languages(&mut self, name: &str) {
        let mut tagged = |language: &str| {
            let exact = format!("{name}#{language}");
            let regional = format!("{exact}-");
            let is_it = |key: &str| {
                let key = key.to_ascii_lowercase();
                key == exact || key.starts_with(&regional)
            };
            let keys: Vec<String> = self.members.keys().filter(|key| is_it(key)).cloned().collect();
            // Without a region goes first: it is the shortest.
            let best = keys.iter().min_by_key(|key| key.len()).cloned();
            let value = best.and_then(|key| self.members.get(&key).cloned());
            self.members.retain(|key, _| !keys.contains(key));
            value
        };
        let (english, french) = (tagged("en"), tagged("fr"));
        let untagged = self.members.remove(name);
        if let Some(text) = english.or(untagged).or_else(|| french.clone()) {
            self.members.insert(name.to_owned(), text);
        }
        if let Some(text) = french {
            self.members.insert(format!("{name}#fr"), text);
        }
    }

    /// RFC 7591 section 2 lets a name be left out: then people read the host that they will be sent to.
    fn name_it(&mut self, id: &ClientId) {
        if self.members.contains_key("client_name") {
            return;
        }
        let first = self.members.get("redirect_uris").and_then(|uris| uris.get(0)).and_then(Value::as_str);
        let host = first.and_then(|uri| RedirectUri::parse(uri, true, true).ok()).map(|uri| uri.host());
        let name = host.filter(|host| !host.is_empty()).unwrap_or_else(|| id.to_string());
        self.members.insert("client_name".to_owned(), name.chars().take(200).collect::<String>().into());
    }

    /// Reads the members; where that fails, each is tried by itself, so that the error has a name.
    fn read(self, known: &[&'static str]) -> Result<ClientMetadata, Vec<MetadataError>> {
        let whole = serde_json::from_value(Value::Object(self.members.clone()));
        whole.map_err(|_| {
            let mut errors = Vec::new();
            for &name in known {
                let Some(value) = self.members.get(name) else { continue };
                let mut alone = Map::new();
                alone.insert("client_name".to_owned(), "x".into());
                alone.insert(name.to_owned(), value.clone());
                if serde_json::from_value::<ClientMetadata>(Value::Object(alone)).is_err() {
                    errors.push(error(name, "it has the wrong type, or a value that is not offered"));
                }
            }
            errors
        })
    }
}
