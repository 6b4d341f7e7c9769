//! Who administers, and what they may do: the one table that the command line, the API and the console ask.
//!
//! Owns roles, scopes and the table of both. Signing in is the account's business, an API client's token the token
//! endpoint's.

mod actor;
mod order;
mod reason;
mod support;

pub use actor::{Actor, UnknownActor};
pub use order::Order;
pub use reason::{Reason, ReasonError};
pub use support::{APPROVAL_WINDOW, LockReference, RemovedFactors, TwoPersonsError, check_two_persons};

use crate::authorization::scope::Scope;
use crate::ids::{AccountId, ClientId};
use serde::{Deserialize, Serialize};

/// What an administrator is trusted with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Rotates keys, sets settings, names administrators.
    KeyAdmin,
    /// Tends relying services, partners and notices.
    ServiceAdmin,
    /// Helps people: accounts and mails.
    Support,
    /// Reads everything, changes nothing.
    Auditor,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::KeyAdmin, Self::ServiceAdmin, Self::Support, Self::Auditor];

    /// Its word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::KeyAdmin => "key-admin",
            Self::ServiceAdmin => "service-admin",
            Self::Support => "support",
            Self::Auditor => "auditor",
        }
    }

    /// Reads its word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    /// Whether it changes things of `area`.
    fn changes(self, area: Area) -> bool {
        match self {
            Self::KeyAdmin => matches!(area, Area::Keys | Area::Settings | Area::Administrators),
            Self::ServiceAdmin => matches!(area, Area::Services | Area::Partners | Area::Notices),
            Self::Support => matches!(area, Area::Accounts | Area::Mail),
            Self::Auditor => false,
        }
    }

    /// Whether it sees things of `area`. The dashboard and the state of the transfers are for all.
    fn sees(self, area: Area) -> bool {
        self == Self::Auditor || matches!(area, Area::Dashboard | Area::Transfers) || self.changes(area)
    }
}

impl std::fmt::Display for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What administration is about; the pages D1 to D11.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    /// Figures of how the server does (D1).
    Dashboard,
    /// Signing keys (D3).
    Keys,
    /// Relying services (D4).
    Services,
    /// Sign-in partners (D8).
    Partners,
    /// Notices on the sign-in pages (D2).
    Notices,
    /// People's accounts (D5).
    Accounts,
    /// The mail outbox (D7).
    Mail,
    /// Settings (D9).
    Settings,
    /// Administrators and their roles (D10).
    Administrators,
    /// The audit (D6).
    Audit,
    /// The decisions on the transfer (D11).
    Transfers,
}

impl Area {
    /// Every area.
    pub const ALL: [Self; 11] = [
        Self::Keys,
        Self::Services,
        Self::Partners,
        Self::Notices,
        Self::Accounts,
        Self::Mail,
        Self::Settings,
        Self::Administrators,
        Self::Audit,
        Self::Transfers,
        Self::Dashboard,
    ];

    /// Whether anything of it can be changed at all: figures are counted, the audit is append-only, a transfer final.
    #[must_use]
    pub fn is_changeable(self) -> bool {
        !matches!(self, Self::Dashboard | Self::Audit | Self::Transfers)
    }

    /// The word before the colon of the API's scopes: `keys:read`.
    #[must_use]
    pub fn scope_name(self) -> &'static str {
        match self {
            Self::Keys => "keys",
            Self::Services | Self::Partners | Self::Notices => "services",
            Self::Accounts | Self::Transfers => "accounts",
            Self::Mail => "mail",
            Self::Settings | Self::Administrators => "settings",
            Self::Audit | Self::Dashboard => "audit",
        }
    }
}

/// What somebody wants to do in an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Look.
    Read(Area),
    /// Change.
    Write(Area),
}

impl Act {
    /// The API's scope for it: `keys:write`. Who may change may also look.
    #[must_use]
    pub fn scope(self) -> String {
        match self {
            Self::Read(area) => format!("{}:read", area.scope_name()),
            Self::Write(area) => format!("{}:write", area.scope_name()),
        }
    }
}

/// Everything that can be done.
fn acts() -> impl Iterator<Item = Act> {
    Area::ALL.into_iter().flat_map(|area| {
        let change = area.is_changeable().then_some(Act::Write(area));
        [Some(Act::Read(area)), change].into_iter().flatten()
    })
}

/// Every scope of the administration API.
#[must_use]
pub fn api_scopes() -> Vec<String> {
    let mut scopes: Vec<String> = Vec::new();
    for scope in acts().map(Act::scope) {
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    scopes
}

/// Who wants to act, and by what right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authority {
    /// Whoever can run the program with the database's and the master key's secrets.
    Operator,
    /// A person with roles, signed in at level 2 or more.
    Administrator {
        /// Who.
        account: AccountId,
        /// Trusted with what.
        roles: Vec<Role>,
    },
    /// A program with an access token of its own (RFC 6749 section 4.4).
    ApiClient {
        /// Which.
        client: ClientId,
        /// The token's scope.
        scope: Scope,
    },
}

