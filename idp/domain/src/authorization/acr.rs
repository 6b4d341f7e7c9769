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

    /// What is missing for a person who stands at `standing.level`: exactly that is asked for, and no more.
    ///
    /// 1. Below the minimum there is no way on but a second step, or setting one up.
    /// 2. Above it, what the request would like is gone through, dearest first: one that is reached is good, one that the
    ///    person can reach is asked for.
    /// 3. Where none of these is set up, setting one up is offered, once in a request.
    #[must_use]
    pub fn missing(&self, standing: &Standing) -> Missing {
        let Standing { level, reachable, enrolable, declined } = *standing;
        let dearest_within = |most: AuthenticationLevel| {
            let fits = |wanted: &&AuthenticationLevel| **wanted >= self.minimum && **wanted <= most;
            self.preferred.iter().find(fits).copied().unwrap_or(self.minimum)
        };
        if level < self.minimum {
            return if reachable >= self.minimum {
                Missing::SecondStep { level: dearest_within(reachable), required: true }
            } else if enrolable >= self.minimum {
                Missing::Enrolment { level: dearest_within(enrolable), required: true }
            } else {
                Missing::Unreachable
            };
        }
        if declined || self.preferred.is_empty() {
            return Missing::Nothing;
        }
        for wanted in &self.preferred {
            if level >= *wanted {
                return Missing::Nothing;
            }
            if reachable >= *wanted {
                return Missing::SecondStep { level: *wanted, required: false };
            }
        }
        match self.preferred.iter().find(|wanted| **wanted <= enrolable) {
            Some(wanted) => Missing::Enrolment { level: *wanted, required: false },
            None => Missing::Nothing,
        }
    }

    /// The level to answer with: the one that is reached, unless the request names lower ones only, of which a higher one
    /// is as good (OIDC Core 5.5.1.1: one of the requested values).
    #[must_use]
    pub fn answer(&self, reached: AuthenticationLevel) -> AuthenticationLevel {
        let named = self.preferred.iter().copied();
        named.filter(|level| (self.minimum..=reached).contains(level)).max().unwrap_or(reached)
    }
}

/// Where a person stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// What their session has reached.
    pub level: AuthenticationLevel,
    /// The highest level that they can reach with what they have set up.
    pub reachable: AuthenticationLevel,
    /// The highest level for which they could set something up here.
    pub enrolable: AuthenticationLevel,
    /// Whether they said, in this request, that they would rather not.
    pub declined: bool,
}

/// What is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// Nothing.
    Nothing,
    /// A second step with what is set up.
    SecondStep {
        /// To reach at least this.
        level: AuthenticationLevel,
        /// Whether there is no answer without it.
        required: bool,
    },
    /// Something has to be set up first.
    Enrolment {
        /// To reach at least this.
        level: AuthenticationLevel,
        /// Whether there is no answer without it.
        required: bool,
    },
    /// Nothing that this person could do would help.
    Unreachable,
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
    use proptest::prelude::*;

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

    use AuthenticationLevel::{One, Three, Two};

    fn standing(level: AuthenticationLevel, reachable: AuthenticationLevel) -> Standing {
        Standing { level, reachable, enrolable: Three, declined: false }
    }

    #[test]
    fn exactly_what_is_missing_is_asked_for() {
        let second = |level, required| Missing::SecondStep { level, required };
        let enrolment = |level, required| Missing::Enrolment { level, required };
        for (minimum, preferred, level, reachable, expected) in [
            (One, vec![], One, One, Missing::Nothing),
            (Two, vec![], One, Two, second(Two, true)),
            (Two, vec![], One, One, enrolment(Two, true)),
            (Two, vec![], Two, Two, Missing::Nothing),
            (Three, vec![], Two, Two, enrolment(Three, true)),
            (Three, vec![], Two, Three, second(Three, true)),
            (One, vec![Two], One, Two, second(Two, false)),
            (One, vec![Two], One, One, enrolment(Two, false)),
            // Level 1 is as welcome, so nobody is bothered with setting something up.
            (One, vec![Two, One], One, One, Missing::Nothing),
            (One, vec![Two, One], One, Two, second(Two, false)),
            (One, vec![One, Two], One, Two, Missing::Nothing),
            (Two, vec![Three, Two], One, Two, second(Two, true)),
            (Two, vec![Three, Two], One, Three, second(Three, true)),
            (Two, vec![Three, Two], Two, Three, second(Three, false)),
            (Two, vec![Three, Two], Two, Two, Missing::Nothing),
            (One, vec![Three], Two, Two, enrolment(Three, false)),
        ] {
            let request = AcrRequest { minimum, preferred };
            assert_eq!(request.missing(&standing(level, reachable)), expected, "{request:?} {level:?}");
        }
    }

    #[test]
    fn what_was_declined_is_not_asked_again_and_what_cannot_be_reached_is_said() {
        let voluntary = AcrRequest { minimum: One, preferred: vec![Two] };
        let required = AcrRequest { minimum: Two, preferred: vec![] };
        let declined = Standing { declined: true, ..standing(One, One) };
        assert_eq!(voluntary.missing(&declined), Missing::Nothing);
        assert_eq!(required.missing(&declined), Missing::Enrolment { level: Two, required: true });
        let one_key = Standing::default();
        assert_eq!(voluntary.missing(&one_key), Missing::Nothing);
        assert_eq!(required.missing(&one_key), Missing::Unreachable);
    }

    #[test]
    fn the_answer_is_one_of_the_named_levels_where_one_is_reached() {
        for (minimum, preferred, reached, answer) in [
            (One, vec![], Two, Two),
            (One, vec![One], Two, One),
            (One, vec![Two], One, One),
            (One, vec![One, Two], Three, Two),
            (One, vec![Three], Two, Two),
            // The service's own level is never undercut.
            (Two, vec![One], Two, Two),
        ] {
            let request = AcrRequest { minimum, preferred };
            assert_eq!(request.answer(reached), answer, "{request:?}");
        }
    }

    fn level() -> impl Strategy<Value = AuthenticationLevel> {
        proptest::sample::select(AuthenticationLevel::ALL.to_vec())
    }

    proptest! {
        /// Whoever does what is asked is asked nothing more than once for each level, and ends with an answer.
        #[test]
        fn doing_what_is_asked_leads_to_an_end(minimum in level(), preferred in proptest::collection::vec(level(), 0..3), start in level(), reachable in level(), enrolable in level()) {
            let request = AcrRequest { minimum, preferred };
            let mut standing = Standing { level: start, reachable: reachable.max(start), enrolable, declined: false };
            for _ in 0..4 {
                match request.missing(&standing) {
                    Missing::Nothing => break,
                    Missing::SecondStep { level, .. } => {
                        prop_assert!(level > standing.level && level <= standing.reachable);
                        standing.level = level;
                    }
                    Missing::Enrolment { level, .. } => {
                        prop_assert!(level > standing.reachable && level <= enrolable);
                        standing.reachable = level;
                        standing.level = level;
                    }
                    Missing::Unreachable => {
                        prop_assert!(standing.reachable.max(enrolable) < minimum);
                        return Ok(());
                    }
                }
            }
            prop_assert_eq!(request.missing(&standing), Missing::Nothing);
            prop_assert!(request.is_met_by(standing.level) && request.answer(standing.level) >= minimum);
        }
    }
}
