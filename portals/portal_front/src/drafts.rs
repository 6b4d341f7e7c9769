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

use crate::places::fold;
use crate::retention::{DAY, FIRST_REMINDER, Reminder, RetentionDecision, Standing, TWELVE_MONTHS};
use crate::schema::{drafts, sessions};
use crate::search::{PAGE_LENGTH, Search};
use crate::session::{SESSION_IDLE, SESSION_MAX};
use crate::{Form, Kept};
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use relying_party::browser_session::CookieSecret;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Nobody needs more, and nobody fills the disk.
const MOST_DRAFTS: i64 = 100;
/// A list that is not searched holds at most so many.
const MOST_LISTED: i64 = 500;
/// Of everything that is due, one pass does so much.
const MOST_DUE: i64 = 10_000;
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

/// A form of a draft: what it shows, and what it brings back.
#[derive(Debug, Clone)]
pub struct Change<A> {
    /// The draft's, or the one that it will have.
    pub handle: String,
    /// The one that the form was made from; 0 for a new draft.
    pub revision: i64,
    /// As they were typed.
    pub answers: A,
}

impl<A> Change<A> {
    /// The first form of a new draft.
    #[must_use]
    pub fn new(answers: A) -> Self {
        Self { handle: CookieSecret::random().expose().to_owned(), revision: 0, answers }
    }

    /// What a form brought. Its address names the handle, or its field `handle` where there is no draft yet; nothing where
    /// that is none of ours.
    #[must_use]
    pub fn of(form: &Form, in_address: &str, answers: A) -> Option<Self> {
        let handle = if in_address.is_empty() { form.value("handle") } else { in_address };
        let handle = CookieSecret::parse(handle)?.expose().to_owned();
        Some(Self { handle, revision: form.value("revision").parse().unwrap_or(0), answers })
    }
}

impl<A> From<Draft<A>> for Change<A> {
    fn from(draft: Draft<A>) -> Self {
        Self { handle: draft.handle, revision: draft.revision, answers: draft.answers }
    }
}

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// It is kept, under this revision.
    Kept(i64),
    /// Another tab was faster; this is the revision now.
    Changed(i64),
    /// It was submitted before.
    Submitted,
    /// There is no such draft.
    Gone,
    /// There is no room for one more.
    TooMany,
}

