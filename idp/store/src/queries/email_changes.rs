//! Changes of an account's address. The transactions of one address take turns (`lock_key`), as those that create accounts
//! do, so that two accounts never get the same one; an account's row is locked after the addresses.

use super::audit::insert_audit_record;
use super::grants::end_grants_of_account;
use super::outbox::insert_mail;
use super::proven::is_in_session;
use super::registrations::{end_registrations_of, take_mail_allowance};
use super::sessions::end_sessions_of_account;
use super::{Conn, lock_key};
use crate::keeping::update;
use crate::schema::{account, email_change, email_change_code};
use crate::{
    EmailChange, EmailChangeAttempt, EmailChangeMail, EmailChangeOutcome, EndSessions, NewEmailChange,
    NewEmailChangeCode, ResendEmailChangeCode, Result, StoreError, UndoOutcome,
};
use diesel::prelude::*;
use idp_domain::account::{AccountStatus, EmailAddress};
use idp_domain::activation::{CodeDecision, SentCode, WORKING_CODES, decide_code, may_resend};
use idp_domain::audit::AuditEvent;
use idp_domain::email_change::{EmailChangeFacts, EmailChangeState, UNDO_WINDOW, UndoDecision, decide_undo};
use idp_domain::grant::GrantEnd;
use idp_domain::ids::{AccountId, EmailChangeId};
use idp_domain::mail_allowance::{MailDecision, MailLimits};
use idp_domain::secret::{KeyedHash, TokenHash};
use idp_domain::session::SessionEndReason;
use idp_domain::time::Timestamp;

#[derive(Queryable, Selectable)]
#[diesel(table_name = email_change)]
struct ChangeRow {
    id: String,
    account_id: String,
    old_email: String,
    old_email_key: String,
    new_email: String,
    new_email_key: String,
    state: String,
    wrong_tries: i64,
    codes_dead_until: Option<i64>,
    created_at: i64,
    changed_at: Option<i64>,
}

fn corrupt() -> StoreError {
    StoreError::Corrupt("email_change")
}

impl ChangeRow {
    fn facts(&self) -> Result<EmailChangeFacts> {
        Ok(EmailChangeFacts {
            state: EmailChangeState::parse(&self.state).ok_or_else(corrupt)?,
            created_at: Timestamp::from_micros(self.created_at),
            changed_at: self.changed_at.map(Timestamp::from_micros),
            wrong: u32::try_from(self.wrong_tries).unwrap_or(u32::MAX),
            codes_dead_until: self.codes_dead_until.map(Timestamp::from_micros),
        })
    }

    fn ids(&self) -> Result<(AccountId, EmailChangeId)> {
        let account = AccountId::parse(&self.account_id).ok_or_else(corrupt)?;
        Ok((account, EmailChangeId::parse(&self.id).ok_or_else(corrupt)?))
    }
}

/// Whether an address can't become the address of this account, or of a new one: an account has it, or another one had it
/// until lately and may take it back. Every way to an address asks this, under the address's `lock_key`: a registration, a
/// sign-in partner's journey, a change.
pub(super) fn is_email_taken(
    conn: &mut Conn,
    key: &str,
    account: Option<&AccountId>,
    now: Timestamp,
) -> Result<bool> {
    let has_it = account::table.filter(account::email_key.eq(key));
    if diesel::select(diesel::dsl::exists(has_it)).get_result(conn)? {
        return Ok(true);
    }
    let held = email_change::table
        .filter(email_change::old_email_key.eq(key))
        .filter(email_change::account_id.ne(account.map_or("", AccountId::as_str)))
        .filter(email_change::state.eq(EmailChangeState::Changed.as_str()))
        .filter(email_change::changed_at.ge(now.minus(UNDO_WINDOW).micros()));
    Ok(diesel::select(diesel::dsl::exists(held)).get_result(conn)?)
}

/// Locks an account's row while it is active and has this address; whether it does.
fn lock_account(conn: &mut Conn, account: &AccountId, email_key: &str) -> Result<bool> {
    let row = account::table
        .filter(account::id.eq(account.as_str()))
        .filter(account::email_key.eq(email_key))
        .filter(account::status.eq(AccountStatus::Active.as_str()));
    Ok(update(row).set(account::status.eq(account::status)).execute(conn)? == 1)
}

