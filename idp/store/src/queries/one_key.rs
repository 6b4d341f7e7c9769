//! ONE-key accounts: signing in, coming to be, changing.

use super::accounts::AccountRow;
use super::audit::insert_audit_record;
use super::outbox::insert_mail;
use super::proven::{ProvenAccount, Unproven, hold_open_session, take_password, take_password_to_sign_in};
use super::sessions::{end_sessions_of_account, insert_session};
use super::sign_in::{count_attempt, count_network_use, is_known_device};
use super::{Conn, lock_key};
use crate::keeping::update;
use crate::schema::{account, one_key_account, one_key_question};
use crate::{
    ChangeOneKey, EndSessions, NewOneKeyAccount, NewSecurityQuestion, OneKeyChange, OneKeyChangeEnd,
    OneKeyDetails, OneKeySignInAttempt, OneKeySignInStart, OneKeySignInSuccess, Result, SignInEnd,
    StoreError,
};
use diesel::prelude::*;
use idp_domain::Language;
use idp_domain::account::{Account, AccountStatus, EmailAddress};
use idp_domain::audit::AuditEvent;
use idp_domain::ids::AccountId;
use idp_domain::one_key::{ChangedOneKeyPart, OneKeyId, OneKeyPart, SecurityQuestion};
use idp_domain::session::SessionEndReason;
use idp_domain::time::Timestamp;

pub fn begin_one_key_sign_in(
    conn: &mut Conn,
    attempt: OneKeySignInAttempt,
) -> Result<Option<OneKeySignInStart>> {
    let account = find_account_by_one_key_id(conn, &attempt.id_key)?;
    let known_device = match &account {
        Some(account) => is_known_device(conn, &attempt.device, &account.id)?,
        None => false,
    };
    if let Some(window) = attempt.network.filter(|_| !known_device)
        && !count_network_use(conn, window)?
    {
        return Ok(None);
    }
    let counted = if known_device { attempt.device_key } else { attempt.id_hash };
    let set_at = account.as_ref().map(|account| account.password_changed_at);
    let (decision, failures) = count_attempt(conn, counted, set_at, attempt.now, attempt.limits)?;
    // Looked up for every ID, so that the work is the same.
    let stand_in = find_stand_in(conn, &attempt.stand_in)?.and_then(|(_, password_hash)| password_hash);
    Ok(Some(OneKeySignInStart { decision, account, stand_in, counted, failures }))
}

