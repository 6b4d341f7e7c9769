//! How surely a request wants to know a person: `acr_values` (OIDC Core 3.1.2.1), the claim `acr` (5.5.1.1) and the
//! client's own level.
//!
//! Levels are ordered, so a request comes down to two things: the least level that its answer must have, and the levels
//! that it would like.

use crate::session::AuthenticationLevel;
use serde::{Deserialize, Serialize};

/// What a request asks of the person's proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcrRequest {
    /// Below it there is no answer: the client's own level, or what an essential `acr` asks for.
    pub minimum: AuthenticationLevel,
    /// What it would like, dearest first; the level that is reached is answered in any case.
    pub preferred: Vec<AuthenticationLevel>,
}

impl Default for AcrRequest {
    fn default() -> Self {
        Self { minimum: AuthenticationLevel::One, preferred: Vec::new() }
    }
}

/// An essential `acr` names only levels that this server can't reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no requested level can be reached")]
pub struct UnreachableLevel;

impl AcrRequest {
    /// A request that would like any of `values`.
    pub fn voluntary<'a>(minimum: AuthenticationLevel, values: impl Iterator<Item = &'a str>) -> Self {
        Self { minimum, preferred: known(values) }
    }

    /// A request whose answer must have one of `values` (OIDC Core 5.5.1.1: an essential `acr` that can't be met is a
    /// failed sign-in). Without values any level will do.
    ///
    /// # Errors
    /// None of the values is a level of ours.
    pub fn essential<'a>(
        minimum: AuthenticationLevel,
        values: impl Iterator<Item = &'a str>,
    ) -> Result<Self, UnreachableLevel> {
        let mut values = values.peekable();
        if values.peek().is_none() {
            return Ok(Self { minimum, preferred: Vec::new() });
        }
        let preferred = known(values);
        let least = preferred.iter().min().copied().ok_or(UnreachableLevel)?;
        Ok(Self { minimum: minimum.max(least), preferred })
    }

    /// Whether a proof of this level can be answered with.
    #[must_use]
    pub fn is_met_by(&self, level: AuthenticationLevel) -> bool {
        level >= self.minimum
    }
}

fn known<'a>(values: impl Iterator<Item = &'a str>) -> Vec<AuthenticationLevel> {
    let mut levels = Vec::new();
    for level in values.filter_map(AuthenticationLevel::parse) {
        if !levels.contains(&level) {
            levels.push(level);
        }
    }
    levels
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "urn:ontario:idp:acr:1";

    #[test]
    fn unknown_levels_are_passed_over_but_an_essential_one_must_be_known() {
        let floor = AuthenticationLevel::One;
        let voluntary = |values: &[&'static str]| AcrRequest::voluntary(floor, values.iter().copied());
        let essential = |values: &[&'static str]| AcrRequest::essential(floor, values.iter().copied());
        assert_eq!(voluntary(&["urn:x", ONE, ONE]).preferred, [AuthenticationLevel::One]);
        assert!(voluntary(&["urn:x"]).is_met_by(AuthenticationLevel::One));
        assert_eq!(essential(&["urn:x"]), Err(UnreachableLevel));
        assert_eq!(essential(&[]), Ok(AcrRequest::default()));
        assert!(essential(&["urn:x", ONE]).unwrap().is_met_by(AuthenticationLevel::One));
    }

    #[test]
    fn every_level_meets_what_is_asked_at_or_below_it_and_nothing_above() {
        for asked in AuthenticationLevel::ALL {
            let request =
                AcrRequest::essential(AuthenticationLevel::One, [asked.as_str()].into_iter()).unwrap();
            for level in AuthenticationLevel::ALL {
                assert_eq!(request.is_met_by(level), level >= asked, "{asked:?} {level:?}");
            }
        }
    }
}
