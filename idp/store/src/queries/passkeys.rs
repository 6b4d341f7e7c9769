//! Passkeys: challenges that are taken once, credentials that belong to one account, counters that only go on.

use super::Conn;
use super::accounts::AccountRow;
use super::audit::insert_audit_record;
use super::outbox::insert_mail;
use super::partners::has_password;
use super::proofs::complete_proof;
use super::proven::{is_in_session, take_to_sign_in};
use super::second_factors::{forget_codes, lock_factors, second_factors, service_needing_more};
use super::second_steps::{complete, take_open};
use super::sessions::insert_session;
use crate::keeping::update;
use crate::schema::{account, partner_link, passkey, passkey_challenge, passkey_user};
use crate::{
    AddPasskeyOutcome, ConfirmPasskeyEnd, NewPasskey, NewPasskeyChallenge, PasskeyProof, PasskeyRemoval,
    PasskeySignIn, PasskeySignInEnd, PasskeyWithAccount, PasskeysOfAccount, RemovePasskeyOutcome, Result,
    SecondStepEnd, SecondStepTarget, SessionProof, SessionProofEnd, StoreError,
};
use diesel::prelude::*;
use idp_domain::audit::AuditEvent;
use idp_domain::ids::{AccountId, PasskeyId};
use idp_domain::passkey::{
    CeremonyState, ChallengePurpose, CredentialId, MOST_PASSKEYS, NewCredential, Passkey, PasskeyError,
    PasskeyName, UserHandle,
};
use idp_domain::secret::TokenHash;
use idp_domain::time::Timestamp;

/// Whether an answer proves something.
type Proof<T> = std::result::Result<T, PasskeyError>;

#[derive(Queryable, Selectable)]
#[diesel(table_name = passkey)]
struct PasskeyRow {
    id: String,
    account_id: String,
    credential_id: Vec<u8>,
    public_key: Vec<u8>,
    sign_count: i64,
    backup_eligible: bool,
    backed_up: bool,
    transports: String,
    name: String,
    created_at: i64,
    last_used_at: Option<i64>,
}

impl PasskeyRow {
    fn into_domain(self) -> Result<Passkey> {
        let corrupt = || StoreError::Corrupt("passkey");
        Ok(Passkey {
            id: PasskeyId::parse(&self.id).ok_or_else(corrupt)?,
            account_id: AccountId::parse(&self.account_id).ok_or_else(corrupt)?,
            credential_id: CredentialId::from_bytes(&self.credential_id).map_err(|_| corrupt())?,
            public_key: self.public_key,
            sign_count: u32::try_from(self.sign_count).map_err(|_| corrupt())?,
            backup_eligible: self.backup_eligible,
            backed_up: self.backed_up,
            transports: self.transports.split_ascii_whitespace().map(str::to_owned).collect(),
            name: PasskeyName::parse(&self.name).map_err(|_| corrupt())?,
            created_at: Timestamp::from_micros(self.created_at),
            last_used_at: self.last_used_at.map(Timestamp::from_micros),
        })
    }
}

pub fn list_passkeys(conn: &mut Conn, account: AccountId) -> Result<Vec<Passkey>> {
    let rows: Vec<PasskeyRow> = passkey::table
        .filter(passkey::account_id.eq(account.as_str()))
        .order((passkey::created_at, passkey::id))
        .select(PasskeyRow::as_select())
        .load(conn)?;
    rows.into_iter().map(PasskeyRow::into_domain).collect()
}

pub fn find_passkey(conn: &mut Conn, account: AccountId, id: PasskeyId) -> Result<Option<Passkey>> {
    let row: Option<PasskeyRow> = passkey::table
        .find(id.as_str())
        .filter(passkey::account_id.eq(account.as_str()))
        .select(PasskeyRow::as_select())
        .first(conn)
        .optional()?;
    row.map(PasskeyRow::into_domain).transpose()
}

pub fn find_passkey_with_account(
    conn: &mut Conn,
    credential: CredentialId,
) -> Result<Option<PasskeyWithAccount>> {
    let found: Option<(PasskeyRow, AccountRow)> = passkey::table
        .inner_join(account::table.on(account::id.eq(passkey::account_id)))
        .filter(passkey::credential_id.eq(credential.as_bytes()))
        .select((PasskeyRow::as_select(), AccountRow::as_select()))
        .first(conn)
        .optional()?;
    let Some((passkey, account)) = found else { return Ok(None) };
    Ok(Some(PasskeyWithAccount { passkey: passkey.into_domain()?, account: account.into_domain()? }))
}

