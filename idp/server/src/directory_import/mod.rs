//! The import of the old ONE-key directory (`product.md` 3.8).
//!
//! 1. The file is read as a stream ([`file`]), so that memory does not grow with it.
//! 2. Each line's texts are checked by the domain ([`DirectoryEntry::check`]), and its hashes sealed.
//! 3. Some hundred entries at a time become accounts, in one transaction. What was imported before is left alone.
//! 4. What becomes no account goes to the rejects file with its line and the reason.
//!
//! Interrupted at any point, it is simply run again: what is there is passed over quickly, and the end is the same.

mod csv;
pub mod file;
mod ndjson;
mod rejects;
#[cfg(test)]
mod tests;

pub use rejects::{Rejects, RejectsFault};

use crate::adapters::data_keys::{DataKeys, Unopened};
use crate::adapters::imported_hash::ImportedHashes;
use crate::adapters::rng::rng;
use crate::journeys::information::TERMS_VERSION;
use file::{DirectoryFile, FileFault, LineFault};
use idp_domain::ids::{AccountId, ClientId};
use idp_domain::one_key::{DirectoryEntry, ImportDecision, QuestionCount, RawEntry, SharedQuestions};
use idp_domain::time::Timestamp;
use idp_store::{DirectoryAccount, DirectoryBatch, Store, StoreError};
use rand::RngExt;
use std::collections::HashSet;
use std::io::{self, BufRead};
use std::time::Duration;

/// Lines, and so at most accounts, of one transaction.
const BATCH: usize = 500;
/// How often a transaction is tried while the database is busy.
const TRIES: u32 = 5;

/// What became of the lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Became accounts.
    pub added: u64,
    /// Were imported before.
    pub unchanged: u64,
    /// Became none.
    pub rejected: u64,
}

impl Counts {
    /// All lines so far.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.added + self.unchanged + self.rejected
    }
}

/// Why an import ended before its time. What it did until then stays; it can be run again.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It is no directory's file.
    #[error(transparent)]
    File(#[from] FileFault),
    /// The rejects can't be written.
    #[error("the rejects file can't be written: {0}")]
    Rejects(io::Error),
    /// The database refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A hash could not be sealed.
    #[error(transparent)]
    Seal(#[from] Unopened),
    /// The file's end was not reached.
    #[error("line {0}: {fault}", fault = LineFault::NeverClosed)]
    NeverClosed(u64),
}

/// Where the questions are kept that many accounts share.
pub const SHARED_QUESTIONS: &str = "onekey.shared-questions";

/// A line that waits for its neighbours' transaction, so that the rejects come in the file's order.
struct Waiting {
    line: u64,
    one_key_id: String,
    outcome: Result<DirectoryAccount, String>,
}

/// An import under way.
pub struct Import<'a> {
    store: &'a Store,
    keys: &'a DataKeys,
    hashes: ImportedHashes,
    services: HashSet<ClientId>,
    rejects: Rejects,
    waiting: Vec<Waiting>,
    /// The first half of the identifiers of the accounts that wait.
    group: [u8; 8],
    counts: Counts,
    /// Of every account that the file has, added now or before.
    questions: QuestionCount,
    now: Timestamp,
}

impl<'a> Import<'a> {
    /// Prepares one.
    ///
    /// # Errors
    /// The database is away.
    pub async fn begin(
        store: &'a Store,
        keys: &'a DataKeys,
        rejects: Rejects,
        now: Timestamp,
    ) -> Result<Self, ImportError> {
        let services = store.list_services().await?;
        Ok(Self {
            store,
            keys,
            hashes: ImportedHashes::new(&keys.pepper)?,
            services: services.into_iter().map(|service| service.client.id).collect(),
            rejects,
            waiting: Vec::with_capacity(BATCH),
            group: rng().random(),
            counts: Counts::default(),
            questions: QuestionCount::default(),
            now,
        })
    }

