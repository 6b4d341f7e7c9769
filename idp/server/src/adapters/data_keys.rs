//! The random values that never change (subject salt, pepper, hash key, token key, mail key), wrapped by the master key: so the
//! master key can be changed without changing a single `sub` or hash.

use super::rng::rng;
use crate::config::KeySettings;
use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use idp_domain::secret::{HashKey, Secret};
use idp_domain::time::Timestamp;
use idp_store::{Store, StoreError};
use rand::Rng;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Authenticated encryption with one 256-bit key: nonce, ciphertext, tag.
pub struct Sealer(RandomizedNonceKey);

/// What could not be opened: the key is another one, or the bytes were changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it was sealed with another key or has been changed")]
pub struct Unopened;

const NONCE: usize = 12;

impl Sealer {
    /// A sealer for 32 bytes of key.
    ///
    /// # Errors
    /// Not 32 bytes.
    pub fn new(key: &[u8]) -> Result<Self, Unopened> {
        RandomizedNonceKey::new(&AES_256_GCM, key).map(Self).map_err(|_| Unopened)
    }

    /// Encrypts `plain`, bound to its purpose.
    ///
    /// # Errors
    /// The library refuses, which no input here causes.
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> Result<Vec<u8>, Unopened> {
        let mut sealed = plain.to_vec();
        let nonce = self.0.seal_in_place_append_tag(Aad::from(purpose), &mut sealed).map_err(|_| Unopened)?;
        let mut bytes = nonce.as_ref().to_vec();
        bytes.append(&mut sealed);
        Ok(bytes)
    }

    /// Opens what [`Self::seal`] made for the same purpose.
    ///
    /// # Errors
    /// Another key or purpose, or changed bytes.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, Unopened> {
        let (nonce, rest) = sealed.split_at_checked(NONCE).ok_or(Unopened)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Unopened)?;
        let mut bytes = rest.to_vec();
        let length = self.0.open_in_place(nonce, Aad::from(purpose), &mut bytes).map_err(|_| Unopened)?.len();
        bytes.truncate(length);
        Ok(bytes)
    }
}

/// 32 bytes in base64.
#[must_use]
pub fn parse_master_key(text: &Secret) -> Option<[u8; 32]> {
    BASE64_STANDARD.decode(text.expose().trim()).ok()?.try_into().ok()
}

/// The master key, and while it is being exchanged the other one: each value rests under one of the two.
///
/// 1. Every node is given both keys, the old one first.
/// 2. `idp keys rewrap` wraps everything anew under the new one, in one transaction.
/// 3. Each node sees within seconds that the values open with the other key, and seals with that one from then on.
/// 4. The new key takes the old one's place in the settings.
pub struct MasterKeys {
    keys: Vec<Sealer>,
    current: AtomicUsize,
}

impl MasterKeys {
    /// The key of `keys.master_key` and, where it is there, that of `keys.other_master_key`.
    ///
    /// # Errors
    /// One of them isn't 32 bytes in base64.
    pub fn new(master_key: &Secret, other: Option<&Secret>) -> Result<Self, Unopened> {
        let sealer = |key: &Secret| Sealer::new(&parse_master_key(key).ok_or(Unopened)?);
        let keys = std::iter::once(master_key).chain(other).map(sealer).collect::<Result<_, _>>()?;
        Ok(Self { keys, current: AtomicUsize::new(0) })
    }

    /// Seals with the key that the database's values rest under.
    ///
    /// # Errors
    /// The library refuses, which no input here causes.
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> Result<Vec<u8>, Unopened> {
        self.keys.get(self.current.load(Ordering::Relaxed)).ok_or(Unopened)?.seal(purpose, plain)
    }

    /// Opens with whichever key fits.
    ///
    /// # Errors
    /// Neither does, or the bytes were changed.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, Unopened> {
        self.keys.iter().find_map(|key| key.open(purpose, sealed).ok()).ok_or(Unopened)
    }

    /// Follows an exchange: from now on seals with the key that opens this value of the database.
    ///
    /// # Errors
    /// None of this node's keys opens it.
    pub fn follow(&self, purpose: &str, sealed: &[u8]) -> Result<(), Unopened> {
        let fits = self.keys.iter().position(|key| key.open(purpose, sealed).is_ok()).ok_or(Unopened)?;
        self.current.store(fits, Ordering::Relaxed);
        Ok(())
    }
}

