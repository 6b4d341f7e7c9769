//! Wrong proofs of programs: client secrets, assertions and certificates, registration and administration tokens.
//!
//! 1. They are counted by client and network in the database, for all nodes, by the hour. A right proof is counted nowhere:
//!    what delays follow is remembered by the node, so that a good request asks the database nothing.
//! 2. From `limits.wrong_client_proofs_before_delay` wrong ones in an hour on, that network waits before each further try for
//!    this client: 1, 2, 4, 8, then 15 minutes, in which nothing is looked at. A node learns of the others' counts by a wrong
//!    proof of its own, so that N nodes let N tries through where one would let one.
//! 3. Nobody is locked out by it. What comes from other networks counts for a client nowhere; and where a client has proven
//!    itself lately, its proof is looked at whatever strangers in the same network send.
//! 4. Many wrong proofs of one client in an hour, over all networks, are put on record, once.

use super::generations::Generations;
use super::limits::{TooMany, window_start};
use super::network::{WIDER_ALLOWANCE, wider};
use crate::app::App;
use actix_web::HttpRequest;
use idp_domain::ids::ClientId;
use idp_domain::lockout::delay_after;
use idp_domain::time::{Timestamp, seconds_rounded_up};
use idp_store::{Result, WrongProof, WrongProofAlarm};
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long wrong proofs are counted together, in seconds.
const WINDOW: i64 = 3600;
/// How long a client is known where it has proven itself.
const KNOWN: Duration = Duration::from_hours(24);
/// When that is noted anew.
const NOTED_AGAIN: Duration = Duration::from_hours(1);
/// Wrong proofs of one client in an hour that are put on record: more than one network may send without insisting.
const ALARMING: u32 = 15;

/// Who somebody says that they are.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Claim {
    /// This client, by its registered method.
    Client(ClientId),
    /// The holder of a token of the registration endpoint. Which client it is of, nobody knows who doesn't hold it.
    Registration,
    /// The holder of a token of the administration API.
    Administration,
}

/// What a node remembers.
#[derive(Default)]
pub struct WrongProofs {
    wrong: Mutex<Generations<Origin, Wrong>>,
    proven: Mutex<Generations<(Claim, IpAddr), Option<Timestamp>>>,
}

/// What is counted together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Origin {
    claim: Claim,
    network: IpAddr,
    /// Whether it stands for all networks in it.
    is_wider: bool,
}

/// Wrong proofs as the node knows them.
#[derive(Default)]
struct Wrong {
    window: Option<Timestamp>,
    count: u32,
    until: Option<Timestamp>,
}

impl Wrong {
    /// Notes that there were `count` in the window.
    fn note(&mut self, window: Timestamp, count: u32, before_delay: u32, now: Timestamp) {
        if self.window != Some(window) {
            *self = Self { window: Some(window), count: 0, until: self.until };
        }
        self.count = self.count.max(count);
        let delay = delay_after(self.count, before_delay);
        if !delay.is_zero() {
            self.until = self.until.max(Some(now.plus(delay)));
        }
    }
}

/// One request's proof, before and after it is looked at.
pub struct ProofTry<'a> {
    app: &'a App,
    claim: Claim,
    network: IpAddr,
    before_delay: u32,
    now: Timestamp,
}

impl<'a> ProofTry<'a> {
    /// The proof that a request brings for what it claims.
    ///
    /// # Errors
    /// Its network has to wait.
    pub fn begin(app: &'a App, request: &HttpRequest, claim: Claim) -> std::result::Result<Self, TooMany> {
        let before_delay = app.in_force().limits.wrong_client_proofs_before_delay;
        let this = Self { app, claim, network: app.network_of(request), before_delay, now: app.clock.now() };
        match this.wait() {
            Some(wait) if !this.is_known() => {
                app.metrics.proof_refused(false);
                Err(wait)
            }
            _ => Ok(this),
        }
    }

