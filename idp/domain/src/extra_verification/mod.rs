//! Extra verification (`product.md` 2.6): what proves a person, how surely, and what is missing.
//!
//! 1. [`level`]: the methods by which a person proved who they are (`amr`), and the level that they reach (`acr`).
//! 2. [`totp`]: the six digits of an authenticator app, each step good once.
//! 3. [`recovery_code`]: ten codes on paper, each good once.
//! 4. [`factors`]: what an account has set up.
//! 5. [`tries`]: how often a second step may be tried.
//!
//! Owns no page and no order of pages ([`crate::interaction`]); what a request asks for is [`crate::authorization::acr`].

pub mod factors;
pub mod level;
pub mod recovery_code;
pub mod totp;
pub mod tries;

pub use factors::{AuthenticatorApp, SecondFactorKind, SecondFactors};
pub use level::{AuthenticationLevel, AuthenticationMethod, amr_values};
pub use recovery_code::RecoveryCode;
pub use totp::{TotpCode, TotpSecret, TotpStep};
pub use tries::{decide_second_step, is_followed_by_wait};

use serde::{Deserialize, Serialize};

/// What a second step is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondStepPurpose {
    /// A session begins with it.
    SignIn,
    /// A forgotten password may be set anew after it (page M10).
    NewPassword,
}

impl SecondStepPurpose {
    const ALL: [Self; 2] = [Self::SignIn, Self::NewPassword];

    /// The word in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::NewPassword => "new_password",
        }
    }

    /// Reads the database's word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == text)
    }
}
