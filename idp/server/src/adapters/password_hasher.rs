//! argon2id on threads of its own: as many hashes at once as there are cores, the rest wait their turn, and beyond two
//! seconds of work the caller is told to come back. A flood of sign-ins thus never starves a token request.
//!
//! A hash that an imported account brought along is checked here too; it is always outdated, so that its first use
//! replaces it by one of ours.

use super::imported_hash::{ImportedHashes, answer_fits, password_fits};
use crate::config::PasswordSettings;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use idp_domain::account::normalize_password;
use idp_domain::one_key::LegacyHash;
use idp_domain::secret::{Secret, equal_in_constant_time};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;

/// Work that waits at most, for each thread: about two seconds of it.
const QUEUE_PER_THREAD: usize = 64;

type Job = Box<dyn FnOnce(&mut Vec<Block>) + Send>;

/// Too much work waits; come back in a few seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords wait to be checked")]
pub struct HasherBusy;

/// What a password check found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verification {
    /// Whether it is the password.
    pub matches: bool,
    /// Whether the stored hash was made with other parameters than today's, or by another system: to be replaced when
    /// the password fits.
    pub outdated: bool,
}

/// What a password or an answer is checked against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stored {
    /// What an account has: a PHC string of ours, or an imported hash.
    Hash(String),
    /// Nothing fits. The work is that of the hash of somebody else, or of one of ours, so that the time does not tell whether
    /// an account exists.
    LikeOf(Option<String>),
}

impl Stored {
    /// An account's hash, if it has one.
    #[must_use]
    pub fn of(hash: Option<String>) -> Self {
        hash.map_or(Self::LikeOf(None), Self::Hash)
    }
}

/// The pool.
#[derive(Clone)]
pub struct PasswordHasher {
    jobs: SyncSender<Job>,
    cost: Arc<Cost>,
}

struct Cost {
    params: Params,
    pepper: Vec<u8>,
    imported: ImportedHashes,
    computed: AtomicU64,
    imported_tried: AtomicU64,
}

impl Cost {
    fn hasher(&self, params: Params) -> Option<Argon2<'_>> {
        Argon2::new_with_secret(&self.pepper, Algorithm::Argon2id, Version::V0x13, params).ok()
    }

    /// The 32-byte hash; memory is grown when first needed and kept.
    fn hash(
        &self,
        password: &Secret,
        salt: &[u8],
        params: &Params,
        memory: &mut Vec<Block>,
    ) -> Option<[u8; 32]> {
        let blocks = params.block_count();
        if memory.len() < blocks {
            memory.resize(blocks, Block::default());
        }
        self.computed.fetch_add(1, Ordering::Relaxed);
        let mut out = [0; 32];
        let password = normalize_password(password.expose());
        self.hasher(params.clone())?
            .hash_password_into_with_memory(password.as_bytes(), salt, &mut out, memory.get_mut(..blocks)?)
            .ok()?;
        Some(out)
    }
}

impl PasswordHasher {
    /// Starts the threads.
    ///
    /// # Errors
    /// The cost settings contradict one another.
    pub fn start(settings: &PasswordSettings, pepper: Vec<u8>) -> Result<Self, String> {
        let params = Params::new(settings.memory_kib, settings.iterations, settings.parallelism, Some(32))
            .map_err(|error| format!("passwords.argon2: {error}"))?;
        let (jobs, queue) = sync_channel::<Job>(settings.concurrent * QUEUE_PER_THREAD);
        let queue = Arc::new(Mutex::new(queue));
        for n in 0..settings.concurrent {
            let queue = Arc::clone(&queue);
            std::thread::Builder::new()
                .name(format!("password-{n}"))
                .spawn(move || work(&queue))
                .map_err(|error| error.to_string())?;
        }
        let imported = ImportedHashes::new(&pepper).map_err(|error| error.to_string())?;
        let cost =
            Cost { params, pepper, imported, computed: AtomicU64::new(0), imported_tried: AtomicU64::new(0) };
        Ok(Self { jobs, cost: Arc::new(cost) })
    }

    /// How many hashes were computed since the start: one for each password that is looked at, whether or not there is
    /// an account.
    #[must_use]
    pub fn computed(&self) -> u64 {
        self.cost.computed.load(Ordering::Relaxed)
    }

    /// How often an imported hash was tried since the start, for an account or in its stead.
    #[must_use]
    pub fn imported_tried(&self) -> u64 {
        self.cost.imported_tried.load(Ordering::Relaxed)
    }

