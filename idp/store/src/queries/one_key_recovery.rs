//! Recovering a ONE-key account. An ID that nobody has gets the same rows; nothing ever fits them.

use super::Conn;
use super::accounts::AccountRow;
use super::audit::insert_audit_record;
use super::one_key::{find_account_by_one_key_id, find_one_key_details, find_stand_in};
use super::outbox::insert_mail;
use super::registrations::take_mail_allowance;
use super::sessions::end_sessions_of_account;
use super::sign_in::{clear_failures, keep_failures, lock_failures};
use crate::keeping::update;
use crate::schema::{account, account_lock, one_key_account, one_key_question, one_key_recovery};
use crate::{
    EndSessions, FinishOneKeyRecovery, NewMail, NewOneKeyCode, NewOneKeyRecovery, OneKeyRecovery,
    RecoveryRound, RecoveryRoundStart, RefusedRound, Result, StoreError,
};
use diesel::prelude::*;
use idp_domain::account::AccountStatus;
use idp_domain::audit::AuditEvent;
use idp_domain::ids::{AccountId, OneKeyRecoveryId};
use idp_domain::mail_allowance::{MailDecision, MailLimits};
use idp_domain::one_key::{OneKeyId, RecoveryDecision, decide_round};
use idp_domain::secret::{KeyedHash, TokenHash};
use idp_domain::session::SessionEndReason;
use idp_domain::time::Timestamp;

pub fn start_one_key_recovery(conn: &mut Conn, new: NewOneKeyRecovery) -> Result<()> {
    let account = find_account_by_one_key_id(conn, &OneKeyId::key_of(&new.typed_id))?;
    // What was carried over has nothing to recover.
    let account = account.filter(|account| account.status != AccountStatus::Transferred);
    diesel::insert_into(one_key_recovery::table)
        .values((
            one_key_recovery::id.eq(new.id.as_str()),
            one_key_recovery::browser_hash.eq(new.browser.as_bytes()),
            one_key_recovery::typed_id.eq(&new.typed_id),
            one_key_recovery::account_id.eq(account.as_ref().map(|account| account.id.as_str())),
            one_key_recovery::created_at.eq(new.now.micros()),
        ))
        .execute(conn)?;
    Ok(())
}

type RecoveryRow = (String, String, Option<String>, Option<i64>, Option<i64>, Option<i64>, i64);

pub fn find_one_key_recovery(conn: &mut Conn, browser: TokenHash) -> Result<Option<OneKeyRecovery>> {
    let row: Option<RecoveryRow> = one_key_recovery::table
        .filter(one_key_recovery::browser_hash.eq(browser.as_bytes()))
        .order(one_key_recovery::created_at.desc())
        .select((
            one_key_recovery::id,
            one_key_recovery::typed_id,
            one_key_recovery::account_id,
            one_key_recovery::code_sent_at,
            one_key_recovery::proven_at,
            one_key_recovery::finished_at,
            one_key_recovery::created_at,
        ))
        .first(conn)
        .optional()?;
    let Some((id, typed_id, account_id, code_sent_at, proven_at, finished_at, created_at)) = row else {
        return Ok(None);
    };
    let account_id = account_id.as_deref().and_then(AccountId::parse);
    let account = match &account_id {
        Some(id) => {
            account::table.find(id.as_str()).select(AccountRow::as_select()).first(conn).optional()?
        }
        None => None,
    };
    let details = match account_id {
        Some(id) => find_one_key_details(conn, id)?,
        None => crate::OneKeyDetails::default(),
    };
    Ok(Some(OneKeyRecovery {
        id: OneKeyRecoveryId::parse(&id).ok_or(StoreError::Corrupt("one_key_recovery"))?,
        typed_id,
        account: account.map(AccountRow::into_domain).transpose()?,
        questions: details.questions,
        recovery_email: details.recovery_email,
        proven_at: proven_at.map(Timestamp::from_micros),
        finished: finished_at.is_some(),
        code_sent_at: code_sent_at.map(Timestamp::from_micros),
        created_at: Timestamp::from_micros(created_at),
    }))
}