/// The first ONE-key account from a place on, or the very first: its identifier and its password hash. Imported hashes are of
/// many kinds and costs; an ID that nobody has gets the work of an account that exists, always the same one, and as often of
/// each kind as the directory has them.
pub(super) fn find_stand_in(conn: &mut Conn, place: &AccountId) -> Result<Option<(String, Option<String>)>> {
    for from in [place, &AccountId::first_one_key()] {
        let found = account::table
            .filter(account::id.ge(from.as_str()))
            .filter(account::one_key_id.is_not_null())
            .order(account::id)
            .select((account::id, account::password_hash))
            .first(conn)
            .optional()?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

pub(super) fn find_account_by_one_key_id(conn: &mut Conn, id_key: &str) -> Result<Option<Account>> {
    let row = account::table
        .filter(account::one_key_id_key.eq(id_key))
        .select(AccountRow::as_select())
        .first(conn)
        .optional()?;
    row.map(AccountRow::into_domain).transpose()
}

pub fn complete_one_key_sign_in(conn: &mut Conn, success: OneKeySignInSuccess) -> Result<SignInEnd> {
    let id = success.proof.account.as_str();
    let before: Option<i64> = account::table
        .find(id)
        .select(account::last_sign_in_at)
        .first::<Option<i64>>(conn)
        .optional()?
        .flatten();
    let rehashed = success.new_password_hash.as_deref();
    let account = match take_password_to_sign_in(conn, &success.proof, rehashed, success.now)? {
        Ok(account) => account,
        Err(why) => return Ok(why.into()),
    };
    update(one_key_account::table.find(id))
        .set(one_key_account::previous_sign_in_at.eq(before))
        .execute(conn)?;
    insert_session(conn, &account, &success.session, success.now)?;
    Ok(SignInEnd::SignedIn)
}

pub fn register_one_key(conn: &mut Conn, new: NewOneKeyAccount) -> Result<bool> {
    let id = new.account.as_str();
    let inserted = diesel::insert_into(account::table)
        .values((
            account::id.eq(id),
            account::one_key_id.eq(new.id.as_str()),
            account::one_key_id_key.eq(new.id.key()),
            account::password_hash.eq(&new.password_hash),
            account::language.eq(new.language.code()),
            account::status.eq(AccountStatus::Active.as_str()),
            account::terms_version.eq(new.terms_version),
            account::created_at.eq(new.now.micros()),
            account::password_changed_at.eq(new.now.micros()),
            account::last_sign_in_at.eq(new.now.micros()),
        ))
        .on_conflict(account::one_key_id_key)
        .do_nothing()
        .execute(conn)?;
    if inserted == 0 {
        return Ok(false);
    }
    let email = new.recovery_email.as_ref();
    diesel::insert_into(one_key_account::table)
        .values((
            one_key_account::account_id.eq(id),
            one_key_account::recovery_email.eq(email.map(EmailAddress::as_str)),
            one_key_account::recovery_email_key.eq(email.map(EmailAddress::key)),
        ))
        .execute(conn)?;
    replace_questions(conn, &new.account, &new.questions)?;
    insert_audit_record(conn, &AuditEvent::OneKeyRegistered { account: new.account.clone() }, new.now)?;
    insert_session(conn, &ProvenAccount::just_made(&new.account), &new.session, new.now)?;
    Ok(true)
}

fn replace_questions(conn: &mut Conn, account: &AccountId, questions: &[NewSecurityQuestion]) -> Result<()> {
    let id = account.as_str();
    diesel::delete(one_key_question::table.filter(one_key_question::account_id.eq(id))).execute(conn)?;
    for (position, question) in (1_i64..).zip(questions) {
        diesel::insert_into(one_key_question::table)
            .values((
                one_key_question::account_id.eq(id),
                one_key_question::position.eq(position),
                one_key_question::question.eq(question.question.to_stored()),
                one_key_question::answer_hash.eq(&question.answer_hash),
            ))
            .execute(conn)?;
    }
    Ok(())
}

pub fn list_taken_one_key_ids(conn: &mut Conn, keys: Vec<String>) -> Result<Vec<String>> {
    let taken: Vec<Option<String>> = account::table
        .filter(account::one_key_id_key.eq_any(keys))
        .select(account::one_key_id_key)
        .load(conn)?;
    Ok(taken.into_iter().flatten().collect())
}

pub fn find_one_key_details(conn: &mut Conn, account: AccountId) -> Result<OneKeyDetails> {
    let row: Option<(Option<String>, Option<i64>)> = one_key_account::table
        .find(account.as_str())
        .select((one_key_account::recovery_email, one_key_account::previous_sign_in_at))
        .first(conn)
        .optional()?;
    let (email, previous) = row.unwrap_or_default();
    Ok(OneKeyDetails {
        recovery_email: email.as_deref().and_then(|email| EmailAddress::parse(email).ok()),
        questions: list_questions(conn, &account)?,
        previous_sign_in_at: previous.map(Timestamp::from_micros),
    })
}

pub(super) fn list_questions(conn: &mut Conn, account: &AccountId) -> Result<Vec<SecurityQuestion>> {
    let stored: Vec<String> = one_key_question::table
        .filter(one_key_question::account_id.eq(account.as_str()))
        .order(one_key_question::position)
        .select(one_key_question::question)
        .load(conn)?;
    let read =
        |text: String| SecurityQuestion::from_stored(&text).ok_or(StoreError::Corrupt("one_key_question"));
    stored.into_iter().map(read).collect()
}

pub fn change_one_key(conn: &mut Conn, asked: ChangeOneKey) -> Result<OneKeyChangeEnd> {
    let ChangeOneKey { proof, session, change, mail, now } = asked;
    // Before the account's row, as everywhere: of those who want the same ID each takes its turn.
    if let OneKeyChange::Id(id) = &change {
        lock_key(conn, &id.key())?;
    }
    let proven = match take_password(conn, &proof)? {
        Ok(proven) => proven,
        Err(Unproven::Superseded) => return Ok(OneKeyChangeEnd::Superseded),
        Err(Unproven::Closed) => return Ok(OneKeyChangeEnd::Gone),
    };
    if !hold_open_session(conn, &proven, &session)? {
        return Ok(OneKeyChangeEnd::Gone);
    }
    let account = proof.account;
    let part = match change {
        OneKeyChange::Id(id) => {
            if !change_id(conn, &account, &id)? {
                return Ok(OneKeyChangeEnd::Taken);
            }
            OneKeyPart::Id
        }
        OneKeyChange::Password(hash) => {
            let set = (account::password_hash.eq(hash), account::password_changed_at.eq(now.micros()));
            update(account::table.find(account.as_str())).set(set).execute(conn)?;
            let reason = SessionEndReason::PasswordChanged;
            let others = EndSessions { account: account.clone(), except: Some(session), reason, now };
            end_sessions_of_account(conn, others)?;
            OneKeyPart::Password
        }
        OneKeyChange::Recovery { questions, email } => {
            replace_questions(conn, &account, &questions)?;
            change_recovery_email(conn, &account, email.as_ref())?;
            OneKeyPart::Questions
        }
        OneKeyChange::Email(email) => {
            change_recovery_email(conn, &account, email.as_ref())?;
            OneKeyPart::Email
        }
    };
    if let Some(mail) = &mail {
        insert_mail(conn, mail, now)?;
    }
    let part = ChangedOneKeyPart::Told(part);
    insert_audit_record(conn, &AuditEvent::OneKeyChanged { account, part }, now)?;
    Ok(OneKeyChangeEnd::Changed)
}

pub fn change_one_key_language(
    conn: &mut Conn,
    account: AccountId,
    language: Language,
    now: Timestamp,
) -> Result<()> {
    update(account::table.find(account.as_str())).set(account::language.eq(language.code())).execute(conn)?;
    let part = ChangedOneKeyPart::Language;
    insert_audit_record(conn, &AuditEvent::OneKeyChanged { account, part }, now)
}

/// The unique key lets only one account have an ID; whoever wants it has its turn.
fn change_id(conn: &mut Conn, account: &AccountId, id: &OneKeyId) -> Result<bool> {
    let key = id.key();
    let other =
        account::table.filter(account::one_key_id_key.eq(&key)).filter(account::id.ne(account.as_str()));
    if diesel::select(diesel::dsl::exists(other)).get_result(conn)? {
        return Ok(false);
    }
    update(account::table.find(account.as_str()))
        .set((account::one_key_id.eq(id.as_str()), account::one_key_id_key.eq(key)))
        .execute(conn)?;
    Ok(true)
}

fn change_recovery_email(conn: &mut Conn, account: &AccountId, email: Option<&EmailAddress>) -> Result<()> {
    update(one_key_account::table.find(account.as_str()))
        .set((
            one_key_account::recovery_email.eq(email.map(EmailAddress::as_str)),
            one_key_account::recovery_email_key.eq(email.map(EmailAddress::key)),
        ))
        .execute(conn)?;
    Ok(())
}
