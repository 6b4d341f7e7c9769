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
