//! The end of drafts: by time, with reminders before it, or with their session.

use super::{Answers, BRIEF_LIFE, Draft, Row, delete};
use crate::retention::{FIRST_REMINDER, Reminder, RetentionDecision, TWELVE_MONTHS};
use crate::schema::{drafts, sessions};
use crate::session::{SESSION_IDLE, SESSION_MAX};
use diesel::prelude::*;

/// Of everything that is due, one pass does so much.
const MOST_DUE: i64 = 10_000;

/// What a draft's person is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftNotice {
    /// It ends on this day.
    Ends(Reminder, i64),
    /// It is over, and deleted.
    Ended,
}

/// Does what is due. `tell` puts down what the person gets to read, in the same transaction; where it says that they can't be
/// told, the draft stays.
///
/// # Errors
/// Of the database.
pub fn tend<A: Answers>(
    c: &mut SqliteConnection,
    now: i64,
    tell: impl Fn(&mut SqliteConnection, &Draft<A>, DraftNotice) -> QueryResult<bool>,
) -> QueryResult<()> {
    for draft in list_due::<A>(c, now)? {
        match draft.due(now) {
            RetentionDecision::Remind(which, end) if tell(c, &draft, DraftNotice::Ends(which, end))? => {
                let told = draft.standing.reminded(which, now);
                let told = (
                    drafts::noticed_60_at.eq(told.noticed_60_at),
                    drafts::noticed_30_at.eq(told.noticed_30_at),
                );
                diesel::update(drafts::table.find(draft.id)).set(told).execute(c)?;
            }
            RetentionDecision::Delete if tell(c, &draft, DraftNotice::Ended)? => delete(c, draft.id)?,
            RetentionDecision::Keep | RetentionDecision::Remind(..) | RetentionDecision::Delete => {}
        }
    }
    Ok(())
}

fn list_due<A: Answers>(c: &mut SqliteConnection, now: i64) -> QueryResult<Vec<Draft<A>>> {
    let brief = A::brief_kinds();
    let brief_due = drafts::kind.eq_any(brief.clone()).and(drafts::changed_at.le(now - BRIEF_LIFE));
    let others_due =
        drafts::kind.ne_all(brief).and(drafts::changed_at.le(now - TWELVE_MONTHS + FIRST_REMINDER));
    let rows = drafts::table
        .filter(drafts::submitted_at.is_null().and(drafts::session_hash.is_null()))
        .filter(brief_due.or(others_due))
        .order(drafts::changed_at)
        .limit(MOST_DUE)
        .select(Row::as_select())
        .load(c)?;
    Ok(rows.into_iter().filter_map(Draft::of).collect())
}

/// Deletes the drafts of a session that ends.
pub(crate) fn end_with(c: &mut SqliteConnection, session_hash: &str) -> QueryResult<()> {
    diesel::delete(drafts::table.filter(drafts::session_hash.eq(session_hash))).execute(c).map(|_| ())
}

/// Deletes the drafts of sessions that nobody came back to: nobody finds them again.
pub(crate) fn end_with_sessions(c: &mut SqliteConnection, now: i64) -> QueryResult<()> {
    let live = sessions::table
        .filter(sessions::ended.is_null())
        .filter(sessions::last_seen_at.gt(now - SESSION_IDLE).and(sessions::created_at.gt(now - SESSION_MAX)))
        .select(sessions::cookie_hash.nullable());
    let of_sessions = drafts::table.filter(drafts::session_hash.is_not_null());
    diesel::delete(of_sessions.filter(drafts::session_hash.ne_all(live))).execute(c).map(|_| ())
}
