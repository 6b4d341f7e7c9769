//! What every page and endpoint shares over HTTP: one visit, its form, its answer, its problems.

pub mod answer;
pub mod browser_name;
pub mod cookies;
pub mod cors;
pub mod download;
pub mod form;
pub mod form_tokens;
pub mod generations;
pub mod held_form;
pub mod limits;
pub mod message_page;
pub mod network;
pub mod post;
pub mod problem;
pub mod slow_body;
pub mod visit;
pub mod wrong_proofs;
