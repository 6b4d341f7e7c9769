//! What is wrong with a partner's file.

use std::fmt;

/// Where it breaks a rule, and which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartnerFault {
    /// The id is none.
    Id,
    /// The English name is empty or too long.
    Name,
    /// The French one is.
    NameFr,
    /// No issuer, in a few words.
    Issuer(&'static str),
    /// The issuer of the one partner that the settings name.
    IssuerOfSettings,
    /// The client id is empty, too long or not printable.
    ClientId,
    /// A method that isn't ours.
    Method,
    /// An algorithm that isn't ours.
    Algorithm,
    /// The secret is empty, too long or not printable.
    Secret,
    /// A secret where a key proves us.
    SecretBesideKey,
    /// Nothing would prove us: no secret is given and none is kept.
    SecretMissing,
}

impl PartnerFault {
    /// The member of the file.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Name => "name",
            Self::NameFr => "name#fr",
            Self::Issuer(_) | Self::IssuerOfSettings => "issuer",
            Self::ClientId => "client_id",
            Self::Method => "token_endpoint_auth_method",
            Self::Algorithm => "id_token_signed_response_alg",
            Self::Secret | Self::SecretBesideKey | Self::SecretMissing => "client_secret",
        }
    }
}

impl fmt::Display for PartnerFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Id => "it must be 1 to 32 of a-z, 0-9 and -, and not \"default\"",
            Self::Name | Self::NameFr => "it must be 1 to 100 characters",
            Self::Issuer(problem) => problem,
            Self::IssuerOfSettings => "it is the one of the settings partner.*",
            Self::ClientId => "it must be 1 to 255 printable ASCII characters",
            Self::Method => "it must be client_secret_basic, client_secret_post or private_key_jwt",
            Self::Algorithm => "it must be RS256, PS256, ES256 or EdDSA",
            Self::Secret => "it must be 1 to 1024 printable ASCII characters",
            Self::SecretBesideKey => "private_key_jwt has none",
            Self::SecretMissing => "it is missing",
        })
    }
}
