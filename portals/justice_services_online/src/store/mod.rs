//! What the portal keeps beside the front: accounts, filings with their documents. Each function is a
//! part of one transaction of [`portal_front::Database`]; none knows a page.

mod accounts;
mod filings;
mod schema;

pub(crate) use accounts::{Registration, accept_terms, find_account, register, save_contact, signed_in};
pub(crate) use filings::{
    Filing, List, NewFiling, Saved, Submitted, UnfinishedDraft, count, delete_draft, end_family_filings,
    find_filing, find_transaction, list, list_due_drafts, mark_reminded, save, set_document, submit,
};

use diesel_migrations::{EmbeddedMigrations, embed_migrations};

pub(crate) const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");
