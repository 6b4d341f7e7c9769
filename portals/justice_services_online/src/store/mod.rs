//! What the portal keeps beside the front: accounts, and the documents of filings. Each function is a part of one transaction
//! of [`portal_front::Database`]; none knows a page. The filings themselves are the front's [`drafts`](portal_front::drafts).

mod accounts;
mod documents;
mod schema;

pub(crate) use accounts::{
    Registration, accept_terms, find_account, find_mail_address, register, save_contact, signed_in,
};
pub(crate) use documents::{Document, find_document, set_document};

use diesel_migrations::{EmbeddedMigrations, embed_migrations};

pub(crate) const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");
