//! Each query once. This file is compiled twice: as a part of `sqlite` and of `postgres`, whose `Conn` it uses.

use super::{Conn, hold_session, lock_key, plan_for_any_list};

pub mod accounts;
pub mod administrators;
pub mod audit;
pub mod authorization;
pub mod client_logo;
pub mod client_registration;
pub mod consents;
pub mod directory;
pub mod forms;
pub mod grants;
pub mod logout;
pub mod maintenance;
pub mod notices;
pub mod one_key;
pub mod one_key_recovery;
pub mod operator_settings;
pub mod outbox;
pub mod passkeys;
pub mod password_reset;
pub mod proofs;
pub mod pushed_requests;
pub mod registrations;
pub mod replays;
pub mod retention;
pub mod second_factors;
pub mod second_steps;
pub mod services;
pub mod sessions;
pub mod sign_in;
pub mod signing_key_log;
pub mod signing_keys;
pub mod support;
pub mod tokens;
pub mod transfer;
