//! The public keys of relying services: registered with them, or fetched from their `jwks_uri` and remembered here.
//!
//! 1. What is remembered and fresh is used at once. A service says how long by `max-age`; we keep to a minute at least
//!    and an hour at most, so that a key taken out of the set is out here too.
//! 2. A set that is no longer fresh is fetched anew; while its address gives no good answer, the old one serves on, for a
//!    day.
//! 3. A key that isn't in a fresh set (the service has changed its keys) makes it fetched anew, every 30 seconds at most:
//!    nobody can make us flood an address by inventing names of keys.
//! 4. One fetch at a time for an address, of two seconds at most. Whoever needs the same one waits for it; whoever needs
//!    another waits for nothing.

use super::outbound::Outbound;
use idp_domain::client::{Client, ClientKeys};
use idp_domain::jwk::PublicKey;
use idp_domain::signing_key::SigningAlgorithm;
use idp_domain::time::Timestamp;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long a fetch may take: the request that needs it answers within three seconds.
const PATIENCE: Duration = Duration::from_secs(2);
/// The longest key set.
const LONGEST: usize = 64 * 1024;
/// A set without `max-age` is fresh for so long.
const USUALLY_FRESH: Duration = Duration::from_mins(10);
/// The bounds of `max-age`.
const FRESH_BOUNDS: (Duration, Duration) = (Duration::from_mins(1), Duration::from_hours(1));
/// How long a set serves while its address gives no good answer.
const KEPT: Duration = Duration::from_hours(24);
/// Least time between two fetches.
const INTERVAL: Duration = Duration::from_secs(30);
/// Addresses remembered at most.
const MOST: usize = 2000;

/// What was fetched from one address.
#[derive(Clone, Default)]
struct Held {
    keys: Arc<Vec<PublicKey>>,
    fetched_at: Option<Timestamp>,
    fresh_for: Duration,
    tried_at: Option<Timestamp>,
}

/// One address.
#[derive(Default)]
struct Slot {
    held: Mutex<Held>,
    /// Held by whoever fetches.
    fetching: Arc<tokio::sync::Mutex<()>>,
}

/// The fetched key sets of this node, by address.
pub struct ClientKeyRing {
    outbound: Arc<Outbound>,
    slots: Mutex<HashMap<String, Arc<Slot>>>,
}

impl ClientKeyRing {
    /// An empty one.
    #[must_use]
    pub fn new(outbound: Arc<Outbound>) -> Self {
        Self { outbound, slots: Mutex::default() }
    }

    /// The client's keys that can have made a signature by `algorithm` under the name `kid`. A key without a name stands
    /// for every name, and without `kid` each fitting key is one to try.
    pub async fn find(
        &self,
        client: &Client,
        kid: Option<&str>,
        algorithm: SigningAlgorithm,
        now: Timestamp,
    ) -> Vec<PublicKey> {
        let named = |key: &PublicKey| kid.is_none() || key.kid.as_deref() == kid;
        let keys = self.with(client, now, |key| key.fits(algorithm) && named(key)).await;
        let usable = |key: &&PublicKey| key.fits(algorithm) && (named(key) || key.kid.is_none());
        keys.iter().filter(usable).cloned().collect()
    }

    /// The client's keys, with one among them that is `wanted` if the client has published such a one.
    pub async fn with(
        &self,
        client: &Client,
        now: Timestamp,
        wanted: impl Fn(&PublicKey) -> bool,
    ) -> Arc<Vec<PublicKey>> {
        match &client.keys {
            ClientKeys::None => Arc::default(),
            ClientKeys::Inline(set) => Arc::new(PublicKey::parse_set(set).unwrap_or_default()),
            ClientKeys::Uri(address) => {
                let slot = self.slot(address, now);
                slot.keys(Arc::clone(&self.outbound), address, now, wanted).await
            }
        }
    }

    fn slot(&self, address: &str, now: Timestamp) -> Arc<Slot> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = slots.get(address) {
            return Arc::clone(slot);
        }
        if slots.len() >= MOST {
            slots.retain(|_, slot| is_within(slot.held().tried_at, KEPT, now));
        }
        if slots.len() >= MOST {
            slots.clear();
        }
        Arc::clone(slots.entry(address.to_owned()).or_default())
    }
}

impl Slot {
    fn held(&self) -> Held {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Steps 1 to 4 above.
    async fn keys(
        self: Arc<Self>,
        outbound: Arc<Outbound>,
        address: &str,
        now: Timestamp,
        wanted: impl Fn(&PublicKey) -> bool,
    ) -> Arc<Vec<PublicKey>> {
        let before = self.held();
        if before.serves(now, &wanted) {
            return before.keys;
        }
        let turn = Arc::clone(&self.fetching).lock_owned().await;
        // Whoever had the turn before may have brought it, or failed to.
        let held = self.held();
        if held.serves(now, &wanted) {
            return held.keys;
        }
        // A task of its own: a sender who goes away must not end what others wait for.
        let (slot, address) = (Arc::clone(&self), address.to_owned());
        let fetching = tokio::spawn(async move {
            slot.refresh(&outbound, &address, now).await;
            drop(turn);
        });
        if fetching.await.is_err() {
            tracing::error!("a relying service's keys could not be fetched: the task ended");
        }
        self.held().keys
    }

    async fn refresh(&self, outbound: &Outbound, address: &str, now: Timestamp) {
        let fetched = fetch(outbound, address).await;
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.tried_at = Some(now);
        match fetched {
            Ok((keys, fresh_for)) => {
                (held.keys, held.fetched_at, held.fresh_for) = (Arc::new(keys), Some(now), fresh_for);
            }
            Err(problem) => {
                tracing::warn!(%problem, "a relying service's keys could not be fetched");
                if !is_within(held.fetched_at, KEPT, now) {
                    held.keys = Arc::default();
                }
            }
        }
    }
}

impl Held {
    /// Whether there is nothing to be fetched: what is wanted is here and fresh, or a fetch was tried just now.
    fn serves(&self, now: Timestamp, wanted: impl Fn(&PublicKey) -> bool) -> bool {
        let fresh = is_within(self.fetched_at, self.fresh_for, now);
        is_within(self.tried_at, INTERVAL, now) || (fresh && self.keys.iter().any(wanted))
    }
}

/// Whether `at` lies at most `span` before `now`. A clock that was set back makes nothing younger.
fn is_within(at: Option<Timestamp>, span: Duration, now: Timestamp) -> bool {
    at.is_some_and(|at| at <= now && now.since(at) < span)
}

async fn fetch(outbound: &Outbound, address: &str) -> Result<(Vec<PublicKey>, Duration), String> {
    let asked = outbound.get(address, "application/jwk-set+json, application/json", LONGEST);
    let fetched = tokio::time::timeout(PATIENCE, asked).await.map_err(|_| "it took too long".to_owned())?;
    let fetched = fetched.map_err(|error| error.to_string())?;
    let set = serde_json::from_slice(&fetched.body).map_err(|_| "it is no JSON".to_owned())?;
    let keys = PublicKey::parse_set(&set).ok_or_else(|| "it is no key set".to_owned())?;
    let (least, most) = FRESH_BOUNDS;
    Ok((keys, fetched.max_age.unwrap_or(USUALLY_FRESH).clamp(least, most)))
}
