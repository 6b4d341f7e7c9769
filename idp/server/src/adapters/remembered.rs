//! What a node read from the database and remembers for a second: many requests ask for it, and it hardly ever changes.

use idp_store::Result;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a change may take to be seen.
const FRESH: Duration = Duration::from_secs(1);

/// Values by key, with the moment when each was read. What isn't there is not remembered, so that something new is seen at
/// once.
pub struct Remembered<K, V>(Mutex<HashMap<K, (Instant, Arc<V>)>>);

impl<K, V> Default for Remembered<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Clone + Eq + Hash, V> Remembered<K, V> {
    /// The value of `key`: as it is remembered, else as `read` finds it.
    ///
    /// # Errors
    /// `read` fails; what was remembered stays for [`Remembered::last`].
    pub async fn get(
        &self,
        key: &K,
        read: impl Future<Output = Result<Option<V>>>,
    ) -> Result<Option<Arc<V>>> {
        let known = self.lock().get(key).filter(|(read_at, _)| read_at.elapsed() < FRESH).cloned();
        if let Some((_, value)) = known {
            return Ok(Some(value));
        }
        let found = read.await?.map(Arc::new);
        match &found {
            Some(value) => self.lock().insert(key.clone(), (Instant::now(), Arc::clone(value))),
            None => self.lock().remove(key),
        };
        Ok(found)
    }

    /// What was remembered last, however old, for when the database is away.
    pub fn last(&self, key: &K) -> Option<Arc<V>> {
        self.lock().get(key).map(|(_, value)| Arc::clone(value))
    }

    /// Reads the value of `key` anew at the next question.
    pub fn forget(&self, key: &K) {
        self.lock().remove(key);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, (Instant, Arc<V>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<V: Default> Remembered<(), V> {
    /// The one value.
    ///
    /// # Errors
    /// `read` fails.
    pub async fn get_one(&self, read: impl Future<Output = Result<V>>) -> Result<Arc<V>> {
        Ok(self.get(&(), async { read.await.map(Some) }).await?.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use idp_store::StoreError;

    #[tokio::test]
    async fn a_value_is_read_once_a_second_and_again_when_it_was_forgotten() {
        let remembered = Remembered::<u8, u8>::default();
        let read = async |value| *remembered.get(&1, async { Ok(Some(value)) }).await.unwrap().unwrap();
        assert_eq!((read(1).await, read(2).await), (1, 1));
        remembered.forget(&1);
        assert_eq!(read(3).await, 3);
        assert_eq!(*remembered.get(&2, async { Ok(Some(9)) }).await.unwrap().unwrap(), 9, "another key");
    }

    #[tokio::test]
    async fn what_is_not_there_is_asked_for_again_and_an_error_forgets_nothing() {
        let remembered = Remembered::<u8, u8>::default();
        assert_eq!(remembered.get(&1, async { Ok(None) }).await.unwrap(), None);
        assert_eq!(remembered.get(&1, async { Ok(Some(1)) }).await.unwrap().as_deref(), Some(&1));
        let away = remembered.get(&2, async { Err(StoreError::Busy) }).await;
        assert!(away.is_err());
        assert_eq!(remembered.last(&1).as_deref(), Some(&1));
    }
}
