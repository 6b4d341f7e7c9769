//! The public log of signing keys: every key that ever signed, when it began, retired or was revoked.
//!
//! It is appended to only. Entry *n* holds the hash of entry *n* − 1 and is signed by the key before it: the last one in
//! the log that began to sign and has not been revoked. So an old receipt can be checked after its key has left the key
//! set, and a key that somebody slipped in is seen: it is in no entry, or in one that the key before it didn't sign. The
//! first entry is signed by its own key.

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What an entry records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyLogEvent {
    /// The key began to sign.
    Activated,
    /// It ceased to sign; what it signed still stands.
    Retired,
    /// It is not to be trusted any more.
    Revoked,
}

impl KeyLogEvent {
    const ALL: [Self; 3] = [Self::Activated, Self::Retired, Self::Revoked];

    /// The word in the log and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Activated => "activated",
            Self::Retired => "retired",
            Self::Revoked => "revoked",
        }
    }

    /// Reads the database's word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.as_str() == text)
    }
}

/// One fact of the log: which key, what, when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyLogFact {
    /// The key.
    pub kid: String,
    /// What happened to it.
    pub event: KeyLogEvent,
    /// When.
    pub at: Timestamp,
}

/// The times of a key, as far as the log cares.
#[derive(Debug, Clone)]
pub struct KeyTimes {
    /// The key.
    pub kid: String,
    /// When it began to sign; a key that never did is not in the log.
    pub activated_at: Option<Timestamp>,
    /// When it ceased to.
    pub retired_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// What of the keys' lives is not in the log yet, in the order in which it belongs there: by time; at one instant a key
/// is revoked or retires before the one that follows it begins, but no key does so before it began itself.
#[must_use]
pub fn missing_facts(keys: &[KeyTimes], logged: &[(String, KeyLogEvent)]) -> Vec<KeyLogFact> {
    let is_logged = |kid: &str, event| logged.iter().any(|(other, logged)| other == kid && *logged == event);
    let mut facts: Vec<((Timestamp, u8), KeyLogFact)> = Vec::new();
    for key in keys {
        let Some(began_at) = key.activated_at else { continue };
        // What was revoked has nothing left to retire from.
        let retired_at = key.retired_at.filter(|at| key.revoked_at.is_none_or(|revoked_at| *at < revoked_at));
        let ends = [(KeyLogEvent::Retired, retired_at), (KeyLogEvent::Revoked, key.revoked_at)];
        let mut add = |event, at: Timestamp, rank| {
            if !is_logged(&key.kid, event) {
                facts.push(((at.max(began_at), rank), KeyLogFact { kid: key.kid.clone(), event, at }));
            }
        };
        add(KeyLogEvent::Activated, began_at, 1);
        for (event, at) in ends {
            let Some(at) = at else { continue };
            add(event, at, if at > began_at { 0 } else { 2 });
        }
    }
    facts.sort_by(|(a, one), (b, other)| (a, one.event, &one.kid).cmp(&(b, other.event, &other.kid)));
    facts.into_iter().map(|(_, fact)| fact).collect()
}

/// The key that signs the entry of `fact`, which follows `logged`: the last that began to sign and wasn't revoked, nor is
/// by this fact. `None` where the log has none: then the key of the fact signs for itself.
#[must_use]
pub fn signer_of<'a>(logged: &'a [(String, KeyLogEvent)], fact: &KeyLogFact) -> Option<&'a str> {
    let is_revoked = |kid: &str| {
        (fact.event == KeyLogEvent::Revoked && fact.kid == kid)
            || logged.iter().any(|(other, event)| other == kid && *event == KeyLogEvent::Revoked)
    };
    let began = logged.iter().rev().filter(|(_, event)| *event == KeyLogEvent::Activated);
    began.map(|(kid, _)| kid.as_str()).find(|kid| !is_revoked(kid))
}

