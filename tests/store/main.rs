//! The store on both databases: each test body is written once and run on SQLite and on PostgreSQL.
//!
//! Times and random values are arguments of the store, so nothing here waits. Each test has a database of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test and its helpers fail by panicking"
)]

/// Runs test bodies on both databases: `MODULE::sqlite::NAME` and `MODULE::postgres::NAME`.
macro_rules! on_both_databases {
    ($( $name:ident )+) => {
        mod sqlite { $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { super::$name(crate::world::World::on_sqlite().await).await; }
        )+ }
        mod postgres { $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() { super::$name(crate::world::World::on_postgres().await).await; }
        )+ }
    };
}

mod activation;
mod audit;
mod authorization;
mod builders;
mod client_registration;
mod consents;
mod directory;
mod forms;
mod grant_model;
mod grants;
mod lockout_figures;
mod logout;
mod maintenance;
mod one_key_accounts;
mod outbox;
mod password_reset;
mod proofs;
mod races;
mod registrations;
mod retention;
mod schema;
mod services;
mod sign_in;
mod signing_keys;
mod support;
mod transfer_model;
mod transfer_replay;
mod world;
