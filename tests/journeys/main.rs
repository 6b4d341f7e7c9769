//! What people do, over HTTP: signing up, signing in, sessions, signing out, mails; what they get wrong; what is never
//! told or kept.
//!
//! The bodies of most tests run on SQLite and on PostgreSQL. Nothing here waits: the clock is moved.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test and its helpers fail by panicking"
)]

mod account;
mod activation;
mod closed;
mod console;
mod enumeration;
mod extra_verification;
mod fields;
mod forms;
mod imported_accounts;
mod logs;
mod mails;
mod one_key;
mod one_key_enumeration;
mod one_key_mails;
mod passkeys;
mod password_proofs;
mod recovery;
mod retention;
mod session_end;
mod sign_in;
mod sign_in_partner;
mod sign_up;
mod sweep;
mod transfer;
