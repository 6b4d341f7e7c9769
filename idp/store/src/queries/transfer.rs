//! The decision, exactly once. All that follows from it is written in its transaction, or nothing is.
//!
//! Two unique keys decide: an account has one decision, and a ONE-key account is in one. Every transaction first locks the
//! My Ontario Account's row, then spends the ONE-key account by one conditional update; nobody locks them the other way
//! round, so no two wait for each other.

use super::Conn;
use super::audit::insert_audit_record;
use super::operator_settings::transfers_are_held;
use super::outbox::insert_mail;
use super::proven::{ProvenAccount, Unproven, take_password};
use super::sessions::end_sessions_of_account;
use crate::keeping::update;
use crate::schema::{account, connected_service, transfer_decision, transfer_refusal};
use crate::{
    DeclineTransfer, EndSessions, RefusedTransfer, Result, StoreError, Transfer, TransferOutcome,
    TransferredEnrolment,
};
use diesel::prelude::*;
use idp_domain::account::AccountStatus;
use idp_domain::audit::AuditEvent;
use idp_domain::ids::{AccountId, ClientId, TransferId};
use idp_domain::session::SessionEndReason;
use idp_domain::time::Timestamp;
use idp_domain::transfer::{TransferChoice, TransferDecision, TransferRefusal};

#[derive(Queryable, Selectable)]
#[diesel(table_name = transfer_decision)]
struct DecisionRow {
    account_id: String,
    id: String,
    one_key_account_id: Option<String>,
    client_id: String,
    decided_at: i64,
}

impl DecisionRow {
    fn into_domain(self) -> Result<TransferDecision> {
        let corrupt = || StoreError::Corrupt("transfer_decision");
        Ok(TransferDecision {
            id: TransferId::parse(&self.id).ok_or_else(corrupt)?,
            account: AccountId::parse(&self.account_id).ok_or_else(corrupt)?,
            choice: match self.one_key_account_id {
                Some(id) => TransferChoice::Transferred(AccountId::parse(&id).ok_or_else(corrupt)?),
                None => TransferChoice::Declined,
            },
            client: ClientId::parse(&self.client_id).ok_or_else(corrupt)?,
            decided_at: Timestamp::from_micros(self.decided_at),
        })
    }
}

pub fn find_transfer_decision(conn: &mut Conn, account: AccountId) -> Result<Option<TransferDecision>> {
    let row = transfer_decision::table.find(account.as_str()).select(DecisionRow::as_select());
    row.first(conn).optional()?.map(DecisionRow::into_domain).transpose()
}

pub fn find_transfer_by_id(conn: &mut Conn, id: TransferId) -> Result<Option<TransferDecision>> {
    let row = transfer_decision::table
        .filter(transfer_decision::id.eq(id.as_str()))
        .select(DecisionRow::as_select());
    row.first(conn).optional()?.map(DecisionRow::into_domain).transpose()
}

pub fn find_transfer_of_one_key(conn: &mut Conn, one_key: AccountId) -> Result<Option<TransferDecision>> {
    let row = transfer_decision::table
        .filter(transfer_decision::one_key_account_id.eq(one_key.as_str()))
        .select(DecisionRow::as_select());
    row.first(conn).optional()?.map(DecisionRow::into_domain).transpose()
}

pub fn list_transfer_decisions(
    conn: &mut Conn,
    after: Option<(Timestamp, TransferId)>,
    most: i64,
) -> Result<Vec<TransferDecision>> {
    let (at, id) = after.map_or((i64::MIN, String::new()), |(at, id)| (at.micros(), id.to_string()));
    let later = transfer_decision::decided_at.gt(at);
    let same_instant = transfer_decision::decided_at.eq(at).and(transfer_decision::id.gt(id));
    let rows: Vec<DecisionRow> = transfer_decision::table
        .filter(later.or(same_instant))
        .order((transfer_decision::decided_at, transfer_decision::id))
        .limit(most)
        .select(DecisionRow::as_select())
        .load(conn)?;
    rows.into_iter().map(DecisionRow::into_domain).collect()
}

pub fn find_transferred_enrolment(
    conn: &mut Conn,
    account: AccountId,
    client: ClientId,
) -> Result<Option<TransferredEnrolment>> {
    let row: Option<(Option<String>, i64, Option<String>)> = transfer_decision::table
        .inner_join(
            connected_service::table
                .on(connected_service::account_id.nullable().eq(transfer_decision::one_key_account_id)),
        )
        .filter(transfer_decision::account_id.eq(account.as_str()))
        .filter(connected_service::client_id.eq(client.as_str()))
        .select((
            transfer_decision::one_key_account_id,
            transfer_decision::decided_at,
            connected_service::legacy_subject,
        ))
        .first(conn)
        .optional()?;
    let Some((one_key, decided_at, legacy_subject)) = row else { return Ok(None) };
    let one_key = one_key.as_deref().and_then(AccountId::parse);
    Ok(Some(TransferredEnrolment {
        one_key: one_key.ok_or(StoreError::Corrupt("transfer_decision"))?,
        legacy_subject,
        transferred_at: Timestamp::from_micros(decided_at),
    }))
}

