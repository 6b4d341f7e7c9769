//! The life of a signing key: `next` (published, not signing) → `active` (signing) → `retired` (published until the last
//! token signed with it has expired) → removed; or, in an emergency, revoked from anywhere (`product.md` section 6).

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;

/// What a key signs with; one key, one algorithm (RFC 8725 section 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SigningAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256, 2048 bits.
    #[serde(rename = "RS256")]
    Rs256,
    /// RSASSA-PSS with SHA-256, 2048 bits.
    #[serde(rename = "PS256")]
    Ps256,
    /// ECDSA on P-256 with SHA-256.
    #[serde(rename = "ES256")]
    Es256,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
}

impl SigningAlgorithm {
    /// Every algorithm; a set of keys is kept for each.
    pub const ALL: [Self; 4] = [Self::Rs256, Self::Ps256, Self::Es256, Self::EdDsa];

    /// The JWA name (RFC 7518 section 3.1, RFC 8037 section 3.1).
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }

    /// Reads a JWA name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == text)
    }

    /// Whether FAPI 2.0 takes it (Security Profile section 5.4.1): RSASSA-PKCS1-v1_5 it does not.
    #[must_use]
    pub fn is_fapi2(self) -> bool {
        self != Self::Rs256
    }
}

impl fmt::Display for SigningAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where a key stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    /// Published, not yet signing.
    Next,
    /// Signing; exactly one of each algorithm.
    Active,
    /// No longer signing, still published.
    Retired,
    /// No longer published; still taken on an `id_token_hint`.
    Removed,
    /// Not to be trusted: neither published nor taken on anything.
    Revoked,
}

impl KeyState {
    const ALL: [Self; 5] = [Self::Next, Self::Active, Self::Retired, Self::Removed, Self::Revoked];

    /// The word in the database and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Next => "next",
            Self::Active => "active",
            Self::Retired => "retired",
            Self::Removed => "removed",
            Self::Revoked => "revoked",
        }
    }

    /// Reads the database's word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether the key is in the key set.
    #[must_use]
    pub fn is_published(self) -> bool {
        matches!(self, Self::Next | Self::Active | Self::Retired)
    }
}

/// The figures, from the settings `keys.*` and `lifetimes.*`.
#[derive(Debug, Clone, Copy)]
pub struct KeySchedule {
    /// How old the active key gets.
    pub rotate_every: Duration,
    /// How long the next key is published before it signs by schedule or on demand.
    pub publish_ahead: Duration,
    /// How long a relying service may keep the key set; never less than this lies between publishing and signing.
    pub jwks_max_age: Duration,
    /// How long the longest-lived token signed with a key lives.
    pub longest_token: Duration,
    /// What of that was longer before.
    pub formerly: Option<FormerTokenLife>,
}

/// How long tokens lived before the settings were changed: they outlive the change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormerTokenLife {
    /// The longest life of a token that was signed before `until`.
    pub longest: Duration,
    /// When the last node had followed the change.
    pub until: Timestamp,
}

impl FormerTokenLife {
    /// How long nodes may take to follow a change of the settings, with room to spare.
    const FOLLOWED_WITHIN: Duration = Duration::from_mins(1);

    /// A change of `longest`, made now, after those of `earlier`.
    #[must_use]
    pub fn after(earlier: Option<Self>, longest: Duration, now: Timestamp) -> Self {
        let until = now.plus(Self::FOLLOWED_WITHIN);
        earlier.map_or(Self { longest, until }, |earlier| Self {
            longest: longest.max(earlier.longest),
            until: until.max(earlier.until),
        })
    }

    /// Reads what `Display` writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (longest, until) = text.split_once('s')?;
        Some(Self {
            longest: Duration::from_secs(longest.parse().ok()?),
            until: Timestamp::from_micros(until.trim_start().parse().ok()?),
        })
    }
}

impl fmt::Display for FormerTokenLife {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}s {}", self.longest.as_secs(), self.until.micros())
    }
}

/// Whether a key may be promoted now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RotationDecision {
    /// It may: every relying service has had time to see the next key.
    Promote,
    /// Not before then.
    WaitUntil(Timestamp),
}

impl KeySchedule {
    /// Decides whether the next key, published at `published_at`, may start to sign. `shortened` is `rotate --now`: the
    /// cache time still has to pass, else a relying service would meet a key that it can't know.
    #[must_use]
    pub fn decide_rotation(
        &self,
        published_at: Timestamp,
        now: Timestamp,
        shortened: bool,
    ) -> RotationDecision {
        let ready_at = self.ready_at(published_at, shortened);
        if now >= ready_at { RotationDecision::Promote } else { RotationDecision::WaitUntil(ready_at) }
    }

