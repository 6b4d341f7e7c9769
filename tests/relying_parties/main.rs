//! The examples of `docs/examples`, run as relying parties against the identity server: what libraries of others make of
//! it.
//!
//! 1. [`examples`]: Node, Python and Rust are services of one shape, and each goes through the same tests;
//!    [`sessions`]: what comes after the sign-in.
//! 2. [`apache`]: `mod_auth_openidc` in front of an application.
//! 3. [`demonstration`]: the first ten minutes of `docs/integrating.md`.
//! 4. [`fapi`]: a service of the profile FAPI 2.0.
//! 5. [`registration`]: a service that registers itself.
//! 6. [`partner`]: the identity server as a relying party itself, of a provider that others wrote.
//! 7. [`schemathesis`]: the administration API as its own description has it.
//! 8. [`guide`]: that document quotes these files and explains every error.
//!
//! `tests/relying_parties/install` brings what they need; `./check` runs it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test and its helpers fail by panicking"
)]

mod apache;
mod demonstration;
mod examples;
mod fapi;
mod guide;
mod partner;
mod registration;
mod schemathesis;
mod sessions;
mod world;
