//! How often one network may ask, counted by each node in memory: it only has to stop a flood. What guards passwords and
//! codes is counted in the database, for all nodes.

use super::generations::Generations;
use super::network::{WIDER_ALLOWANCE, wider};
use super::visit::Visit;
use idp_domain::time::Timestamp;
use idp_store::{NetworkWindow, WiderNetwork};
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// More requests than the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMany {
    /// When to come back.
    pub seconds: u64,
}

/// Requests of each network in the current minute, for each `K` apart.
pub struct NetworkLimiter<K> {
    networks: MinuteCounter<(K, IpAddr)>,
    wider: MinuteCounter<(K, IpAddr)>,
}

impl<K> Default for NetworkLimiter<K> {
    fn default() -> Self {
        Self { networks: MinuteCounter::default(), wider: MinuteCounter::default() }
    }
}

impl<K: Clone + Eq + Hash> NetworkLimiter<K> {
    /// Counts a request of a network, and of the wider one that it is part of. What is refused to the one isn't counted of the
    /// other, so that nobody spends their neighbours' allowance.
    ///
    /// # Errors
    /// There were more than `most` in this minute. `0` switches it off.
    pub fn count(&self, key: K, network: IpAddr, now: Timestamp, most: u32) -> Result<(), TooMany> {
        self.networks.count((key.clone(), network), now, most)?;
        match wider(network) {
            Some(wider) => self.wider.count((key, wider), now, most.saturating_mul(WIDER_ALLOWANCE)),
            None => Ok(()),
        }
    }
}

/// Uses of each key in the current minute.
pub struct MinuteCounter<K>(Mutex<(i64, Generations<K, u32>)>);

impl<K> Default for MinuteCounter<K> {
    fn default() -> Self {
        Self(Mutex::new((0, Generations::default())))
    }
}

impl<K: Eq + Hash> MinuteCounter<K> {
    /// Counts a use.
    ///
    /// # Errors
    /// There were more than `most` in this minute. `0` switches it off.
    pub fn count(&self, key: K, now: Timestamp, most: u32) -> Result<(), TooMany> {
        if most == 0 {
            return Ok(());
        }
        let number = now.seconds().div_euclid(60);
        let mut minute = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if minute.0 != number {
            *minute = (number, Generations::default());
        }
        let count = minute.1.entry(key);
        *count = count.saturating_add(1);
        if *count > most { Err(TooMany { seconds: seconds_left(now, 60) }) } else { Ok(()) }
    }
}

/// Seconds until the window of `length` seconds that `now` is in ends.
#[must_use]
pub fn seconds_left(now: Timestamp, length: i64) -> u64 {
    u64::try_from(length - now.seconds().rem_euclid(length)).unwrap_or(1)
}

/// When the window of `length` seconds that `now` is in began.
#[must_use]
pub fn window_start(now: Timestamp, length: i64) -> Timestamp {
    Timestamp::from_seconds(now.seconds().div_euclid(length) * length)
}

/// The window of `length` seconds in which this visit's network is counted for `purpose`, in the database, for all
/// nodes; `None` where `most` is 0, which switches the limit off.
#[must_use]
pub fn network_window(visit: &Visit, purpose: &str, length: i64, most: u32) -> Option<NetworkWindow> {
    let start = window_start(visit.now, length);
    let wider = wider(visit.network).map(|wider| WiderNetwork {
        key: visit.app.data_keys.hash.hash(&format!("{purpose} /48"), &[wider.to_string().as_bytes()]),
        most: most.saturating_mul(WIDER_ALLOWANCE),
    });
    (most > 0).then(|| NetworkWindow { key: visit.network_hash(purpose), start, most, wider })
}

#[cfg(test)]
mod tests {
    use super::super::generations::GENERATION;
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_minute_is_full_after_its_most_and_the_next_one_begins_anew() {
        let (counter, now) = (MinuteCounter::default(), Timestamp::from_seconds(61));
        let count = |at| counter.count('a', at, 2);
        assert_eq!((count(now), count(now)), (Ok(()), Ok(())));
        assert_eq!(count(now), Err(TooMany { seconds: 59 }));
        assert_eq!(counter.count('b', now, 2), Ok(()), "another key");
        assert_eq!(counter.count('a', now, 0), Ok(()), "switched off");
        assert_eq!(count(now.plus(Duration::from_secs(59))), Ok(()));
    }

    #[test]
    fn the_networks_of_one_wider_network_share_eight_times_the_allowance_of_one() {
        let (limiter, now) = (NetworkLimiter::default(), Timestamp::EPOCH);
        let count = |text: String| limiter.count((), text.parse().unwrap(), now, 2).is_ok();
        let flooder = || count("2001:db8:1:aaaa::".into());
        assert_eq!([flooder(), flooder()], [true, true]);
        // What is refused to one network costs its neighbours nothing.
        assert!((0..100).all(|_| !flooder()));
        let passed = (0..100).filter(|n| count(format!("2001:db8:1:{n:x}::"))).count();
        assert_eq!(passed, 2 * 8 - 2, "one customer with many networks");
        assert!(count("2001:db8:2:1::".into()), "another customer");
        let passed = (0..100).filter(|n| count(format!("198.51.100.{n}"))).count();
        assert_eq!(passed, 100, "an IPv4 network is part of no wider one");
    }

    #[test]
    fn no_crowd_wipes_the_count_of_one_that_goes_on() {
        let (counter, now) = (MinuteCounter::default(), Timestamp::EPOCH);
        assert_eq!(counter.count(usize::MAX, now, 1), Ok(()));
        for stranger in 0..GENERATION * 3 {
            let _ = counter.count(stranger, now, 1);
            if stranger % (GENERATION / 2) == 0 {
                assert!(counter.count(usize::MAX, now, 1).is_err(), "after {stranger} others");
            }
        }
    }
}
