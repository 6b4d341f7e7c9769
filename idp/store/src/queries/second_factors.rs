//! What an account has set up for second steps: its authenticator app and its recovery codes.

use super::audit::insert_audit_record;
use super::outbox::insert_mail;
use super::proven::is_in_session;
use super::second_steps::add_method;
use super::{Conn, lock_key};
use crate::schema::{
    authenticator_app, authenticator_enrolment, connected_service, passkey, recovery_code,
    recovery_code_sheet, relying_service,
};
use crate::{
    AppOutcome, NewAuthenticatorApp, NewMail, NewRecoveryCodes, RecoveryCodeSheet, RemovalOutcome, Result,
    StoreError,
};
use diesel::prelude::*;
use idp_domain::audit::AuditEvent;
use idp_domain::client::Client;
use idp_domain::extra_verification::{AuthenticatorApp, SecondFactorKind, SecondFactors};
use idp_domain::ids::{AccountId, SessionId};
use idp_domain::session::{AuthenticationLevel, AuthenticationMethod};
use idp_domain::time::Timestamp;

pub fn find_second_factors(conn: &mut Conn, account: AccountId) -> Result<SecondFactors> {
    second_factors(conn, &account)
}

/// What an account has set up.
pub(super) fn second_factors(conn: &mut Conn, account: &AccountId) -> Result<SecondFactors> {
    let app: Option<(String, i64, Option<i64>)> = authenticator_app::table
        .find(account.as_str())
        .select((authenticator_app::name, authenticator_app::added_at, authenticator_app::last_used_at))
        .first(conn)
        .optional()?;
    let codes: i64 = unspent_codes(account).count().get_result(conn)?;
    let passkeys = passkey::table.filter(passkey::account_id.eq(account.as_str()));
    let passkeys: i64 = passkeys.count().get_result(conn)?;
    Ok(SecondFactors {
        authenticator_app: app.map(|(name, added_at, last_used_at)| AuthenticatorApp {
            name,
            added_at: Timestamp::from_micros(added_at),
            last_used_at: last_used_at.map(Timestamp::from_micros),
        }),
        passkeys: u32::try_from(passkeys).unwrap_or_default(),
        recovery_codes: u32::try_from(codes).unwrap_or_default(),
    })
}

#[diesel::dsl::auto_type]
fn unspent_codes<'a>(account: &'a AccountId) -> _ {
    let account: &'a str = account.as_str();
    recovery_code::table
        .filter(recovery_code::account_id.eq(account))
        .filter(recovery_code::used_at.is_null())
}

/// Lets the transactions that change an account's factors take turns, so that each counts what the others left.
pub(super) fn lock_factors(conn: &mut Conn, account: &AccountId) -> Result<()> {
    lock_key(conn, &format!("second-factors {}", account.as_str()))
}