pub fn insert_passkey_challenge(conn: &mut Conn, new: NewPasskeyChallenge) -> Result<()> {
    diesel::insert_into(passkey_challenge::table)
        .values((
            passkey_challenge::challenge_hash.eq(new.hash.as_bytes()),
            passkey_challenge::state.eq(new.state.as_bytes()),
            passkey_challenge::browser_hash.eq(new.browser.as_bytes()),
            passkey_challenge::purpose.eq(new.purpose.as_str()),
            passkey_challenge::account_id.eq(new.account.as_ref().map(AccountId::as_str)),
            passkey_challenge::expires_at.eq(new.expires_at.micros()),
        ))
        .execute(conn)?;
    Ok(())
}

pub fn passkeys_of_account(
    conn: &mut Conn,
    account: AccountId,
    fresh: UserHandle,
) -> Result<PasskeysOfAccount> {
    let handle = fresh.to_base64url();
    diesel::insert_into(passkey_user::table)
        .values((passkey_user::account_id.eq(account.as_str()), passkey_user::handle.eq(handle)))
        .on_conflict(passkey_user::account_id)
        .do_nothing()
        .execute(conn)?;
    let handle = handle_of(conn, &account)?;
    Ok(PasskeysOfAccount { handle, passkeys: list_passkeys(conn, account)? })
}

fn handle_of(conn: &mut Conn, account: &AccountId) -> Result<UserHandle> {
    let handle: String =
        passkey_user::table.find(account.as_str()).select(passkey_user::handle).first(conn)?;
    UserHandle::parse(&handle).ok_or(StoreError::Corrupt("passkey_user"))
}

/// Takes what was kept under a challenge: of several answers to it, whatever they are, only one gets it.
fn take_challenge(
    conn: &mut Conn,
    challenge: TokenHash,
    browser: TokenHash,
    purpose: ChallengePurpose,
    account: Option<&AccountId>,
    now: Timestamp,
) -> Result<Proof<CeremonyState>> {
    let waiting = passkey_challenge::table
        .filter(passkey_challenge::challenge_hash.eq(challenge.as_bytes()))
        .filter(passkey_challenge::browser_hash.eq(browser.as_bytes()))
        .filter(passkey_challenge::purpose.eq(purpose.as_str()));
    let taken: Option<(Option<String>, i64, Option<Vec<u8>>)> = diesel::delete(waiting)
        .returning((passkey_challenge::account_id, passkey_challenge::expires_at, passkey_challenge::state))
        .get_result(conn)
        .optional()?;
    let state = taken.and_then(|(whose, expires_at, state)| {
        let fits =
            whose.as_deref() == account.map(AccountId::as_str) && now <= Timestamp::from_micros(expires_at);
        state.filter(|_| fits)
    });
    Ok(state.map(CeremonyState::from_bytes).ok_or(PasskeyError::Challenge))
}

pub fn add_passkey(conn: &mut Conn, new: NewPasskey) -> Result<AddPasskeyOutcome> {
    lock_factors(conn, &new.account)?;
    if !is_in_session(conn, &new.account, &new.session)? {
        return Ok(AddPasskeyOutcome::Refused(PasskeyError::Challenge));
    }
    let (challenge, purpose) = (new.response.challenge(), ChallengePurpose::Register);
    let taken = take_challenge(conn, challenge, new.browser, purpose, Some(&new.account), new.now)?;
    let credential = match taken.and_then(|state| new.response.verify(&state, &new.relying_party)) {
        Ok(credential) => credential,
        Err(reason) => {
            refuse(conn, Some(&new.account), None, reason, &new.network, new.now)?;
            return Ok(AddPasskeyOutcome::Refused(reason));
        }
    };
    let has = passkey::table.filter(passkey::account_id.eq(new.account.as_str())).count();
    if has.get_result::<i64>(conn)? >= i64::try_from(MOST_PASSKEYS).unwrap_or(i64::MAX) {
        return Ok(AddPasskeyOutcome::TooMany);
    }
    if !insert_passkey(conn, &new, &credential)? {
        return Ok(AddPasskeyOutcome::Taken);
    }
    insert_mail(conn, &new.mail, new.now)?;
    let event = AuditEvent::PasskeyAdded {
        account: new.account,
        passkey: new.id,
        synced: credential.backup_eligible,
    };
    insert_audit_record(conn, &event, new.now)?;
    Ok(AddPasskeyOutcome::Added)
}

