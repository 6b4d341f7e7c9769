//! A relying service ("client" in RFC 6749): what it registered and the rules that registration must keep.
//!
//! [`ClientMetadata`] is what a file or a registration request says, unchecked; to own a [`Client`] is to have had it
//! checked. Secrets are not part of either.

mod metadata;
mod redirect_uri;

pub use metadata::{ClientMetadata, MetadataError, Registration};
pub use redirect_uri::{RedirectUri, RedirectUriError};

use crate::ids::ClientId;
use crate::session::AuthenticationLevel;
use crate::signing_key::SigningAlgorithm;
use ontario_language::Language;
use serde::{Deserialize, Serialize};

/// How a client proves itself at the token endpoint (OIDC Core section 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthenticationMethod {
    /// Id and secret in the `Authorization` header (RFC 6749 section 2.3.1).
    ClientSecretBasic,
    /// Id and secret in the form.
    ClientSecretPost,
    /// A public client: its id only, PKCE always.
    None,
}

impl ClientAuthenticationMethod {
    /// Every method, as discovery lists them.
    pub const ALL: [Self; 3] = [Self::ClientSecretBasic, Self::ClientSecretPost, Self::None];

    /// The registered name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::None => "none",
        }
    }

    /// Whether the client holds a secret.
    #[must_use]
    pub fn has_secret(self) -> bool {
        self != Self::None
    }
}

/// Whether two sectors see the same person under the same name (OIDC Core section 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectType {
    /// Another `sub` in each sector.
    #[default]
    Pairwise,
    /// One `sub` everywhere.
    Public,
}

/// A kind of account that a service takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountKind {
    /// My Ontario Account.
    MyOntario,
    /// The legacy ONE-key.
    OneKey,
}

/// The A–Z list's category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// For people.
    #[default]
    Personal,
    /// For businesses.
    Business,
}

/// A text in both languages; the English one stands in where a service registered no French one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BilingualText {
    /// English.
    pub en: String,
    /// French.
    pub fr: String,
}

impl BilingualText {
    /// The text in `language`.
    #[must_use]
    pub fn get(&self, language: Language) -> &str {
        language.pick(&self.en, &self.fr)
    }
}

/// A registered relying service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// `client_id`.
    pub id: ClientId,
    /// The name that people read.
    pub name: BilingualText,
    /// Where codes may go; compared to the letter.
    pub redirect_uris: Vec<RedirectUri>,
    /// Where a browser may go after signing out.
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    /// Where a sign-in at the service begins (OIDC Core section 4).
    pub initiate_login_uri: Option<String>,
    /// Where it is told that a session ended (OIDC Back-Channel Logout section 2.2).
    pub backchannel_logout_uri: Option<String>,
    /// What it may ask of the token endpoint.
    pub grant_types: Vec<String>,
    /// Whose service it is.
    pub ministry: Option<BilingualText>,
    /// What it does, in one line.
    pub description: Option<BilingualText>,
    /// How it proves itself.
    pub authentication_method: ClientAuthenticationMethod,
    /// The scopes it may ask for.
    pub scopes: Vec<String>,
    /// Pairwise or public.
    pub subject_type: SubjectType,
    /// What signs its ID tokens.
    pub id_token_algorithm: SigningAlgorithm,
    /// The accounts it takes; people arrive at the first one's page.
    pub accounts: Vec<AccountKind>,
    /// Whether it used ONE-key before.
    pub used_one_key: bool,
    /// The level that it needs.
    pub minimum_level: AuthenticationLevel,
    /// Whether a request must have a PKCE challenge.
    pub require_pkce: bool,
    /// The A–Z list's category.
    pub category: Category,
    /// People to write to.
    pub contacts: Vec<String>,
}

impl Client {
    /// The host that all its redirect addresses share (OIDC Core 8.1).
    #[must_use]
    pub fn sector(&self) -> String {
        self.redirect_uris.first().map(RedirectUri::host).unwrap_or_default()
    }

    /// The registered redirect address that a request names, compared to the letter (RFC 9700 section 2.1); a native
    /// client's loopback address may vary in its port (RFC 8252 section 7.3).
    #[must_use]
    pub fn registered_redirect_uri(&self, requested: &str) -> Option<String> {
        self.redirect_uris
            .iter()
            .any(|registered| registered.matches(requested))
            .then(|| requested.to_owned())
    }

    /// The registered post-logout address that a request names, to the letter.
    #[must_use]
    pub fn registered_post_logout_uri(&self, requested: &str) -> Option<String> {
        self.post_logout_redirect_uris
            .iter()
            .any(|registered| registered.as_str() == requested)
            .then(|| requested.to_owned())
    }
}
