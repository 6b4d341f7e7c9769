//! The documents of filings.

use super::schema::documents;
use diesel::prelude::*;
use portal_front::drafts::{self, Saved};
use portal_front::pdf::Pdf;

/// Name and size.
pub(crate) type Document = (String, i64);

pub(crate) fn find_document(c: &mut SqliteConnection, filing_id: i64) -> QueryResult<Option<Document>> {
    documents::table.find(filing_id).select((documents::name, documents::size)).first(c).optional()
}

/// Puts a document into a filing that isn't submitted, in the place of the one before; without any, takes it out.
pub(crate) fn set_document(
    c: &mut SqliteConnection,
    filing_id: i64,
    pdf: Option<&Pdf>,
    now: i64,
) -> QueryResult<Saved> {
    let saved = drafts::touch(c, filing_id, now)?;
    if !matches!(saved, Saved::Kept(_)) {
        return Ok(saved);
    }
    diesel::delete(documents::table.find(filing_id)).execute(c)?;
    if let Some(pdf) = pdf {
        let document = (
            documents::draft_id.eq(filing_id),
            documents::name.eq(&pdf.name),
            documents::size.eq(i64::try_from(pdf.content.len()).unwrap_or(i64::MAX)),
            documents::content.eq(&pdf.content),
        );
        diesel::insert_into(documents::table).values(document).execute(c)?;
    }
    Ok(saved)
}
