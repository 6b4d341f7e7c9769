//! Changing an account's e-mail address (page C4): a code proves the new one, a link to the old one takes the change back.
//!
//! 1. The code is one of `activation`, with its tries, its two newest codes and its time; until it is typed the old address
//!    signs in.
//! 2. The link to the old address stops a change that waits, and for seven days takes back one that was made, whatever
//!    was changed after it: whoever could read the old mailbox before may have been robbed of the account since.
//! 3. As long as a change can be taken back, nobody else gets its old address.

use crate::activation::{RegistrationFacts, RegistrationState};
use crate::time::Timestamp;
use std::time::Duration;

/// How long a change can be taken back.
pub const UNDO_WINDOW: Duration = Duration::from_hours(7 * 24);

/// How far a change has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailChangeState {
    /// Its code is awaited.
    Open,
    /// The account has the new address.
    Changed,
    /// Stopped or taken back from the old address.
    Undone,
    /// Too many wrong codes, or another change took its place.
    Ended,
}

impl EmailChangeState {
    const ALL: [Self; 4] = [Self::Open, Self::Changed, Self::Undone, Self::Ended];

    /// The word in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Changed => "changed",
            Self::Undone => "undone",
            Self::Ended => "ended",
        }
    }

    /// Reads the database's word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// The facts of a change.
#[derive(Debug, Clone, Copy)]
pub struct EmailChangeFacts {
    /// How far it has come.
    pub state: EmailChangeState,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When the account got the new address.
    pub changed_at: Option<Timestamp>,
    /// Wrong codes so far.
    pub wrong: u32,
    /// Codes sent up to then no longer work.
    pub codes_dead_until: Option<Timestamp>,
}

impl EmailChangeFacts {
    /// The same facts as the rules of activation know them.
    #[must_use]
    pub fn as_registration(&self) -> RegistrationFacts {
        RegistrationFacts {
            state: match self.state {
                EmailChangeState::Open => RegistrationState::Open,
                EmailChangeState::Changed => RegistrationState::Activated,
                EmailChangeState::Undone | EmailChangeState::Ended => RegistrationState::Ended,
            },
            created_at: self.created_at,
            wrong: self.wrong,
            codes_dead_until: self.codes_dead_until,
        }
    }
}

/// What the link to the old address does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UndoDecision {
    /// The account has, or gets back, the address that the link went to.
    TakeBack,
    /// It was used, or a link of an earlier change was.
    AlreadyUsed,
    /// Its seven days are over.
    Expired,
}

/// Decides on the link. One whose change came to nothing works too: another change may have followed from there.
#[must_use]
pub fn decide_undo(facts: &EmailChangeFacts, now: Timestamp) -> UndoDecision {
    let since = facts.changed_at.unwrap_or(facts.created_at);
    match facts.state {
        EmailChangeState::Undone => UndoDecision::AlreadyUsed,
        _ if now <= since.plus(UNDO_WINDOW) => UndoDecision::TakeBack,
        _ => UndoDecision::Expired,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(state: EmailChangeState, changed_at: Option<i64>) -> EmailChangeFacts {
        EmailChangeFacts {
            state,
            created_at: Timestamp::EPOCH,
            changed_at: changed_at.map(Timestamp::from_seconds),
            wrong: 0,
            codes_dead_until: None,
        }
    }

    #[test]
    fn a_change_can_be_taken_back_for_seven_days_after_it_was_made_and_once() {
        let week = 7 * 24 * 3600;
        let at = |state, changed, now| decide_undo(&facts(state, changed), Timestamp::from_seconds(now));
        assert_eq!(at(EmailChangeState::Open, None, 60), UndoDecision::TakeBack);
        assert_eq!(at(EmailChangeState::Changed, Some(1000), week + 1000), UndoDecision::TakeBack);
        assert_eq!(at(EmailChangeState::Changed, Some(1000), week + 1001), UndoDecision::Expired);
        assert_eq!(at(EmailChangeState::Undone, Some(1000), 2000), UndoDecision::AlreadyUsed);
        assert_eq!(at(EmailChangeState::Ended, None, week + 1), UndoDecision::Expired);
        for state in EmailChangeState::ALL {
            assert_eq!(EmailChangeState::parse(state.as_str()), Some(state));
        }
    }
}
