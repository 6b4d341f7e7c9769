//! The signing keys of this node: parsed once, looked at again every few seconds, so that a rotation on one node (or by
//! command) is followed by all.
//!
//! 1. [`KeyRing::load`] opens the stored keys and makes those that an algorithm lacks.
//! 2. [`KeyRing::refresh`] follows what other nodes did.
//! 3. [`tend`] does what the schedule asks: promotes, publishes the next, removes.

use super::data_keys::MasterKeys;
use super::signing::{GeneratedKey, PrivateKey, SigningError, generate};
use actix_web::web::Bytes;
use idp_domain::administration::{Actor, Order};
use idp_domain::signing_key::{KeySchedule, KeyState, RotationDecision, SigningAlgorithm};
use idp_domain::time::Timestamp;
use idp_store::{
    KeyImport, KeyPromotion, KeyRevocation, NewSigningKey, RevocationOutcome, Store, StoreError,
    StoredSigningKey,
};
use jsonwebtoken::jwk::Jwk;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Why keys can't be had or made.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The database refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A stored key can't be opened or used.
    #[error("a signing key can't be opened: keys.master_key is another one, or the key was changed")]
    Unusable,
    /// An algorithm has no active key.
    #[error("there is no active {0} key")]
    NoActiveKey(SigningAlgorithm),
}

impl From<SigningError> for KeyError {
    fn from(_: SigningError) -> Self {
        Self::Unusable
    }
}

/// The keys at one moment.
struct Snapshot {
    active: HashMap<SigningAlgorithm, Arc<PrivateKey>>,
    /// Every key ever published and not revoked, for `id_token_hint`.
    known: HashMap<String, (SigningAlgorithm, Jwk)>,
    /// The published key set as it is sent.
    jwks: Bytes,
    /// What it was made from, to see a change cheaply.
    fingerprint: Vec<(String, KeyState)>,
}

/// The keys of this node.
pub struct KeyRing {
    snapshot: RwLock<Arc<Snapshot>>,
}

impl KeyRing {
    /// Opens the stored keys. The first start makes an active and a next key of each algorithm.
    ///
    /// # Errors
    /// The database refuses, or a key can't be opened.
    pub async fn load(store: &Store, master: &MasterKeys, now: Timestamp) -> Result<Self, KeyError> {
        let keys = ensure_keys(store, master, &SigningAlgorithm::ALL, now).await?;
        Ok(Self { snapshot: RwLock::new(Arc::new(Snapshot::open(&keys, master)?)) })
    }

    /// Follows what was changed since; cheap when nothing was. All keys as they are now.
    ///
    /// # Errors
    /// The database refuses, or a key can't be opened; the keys stay as they were.
    pub async fn refresh(
        &self,
        store: &Store,
        master: &MasterKeys,
    ) -> Result<Vec<StoredSigningKey>, KeyError> {
        let keys = store.list_signing_keys().await?;
        follow_master_key(&keys, master)?;
        if fingerprint(&keys) != self.current().fingerprint {
            let fresh = Arc::new(Snapshot::open(&keys, master)?);
            *self.snapshot.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        }
        Ok(keys)
    }

