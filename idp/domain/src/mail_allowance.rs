//! How many mails one address gets that anybody can cause: 30 seconds apart, 5 an hour, 10 in 24 hours
//! (`product.md` 2.2). The same for every address, whether it has an account or not.

use crate::time::Timestamp;
use std::time::Duration;

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// The figures, from the settings `limits.mail*`.
#[derive(Debug, Clone, Copy)]
pub struct MailLimits {
    /// Least time between two mails.
    pub interval: Duration,
    /// Most mails in any hour.
    pub per_hour: u32,
    /// Most mails in any 24 hours.
    pub per_day: u32,
}

impl MailLimits {
    /// How far back sent mails matter.
    pub const WINDOW: Duration = DAY;
}

/// Whether one more mail may go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailDecision {
    /// It may.
    Send,
    /// The last one is too fresh: wait until then.
    WaitUntil(Timestamp),
    /// Too many in an hour or a day: again from then.
    TooManyUntil(Timestamp),
}

/// Decides from the times of the mails sent in the last 24 hours, newest first.
#[must_use]
pub fn decide_mail(sent: &[Timestamp], now: Timestamp, limits: &MailLimits) -> MailDecision {
    let over = |most: u32, window: Duration| {
        let nth_newest = sent.get((most as usize).checked_sub(1)?)?;
        let free_at = nth_newest.plus(window);
        (free_at > now).then_some(free_at)
    };
    match (over(limits.per_hour, HOUR), over(limits.per_day, DAY)) {
        (None, None) => {}
        (hour, day) => return MailDecision::TooManyUntil(hour.max(day).unwrap_or(now)),
    }
    match sent.first() {
        Some(last) if last.plus(limits.interval) > now => MailDecision::WaitUntil(last.plus(limits.interval)),
        _ => MailDecision::Send,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LIMITS: MailLimits = MailLimits { interval: Duration::from_secs(30), per_hour: 5, per_day: 10 };

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    #[test]
    fn thirty_seconds_five_an_hour_and_ten_a_day() {
        assert_eq!(decide_mail(&[], at(0), &LIMITS), MailDecision::Send);
        assert_eq!(decide_mail(&[at(0)], at(29), &LIMITS), MailDecision::WaitUntil(at(30)));
        assert_eq!(decide_mail(&[at(0)], at(30), &LIMITS), MailDecision::Send);
        let five = [at(240), at(180), at(120), at(60), at(0)];
        assert_eq!(decide_mail(&five, at(300), &LIMITS), MailDecision::TooManyUntil(at(3600)));
        assert_eq!(decide_mail(&five, at(3600), &LIMITS), MailDecision::Send);
        let ten: Vec<_> = (0..10).rev().map(|n| at(n * 3600)).collect();
        assert_eq!(decide_mail(&ten, at(10 * 3600), &LIMITS), MailDecision::TooManyUntil(at(24 * 3600)));
    }

    proptest! {
        #[test]
        fn no_schedule_of_asking_gets_past_the_figures(gaps in proptest::collection::vec(0_i64..4000, 1..200)) {
            let mut sent: Vec<Timestamp> = Vec::new();
            let mut now = 0;
            for gap in gaps {
                now += gap;
                if decide_mail(&sent, at(now), &LIMITS) == MailDecision::Send {
                    sent.insert(0, at(now));
                }
            }
            for window in sent.windows(2) { prop_assert!(window[0].since(window[1]) >= LIMITS.interval); }
            for window in sent.windows(6) { prop_assert!(window[0].since(window[5]) >= HOUR); }
            for window in sent.windows(11) { prop_assert!(window[0].since(window[10]) >= DAY); }
        }
    }
}