pub fn start_authenticator_enrolment(
    conn: &mut Conn,
    session: SessionId,
    secret: Vec<u8>,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<Vec<u8>> {
    let row = authenticator_enrolment::table.find(session.as_str());
    let over = row.filter(authenticator_enrolment::expires_at.lt(now.micros()));
    diesel::delete(over).execute(conn)?;
    diesel::insert_into(authenticator_enrolment::table)
        .values((
            authenticator_enrolment::session_id.eq(session.as_str()),
            authenticator_enrolment::secret.eq(secret),
            authenticator_enrolment::expires_at.eq(expires_at.micros()),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    Ok(row.select(authenticator_enrolment::secret).first(conn)?)
}

pub fn find_authenticator_enrolment(
    conn: &mut Conn,
    session: SessionId,
    now: Timestamp,
) -> Result<Option<Vec<u8>>> {
    let live = authenticator_enrolment::table
        .find(session.as_str())
        .filter(authenticator_enrolment::expires_at.ge(now.micros()));
    Ok(live.select(authenticator_enrolment::secret).first(conn).optional()?)
}

pub fn add_authenticator_app(conn: &mut Conn, new: NewAuthenticatorApp) -> Result<AppOutcome> {
    lock_factors(conn, &new.account)?;
    if !is_in_session(conn, &new.account, &new.session)? {
        return Ok(AppOutcome::Refused);
    }
    let shown = authenticator_enrolment::table
        .find(new.session.as_str())
        .filter(authenticator_enrolment::secret.eq(&new.secret))
        .filter(authenticator_enrolment::expires_at.ge(new.now.micros()));
    if diesel::delete(shown).execute(conn)? == 0 {
        return Ok(AppOutcome::Refused);
    }
    let inserted = diesel::insert_into(authenticator_app::table)
        .values((
            authenticator_app::account_id.eq(new.account.as_str()),
            authenticator_app::name.eq(&new.name),
            authenticator_app::secret.eq(&new.secret),
            authenticator_app::last_step.eq(new.step.number()),
            authenticator_app::added_at.eq(new.now.micros()),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    if inserted == 0 {
        return Ok(AppOutcome::Refused);
    }
    let event = AuditEvent::SecondFactorAdded {
        account: new.account.clone(),
        factor: SecondFactorKind::AuthenticatorApp,
    };
    insert_audit_record(conn, &event, new.now)?;
    insert_mail(conn, &new.mail, new.now)?;
    // The person has just proven it: this session has two factors from here on.
    add_method(conn, &new.session, &new.account, AuthenticationMethod::OneTimePassword, None, new.now)?;
    let has_codes = unspent_codes(&new.account).count().get_result::<i64>(conn)? > 0;
    match new.codes.filter(|_| !has_codes) {
        Some(codes) => {
            replace_codes(conn, &new.account, &codes, new.now)?;
            Ok(AppOutcome::Added { with_codes: true })
        }
        None => Ok(AppOutcome::Added { with_codes: false }),
    }
}

pub fn remove_authenticator_app(
    conn: &mut Conn,
    account: AccountId,
    mail: NewMail,
    now: Timestamp,
) -> Result<RemovalOutcome> {
    lock_factors(conn, &account)?;
    let mut left = second_factors(conn, &account)?;
    if left.authenticator_app.take().is_none() {
        return Ok(RemovalOutcome::NotThere);
    }
    if let Some(client) = service_needing_more(conn, &account, left.reachable())? {
        return Ok(RemovalOutcome::Needed(Box::new(client)));
    }
    diesel::delete(authenticator_app::table.find(account.as_str())).execute(conn)?;
    note_removal(conn, &account, &left, SecondFactorKind::AuthenticatorApp, now)?;
    insert_mail(conn, &mail, now)?;
    Ok(RemovalOutcome::Removed)
}

/// What every removal does: recovery codes go with the last factor, and it is on record.
pub(super) fn note_removal(
    conn: &mut Conn,
    account: &AccountId,
    left: &SecondFactors,
    factor: SecondFactorKind,
    now: Timestamp,
) -> Result<()> {
    if left.is_empty() {
        forget_codes(conn, account)?;
    }
    insert_audit_record(conn, &AuditEvent::SecondFactorRemoved { account: account.clone(), factor }, now)
}

/// A service that this account uses and that needs a higher level than `reachable`.
pub(super) fn service_needing_more(
    conn: &mut Conn,
    account: &AccountId,
    reachable: AuthenticationLevel,
) -> Result<Option<Client>> {
    let used: Vec<String> = connected_service::table
        .inner_join(relying_service::table.on(relying_service::client_id.eq(connected_service::client_id)))
        .filter(connected_service::account_id.eq(account.as_str()))
        .filter(relying_service::disabled_at.is_null())
        .order(connected_service::last_used_at.desc())
        .select(relying_service::metadata)
        .load(conn)?;
    for metadata in used {
        let client: Client =
            serde_json::from_str(&metadata).map_err(|_| StoreError::Corrupt("relying_service"))?;
        if client.minimum_level > reachable {
            return Ok(Some(client));
        }
    }
    Ok(None)
}

pub fn find_service_needing_more(
    conn: &mut Conn,
    account: AccountId,
    reachable: AuthenticationLevel,
) -> Result<Option<Client>> {
    service_needing_more(conn, &account, reachable)
}

pub(super) fn forget_codes(conn: &mut Conn, account: &AccountId) -> Result<()> {
    diesel::delete(recovery_code::table.filter(recovery_code::account_id.eq(account.as_str())))
        .execute(conn)?;
    diesel::delete(recovery_code_sheet::table.find(account.as_str())).execute(conn)?;
    Ok(())
}

/// The old codes stop at once, the new ones are shown to their session.
pub(super) fn replace_codes(
    conn: &mut Conn,
    account: &AccountId,
    new: &NewRecoveryCodes,
    now: Timestamp,
) -> Result<()> {
    forget_codes(conn, account)?;
    let rows: Vec<_> = new
        .hashes
        .iter()
        .map(|hash| {
            (recovery_code::account_id.eq(account.as_str()), recovery_code::code_hash.eq(hash.as_bytes()))
        })
        .collect();
    for row in rows {
        diesel::insert_into(recovery_code::table).values(row).execute(conn)?;
    }
    diesel::insert_into(recovery_code_sheet::table)
        .values((
            recovery_code_sheet::account_id.eq(account.as_str()),
            recovery_code_sheet::session_id.eq(new.session.as_str()),
            recovery_code_sheet::codes.eq(&new.sheet),
            recovery_code_sheet::made_at.eq(now.micros()),
            recovery_code_sheet::expires_at.eq(new.expires_at.micros()),
        ))
        .execute(conn)?;
    insert_audit_record(conn, &AuditEvent::RecoveryCodesMade { account: account.clone() }, now)
}

pub fn make_recovery_codes(
    conn: &mut Conn,
    account: AccountId,
    new: NewRecoveryCodes,
    mail: NewMail,
    now: Timestamp,
) -> Result<bool> {
    lock_factors(conn, &account)?;
    if !is_in_session(conn, &account, &new.session)? || second_factors(conn, &account)?.is_empty() {
        return Ok(false);
    }
    replace_codes(conn, &account, &new, now)?;
    insert_mail(conn, &mail, now)?;
    Ok(true)
}

pub fn find_recovery_code_sheet(
    conn: &mut Conn,
    account: AccountId,
    session: SessionId,
    now: Timestamp,
) -> Result<Option<RecoveryCodeSheet>> {
    let row: Option<(Vec<u8>, i64)> = recovery_code_sheet::table
        .find(account.as_str())
        .filter(recovery_code_sheet::session_id.eq(session.as_str()))
        .filter(recovery_code_sheet::expires_at.ge(now.micros()))
        .select((recovery_code_sheet::codes, recovery_code_sheet::made_at))
        .first(conn)
        .optional()?;
    Ok(row.map(|(codes, made_at)| RecoveryCodeSheet { codes, made_at: Timestamp::from_micros(made_at) }))
}

pub fn drop_recovery_code_sheet(conn: &mut Conn, account: AccountId, session: SessionId) -> Result<()> {
    let own = recovery_code_sheet::table
        .find(account.as_str())
        .filter(recovery_code_sheet::session_id.eq(session.as_str()));
    diesel::delete(own).execute(conn)?;
    Ok(())
}
