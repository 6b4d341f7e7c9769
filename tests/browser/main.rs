//! The main journey as people walk it: real Chromium on the demonstration's programs, each test with programs, data and
//! clock of its own.
//!
//! `IDP_TEST_SCREENSHOTS=FOLDER` keeps pictures of the pages.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what goes wrong fails the test, and says where"
)]

mod account;
mod activation;
mod client_card;
mod console;
mod expiry;
mod extra_verification;
mod forms;
mod journey;
mod justice;
mod justice_guide;
mod justice_words;
mod keyboard;
mod one_key;
mod one_key_guides;
mod passkeys;
mod portal;
mod recovery;
mod sign_in_partner;
mod sign_in_partner_border;
mod sign_in_partner_passkey;
mod signing_out;
mod words;
mod world;
