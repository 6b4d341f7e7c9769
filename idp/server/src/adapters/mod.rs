//! What touches the outside: clock, randomness, password hashing, keys, mail, and the workers that run beside requests.

pub mod client_certificate;
pub mod client_keys;
pub mod client_secrets;
pub mod clock;
pub mod data_keys;
pub mod imported_hash;
pub mod key_log;
pub mod key_ring;
pub mod logo_worker;
pub mod logout_worker;
pub mod mail_transport;
pub mod mail_worker;
pub mod notice_board;
pub mod origin_cache;
pub mod outbound;
pub mod partner_client;
pub mod partners;
pub mod password_hasher;
pub mod receipts;
pub mod retention_worker;
pub mod rng;
pub mod sector_document;
pub mod service_cache;
pub mod signing;
pub mod verification;
pub mod workers;