/// Why the data keys can't be had.
#[derive(Debug, thiserror::Error)]
pub enum DataKeyError {
    /// The database refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The master key isn't the one that wrapped them.
    #[error("keys.master_key is not the key that this database was set up with")]
    WrongMasterKey,
}

impl From<Unopened> for DataKeyError {
    fn from(_: Unopened) -> Self {
        Self::WrongMasterKey
    }
}

/// The unwrapped values.
pub struct DataKeys {
    /// Wraps signing keys and the values below.
    pub master: MasterKeys,
    /// Keys pairwise subjects.
    pub subject_salt: HashKey,
    /// Keyed step of every password hash, so that a stolen database alone can't be tried against (NIST SP 800-63B-4).
    pub pepper: Vec<u8>,
    /// Keys the hashes of six-digit codes, addresses and networks, and form tokens.
    pub hash: HashKey,
    /// Keys refresh tokens.
    pub tokens: HashKey,
    /// Encrypts waiting mails and held forms.
    pub content: Sealer,
}

impl DataKeys {
    /// Unwraps them, making those that aren't there yet.
    ///
    /// # Errors
    /// The database refuses, or the master key is another one.
    pub async fn load(store: &Store, settings: &KeySettings, now: Timestamp) -> Result<Self, DataKeyError> {
        let master = MasterKeys::new(&settings.master_key, settings.other_master_key.as_ref())?;
        if let Some((name, wrapped)) = store.list_wrapped_secrets().await?.first() {
            master.follow(name, wrapped)?;
        }
        Ok(Self {
            subject_salt: HashKey::new(&unwrap(store, &master, "subject_salt", now).await?),
            pepper: unwrap(store, &master, "password_pepper", now).await?,
            hash: HashKey::new(&unwrap(store, &master, "hash_key", now).await?),
            tokens: HashKey::new(&unwrap(store, &master, "token_key", now).await?),
            content: Sealer::new(&unwrap(store, &master, "content_key", now).await?)?,
            master,
        })
    }
}

async fn unwrap(
    store: &Store,
    master: &MasterKeys,
    name: &str,
    now: Timestamp,
) -> Result<Vec<u8>, DataKeyError> {
    if let Some(wrapped) = store.find_wrapped_secret(name.to_owned()).await? {
        return Ok(master.open(name, &wrapped)?);
    }
    let mut fresh = [0; 32];
    rng().fill_bytes(&mut fresh);
    let wrapped =
        store.find_or_insert_wrapped_secret(name.to_owned(), master.seal(name, &fresh)?, now).await?;
    Ok(master.open(name, &wrapped)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_only_with_its_key_and_purpose_and_unchanged() {
        let one = Sealer::new(&[7; 32]).unwrap();
        let sealed = one.seal("mail", b"530155").unwrap();
        assert_eq!(one.open("mail", &sealed).unwrap(), b"530155");
        assert_eq!(one.open("form", &sealed), Err(Unopened));
        assert_eq!(Sealer::new(&[8; 32]).unwrap().open("mail", &sealed), Err(Unopened));
        for n in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[n] ^= 1;
            assert_eq!(one.open("mail", &changed), Err(Unopened), "byte {n}");
        }
        assert_eq!(one.open("mail", b"short"), Err(Unopened));
        assert_ne!(sealed, one.seal("mail", b"530155").unwrap());
    }

    #[test]
    fn while_the_master_key_is_exchanged_either_opens_and_the_databases_own_seals() {
        let key = |byte: u8| Secret::new(BASE64_STANDARD.encode([byte; 32]));
        let (old, new) = (Sealer::new(&[1; 32]).unwrap(), Sealer::new(&[2; 32]).unwrap());
        let node = MasterKeys::new(&key(1), Some(&key(2))).unwrap();
        let (before, after) = (old.seal("x", b"v").unwrap(), new.seal("x", b"v").unwrap());
        assert_eq!(
            (node.open("x", &before).unwrap(), node.open("x", &after).unwrap()),
            (b"v".to_vec(), b"v".to_vec())
        );
        assert!(old.open("y", &node.seal("y", b"v").unwrap()).is_ok());
        node.follow("x", &after).unwrap();
        assert!(new.open("y", &node.seal("y", b"v").unwrap()).is_ok());
        let stranger = Sealer::new(&[3; 32]).unwrap().seal("x", b"v").unwrap();
        assert_eq!(node.follow("x", &stranger), Err(Unopened));
        assert!(MasterKeys::new(&Secret::new("short"), None).is_err());
    }
}