pub fn start_email_change(
    conn: &mut Conn,
    new: NewEmailChange,
    limits: MailLimits,
) -> Result<EmailChangeMail> {
    let (old_key, new_key) = (new.old_email.key(), new.new_email.key());
    lock_key(conn, &new_key)?;
    if !lock_account(conn, &new.account, &old_key)? || !is_in_session(conn, &new.account, &new.session)? {
        return Ok(EmailChangeMail::Over);
    }
    let decision = allow(conn, &new.code, new.address_hash, new.account_hash, &limits, new.now)?;
    if decision != MailDecision::Send {
        return Ok(EmailChangeMail::Mail(decision));
    }
    let waiting = email_change::table
        .filter(email_change::account_id.eq(new.account.as_str()))
        .filter(email_change::state.eq(EmailChangeState::Open.as_str()));
    update(waiting).set(email_change::state.eq(EmailChangeState::Ended.as_str())).execute(conn)?;
    diesel::insert_into(email_change::table)
        .values((
            email_change::id.eq(new.id.as_str()),
            email_change::account_id.eq(new.account.as_str()),
            email_change::old_email.eq(new.old_email.as_str()),
            email_change::old_email_key.eq(&old_key),
            email_change::new_email.eq(new.new_email.as_str()),
            email_change::new_email_key.eq(&new_key),
            email_change::state.eq(EmailChangeState::Open.as_str()),
            email_change::wrong_tries.eq(0),
            email_change::undo_hash.eq(new.undo.as_bytes()),
            email_change::created_at.eq(new.now.micros()),
        ))
        .execute(conn)?;
    let taken = is_email_taken(conn, &new_key, Some(&new.account), new.now)?;
    send_code(conn, new.id.as_str(), new.code, taken, new.now)?;
    insert_mail(conn, &new.notice_mail, new.now)?;
    let event = AuditEvent::EmailChangeStarted { account: new.account, change: new.id };
    insert_audit_record(conn, &event, new.now)?;
    Ok(EmailChangeMail::Mail(decision))
}

/// Counts a mail for the new address and for the account, where both may have one.
fn allow(
    conn: &mut Conn,
    code: &NewEmailChangeCode,
    address: KeyedHash,
    account: KeyedHash,
    limits: &MailLimits,
    now: Timestamp,
) -> Result<MailDecision> {
    let of_account = take_mail_allowance(conn, account, &code.exists_mail.id, limits, now)?;
    if of_account != MailDecision::Send {
        return Ok(of_account);
    }
    take_mail_allowance(conn, address, &code.code_mail.id, limits, now)
}

/// The same rows and one mail, whether or not the address is taken.
fn send_code(
    conn: &mut Conn,
    change: &str,
    code: NewEmailChangeCode,
    taken: bool,
    now: Timestamp,
) -> Result<()> {
    let (hash, mail) = if taken { (code.decoy, code.exists_mail) } else { (code.code, code.code_mail) };
    diesel::insert_into(email_change_code::table)
        .values((
            email_change_code::id.eq(code.id.as_str()),
            email_change_code::change_id.eq(change),
            email_change_code::code_hash.eq(hash.as_bytes()),
            email_change_code::sent_at.eq(now.micros()),
        ))
        .execute(conn)?;
    insert_mail(conn, &mail, now)
}

/// The change of this account, with its addresses' turns taken, and the account's row and its own locked.
fn lock_change(conn: &mut Conn, account: &AccountId, id: &EmailChangeId) -> Result<Option<ChangeRow>> {
    let own = email_change::table.find(id.as_str()).filter(email_change::account_id.eq(account.as_str()));
    let keys: Option<(String, String)> =
        own.select((email_change::old_email_key, email_change::new_email_key)).first(conn).optional()?;
    let Some((old, new)) = keys else { return Ok(None) };
    lock_both(conn, &old, &new)?;
    update(account::table.find(account.as_str())).set(account::status.eq(account::status)).execute(conn)?;
    Ok(update(own)
        .set(email_change::wrong_tries.eq(email_change::wrong_tries))
        .returning(ChangeRow::as_returning())
        .get_result(conn)
        .optional()?)
}

/// Always in the same order, so that no two transactions wait for each other.
fn lock_both(conn: &mut Conn, one: &str, other: &str) -> Result<()> {
    let (first, second) = if one <= other { (one, other) } else { (other, one) };
    lock_key(conn, first)?;
    lock_key(conn, second)
}

pub fn resend_email_change_code(
    conn: &mut Conn,
    resend: ResendEmailChangeCode,
    limits: MailLimits,
) -> Result<EmailChangeMail> {
    let Some(row) = lock_change(conn, &resend.account, &resend.change)? else {
        return Ok(EmailChangeMail::Over);
    };
    if !may_resend(&row.facts()?.as_registration(), resend.now, &resend.limits) {
        return Ok(EmailChangeMail::Over);
    }
    let decision = allow(conn, &resend.code, resend.address_hash, resend.account_hash, &limits, resend.now)?;
    if decision == MailDecision::Send {
        let taken = is_email_taken(conn, &row.new_email_key, Some(&resend.account), resend.now)?;
        send_code(conn, &row.id, resend.code, taken, resend.now)?;
    }
    Ok(EmailChangeMail::Mail(decision))
}