pub fn list_enrolments(conn: &mut Conn, one_key: AccountId) -> Result<Vec<ClientId>> {
    let ids: Vec<String> = connected_service::table
        .filter(connected_service::account_id.eq(one_key.as_str()))
        .order(connected_service::client_id)
        .limit(1000)
        .select(connected_service::client_id)
        .load(conn)?;
    ids.iter().map(|id| ClientId::parse(id).ok_or(StoreError::Corrupt("connected_service"))).collect()
}

/// Locks an account's row until the transaction ends; whether it may sign in.
fn lock_active(conn: &mut Conn, account: &AccountId) -> Result<bool> {
    let active = account::table
        .filter(account::id.eq(account.as_str()))
        .filter(account::status.eq(AccountStatus::Active.as_str()));
    Ok(update(active).set(account::status.eq(account::status)).execute(conn)? == 1)
}

fn insert_decision(conn: &mut Conn, decision: &TransferDecision) -> Result<bool> {
    let one_key = match &decision.choice {
        TransferChoice::Transferred(one_key) => Some(one_key.as_str()),
        TransferChoice::Declined => None,
    };
    let inserted = diesel::insert_into(transfer_decision::table)
        .values((
            transfer_decision::account_id.eq(decision.account.as_str()),
            transfer_decision::id.eq(decision.id.as_str()),
            transfer_decision::one_key_account_id.eq(one_key),
            transfer_decision::client_id.eq(decision.client.as_str()),
            transfer_decision::decided_at.eq(decision.decided_at.micros()),
        ))
        .on_conflict(transfer_decision::account_id)
        .do_nothing()
        .execute(conn)?;
    Ok(inserted == 1)
}

/// Decides once more what was decided after the copy that is being restored, without its mails; `false` where it is decided,
/// or the copy doesn't know the account.
pub(super) fn repeat_decision(conn: &mut Conn, decision: TransferDecision, now: Timestamp) -> Result<bool> {
    let known = account::table.find(decision.account.as_str()).select(account::id);
    if known.first::<String>(conn).optional()?.is_none() || !insert_decision(conn, &decision)? {
        return Ok(false);
    }
    let TransferDecision { id: transfer, account, client, choice, .. } = decision;
    let event = match choice {
        TransferChoice::Declined => AuditEvent::TransferDeclined { transfer, account, client },
        TransferChoice::Transferred(one_key) => {
            // Whatever its state in the copy: it was carried over.
            update(account::table.find(one_key.as_str()))
                .set(account::status.eq(AccountStatus::Transferred.as_str()))
                .execute(conn)?;
            carry_enrolments_over(conn, &one_key, &account)?;
            AuditEvent::Transferred { transfer, account, one_key, client }
        }
    };
    insert_audit_record(conn, &event, now)?;
    Ok(true)
}

/// While decisions are held nobody makes one: the answer is that of a database that is away.
fn may_decide(conn: &mut Conn) -> Result<()> {
    if transfers_are_held(conn)? { Err(StoreError::Busy) } else { Ok(()) }
}

pub fn transfer_one_key(conn: &mut Conn, transfer: Transfer) -> Result<TransferOutcome> {
    may_decide(conn)?;
    if !lock_active(conn, &transfer.account)? {
        return Ok(TransferOutcome::Gone);
    }
    if find_transfer_decision(conn, transfer.account.clone())?.is_some() {
        return Ok(TransferOutcome::AlreadyDecided);
    }
    let one_key = transfer.proof.account.clone();
    let closed = match take_password(conn, &transfer.proof)? {
        Ok(proven) => close_one_key(conn, &proven)?,
        Err(Unproven::Superseded) => return Ok(TransferOutcome::Superseded),
        Err(Unproven::Closed) => Err(why_closed(conn, &one_key)?),
    };
    if let Err(refusal) = closed {
        let refused = RefusedTransfer {
            id: transfer.id,
            account: transfer.account,
            one_key,
            client: transfer.client,
            now: transfer.now,
        };
        record_refused_transfer(conn, refused)?;
        return Ok(TransferOutcome::Refused(refusal));
    }
    let decision = TransferDecision {
        id: transfer.id.clone(),
        account: transfer.account.clone(),
        choice: TransferChoice::Transferred(one_key.clone()),
        client: transfer.client.clone(),
        decided_at: transfer.now,
    };
    // The lock above lets nobody in between; without it this would undo everything and change nothing.
    if !insert_decision(conn, &decision)? {
        return Err(StoreError::Busy);
    }
    carry_enrolments_over(conn, &one_key, &transfer.account)?;
    let reason = SessionEndReason::AccountClosed;
    let all = EndSessions { account: one_key.clone(), except: None, reason, now: transfer.now };
    end_sessions_of_account(conn, all)?;
    for mail in &transfer.mails {
        insert_mail(conn, mail, transfer.now)?;
    }
    let event = AuditEvent::Transferred {
        transfer: transfer.id,
        account: transfer.account,
        one_key,
        client: transfer.client,
    };
    insert_audit_record(conn, &event, transfer.now)?;
    Ok(TransferOutcome::Done)
}