    fn current(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshot.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The key that signs with `algorithm`.
    ///
    /// # Errors
    /// There is none.
    pub fn active(&self, algorithm: SigningAlgorithm) -> Result<Arc<PrivateKey>, KeyError> {
        self.current().active.get(&algorithm).cloned().ok_or(KeyError::NoActiveKey(algorithm))
    }

    /// The published key set (RFC 7517 section 5).
    #[must_use]
    pub fn jwks(&self) -> Bytes {
        self.current().jwks.clone()
    }

    /// A key that was ever published and not revoked, by its `kid`.
    #[must_use]
    pub fn find_public(&self, kid: &str) -> Option<(SigningAlgorithm, Jwk)> {
        self.current().known.get(kid).cloned()
    }
}

/// Seals with the key that the stored ones rest under; a node that doesn't have it must not add any.
fn follow_master_key(keys: &[StoredSigningKey], master: &MasterKeys) -> Result<(), KeyError> {
    let Some(newest) = keys.last() else { return Ok(()) };
    master.follow(&newest.kid, &newest.private_key).map_err(|_| KeyError::Unusable)
}

fn fingerprint(keys: &[StoredSigningKey]) -> Vec<(String, KeyState)> {
    keys.iter().map(|key| (key.kid.clone(), key.state)).collect()
}

impl Snapshot {
    fn open(keys: &[StoredSigningKey], master: &MasterKeys) -> Result<Self, KeyError> {
        let mut active = HashMap::new();
        let mut known = HashMap::new();
        let mut published = Vec::new();
        for key in keys {
            let jwk: serde_json::Value =
                serde_json::from_str(&key.public_jwk).map_err(|_| KeyError::Unusable)?;
            let parsed = serde_json::from_value(jwk.clone()).map_err(|_| KeyError::Unusable)?;
            if key.state != KeyState::Revoked {
                known.insert(key.kid.clone(), (key.algorithm, parsed));
            }
            if key.state.is_published() {
                published.push(jwk);
            }
            if key.state == KeyState::Active {
                let pkcs8 = master.open(&key.kid, &key.private_key).map_err(|_| KeyError::Unusable)?;
                active.insert(key.algorithm, Arc::new(PrivateKey::from_pkcs8(key.algorithm, &pkcs8)?));
            }
        }
        let jwks = Bytes::from(serde_json::json!({ "keys": published }).to_string());
        Ok(Self { active, known, jwks, fingerprint: fingerprint(keys) })
    }
}

/// Makes the keys that these algorithms lack: at the first start the active one, then the next one. All keys as they are
/// then; where nothing is missing, they are read once.
async fn ensure_keys(
    store: &Store,
    master: &MasterKeys,
    algorithms: &[SigningAlgorithm],
    now: Timestamp,
) -> Result<Vec<StoredSigningKey>, KeyError> {
    let mut keys = store.list_signing_keys().await?;
    follow_master_key(&keys, master)?;
    for &algorithm in algorithms {
        if find(&keys, algorithm, KeyState::Active).is_none() {
            publish_next(store, master, algorithm, now).await?;
            keys = store.list_signing_keys().await?;
            // Nobody can have cached an older set: there was none.
            if let Some(next) = find(&keys, algorithm, KeyState::Next) {
                let promotion =
                    KeyPromotion { algorithm, kid: next.kid.clone(), reason: None, by: Actor::Schedule, now };
                store.promote_next_key(promotion).await?;
                keys = store.list_signing_keys().await?;
            }
        }
        if find(&keys, algorithm, KeyState::Next).is_none() {
            publish_next(store, master, algorithm, now).await?;
            keys = store.list_signing_keys().await?;
        }
    }
    Ok(keys)
}

fn find(
    keys: &[StoredSigningKey],
    algorithm: SigningAlgorithm,
    state: KeyState,
) -> Option<&StoredSigningKey> {
    keys.iter().find(|key| key.algorithm == algorithm && key.state == state)
}

async fn publish_next(
    store: &Store,
    master: &MasterKeys,
    algorithm: SigningAlgorithm,
    now: Timestamp,
) -> Result<(), KeyError> {
    let made =
        tokio::task::spawn_blocking(move || generate(algorithm)).await.map_err(|_| KeyError::Unusable)??;
    let private_key = master.seal(&made.kid, &made.pkcs8).map_err(|_| KeyError::Unusable)?;
    let key = NewSigningKey { kid: made.kid, algorithm, private_key, public_jwk: made.public_jwk };
    store.insert_next_key(key, now).await?;
    Ok(())
}

/// Publishes a key that was made elsewhere as the next one of `algorithm`. It signs when any next key would.
///
/// # Errors
/// The database refuses, or the key can't be sealed.
pub async fn import(
    store: &Store,
    master: &MasterKeys,
    algorithm: SigningAlgorithm,
    key: GeneratedKey,
    order: Order,
    now: Timestamp,
) -> Result<KeyImport, KeyError> {
    // Seals under the key that the stored ones rest under.
    ensure_keys(store, master, &[algorithm], now).await?;
    let private_key = master.seal(&key.kid, &key.pkcs8).map_err(|_| KeyError::Unusable)?;
    let key = NewSigningKey { kid: key.kid, algorithm, private_key, public_jwk: key.public_jwk };
    Ok(store.import_next_key(key, order, now).await?)
}

/// Who wants a rotation.
#[derive(Debug, Clone)]
pub struct RotationOrder {
    /// Who.
    pub by: Actor,
    /// Why.
    pub reason: Option<String>,
    /// Whether it may be done before `keys.publish_ahead` is over, though never before `keys.jwks_max_age` is.
    pub is_early: bool,
}

impl RotationOrder {
    /// It is time.
    #[must_use]
    pub fn by_schedule() -> Self {
        Self { by: Actor::Schedule, reason: None, is_early: false }
    }
}

/// What a rotation of one algorithm did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rotation {
    /// This key signs now.
    Promoted(String),
    /// The next key is too young.
    TooEarly(Timestamp),
    /// Another node was faster.
    Overtaken,
}