    async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Cost, &mut Vec<Block>) -> T + Send + 'static,
    ) -> Result<T, HasherBusy> {
        let (answer, answered) = oneshot::channel();
        let cost = Arc::clone(&self.cost);
        let job: Job = Box::new(move |memory| {
            // Nobody waits for it any more: don't spend the time.
            if !answer.is_closed() {
                let _ = answer.send(job(&cost, memory));
            }
        });
        self.jobs.try_send(job).map_err(|_| HasherBusy)?;
        answered.await.map_err(|_| HasherBusy)
    }

    /// A PHC string of `password` under `salt` (16 random bytes).
    ///
    /// # Errors
    /// Too much work waits.
    pub async fn hash(&self, password: Secret, salt: [u8; 16]) -> Result<String, HasherBusy> {
        self.run(move |cost, memory| {
            let hash = cost.hash(&password, &salt, &cost.params, memory)?;
            let (m, t, p) = (cost.params.m_cost(), cost.params.t_cost(), cost.params.p_cost());
            let (salt, hash) = (BASE64_STANDARD_NO_PAD.encode(salt), BASE64_STANDARD_NO_PAD.encode(hash));
            Some(format!("$argon2id$v=19$m={m},t={t},p={p}${salt}${hash}"))
        })
        .await?
        .ok_or(HasherBusy)
    }

    /// Checks `password` against what an account has; the same work is done where it has none.
    ///
    /// # Errors
    /// Too much work waits.
    pub async fn verify(&self, password: Secret, stored: Option<String>) -> Result<Verification, HasherBusy> {
        self.verify_stored(password, Stored::of(stored)).await
    }

    /// Checks `password` against what is stored.
    ///
    /// # Errors
    /// Too much work waits.
    pub async fn verify_stored(&self, password: Secret, stored: Stored) -> Result<Verification, HasherBusy> {
        self.run(move |cost, memory| {
            cost.verify_stored(&stored, &password, memory, |hash| password_fits(hash, &password))
        })
        .await
    }

    /// Checks an answer to a security question: one of ours was made of `folded`; an imported hash is tried over the
    /// answer as typed, trimmed, lower-cased and folded.
    ///
    /// # Errors
    /// Too much work waits.
    pub async fn verify_answer(
        &self,
        typed: Secret,
        folded: Secret,
        stored: Stored,
    ) -> Result<Verification, HasherBusy> {
        self.run(move |cost, memory| {
            cost.verify_stored(&stored, &folded, memory, |hash| answer_fits(hash, &typed, &folded))
        })
        .await
    }
}

const NOTHING: Verification = Verification { matches: false, outdated: false };

impl Cost {
    /// One argon2id hash of ours is computed whatever is stored, but for an imported hash that fits: the caller computes
    /// one to replace it.
    fn verify_stored(
        &self,
        stored: &Stored,
        secret: &Secret,
        memory: &mut Vec<Block>,
        imported_fits: impl Fn(&LegacyHash) -> bool,
    ) -> Verification {
        let (text, somebodys) = match stored {
            Stored::Hash(text) => (Some(text.as_str()), true),
            Stored::LikeOf(text) => (text.as_deref(), false),
        };
        if let Some(phc) = text.and_then(|text| PasswordHash::new(text).ok()) {
            let found = self.verify(secret, &phc, memory);
            return if somebodys { found } else { NOTHING };
        }
        if let Some(hash) = text.and_then(|text| self.imported.open(text)) {
            self.imported_tried.fetch_add(1, Ordering::Relaxed);
            if imported_fits(&hash) && somebodys {
                return Verification { matches: true, outdated: true };
            }
        }
        self.hash(secret, b"nobody's account", &self.params, memory);
        NOTHING
    }

    fn verify(&self, password: &Secret, phc: &PasswordHash, memory: &mut Vec<Block>) -> Verification {
        let (Ok(params), Some(salt), Some(expected)) = (Params::try_from(phc), &phc.salt, &phc.hash) else {
            return NOTHING;
        };
        let Some(found) = self.hash(password, salt.as_ref(), &params, memory) else { return NOTHING };
        let same = |a: &Params, b: &Params| {
            (a.m_cost(), a.t_cost(), a.p_cost()) == (b.m_cost(), b.t_cost(), b.p_cost())
        };
        Verification {
            matches: equal_in_constant_time(&found, expected.as_bytes()),
            outdated: !same(&params, &self.params),
        }
    }
}

