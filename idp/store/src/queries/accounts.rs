//! Accounts and the services that they have used.

use super::Conn;
use super::audit::insert_audit_record;
use crate::keeping::update;
use crate::schema::{account, connected_service, relying_service};
use crate::{ConnectedService, Result, StoreError};
use diesel::prelude::*;
use idp_domain::Language;
use idp_domain::account::{Account, AccountName, AccountStatus, EmailAddress};
use idp_domain::audit::AuditEvent;
use idp_domain::ids::{AccountId, ClientId};
use idp_domain::one_key::OneKeyId;
use idp_domain::time::Timestamp;

/// The columns of an account that the domain knows.
#[derive(Queryable, Selectable)]
#[diesel(table_name = account)]
pub(super) struct AccountRow {
    id: String,
    email: Option<String>,
    one_key_id: Option<String>,
    password_hash: Option<String>,
    language: String,
    status: String,
    terms_version: i64,
    created_at: i64,
    password_changed_at: i64,
    last_sign_in_at: Option<i64>,
}

impl AccountRow {
    pub(super) fn into_domain(self) -> Result<Account> {
        let corrupt = || StoreError::Corrupt("account");
        Ok(Account {
            id: AccountId::parse(&self.id).ok_or_else(corrupt)?,
            name: name(self.email.as_deref(), self.one_key_id.as_deref()).ok_or_else(corrupt)?,
            password_hash: self.password_hash,
            language: Language::from_code(&self.language).ok_or_else(corrupt)?,
            status: AccountStatus::parse(&self.status).ok_or_else(corrupt)?,
            terms_version: self.terms_version,
            created_at: Timestamp::from_micros(self.created_at),
            password_changed_at: Timestamp::from_micros(self.password_changed_at),
            last_sign_in_at: self.last_sign_in_at.map(Timestamp::from_micros),
        })
    }
}

/// An account has one name, by which its kind is known.
fn name(email: Option<&str>, one_key_id: Option<&str>) -> Option<AccountName> {
    match (email, one_key_id) {
        (Some(email), None) => EmailAddress::parse(email).ok().map(AccountName::Email),
        (None, Some(id)) => OneKeyId::parse_imported(id).ok().map(AccountName::OneKeyId),
        _ => None,
    }
}

pub fn find_account(conn: &mut Conn, id: AccountId) -> Result<Option<Account>> {
    let row = account::table.find(id.as_str()).select(AccountRow::as_select()).first(conn).optional()?;
    row.map(AccountRow::into_domain).transpose()
}

pub fn accept_terms(conn: &mut Conn, id: AccountId, version: i64, now: Timestamp) -> Result<()> {
    let older = account::table.filter(account::id.eq(id.as_str())).filter(account::terms_version.lt(version));
    if update(older).set(account::terms_version.eq(version)).execute(conn)? == 1 {
        insert_audit_record(conn, &AuditEvent::TermsAccepted { account: id, version }, now)?;
    }
    Ok(())
}

pub fn find_legacy_subject(conn: &mut Conn, account: AccountId, client: ClientId) -> Result<Option<String>> {
    let row = connected_service::table.find((account.as_str(), client.as_str()));
    let subject: Option<Option<String>> =
        row.select(connected_service::legacy_subject).first(conn).optional()?;
    Ok(subject.flatten())
}

pub(super) fn find_account_by_email(conn: &mut Conn, email_key: &str) -> Result<Option<Account>> {
    let row = account::table
        .filter(account::email_key.eq(email_key))
        .select(AccountRow::as_select())
        .first(conn)
        .optional()?;
    row.map(AccountRow::into_domain).transpose()
}

pub fn list_connected_services(conn: &mut Conn, id: AccountId) -> Result<Vec<ConnectedService>> {
    let rows: Vec<(String, i64, i64)> = connected_service::table
        .inner_join(relying_service::table.on(relying_service::client_id.eq(connected_service::client_id)))
        .filter(connected_service::account_id.eq(id.as_str()))
        .order(connected_service::last_used_at.desc())
        .limit(200)
        .select((
            relying_service::metadata,
            connected_service::first_used_at,
            connected_service::last_used_at,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(metadata, first, last)| {
            Ok(ConnectedService {
                client: serde_json::from_str(&metadata)
                    .map_err(|_| StoreError::Corrupt("relying_service"))?,
                first_used_at: Timestamp::from_micros(first),
                last_used_at: Timestamp::from_micros(last),
            })
        })
        .collect()
}

/// Notes that an account used a service.
pub(super) fn upsert_connected_service(
    conn: &mut Conn,
    id: &AccountId,
    client: &ClientId,
    now: Timestamp,
) -> Result<()> {
    let again = update(connected_service::table.find((id.as_str(), client.as_str())))
        .set(connected_service::last_used_at.eq(now.micros()))
        .execute(conn)?;
    if again == 0 {
        diesel::insert_into(connected_service::table)
            .values((
                connected_service::account_id.eq(id.as_str()),
                connected_service::client_id.eq(client.as_str()),
                connected_service::first_used_at.eq(now.micros()),
                connected_service::last_used_at.eq(now.micros()),
            ))
            .on_conflict_do_nothing()
            .execute(conn)?;
    }
    Ok(())
}
