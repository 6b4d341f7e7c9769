//! A map of bounded size: where too many keys come, those go that were not asked for longest.

use std::collections::HashMap;
use std::hash::Hash;

/// Keys of one generation. Two are kept, so memory is bounded, whoever comes.
pub const GENERATION: usize = 50_000;

/// Values by key. Who comes with many keys never wipes the value of one that is asked for again and again.
pub struct Generations<K, V> {
    recent: HashMap<K, V>,
    older: HashMap<K, V>,
}

impl<K, V> Default for Generations<K, V> {
    fn default() -> Self {
        Self { recent: HashMap::new(), older: HashMap::new() }
    }
}

impl<K: Eq + Hash, V: Default> Generations<K, V> {
    /// The value of a key, which is there from now on.
    pub fn entry(&mut self, key: K) -> &mut V {
        let mut kept = None;
        if !self.recent.contains_key(&key) {
            kept = self.older.remove(&key);
            if self.recent.len() >= GENERATION {
                self.older = std::mem::take(&mut self.recent);
            }
        }
        self.recent.entry(key).or_insert_with(|| kept.unwrap_or_default())
    }

    /// The value of a key that is there.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.recent.get(key).or_else(|| self.older.get(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_crowd_wipes_what_goes_on_and_memory_is_bounded() {
        let mut all = Generations::default();
        *all.entry(usize::MAX) = 1;
        for stranger in 0..GENERATION * 5 {
            *all.entry(stranger) = 1;
            if stranger % (GENERATION / 2) == 0 {
                *all.entry(usize::MAX) += 1;
            }
        }
        assert_eq!(all.get(&usize::MAX), Some(&11));
        assert_eq!(all.get(&0), None);
        assert!(all.recent.len() + all.older.len() <= 2 * GENERATION);
    }
}
