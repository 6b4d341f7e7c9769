//! Signing keys: list, rotate, revoke.

use super::{AdminError, Desk, instant, reason};
use crate::adapters::data_keys::MasterKeys;
use crate::adapters::key_ring::{self, KeyError, Rotation, RotationOrder};
use crate::adapters::{key_import, key_log};
use crate::app::App;
use idp_domain::administration::{Act, Area};
use idp_domain::secret::Secret;
use idp_domain::signing_key::{KeySchedule, KeyState, SigningAlgorithm};
use idp_domain::time::Timestamp;
use idp_store::{KeyImport, KeyRevocation, RevocationOutcome, StoredSigningKey};
use serde::Serialize;

/// What acts on keys need.
#[derive(Clone, Copy)]
pub struct KeyTools<'a> {
    /// Opens and seals private keys.
    pub master: &'a MasterKeys,
    /// When which key may do what.
    pub schedule: KeySchedule,
    /// Whose the public log of keys is.
    pub issuer: &'a str,
}

impl<'a> KeyTools<'a> {
    /// Those of a node.
    #[must_use]
    pub fn of(app: &'a App) -> Self {
        Self { master: &app.data_keys.master, schedule: app.key_schedule(), issuer: app.issuer() }
    }
}

/// A key as all faces show it; never its private part.
#[derive(Debug, Clone, Serialize)]
pub struct KeyView {
    /// Its name.
    pub kid: String,
    /// RS256, PS256, ES256 or `EdDSA`.
    pub algorithm: &'static str,
    /// `next`, `active`, `retired`, `removed` or `revoked`.
    pub state: &'static str,
    /// When it was published.
    pub published: String,
    /// When it began to sign.
    pub activated: Option<String>,
    /// When it ceased to sign.
    pub retired: Option<String>,
    /// When it left the key set.
    pub removed: Option<String>,
    /// When it was revoked.
    pub revoked: Option<String>,
}

impl From<&StoredSigningKey> for KeyView {
    fn from(key: &StoredSigningKey) -> Self {
        Self {
            kid: key.kid.clone(),
            algorithm: key.algorithm.as_str(),
            state: key.state.as_str(),
            published: instant(key.published_at),
            activated: key.activated_at.map(instant),
            retired: key.retired_at.map(instant),
            removed: key.removed_at.map(instant),
            revoked: key.revoked_at.map(instant),
        }
    }
}

/// Every key, oldest first.
///
/// # Errors
/// Not allowed, or the database is away.
pub async fn list(desk: &Desk<'_>) -> Result<Vec<StoredSigningKey>, AdminError> {
    desk.admit(Act::Read(Area::Keys)).await?;
    Ok(desk.store.list_signing_keys().await?)
}

/// One key.
///
/// # Errors
/// Not allowed, or there is none.
pub async fn find(desk: &Desk<'_>, kid: &str) -> Result<StoredSigningKey, AdminError> {
    desk.admit(Act::Read(Area::Keys)).await?;
    let found = desk.store.find_signing_key(kid.to_owned()).await?;
    found.ok_or_else(|| AdminError::NotFound(format!("key {kid}")))
}

/// Until when a key is in the key set, as far as that is settled: a retired one until the last token that it signed has
/// expired and left the caches, a removed or revoked one until it was taken out.
#[must_use]
pub fn published_until(key: &StoredSigningKey, schedule: &KeySchedule) -> Option<Timestamp> {
    key.revoked_at.or(key.removed_at).or(key.retired_at.map(|at| schedule.removable_at(at)))
}

/// What a rotation of one algorithm would do.
#[derive(Debug, Clone)]
pub struct PlannedRotation {
    /// Which.
    pub algorithm: SigningAlgorithm,
    /// The key that signs now.
    pub active: Option<String>,
    /// The key that would sign.
    pub next: Option<String>,
    /// From when it may; in the past where it may now.
    pub ready_at: Option<Timestamp>,
    /// Until when the key that signs now would stay in the key set.
    pub published_until: Timestamp,
}

/// What a rotation would do, of one algorithm or of each.
///
/// # Errors
/// Not allowed, or the database is away.
pub async fn plan_rotation(
    desk: &Desk<'_>,
    tools: KeyTools<'_>,
    algorithm: Option<SigningAlgorithm>,
    early: bool,
) -> Result<Vec<PlannedRotation>, AdminError> {
    desk.admit(Act::Read(Area::Keys)).await?;
    let keys = desk.store.list_signing_keys().await?;
    let schedule = tools.schedule;
    let plan = |algorithm: SigningAlgorithm| {
        let of = |state: KeyState| keys.iter().find(|key| key.algorithm == algorithm && key.state == state);
        PlannedRotation {
            algorithm,
            active: of(KeyState::Active).map(|key| key.kid.clone()),
            next: of(KeyState::Next).map(|key| key.kid.clone()),
            ready_at: of(KeyState::Next).map(|key| schedule.ready_at(key.published_at, early)),
            published_until: schedule.removable_at(desk.now),
        }
    };
    Ok(algorithm
        .map_or(SigningAlgorithm::ALL.to_vec(), |algorithm| vec![algorithm])
        .into_iter()
        .map(plan)
        .collect())
}

/// What became of one algorithm's rotation.
#[derive(Debug, Clone, Serialize)]
pub struct RotationView {
    /// Which.
    pub algorithm: &'static str,
    /// The key that signs from now on, if it was promoted.
    pub active: Option<String>,
    /// Until when the next key must be published first, if it is too young.
    pub published_until: Option<String>,
}

