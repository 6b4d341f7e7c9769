//! Wrong passwords: after 5 in a row every further try waits longer, 100 in a row stop the password until its person sets
//! a new one by mail (NIST SP 800-63B-4, 3.2.2). Counted alike for addresses that have an account and for those that have
//! none, and apart for a browser that the account knows, so that a stranger's tries slow the stranger.

use crate::time::Timestamp;
use std::time::Duration;

/// The figures, from the settings `limits.wrong_passwords_*`.
#[derive(Debug, Clone, Copy)]
pub struct LockoutLimits {
    /// Wrong passwords in a row before the first delay.
    pub before_delay: u32,
    /// Wrong passwords in a row that stop the password.
    pub stop: u32,
}

/// The first delay; it doubles with each further wrong password.
const FIRST_DELAY: Duration = Duration::from_mins(1);
/// The longest delay.
const LONGEST_DELAY: Duration = Duration::from_mins(15);

/// Wrong passwords in a row and until when the next try waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Failures {
    /// In a row.
    pub count: u32,
    /// When the last one was.
    pub last_at: Option<Timestamp>,
}

/// Whether a password is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockoutDecision {
    /// It is.
    Try,
    /// It is not.
    Refuse(Lockout),
}

/// Until when no password is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lockout {
    /// Until then.
    Until(Timestamp),
    /// Until a new password was set by mail.
    UntilReset,
}

/// Decides whether a password may be tried now.
#[must_use]
pub fn decide_try(failures: Failures, now: Timestamp, limits: &LockoutLimits) -> LockoutDecision {
    let Some(last_at) = failures.last_at else { return LockoutDecision::Try };
    if failures.count >= limits.stop {
        return LockoutDecision::Refuse(Lockout::UntilReset);
    }
    let delay = delay_after(failures.count, limits.before_delay);
    // Requests at the same moment are counted in any order: the last one's clock may be a little ahead of this one's.
    if delay.is_zero() {
        return LockoutDecision::Try;
    }
    let until = last_at.plus(delay);
    if until > now { LockoutDecision::Refuse(Lockout::Until(until)) } else { LockoutDecision::Try }
}

/// How long the next try waits after `count` wrong ones, of which `before_delay` are the first that make it wait.
#[must_use]
pub fn delay_after(count: u32, before_delay: u32) -> Duration {
    match count.checked_sub(before_delay) {
        None => Duration::ZERO,
        Some(doublings) => FIRST_DELAY.saturating_mul(1 << doublings.min(10)).min(LONGEST_DELAY),
    }
}

impl Failures {
    /// One more wrong password at `now`.
    #[must_use]
    pub fn and_one_more(self, now: Timestamp) -> Self {
        Self { count: self.count.saturating_add(1), last_at: Some(now) }
    }

    /// What of them counts against a password that was set at `set_at`: none that were tried before it. So a new password
    /// opens every counter of its account, those of devices too.
    #[must_use]
    pub fn since_password(self, set_at: Option<Timestamp>) -> Self {
        match (self.last_at, set_at) {
            (Some(last_at), Some(set_at)) if last_at < set_at => Self::default(),
            _ => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: LockoutLimits = LockoutLimits { before_delay: 5, stop: 100 };

    fn failures(count: u32) -> Failures {
        Failures { count, last_at: Some(Timestamp::EPOCH) }
    }

    #[test]
    fn the_first_five_are_free_then_delays_double_up_to_a_quarter_of_an_hour() {
        let now = Timestamp::EPOCH;
        assert_eq!(decide_try(Failures::default(), now, &LIMITS), LockoutDecision::Try);
        assert_eq!(decide_try(failures(4), now, &LIMITS), LockoutDecision::Try);
        let earlier = now.minus(Duration::from_millis(3));
        assert_eq!(
            decide_try(failures(4), earlier, &LIMITS),
            LockoutDecision::Try,
            "counted in another order"
        );
        for (count, minutes) in [(5, 1), (6, 2), (7, 4), (8, 8), (9, 15), (50, 15), (99, 15)] {
            let until = now.plus(Duration::from_secs(60 * minutes));
            assert_eq!(
                decide_try(failures(count), now, &LIMITS),
                LockoutDecision::Refuse(Lockout::Until(until)),
                "{count}"
            );
            assert_eq!(decide_try(failures(count), until, &LIMITS), LockoutDecision::Try, "{count}");
        }
    }

    #[test]
    fn a_hundred_in_a_row_stop_the_password_for_good() {
        let years_later = Timestamp::EPOCH.plus(Duration::from_hours(24 * 10_000));
        for now in [Timestamp::EPOCH, years_later] {
            for count in [100, 101, u32::MAX] {
                let decision = decide_try(failures(count), now, &LIMITS);
                assert_eq!(decision, LockoutDecision::Refuse(Lockout::UntilReset), "{count}");
            }
        }
    }

    #[test]
    fn a_new_password_forgets_what_was_tried_before_it_and_nothing_else() {
        let set_at = |seconds| Some(Timestamp::from_seconds(seconds));
        let wrong = Failures { count: 100, last_at: set_at(10) };
        assert_eq!(wrong.since_password(set_at(11)), Failures::default());
        assert_eq!(wrong.since_password(set_at(10)), wrong);
        assert_eq!(wrong.since_password(None), wrong, "an address without an account");
    }
}