impl Authority {
    /// Whether they may.
    #[must_use]
    pub fn may(&self, act: Act) -> bool {
        if let Act::Write(area) = act
            && !area.is_changeable()
        {
            return false;
        }
        match (self, act) {
            (Self::Operator, _) => true,
            (Self::Administrator { roles, .. }, Act::Read(area)) => roles.iter().any(|role| role.sees(area)),
            (Self::Administrator { roles, .. }, Act::Write(area)) => {
                roles.iter().any(|role| role.changes(area))
            }
            (Self::ApiClient { scope, .. }, Act::Read(area)) => {
                scope.contains(&act.scope()) || scope.contains(&Act::Write(area).scope())
            }
            (Self::ApiClient { scope, .. }, Act::Write(_)) => scope.contains(&act.scope()),
        }
    }

    /// What a program with these scopes may do at the API and they may not. Nobody gives such a program a right, or takes its
    /// credentials into their hands, who doesn't have the right: it would be theirs.
    #[must_use]
    pub fn lacks_for<'a>(&self, scopes: impl IntoIterator<Item = &'a String>) -> Option<Act> {
        let scopes: Vec<&String> = scopes.into_iter().collect();
        acts().find(|act| scopes.contains(&&act.scope()) && !self.may(*act))
    }

    /// As the audit names them.
    #[must_use]
    pub fn actor(&self) -> Actor {
        match self {
            Self::Operator => Actor::Operator,
            Self::Administrator { account, .. } => Actor::Administrator(account.clone()),
            Self::ApiClient { client, .. } => Actor::ApiClient(client.clone()),
        }
    }
}

/// What became of a change to the administrators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleChange {
    /// Done.
    Done,
    /// It was so before.
    Unchanged,
    /// Nobody else would have the role.
    LastOfRole,
    /// There is no such account, or it is not an active My Ontario Account.
    NoAccount,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn administrator(roles: &[Role]) -> Authority {
        Authority::Administrator { account: AccountId::parse("a").unwrap(), roles: roles.to_vec() }
    }

    fn client(scope: &str) -> Authority {
        Authority::ApiClient { client: ClientId::parse("c").unwrap(), scope: Scope::from_stored(scope) }
    }

    #[test]
    fn each_role_changes_its_pages_and_the_auditor_sees_all_and_changes_nothing() {
        let changed_by = |role: Role| -> Vec<Area> {
            Area::ALL.into_iter().filter(|area| administrator(&[role]).may(Act::Write(*area))).collect()
        };
        assert_eq!(changed_by(Role::KeyAdmin), [Area::Keys, Area::Settings, Area::Administrators]);
        assert_eq!(changed_by(Role::ServiceAdmin), [Area::Services, Area::Partners, Area::Notices]);
        assert_eq!(changed_by(Role::Support), [Area::Accounts, Area::Mail]);
        assert_eq!(changed_by(Role::Auditor), []);
        for area in Area::ALL {
            assert!(administrator(&[Role::Auditor]).may(Act::Read(area)), "{area:?}");
            assert!(!administrator(&[]).may(Act::Read(area)), "{area:?}");
        }
        assert!(!administrator(&[Role::Support]).may(Act::Read(Area::Keys)));
        assert!(administrator(&[Role::Support]).may(Act::Read(Area::Transfers)));
    }

    #[test]
    fn nobody_rewrites_the_audit_or_a_transfer() {
        for authority in
            [Authority::Operator, administrator(&Role::ALL), client("audit:write accounts:write")]
        {
            assert!(!authority.may(Act::Write(Area::Audit)));
            assert!(!authority.may(Act::Write(Area::Transfers)));
        }
    }

    #[test]
    fn a_token_opens_what_its_scopes_name_and_writing_includes_reading() {
        let writer = client("keys:write");
        assert!(writer.may(Act::Write(Area::Keys)) && writer.may(Act::Read(Area::Keys)));
        let reader = client("keys:read services:read");
        assert!(reader.may(Act::Read(Area::Keys)) && !reader.may(Act::Write(Area::Keys)));
        assert!(reader.may(Act::Read(Area::Notices)) && !reader.may(Act::Read(Area::Mail)));
        assert!(!client("keys keys:* KEYS:READ keys:rea openid").may(Act::Read(Area::Keys)));
    }

    #[test]
    fn nobody_gives_a_program_a_right_that_they_do_not_have() {
        let scopes = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let lacks = |authority: &Authority, text: &str| authority.lacks_for(&scopes(text));
        let tender = administrator(&[Role::ServiceAdmin]);
        assert_eq!(lacks(&tender, "openid email services:read services:write reports:read"), None);
        assert_eq!(lacks(&tender, "services:write keys:read"), Some(Act::Read(Area::Keys)));
        assert_eq!(lacks(&tender, "accounts:write"), Some(Act::Write(Area::Accounts)));
        // It sees the dashboard and the transfers, but not all that the scope opens.
        assert_eq!(lacks(&tender, "audit:read"), Some(Act::Read(Area::Audit)));
        assert_eq!(lacks(&administrator(&Role::ALL), &api_scopes().join(" ")), None);
        assert_eq!(lacks(&Authority::Operator, &api_scopes().join(" ")), None);
        assert_eq!(lacks(&client("services:write"), "services:write"), None);
        assert_eq!(lacks(&client("services:write"), "settings:write"), Some(Act::Write(Area::Settings)));
    }

    #[test]
    fn the_scopes_are_those_of_the_contract() {
        assert_eq!(
            api_scopes().join(" "),
            "keys:read keys:write services:read services:write accounts:read accounts:write mail:read mail:write \
             settings:read settings:write audit:read"
        );
    }

    #[test]
    fn a_role_is_read_as_it_was_written() {
        for role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
        }
        assert_eq!(Role::parse("root"), None);
    }
}
