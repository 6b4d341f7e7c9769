//! Accounts that nobody uses: their notices, what became of these, and the deletion of an account. Every decision is made
//! again in the transaction that acts on it, with the account held, so that a sign-in meanwhile is never overlooked.

use super::administrators::sole_role;
use super::audit::insert_audit_record;
use super::closing::end_account;
use super::outbox::{SENT, WAITING, insert_mail};
use super::{Conn, lock_key};
use crate::keeping::update;
use crate::schema::{account, lived_time, outbox_mail, retention_notice};
use crate::{NewRetentionNotice, Result, RetentionRun, StoreError, UnusedAccount};
use diesel::prelude::*;
use idp_domain::Language;
use idp_domain::account::{AccountCloser, AccountStatus, EmailAddress};
use idp_domain::audit::AuditEvent;
use idp_domain::ids::AccountId;
use idp_domain::retention::{
    LivedTime, Notice, NoticePosition, RetentionDecision, RetentionFacts, decide_retention,
};
use idp_domain::time::Timestamp;
use std::time::Duration;

/// The one row of `lived_time`.
const NODES: &str = "nodes";

fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}

fn span(micros: i64) -> Duration {
    Duration::from_micros(u64::try_from(micros).unwrap_or(0))
}

pub fn look_at_clock(conn: &mut Conn, now: Timestamp) -> Result<LivedTime> {
    lock_key(conn, "lived-time")?;
    let before: Option<(i64, i64)> = lived_time::table
        .find(NODES)
        .select((lived_time::seen_at, lived_time::lived))
        .first(conn)
        .optional()?;
    let time = match before {
        Some((seen_at, lived)) => {
            LivedTime { seen_at: Timestamp::from_micros(seen_at), lived: span(lived) }.look(now)
        }
        None => LivedTime::from(now),
    };
    let columns = (lived_time::seen_at.eq(time.seen_at.micros()), lived_time::lived.eq(micros(time.lived)));
    diesel::insert_into(lived_time::table)
        .values((lived_time::name.eq(NODES), columns))
        .on_conflict(lived_time::name)
        .do_update()
        .set(columns)
        .execute(conn)?;
    Ok(time)
}

/// When an account was used last; what is not unused yet is left out by `before`.
#[derive(Queryable, Selectable)]
#[diesel(table_name = account)]
struct UnusedRow {
    id: String,
    email: Option<String>,
    language: String,
    created_at: i64,
    last_sign_in_at: Option<i64>,
}

impl UnusedRow {
    fn last_use(&self) -> Timestamp {
        Timestamp::from_micros(self.last_sign_in_at.unwrap_or(self.created_at))
    }

    fn with_facts(self, conn: &mut Conn, run: &RetentionRun) -> Result<UnusedAccount> {
        let corrupt = || StoreError::Corrupt("account");
        let facts = RetentionFacts {
            last_use: self.last_use(),
            notices: find_notices(conn, &self.id)?,
            lived: run.time.lived,
            now: run.now,
        };
        Ok(UnusedAccount {
            id: AccountId::parse(&self.id).ok_or_else(corrupt)?,
            email: EmailAddress::parse(&self.email.unwrap_or_default()).map_err(|_| corrupt())?,
            language: Language::from_code(&self.language).ok_or_else(corrupt)?,
            facts,
        })
    }
}

fn find_notices(conn: &mut Conn, account: &str) -> Result<[Option<Notice>; 2]> {
    let rows: Vec<(i64, i64, i64, Option<i64>)> = retention_notice::table
        .filter(retention_notice::account_id.eq(account))
        .select((
            retention_notice::position,
            retention_notice::written_at,
            retention_notice::deletes_at,
            retention_notice::sent_lived,
        ))
        .load(conn)?;
    let notice = |position: NoticePosition| {
        let row = rows.iter().find(|row| row.0 == i64::from(position.number()))?;
        Some(Notice {
            written_at: Timestamp::from_micros(row.1),
            deletes_at: Timestamp::from_micros(row.2),
            sent: row.3.map(span),
        })
    };
    Ok([notice(NoticePosition::First), notice(NoticePosition::Second)])
}

/// Accounts that can be deleted at all, with a last use before an instant or a notice on record. Locked ones are support's
/// business, and ONE-key accounts wait for their transfer.
pub fn list_unused_accounts(
    conn: &mut Conn,
    run: RetentionRun,
    after: Option<AccountId>,
    most: i64,
) -> Result<Vec<UnusedAccount>> {
    let before = run.now.minus(run.policy.first_notice_after()).micros();
    let unused = account::last_sign_in_at
        .le(before)
        .or(account::last_sign_in_at.is_null().and(account::created_at.le(before)))
        .assume_not_null();
    let noticed = account::id.eq_any(retention_notice::table.select(retention_notice::account_id).distinct());
    let rows: Vec<UnusedRow> = account::table
        .filter(account::email.is_not_null())
        .filter(account::status.eq(AccountStatus::Active.as_str()))
        .filter(account::id.gt(after.as_ref().map_or("", AccountId::as_str)))
        .filter(unused.or(noticed))
        .order(account::id)
        .limit(most)
        .select(UnusedRow::as_select())
        .load(conn)?;
    rows.into_iter().map(|row| row.with_facts(conn, &run)).collect()
}

