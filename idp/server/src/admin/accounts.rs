//! Accounts: find, show, lock, unlock, send the activation again, end sessions, remove second factors under two persons,
//! close, export. Of both kinds. Every look and every act is on record with who and why, every act tells the person by mail,
//! and none touches the decision on the transfer.

mod letters;
mod removal;
mod search;
mod view;

pub use removal::{RemovalView, approve_removal, ask_removal, list_removals, refuse_removal, show_removal};
pub use search::{FoundView, find};
pub use view::{
    AccountView, ActivationView, AppView, EventView, FactorsView, LockView, Look, PartnerLinkView,
    SessionView, TransferView, show,
};

use super::{AdminError, Desk, reason};
use crate::adapters::data_copy;
use crate::adapters::rng::rng;
use crate::app::App;
use crate::journeys::sign_up::{FreshCode, address_hash};
use crate::mail::SupportAct as Told;
use idp_domain::account::{Account, AccountCloser};
use idp_domain::activation::may_resend;
use idp_domain::administration::{Act, Area, LockReference, Reason, Role};
use idp_domain::ids::{AccountId, RegistrationId};
use idp_domain::mail_allowance::MailDecision;
use idp_domain::time::Timestamp;
use idp_store::{AccountOutcome, CloseAccount, ResendActivation, ResendOutcome, SupportAct};
use letters::Letter;
use serde::Serialize;
use serde_json::Value;

/// How many entries a page of a list holds.
pub const PAGE: i64 = 50;

/// What was done to an account.
#[derive(Debug, Clone, Serialize)]
pub struct DoneView {
    /// Which.
    pub id: String,
    /// `locked`, `unlocked`, `sessions_ended`, `activation_sent` or `closed`.
    pub done: &'static str,
    /// Of a lock: what the person names to support.
    pub reference: Option<String>,
    /// How many sessions were ended.
    pub sessions: Option<usize>,
    /// Whether a mail tells the person: a ONE-key account may have no address.
    pub mailed: bool,
}

impl DoneView {
    fn new(id: &str, done: &'static str, mailed: bool) -> Self {
        Self { id: id.to_owned(), done, reference: None, sessions: None, mailed }
    }
}

/// Locks an account: nobody signs in to it, its sessions and grants end, and its person is given a reference.
///
/// # Errors
/// Not allowed, there is none, it is not active, or it is the last that has a role.
pub async fn lock(desk: &Desk<'_>, app: &App, id: &str, why: &str) -> Result<DoneView, AdminError> {
    desk.admit(Act::Write(Area::Accounts)).await?;
    let why = reason(why)?;
    let account = account_of(desk, id).await?;
    let reference = LockReference::random(&mut rng());
    let act = act(desk, app, &account, &Told::Locked(reference.clone()), Some(why.clone())).await?;
    let mailed = act.mail.is_some();
    let outcome = desk.store.lock_account(act, reference.clone(), why).await?;
    settled(outcome, id, "it is not active")?;
    let reference = Some(reference.to_string());
    Ok(DoneView { reference, ..DoneView::new(id, "locked", mailed) })
}

/// Opens a locked account.
///
/// # Errors
/// Not allowed, there is none, or it is not locked.
pub async fn unlock(desk: &Desk<'_>, app: &App, id: &str, why: Option<&str>) -> Result<DoneView, AdminError> {
    desk.admit(Act::Write(Area::Accounts)).await?;
    let why = why.map(reason).transpose()?;
    let account = account_of(desk, id).await?;
    let act = act(desk, app, &account, &Told::Unlocked, why).await?;
    let mailed = act.mail.is_some();
    settled(desk.store.unlock_account(act).await?, id, "it is not locked")?;
    Ok(DoneView::new(id, "unlocked", mailed))
}

/// Ends every session and grant of an account, those of services with `offline_access` too.
///
/// # Errors
/// Not allowed, or there is none.
pub async fn end_sessions(
    desk: &Desk<'_>,
    app: &App,
    id: &str,
    why: Option<&str>,
) -> Result<DoneView, AdminError> {
    desk.admit(Act::Write(Area::Accounts)).await?;
    let why = why.map(reason).transpose()?;
    let account = account_of(desk, id).await?;
    let act = act(desk, app, &account, &Told::SessionsEnded, why).await?;
    let mailed = act.mail.is_some();
    let sessions = desk.store.end_sessions_by_support(act).await?.ok_or_else(|| unknown(id))?;
    Ok(DoneView { sessions: Some(sessions), ..DoneView::new(id, "sessions_ended", mailed) })
}