pub fn find_open_email_change(conn: &mut Conn, account: AccountId) -> Result<Option<EmailChange>> {
    let row: Option<ChangeRow> = email_change::table
        .filter(email_change::account_id.eq(account.as_str()))
        .filter(email_change::state.eq(EmailChangeState::Open.as_str()))
        .order(email_change::created_at.desc())
        .select(ChangeRow::as_select())
        .first(conn)
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    let last_sent_at = email_change_code::table
        .filter(email_change_code::change_id.eq(&row.id))
        .select(diesel::dsl::max(email_change_code::sent_at))
        .first::<Option<i64>>(conn)?;
    Ok(Some(EmailChange {
        id: row.ids()?.1,
        new_email: EmailAddress::parse(&row.new_email).map_err(|_| corrupt())?,
        facts: row.facts()?,
        last_sent_at: last_sent_at.map(Timestamp::from_micros),
    }))
}

pub fn confirm_email_change(conn: &mut Conn, attempt: EmailChangeAttempt) -> Result<EmailChangeOutcome> {
    let Some(row) = lock_change(conn, &attempt.account, &attempt.change)? else {
        return Ok(EmailChangeOutcome::Over);
    };
    if !is_in_session(conn, &attempt.account, &attempt.session)? {
        return Ok(EmailChangeOutcome::Over);
    }
    let facts = row.facts()?.as_registration();
    let codes = newest_codes(conn, &row.id)?;
    let now = attempt.now;
    match decide_code(&facts, &codes, attempt.typed, now, &attempt.limits) {
        CodeDecision::Activate => change(conn, &row, now),
        CodeDecision::Wrong(wrong) => {
            keep_wrong(conn, &row, wrong, EmailChangeState::Open, now)?;
            Ok(EmailChangeOutcome::Wrong)
        }
        CodeDecision::KillCodes(wrong) => {
            keep_wrong(conn, &row, wrong, EmailChangeState::Open, now)?;
            update(email_change::table.find(&row.id))
                .set(email_change::codes_dead_until.eq(now.micros()))
                .execute(conn)?;
            Ok(EmailChangeOutcome::TooManyTries)
        }
        CodeDecision::End(wrong) => {
            keep_wrong(conn, &row, wrong, EmailChangeState::Ended, now)?;
            Ok(EmailChangeOutcome::Over)
        }
        CodeDecision::Dead => Ok(EmailChangeOutcome::TooManyTries),
        CodeDecision::Expired => Ok(EmailChangeOutcome::Expired),
        CodeDecision::AlreadyActivated | CodeDecision::AlreadyEnded => Ok(EmailChangeOutcome::Over),
    }
}

fn newest_codes(conn: &mut Conn, change: &str) -> Result<Vec<SentCode>> {
    let rows: Vec<(Vec<u8>, i64)> = email_change_code::table
        .filter(email_change_code::change_id.eq(change))
        .order(email_change_code::sent_at.desc())
        .limit(WORKING_CODES.into())
        .select((email_change_code::code_hash, email_change_code::sent_at))
        .load(conn)?;
    rows.into_iter()
        .map(|(hash, sent_at)| {
            let hash = KeyedHash::from_slice(&hash).ok_or(StoreError::Corrupt("email_change_code"))?;
            Ok(SentCode { hash, sent_at: Timestamp::from_micros(sent_at) })
        })
        .collect()
}

fn keep_wrong(
    conn: &mut Conn,
    row: &ChangeRow,
    wrong: u32,
    state: EmailChangeState,
    now: Timestamp,
) -> Result<()> {
    update(email_change::table.find(&row.id))
        .set((email_change::wrong_tries.eq(i64::from(wrong)), email_change::state.eq(state.as_str())))
        .execute(conn)?;
    let (account, change) = row.ids()?;
    let event = AuditEvent::EmailChangeCodeRefused { account, change, wrong_in_all: wrong };
    insert_audit_record(conn, &event, now)
}