/// Section 7.1: "verify that the credentialId is not yet registered for any user".
fn insert_passkey(conn: &mut Conn, new: &NewPasskey, credential: &NewCredential) -> Result<bool> {
    let inserted = diesel::insert_into(passkey::table)
        .values((
            passkey::id.eq(new.id.as_str()),
            passkey::account_id.eq(new.account.as_str()),
            passkey::credential_id.eq(credential.id.as_bytes()),
            passkey::public_key.eq(&credential.public_key),
            passkey::sign_count.eq(i64::from(credential.sign_count)),
            passkey::backup_eligible.eq(credential.backup_eligible),
            passkey::backed_up.eq(credential.backed_up),
            passkey::transports.eq(credential.transports.join(" ")),
            passkey::name.eq(new.name.as_str()),
            passkey::created_at.eq(new.now.micros()),
        ))
        .on_conflict(passkey::credential_id)
        .do_nothing()
        .execute(conn)?;
    Ok(inserted == 1)
}

/// Takes the challenge, finds the passkey, runs the rules and moves the counter on, in the transaction of what it proves.
/// What is refused is on record.
pub(super) fn use_passkey(conn: &mut Conn, proof: &PasskeyProof) -> Result<Proof<Passkey>> {
    let (response, account) = (&proof.response, proof.account.as_ref());
    let (challenge, purpose) = (response.challenge(), response.purpose);
    let taken = take_challenge(conn, challenge, proof.browser, purpose, account, proof.now)?;
    let row: Option<PasskeyRow> = passkey::table
        .filter(passkey::credential_id.eq(response.credential_id.as_bytes()))
        .select(PasskeyRow::as_select())
        .first(conn)
        .optional()?;
    let found = row.map(PasskeyRow::into_domain).transpose()?;
    let outcome = match (taken, &found) {
        (Err(reason), _) => Err(reason),
        (Ok(_), None) => Err(PasskeyError::Unknown),
        (Ok(_), Some(passkey)) if account.is_some_and(|account| *account != passkey.account_id) => {
            Err(PasskeyError::OtherAccount)
        }
        (Ok(state), Some(passkey)) => verify(conn, proof, &state, passkey)?,
    };
    if let Err(reason) = outcome {
        let whose = found.as_ref().map(|passkey| &passkey.account_id).or(account);
        let which = found.as_ref().map(|passkey| &passkey.id);
        refuse(conn, whose, which, reason, &proof.network, proof.now)?;
    }
    Ok(outcome.and_then(|()| found.ok_or(PasskeyError::Unknown)))
}

fn verify(
    conn: &mut Conn,
    proof: &PasskeyProof,
    state: &CeremonyState,
    passkey: &Passkey,
) -> Result<Proof<()>> {
    let handle = handle_of(conn, &passkey.account_id)?;
    let used = match proof.response.verify(state, passkey, &handle, &proof.relying_party) {
        Ok(used) => used,
        Err(reason) => return Ok(Err(reason)),
    };
    // Another node may have seen a later counter since it was read here.
    let unchanged = passkey::table
        .filter(passkey::id.eq(passkey.id.as_str()))
        .filter(passkey::sign_count.eq(i64::from(passkey.sign_count)));
    let written = update(unchanged)
        .set((
            passkey::sign_count.eq(i64::from(used.sign_count)),
            passkey::backed_up.eq(used.backed_up),
            passkey::last_used_at.eq(proof.now.micros()),
        ))
        .execute(conn)?;
    Ok(if written == 1 { Ok(()) } else { Err(PasskeyError::Counter) })
}

/// Puts a refused answer on record.
pub(super) fn refuse(
    conn: &mut Conn,
    account: Option<&AccountId>,
    passkey: Option<&PasskeyId>,
    reason: PasskeyError,
    network: &str,
    now: Timestamp,
) -> Result<()> {
    let event = AuditEvent::PasskeyRefused {
        account: account.cloned(),
        passkey: passkey.cloned(),
        reason,
        network: network.to_owned(),
    };
    insert_audit_record(conn, &event, now)
}

