//! What touches the outside: clock, randomness, password hashing, keys, mail, and the workers that run beside requests.

pub mod client_certificate;
pub mod client_keys;
pub mod clock;
pub mod data_keys;
pub mod imported_hash;
pub mod key_log;
pub mod key_ring;
pub mod logout_worker;
pub mod mail_transport;
pub mod mail_worker;
pub mod outbound;
pub mod password_hasher;
pub mod rng;
pub mod service_cache;
pub mod signing;
pub mod verification;
pub mod workers;