/// Promotes the next key of one algorithm, or of each. With `early`, a next key that is published for less than
/// `keys.publish_ahead`, though never for less than `keys.jwks_max_age`, is promoted too.
///
/// # Errors
/// Not allowed, or a key can't be made. A key that is too young is no error: the other algorithms are rotated.
pub async fn rotate(
    desk: &Desk<'_>,
    tools: KeyTools<'_>,
    algorithm: Option<SigningAlgorithm>,
    early: bool,
    why: Option<&str>,
) -> Result<Vec<RotationView>, AdminError> {
    desk.admit(Act::Write(Area::Keys)).await?;
    let why = why.map(reason).transpose()?;
    if early && why.is_none() {
        return Err(AdminError::invalid("reason", &"say why it can't wait"));
    }
    let algorithms = algorithm.map_or(SigningAlgorithm::ALL.to_vec(), |algorithm| vec![algorithm]);
    let mut done = Vec::new();
    for algorithm in algorithms {
        let order = RotationOrder {
            by: desk.authority.actor(),
            reason: why.clone().map(String::from),
            is_early: early,
        };
        let rotation =
            key_ring::rotate(desk.store, tools.master, &tools.schedule, algorithm, order, desk.now).await;
        let (active, until) = match rotation.map_err(|error| of_keys(&error))? {
            Rotation::Promoted(kid) => (Some(kid), None),
            Rotation::TooEarly(at) => (None, Some(at)),
            Rotation::Overtaken => (None, None),
        };
        done.push(RotationView {
            algorithm: algorithm.as_str(),
            active,
            published_until: until.map(instant),
        });
    }
    write_log(desk, tools).await?;
    Ok(done)
}

/// A key that was made elsewhere, and is the next one now.
#[derive(Debug, Clone, Serialize)]
pub struct ImportView {
    /// It.
    pub published: String,
    /// What it signs with.
    pub algorithm: &'static str,
    /// The next key before it, which never signed.
    pub withdrawn: Option<String>,
    /// From when it may sign.
    pub ready: String,
}

/// Reads a key that was made elsewhere without publishing it; by what name it would be published.
///
/// # Errors
/// Not allowed, or the key is weak or none for the algorithm.
pub async fn plan_import(
    desk: &Desk<'_>,
    algorithm: SigningAlgorithm,
    key: &Secret,
) -> Result<String, AdminError> {
    desk.admit(Act::Write(Area::Keys)).await?;
    let key = key_import::read(key, algorithm).map_err(|error| AdminError::invalid("key", &error))?;
    Ok(key.kid)
}

/// Publishes a key that was made elsewhere, as PEM or as a JWK, as the next one of `algorithm`. It waits as any next key does.
///
/// # Errors
/// Not allowed, the key is weak or none for the algorithm, or it is known here.
pub async fn import(
    desk: &Desk<'_>,
    tools: KeyTools<'_>,
    algorithm: SigningAlgorithm,
    key: &Secret,
    why: &str,
) -> Result<ImportView, AdminError> {
    desk.admit(Act::Write(Area::Keys)).await?;
    let order = desk.order(Some(reason(why)?));
    let key = key_import::read(key, algorithm).map_err(|error| AdminError::invalid("key", &error))?;
    let kid = key.kid.clone();
    let outcome = key_ring::import(desk.store, tools.master, algorithm, key, order, desk.now).await;
    match outcome.map_err(|error| of_keys(&error))? {
        KeyImport::Published { withdrawn } => Ok(ImportView {
            published: kid,
            algorithm: algorithm.as_str(),
            withdrawn,
            ready: instant(tools.schedule.ready_at(desk.now, false)),
        }),
        KeyImport::Known => Err(AdminError::Conflict(format!("{kid} is or was one of our keys"))),
        KeyImport::Overtaken => {
            Err(AdminError::Conflict("keys were changed at the same time: try again".into()))
        }
    }
}

/// A key that is trusted no more.
#[derive(Debug, Clone, Serialize)]
pub struct RevocationView {
    /// It.
    pub revoked: String,
    /// The key that signs in its place, where it was signing.
    pub active: Option<String>,
}

/// Ends the trust in a key at once.
///
/// # Errors
/// Not allowed, no such key, revoked before, or a key can't be made.
pub async fn revoke(
    desk: &Desk<'_>,
    tools: KeyTools<'_>,
    kid: &str,
    why: &str,
) -> Result<RevocationView, AdminError> {
    desk.admit(Act::Write(Area::Keys)).await?;
    let revocation = KeyRevocation {
        kid: kid.to_owned(),
        reason: reason(why)?.into(),
        by: desk.authority.actor(),
        now: desk.now,
    };
    let outcome = key_ring::revoke(desk.store, tools.master, revocation).await;
    match outcome.map_err(|error| of_keys(&error))? {
        RevocationOutcome::Revoked { promoted } => {
            write_log(desk, tools).await?;
            Ok(RevocationView { revoked: kid.to_owned(), active: promoted })
        }
        RevocationOutcome::Unknown => Err(AdminError::NotFound(format!("key {kid}"))),
        RevocationOutcome::Already => Err(AdminError::Conflict(format!("{kid} was revoked before"))),
    }
}

async fn write_log(desk: &Desk<'_>, tools: KeyTools<'_>) -> Result<(), AdminError> {
    key_log::write(desk.store, tools.master, tools.issuer).await.map_err(|error| of_keys(&error))
}

fn of_keys(error: &KeyError) -> AdminError {
    AdminError::failed(error)
}