/// Gives the account its new address, unless another one has got it meanwhile.
fn change(conn: &mut Conn, row: &ChangeRow, now: Timestamp) -> Result<EmailChangeOutcome> {
    let (account, id) = row.ids()?;
    let free = !is_email_taken(conn, &row.new_email_key, Some(&account), now)?;
    if !free || !lock_account(conn, &account, &row.old_email_key)? {
        set_state(conn, &row.id, EmailChangeState::Ended)?;
        return Ok(EmailChangeOutcome::Over);
    }
    set_email(conn, &account, &row.new_email, &row.new_email_key)?;
    update(email_change::table.find(&row.id))
        .set((
            email_change::state.eq(EmailChangeState::Changed.as_str()),
            email_change::changed_at.eq(now.micros()),
        ))
        .execute(conn)?;
    end_registrations_of(conn, &row.new_email_key)?;
    insert_audit_record(conn, &AuditEvent::EmailChanged { account, change: id }, now)?;
    Ok(EmailChangeOutcome::Changed)
}

fn set_email(conn: &mut Conn, account: &AccountId, email: &str, key: &str) -> Result<()> {
    update(account::table.find(account.as_str()))
        .set((account::email.eq(email), account::email_key.eq(key)))
        .execute(conn)?;
    Ok(())
}

fn set_state(conn: &mut Conn, id: &str, state: EmailChangeState) -> Result<()> {
    update(email_change::table.find(id)).set(email_change::state.eq(state.as_str())).execute(conn)?;
    Ok(())
}

pub fn find_email_undo(conn: &mut Conn, undo: TokenHash) -> Result<Option<EmailChangeFacts>> {
    find_by_undo(conn, &undo)?.map(|row| row.facts()).transpose()
}

fn find_by_undo(conn: &mut Conn, undo: &TokenHash) -> Result<Option<ChangeRow>> {
    Ok(email_change::table
        .filter(email_change::undo_hash.eq(undo.as_bytes()))
        .select(ChangeRow::as_select())
        .first(conn)
        .optional()?)
}

pub fn undo_email_change(conn: &mut Conn, undo: TokenHash, now: Timestamp) -> Result<UndoOutcome> {
    let Some(found) = find_by_undo(conn, &undo)? else { return Ok(UndoOutcome::Expired) };
    let (account, id) = found.ids()?;
    let Some(row) = lock_change(conn, &account, &id)? else { return Ok(UndoOutcome::Expired) };
    match decide_undo(&row.facts()?, now) {
        UndoDecision::TakeBack => take_back(conn, &row, now),
        UndoDecision::AlreadyUsed => Ok(UndoOutcome::AlreadyUsed),
        UndoDecision::Expired => Ok(UndoOutcome::Expired),
    }
}

/// The account has, or gets back, its old address. Every change that came after goes with this one, so that none of their
/// links gives the account away again, and whoever is signed in is signed out.
fn take_back(conn: &mut Conn, row: &ChangeRow, now: Timestamp) -> Result<UndoOutcome> {
    let (account, change) = row.ids()?;
    // Nobody else can have it while it can be taken back; should it be so, nothing is touched.
    let elsewhere = account::table
        .filter(account::email_key.eq(&row.old_email_key))
        .filter(account::id.ne(&row.account_id));
    if diesel::select(diesel::dsl::exists(elsewhere)).get_result(conn)? {
        return Ok(UndoOutcome::Expired);
    }
    let from_here = email_change::table
        .filter(email_change::account_id.eq(&row.account_id))
        .filter(email_change::created_at.ge(row.created_at));
    update(from_here).set(email_change::state.eq(EmailChangeState::Undone.as_str())).execute(conn)?;
    let moved = account::table
        .filter(account::id.eq(&row.account_id))
        .filter(account::email_key.ne(&row.old_email_key));
    let restored = update(moved)
        .set((account::email.eq(&row.old_email), account::email_key.eq(&row.old_email_key)))
        .execute(conn)?;
    let reason = SessionEndReason::EmailRestored;
    end_sessions_of_account(conn, EndSessions { account: account.clone(), except: None, reason, now })?;
    end_grants_of_account(conn, account.clone(), GrantEnd::EmailRestored, now)?;
    insert_audit_record(conn, &AuditEvent::EmailChangeUndone { account, change }, now)?;
    Ok(if restored == 1 { UndoOutcome::Restored } else { UndoOutcome::Stopped })
}

/// Deletes changes that were asked for before an instant, with their codes; how many.
pub(super) fn delete_old_email_changes(conn: &mut Conn, before: Timestamp, batch: i64) -> Result<usize> {
    let ids: Vec<String> = email_change::table
        .filter(email_change::created_at.lt(before.micros()))
        .limit(batch)
        .select(email_change::id)
        .load(conn)?;
    Ok(diesel::delete(email_change::table.filter(email_change::id.eq_any(ids))).execute(conn)?)
}
