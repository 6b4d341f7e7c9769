//! Finding the accounts of whoever asks support for help: by an exact name or reference, never by a part of one.

use super::Conn;
use super::accounts::{find_account, find_account_by_email};
use super::registrations::{find_registration_by_id, list_registrations};
use crate::schema::{account, account_lock, activity_report, one_key_account, transfer_decision};
use crate::{FoundAccount, FoundBy, Registration, Result, SoughtAccounts};
use diesel::prelude::*;
use idp_domain::activation::RegistrationState;
use idp_domain::ids::AccountId;

pub fn seek_accounts(conn: &mut Conn, sought: SoughtAccounts) -> Result<Vec<FoundAccount>> {
    let mut found = Vec::new();
    for (id, by) in account_ids(conn, &sought)? {
        let is_known = found
            .iter()
            .any(|known| matches!(known, FoundAccount::Account(account, _) if account.id.as_str() == id));
        let Some(id) = AccountId::parse(&id).filter(|_| !is_known) else { continue };
        if let Some(account) = find_account(conn, id)? {
            found.push(FoundAccount::Account(Box::new(account), by));
        }
    }
    let mut waiting: Vec<(Registration, FoundBy)> = Vec::new();
    if let Some(key) = &sought.email_key {
        let registrations = list_registrations(conn, key, sought.most)?;
        waiting.extend(registrations.into_iter().map(|one| (one, FoundBy::Email)));
    }
    if let Some(id) = sought.registration {
        waiting.extend(find_registration_by_id(conn, id)?.map(|one| (one, FoundBy::Id)));
    }
    let can_be_activated = |one: &Registration| {
        one.facts.state == RegistrationState::Open && one.facts.created_at >= sought.registered_since
    };
    let waiting = waiting.into_iter().filter(|(one, _)| can_be_activated(one));
    found.extend(waiting.map(|(one, by)| FoundAccount::Registration(Box::new(one), by)));
    found.truncate(usize::try_from(sought.most).unwrap_or_default());
    Ok(found)
}

/// Identifiers of accounts, and by what each was found; one may come twice.
fn account_ids(conn: &mut Conn, sought: &SoughtAccounts) -> Result<Vec<(String, FoundBy)>> {
    let mut ids: Vec<(String, FoundBy)> = Vec::new();
    if let Some(key) = &sought.email_key {
        let account = find_account_by_email(conn, key)?;
        ids.extend(account.map(|account| (account.id.to_string(), FoundBy::Email)));
        let recovering: Vec<String> = one_key_account::table
            .filter(one_key_account::recovery_email_key.eq(key))
            .order(one_key_account::account_id)
            .limit(sought.most)
            .select(one_key_account::account_id)
            .load(conn)?;
        ids.extend(recovering.into_iter().map(|id| (id, FoundBy::RecoveryEmail)));
    }
    if let Some(key) = &sought.one_key_id_key {
        let of_name = account::table.filter(account::one_key_id_key.eq(key)).select(account::id);
        ids.extend(of_name.first(conn).optional()?.map(|id| (id, FoundBy::OneKeyId)));
    }
    if let Some(id) = &sought.account {
        ids.push((id.to_string(), FoundBy::Id));
    }
    if let Some(reference) = &sought.lock {
        let of_lock = account_lock::table
            .filter(account_lock::reference.eq(reference.as_str()))
            .select(account_lock::account_id);
        ids.extend(of_lock.first(conn).optional()?.map(|id| (id, FoundBy::Lock)));
    }
    if let Some(id) = &sought.transfer {
        let of_receipt = transfer_decision::table
            .filter(transfer_decision::id.eq(id.as_str()))
            .select(transfer_decision::account_id);
        ids.extend(of_receipt.first(conn).optional()?.map(|id| (id, FoundBy::Receipt)));
    }
    if let Some(id) = &sought.report {
        let of_report = activity_report::table.find(id.as_str()).select(activity_report::account_id);
        ids.extend(of_report.first(conn).optional()?.map(|id| (id, FoundBy::Report)));
    }
    Ok(ids)
}