/// The payload of an entry: a JWS of type `signing-key-log+jwt`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyLogEntry {
    /// The issuer.
    pub iss: String,
    /// From 1 without a gap.
    pub number: i64,
    /// Base64url of the SHA-256 of the entry before this one, as it stands in the log; empty in the first.
    pub previous: String,
    /// What happened.
    pub event: KeyLogEvent,
    /// When, in seconds since 1970.
    pub at: i64,
    /// When the key joined the key set, in seconds since 1970.
    pub published_at: i64,
    /// The public key.
    pub jwk: serde_json::Value,
}

/// The `typ` of an entry's header.
pub const ENTRY_TYPE: &str = "signing-key-log+jwt";

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(kid: &str, activated: Option<i64>, retired: Option<i64>, revoked: Option<i64>) -> KeyTimes {
        let at = |seconds: Option<i64>| seconds.map(Timestamp::from_seconds);
        KeyTimes {
            kid: kid.into(),
            activated_at: at(activated),
            retired_at: at(retired),
            revoked_at: at(revoked),
        }
    }

    /// Writes the log as the server does: each entry's event, key and signer.
    fn written(keys: &[KeyTimes]) -> Vec<(KeyLogEvent, String, String)> {
        let mut logged: Vec<(String, KeyLogEvent)> = Vec::new();
        let mut entries = Vec::new();
        while let Some(fact) = missing_facts(keys, &logged).into_iter().next() {
            let signer = signer_of(&logged, &fact).unwrap_or(&fact.kid).to_owned();
            entries.push((fact.event, fact.kid.clone(), signer));
            logged.push((fact.kid, fact.event));
        }
        entries
    }

    #[test]
    fn each_entry_is_signed_by_the_key_before_it_and_never_by_a_revoked_one() {
        use KeyLogEvent::{Activated, Retired, Revoked};
        let keys = [
            key("one", Some(10), Some(20), None),
            key("two", Some(20), None, Some(30)),
            key("three", Some(30), None, None),
            key("next", None, None, None),
        ];
        let expected = [
            (Activated, "one", "one"),
            (Retired, "one", "one"),
            (Activated, "two", "one"),
            (Revoked, "two", "one"),
            (Activated, "three", "one"),
        ];
        assert_eq!(written(&keys), expected.map(|(event, kid, signer)| (event, kid.into(), signer.into())));
    }

    #[test]
    fn a_log_whose_only_key_is_revoked_begins_anew() {
        let keys = [key("one", Some(10), None, Some(20)), key("two", Some(20), None, None)];
        let signers: Vec<_> = written(&keys).into_iter().map(|(_, kid, signer)| (kid, signer)).collect();
        assert_eq!(signers[1], ("one".into(), "one".into()), "it says of itself that it can't be trusted");
        assert_eq!(signers[2], ("two".into(), "two".into()));
    }

    proptest! {
        #[test]
        fn nothing_is_logged_twice_and_all_is_logged(lives in proptest::collection::vec((0_i64..50, proptest::option::of(0_i64..50), proptest::option::of(0_i64..50)), 0..8)) {
            let keys: Vec<_> = lives.iter().enumerate().map(|(n, (began, retired, revoked))| {
                key(&format!("k{n}"), Some(*began), retired.map(|after| began + after), revoked.map(|after| began + after))
            }).collect();
            let entries = written(&keys);
            let expected: usize = lives.iter().map(|(_, retired, revoked)| {
                1 + usize::from(revoked.is_some()) + usize::from(retired.is_some_and(|at| revoked.is_none_or(|revoked| at < revoked)))
            }).sum();
            prop_assert_eq!(entries.len(), expected);
            let mut revoked = Vec::new();
            for (event, kid, signer) in entries {
                prop_assert!(!revoked.contains(&signer), "{} signed after it was revoked", signer);
                if event == KeyLogEvent::Revoked && signer != kid {
                    revoked.push(kid);
                }
            }
        }
    }
}
