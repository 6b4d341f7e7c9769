//! Accounts that nobody uses (`product.md` 2.7; guide S2, "inactive accounts"): deleted after 30 months, with notices 60 and
//! 30 days before.
//!
//! 1. Both notices must be on record as sent, at their distances from each other and from the deletion.
//! 2. Distances are measured in lived time ([`LivedTime`]): what the nodes' clock went through in steps of less than two
//!    days, as even a daily run makes them.
//!    A clock that jumps makes no such step, so that a jump delays a deletion and never skips a notice. They are also kept
//!    by the clock: nobody is deleted before the day that a notice named.
//! 3. Any sign-in takes the notices away and begins the time anew.
//!
//! For My Ontario Accounts that may sign in: a ONE-key account waits for its transfer as long as ONE-key is kept, and a
//! locked account is support's business.

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The figures, from the settings `retention.*`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetentionPolicy {
    /// How long an account may be unused.
    pub inactive_after: Duration,
    /// How long before the deletion each notice is sent, the earlier one first.
    pub notices: [Duration; 2],
}

impl RetentionPolicy {
    /// How long an account is unused when its first notice is due.
    #[must_use]
    pub fn first_notice_after(&self) -> Duration {
        self.inactive_after.saturating_sub(self.notices[0])
    }
}

/// Below this a step of the clock counts as time lived through; `idp maintain` may run but once a day. A longer one may be a
/// jump, or a server that was down: which of them can't be told.
const LONGEST_STEP: Duration = Duration::from_hours(48);

/// How much time the nodes have lived through together, as far as one looked at the clock often enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LivedTime {
    /// The latest instant that was seen.
    pub seen_at: Timestamp,
    /// The time lived through before it.
    pub lived: Duration,
}

impl LivedTime {
    /// None yet.
    #[must_use]
    pub fn from(now: Timestamp) -> Self {
        Self { seen_at: now, lived: Duration::ZERO }
    }

    /// One more look at the clock. A node whose clock is a little behind counts nothing twice.
    #[must_use]
    pub fn look(self, now: Timestamp) -> Self {
        let (ahead, behind) = (now.since(self.seen_at), self.seen_at.since(now));
        if behind >= LONGEST_STEP {
            return Self { seen_at: now, ..self };
        }
        let step = if ahead < LONGEST_STEP { ahead } else { Duration::ZERO };
        Self { seen_at: self.seen_at.max(now), lived: self.lived.saturating_add(step) }
    }
}

/// A notice on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Notice {
    /// When its mail was written.
    pub written_at: Timestamp,
    /// The day that it names.
    pub deletes_at: Timestamp,
    /// The time lived through when it was seen to have been sent; none before.
    pub sent: Option<Duration>,
}

/// Which notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NoticePosition {
    /// The earlier one.
    First,
    /// The later one.
    Second,
}

impl NoticePosition {
    /// 1 or 2.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::First => 1,
            Self::Second => 2,
        }
    }
}

/// The facts on which an account is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetentionFacts {
    /// Its last sign-in; its beginning where there was none since.
    pub last_use: Timestamp,
    /// Its notices.
    pub notices: [Option<Notice>; 2],
    /// The time lived through so far.
    pub lived: Duration,
    /// The instant.
    pub now: Timestamp,
}

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetentionDecision {
    /// Nothing.
    Wait,
    /// This notice, which names this day.
    Notify {
        /// Which.
        position: NoticePosition,
        /// The day of the deletion; not before it.
        deletes_at: Timestamp,
    },
    /// The notices on record belong to a time without use that is over.
    Withdraw,
    /// The deletion.
    Delete,
}

/// How far ahead of now a notice may have been written before its time is taken for a jump of the clock: another node's
/// clock may be a little ahead.
const SKEW: Duration = Duration::from_hours(24);

/// Decides what is due for an account.
#[must_use]
pub fn decide_retention(facts: &RetentionFacts, policy: &RetentionPolicy) -> RetentionDecision {
    let RetentionFacts { last_use, notices, lived, now } = *facts;
    let inactive_at = last_use.plus(policy.inactive_after);
    if now < last_use.plus(policy.first_notice_after()) {
        // A notice from the future is no reason to do anything: once its time comes it counts for nothing.
        let stale = notices.iter().flatten().any(|notice| notice.written_at <= now);
        return if stale { RetentionDecision::Withdraw } else { RetentionDecision::Wait };
    }
    let counts = |notice: &Notice| notice.written_at <= now.plus(SKEW);
    let Some(first) = notices[0].filter(counts) else {
        let deletes_at = inactive_at.max(now.plus(policy.notices[0]));
        return RetentionDecision::Notify { position: NoticePosition::First, deletes_at };
    };
    let passed = |sent: Duration, distance: Duration| lived.saturating_sub(sent) >= distance;
    let between = policy.notices[0].saturating_sub(policy.notices[1]);
    let Some(second) = notices[1].filter(counts) else {
        let due = first.sent.is_some_and(|sent| passed(sent, between))
            && now >= first.deletes_at.minus(policy.notices[1]);
        let deletes_at = first.deletes_at.max(now.plus(policy.notices[1]));
        return if due {
            RetentionDecision::Notify { position: NoticePosition::Second, deletes_at }
        } else {
            RetentionDecision::Wait
        };
    };
    // A first notice that was written anew, after the second one, makes that one worthless.
    let in_order = first.written_at <= second.written_at;
    let both_passed = first.sent.is_some_and(|sent| passed(sent, policy.notices[0]))
        && second.sent.is_some_and(|sent| passed(sent, policy.notices[1]));
    if in_order && both_passed && now >= second.deletes_at {
        RetentionDecision::Delete
    } else {
        RetentionDecision::Wait
    }
}

#[cfg(test)]
mod tests;