    /// From when a next key that was published at `published_at` may sign.
    #[must_use]
    pub fn ready_at(&self, published_at: Timestamp, shortened: bool) -> Timestamp {
        let ahead = if shortened { self.jwks_max_age } else { self.publish_ahead.max(self.jwks_max_age) };
        published_at.plus(ahead)
    }

    /// Whether the active key, which began to sign at `activated_at`, has served its time.
    #[must_use]
    pub fn is_due(&self, activated_at: Timestamp, now: Timestamp) -> bool {
        now >= activated_at.plus(self.rotate_every)
    }

    /// Whether a retired key can leave the key set.
    #[must_use]
    pub fn may_remove(&self, retired_at: Timestamp, now: Timestamp) -> bool {
        now >= self.removable_at(retired_at)
    }

    /// From when a retired key can leave the key set: the last token that it signed has expired, and whoever cached the
    /// token's key set last has dropped it.
    #[must_use]
    pub fn removable_at(&self, retired_at: Timestamp) -> Timestamp {
        let formerly = self.formerly.filter(|formerly| retired_at <= formerly.until);
        let longest =
            formerly.map_or(self.longest_token, |formerly| self.longest_token.max(formerly.longest));
        retired_at.plus(longest).plus(self.jwks_max_age)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HOUR: Duration = Duration::from_hours(1);

    fn schedule(publish_ahead: Duration, jwks_max_age: Duration) -> KeySchedule {
        KeySchedule {
            rotate_every: 24 * 90 * HOUR,
            publish_ahead,
            jwks_max_age,
            longest_token: HOUR / 6,
            formerly: None,
        }
    }

    #[test]
    fn a_shorter_life_of_tokens_takes_no_key_away_from_those_that_lived_longer() {
        let at = |minutes: u32| Timestamp::EPOCH.plus(HOUR / 60 * minutes);
        let mut schedule = schedule(HOUR, HOUR / 60);
        schedule.formerly = Some(FormerTokenLife::after(None, 5 * HOUR, at(9)));
        assert!(!schedule.may_remove(at(0), at(300)), "a token of the last moment lives five hours");
        assert!(schedule.may_remove(at(0), at(301)));
        assert!(schedule.may_remove(at(11), at(22)), "it signed none of those");
        let twice = FormerTokenLife::after(schedule.formerly, HOUR, at(20));
        assert_eq!(twice, FormerTokenLife { longest: 5 * HOUR, until: at(21) });
        assert_eq!(FormerTokenLife::parse(&twice.to_string()), Some(twice));
        for text in ["", "s", "1s", "-1s 1", "1 1", "1s x"] {
            assert_eq!(FormerTokenLife::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_shortened_rotation_still_waits_for_the_caches() {
        let schedule = schedule(24 * HOUR, HOUR);
        let at = |hours: u32| Timestamp::EPOCH.plus(HOUR * hours);
        assert_eq!(schedule.decide_rotation(at(0), at(23), false), RotationDecision::WaitUntil(at(24)));
        assert_eq!(schedule.decide_rotation(at(0), at(24), false), RotationDecision::Promote);
        assert_eq!(schedule.decide_rotation(at(0), at(0), true), RotationDecision::WaitUntil(at(1)));
        assert_eq!(schedule.decide_rotation(at(0), at(1), true), RotationDecision::Promote);
    }

    proptest! {
        /// The promise of the product: a service that fetched the key set at any moment, and keeps it as long as it may,
        /// knows the key that signed whatever it meets.
        #[test]
        fn no_cached_key_set_meets_an_unknown_key(ahead in 0_u64..100_000, max_age in 1_u64..100_000, rotated in 0_u64..300_000, fetched in 0_u64..300_000, met in 0_u64..100_000, shortened in any::<bool>()) {
            let schedule = schedule(Duration::from_secs(ahead), Duration::from_secs(max_age));
            let at = |s: u64| Timestamp::EPOCH.plus(Duration::from_secs(s));
            let published = at(100_000);
            prop_assume!(schedule.decide_rotation(published, at(rotated), shortened) == RotationDecision::Promote);
            let met = fetched + met.min(max_age);
            if met >= rotated {
                prop_assert!(at(fetched) >= published, "the cached set was fetched before the key was published");
            }
        }
    }
}
