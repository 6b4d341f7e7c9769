//! Recovering a password (`product.md` 3.6): a round is one try at the three questions or at a mailed code, counted for the
//! ID whether or not anybody has it; 5 wrong rounds close recovery for a day.

use crate::lockout::Failures;
use crate::time::Timestamp;
use std::time::Duration;

/// Wrong rounds in a row that close recovery.
pub const ROUNDS: u32 = 5;
/// For how long.
const CLOSED: Duration = Duration::from_hours(24);

/// Whether a round is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecoveryDecision {
    /// It is; this many wrong rounds came before it.
    Look,
    /// It is, as the first of a new row: the day is over.
    LookAnew,
    /// Not before then.
    ClosedUntil(Timestamp),
}

/// Decides whether a round may be tried now.
#[must_use]
pub fn decide_round(wrong: Failures, now: Timestamp) -> RecoveryDecision {
    match wrong.last_at.map(|last_at| last_at.plus(CLOSED)) {
        Some(until) if wrong.count >= ROUNDS && until > now => RecoveryDecision::ClosedUntil(until),
        Some(until) if until <= now => RecoveryDecision::LookAnew,
        _ => RecoveryDecision::Look,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_wrong_rounds_close_recovery_for_a_day() {
        let now = Timestamp::from_seconds(1_000_000);
        let day = now.plus(CLOSED);
        let wrong = |count| Failures { count, last_at: Some(now) };
        assert_eq!(decide_round(Failures::default(), now), RecoveryDecision::Look);
        assert_eq!(decide_round(wrong(4), now), RecoveryDecision::Look);
        assert_eq!(decide_round(wrong(5), now), RecoveryDecision::ClosedUntil(day));
        assert_eq!(decide_round(wrong(5), day), RecoveryDecision::LookAnew);
        assert_eq!(decide_round(wrong(3), day), RecoveryDecision::LookAnew);
    }
}
