//! How long something is kept that nobody uses, as rules over plain times (product.md 2.7).
//!
//! A deletion needs both reminders sent before, at their distances: a clock that jumps, or a portal that was down, delays
//! a deletion and never skips a reminder.

use diesel::Queryable;
use relying_party::SECOND;

/// 24 hours.
pub const DAY: i64 = 24 * 3600 * SECOND;
/// A draft, after its last change.
pub const TWELVE_MONTHS: i64 = 365 * DAY;
/// An account, after the last sign-in.
pub const THIRTY_MONTHS: i64 = 913 * DAY;
/// The first reminder goes out so long before the end.
pub const FIRST_REMINDER: i64 = 60 * DAY;
/// The second one.
pub const SECOND_REMINDER: i64 = 30 * DAY;

/// What is on record of something that is kept for a time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Queryable)]
pub struct Standing {
    /// The last use or change.
    pub since: i64,
    /// When the person was told, 60 days before.
    pub noticed_60_at: Option<i64>,
    /// When they were told again, 30 days before.
    pub noticed_30_at: Option<i64>,
}

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reminder {
    /// 60 days before.
    First,
    /// 30 days before.
    Second,
}

impl Reminder {
    /// What belongs to it.
    #[must_use]
    pub fn pick<T>(self, first: T, second: T) -> T {
        match self {
            Self::First => first,
            Self::Second => second,
        }
    }
}

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetentionDecision {
    /// Nothing yet.
    Keep,
    /// A reminder, with the day of the deletion.
    Remind(Reminder, i64),
    /// Both reminders are out long enough.
    Delete,
}

impl Standing {
    /// What is due for something that lives `life` after its last use, with both reminders.
    #[must_use]
    pub fn decide(self, life: i64, now: i64) -> RetentionDecision {
        let due = self.since + life;
        match (self.noticed_60_at, self.noticed_30_at) {
            (None, _) if now < due - FIRST_REMINDER => RetentionDecision::Keep,
            (None, _) => RetentionDecision::Remind(Reminder::First, due.max(now + FIRST_REMINDER)),
            (Some(first), None)
                if now < (due - SECOND_REMINDER).max(first + FIRST_REMINDER - SECOND_REMINDER) =>
            {
                RetentionDecision::Keep
            }
            (Some(_), None) => RetentionDecision::Remind(Reminder::Second, due.max(now + SECOND_REMINDER)),
            (Some(_), Some(second)) if now < due.max(second + SECOND_REMINDER) => RetentionDecision::Keep,
            (Some(_), Some(_)) => RetentionDecision::Delete,
        }
    }

    /// With the reminder that goes out now.
    #[must_use]
    pub fn reminded(self, which: Reminder, now: i64) -> Self {
        match which {
            Reminder::First => Self { noticed_60_at: Some(now), ..self },
            Reminder::Second => Self { noticed_30_at: Some(now), ..self },
        }
    }

    /// The earliest day on which it can be deleted.
    #[must_use]
    pub fn end(self, life: i64) -> i64 {
        let first = self.noticed_60_at.map_or(i64::MIN, |at| at + FIRST_REMINDER);
        let second = self.noticed_30_at.map_or(i64::MIN, |at| at + SECOND_REMINDER);
        (self.since + life).max(first).max(second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(noticed_60_at: Option<i64>, noticed_30_at: Option<i64>) -> Standing {
        Standing { since: 0, noticed_60_at, noticed_30_at }
    }

    #[test]
    fn notices_go_out_60_and_30_days_before_the_end() {
        let life = 365 * DAY;
        let (first, second) = (305 * DAY, 335 * DAY);
        assert_eq!(standing(None, None).decide(life, first - 1), RetentionDecision::Keep);
        assert_eq!(
            standing(None, None).decide(life, first),
            RetentionDecision::Remind(Reminder::First, life)
        );
        let told = standing(Some(first), None);
        assert_eq!(told.decide(life, second - 1), RetentionDecision::Keep);
        assert_eq!(told.decide(life, second), RetentionDecision::Remind(Reminder::Second, life));
        let told = standing(Some(first), Some(second));
        assert_eq!(told.decide(life, life - 1), RetentionDecision::Keep);
        assert_eq!(told.decide(life, life), RetentionDecision::Delete);
    }

    #[test]
    fn a_clock_that_jumps_delays_a_deletion_and_skips_no_notice() {
        let (life, jump) = (365 * DAY, 4000 * DAY);
        let first = standing(None, None).decide(life, jump);
        assert_eq!(first, RetentionDecision::Remind(Reminder::First, jump + 60 * DAY));
        let told = standing(Some(jump), None);
        assert_eq!(told.decide(life, jump + 30 * DAY - 1), RetentionDecision::Keep);
        let second = told.decide(life, jump + 30 * DAY);
        assert_eq!(second, RetentionDecision::Remind(Reminder::Second, jump + 60 * DAY));
        let told = standing(Some(jump), Some(jump + 30 * DAY));
        assert_eq!(told.decide(life, jump + 60 * DAY - 1), RetentionDecision::Keep);
        assert_eq!(told.decide(life, jump + 60 * DAY), RetentionDecision::Delete);
    }
}
