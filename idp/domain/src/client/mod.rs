//! A relying service ("client" in RFC 6749): what it registered and the rules that registration must keep.
//!
//! [`ClientMetadata`] is what a file or a registration request says, unchecked; to own a [`Client`] is to have had it
//! checked. Secrets are not part of either.

pub mod assertion;
pub mod distinguished_name;
mod metadata;
mod redirect_difference;
mod redirect_uri;
mod rules;

pub use metadata::{
    ClientMetadata, MetadataError, Registration, RegistrationError, RegistrationPolicy, RegistrationRequest,
};
pub use redirect_difference::Difference;
pub use redirect_uri::{RedirectUri, RedirectUriError};
pub use rules::{
    AccessTokenFormat, ApplicationType, AssertionRules, CertificateSubject, ClientKeys, ClientLinks,
    LogoutRules, Profile, RequestRules, TokenRules,
};

pub use crate::account::AccountKind;

use crate::ids::ClientId;
use crate::session::AuthenticationLevel;
use crate::signing_key::SigningAlgorithm;
use ontario_language::Language;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use url::Url;

/// How a client proves itself at the token endpoint (OIDC Core section 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthenticationMethod {
    /// Id and secret in the `Authorization` header (RFC 6749 section 2.3.1).
    ClientSecretBasic,
    /// Id and secret in the form.
    ClientSecretPost,
    /// A signed assertion (RFC 7523 section 2.2), by a key that the client registered.
    PrivateKeyJwt,
    /// A certificate of an authority that the proxy trusts, with a registered subject (RFC 8705 section 2.1).
    TlsClientAuth,
    /// A certificate whose key the client registered (RFC 8705 section 2.2).
    SelfSignedTlsClientAuth,
    /// A public client: its id only, PKCE always.
    None,
}

impl ClientAuthenticationMethod {
    /// Every method, as discovery lists them; those by certificate where a proxy hands certificates on.
    #[must_use]
    pub fn offered(certificates: bool) -> Vec<Self> {
        let mut methods =
            vec![Self::ClientSecretBasic, Self::ClientSecretPost, Self::PrivateKeyJwt, Self::None];
        if certificates {
            methods.extend([Self::TlsClientAuth, Self::SelfSignedTlsClientAuth]);
        }
        methods
    }

    /// The registered name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::PrivateKeyJwt => "private_key_jwt",
            Self::TlsClientAuth => "tls_client_auth",
            Self::SelfSignedTlsClientAuth => "self_signed_tls_client_auth",
            Self::None => "none",
        }
    }

    /// Whether the client holds a secret.
    #[must_use]
    pub fn has_secret(self) -> bool {
        matches!(self, Self::ClientSecretBasic | Self::ClientSecretPost)
    }

    /// Whether a registered subject names the certificate.
    #[must_use]
    pub fn uses_certificate_subject(self) -> bool {
        self == Self::TlsClientAuth
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
    /// Which rule set it keeps.
    #[serde(default)]
    pub profile: Profile,
    /// Whether it is the government's own: others ask for consent (M11).
    #[serde(default = "first_party")]
    pub first_party: bool,
    /// Where it runs.
    #[serde(default)]
    pub application_type: ApplicationType,
    /// Its public keys.
    #[serde(default)]
    pub keys: ClientKeys,
    /// What its assertions must be.
    #[serde(default)]
    pub assertion: AssertionRules,
    /// What its certificate must say, with `tls_client_auth`.
    #[serde(default)]
    pub certificate: Option<CertificateSubject>,
    /// What its requests must be.
    #[serde(default)]
    pub requests: RequestRules,
    /// What its tokens are.
    #[serde(default)]
    pub tokens: TokenRules,
    /// How it hears that a session ended.
    #[serde(default)]
    pub logout: LogoutRules,
    /// What people may read about it.
    #[serde(default)]
    pub links: ClientLinks,
    /// `sector_identifier_uri` (OIDC Core 8.1): the host that pairwise subjects are made for.
    #[serde(default)]
    pub sector_identifier_uri: Option<String>,
}

/// NFKD, lower case, no combining marks.
fn without_accents(text: &str) -> String {
    text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

fn first_party() -> bool {
    true
}

impl Client {
    /// The sector of its pairwise subjects (OIDC Core 8.1): the host of its sector document, or the one that all its
    /// redirect addresses share.
    #[must_use]
    pub fn sector(&self) -> String {
        let document = self.sector_identifier_uri.as_deref().and_then(|uri| Url::parse(uri).ok());
        document
            .and_then(|url| url.host_str().map(str::to_owned))
            .or_else(|| self.redirect_uris.first().map(RedirectUri::host))
            .unwrap_or_default()
    }

    /// Where its name stands in a list: É stands with E, in both languages.
    #[must_use]
    pub fn sort_key(&self, language: Language) -> String {
        without_accents(self.name.get(language))
    }

    /// Whether a search finds it: every word stands in its name, ministry or description, in any case, with or without
    /// accents.
    #[must_use]
    pub fn is_found_by(&self, language: Language, search: &str) -> bool {
        let texts = [Some(&self.name), self.ministry.as_ref(), self.description.as_ref()];
        let all: Vec<String> =
            texts.into_iter().flatten().map(|text| without_accents(text.get(language))).collect();
        let all = all.join(" ");
        without_accents(search).split_whitespace().all(|word| all.contains(word))
    }

    /// Whether it may know people by an earlier ONE-key account, and is told of one that was carried over.
    #[must_use]
    pub fn knew_one_key(&self) -> bool {
        self.used_one_key || self.takes(AccountKind::OneKey)
    }

    /// Whether it takes accounts of this kind.
    #[must_use]
    pub fn takes(&self, kind: AccountKind) -> bool {
        self.accounts.contains(&kind)
    }

    /// The kind of account at whose sign-in page people arrive.
    #[must_use]
    pub fn first_account_kind(&self) -> AccountKind {
        self.accounts.first().copied().unwrap_or(AccountKind::MyOntario)
    }

    /// The origins of its redirect addresses, where a script of the service runs. Private-use schemes have none (Fetch
    /// section 3.1: theirs is `null`, which anybody can have).
    #[must_use]
    pub fn redirect_origins(&self) -> Vec<String> {
        let urls = self.redirect_uris.iter().filter_map(|uri| Url::parse(uri.as_str()).ok());
        urls.map(|url| url.origin())
            .filter(url::Origin::is_tuple)
            .map(|origin| origin.ascii_serialization())
            .collect()
    }

    /// Whether it may use a grant.
    #[must_use]
    pub fn may_use_grant(&self, grant_type: &str) -> bool {
        self.grant_types.iter().any(|allowed| allowed == grant_type)
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
