//! Administrators and their roles.

use super::accounts::{AccountRow, find_account, find_account_by_email};
use super::audit::insert_audit_record;
use super::{Conn, lock_key};
use crate::schema::{account, administrator_role};
use crate::{Administrator, Result, RoleOrder, StoreError};
use diesel::prelude::*;
use idp_domain::account::{Account, AccountKind, AccountStatus};
use idp_domain::administration::{Order, Role, RoleChange};
use idp_domain::audit::AuditEvent;
use idp_domain::ids::AccountId;
use idp_domain::time::Timestamp;

pub fn find_account_by_address(conn: &mut Conn, email_key: String) -> Result<Option<Account>> {
    find_account_by_email(conn, &email_key)
}

pub fn find_roles(conn: &mut Conn, id: AccountId) -> Result<Vec<Role>> {
    let roles: Vec<String> = administrator_role::table
        .filter(administrator_role::account_id.eq(id.as_str()))
        .order(administrator_role::role)
        .select(administrator_role::role)
        .load(conn)?;
    roles.iter().map(|role| parse(role)).collect()
}

fn parse(role: &str) -> Result<Role> {
    Role::parse(role).ok_or(StoreError::Corrupt("administrator_role"))
}

pub fn list_administrators(conn: &mut Conn) -> Result<Vec<Administrator>> {
    load(conn, None)
}

pub fn find_administrator(conn: &mut Conn, id: AccountId) -> Result<Option<Administrator>> {
    Ok(load(conn, Some(&id))?.pop())
}

/// Everybody who is trusted with something, or one of them.
fn load(conn: &mut Conn, only: Option<&AccountId>) -> Result<Vec<Administrator>> {
    let mut found = administrator_role::table
        .inner_join(account::table.on(account::id.eq(administrator_role::account_id)))
        .order((account::email_key, administrator_role::role))
        .select((administrator_role::role, administrator_role::granted_at, AccountRow::as_select()))
        .into_boxed();
    if let Some(only) = only {
        found = found.filter(administrator_role::account_id.eq(only.as_str()));
    }
    let rows: Vec<(String, i64, AccountRow)> = found.load(conn)?;
    let mut administrators: Vec<Administrator> = Vec::new();
    for (role, granted_at, row) in rows {
        let account = row.into_domain()?;
        let role = (parse(&role)?, Timestamp::from_micros(granted_at));
        match administrators.last_mut().filter(|last| last.account == account.id) {
            Some(last) => last.roles.push(role),
            None => administrators.push(Administrator {
                account: account.id,
                name: account.name,
                last_sign_in_at: account.last_sign_in_at,
                roles: vec![role],
            }),
        }
    }
    Ok(administrators)
}

pub fn grant_role(conn: &mut Conn, order: RoleOrder) -> Result<RoleChange> {
    let account = find_account(conn, order.account.clone())?;
    let trusted = |account: &Account| {
        account.id.kind() == AccountKind::MyOntario && account.status == AccountStatus::Active
    };
    if !account.as_ref().is_some_and(trusted) {
        return Ok(RoleChange::NoAccount);
    }
    let granted = diesel::insert_into(administrator_role::table)
        .values((
            administrator_role::account_id.eq(order.account.as_str()),
            administrator_role::role.eq(order.role.as_str()),
            administrator_role::granted_at.eq(order.now.micros()),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    if granted == 0 {
        return Ok(RoleChange::Unchanged);
    }
    let RoleOrder { account, role, order: Order { by, reason }, now } = order;
    insert_audit_record(conn, &AuditEvent::RoleGranted { account, role, by, reason }, now)?;
    Ok(RoleChange::Done)
}

/// Whether anybody else who can sign in has a role.
fn has_another(conn: &mut Conn, id: &AccountId, role: Role) -> Result<bool> {
    let others = administrator_role::table
        .inner_join(account::table.on(account::id.eq(administrator_role::account_id)))
        .filter(administrator_role::role.eq(role.as_str()))
        .filter(administrator_role::account_id.ne(id.as_str()))
        .filter(account::status.eq(AccountStatus::Active.as_str()));
    Ok(others.count().get_result::<i64>(conn)? > 0)
}

fn lock_role(conn: &mut Conn, role: Role) -> Result<()> {
    lock_key(conn, &format!("role {role}"))
}

/// A role that nobody would have who can sign in, if this account could not any more. The turns of its roles are held until
/// the transaction ends, so that of two who lock or close one another the second finds itself the last.
pub(super) fn sole_role(conn: &mut Conn, id: &AccountId) -> Result<Option<Role>> {
    for role in find_roles(conn, id.clone())? {
        lock_role(conn, role)?;
    }
    for role in find_roles(conn, id.clone())? {
        if !has_another(conn, id, role)? {
            return Ok(Some(role));
        }
    }
    Ok(None)
}

pub fn revoke_role(conn: &mut Conn, order: RoleOrder) -> Result<RoleChange> {
    // Two who take the role from one another take turns: the second finds itself the last.
    lock_role(conn, order.role)?;
    let row = administrator_role::table.find((order.account.as_str(), order.role.as_str()));
    if row.count().get_result::<i64>(conn)? == 0 {
        return Ok(RoleChange::Unchanged);
    }
    if !has_another(conn, &order.account, order.role)? {
        return Ok(RoleChange::LastOfRole);
    }
    diesel::delete(row).execute(conn)?;
    let RoleOrder { account, role, order: Order { by, reason }, now } = order;
    insert_audit_record(conn, &AuditEvent::RoleRevoked { account, role, by, reason }, now)?;
    Ok(RoleChange::Done)
}