/// Spends a ONE-key account: of two that want it, one gets it.
fn close_one_key(
    conn: &mut Conn,
    one_key: &ProvenAccount,
) -> Result<std::result::Result<(), TransferRefusal>> {
    let one_key = one_key.id();
    let open = account::table
        .filter(account::id.eq(one_key.as_str()))
        .filter(account::one_key_id.is_not_null())
        .filter(account::status.eq(AccountStatus::Active.as_str()));
    let closed = account::status.eq(AccountStatus::Transferred.as_str());
    if update(open).set(closed).execute(conn)? == 1 {
        return Ok(Ok(()));
    }
    Ok(Err(why_closed(conn, one_key)?))
}

fn why_closed(conn: &mut Conn, one_key: &AccountId) -> Result<TransferRefusal> {
    let status: Option<String> =
        account::table.find(one_key.as_str()).select(account::status).first(conn).optional()?;
    let locked = status.as_deref() == Some(AccountStatus::Locked.as_str());
    Ok(if locked { TransferRefusal::Locked } else { TransferRefusal::AlreadyTransferred })
}

/// The services of the ONE-key account become connected services; one that the account has already is merged. The old
/// rows stay: they say by which identifier each service knew the ONE-key account.
fn carry_enrolments_over(conn: &mut Conn, from: &AccountId, to: &AccountId) -> Result<()> {
    let enrolments: Vec<(String, i64, i64)> = connected_service::table
        .filter(connected_service::account_id.eq(from.as_str()))
        .select((
            connected_service::client_id,
            connected_service::first_used_at,
            connected_service::last_used_at,
        ))
        .load(conn)?;
    for (client, first, last) in enrolments {
        let own = connected_service::table.find((to.as_str(), &client));
        let row: Option<(i64, i64)> = own
            .select((connected_service::first_used_at, connected_service::last_used_at))
            .first(conn)
            .optional()?;
        let (first, last) = row.map_or((first, last), |own| (own.0.min(first), own.1.max(last)));
        let times = (connected_service::first_used_at.eq(first), connected_service::last_used_at.eq(last));
        diesel::insert_into(connected_service::table)
            .values((
                connected_service::account_id.eq(to.as_str()),
                connected_service::client_id.eq(&client),
                times,
            ))
            .on_conflict((connected_service::account_id, connected_service::client_id))
            .do_update()
            .set(times)
            .execute(conn)?;
    }
    Ok(())
}

pub fn decline_transfer(conn: &mut Conn, decline: DeclineTransfer) -> Result<bool> {
    may_decide(conn)?;
    if !lock_active(conn, &decline.account)? {
        return Ok(false);
    }
    let decision = TransferDecision {
        id: decline.id.clone(),
        account: decline.account.clone(),
        choice: TransferChoice::Declined,
        client: decline.client.clone(),
        decided_at: decline.now,
    };
    if !insert_decision(conn, &decision)? {
        return Ok(false);
    }
    insert_mail(conn, &decline.mail, decline.now)?;
    let event = AuditEvent::TransferDeclined {
        transfer: decline.id,
        account: decline.account,
        client: decline.client,
    };
    insert_audit_record(conn, &event, decline.now)?;
    Ok(true)
}

pub fn record_refused_transfer(conn: &mut Conn, refused: RefusedTransfer) -> Result<()> {
    diesel::insert_into(transfer_refusal::table)
        .values((
            transfer_refusal::id.eq(refused.id.as_str()),
            transfer_refusal::account_id.eq(refused.account.as_str()),
            transfer_refusal::one_key_account_id.eq(refused.one_key.as_str()),
            transfer_refusal::client_id.eq(refused.client.as_str()),
            transfer_refusal::refused_at.eq(refused.now.micros()),
        ))
        .execute(conn)?;
    let event = AuditEvent::TransferRefused { account: refused.account, one_key: refused.one_key };
    insert_audit_record(conn, &event, refused.now)
}
