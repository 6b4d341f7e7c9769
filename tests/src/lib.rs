//! What the tests stand on: throw-away PostgreSQL, an SMTP server, a browser, the identity server itself, relying
//! parties of others.
//!
//! Each part starts real programs on loopback with ports of their own, is shared by the tests of one process where
//! starting it is slow, and leaves nothing running when the process ends, however it ends. The parts panic with a
//! sentence that says what was missing: that fails the test that asked.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a test helper fails its test by panicking"
)]

pub mod browser;
pub mod hub;
pub mod idp;
pub mod openapi;
pub mod outside;
pub mod postgres;
mod process;
pub mod readable;
pub mod receiver;
pub mod relying_party;
pub mod smtp;
pub mod wait;
