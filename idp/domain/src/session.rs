//! A browser session: 15 minutes without a request end it, 12 hours do in any case (`product.md` 2.5).

pub use crate::extra_verification::{AuthenticationLevel, AuthenticationMethod};

use crate::ids::{AccountId, SessionId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A signed-in browser.
#[derive(Debug, Clone)]
pub struct Session {
    /// `sid` in tokens.
    pub id: SessionId,
    /// Who is signed in.
    pub account_id: AccountId,
    /// When the person last proved who they are.
    pub authenticated_at: Timestamp,
    /// By what.
    pub methods: Vec<AuthenticationMethod>,
    /// When it began.
    pub created_at: Timestamp,
    /// The last request in it.
    pub last_seen_at: Timestamp,
    /// When the person last proved again who they are, on a page of their account: no service hears of it.
    pub proven_at: Option<Timestamp>,
    /// When it was ended, by signing out or by what ends sessions.
    pub ended_at: Option<Timestamp>,
}

/// The figures, from the settings `lifetimes.session_*`.
#[derive(Debug, Clone, Copy)]
pub struct SessionLimits {
    /// Longest time without a request.
    pub idle: Duration,
    /// Longest time in any case.
    pub max: Duration,
}

/// Whether a session still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionState {
    /// It does.
    Live,
    /// Too long without a request, or 12 hours old.
    Expired,
    /// Signed out.
    Ended,
}

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionEndReason {
    /// The person signed out, here or through a service.
    SignedOut,
    /// By time.
    Expired,
    /// Somebody else signed in in the same browser.
    OtherAccount,
    /// The account's password was changed elsewhere, or made anew.
    PasswordChanged,
    /// The person ended it from another browser.
    EndedElsewhere,
    /// The account was closed.
    AccountClosed,
    /// The account was locked.
    AccountLocked,
    /// Too many wrong passwords where one was asked for again.
    ProofRefused,
    /// The account's address was put back from a mail.
    EmailRestored,
    /// Support ended it.
    Support,
}

impl SessionEndReason {
    /// Every reason.
    pub const ALL: [Self; 10] = [
        Self::SignedOut,
        Self::Expired,
        Self::OtherAccount,
        Self::PasswordChanged,
        Self::EndedElsewhere,
        Self::AccountClosed,
        Self::AccountLocked,
        Self::ProofRefused,
        Self::EmailRestored,
        Self::Support,
    ];

    /// As it is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::Expired => "expired",
            Self::OtherAccount => "other_account",
            Self::PasswordChanged => "password_changed",
            Self::EndedElsewhere => "ended_elsewhere",
            Self::AccountClosed => "account_closed",
            Self::AccountLocked => "account_locked",
            Self::ProofRefused => "proof_refused",
            Self::EmailRestored => "email_restored",
            Self::Support => "support",
        }
    }

    /// Reads what was stored.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text)
    }
}

impl Session {
    /// Whether it still holds at `now`. A clock that goes back revives nothing: an end is on record. An end that was put
    /// on record because its time was over is still told from one that the person made.
    #[must_use]
    pub fn state(&self, now: Timestamp, limits: &SessionLimits) -> SessionState {
        let over =
            |at: Timestamp| at > self.last_seen_at.plus(limits.idle) || at > self.created_at.plus(limits.max);
        match self.ended_at {
            Some(at) if over(at) => SessionState::Expired,
            Some(_) => SessionState::Ended,
            None if over(now) => SessionState::Expired,
            None => SessionState::Live,
        }
    }

    /// Whether `now` is far enough from the last recorded request to be worth a write: a hundred-and-eightieth of the
    /// idle time, 5 seconds of 15 minutes.
    #[must_use]
    pub fn needs_touch(&self, now: Timestamp, limits: &SessionLimits) -> bool {
        now.since(self.last_seen_at) >= limits.idle / 180
    }

    /// Whether the person proved who they are within the last `span`: at the sign-in, or again since.
    #[must_use]
    pub fn is_proven_within(&self, span: Duration, now: Timestamp) -> bool {
        let last = self.proven_at.map_or(self.authenticated_at, |at| at.max(self.authenticated_at));
        now <= last.plus(span)
    }

    /// The level reached.
    #[must_use]
    pub fn level(&self) -> AuthenticationLevel {
        AuthenticationLevel::reached_by(&self.methods)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: SessionLimits =
        SessionLimits { idle: Duration::from_mins(15), max: Duration::from_hours(12) };

    fn session(last_seen: i64) -> Session {
        Session {
            id: SessionId::parse("s").unwrap(),
            account_id: AccountId::parse("a").unwrap(),
            authenticated_at: Timestamp::EPOCH,
            methods: vec![AuthenticationMethod::Password],
            created_at: Timestamp::EPOCH,
            last_seen_at: Timestamp::from_seconds(last_seen),
            proven_at: None,
            ended_at: None,
        }
    }

    #[test]
    fn fifteen_idle_minutes_or_twelve_hours_end_a_session() {
        let state = |last_seen, now| session(last_seen).state(Timestamp::from_seconds(now), &LIMITS);
        assert_eq!(state(0, 900), SessionState::Live);
        assert_eq!(state(0, 901), SessionState::Expired);
        assert_eq!(state(43_000, 43_200), SessionState::Live);
        assert_eq!(state(43_000, 43_201), SessionState::Expired);
    }

    #[test]
    fn a_session_that_was_ended_stays_ended_when_the_clock_goes_back() {
        let ended = Session { ended_at: Some(Timestamp::from_seconds(100)), ..session(0) };
        assert_eq!(ended.state(Timestamp::from_seconds(50), &LIMITS), SessionState::Ended);
    }

    #[test]
    fn a_session_that_was_ended_because_its_time_was_over_has_expired() {
        let swept = Session { ended_at: Some(Timestamp::from_seconds(901)), ..session(0) };
        for now in [0, 901, 100_000] {
            assert_eq!(swept.state(Timestamp::from_seconds(now), &LIMITS), SessionState::Expired);
        }
        let signed_out = Session { ended_at: Some(Timestamp::from_seconds(900)), ..session(0) };
        assert_eq!(signed_out.state(Timestamp::from_seconds(100_000), &LIMITS), SessionState::Ended);
    }

    #[test]
    fn a_proof_is_recent_for_its_time_and_not_a_second_longer() {
        let span = Duration::from_mins(5);
        let at = |proven: Option<i64>, now| {
            let proven_at = proven.map(Timestamp::from_seconds);
            Session { proven_at, ..session(0) }.is_proven_within(span, Timestamp::from_seconds(now))
        };
        assert!(at(None, 300) && !at(None, 301));
        assert!(at(Some(1000), 1300) && !at(Some(1000), 1301));
        let signed_in = Session { authenticated_at: Timestamp::from_seconds(2000), ..session(0) };
        let later = Session { proven_at: Some(Timestamp::from_seconds(1000)), ..signed_in };
        assert!(later.is_proven_within(span, Timestamp::from_seconds(2300)), "the later of the two counts");
    }

    #[test]
    fn each_reason_is_read_as_it_was_written_and_as_the_audit_writes_it() {
        for reason in SessionEndReason::ALL {
            assert_eq!(SessionEndReason::parse(reason.as_str()), Some(reason));
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.as_str());
        }
        assert_eq!(SessionEndReason::parse("bored"), None);
    }
}
