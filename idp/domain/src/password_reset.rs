//! A forgotten password: a mailed code or link proves the address, then a new password is set (pages M8 to M10;
//! `product.md` 2.4).
//!
//! 1. A reset belongs to the browser that asked for it; any address gets one, and nobody learns whether it has an account.
//! 2. Its codes and links are those of an activation, by the same rule ([`crate::activation`]): the two newest codes, 30
//!    minutes each, five and twenty wrong tries, new mails within 24 hours.
//! 3. Proven, it waits 15 minutes for the new password, once.
//! 4. Beyond one reset's twenty, wrong codes are counted for the address: after 20 in a row only the mailed link proves it,
//!    which nobody can guess. A browser that the account knows is counted apart.

use crate::activation::{ActivationLimits, RegistrationFacts, RegistrationState};
use crate::lockout::Failures;
use crate::time::Timestamp;
use std::time::Duration;

/// How long the new password may take after the proof.
pub const PROOF_LIFE: Duration = Duration::from_mins(15);

/// How far a reset has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordResetState {
    /// Waiting for its code or link.
    Open,
    /// The address was proven; waiting for the new password.
    Proven,
    /// The new password was set.
    Done,
    /// Too many wrong tries, or another reset of the address set a password first.
    Ended,
}

impl PasswordResetState {
    const ALL: [Self; 4] = [Self::Open, Self::Proven, Self::Done, Self::Ended];

    /// The word in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Proven => "proven",
            Self::Done => "done",
            Self::Ended => "ended",
        }
    }

    /// Reads the database's word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// The facts on which a reset is decided.
#[derive(Debug, Clone, Copy)]
pub struct PasswordResetFacts {
    /// How far it has come.
    pub state: PasswordResetState,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// Wrong codes so far, over all of them.
    pub wrong: u32,
    /// Codes sent up to then ceased to work.
    pub codes_dead_until: Option<Timestamp>,
    /// When the address was proven.
    pub proven_at: Option<Timestamp>,
}

impl PasswordResetFacts {
    /// As the rule of mailed codes sees it: proven is what activated is there.
    #[must_use]
    pub fn as_mailed_code(&self) -> RegistrationFacts {
        let state = match self.state {
            PasswordResetState::Open => RegistrationState::Open,
            PasswordResetState::Proven => RegistrationState::Activated,
            PasswordResetState::Done | PasswordResetState::Ended => RegistrationState::Ended,
        };
        let Self { created_at, wrong, codes_dead_until, .. } = *self;
        RegistrationFacts { state, created_at, wrong, codes_dead_until }
    }

    /// Whether it waits for its code or link at `now`.
    #[must_use]
    pub fn is_open(&self, now: Timestamp, limits: &ActivationLimits) -> bool {
        self.state == PasswordResetState::Open
            && now <= self.created_at.plus(limits.resend_window).plus(limits.code_lifetime)
    }

    /// Whether the new password may be set at `now`.
    #[must_use]
    pub fn may_set_password(&self, now: Timestamp) -> bool {
        self.state == PasswordResetState::Proven
            && self.proven_at.is_some_and(|proven_at| now <= proven_at.plus(PROOF_LIFE))
    }
}

/// Whether a typed code is looked at, after so many wrong ones in a row for its address over all resets.
#[must_use]
pub fn takes_codes(wrong_for_address: Failures, limits: &ActivationLimits) -> bool {
    wrong_for_address.count < limits.tries_total
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: ActivationLimits = ActivationLimits {
        code_lifetime: Duration::from_mins(30),
        resend_window: Duration::from_hours(24),
        tries: 5,
        tries_total: 20,
    };

    fn reset(state: PasswordResetState) -> PasswordResetFacts {
        PasswordResetFacts {
            state,
            created_at: Timestamp::EPOCH,
            wrong: 0,
            codes_dead_until: None,
            proven_at: Some(Timestamp::EPOCH),
        }
    }

    #[test]
    fn a_new_password_is_set_within_fifteen_minutes_of_the_proof_and_only_then() {
        let end = Timestamp::EPOCH.plus(PROOF_LIFE);
        let late = end.plus(Duration::from_micros(1));
        for state in PasswordResetState::ALL {
            assert_eq!(reset(state).may_set_password(end), state == PasswordResetState::Proven, "{state:?}");
            assert!(!reset(state).may_set_password(late), "{state:?}");
            assert_eq!(PasswordResetState::parse(state.as_str()), Some(state));
        }
        let unproven = PasswordResetFacts { proven_at: None, ..reset(PasswordResetState::Proven) };
        assert!(!unproven.may_set_password(Timestamp::EPOCH));
    }

    #[test]
    fn a_reset_waits_as_long_as_its_last_code_could_work() {
        let end = Timestamp::EPOCH.plus(Duration::from_mins(24 * 60 + 30));
        assert!(reset(PasswordResetState::Open).is_open(end, &LIMITS));
        assert!(!reset(PasswordResetState::Open).is_open(end.plus(Duration::from_micros(1)), &LIMITS));
        assert!(!reset(PasswordResetState::Ended).is_open(Timestamp::EPOCH, &LIMITS));
    }

    #[test]
    fn twenty_wrong_codes_for_an_address_leave_only_the_link() {
        let failures = |count| Failures { count, last_at: Some(Timestamp::EPOCH) };
        assert!(takes_codes(Failures::default(), &LIMITS) && takes_codes(failures(19), &LIMITS));
        assert!(!takes_codes(failures(20), &LIMITS));
    }
}
