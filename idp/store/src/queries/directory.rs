//! The import of the old ONE-key directory: many accounts in one transaction.

use super::audit::insert_audit_record;
use super::{Conn, lock_key, plan_for_any_list};
use crate::schema::{account, connected_service, imported_one_key, one_key_account, one_key_question};
use crate::{DirectoryAccount, DirectoryBatch, Result, StoreError};
use diesel::prelude::*;
use idp_domain::account::{AccountStatus, EmailAddress};
use idp_domain::audit::AuditEvent;
use idp_domain::ids::ClientId;
use idp_domain::one_key::{ImportDecision, KnownOfEntry, decide_import};
use idp_domain::secret::KeyedHash;
use idp_domain::time::Timestamp;
use std::collections::{HashMap, HashSet};

/// Rows of one statement: SQLite takes 32,766 values in one, PostgreSQL 65,535.
const ROWS: usize = 2000;

/// What the database and the batch so far hold of the batch's entries.
struct Known {
    entries: HashMap<Vec<u8>, KeyedHash>,
    ids: HashSet<String>,
    subjects: HashSet<(String, String)>,
}

pub fn import_one_key_accounts(conn: &mut Conn, batch: DirectoryBatch) -> Result<Vec<ImportDecision>> {
    // Two imports at once take turns.
    lock_key(conn, "one-key-import")?;
    plan_for_any_list(conn)?;
    let mut known = load_known(conn, &batch.accounts)?;
    let decisions: Vec<ImportDecision> = batch.accounts.iter().map(|entry| known.decide(entry)).collect();
    let is_added = decisions.iter().map(|decision| *decision == ImportDecision::Add);
    let added: Vec<&DirectoryAccount> =
        batch.accounts.iter().zip(is_added).filter_map(|(entry, add)| add.then_some(entry)).collect();
    if !added.is_empty() {
        insert(conn, &added, &batch)?;
        let accounts = u64::try_from(added.len()).unwrap_or(u64::MAX);
        insert_audit_record(conn, &AuditEvent::OneKeyAccountsImported { accounts }, batch.now)?;
    }
    Ok(decisions)
}

fn load_known(conn: &mut Conn, accounts: &[DirectoryAccount]) -> Result<Known> {
    let hashes: Vec<&[u8]> = accounts.iter().map(|entry| entry.key.id.as_bytes()).collect();
    let imported: Vec<(Vec<u8>, Vec<u8>)> = imported_one_key::table
        .filter(imported_one_key::id_hash.eq_any(hashes))
        .select((imported_one_key::id_hash, imported_one_key::entry_hash))
        .load(conn)?;
    let mut entries = HashMap::new();
    for (id, entry) in imported {
        let entry = KeyedHash::from_slice(&entry).ok_or(StoreError::Corrupt("imported_one_key"))?;
        entries.insert(id, entry);
    }
    let fresh: Vec<&DirectoryAccount> =
        accounts.iter().filter(|entry| !entries.contains_key(entry.key.id.as_bytes())).collect();
    if fresh.is_empty() {
        return Ok(Known { entries, ids: HashSet::new(), subjects: HashSet::new() });
    }
    let keys: Vec<String> = fresh.iter().map(|entry| entry.one_key_id.key()).collect();
    let ids: Vec<Option<String>> = account::table
        .filter(account::one_key_id_key.eq_any(keys))
        .select(account::one_key_id_key)
        .load(conn)?;
    let mut by_client: HashMap<&ClientId, Vec<&str>> = HashMap::new();
    for (client, subject) in fresh.iter().flat_map(|entry| &entry.services) {
        by_client.entry(client).or_default().push(subject);
    }
    let mut subjects = HashSet::new();
    for (client, wanted) in by_client {
        for wanted in wanted.chunks(ROWS) {
            let found: Vec<Option<String>> = connected_service::table
                .filter(connected_service::client_id.eq(client.as_str()))
                .filter(connected_service::legacy_subject.eq_any(wanted))
                .select(connected_service::legacy_subject)
                .load(conn)?;
            subjects.extend(found.into_iter().flatten().map(|subject| (client.as_str().to_owned(), subject)));
        }
    }
    Ok(Known { entries, ids: ids.into_iter().flatten().collect(), subjects })
}

