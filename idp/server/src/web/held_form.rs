//! What was typed, held on the server over a language switch, or until its person has signed in again: encrypted, for
//! half an hour, for one taking.

use super::form::Form;
use super::problem::Problem;
use super::visit::Visit;
use idp_domain::ids::AccountId;
use idp_domain::secret::KeyedHash;
use std::time::Duration;

const LIFE: Duration = Duration::from_mins(30);
const PURPOSE: &str = "held-form";

fn key(visit: &Visit) -> KeyedHash {
    let tx = visit.tx.as_ref().map_or("", |tx| tx.as_str());
    let parts = [visit.browser.expose().as_bytes(), visit.path.as_bytes(), tx.as_bytes()];
    visit.app.data_keys.hash.hash(PURPOSE, &parts)
}

/// The same for one person only, whatever journey lies between.
fn key_of(visit: &Visit, account: &AccountId) -> KeyedHash {
    let parts = [visit.browser.expose().as_bytes(), visit.path.as_bytes(), account.as_str().as_bytes()];
    visit.app.data_keys.hash.hash("held-form-of-account", &parts)
}

/// Holds what may be held of a form for this page.
///
/// # Errors
/// The database is away.
pub async fn hold(visit: &Visit, form: &Form) -> Result<(), Problem> {
    keep(visit, key(visit), form).await
}

/// Holds it for this page when this person comes back to it after signing in.
///
/// # Errors
/// The database is away.
pub async fn hold_for(visit: &Visit, form: &Form, account: &AccountId) -> Result<(), Problem> {
    keep(visit, key_of(visit, account), form).await
}

async fn keep(visit: &Visit, key: KeyedHash, form: &Form) -> Result<(), Problem> {
    let plain = serde_json::to_vec(&form.without_secrets()).map_err(|error| Problem::internal(&error))?;
    let sealed =
        visit.app.data_keys.content.seal(PURPOSE, &plain).map_err(|error| Problem::internal(&error))?;
    Ok(visit.app.store.hold_form(key, sealed, visit.now.plus(LIFE)).await?)
}

/// Takes what is held for this page, if anything; an empty form else. A browser without a cookie has nothing held.
///
/// # Errors
/// The database is away.
pub async fn take(visit: &Visit) -> Result<Option<Form>, Problem> {
    if visit.browser_is_new || visit.query.get("held").ok().flatten().is_none() {
        return Ok(None);
    }
    open(visit, key(visit)).await
}

/// The same of a page of an account: over a language switch, or over signing in.
///
/// # Errors
/// The database is away.
pub async fn take_for(visit: &Visit, account: &AccountId) -> Result<Option<Form>, Problem> {
    if visit.browser_is_new || visit.query.get("held").ok().flatten().is_none() {
        return Ok(None);
    }
    match open(visit, key_of(visit, account)).await? {
        Some(form) => Ok(Some(form)),
        None => open(visit, key(visit)).await,
    }
}

/// What is held for a person whose way back leads over other pages, so that no address can say that something is held.
///
/// # Errors
/// The database is away.
pub async fn take_after_sign_in(visit: &Visit, account: &AccountId) -> Result<Option<Form>, Problem> {
    if visit.browser_is_new { Ok(None) } else { open(visit, key_of(visit, account)).await }
}

async fn open(visit: &Visit, key: KeyedHash) -> Result<Option<Form>, Problem> {
    let Some(sealed) = visit.app.store.take_held_form(key, visit.now).await? else { return Ok(None) };
    let plain =
        visit.app.data_keys.content.open(PURPOSE, &sealed).map_err(|error| Problem::internal(&error))?;
    Ok(serde_json::from_slice(&plain).ok().map(Form::held))
}