/// Closes an account: what is kept of its person is deleted, its services are told. It can't be undone.
///
/// # Errors
/// Not allowed, there is none, it was carried over, or its person is trusted with a role.
pub async fn close(desk: &Desk<'_>, app: &App, id: &str, why: &str) -> Result<DoneView, AdminError> {
    desk.admit(Act::Write(Area::Accounts)).await?;
    let why = reason(why)?;
    let account = account_of(desk, id).await?;
    let mail = Letter::to(desk, app, &account).await?.of(&Told::Closed)?;
    let mailed = mail.is_some();
    let close = CloseAccount {
        account: account.id,
        by: AccountCloser::Support(desk.authority.actor()),
        reason: Some(why),
        mail,
        now: desk.now,
    };
    settled(desk.store.close_account(close).await?, id, "it was carried over to a My Ontario Account")?;
    Ok(DoneView::new(id, "closed", mailed))
}

/// Sends the activation mail of a registration that waits once more; its code is shown to nobody.
///
/// # Errors
/// Not allowed, there is no such registration, its time is over, or it may have no mail yet.
pub async fn resend(desk: &Desk<'_>, app: &App, id: &str, why: Option<&str>) -> Result<DoneView, AdminError> {
    desk.admit(Act::Write(Area::Accounts)).await?;
    let why = why.map(reason).transpose()?;
    let over = || AdminError::Conflict("it can't be activated any more: the person registers anew".into());
    let registration = RegistrationId::parse(id).ok_or_else(|| unknown(id))?;
    let Some(registration) = desk.store.find_registration_by_id(registration).await? else {
        account_of(desk, id).await?;
        return Err(AdminError::Conflict("the account is activated".into()));
    };
    let limits = app.in_force().activation_limits();
    if !may_resend(&registration.facts, desk.now, &limits) {
        return Err(over());
    }
    let fresh = FreshCode::draw(app, desk.now, &registration.id, &registration.email, registration.language)
        .map_err(|error| AdminError::failed(&error))?;
    let request = ResendActivation {
        registration: registration.id,
        address_hash: address_hash(app, &registration.email),
        code: fresh.code,
        activation_mail: fresh.activation_mail,
        exists_mail: fresh.exists_mail,
        order: Some(desk.order(why)),
        limits,
        now: desk.now,
    };
    match desk.store.resend_activation(request, app.in_force().limits.mail).await? {
        ResendOutcome::Mail(MailDecision::Send) => Ok(DoneView::new(id, "activation_sent", true)),
        ResendOutcome::Mail(MailDecision::WaitUntil(at) | MailDecision::TooManyUntil(at)) => {
            Err(AdminError::Conflict(format!("the address may have no mail before {}", super::instant(at))))
        }
        ResendOutcome::Over => Err(over()),
    }
}

/// A copy of everything that is kept of an account's person, but secrets.
///
/// # Errors
/// Not allowed, or there is none.
pub async fn export(desk: &Desk<'_>, app: &App, id: &str, why: Option<&str>) -> Result<Value, AdminError> {
    desk.admit(Act::Write(Area::Accounts)).await?;
    let why = why.map(reason).transpose()?;
    let account = account_of(desk, id).await?;
    let act = act(desk, app, &account, &Told::DataCopied, why).await?;
    let copy = desk.store.export_account_by_support(act).await?.ok_or_else(|| unknown(id))?;
    Ok(data_copy::finished(copy, app.issuer(), desk.now))
}

async fn account_of(desk: &Desk<'_>, id: &str) -> Result<Account, AdminError> {
    let account = AccountId::parse(id).ok_or_else(|| unknown(id))?;
    desk.store.find_account(account).await?.ok_or_else(|| unknown(id))
}

fn unknown(id: &str) -> AdminError {
    AdminError::NotFound(format!("account {id}"))
}

/// An act with the mail that tells of it.
async fn act(
    desk: &Desk<'_>,
    app: &App,
    account: &Account,
    told: &Told,
    why: Option<Reason>,
) -> Result<SupportAct, AdminError> {
    Ok(SupportAct {
        account: account.id.clone(),
        order: desk.order(why),
        mail: Letter::to(desk, app, account).await?.of(told)?,
        now: desk.now,
    })
}

fn settled(outcome: AccountOutcome, id: &str, not_so: &str) -> Result<(), AdminError> {
    let last = |role: Role| format!("keep at least one administrator who can sign in with the role {role}");
    match outcome {
        AccountOutcome::Done => Ok(()),
        AccountOutcome::Gone => Err(unknown(id)),
        AccountOutcome::NotSo => Err(AdminError::Conflict(not_so.to_owned())),
        AccountOutcome::LastOfRole(role) => Err(AdminError::Conflict(last(role))),
        AccountOutcome::HasRole(role) => {
            Err(AdminError::Conflict(format!("its person has the role {role}: that has to be taken first")))
        }
    }
}

/// Since when a registration can still be activated.
fn registered_since(app: &App, now: Timestamp) -> Timestamp {
    now.minus(app.in_force().lifetimes.activation_resend)
}
