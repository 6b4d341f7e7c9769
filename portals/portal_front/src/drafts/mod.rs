//! What people fill in over time and submit once (pages.md S10, J5, J6, J9, J10): answers, kept as a draft until they are
//! submitted or nobody has changed them for 12 months.
//!
//! - A form carries the draft's handle, random and made with the first form, and the revision that it was made from: a double
//!   click keeps one draft, and a second tab does not overwrite the first unseen ([`save`]).
//! - Submitting names the revision that was checked, and is one conditional write ([`submit`]).
//! - Reminders go out before a draft ends ([`tend`]). A draft may also belong to a session, and ends with it.
//!
//! The portal says what the answers are ([`Answers`]), shows them, and words its reminders. Every function is a part of its
//! caller's transaction.

mod lists;
mod saving;
mod upkeep;

pub use lists::{List, count, list, search};
pub use saving::{Change, Saved, delete, save, submit, touch};
pub use upkeep::{DraftNotice, tend};
pub(crate) use upkeep::{end_with, end_with_sessions};

use crate::retention::{DAY, RetentionDecision, Standing, TWELVE_MONTHS};
use crate::schema::drafts;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// For drafts without reminders.
const BRIEF_LIFE: i64 = 30 * DAY;

/// What is filled in; a draft may lack any of it.
pub trait Answers: Serialize + DeserializeOwned + PartialEq {
    /// The code of what it is about, the same for all of a draft's life.
    fn kind(&self) -> &str;

    /// What a list is searched for.
    fn title(&self) -> &str;

    /// Whether the draft ends with the session that it was begun in.
    fn ends_with_session(&self) -> bool {
        false
    }

    /// Kinds whose drafts end 30 days after their last change, told of when it is over.
    fn brief_kinds() -> Vec<&'static str> {
        Vec::new()
    }
}

/// A draft, or what was submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft<A> {
    /// Its key, for the portal's own tables.
    pub id: i64,
    /// Whose it is.
    pub account_id: i64,
    /// In addresses.
    pub handle: String,
    /// As they were kept last.
    pub answers: A,
    /// How often it was changed.
    pub revision: i64,
    /// Its last change, and what its person was told of its end.
    pub standing: Standing,
    /// Nothing while it is a draft.
    pub submitted: Option<Submitted>,
}

/// What comes with the submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submitted {
    /// When.
    pub at: i64,
    /// By which people name it.
    pub number: String,
    /// What the portal keeps with it, as it was then.
    pub enclosed: String,
    /// Whether something is still awaited of its person.
    pub waits: bool,
}

impl<A: Answers> Draft<A> {
    /// The earliest day on which it can be deleted.
    #[must_use]
    pub fn kept_until(&self) -> i64 {
        if self.is_brief() { self.standing.since + BRIEF_LIFE } else { self.standing.end(TWELVE_MONTHS) }
    }

    fn is_brief(&self) -> bool {
        A::brief_kinds().contains(&self.answers.kind())
    }

    fn due(&self, now: i64) -> RetentionDecision {
        match self.is_brief() {
            true if now < self.kept_until() => RetentionDecision::Keep,
            true => RetentionDecision::Delete,
            false => self.standing.decide(TWELVE_MONTHS, now),
        }
    }

    /// Nothing where the answers are of another version of the portal.
    fn of(row: Row) -> Option<Self> {
        let submitted = match (row.submitted_at, row.number, row.enclosed) {
            (Some(at), Some(number), Some(enclosed)) => {
                Some(Submitted { at, number, enclosed, waits: row.waits })
            }
            _ => None,
        };
        let (since, noticed_60_at, noticed_30_at) = (row.changed_at, row.noticed_60_at, row.noticed_30_at);
        Some(Self {
            id: row.id,
            account_id: row.account_id,
            handle: row.handle,
            answers: serde_json::from_str(&row.answers).ok()?,
            revision: row.revision,
            standing: Standing { since, noticed_60_at, noticed_30_at },
            submitted,
        })
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = drafts)]
struct Row {
    id: i64,
    account_id: i64,
    handle: String,
    answers: String,
    revision: i64,
    changed_at: i64,
    noticed_60_at: Option<i64>,
    noticed_30_at: Option<i64>,
    submitted_at: Option<i64>,
    number: Option<String>,
    enclosed: Option<String>,
    waits: bool,
}

/// Who asks for a draft: an account, in one of its sessions.
#[derive(Debug, Clone)]
pub struct Owner {
    /// Of the portal's.
    pub account_id: i64,
    /// See [`Member::session_key`](crate::Member::session_key); empty for what belongs to no session.
    pub session: String,
}

impl Owner {
    /// The account, whatever its session: for what doesn't end with one.
    #[must_use]
    pub fn of(account_id: i64) -> Self {
        Self { account_id, session: String::new() }
    }
}

/// The draft of this handle, or what it became; of those that end with a session only the session's own.
///
/// # Errors
/// Of the database.
pub fn find<A: Answers>(
    c: &mut SqliteConnection,
    owner: &Owner,
    handle: &str,
) -> QueryResult<Option<Draft<A>>> {
    let own = drafts::account_id.eq(owner.account_id).and(drafts::handle.eq(handle));
    let in_session = drafts::session_hash.is_null().or(drafts::session_hash.eq(&owner.session));
    first(c, drafts::table.filter(own).filter(in_session).into_boxed())
}

/// What this account submitted under this number.
///
/// # Errors
/// Of the database.
pub fn find_submitted<A: Answers>(
    c: &mut SqliteConnection,
    account_id: i64,
    number: &str,
) -> QueryResult<Option<Draft<A>>> {
    let own = drafts::account_id.eq(account_id).and(drafts::number.eq(number));
    first(c, drafts::table.filter(own).into_boxed())
}

fn first<A: Answers>(
    c: &mut SqliteConnection,
    query: drafts::BoxedQuery<'_, Sqlite>,
) -> QueryResult<Option<Draft<A>>> {
    Ok(query.select(Row::as_select()).first(c).optional()?.and_then(Draft::of))
}

#[cfg(test)]
mod tests;
