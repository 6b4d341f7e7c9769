//! Keeping what a form brings, and submitting it.

use super::{Answers, Draft, Owner, Submitted, find};
use crate::places::fold;
use crate::schema::drafts;
use crate::{Form, Kept, accounts};
use diesel::prelude::*;
use relying_party::browser_session::CookieSecret;
use serde::Serialize;

/// Nobody needs more, and nobody fills the disk.
pub(super) const MOST_DRAFTS: i64 = 100;

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
    if !accounts::exists(c, owner.account_id)? {
        return Ok(Saved::Gone);
    }
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