impl Known {
    /// Decides about an entry, and knows it from then on where it is added.
    fn decide(&mut self, entry: &DirectoryAccount) -> ImportDecision {
        let pair = |(client, subject): &(ClientId, String)| (client.as_str().to_owned(), subject.clone());
        let taken = entry.services.iter().find(|service| self.subjects.contains(&pair(service)));
        let id = entry.one_key_id.key();
        let decision = decide_import(
            &entry.key,
            KnownOfEntry {
                imported: self.entries.get(entry.key.id.as_bytes()).copied(),
                id_is_taken: self.ids.contains(&id),
                subject_taken: taken.map(|(client, _)| client.clone()),
            },
        );
        if decision == ImportDecision::Add {
            self.entries.insert(entry.key.id.as_bytes().to_vec(), entry.key.entry);
            self.ids.insert(id);
            self.subjects.extend(entry.services.iter().map(pair));
        }
        decision
    }
}

fn insert(conn: &mut Conn, added: &[&DirectoryAccount], batch: &DirectoryBatch) -> Result<()> {
    insert_accounts(conn, added, batch)?;
    let recovery = added.iter().map(|entry| {
        (
            one_key_account::account_id.eq(entry.id.as_str()),
            one_key_account::recovery_email.eq(entry.email.as_ref().map(|email| email.as_str().to_owned())),
            one_key_account::recovery_email_key.eq(entry.email.as_ref().map(EmailAddress::key)),
        )
    });
    let recovery: Vec<_> = recovery.collect();
    for rows in recovery.chunks(ROWS) {
        diesel::insert_into(one_key_account::table).values(rows).execute(conn)?;
    }
    let mut questions = Vec::new();
    for entry in added {
        for (position, (question, answer_hash)) in (1_i64..).zip(&entry.questions) {
            questions.push((
                one_key_question::account_id.eq(entry.id.as_str()),
                one_key_question::position.eq(position),
                // In the person's own words, as far as we know.
                one_key_question::question.eq(format!("own:{question}")),
                one_key_question::answer_hash.eq(answer_hash),
            ));
        }
    }
    for rows in questions.chunks(ROWS) {
        diesel::insert_into(one_key_question::table).values(rows).execute(conn)?;
    }
    insert_services(conn, added)?;
    let imported = added.iter().map(|entry| {
        (
            imported_one_key::id_hash.eq(entry.key.id.as_bytes()),
            imported_one_key::entry_hash.eq(entry.key.entry.as_bytes()),
            imported_one_key::imported_at.eq(batch.now.micros()),
        )
    });
    let imported: Vec<_> = imported.collect();
    for rows in imported.chunks(ROWS) {
        diesel::insert_into(imported_one_key::table).values(rows).execute(conn)?;
    }
    Ok(())
}

fn insert_accounts(conn: &mut Conn, added: &[&DirectoryAccount], batch: &DirectoryBatch) -> Result<()> {
    let accounts = added.iter().map(|entry| {
        (
            account::id.eq(entry.id.as_str()),
            account::one_key_id.eq(Some(entry.one_key_id.as_str())),
            account::one_key_id_key.eq(Some(entry.one_key_id.key())),
            account::password_hash.eq(Some(&entry.password_hash)),
            account::language.eq(entry.language.code()),
            account::status.eq(AccountStatus::Active.as_str()),
            account::terms_version.eq(batch.terms_version),
            account::created_at.eq(entry.created_at.micros()),
            account::password_changed_at.eq(entry.created_at.micros()),
            account::last_sign_in_at.eq(entry.last_sign_in_at.map(Timestamp::micros)),
        )
    });
    let accounts: Vec<_> = accounts.collect();
    for rows in accounts.chunks(ROWS) {
        diesel::insert_into(account::table).values(rows).execute(conn)?;
    }
    Ok(())
}

fn insert_services(conn: &mut Conn, added: &[&DirectoryAccount]) -> Result<()> {
    let mut services = Vec::new();
    for entry in added {
        let last_used_at = entry.last_sign_in_at.unwrap_or(entry.created_at);
        for (client, subject) in &entry.services {
            services.push((
                connected_service::account_id.eq(entry.id.as_str()),
                connected_service::client_id.eq(client.as_str()),
                connected_service::first_used_at.eq(entry.created_at.micros()),
                connected_service::last_used_at.eq(last_used_at.micros()),
                connected_service::legacy_subject.eq(Some(subject)),
            ));
        }
    }
    for rows in services.chunks(ROWS) {
        diesel::insert_into(connected_service::table).values(rows).execute(conn)?;
    }
    Ok(())
}
