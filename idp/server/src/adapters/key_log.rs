//! Writes the public log of signing keys (`idp_domain::signing_key_log` has its rules). Like the audit, it is written right
//! after what it records, by whichever node is first: what is missing is seen from the keys themselves, so that a crash in
//! between leaves no gap.

use super::data_keys::MasterKeys;
use super::key_ring::KeyError;
use super::signing::PrivateKey;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use idp_domain::signing_key_log::{ENTRY_TYPE, KeyLogEntry, KeyLogEvent, KeyTimes, missing_facts, signer_of};
use idp_store::{Store, StoredKeyLogEntry, StoredSigningKey};

/// Appends every fact that is missing.
///
/// # Errors
/// The database refuses, or a key can't be opened.
pub async fn write(store: &Store, master: &MasterKeys, issuer: &str) -> Result<(), KeyError> {
    write_missing(store, master, issuer, &store.list_signing_keys().await?).await
}

/// The same where `keys` were just read, which are all keys.
///
/// # Errors
/// The database refuses, or a key can't be opened.
pub async fn write_missing(
    store: &Store,
    master: &MasterKeys,
    issuer: &str,
    keys: &[StoredSigningKey],
) -> Result<(), KeyError> {
    let times: Vec<KeyTimes> = keys.iter().map(times).collect();
    let mut log = store.list_key_log().await?;
    loop {
        let logged: Vec<(String, KeyLogEvent)> =
            log.iter().map(|entry| (entry.kid.clone(), entry.event)).collect();
        let Some(fact) = missing_facts(&times, &logged).into_iter().next() else { return Ok(()) };
        let find = |kid: &str| keys.iter().find(|key| key.kid == kid).ok_or(KeyError::Unusable);
        let subject = find(&fact.kid)?;
        let signer = find(signer_of(&logged, &fact).unwrap_or(&fact.kid))?;
        let last = log.last();
        let claims = KeyLogEntry {
            iss: issuer.to_owned(),
            number: last.map_or(1, |entry| entry.number + 1),
            previous: last.map(|entry| entry_hash(&entry.entry)).unwrap_or_default(),
            event: fact.event,
            at: fact.at.seconds(),
            published_at: subject.published_at.seconds(),
            jwk: serde_json::from_str(&subject.public_jwk).map_err(|_| KeyError::Unusable)?,
        };
        let pkcs8 = master.open(&signer.kid, &signer.private_key).map_err(|_| KeyError::Unusable)?;
        let entry = PrivateKey::from_pkcs8(signer.algorithm, &pkcs8)?.sign_jwt(ENTRY_TYPE, &claims)?;
        let stored = StoredKeyLogEntry { number: claims.number, kid: fact.kid, event: fact.event, entry };
        if store.append_key_log(stored.clone()).await? {
            log.push(stored);
        } else {
            // Another node was faster: goes on from what it wrote.
            log = store.list_key_log().await?;
        }
    }
}

fn times(key: &StoredSigningKey) -> KeyTimes {
    KeyTimes {
        kid: key.kid.clone(),
        activated_at: key.activated_at,
        retired_at: key.retired_at,
        revoked_at: key.revoked_at,
    }
}

/// The hash that the next entry holds: base64url of the entry's SHA-256.
#[must_use]
pub fn entry_hash(entry: &str) -> String {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, entry.as_bytes());
    BASE64_URL_SAFE_NO_PAD.encode(hash)
}