/// Reads an account so that no sign-in comes before the end of this transaction.
fn hold_account(conn: &mut Conn, id: &AccountId, run: &RetentionRun) -> Result<Option<UnusedAccount>> {
    let active = account::table
        .filter(account::id.eq(id.as_str()))
        .filter(account::email.is_not_null())
        .filter(account::status.eq(AccountStatus::Active.as_str()));
    let row: Option<UnusedRow> = update(active)
        .set(account::status.eq(account::status))
        .returning(UnusedRow::as_returning())
        .get_result(conn)
        .optional()?;
    row.map(|row| row.with_facts(conn, run)).transpose()
}

pub fn write_retention_notice(conn: &mut Conn, new: NewRetentionNotice, run: RetentionRun) -> Result<bool> {
    let Some(held) = hold_account(conn, &new.account, &run)? else { return Ok(false) };
    let due = RetentionDecision::Notify { position: new.position, deletes_at: new.deletes_at };
    if decide_retention(&held.facts, &run.policy) != due {
        return Ok(false);
    }
    // A first notice begins anew; a second one takes the place of one that was never sent.
    withdraw(conn, new.account.as_str(), new.position)?;
    insert_mail(conn, &new.mail, run.now)?;
    diesel::insert_into(retention_notice::table)
        .values((
            retention_notice::account_id.eq(new.account.as_str()),
            retention_notice::position.eq(i64::from(new.position.number())),
            retention_notice::mail_id.eq(new.mail.id.as_str()),
            retention_notice::written_at.eq(run.now.micros()),
            retention_notice::deletes_at.eq(new.deletes_at.micros()),
        ))
        .execute(conn)?;
    let event = AuditEvent::RetentionNoticeWritten { account: new.account, notice: new.position.number() };
    insert_audit_record(conn, &event, run.now)?;
    Ok(true)
}

/// Takes an account's notices from this one on away, with their mails as far as these wait.
fn withdraw(conn: &mut Conn, account: &str, from: NoticePosition) -> Result<()> {
    let gone: Vec<String> = diesel::delete(
        retention_notice::table
            .filter(retention_notice::account_id.eq(account))
            .filter(retention_notice::position.ge(i64::from(from.number()))),
    )
    .returning(retention_notice::mail_id)
    .get_results(conn)?;
    if !gone.is_empty() {
        let waiting =
            outbox_mail::table.filter(outbox_mail::id.eq_any(gone)).filter(outbox_mail::state.eq(WAITING));
        diesel::delete(waiting).execute(conn)?;
    }
    Ok(())
}

/// A use of the account: its notices are worthless, in the transaction of the use.
pub(super) fn withdraw_retention_notices_in(conn: &mut Conn, account: &AccountId) -> Result<()> {
    withdraw(conn, account.as_str(), NoticePosition::First)
}

pub fn withdraw_retention_notices(conn: &mut Conn, id: AccountId, run: RetentionRun) -> Result<bool> {
    let Some(held) = hold_account(conn, &id, &run)? else { return Ok(false) };
    let stale = decide_retention(&held.facts, &run.policy) == RetentionDecision::Withdraw;
    if stale {
        withdraw(conn, id.as_str(), NoticePosition::First)?;
    }
    Ok(stale)
}

/// A notice whose mail is not waiting any more: what became of that.
type SettledNotice = (String, i64, String, Option<String>);

pub fn settle_retention_notices(conn: &mut Conn, run: RetentionRun, most: i64) -> Result<usize> {
    let settled: Vec<SettledNotice> = retention_notice::table
        .left_join(outbox_mail::table.on(outbox_mail::id.eq(retention_notice::mail_id)))
        .filter(retention_notice::sent_at.is_null())
        .filter(outbox_mail::id.is_null().or(outbox_mail::state.nullable().ne(WAITING)))
        .limit(most)
        .select((
            retention_notice::account_id,
            retention_notice::position,
            retention_notice::mail_id,
            outbox_mail::state.nullable(),
        ))
        .load(conn)?;
    let found = settled.len();
    for (id, position, mail, state) in settled {
        let unsettled = retention_notice::table
            .filter(retention_notice::mail_id.eq(mail))
            .filter(retention_notice::sent_at.is_null());
        if state.as_deref() != Some(SENT) {
            // Dropped unsent: it is written anew.
            diesel::delete(unsettled).execute(conn)?;
            continue;
        }
        let sent = (
            retention_notice::sent_at.eq(run.now.micros()),
            retention_notice::sent_lived.eq(micros(run.time.lived)),
        );
        if update(unsettled).set(sent).execute(conn)? == 1
            && let Some(account) = AccountId::parse(&id)
        {
            let notice = u8::try_from(position).unwrap_or_default();
            insert_audit_record(conn, &AuditEvent::RetentionNoticeSent { account, notice }, run.now)?;
        }
    }
    Ok(found)
}

pub fn delete_unused_account(conn: &mut Conn, id: AccountId, run: RetentionRun) -> Result<bool> {
    if sole_role(conn, &id)?.is_some() {
        return Ok(false);
    }
    let Some(held) = hold_account(conn, &id, &run)? else { return Ok(false) };
    if decide_retention(&held.facts, &run.policy) != RetentionDecision::Delete {
        return Ok(false);
    }
    let event = AuditEvent::AccountClosed { account: id.clone(), by: AccountCloser::Retention, reason: None };
    insert_audit_record(conn, &event, run.now)?;
    end_account(conn, &id, run.now)?;
    Ok(true)
}