pub fn send_one_key_code(conn: &mut Conn, code: NewOneKeyCode, limits: MailLimits) -> Result<()> {
    let decision = take_mail_allowance(conn, code.address_hash, &code.mail.id, &limits, code.now)?;
    if decision != MailDecision::Send {
        // The code that is on its way stays good.
        return Ok(());
    }
    let stored = if code.send { code.code } else { code.decoy };
    update(one_key_recovery::table.find(code.recovery.as_str()))
        .set((
            one_key_recovery::code_hash.eq(stored.as_bytes()),
            one_key_recovery::code_sent_at.eq(code.now.micros()),
        ))
        .execute(conn)?;
    if code.send {
        insert_mail(conn, &code.mail, code.now)?;
    }
    Ok(())
}

/// Account, code, and when that was mailed.
type CodeRow = (Option<String>, Option<Vec<u8>>, Option<i64>);

pub fn begin_recovery_round(conn: &mut Conn, round: RecoveryRound) -> Result<RecoveryRoundStart> {
    let before = lock_failures(conn, round.counted)?;
    let decision = decide_round(before, round.now);
    let count = match decision {
        RecoveryDecision::ClosedUntil(_) => {
            return Ok(RecoveryRoundStart {
                decision,
                last: false,
                answer_hashes: Vec::new(),
                stand_ins: Vec::new(),
                code: None,
            });
        }
        RecoveryDecision::Look => before.count.saturating_add(1),
        RecoveryDecision::LookAnew => 1,
    };
    keep_failures(conn, round.counted, count, round.now)?;
    let row: Option<CodeRow> = one_key_recovery::table
        .find(round.recovery.as_str())
        .select((one_key_recovery::account_id, one_key_recovery::code_hash, one_key_recovery::code_sent_at))
        .first(conn)
        .optional()?;
    let (account_id, code_hash, code_sent_at) = row.unwrap_or_default();
    let answer_hashes = list_answer_hashes(conn, &account_id.unwrap_or_default())?;
    let stand_in = find_stand_in(conn, &round.stand_in)?.map(|(id, _)| id);
    let stand_ins = list_answer_hashes(conn, &stand_in.unwrap_or_default())?;
    let code = code_hash.as_deref().and_then(KeyedHash::from_slice);
    let last = count >= idp_domain::one_key::ROUNDS;
    Ok(RecoveryRoundStart {
        decision,
        last,
        answer_hashes,
        stand_ins,
        code: code.zip(code_sent_at.map(Timestamp::from_micros)),
    })
}

fn list_answer_hashes(conn: &mut Conn, account: &str) -> Result<Vec<String>> {
    Ok(one_key_question::table
        .filter(one_key_question::account_id.eq(account))
        .order(one_key_question::position)
        .select(one_key_question::answer_hash)
        .load(conn)?)
}

pub fn prove_one_key_recovery(
    conn: &mut Conn,
    id: OneKeyRecoveryId,
    counted: KeyedHash,
    answers: Vec<(i64, String)>,
    now: Timestamp,
) -> Result<()> {
    clear_failures(conn, counted)?;
    replace_answers(conn, &id, answers)?;
    // The code has done its work; a second use finds none.
    update(one_key_recovery::table.find(id.as_str()))
        .set((one_key_recovery::proven_at.eq(now.micros()), one_key_recovery::code_hash.eq(None::<Vec<u8>>)))
        .execute(conn)?;
    Ok(())
}

