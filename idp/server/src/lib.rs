//! The identity server: what programs call (`endpoints`), what people see (`journeys`), and the program `idp` (`cli`),
//! around the pure rules of `idp-domain` and the operations of `idp-store`.

pub mod adapters;
pub mod admin;
pub mod app;
pub mod cli;
pub mod config;
pub mod console;
pub mod directory_import;
pub mod endpoints;
pub mod journeys;
pub mod locales;
pub mod mail;
pub mod metrics;
pub mod routes;
pub mod server;
pub mod web;