pub fn sign_in_with_passkey(conn: &mut Conn, sign_in: PasskeySignIn) -> Result<PasskeySignInEnd> {
    let PasskeySignIn { proof, mut session, new_device_mail } = sign_in;
    let passkey = match use_passkey(conn, &proof)? {
        Ok(passkey) => passkey,
        Err(reason) => return Ok(PasskeySignInEnd::Refused(reason)),
    };
    let Some(account) = take_to_sign_in(conn, &passkey.account_id, proof.now)? else {
        return Ok(PasskeySignInEnd::Gone);
    };
    session.methods = vec![passkey.method()];
    if insert_session(conn, &account, &session, proof.now)?
        && let Some(mail) = new_device_mail
    {
        insert_mail(conn, &mail, proof.now)?;
    }
    Ok(PasskeySignInEnd::SignedIn)
}

pub fn finish_second_step_by_passkey(
    conn: &mut Conn,
    proof: PasskeyProof,
    account: AccountId,
    target: SecondStepTarget,
) -> Result<SecondStepEnd> {
    // Its challenge is spent in any case.
    let passkey = use_passkey(conn, &proof)?;
    let Some(account) = take_open(conn, &account, &target, proof.now)? else {
        return Ok(SecondStepEnd::Gone);
    };
    match passkey {
        Ok(passkey) if passkey.account_id == *account.id() => {
            complete(conn, &account, target, passkey.method(), proof.now)
        }
        _ => Ok(SecondStepEnd::Refused),
    }
}

pub fn confirm_with_passkey(
    conn: &mut Conn,
    proof: PasskeyProof,
    session: SessionProof,
) -> Result<ConfirmPasskeyEnd> {
    if let Err(reason) = use_passkey(conn, &proof)? {
        return Ok(ConfirmPasskeyEnd::Refused(reason));
    }
    let noted = complete_proof(conn, session)? == SessionProofEnd::Proven;
    Ok(if noted { ConfirmPasskeyEnd::Proven } else { ConfirmPasskeyEnd::SessionEnded })
}

pub fn remove_passkey(conn: &mut Conn, removal: PasskeyRemoval) -> Result<RemovePasskeyOutcome> {
    lock_factors(conn, &removal.account)?;
    if find_passkey(conn, removal.account.clone(), removal.id.clone())?.is_none() {
        return Ok(RemovePasskeyOutcome::Gone);
    }
    let mut left = second_factors(conn, &removal.account)?;
    left.passkeys = left.passkeys.saturating_sub(1);
    if left.passkeys == 0 && !has_another_way(conn, &removal.account)? {
        return Ok(RemovePasskeyOutcome::LastWay);
    }
    if let Some(client) = service_needing_more(conn, &removal.account, left.reachable())? {
        return Ok(RemovePasskeyOutcome::Needed(Box::new(client)));
    }
    if left.is_empty() {
        forget_codes(conn, &removal.account)?;
    }
    diesel::delete(passkey::table.find(removal.id.as_str())).execute(conn)?;
    insert_mail(conn, &removal.mail, removal.now)?;
    let event = AuditEvent::PasskeyRemoved { account: removal.account, passkey: removal.id };
    insert_audit_record(conn, &event, removal.now)?;
    Ok(RemovePasskeyOutcome::Removed)
}

/// Whether an account can be signed in to without any passkey.
fn has_another_way(conn: &mut Conn, account: &AccountId) -> Result<bool> {
    let by_partner = partner_link::table.filter(partner_link::account_id.eq(account.as_str()));
    Ok(has_password(conn, account)? || diesel::select(diesel::dsl::exists(by_partner)).get_result(conn)?)
}

pub fn rename_passkey(
    conn: &mut Conn,
    account: AccountId,
    id: PasskeyId,
    name: PasskeyName,
    now: Timestamp,
) -> Result<bool> {
    let theirs =
        passkey::table.filter(passkey::id.eq(id.as_str())).filter(passkey::account_id.eq(account.as_str()));
    let renamed = update(theirs).set(passkey::name.eq(name.as_str())).execute(conn)? == 1;
    if renamed {
        insert_audit_record(conn, &AuditEvent::PasskeyRenamed { account, passkey: id }, now)?;
    }
    Ok(renamed)
}
