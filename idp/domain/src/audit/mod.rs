//! The audit: one documented variant for each fact, people by pseudonym, and the chain that shows a change.
//!
//! A record is written in the transaction of what it records. A sealer then gives it the next number and
//! `hash = SHA-256(previous hash ‖ number ‖ time ‖ body)`, so that an altered, missing or swapped record is found.

mod chain;
mod event;
mod sign_in_refusal;

pub use chain::{ChainHead, GENESIS, SealedRecord, seal};
pub use event::AuditEvent;
pub use sign_in_refusal::SignInRefusal;