    /// Reads the file to its end. `progress` hears how many bytes were read, and what became of their lines.
    ///
    /// # Errors
    /// What ended it before its time.
    pub async fn run<R: BufRead>(
        mut self,
        mut file: DirectoryFile<R>,
        progress: impl Fn(u64, &Counts),
    ) -> Result<Counts, ImportError> {
        let mut open_quote = None;
        while let Some(line) = file.next_line().map_err(FileFault::Io)? {
            let waiting = match line.content {
                Ok(raw) => self.check(line.number, raw)?,
                Err(fault) => {
                    if fault == LineFault::NeverClosed {
                        open_quote = Some(line.number);
                    }
                    Waiting { line: line.number, one_key_id: String::new(), outcome: Err(fault.to_string()) }
                }
            };
            self.waiting.push(waiting);
            if self.waiting.len() == BATCH {
                self.store_waiting().await?;
                progress(file.bytes(), &self.counts);
            }
        }
        self.store_waiting().await?;
        progress(file.bytes(), &self.counts);
        let questions = std::mem::take(&mut self.questions);
        self.keep_shared(questions.shared()).await?;
        self.rejects.finish().map_err(ImportError::Rejects)?;
        match open_quote {
            Some(line) => Err(ImportError::NeverClosed(line)),
            None => Ok(self.counts),
        }
    }

    /// Keeps what many share, unless more accounts were counted before: what an ID that nobody has is asked must not change.
    async fn keep_shared(&self, shared: SharedQuestions) -> Result<(), ImportError> {
        let before = self.store.find_operator_setting(SHARED_QUESTIONS.to_owned()).await?;
        let before = before.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        if shared.is_of_more_than(&before) {
            let text = serde_json::to_string(&shared).map_err(|_| StoreError::Corrupt(SHARED_QUESTIONS))?;
            self.store.set_operator_setting(SHARED_QUESTIONS.to_owned(), text, self.now).await?;
        }
        Ok(())
    }

    fn check(&mut self, line: u64, raw: RawEntry) -> Result<Waiting, ImportError> {
        let entry = DirectoryEntry::check(&raw, self.now, |client| self.services.contains(client));
        let outcome = match entry {
            Ok(entry) => {
                for (question, _) in &entry.questions {
                    self.questions.note(entry.language, question);
                }
                Ok(self.account(entry)?)
            }
            Err(refusal) => Err(refusal.to_string()),
        };
        Ok(Waiting { line, one_key_id: raw.one_key_id, outcome })
    }

    fn account(&self, entry: DirectoryEntry) -> Result<DirectoryAccount, ImportError> {
        let key = entry.key(&self.keys.hash);
        let mut questions = Vec::with_capacity(entry.questions.len());
        for (question, answer_hash) in entry.questions {
            questions.push((question, self.hashes.seal(&answer_hash)?));
        }
        Ok(DirectoryAccount {
            id: AccountId::random_one_key_beside(self.group, &mut rng()),
            one_key_id: entry.one_key_id,
            key,
            password_hash: self.hashes.seal(&entry.password_hash)?,
            email: entry.email,
            language: entry.language,
            // The last sign-in is the earliest that is known where nothing else is.
            created_at: entry.created_at.or(entry.last_sign_in_at).unwrap_or(self.now),
            last_sign_in_at: entry.last_sign_in_at,
            questions,
            services: entry.services,
        })
    }

    async fn store_waiting(&mut self) -> Result<(), ImportError> {
        let waiting = std::mem::replace(&mut self.waiting, Vec::with_capacity(BATCH));
        self.group = rng().random();
        let accounts: Vec<_> = waiting.iter().filter_map(|waiting| waiting.outcome.clone().ok()).collect();
        let decisions = if accounts.is_empty() { Vec::new() } else { self.patiently(accounts).await? };
        let mut decisions = decisions.into_iter();
        for waiting in waiting {
            let decision = waiting.outcome.and_then(|_| match decisions.next() {
                Some(ImportDecision::Refuse(refusal)) => Err(refusal.to_string()),
                decision => Ok(decision),
            });
            match decision {
                Ok(Some(ImportDecision::Add)) => self.counts.added += 1,
                Ok(_) => self.counts.unchanged += 1,
                Err(reason) => {
                    self.counts.rejected += 1;
                    let added = self.rejects.add(waiting.line, &waiting.one_key_id, &reason);
                    added.map_err(ImportError::Rejects)?;
                }
            }
        }
        Ok(())
    }

    /// Tries again where the database is busy, or where somebody registered one of the IDs at the same moment.
    async fn patiently(&self, accounts: Vec<DirectoryAccount>) -> Result<Vec<ImportDecision>, ImportError> {
        let batch = DirectoryBatch { accounts, terms_version: TERMS_VERSION, now: self.now };
        let mut tries = 1;
        loop {
            match self.store.import_one_key_accounts(batch.clone()).await {
                Err(StoreError::Busy | StoreError::Database(_)) if tries < TRIES => {
                    tokio::time::sleep(Duration::from_millis(200) * tries).await;
                    tries += 1;
                }
                outcome => return Ok(outcome?),
            }
        }
    }
}