/// Of a form that came after its session was over: what can't be in the draft is held while there is a page to fill it into.
impl From<Saved> for Kept {
    fn from(saved: Saved) -> Self {
        match saved {
            Saved::Kept(_) => Self::Draft,
            Saved::Changed(_) | Saved::TooMany => Self::Held,
            Saved::Submitted | Saved::Gone => Self::Nothing,
        }
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

/// Keeps answers, in a new draft or in the one that is there; its time begins anew. The same answers again are no conflict:
/// that is a double click.
///
/// # Errors
/// Of the database.
pub fn save<A: Answers>(
    c: &mut SqliteConnection,
    owner: &Owner,
    change: &Change<A>,
    now: i64,
) -> QueryResult<Saved> {
    match find::<A>(c, owner, &change.handle)? {
        None if change.revision == 0 => insert(c, owner, change, now),
        None => Ok(Saved::Gone),
        Some(draft) if draft.answers.kind() != change.answers.kind() => Ok(Saved::Gone),
        Some(draft) if draft.submitted.is_some() => Ok(Saved::Submitted),
        Some(draft) if draft.answers == change.answers => Ok(Saved::Kept(draft.revision)),
        Some(draft) if draft.revision != change.revision => Ok(Saved::Changed(draft.revision)),
        Some(draft) => {
            let answers =
                (drafts::answers.eq(json(&change.answers)?), drafts::folded.eq(fold(change.answers.title())));
            diesel::update(drafts::table.find(draft.id)).set(answers).execute(c)?;
            touch(c, draft.id, now)
        }
    }
}

fn insert<A: Answers>(
    c: &mut SqliteConnection,
    owner: &Owner,
    change: &Change<A>,
    now: i64,
) -> QueryResult<Saved> {
    let own = drafts::account_id.eq(owner.account_id).and(drafts::submitted_at.is_null());
    if drafts::table.filter(own).count().get_result::<i64>(c)? >= MOST_DRAFTS {
        return Ok(Saved::TooMany);
    }
    let answers = &change.answers;
    let inserted = diesel::insert_into(drafts::table)
        .values((
            drafts::account_id.eq(owner.account_id),
            drafts::handle.eq(&change.handle),
            drafts::kind.eq(answers.kind()),
            drafts::answers.eq(json(answers)?),
            drafts::folded.eq(fold(answers.title())),
            drafts::revision.eq(1),
            drafts::session_hash.eq(answers.ends_with_session().then_some(&owner.session)),
            drafts::changed_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(c)?;
    // A handle that is there and was not found is of another session.
    Ok(if inserted == 1 { Saved::Kept(1) } else { Saved::Gone })
}

fn json(answers: &impl Serialize) -> QueryResult<String> {
    serde_json::to_string(answers).map_err(|error| diesel::result::Error::SerializationError(error.into()))
}

/// Notes a change of something that the portal keeps with the draft: its revision is raised, and its time begins anew.
///
/// # Errors
/// Of the database.
pub fn touch(c: &mut SqliteConnection, id: i64, now: i64) -> QueryResult<Saved> {
    let never = None::<i64>;
    let changed = diesel::update(drafts::table.find(id).filter(drafts::submitted_at.is_null()))
        .set((
            drafts::revision.eq(drafts::revision + 1),
            drafts::changed_at.eq(now),
            drafts::noticed_60_at.eq(never),
            drafts::noticed_30_at.eq(never),
        ))
        .returning(drafts::revision)
        .get_result(c)
        .optional()?;
    changed.map_or_else(|| what_is_there(c, id), |revision| Ok(Saved::Kept(revision)))
}

/// Why nothing was written.
fn what_is_there(c: &mut SqliteConnection, id: i64) -> QueryResult<Saved> {
    let row = drafts::table.find(id).select((drafts::revision, drafts::submitted_at.is_null()));
    Ok(match row.first::<(i64, bool)>(c).optional()? {
        None => Saved::Gone,
        Some((_, false)) => Saved::Submitted,
        Some((revision, true)) => Saved::Changed(revision),
    })
}

/// Submits what was checked, once: by one conditional write. From then on it belongs to no session.
///
/// # Errors
/// Of the database.
pub fn submit<A: Answers>(
    c: &mut SqliteConnection,
    draft: &Draft<A>,
    checked_revision: i64,
    submitted: &Submitted,
) -> QueryResult<Saved> {
    let checked = drafts::revision.eq(checked_revision).and(drafts::submitted_at.is_null());
    let written = diesel::update(drafts::table.find(draft.id).filter(checked))
        .set((
            drafts::submitted_at.eq(submitted.at),
            drafts::changed_at.eq(submitted.at),
            drafts::number.eq(&submitted.number),
            drafts::folded.eq(fold(&format!("{} {}", draft.answers.title(), submitted.number))),
            drafts::enclosed.eq(&submitted.enclosed),
            drafts::waits.eq(submitted.waits),
            drafts::session_hash.eq(None::<String>),
        ))
        .execute(c)?;
    if written == 1 { Ok(Saved::Kept(checked_revision)) } else { what_is_there(c, draft.id) }
}

/// Deletes a draft; what was submitted stays.
///
/// # Errors
/// Of the database.
pub fn delete(c: &mut SqliteConnection, id: i64) -> QueryResult<()> {
    diesel::delete(drafts::table.find(id).filter(drafts::submitted_at.is_null())).execute(c).map(|_| ())
}

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

#[cfg(test)]
#[path = "drafts_tests.rs"]
mod tests;
