//! What an account has set up beside its password.

use super::AuthenticationLevel;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A way to make a second step, as pages offer them and the audit names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondFactorKind {
    /// A passkey.
    Passkey,
    /// An authenticator app.
    AuthenticatorApp,
    /// A recovery code.
    RecoveryCode,
}

impl SecondFactorKind {
    /// Every kind, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Passkey, Self::AuthenticatorApp, Self::RecoveryCode];

    /// The word in forms.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Passkey => "passkey",
            Self::AuthenticatorApp => "totp",
            Self::RecoveryCode => "recovery",
        }
    }

    /// Reads a form's word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// The level that it brings a person to whose password was right.
    #[must_use]
    pub fn level(self) -> AuthenticationLevel {
        match self {
            Self::Passkey => AuthenticationLevel::Three,
            Self::AuthenticatorApp | Self::RecoveryCode => AuthenticationLevel::Two,
        }
    }
}

/// An authenticator app, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthenticatorApp {
    /// What its owner calls it; may be empty.
    pub name: String,
    /// Since when.
    pub added_at: Timestamp,
    /// When a code of it was last accepted after that.
    pub last_used_at: Option<Timestamp>,
}

/// Everything that an account can make a second step with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SecondFactors {
    /// The app, if it has one.
    pub authenticator_app: Option<AuthenticatorApp>,
    /// How many passkeys.
    pub passkeys: u32,
    /// How many recovery codes are unspent.
    pub recovery_codes: u32,
}

impl SecondFactors {
    /// Whether a second step is asked for at all. Recovery codes stand in for a factor and are none by themselves.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.authenticator_app.is_none() && self.passkeys == 0
    }

    /// Whether a second step can be made this way.
    #[must_use]
    pub fn has(&self, kind: SecondFactorKind) -> bool {
        !self.is_empty()
            && match kind {
                SecondFactorKind::Passkey => self.passkeys > 0,
                SecondFactorKind::AuthenticatorApp => self.authenticator_app.is_some(),
                SecondFactorKind::RecoveryCode => self.recovery_codes > 0,
            }
    }

    /// The ways that lead at least to `level`, in the order in which they are offered.
    #[must_use]
    pub fn ways(&self, level: AuthenticationLevel) -> Vec<SecondFactorKind> {
        SecondFactorKind::ALL.into_iter().filter(|kind| self.has(*kind) && kind.level() >= level).collect()
    }

    /// The highest level that its person can reach.
    #[must_use]
    pub fn reachable(&self) -> AuthenticationLevel {
        let levels =
            SecondFactorKind::ALL.into_iter().filter(|kind| self.has(*kind)).map(SecondFactorKind::level);
        levels.max().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app() -> AuthenticatorApp {
        AuthenticatorApp { name: String::new(), added_at: Timestamp::EPOCH, last_used_at: None }
    }

    #[test]
    fn only_what_is_set_up_is_offered_and_reached() {
        use AuthenticationLevel::{One, Three, Two};
        use SecondFactorKind::{AuthenticatorApp, Passkey, RecoveryCode};
        for (authenticator_app, passkeys, recovery_codes, ways, reachable) in [
            (None, 0, 0, vec![], One),
            (None, 0, 10, vec![], One),
            (Some(app()), 0, 0, vec![AuthenticatorApp], Two),
            (Some(app()), 0, 3, vec![AuthenticatorApp, RecoveryCode], Two),
            (None, 1, 3, vec![Passkey, RecoveryCode], Three),
            (Some(app()), 2, 1, vec![Passkey, AuthenticatorApp, RecoveryCode], Three),
        ] {
            let factors = SecondFactors { authenticator_app, passkeys, recovery_codes };
            assert_eq!(factors.ways(Two), ways);
            assert_eq!(factors.reachable(), reachable);
            assert_eq!(factors.is_empty(), reachable == One);
            assert_eq!(factors.ways(Three), if passkeys > 0 { vec![Passkey] } else { vec![] });
        }
    }

    #[test]
    fn words_of_forms_are_read_as_they_were_written() {
        for kind in SecondFactorKind::ALL {
            assert_eq!(SecondFactorKind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(SecondFactorKind::parse("none"), None);
    }
}
