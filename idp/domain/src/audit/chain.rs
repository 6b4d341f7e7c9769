//! The chain of sealed records.

use crate::time::Timestamp;
use aws_lc_rs::digest;

/// A sealed record as `audit verify` reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedRecord {
    /// Its number, from 1 without a gap.
    pub number: i64,
    /// When it was written.
    pub at: Timestamp,
    /// The event as the JSON text that was hashed.
    pub body: String,
    /// Its hash, which covers the one before it.
    pub hash: Vec<u8>,
}

/// The hash that the first record follows.
pub const GENESIS: [u8; 32] = [0; 32];

/// The hash of a record that follows `previous`.
#[must_use]
pub fn seal(previous: &[u8], number: i64, at: Timestamp, body: &str) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(previous);
    context.update(&number.to_be_bytes());
    context.update(&at.micros().to_be_bytes());
    context.update(body.as_bytes());
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

/// How far a chain was found whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainHead {
    /// The last number.
    pub number: i64,
    /// Its hash.
    pub hash: Vec<u8>,
}

impl ChainHead {
    /// The head of an empty chain.
    #[must_use]
    pub fn genesis() -> Self {
        Self { number: 0, hash: GENESIS.to_vec() }
    }

    /// Follows the chain by one record.
    ///
    /// # Errors
    /// The number of the first record that is missing or altered.
    pub fn follow(&mut self, record: &SealedRecord) -> Result<(), i64> {
        let expected = self.number + 1;
        let whole = record.number == expected
            && record.hash == seal(&self.hash, record.number, record.at, &record.body);
        if !whole {
            return Err(expected);
        }
        *self = Self { number: record.number, hash: record.hash.clone() };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn chain(bodies: &[String]) -> Vec<SealedRecord> {
        let mut head = ChainHead::genesis();
        let mut records = Vec::new();
        for body in bodies {
            let (number, at) = (head.number + 1, Timestamp::from_seconds(head.number));
            let hash = seal(&head.hash, number, at, body).to_vec();
            head = ChainHead { number, hash: hash.clone() };
            records.push(SealedRecord { number, at, body: body.clone(), hash });
        }
        records
    }

    fn first_bad(records: &[SealedRecord]) -> Result<ChainHead, i64> {
        let mut head = ChainHead::genesis();
        records.iter().try_for_each(|record| head.follow(record)).map(|()| head)
    }

    proptest! {
        #[test]
        fn every_change_of_a_chain_is_found_where_it_was_made(bodies in proptest::collection::vec("[a-z]{0,8}", 2..20), at in any::<proptest::sample::Index>(), kind in 0..4) {
            let whole = chain(&bodies);
            prop_assert!(first_bad(&whole).is_ok());
            let n = at.index(bodies.len() - 1);
            let mut changed = whole.clone();
            match kind {
                0 => changed[n].body.push('x'),
                1 => { changed.remove(n); }
                2 => changed.swap(n, n + 1),
                _ => changed[n].at = changed[n].at.plus(std::time::Duration::from_micros(1)),
            }
            prop_assert_eq!(first_bad(&changed), Err(whole[n].number));
        }
    }
}
