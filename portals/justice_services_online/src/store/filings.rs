//! Filings: drafts, and what was submitted. A family filing that is not submitted belongs to its session and goes with it.

use super::schema::{accounts, documents, filings, sessions};
use crate::contact::Contact;
use crate::filing::{Answers, Area, Kind};
use crate::texts;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use ontario_language::Language;
use portal_front::pdf::Pdf;
use portal_front::places::fold;
use portal_front::retention::{Standing, TWELVE_MONTHS};
use portal_front::search::{PAGE_LENGTH, Search};
use relying_party::SECOND;

/// As the front ends sessions.
const SESSION_IDLE: i64 = 15 * 60 * SECOND;
/// Nobody needs more, and nobody fills the disk.
const MOST_DRAFTS: i64 = 100;
/// Of everything that is due, one pass does so much.
const MOST_DUE: i64 = 10_000;

/// A filing of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filing {
    pub(crate) id: i64,
    pub(crate) handle: String,
    pub(crate) kind: Kind,
    pub(crate) answers: Answers,
    pub(crate) revision: i64,
    pub(crate) changed_at: i64,
    /// What its person was told of its end.
    pub(crate) standing: Standing,
    /// Name and size.
    pub(crate) document: Option<(String, i64)>,
    pub(crate) submitted: Option<Submitted>,
}

impl Filing {
    /// Its title, or that it has none yet.
    pub(crate) fn title_to_show(&self, language: Language) -> &str {
        if self.answers.title.is_empty() { texts::untitled(language) } else { &self.answers.title }
    }

    /// The earliest day on which a draft can be deleted.
    pub(crate) fn kept_until(&self) -> i64 {
        self.standing.end(TWELVE_MONTHS)
    }
}

/// What became of a filing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Submitted {
    pub(crate) at: i64,
    pub(crate) number: String,
    /// JSON, as it was then.
    pub(crate) contact: String,
}

/// Answers to keep, in a new filing or in one that is there.
pub(crate) struct NewFiling<'a> {
    pub(crate) account_id: i64,
    pub(crate) handle: &'a str,
    pub(crate) kind: Kind,
    pub(crate) answers: &'a Answers,
    /// The one that the form was made from; 0 for a new filing.
    pub(crate) revision: i64,
    /// The session that a family filing belongs to.
    pub(crate) session_hash: &'a str,
}

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Saved {
    /// It is kept, under this revision.
    Kept(i64),
    /// Somebody else's tab was faster; this is the revision now.
    Changed(i64),
    /// It was submitted before.
    Submitted,
    /// There is none, or no more room for one.
    Gone,
    TooMany,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = filings)]
struct Row {
    id: i64,
    handle: String,
    kind: String,
    title: String,
    court: String,
    revision: i64,
    changed_at: i64,
    submitted_at: Option<i64>,
    number: Option<String>,
    contact: Option<String>,
    noticed_60_at: Option<i64>,
    noticed_30_at: Option<i64>,
}

impl Filing {
    /// Without its document.
    fn of(row: Row) -> Option<Self> {
        let submitted = match (row.submitted_at, row.number, row.contact) {
            (Some(at), Some(number), Some(contact)) => Some(Submitted { at, number, contact }),
            _ => None,
        };
        let (since, noticed_60_at, noticed_30_at) = (row.changed_at, row.noticed_60_at, row.noticed_30_at);
        Some(Self {
            id: row.id,
            handle: row.handle,
            kind: Kind::from_code(&row.kind)?,
            answers: Answers { title: row.title, court: row.court },
            revision: row.revision,
            changed_at: row.changed_at,
            standing: Standing { since, noticed_60_at, noticed_30_at },
            document: None,
            submitted,
        })
    }

    /// The one that this query finds, with its document.
    fn first(c: &mut SqliteConnection, query: filings::BoxedQuery<'_, Sqlite>) -> QueryResult<Option<Self>> {
        let row = query.select(Row::as_select()).first(c).optional()?;
        let Some(filing) = row.and_then(Self::of) else { return Ok(None) };
        let document = documents::table.find(filing.id).select((documents::name, documents::size));
        Ok(Some(Self { document: document.first(c).optional()?, ..filing }))
    }
}

/// Of this account; of a family filing that is not submitted only the session's own.
pub(crate) fn find_filing(
    c: &mut SqliteConnection,
    account_id: i64,
    handle: &str,
    session_hash: &str,
) -> QueryResult<Option<Filing>> {
    let own = filings::table
        .filter(filings::account_id.eq(account_id).and(filings::handle.eq(handle)))
        .filter(filings::session_hash.is_null().or(filings::session_hash.eq(session_hash)));
    Filing::first(c, own.into_boxed())
}

