//! Lists of drafts and of what was submitted, whole or searched.

use super::{Answers, Draft, Row};
use crate::places::fold;
use crate::schema::drafts;
use crate::search::{PAGE_LENGTH, Search};
use diesel::prelude::*;
use diesel::sqlite::Sqlite;

/// A list that is not searched holds at most so many.
const MOST_LISTED: i64 = 500;

/// Which are listed. Those that end with a session never are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// What isn't submitted.
    Drafts,
    /// The same, and what waits for its person.
    Open,
    /// Everything.
    All,
}

fn of_list(account_id: i64, list: List, words: &str) -> drafts::BoxedQuery<'static, Sqlite> {
    let own = drafts::account_id.eq(account_id).and(drafts::session_hash.is_null());
    let own = drafts::table.filter(own).into_boxed();
    let own = match list {
        List::Drafts => own.filter(drafts::submitted_at.is_null()),
        List::Open => own.filter(drafts::submitted_at.is_null().or(drafts::waits)),
        List::All => own,
    };
    if words.is_empty() {
        return own;
    }
    let plain = fold(words).replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    own.filter(drafts::folded.like(format!("%{plain}%")).escape('\\'))
}

/// How many there are.
///
/// # Errors
/// Of the database.
pub fn count(c: &mut SqliteConnection, account_id: i64, list: List) -> QueryResult<i64> {
    of_list(account_id, list, "").count().get_result(c)
}

/// Those of a list, the newest first.
///
/// # Errors
/// Of the database.
pub fn list<A: Answers>(c: &mut SqliteConnection, account_id: i64, list: List) -> QueryResult<Vec<Draft<A>>> {
    page(c, of_list(account_id, list, "").limit(MOST_LISTED))
}

/// One page of a list that was searched, and how many were found.
///
/// # Errors
/// Of the database.
pub fn search<A: Answers>(
    c: &mut SqliteConnection,
    account_id: i64,
    list: List,
    search: &Search,
) -> QueryResult<(Vec<Draft<A>>, i64)> {
    let found = || of_list(account_id, list, &search.words);
    let total = found().count().get_result(c)?;
    Ok((page(c, found().offset(search.offset()).limit(PAGE_LENGTH))?, total))
}

fn page<A: Answers>(
    c: &mut SqliteConnection,
    query: drafts::BoxedQuery<'_, Sqlite>,
) -> QueryResult<Vec<Draft<A>>> {
    let newest_first = query.order((drafts::changed_at.desc(), drafts::id.desc()));
    let rows = newest_first.select(Row::as_select()).load(c)?;
    Ok(rows.into_iter().filter_map(Draft::of).collect())
}
