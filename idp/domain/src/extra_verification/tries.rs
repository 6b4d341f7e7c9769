//! How often a second step may be tried: five times, then a quarter of an hour's wait, and so on; a hundred wrong ones in
//! a row stop it for a day after the last (NIST SP 800-63B-4, 3.2.2). Whoever tries has proven the password, so no stranger
//! slows the owner; still an account's known browsers are counted apart.

use crate::lockout::{Failures, Lockout, LockoutDecision, LockoutLimits};
use crate::time::Timestamp;
use std::time::Duration;

/// Wrong codes before a wait (pages.md M6).
const TRIES: u32 = 5;
/// How long a wait is.
const WAIT: Duration = Duration::from_mins(15);

/// How long a second step is stopped after the last wrong one.
const STOPPED: Duration = Duration::from_hours(24);

/// Whether the wrong code that made this count is followed by a wait: its owner is told then, since somebody knows the
/// password.
#[must_use]
pub fn is_followed_by_wait(count: u32) -> bool {
    count > 0 && count.is_multiple_of(TRIES)
}

/// Decides whether a code may be tried now.
#[must_use]
pub fn decide_second_step(failures: Failures, now: Timestamp, limits: &LockoutLimits) -> LockoutDecision {
    let Some(last_at) = failures.last_at else { return LockoutDecision::Try };
    let wait = if failures.count >= limits.stop {
        STOPPED
    } else if is_followed_by_wait(failures.count) {
        WAIT
    } else {
        return LockoutDecision::Try;
    };
    let until = last_at.plus(wait);
    if until > now { LockoutDecision::Refuse(Lockout::Until(until)) } else { LockoutDecision::Try }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LIMITS: LockoutLimits = LockoutLimits { before_delay: 5, stop: 100 };

    fn after(count: u32, seconds: u64) -> LockoutDecision {
        let failures = Failures { count, last_at: Some(Timestamp::EPOCH) };
        decide_second_step(failures, Timestamp::EPOCH.plus(Duration::from_secs(seconds)), &LIMITS)
    }

    #[test]
    fn each_five_wrong_codes_are_followed_by_a_quarter_of_an_hour() {
        assert_eq!(decide_second_step(Failures::default(), Timestamp::EPOCH, &LIMITS), LockoutDecision::Try);
        for count in 1..100 {
            let waits = after(count, 899) != LockoutDecision::Try;
            assert_eq!(waits, count % 5 == 0, "{count}");
            assert_eq!(after(count, 900), LockoutDecision::Try, "{count}");
        }
    }

    #[test]
    fn a_hundred_wrong_codes_stop_it_for_a_day() {
        for count in [100, 101, 5000] {
            assert_ne!(after(count, 86_399), LockoutDecision::Try, "{count}");
            assert_eq!(after(count, 86_400), LockoutDecision::Try, "{count}");
        }
    }

    proptest! {
        /// However somebody spaces their tries, a day lets through at most 5 for each quarter of an hour.
        #[test]
        fn no_rhythm_gets_more_tries(pauses in proptest::collection::vec(0_u64..1200, 200)) {
            let (mut failures, mut now, mut tried) = (Failures::default(), Timestamp::EPOCH, 0_u64);
            for pause in pauses {
                now = now.plus(Duration::from_secs(pause));
                if decide_second_step(failures, now, &LIMITS) == LockoutDecision::Try {
                    failures = failures.and_one_more(now);
                    tried += 1;
                }
            }
            let quarters = now.since(Timestamp::EPOCH).as_secs() / 900 + 1;
            prop_assert!(tried <= 5 * quarters && tried <= 100 + now.since(Timestamp::EPOCH).as_secs() / 86_400);
        }
    }
}
