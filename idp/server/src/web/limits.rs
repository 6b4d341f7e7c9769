//! How often one network may ask for pages, counted by each node in memory: it only has to stop a flood. What guards
//! passwords and codes is counted in the database, for all nodes.

use super::visit::Visit;
use idp_domain::time::Timestamp;
use idp_store::NetworkWindow;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Networks remembered at most; beyond it the minute begins anew.
const MOST: usize = 100_000;

/// Requests of each network in the current minute.
#[derive(Default)]
pub struct RequestLimiter(Mutex<(i64, HashMap<IpAddr, u32>)>);

impl RequestLimiter {
    /// Counts a request; the seconds to wait, where there were more than `most` in this minute. `0` switches it off.
    pub fn count(&self, network: IpAddr, now: Timestamp, most: u32) -> Option<u64> {
        if most == 0 {
            return None;
        }
        let minute = now.seconds().div_euclid(60);
        let mut window = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if window.0 != minute || window.1.len() >= MOST {
            *window = (minute, HashMap::new());
        }
        let count = window.1.entry(network).or_insert(0);
        *count += 1;
        (*count > most).then(|| seconds_left(now, 60))
    }
}

/// Seconds until the window of `length` seconds that `now` is in ends.
#[must_use]
pub fn seconds_left(now: Timestamp, length: i64) -> u64 {
    u64::try_from(length - now.seconds().rem_euclid(length)).unwrap_or(1)
}

/// The window of `length` seconds in which this visit's network is counted for `purpose`, in the database, for all
/// nodes; `None` where `most` is 0, which switches the limit off.
#[must_use]
pub fn network_window(visit: &Visit, purpose: &str, length: i64, most: u32) -> Option<NetworkWindow> {
    let start = Timestamp::from_seconds(visit.now.seconds().div_euclid(length) * length);
    (most > 0).then(|| NetworkWindow { key: visit.network_hash(purpose), start, most })
}