/// Imported answers' hashes give way to ours at their first use.
fn replace_answers(conn: &mut Conn, id: &OneKeyRecoveryId, answers: Vec<(i64, String)>) -> Result<()> {
    let account: Option<Option<String>> = one_key_recovery::table
        .find(id.as_str())
        .select(one_key_recovery::account_id)
        .first(conn)
        .optional()?;
    let Some(account) = account.flatten() else { return Ok(()) };
    for (position, hash) in answers {
        update(one_key_question::table.find((&account, position)))
            .set(one_key_question::answer_hash.eq(hash))
            .execute(conn)?;
    }
    Ok(())
}

pub fn refuse_recovery_round(conn: &mut Conn, refused: RefusedRound) -> Result<()> {
    if let Some(Some(mail)) = &refused.closed {
        insert_mail(conn, mail, refused.now)?;
    }
    let event =
        AuditEvent::OneKeyRecoveryRefused { account: refused.account, closed: refused.closed.is_some() };
    insert_audit_record(conn, &event, refused.now)
}

pub fn finish_one_key_recovery(conn: &mut Conn, finish: FinishOneKeyRecovery) -> Result<bool> {
    let proven = one_key_recovery::table
        .filter(one_key_recovery::id.eq(finish.recovery.as_str()))
        .filter(one_key_recovery::finished_at.is_null())
        .filter(one_key_recovery::proven_at.ge(finish.proven_after.micros()));
    let account: Option<Option<String>> = update(proven)
        .set(one_key_recovery::finished_at.eq(finish.now.micros()))
        .returning(one_key_recovery::account_id)
        .get_result(conn)
        .optional()?;
    let Some(account) = account.flatten().as_deref().and_then(AccountId::parse) else { return Ok(false) };
    // One that was carried over meanwhile stays closed.
    let open = account::table
        .filter(account::id.eq(account.as_str()))
        .filter(account::status.ne(AccountStatus::Transferred.as_str()));
    let set = (
        account::password_hash.eq(&finish.password_hash),
        account::password_changed_at.eq(finish.now.micros()),
    );
    if update(open).set(set).execute(conn)? == 0 {
        return Ok(false);
    }
    // Recovering opens an account that was locked, but for support's lock: only support opens that.
    let of_support = account_lock::table.filter(account_lock::account_id.eq(account.as_str()));
    let locked = account::table
        .filter(account::id.eq(account.as_str()))
        .filter(account::status.eq(AccountStatus::Locked.as_str()))
        .filter(diesel::dsl::not(diesel::dsl::exists(of_support)));
    update(locked).set(account::status.eq(AccountStatus::Active.as_str())).execute(conn)?;
    clear_failures(conn, finish.counted)?;
    let reason = SessionEndReason::PasswordChanged;
    let all = EndSessions { account: account.clone(), except: None, reason, now: finish.now };
    end_sessions_of_account(conn, all)?;
    if let Some(mail) = &finish.mail {
        insert_mail(conn, mail, finish.now)?;
    }
    insert_audit_record(conn, &AuditEvent::OneKeyRecovered { account }, finish.now)?;
    Ok(true)
}

pub fn list_one_key_ids(conn: &mut Conn, email_key: String) -> Result<Vec<OneKeyId>> {
    let ids: Vec<Option<String>> = one_key_account::table
        .inner_join(account::table.on(account::id.eq(one_key_account::account_id)))
        .filter(one_key_account::recovery_email_key.eq(email_key))
        .filter(account::status.ne(AccountStatus::Transferred.as_str()))
        .order(account::created_at)
        .limit(20)
        .select(account::one_key_id)
        .load(conn)?;
    Ok(ids.into_iter().flatten().filter_map(|id| OneKeyId::parse_imported(&id).ok()).collect())
}

pub fn mail_one_key_ids(
    conn: &mut Conn,
    address_hash: KeyedHash,
    mail: NewMail,
    send: bool,
    limits: MailLimits,
    now: Timestamp,
) -> Result<()> {
    let decision = take_mail_allowance(conn, address_hash, &mail.id, &limits, now)?;
    if send && decision == MailDecision::Send {
        insert_mail(conn, &mail, now)?;
    }
    Ok(())
}
