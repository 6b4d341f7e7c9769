//! What the portal keeps beside the front: accounts, filings with their documents, mails that wait. Each function is a
//! part of one transaction of [`portal_front::Database`]; none knows a page.

mod accounts;
mod filings;
mod mails;
mod schema;

pub(crate) use accounts::{Registration, accept_terms, find_account, save_contact, signed_in};
pub(crate) use filings::{
    Filing, List, Listed, NewFiling, PAGE_LENGTH, Saved, Submitted, count, delete_draft, end_family_filings,
    find_filing, find_transaction, list, remove_document, save, save_document, submit,
};
pub(crate) use mails::{WaitingMail, delete_mail, list_waiting_mails};

use diesel_migrations::{EmbeddedMigrations, embed_migrations};

pub(crate) const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");
