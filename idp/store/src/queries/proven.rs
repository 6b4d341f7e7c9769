//! Who may go on: what every transaction that spends a proof looks at first, and whose answer it can't be written without.
//!
//! Between a password that fitted and the transaction that spends it lies the work of a hash, and whatever waits in the
//! hasher's queue. Meanwhile the account's person may have set another password because somebody else knows this one. So
//! the proof names the stored hash that it fitted, and one conditional update takes the account's row only while that hash
//! is still there: whoever sets a password takes the same row, so that one of the two comes first and the other sees it.

use super::sign_in::clear_failures;
use super::{Conn, hold_session};
use crate::keeping::update;
use crate::schema::{account, browser_session};
use crate::{PasswordProof, Result};
use diesel::prelude::*;
use idp_domain::account::AccountStatus;
use idp_domain::ids::{AccountId, SessionId};
use idp_domain::time::Timestamp;

/// An account whose row this transaction has locked, and found active and as it was when its person proved who they are.
/// Only this file makes one, so that no session is started and nothing is spent without having looked.
pub(super) struct ProvenAccount(AccountId);

impl ProvenAccount {
    /// Which.
    pub(super) fn id(&self) -> &AccountId {
        &self.0
    }

    /// An account that this transaction has made: nobody else knows of it yet.
    pub(super) fn just_made(account: &AccountId) -> Self {
        Self(account.clone())
    }
}

/// Why a password's proof buys nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unproven {
    /// The account has another password by now, or none: this one is as good as wrong.
    Superseded,
    /// It is still the password, but the account may not sign in any more.
    Closed,
}

/// What taking a password's proof finds.
type Taken = std::result::Result<ProvenAccount, Unproven>;

/// Takes a password's proof for what it buys in this transaction, and forgets the wrong ones before it.
pub(super) fn take_password(conn: &mut Conn, proof: &PasswordProof) -> Result<Taken> {
    take(conn, proof, proof.hash.expose(), None)
}

/// The same for a sign-in. A hash of the same password by today's parameters takes the place of an outdated one in the same
/// update, so that it never overwrites a newer password's.
pub(super) fn take_password_to_sign_in(
    conn: &mut Conn,
    proof: &PasswordProof,
    rehashed: Option<&str>,
    now: Timestamp,
) -> Result<Taken> {
    take(conn, proof, rehashed.unwrap_or_else(|| proof.hash.expose()), Some(now))
}

fn take(
    conn: &mut Conn,
    proof: &PasswordProof,
    kept: &str,
    signed_in_at: Option<Timestamp>,
) -> Result<Taken> {
    let as_it_was = account::table
        .filter(account::id.eq(proof.account.as_str()))
        .filter(account::status.eq(AccountStatus::Active.as_str()))
        .filter(account::password_hash.eq(proof.hash.expose()));
    let kept = account::password_hash.eq(kept);
    let taken = match signed_in_at {
        Some(now) => {
            update(as_it_was).set((kept, account::last_sign_in_at.eq(now.micros()))).execute(conn)?
        }
        None => update(as_it_was).set(kept).execute(conn)?,
    };
    if taken == 1 {
        clear_failures(conn, proof.counted)?;
        return Ok(Ok(ProvenAccount(proof.account.clone())));
    }
    // An account's state is told to nobody but who knows its password.
    let hash: Option<Option<String>> =
        account::table.find(proof.account.as_str()).select(account::password_hash).first(conn).optional()?;
    let is_gone = hash.is_none();
    let fits = hash.flatten().is_some_and(|hash| hash == proof.hash.expose());
    Ok(Err(if fits || is_gone { Unproven::Closed } else { Unproven::Superseded }))
}

/// Notes a sign-in by something else than a password, which the same transaction finds to be the account's: a sign-in
/// partner's identifier, a passkey.
pub(super) fn take_to_sign_in(
    conn: &mut Conn,
    id: &AccountId,
    now: Timestamp,
) -> Result<Option<ProvenAccount>> {
    let active = account::table
        .filter(account::id.eq(id.as_str()))
        .filter(account::status.eq(AccountStatus::Active.as_str()));
    let noted = update(active).set(account::last_sign_in_at.eq(now.micros())).execute(conn)?;
    Ok((noted == 1).then(|| ProvenAccount(id.clone())))
}

/// Takes an account for the second step of its sign-in, whose first proof is a row that this transaction spends: a new
/// password deletes it.
pub(super) fn take_active(conn: &mut Conn, id: &AccountId) -> Result<Option<ProvenAccount>> {
    let active = account::table
        .filter(account::id.eq(id.as_str()))
        .filter(account::status.eq(AccountStatus::Active.as_str()));
    let locked = update(active).set(account::status.eq(account::status)).execute(conn)?;
    Ok((locked == 1).then(|| ProvenAccount(id.clone())))
}

/// Keeps a session of this account from ending until this transaction does; whether it is open. Whatever a session buys that
/// outlives it is written behind this. The account's row comes first, as in every transaction that ends sessions.
pub(super) fn hold_open_session(
    conn: &mut Conn,
    account: &ProvenAccount,
    session: &SessionId,
) -> Result<bool> {
    hold_session(conn, session.as_str())?;
    let open = browser_session::table
        .filter(browser_session::id.eq(session.as_str()))
        .filter(browser_session::account_id.eq(account.id().as_str()))
        .filter(browser_session::ended_at.is_null());
    Ok(diesel::select(diesel::dsl::exists(open)).get_result(conn)?)
}

/// Both for what hangs on a session alone: its account is active and it is open.
pub(super) fn is_in_session(conn: &mut Conn, account: &AccountId, session: &SessionId) -> Result<bool> {
    match take_active(conn, account)? {
        Some(account) => hold_open_session(conn, &account, session),
        None => Ok(false),
    }
}
