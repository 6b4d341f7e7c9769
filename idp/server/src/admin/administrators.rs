//! Administrators: who is trusted with what.

use super::{AdminError, Desk, instant, reason};
use idp_domain::account::{Account, EmailAddress};
use idp_domain::administration::{Act, Area, Authority, Role, RoleChange};
use idp_domain::ids::AccountId;
use idp_store::{Administrator, RoleOrder, Store};
use serde::Serialize;

/// An administrator as all faces show them.
#[derive(Debug, Clone, Serialize)]
pub struct AdministratorView {
    /// Their account.
    pub account: String,
    /// Their address.
    pub email: String,
    /// Their roles.
    pub roles: Vec<&'static str>,
    /// When they signed in last.
    pub last_sign_in: Option<String>,
}

impl From<Administrator> for AdministratorView {
    fn from(administrator: Administrator) -> Self {
        Self {
            account: administrator.account.to_string(),
            email: administrator.name.as_str().to_owned(),
            roles: administrator.roles.iter().map(|(role, _)| role.as_str()).collect(),
            last_sign_in: administrator.last_sign_in_at.map(instant),
        }
    }
}

/// By what right the person of an account administers; `None` where they are trusted with nothing. Read anew at each
/// request, so that a role that is taken ends at once.
///
/// # Errors
/// The database is away.
pub async fn authority_of(store: &Store, account: &AccountId) -> Result<Option<Authority>, AdminError> {
    let roles = store.find_roles(account.clone()).await?;
    Ok((!roles.is_empty()).then(|| Authority::Administrator { account: account.clone(), roles }))
}

/// Everybody who is trusted with something, by address.
///
/// # Errors
/// Not allowed, or the database is away.
pub async fn list(desk: &Desk<'_>) -> Result<Vec<Administrator>, AdminError> {
    desk.admit(Act::Read(Area::Administrators)).await?;
    Ok(desk.store.list_administrators().await?)
}

/// One administrator, by their account.
///
/// # Errors
/// Not allowed, or nobody of that account is trusted with anything.
pub async fn find(desk: &Desk<'_>, account: &str) -> Result<Administrator, AdminError> {
    desk.admit(Act::Read(Area::Administrators)).await?;
    let unknown = || AdminError::NotFound(format!("administrator {account}"));
    let known = AccountId::parse(account).ok_or_else(unknown)?;
    desk.store.find_administrator(known).await?.ok_or_else(unknown)
}

/// An administrator and what they have set up for second steps.
#[derive(Debug)]
pub struct AdministratorWithFactors {
    /// Who.
    pub administrator: Administrator,
    /// Whether they have an authenticator app.
    pub has_app: bool,
    /// How many passkeys.
    pub passkeys: u32,
}

/// The same, with their second factors.
///
/// # Errors
/// Not allowed, or the database is away.
pub async fn list_with_factors(desk: &Desk<'_>) -> Result<Vec<AdministratorWithFactors>, AdminError> {
    let mut all = Vec::new();
    for administrator in list(desk).await? {
        let factors = desk.store.find_second_factors(administrator.account.clone()).await?;
        all.push(AdministratorWithFactors {
            administrator,
            has_app: factors.authenticator_app.is_some(),
            passkeys: factors.passkeys,
        });
    }
    Ok(all)
}

/// Trusts the account of an address with a role; whether it is new to it.
///
/// # Errors
/// Not allowed, or the address has no active My Ontario Account.
pub async fn grant(desk: &Desk<'_>, email: &str, role: Role, why: Option<&str>) -> Result<bool, AdminError> {
    let order = order(desk, email, role, why).await?;
    match desk.store.grant_role(order).await? {
        RoleChange::Done => Ok(true),
        RoleChange::Unchanged => Ok(false),
        RoleChange::NoAccount | RoleChange::LastOfRole => Err(no_account(email)),
    }
}

/// Takes a role from the account of an address; whether it had it.
///
/// # Errors
/// Not allowed, the address has no account, or nobody else has the role.
pub async fn revoke(desk: &Desk<'_>, email: &str, role: Role, why: Option<&str>) -> Result<bool, AdminError> {
    let order = order(desk, email, role, why).await?;
    match desk.store.revoke_role(order).await? {
        RoleChange::Done => Ok(true),
        RoleChange::Unchanged => Ok(false),
        RoleChange::LastOfRole => {
            Err(AdminError::Conflict("keep at least one administrator with this role".into()))
        }
        RoleChange::NoAccount => Err(no_account(email)),
    }
}

async fn order(desk: &Desk<'_>, email: &str, role: Role, why: Option<&str>) -> Result<RoleOrder, AdminError> {
    desk.admit(Act::Write(Area::Administrators)).await?;
    let why = why.map(reason).transpose()?;
    let account = account_of(desk, email).await?;
    Ok(RoleOrder { account: account.id, role, order: desk.order(why), now: desk.now })
}

async fn account_of(desk: &Desk<'_>, email: &str) -> Result<Account, AdminError> {
    let address = EmailAddress::parse(email).map_err(|error| AdminError::invalid("email", &error))?;
    desk.store.find_account_by_address(address.key()).await?.ok_or_else(|| no_account(email))
}

fn no_account(email: &str) -> AdminError {
    AdminError::NotFound(format!("active My Ontario Account of {email}"))
}