fn work(queue: &Mutex<Receiver<Job>>) {
    let mut memory = Vec::new();
    loop {
        let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match job {
            Ok(job) => job(&mut memory),
            Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hasher(iterations: u32) -> PasswordHasher {
        let settings = PasswordSettings { memory_kib: 64, iterations, parallelism: 1, concurrent: 2 };
        PasswordHasher::start(&settings, vec![9; 32]).unwrap()
    }

    #[actix_web::test]
    async fn a_password_verifies_against_its_own_hash_only() {
        let hasher = hasher(1);
        let stored = hasher.hash(Secret::new("Lac-Bleu-42"), [1; 16]).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=64,t=1,p=1$"));
        let check = |typed, stored| hasher.verify(Secret::new(typed), stored);
        let right = check("Lac-Bleu-42", Some(stored.clone())).await.unwrap();
        assert_eq!(right, Verification { matches: true, outdated: false });
        assert!(!check("Lac-Bleu-43", Some(stored.clone())).await.unwrap().matches);
        assert!(!check("Lac-Bleu-42", None).await.unwrap().matches);
        assert!(!check("Lac-Bleu-42", Some("garbage".into())).await.unwrap().matches);
    }

    #[actix_web::test]
    async fn an_older_cost_still_verifies_and_is_told() {
        let stored = hasher(1).hash(Secret::new("Lac-Bleu-42"), [1; 16]).await.unwrap();
        let found = hasher(2).verify(Secret::new("Lac-Bleu-42"), Some(stored)).await.unwrap();
        assert_eq!(found, Verification { matches: true, outdated: true });
    }

    #[actix_web::test]
    async fn an_imported_hash_fits_is_outdated_and_costs_as_much_as_ours() {
        let hasher = hasher(1);
        let imported = ImportedHashes::new(&[9; 32]).unwrap();
        // By slappasswd, of "Lac-Bleu-42".
        let stored = imported.seal(&Secret::new("{SSHA}SvXnh9cIlkxDb40K5vJ+HNiSDYCQzJ8b")).unwrap();
        let found = hasher.verify(Secret::new("Lac-Bleu-42"), Some(stored.clone())).await.unwrap();
        assert_eq!(found, Verification { matches: true, outdated: true });
        assert_eq!(hasher.computed(), 0, "the caller computes one to replace it");
        assert_eq!(hasher.verify(Secret::new("wrong"), Some(stored.clone())).await.unwrap(), NOTHING);
        assert_eq!(hasher.verify(Secret::new("wrong"), None).await.unwrap(), NOTHING);
        assert_eq!(hasher.computed(), 2, "a wrong password costs the same with and without an account");
        let answer =
            hasher.verify_answer(Secret::new(" Lac-Bleu-42"), Secret::new("lacbleu42"), Stored::Hash(stored));
        assert_eq!(answer.await.unwrap(), Verification { matches: true, outdated: true });
    }

    #[actix_web::test]
    async fn an_id_that_nobody_has_costs_what_somebodys_would() {
        let hasher = hasher(1);
        let imported = ImportedHashes::new(&[9; 32]).unwrap();
        let stored = imported.seal(&Secret::new("{SSHA}SvXnh9cIlkxDb40K5vJ+HNiSDYCQzJ8b")).unwrap();
        let ours = hasher.hash(Secret::new("Lac-Bleu-42"), [1; 16]).await.unwrap();
        for (like, tried) in [(Some(stored), 1), (Some(ours), 0), (None, 0)] {
            let before = (hasher.computed(), hasher.imported_tried());
            // Even the right password of that other account opens nothing.
            let found = hasher.verify_stored(Secret::new("Lac-Bleu-42"), Stored::LikeOf(like));
            assert_eq!(found.await.unwrap(), NOTHING);
            assert_eq!((hasher.computed() - before.0, hasher.imported_tried() - before.1), (1, tried));
        }
    }

    #[actix_web::test]
    async fn an_answer_of_ours_is_checked_folded() {
        let hasher = hasher(1);
        let stored = hasher.hash(Secret::new("ile"), [1; 16]).await.unwrap();
        let check = |folded| {
            hasher.verify_answer(Secret::new("Île "), Secret::new(folded), Stored::Hash(stored.clone()))
        };
        assert_eq!(check("ile").await.unwrap(), Verification { matches: true, outdated: false });
        assert!(!check("eli").await.unwrap().matches);
    }

    #[actix_web::test]
    async fn another_pepper_makes_another_hash() {
        let settings = PasswordSettings { memory_kib: 64, iterations: 1, parallelism: 1, concurrent: 1 };
        let other = PasswordHasher::start(&settings, vec![8; 32]).unwrap();
        let stored = hasher(1).hash(Secret::new("Lac-Bleu-42"), [1; 16]).await.unwrap();
        assert!(!other.verify(Secret::new("Lac-Bleu-42"), Some(stored)).await.unwrap().matches);
    }
}
