//! A change that somebody orders.

use super::{Actor, Reason};

/// Who orders a change, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Who.
    pub by: Actor,
    /// Why; commands that the contract gives no `--reason` may leave it out, pages and the API never do.
    pub reason: Option<Reason>,
}

impl Order {
    /// By command, without words.
    #[must_use]
    pub fn of_operator() -> Self {
        Self { by: Actor::Operator, reason: None }
    }

    /// By the service itself (RFC 7592).
    #[must_use]
    pub fn of_service() -> Self {
        Self { by: Actor::Service, reason: None }
    }
}
