//! Randomness: from the operating system through a generator that is seeded and reseeded from it.

use rand::CryptoRng;

/// A cryptographically secure generator.
#[must_use]
#[allow(clippy::disallowed_methods, reason = "the one place that may draw from the system")]
pub fn rng() -> impl CryptoRng {
    rand::rng()
}
