//! Wrong passwords: after 5 in a row every further try waits longer, 100 in a row stop the password for a
//! day after the last one (NIST SP 800-63B-4, 3.2.2). Counted alike for addresses that have an account and for those that have none, and apart
//! for a browser that the account knows, so that a stranger's tries slow the stranger.

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
/// How long a password is stopped after the last wrong one: a stranger gets one try a day, the owner's known devices
/// are counted apart.
pub(crate) const STOPPED: Duration = Duration::from_hours(24);

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
    /// Not before then.
    WaitUntil(Timestamp),
}

/// Decides whether a password may be tried now.
#[must_use]
pub fn decide_try(failures: Failures, now: Timestamp, limits: &LockoutLimits) -> LockoutDecision {
    let Some(last_at) = failures.last_at else { return LockoutDecision::Try };
    let delay = if failures.count >= limits.stop { STOPPED } else { delay_after(failures.count, *limits) };
    // Requests at the same moment are counted in any order: the last one's clock may be a little ahead of this one's.
    if delay.is_zero() {
        return LockoutDecision::Try;
    }
    let until = last_at.plus(delay);
    if until > now { LockoutDecision::WaitUntil(until) } else { LockoutDecision::Try }
}

/// How long the next try waits after `count` wrong ones.
fn delay_after(count: u32, limits: LockoutLimits) -> Duration {
    match count.checked_sub(limits.before_delay) {
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
                LockoutDecision::WaitUntil(until),
                "{count}"
            );
            assert_eq!(decide_try(failures(count), until, &LIMITS), LockoutDecision::Try, "{count}");
        }
    }

    #[test]
    fn a_hundred_in_a_row_stop_the_password_for_a_day_after_the_last() {
        let day = Timestamp::EPOCH.plus(STOPPED);
        assert_eq!(decide_try(failures(100), Timestamp::EPOCH, &LIMITS), LockoutDecision::WaitUntil(day));
        assert_eq!(decide_try(failures(100), day, &LIMITS), LockoutDecision::Try);
        let again = failures(100).and_one_more(day);
        assert_eq!(decide_try(again, day, &LIMITS), LockoutDecision::WaitUntil(day.plus(STOPPED)));
    }
}