    /// It was right: from here the client is known for a day.
    pub fn right(&self) {
        if self.before_delay == 0 {
            return;
        }
        let mut proven = lock(&self.app.wrong_proofs.proven);
        let at = proven.entry((self.claim.clone(), self.network));
        if at.is_none_or(|at| at.plus(NOTED_AGAIN) <= self.now) {
            *at = Some(self.now);
        }
    }

    /// It was wrong: it is counted, and told when the next one is looked at, where this one came too early for a stranger.
    ///
    /// # Errors
    /// The database is away.
    pub async fn wrong(&self) -> Result<Option<TooMany>> {
        self.app.metrics.proof_refused(true);
        if self.before_delay == 0 {
            return Ok(None);
        }
        let window = window_start(self.now, WINDOW);
        // Here before there, so that no burst outruns the count.
        if let Some(wait) = self.count_here(window) {
            return Ok(Some(wait));
        }
        let hash = |parts: &[&[u8]]| self.app.data_keys.hash.hash("wrong proof", parts);
        let claim = self.claim.name();
        let client = match &self.claim {
            Claim::Client(id) => id.as_str(),
            Claim::Registration | Claim::Administration => "",
        };
        let of_client = [claim.as_bytes(), client.as_bytes()];
        let keys = self.origins().map(|(origin, _)| {
            let network = origin.network.to_string();
            let width: &[u8] = if origin.is_wider { b"/48" } else { b"" };
            hash(&[of_client[0], of_client[1], network.as_bytes(), width])
        });
        let alarm = match &self.claim {
            Claim::Client(id) => {
                Some(WrongProofAlarm { client: id.clone(), key: hash(&of_client), at: ALARMING })
            }
            Claim::Registration | Claim::Administration => None,
        };
        let wrong = WrongProof { origins: keys.collect(), alarm, window, now: self.now };
        let counts = self.app.store.count_wrong_proof(wrong).await?;
        let mut remembered = lock(&self.app.wrong_proofs.wrong);
        for ((origin, before_delay), count) in self.origins().zip(counts) {
            remembered.entry(origin).note(window, count, before_delay, self.now);
        }
        Ok(None)
    }

    /// Counts it in this node's memory, unless its network waits.
    fn count_here(&self, window: Timestamp) -> Option<TooMany> {
        let wait = self.wait();
        if wait.is_none() {
            let mut remembered = lock(&self.app.wrong_proofs.wrong);
            for (origin, before_delay) in self.origins() {
                let wrong = remembered.entry(origin);
                let before = if wrong.window == Some(window) { wrong.count } else { 0 };
                wrong.note(window, before.saturating_add(1), before_delay, self.now);
            }
        }
        wait
    }

    /// When this network's next proof is looked at, where that isn't now.
    fn wait(&self) -> Option<TooMany> {
        if self.before_delay == 0 {
            return None;
        }
        let remembered = lock(&self.app.wrong_proofs.wrong);
        let until = self.origins().filter_map(|(origin, _)| remembered.get(&origin)?.until).max()?;
        (until > self.now).then(|| TooMany { seconds: seconds_rounded_up(until.since(self.now)) })
    }

    /// Whether the client has proven itself from this network lately.
    fn is_known(&self) -> bool {
        let proven = lock(&self.app.wrong_proofs.proven);
        let at = proven.get(&(self.claim.clone(), self.network)).copied().flatten();
        at.is_some_and(|at| at.plus(KNOWN) > self.now)
    }

    /// Where it is counted, and how many are free there.
    fn origins(&self) -> impl Iterator<Item = (Origin, u32)> {
        let origin = |network, is_wider| Origin { claim: self.claim.clone(), network, is_wider };
        let wider =
            wider(self.network).map(|wider| (origin(wider, true), self.before_delay * WIDER_ALLOWANCE));
        std::iter::once((origin(self.network, false), self.before_delay)).chain(wider)
    }
}

impl Claim {
    fn name(&self) -> &'static str {
        match self {
            Self::Client(_) => "client",
            Self::Registration => "registration",
            Self::Administration => "administration",
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
