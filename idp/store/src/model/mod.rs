//! What goes into and comes out of the operations: plain values, no rows.

mod authorization;
mod people;
mod upkeep;

pub use authorization::*;
pub use people::*;
pub use upkeep::*;
