//! What a person changes on the pages of their account.

use super::Conn;
use super::audit::insert_audit_record;
use super::grants::{Grants, end_grants, end_grants_of_account};
use super::outbox::insert_mail;
use super::proven::take_password;
use super::sessions::{end_session_in, end_sessions_of_account};
use crate::keeping::update;
use crate::schema::{account, browser_session, connected_service, consent, former_password};
use crate::{EndSessions, OpenSession, PasswordChange, Result, StoreError};
use diesel::prelude::*;
use idp_domain::Language;
use idp_domain::audit::AuditEvent;
use idp_domain::grant::GrantEnd;
use idp_domain::ids::{AccountId, ClientId, SessionId};
use idp_domain::session::SessionEndReason;
use idp_domain::time::Timestamp;

pub fn find_password_change(conn: &mut Conn, account: AccountId) -> Result<Option<Timestamp>> {
    let at: Option<i64> =
        account::table.find(account.as_str()).select(account::password_changed_at).first(conn).optional()?;
    Ok(at.map(Timestamp::from_micros))
}

pub fn list_former_passwords(conn: &mut Conn, account: AccountId) -> Result<Vec<String>> {
    Ok(former_password::table
        .filter(former_password::account_id.eq(account.as_str()))
        .order(former_password::replaced_at.desc())
        .select(former_password::password_hash)
        .load(conn)?)
}

pub fn change_password(conn: &mut Conn, change: PasswordChange) -> Result<bool> {
    // Of two changes at the same moment one comes first, and the other's current password is no longer it.
    let Ok(proven) = take_password(conn, &change.proof)? else { return Ok(false) };
    let account = proven.id();
    let here = browser_session::table
        .filter(browser_session::id.eq(change.session.as_str()))
        .filter(browser_session::account_id.eq(account.as_str()))
        .filter(browser_session::ended_at.is_null());
    let renewed = update(here)
        .set((
            browser_session::secret_hash.eq(change.secret.as_bytes()),
            browser_session::proven_at.eq(change.now.micros()),
            browser_session::wrong_proofs.eq(0),
        ))
        .execute(conn)?;
    if renewed == 0 {
        return Ok(false);
    }
    update(account::table.find(account.as_str()))
        .set((
            account::password_hash.eq(&change.new_hash),
            account::password_changed_at.eq(change.now.micros()),
        ))
        .execute(conn)?;
    remember_password(conn, account, change.proof.hash.expose(), change.now)?;
    if change.end_others {
        let end = EndSessions {
            account: account.clone(),
            except: Some(change.session),
            reason: SessionEndReason::PasswordChanged,
            now: change.now,
        };
        end_sessions_of_account(conn, end)?;
    }
    end_grants_of_account(conn, account.clone(), GrantEnd::PasswordChanged, change.now)?;
    insert_mail(conn, &change.mail, change.now)?;
    insert_audit_record(conn, &AuditEvent::PasswordChanged { account: account.clone() }, change.now)?;
    Ok(true)
}

/// How many former passwords are remembered. Each costs one hash when a password is changed, so they are few.
const REMEMBERED: i64 = 5;

/// Remembers the hash of a password that was replaced, and forgets all but the newest few.
pub(super) fn remember_password(
    conn: &mut Conn,
    account: &AccountId,
    old_hash: &str,
    now: Timestamp,
) -> Result<()> {
    let of_account = || former_password::table.filter(former_password::account_id.eq(account.as_str()));
    diesel::insert_into(former_password::table)
        .values((
            former_password::account_id.eq(account.as_str()),
            former_password::replaced_at.eq(now.micros()),
            former_password::password_hash.eq(old_hash),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    let oldest_kept: Option<i64> = of_account()
        .order(former_password::replaced_at.desc())
        .offset(REMEMBERED - 1)
        .select(former_password::replaced_at)
        .first(conn)
        .optional()?;
    if let Some(oldest) = oldest_kept {
        diesel::delete(of_account().filter(former_password::replaced_at.lt(oldest))).execute(conn)?;
    }
    Ok(())
}

pub fn set_account_language(
    conn: &mut Conn,
    account: AccountId,
    language: Language,
    now: Timestamp,
) -> Result<()> {
    let other =
        account::table.filter(account::id.eq(account.as_str())).filter(account::language.ne(language.code()));
    if update(other).set(account::language.eq(language.code())).execute(conn)? == 1 {
        let event = AuditEvent::LanguageChanged { account, language: language.code().to_owned() };
        insert_audit_record(conn, &event, now)?;
    }
    Ok(())
}

pub fn list_open_sessions(conn: &mut Conn, account: AccountId) -> Result<Vec<OpenSession>> {
    let rows: Vec<(String, String, i64, i64)> = browser_session::table
        .filter(browser_session::account_id.eq(account.as_str()))
        .filter(browser_session::ended_at.is_null())
        .order(browser_session::last_seen_at.desc())
        .limit(200)
        .select((
            browser_session::id,
            browser_session::browser,
            browser_session::created_at,
            browser_session::last_seen_at,
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(id, browser, created, seen)| {
            Ok(OpenSession {
                id: SessionId::parse(&id).ok_or(StoreError::Corrupt("browser_session"))?,
                browser,
                created_at: Timestamp::from_micros(created),
                last_seen_at: Timestamp::from_micros(seen),
            })
        })
        .collect()
}

pub fn end_own_session(
    conn: &mut Conn,
    account: AccountId,
    session: SessionId,
    now: Timestamp,
) -> Result<bool> {
    let own = browser_session::table
        .filter(browser_session::id.eq(session.as_str()))
        .filter(browser_session::account_id.eq(account.as_str()));
    if !diesel::select(diesel::dsl::exists(own)).get_result(conn)? {
        return Ok(false);
    }
    end_session_in(conn, &session, None, SessionEndReason::EndedElsewhere, now)
}

pub fn disconnect_service(
    conn: &mut Conn,
    account: AccountId,
    client: ClientId,
    now: Timestamp,
) -> Result<bool> {
    let key = (account.as_str(), client.as_str());
    let used = diesel::delete(connected_service::table.find(key)).execute(conn)?;
    let allowed = diesel::delete(consent::table.find(key)).execute(conn)?;
    if used + allowed == 0 {
        return Ok(false);
    }
    end_grants(conn, Grants::AtService(&account, &client), GrantEnd::ConsentWithdrawn, now)?;
    insert_audit_record(conn, &AuditEvent::ServiceDisconnected { account, client }, now)?;
    Ok(true)
}
