//! What people see: one folder or file for each journey, one file for each page. Every step returns to
//! [`resume::go_on`], the one dispatcher.

pub mod account;
pub mod cancel;
pub mod client_card;
pub mod consent;
pub mod extra_verification;
pub mod information;
pub mod leave;
pub mod locked;
pub mod mailed_code;
pub mod new_session;
pub mod one_key;
pub mod passkeys;
pub mod password_rules;
pub mod recovery;
pub mod resume;
pub mod select_account;
pub mod session;
pub mod sign_in;
pub mod sign_in_partner;
pub mod sign_out;
pub mod sign_up;
pub mod signed_out;
pub mod terms_updated;
pub mod transfer;
