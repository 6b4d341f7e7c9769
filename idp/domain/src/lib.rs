//! The rules of the identity server as pure functions over plain types.
//!
//! Nothing here reads a clock, draws randomness from the operating system, talks to a database or to a person: `now`
//! and `rng` are arguments. What a rule needs comes in, a decision (an enum that carries its data) goes out. One thing is
//! otherwise: the library behind [`passkey`] draws its challenges and notes their end by itself (ADR 38).

pub mod account;
pub mod activation;
pub mod activity;
pub mod administration;
pub mod audit;
pub mod audit_export;
pub mod authorization;
pub mod claims;
pub mod client;
pub mod consent;
pub mod dpop;
pub mod email_change;
pub mod extra_verification;
pub mod grant;
pub mod ids;
pub mod interaction;
pub mod jwk;
pub mod jwt;
pub mod lockout;
pub mod logout;
pub mod mail_allowance;
pub mod notice;
pub mod one_key;
pub mod passkey;
pub mod password_reset;
pub mod retention;
pub mod secret;
pub mod session;
pub mod settings;
pub mod sign_in_partner;
pub mod signing_key;
pub mod signing_key_log;
pub mod subject;
pub mod time;
pub mod transfer;
pub mod whole_number;

pub use ontario_language::Language;
