//! The protocol over HTTP: discovery, keys, authorization, tokens, userinfo, logout; the security cases and the
//! conformance modules by name; the program `idp`.
//!
//! The bodies of most tests run on SQLite and on PostgreSQL. Nothing here waits: the clock is moved.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test and its helpers fail by panicking"
)]

mod access_token;
mod asserts;
mod authorization;
mod backchannel_logout;
mod claims;
mod client_credentials;
mod client_keys;
mod client_limits;
mod conformance;
mod consent;
mod cors;
mod directory_import;
mod discovery;
mod dpop;
mod extra_verification;
mod fapi2;
mod fapi2_refresh;
mod frontchannel_logout;
mod introspection;
mod jarm;
mod justice;
mod key_log;
mod keys;
mod killed_transfer;
mod logout;
mod logout_conformance;
mod maintain;
mod metadata;
mod mtls;
mod one_key_program;
mod openapi;
mod par;
mod partners;
mod portal;
mod private_key_jwt;
mod program;
mod reauthentication;
mod reference;
mod refresh_token;
mod registration;
mod relying_party;
mod request_object;
mod rotation;
mod slow_bodies;
mod token;