/// Keeps answers. The same answers again are no conflict: that is a double click.
pub(crate) fn save(c: &mut SqliteConnection, new: &NewFiling<'_>, now: i64) -> QueryResult<Saved> {
    match find_filing(c, new.account_id, new.handle, new.session_hash)? {
        None if new.revision == 0 => insert(c, new, now),
        None => Ok(Saved::Gone),
        Some(filing) if filing.kind != new.kind => Ok(Saved::Gone),
        Some(filing) if filing.submitted.is_some() => Ok(Saved::Submitted),
        Some(filing) if filing.answers == *new.answers => Ok(Saved::Kept(filing.revision)),
        Some(filing) if filing.revision != new.revision => Ok(Saved::Changed(filing.revision)),
        Some(filing) => {
            let answers = (
                filings::title.eq(&new.answers.title),
                filings::court.eq(&new.answers.court),
                filings::folded.eq(fold(&new.answers.title)),
            );
            diesel::update(filings::table.find(filing.id)).set(answers).execute(c)?;
            changed(c, filing.id, filing.revision, now)
        }
    }
}

fn insert(c: &mut SqliteConnection, new: &NewFiling<'_>, now: i64) -> QueryResult<Saved> {
    let drafts =
        filings::table.filter(filings::account_id.eq(new.account_id).and(filings::submitted_at.is_null()));
    if drafts.count().get_result::<i64>(c)? >= MOST_DRAFTS {
        return Ok(Saved::TooMany);
    }
    let session_hash = (new.kind.area() == Area::Family).then_some(new.session_hash);
    let inserted = diesel::insert_into(filings::table)
        .values((
            filings::account_id.eq(new.account_id),
            filings::handle.eq(new.handle),
            filings::kind.eq(new.kind.code()),
            filings::title.eq(&new.answers.title),
            filings::court.eq(&new.answers.court),
            filings::folded.eq(fold(&new.answers.title)),
            filings::revision.eq(1),
            filings::session_hash.eq(session_hash),
            filings::created_at.eq(now),
            filings::changed_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(c)?;
    // A handle that is there and was not found is of a family filing in another session.
    Ok(if inserted == 1 { Saved::Kept(1) } else { Saved::Gone })
}

fn changed(c: &mut SqliteConnection, id: i64, revision: i64, now: i64) -> QueryResult<Saved> {
    // Its 12 months begin anew.
    let never = None::<i64>;
    diesel::update(filings::table.find(id))
        .set((
            filings::revision.eq(revision + 1),
            filings::changed_at.eq(now),
            filings::noticed_60_at.eq(never),
            filings::noticed_30_at.eq(never),
        ))
        .execute(c)?;
    Ok(Saved::Kept(revision + 1))
}

/// Puts a document into a filing that isn't submitted, in the place of the one before; without any, takes it out.
pub(crate) fn set_document(
    c: &mut SqliteConnection,
    filing_id: i64,
    pdf: Option<&Pdf>,
    now: i64,
) -> QueryResult<Saved> {
    let revision = match open_revision(c, filing_id)? {
        Ok(revision) => revision,
        Err(saved) => return Ok(saved),
    };
    diesel::delete(documents::table.find(filing_id)).execute(c)?;
    if let Some(pdf) = pdf {
        let document = (
            documents::filing_id.eq(filing_id),
            documents::name.eq(&pdf.name),
            documents::size.eq(i64::try_from(pdf.content.len()).unwrap_or(i64::MAX)),
            documents::content.eq(&pdf.content),
        );
        diesel::insert_into(documents::table).values(document).execute(c)?;
    }
    changed(c, filing_id, revision, now)
}

/// The revision now, of a filing that is there and isn't submitted.
fn open_revision(c: &mut SqliteConnection, filing_id: i64) -> QueryResult<Result<i64, Saved>> {
    let now = filings::table.find(filing_id).select((filings::revision, filings::submitted_at));
    Ok(match now.first::<(i64, Option<i64>)>(c).optional()? {
        None => Err(Saved::Gone),
        Some((_, Some(_))) => Err(Saved::Submitted),
        Some((revision, None)) => Ok(revision),
    })
}

/// Submits what was checked, once: by one conditional write.
pub(crate) fn submit(
    c: &mut SqliteConnection,
    filing: &Filing,
    checked_revision: i64,
    submitted: &Submitted,
) -> QueryResult<Saved> {
    let checked = filings::table
        .filter(filings::id.eq(filing.id).and(filings::revision.eq(checked_revision)))
        .filter(filings::submitted_at.is_null());
    let written = diesel::update(checked)
        .set((
            filings::submitted_at.eq(submitted.at),
            filings::changed_at.eq(submitted.at),
            filings::number.eq(&submitted.number),
            filings::folded.eq(fold(&format!("{} {}", filing.answers.title, submitted.number))),
            filings::contact.eq(&submitted.contact),
            filings::session_hash.eq(None::<String>),
        ))
        .execute(c)?;
    if written == 1 {
        return Ok(Saved::Kept(checked_revision));
    }
    Ok(match open_revision(c, filing.id)? {
        Ok(revision) => Saved::Changed(revision),
        Err(saved) => saved,
    })
}

/// Deletes a draft; what was submitted stays.
pub(crate) fn delete_draft(c: &mut SqliteConnection, id: i64) -> QueryResult<()> {
    diesel::delete(filings::table.filter(filings::id.eq(id).and(filings::submitted_at.is_null())))
        .execute(c)?;
    Ok(())
}

/// A draft whose end comes near.
pub(crate) struct UnfinishedDraft {
    pub(crate) id: i64,
    pub(crate) kind: Kind,
    pub(crate) standing: Standing,
    /// Where its person is written to.
    pub(crate) address: String,
    pub(crate) language: Language,
}

/// Drafts that were not changed since `before`. A family filing is none: it goes with its session.
pub(crate) fn list_due_drafts(c: &mut SqliteConnection, before: i64) -> QueryResult<Vec<UnfinishedDraft>> {
    let rows = filings::table
        .inner_join(accounts::table)
        .filter(filings::submitted_at.is_null().and(filings::session_hash.is_null()))
        .filter(filings::changed_at.le(before))
        .order(filings::changed_at)
        .limit(MOST_DUE)
        .select((Row::as_select(), accounts::contact, accounts::language))
        .load::<(Row, Option<String>, String)>(c)?;
    let due = |(row, contact, language): (Row, Option<String>, String)| {
        let contact: Contact = serde_json::from_str(&contact?).ok()?;
        let filing = Filing::of(row)?;
        Some(UnfinishedDraft {
            id: filing.id,
            kind: filing.kind,
            standing: filing.standing,
            address: contact.email,
            language: Language::from_code(&language).unwrap_or_default(),
        })
    };
    Ok(rows.into_iter().filter_map(due).collect())
}

/// Notes which reminders are out.
pub(crate) fn mark_reminded(c: &mut SqliteConnection, id: i64, standing: Standing) -> QueryResult<()> {
    let told = (
        filings::noticed_60_at.eq(standing.noticed_60_at),
        filings::noticed_30_at.eq(standing.noticed_30_at),
    );
    diesel::update(filings::table.find(id)).set(told).execute(c).map(|_| ())
}

/// Deletes the family filings, not submitted, whose sessions are over: nobody finds them again.
pub(crate) fn end_family_filings(c: &mut SqliteConnection, now: i64) -> QueryResult<()> {
    let live = sessions::table
        .filter(sessions::ended.is_null().and(sessions::last_seen_at.gt(now - SESSION_IDLE)))
        .select(sessions::cookie_hash.nullable());
    let unfinished = filings::table.filter(filings::session_hash.is_not_null());
    diesel::delete(unfinished.filter(filings::session_hash.ne_all(live))).execute(c)?;
    Ok(())
}

/// A submitted filing of this account.
pub(crate) fn find_transaction(
    c: &mut SqliteConnection,
    account_id: i64,
    number: &str,
) -> QueryResult<Option<Filing>> {
    let own = filings::table.filter(filings::account_id.eq(account_id).and(filings::number.eq(number)));
    Filing::first(c, own.into_boxed())
}

/// Which filings are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum List {
    Drafts,
    /// What was submitted, and the drafts.
    Transactions,
}

fn of_list(account_id: i64, list: List, search: &str) -> filings::BoxedQuery<'static, Sqlite> {
    // A draft of a family filing is nowhere listed: it goes with its session.
    let own = filings::table
        .filter(filings::account_id.eq(account_id))
        .filter(filings::session_hash.is_null())
        .into_boxed();
    let own = if list == List::Drafts { own.filter(filings::submitted_at.is_null()) } else { own };
    if search.is_empty() {
        return own;
    }
    let plain = fold(search).replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    own.filter(filings::folded.like(format!("%{plain}%")).escape('\\'))
}

/// How many there are.
pub(crate) fn count(c: &mut SqliteConnection, account_id: i64, list: List) -> QueryResult<i64> {
    of_list(account_id, list, "").count().get_result(c)
}

/// One page of a list, the newest first, and how many there are.
pub(crate) fn list(
    c: &mut SqliteConnection,
    account_id: i64,
    list: List,
    search: &Search,
) -> QueryResult<(Vec<Filing>, i64)> {
    let total = of_list(account_id, list, &search.words).count().get_result(c)?;
    let rows: Vec<Row> = of_list(account_id, list, &search.words)
        .order((filings::changed_at.desc(), filings::id.desc()))
        .offset(search.offset())
        .limit(PAGE_LENGTH)
        .select(Row::as_select())
        .load(c)?;
    Ok((rows.into_iter().filter_map(Filing::of).collect(), total))
}
