//! Administration by its three faces: the command line, the API and the console, over one set of operations.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test and its helpers fail by panicking"
)]

mod administrators;
mod api;
mod audit;
mod backup;
mod caller;
mod conformance;
mod dashboard;
mod deployment;
mod factor_removal;
mod fuzz;
mod keys;
mod mails;
mod metrics;
mod notices;
mod partners;
mod program;
mod service_file;
mod services;
mod settings;
mod support;
mod support_roles;
mod transfers;
