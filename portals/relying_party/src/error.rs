//! What can go wrong, and what a person has to be told about it.

/// A failure to sign in or out. Its text names the fact for the log and holds no secret and no personal data.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A setting can't work.
    #[error("invalid setting: {0}")]
    Settings(&'static str),
    /// The provider does not answer, or answers 5xx.
    #[error("the provider cannot be reached: {0}")]
    Unreachable(String),
    /// The discovery document or the key set makes no sense or names another issuer.
    #[error("the provider's description is invalid: {0}")]
    Description(String),
    /// The answer belongs to no sign-in that this browser began.
    #[error("the state of the answer is not the one sent")]
    WrongState,
    /// RFC 9207 section 2.4: the answer comes from another issuer, or does not say from which.
    #[error("the answer does not name the expected issuer")]
    WrongIssuer,
    /// The answer has neither a code nor an error, both, or a value beyond its bound.
    #[error("the answer is malformed")]
    MalformedAnswer,
    /// The provider refused; the code of RFC 6749 section 4.1.2.1 or OpenID Connect Core 3.1.2.6.
    #[error("the provider refused the request: {0}")]
    Refused(String),
    /// The token endpoint refused the code or the client (the code of RFC 6749 section 5.2).
    #[error("the token endpoint refused: {0}")]
    TokenRefused(String),
    /// The token or userinfo answer does not parse or lacks the ID token.
    #[error("the provider's answer is invalid: {0}")]
    InvalidAnswer(String),
    /// A check of OpenID Connect Core 3.1.3.7 failed.
    #[error("the ID token is invalid: {0}")]
    InvalidIdToken(String),
    /// A check of OpenID Connect Back-Channel Logout section 2.6 failed.
    #[error("the logout token is invalid: {0}")]
    InvalidLogoutToken(String),
}

/// The kinds of failure that people are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The person pressed Cancel: no fault, go on without signing in.
    Cancelled,
    /// The sign-in is too old or belongs to another browser: begin again.
    Stale,
    /// The provider can't be reached now: try later.
    Unreachable,
    /// The provider answered about somebody else, or not as itself: nothing that it said of this session holds.
    Foreign,
    /// Anything else; trying again may help, else the service's support.
    Invalid,
}

impl Error {
    /// What the person is told.
    #[must_use]
    pub fn failure(&self) -> Failure {
        match self {
            Self::Refused(code) if code == "access_denied" => Failure::Cancelled,
            Self::Refused(code) if code == "temporarily_unavailable" || code == "server_error" => {
                Failure::Unreachable
            }
            Self::Unreachable(_) => Failure::Unreachable,
            Self::WrongState => Failure::Stale,
            Self::TokenRefused(code) if code == "invalid_grant" => Failure::Stale,
            Self::InvalidIdToken(_) => Failure::Foreign,
            _ => Failure::Invalid,
        }
    }
}
