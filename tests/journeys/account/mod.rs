//! The account's own pages.

mod confirm;