/// Promotes the next key of `algorithm`, if it was published long enough, and publishes the one after it.
///
/// # Errors
/// The database refuses, or a key can't be made.
pub async fn rotate(
    store: &Store,
    master: &MasterKeys,
    schedule: &KeySchedule,
    algorithm: SigningAlgorithm,
    order: RotationOrder,
    now: Timestamp,
) -> Result<Rotation, KeyError> {
    let keys = ensure_keys(store, master, &[algorithm], now).await?;
    let Some(next) = find(&keys, algorithm, KeyState::Next) else { return Ok(Rotation::Overtaken) };
    if let RotationDecision::WaitUntil(at) = schedule.decide_rotation(next.published_at, now, order.is_early)
    {
        return Ok(Rotation::TooEarly(at));
    }
    let RotationOrder { by, reason, .. } = order;
    let promotion = KeyPromotion { algorithm, kid: next.kid.clone(), reason, by, now };
    let promoted = store.promote_next_key(promotion).await?;
    ensure_keys(store, master, &[algorithm], now).await?;
    Ok(if promoted { Rotation::Promoted(next.kid.clone()) } else { Rotation::Overtaken })
}

/// Ends the trust in a key at once. If it was signing, the next key of its algorithm signs in its place, and another next
/// one is published: services that know the key set of the last `keys.jwks_max_age` know the promoted key, and only what
/// the revoked key signed fails.
///
/// # Errors
/// The database refuses, or a key can't be made.
pub async fn revoke(
    store: &Store,
    master: &MasterKeys,
    revocation: KeyRevocation,
) -> Result<RevocationOutcome, KeyError> {
    let now = revocation.now;
    ensure_keys(store, master, &SigningAlgorithm::ALL, now).await?;
    let outcome = store.revoke_key(revocation).await?;
    ensure_keys(store, master, &SigningAlgorithm::ALL, now).await?;
    Ok(outcome)
}

/// Does what the schedule asks for: old active keys are followed by the next, retired ones leave the key set.
///
/// # Errors
/// The database refuses, or a key can't be made.
pub async fn tend(
    store: &Store,
    master: &MasterKeys,
    schedule: &KeySchedule,
    now: Timestamp,
) -> Result<(), KeyError> {
    for key in ensure_keys(store, master, &SigningAlgorithm::ALL, now).await? {
        match (key.state, key.activated_at, key.retired_at) {
            (KeyState::Active, Some(since), _) if schedule.is_due(since, now) => {
                rotate(store, master, schedule, key.algorithm, RotationOrder::by_schedule(), now).await?;
            }
            (KeyState::Retired, _, Some(since)) if schedule.may_remove(since, now) => {
                store.remove_retired_key(key.kid, now).await?;
            }
            _ => {}
        }
    }
    Ok(())
}
