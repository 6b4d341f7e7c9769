//! What goes into and comes out of the operations: plain values, no rows.

mod account_pages;
mod administration;
mod authorization;
mod directory;
mod figures;
mod grants;
mod logout;
mod one_key;
mod passkeys;
mod password_reset;
mod people;
mod registration;
mod retention;
mod second_factors;
mod settings;
mod sign_in_partner;
mod support;
mod upkeep;

pub use account_pages::*;
pub use administration::*;
pub use authorization::*;
pub use directory::*;
pub use figures::*;
pub use grants::*;
pub use logout::*;
pub use one_key::*;
pub use passkeys::*;
pub use password_reset::*;
pub use people::*;
pub use registration::*;
pub use retention::*;
pub use second_factors::*;
pub use settings::*;
pub use sign_in_partner::*;
pub use support::*;
pub use upkeep::*;
