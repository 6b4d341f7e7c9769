//! Administrators.

use idp_domain::account::AccountName;
use idp_domain::administration::{Order, Role};
use idp_domain::ids::AccountId;
use idp_domain::time::Timestamp;

/// A role to grant or to take.
#[derive(Debug, Clone)]
pub struct RoleOrder {
    /// To whom, or from whom.
    pub account: AccountId,
    /// Which.
    pub role: Role,
    /// Who says so, and why.
    pub order: Order,
    /// The instant.
    pub now: Timestamp,
}

/// A person who has a role, or several.
#[derive(Debug, Clone)]
pub struct Administrator {
    /// Who.
    pub account: AccountId,
    /// Their address.
    pub name: AccountName,
    /// When they signed in last.
    pub last_sign_in_at: Option<Timestamp>,
    /// Their roles, and since when.
    pub roles: Vec<(Role, Timestamp)>,
}

/// Which records of the audit are asked for.
#[derive(Debug, Clone, Default)]
pub struct AuditQuery {
    /// Only those from this instant on.
    pub from: Option<Timestamp>,
    /// Only those before this instant.
    pub to: Option<Timestamp>,
    /// Only this event, by its name.
    pub event: Option<String>,
    /// Only what this actor did, as the record names them.
    pub actor: Option<String>,
    /// Only records that name this identifier.
    pub target: Option<String>,
    /// Only sealed records with a smaller number.
    pub before: Option<i64>,
    /// Only records that were written before the one at this position.
    pub older_than: Option<i64>,
    /// At most so many.
    pub most: i64,
}

/// A record of the audit, sealed or not.
#[derive(Debug, Clone)]
pub struct AuditEntry {
    /// Where it stands among all records, sealed or not.
    pub position: i64,
    /// Its number in the chain, once it is sealed.
    pub number: Option<i64>,
    /// When it was written.
    pub at: Timestamp,
    /// The event as JSON.
    pub body: String,
}
