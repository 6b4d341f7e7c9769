//! Methods (OIDC `amr`, RFC 8176 section 2) and the levels that they reach (OIDC `acr`).

use serde::{Deserialize, Serialize};

/// How a person proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AuthenticationMethod {
    /// A password.
    #[serde(rename = "pwd")]
    Password,
    /// A sign-in partner vouched for the person. RFC 8176 has no value for that, and a service is not to learn by what
    /// the partner knew them: a private one (ADR 28).
    #[serde(rename = "fed")]
    Partner,
    /// The six digits of an authenticator app.
    #[serde(rename = "otp")]
    OneTimePassword,
    /// One of the recovery codes.
    #[serde(rename = "recovery")]
    RecoveryCode,
    /// A passkey that can't leave its device, with user verification.
    #[serde(rename = "hwk")]
    DevicePasskey,
    /// A passkey that its owner's devices share, with user verification.
    #[serde(rename = "swk")]
    SyncedPasskey,
}

impl AuthenticationMethod {
    /// The registered `amr` values. A recovery code is a password that is good once, as `otp` says.
    fn amr(self) -> &'static [&'static str] {
        match self {
            Self::Password => &["pwd"],
            Self::Partner => &["fed"],
            Self::OneTimePassword | Self::RecoveryCode => &["otp"],
            Self::DevicePasskey => &["hwk", "user"],
            Self::SyncedPasskey => &["swk", "user"],
        }
    }

    /// Whether it is a passkey with user verification: two factors by itself, and none that a forged page can ask for.
    #[must_use]
    pub fn is_passkey(self) -> bool {
        matches!(self, Self::DevicePasskey | Self::SyncedPasskey)
    }

    /// Whether it only ever comes second.
    fn is_second(self) -> bool {
        matches!(self, Self::OneTimePassword | Self::RecoveryCode)
    }
}

/// The `amr` of these methods, each value once; `mfa` where they are two factors.
#[must_use]
pub fn amr_values(methods: &[AuthenticationMethod]) -> Vec<&'static str> {
    let mut values = Vec::new();
    let several = AuthenticationLevel::reached_by(methods) >= AuthenticationLevel::Two;
    let of_all = methods.iter().flat_map(|method| method.amr().iter().copied());
    for value in of_all.chain(several.then_some("mfa")) {
        if !values.contains(&value) {
            values.push(value);
        }
    }
    values
}

/// The methods of a session in which one more was proven.
#[must_use]
pub fn with_method(
    methods: &[AuthenticationMethod],
    proven: AuthenticationMethod,
) -> Vec<AuthenticationMethod> {
    let mut methods = methods.to_vec();
    if !methods.contains(&proven) {
        methods.push(proven);
    }
    methods
}

/// How sure we are of a person (`product.md` 2.6), weakest first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum AuthenticationLevel {
    /// One factor.
    #[default]
    #[serde(rename = "urn:ontario:idp:acr:1")]
    One,
    /// Two factors.
    #[serde(rename = "urn:ontario:idp:acr:2")]
    Two,
    /// A passkey with user verification: no forged page gets anything from it.
    #[serde(rename = "urn:ontario:idp:acr:3")]
    Three,
}

impl AuthenticationLevel {
    /// Every level that this server can reach.
    pub const ALL: [Self; 3] = [Self::One, Self::Two, Self::Three];

    /// The `acr` value.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::One => "urn:ontario:idp:acr:1",
            Self::Two => "urn:ontario:idp:acr:2",
            Self::Three => "urn:ontario:idp:acr:3",
        }
    }

    /// Reads an `acr` value.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == text)
    }

    /// The level that these methods reach.
    #[must_use]
    pub fn reached_by(methods: &[AuthenticationMethod]) -> Self {
        if methods.iter().any(|method| method.is_passkey()) {
            return Self::Three;
        }
        let second = methods.iter().any(|method| method.is_second());
        let first = methods.iter().any(|method| !method.is_second());
        if first && second { Self::Two } else { Self::One }
    }
}

#[cfg(test)]
mod tests {
    use super::AuthenticationMethod::{
        DevicePasskey, OneTimePassword, Password, RecoveryCode, SyncedPasskey,
    };
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn methods_reach_the_level_that_the_product_says() {
        for (methods, level, amr) in [
            (vec![], AuthenticationLevel::One, vec![]),
            (vec![Password], AuthenticationLevel::One, vec!["pwd"]),
            (vec![OneTimePassword], AuthenticationLevel::One, vec!["otp"]),
            (vec![OneTimePassword, RecoveryCode], AuthenticationLevel::One, vec!["otp"]),
            (vec![Password, OneTimePassword], AuthenticationLevel::Two, vec!["pwd", "otp", "mfa"]),
            (vec![Password, RecoveryCode], AuthenticationLevel::Two, vec!["pwd", "otp", "mfa"]),
            (vec![DevicePasskey], AuthenticationLevel::Three, vec!["hwk", "user", "mfa"]),
            (vec![Password, SyncedPasskey], AuthenticationLevel::Three, vec!["pwd", "swk", "user", "mfa"]),
        ] {
            assert_eq!(AuthenticationLevel::reached_by(&methods), level, "{methods:?}");
            assert_eq!(amr_values(&methods), amr, "{methods:?}");
        }
    }

    #[test]
    fn levels_and_methods_are_read_as_they_were_written() {
        for level in AuthenticationLevel::ALL {
            assert_eq!(AuthenticationLevel::parse(level.as_str()), Some(level));
            assert_eq!(serde_json::to_value(level).unwrap(), level.as_str());
        }
        assert_eq!(AuthenticationLevel::parse("urn:ontario:idp:acr:4"), None);
        // Sessions of earlier versions hold exactly this.
        assert_eq!(serde_json::from_str::<Vec<AuthenticationMethod>>(r#"["pwd"]"#).unwrap(), [Password]);
    }

    fn methods() -> impl Strategy<Value = Vec<AuthenticationMethod>> {
        let one = proptest::sample::select(vec![
            Password,
            OneTimePassword,
            RecoveryCode,
            DevicePasskey,
            SyncedPasskey,
        ]);
        proptest::collection::vec(one, 0..5)
    }

    proptest! {
        #[test]
        fn one_more_proof_never_lowers_a_level_and_no_value_comes_twice(methods in methods(), more in methods()) {
            let all = more.iter().fold(methods.clone(), |all, method| with_method(&all, *method));
            prop_assert!(AuthenticationLevel::reached_by(&all) >= AuthenticationLevel::reached_by(&methods));
            let values = amr_values(&all);
            let mut once = values.clone();
            once.sort_unstable();
            once.dedup();
            prop_assert_eq!(once.len(), values.len());
            prop_assert_eq!(values.contains(&"mfa"), AuthenticationLevel::reached_by(&all) > AuthenticationLevel::One);
        }
    }
}
