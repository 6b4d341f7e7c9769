//! The removal of second factors under two persons: one asks, another approves within a day.

use super::{PAGE, account_of, act};
use crate::adapters::rng::rng;
use crate::admin::{AdminError, Desk, instant, reason};
use crate::app::App;
use crate::mail::SupportAct as Told;
use idp_domain::administration::{APPROVAL_WINDOW, Act, Area, RemovedFactors, TwoPersonsError};
use idp_domain::ids::{AccountId, FactorRemovalId};
use idp_store::{FactorRemoval, FactorRemovalAsked, FactorRemovalOutcome, NewFactorRemoval};
use serde::Serialize;

/// A removal as all faces show it.
#[derive(Debug, Clone, Serialize)]
pub struct RemovalView {
    /// Whose.
    pub account: String,
    /// The request; whoever approves names it.
    pub request: String,
    /// `authenticator_app`, `passkeys` or `all`.
    pub factors: &'static str,
    /// `waiting`, `removed` or `refused`.
    pub state: &'static str,
    /// Who asked.
    pub asked_by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub asked: String,
    /// Until when another one can approve it.
    pub expires: String,
}

impl From<FactorRemoval> for RemovalView {
    fn from(removal: FactorRemoval) -> Self {
        Self {
            account: removal.account.to_string(),
            request: removal.id.to_string(),
            factors: removal.factors.as_str(),
            state: "waiting",
            asked_by: removal.asked_by.to_string(),
            reason: removal.reason.into(),
            asked: instant(removal.asked_at),
            expires: instant(removal.expires_at),
        }
    }
}

/// The removals that wait, by account, a page at a time; `after` is the last account of the page before.
///
/// # Errors
/// Not allowed, or the database is away.
pub async fn list_removals(desk: &Desk<'_>, after: Option<&str>) -> Result<Vec<RemovalView>, AdminError> {
    desk.admit(Act::Read(Area::Accounts)).await?;
    let parse = |text| AccountId::parse(text).ok_or(AdminError::invalid("after", &"the id of an account"));
    let after = after.map(parse).transpose()?;
    let waiting = desk.store.list_factor_removals(after, desk.now, PAGE).await?;
    Ok(waiting.into_iter().map(RemovalView::from).collect())
}

/// The removal that waits for an account.
///
/// # Errors
/// Not allowed, or none waits.
pub async fn show_removal(desk: &Desk<'_>, id: &str) -> Result<RemovalView, AdminError> {
    desk.admit(Act::Read(Area::Accounts)).await?;
    let account = account_of(desk, id).await?;
    let found = desk.store.find_factor_removal(account.id, desk.now).await?;
    found.map(RemovalView::from).ok_or_else(|| none(id))
}

/// Asks for the removal of an account's second factors.
///
/// # Errors
/// Not allowed, there is no account or no such factor, one waits already, or it is the asker's own account.
pub async fn ask_removal(
    desk: &Desk<'_>,
    app: &App,
    id: &str,
    factors: RemovedFactors,
    why: &str,
) -> Result<RemovalView, AdminError> {
    desk.admit(Act::Write(Area::Accounts)).await?;
    let why = reason(why)?;
    let account = account_of(desk, id).await?;
    let act = act(desk, app, &account, &Told::RemovalAsked, Some(why.clone())).await?;
    let request = FactorRemovalId::random(&mut rng());
    let expires_at = desk.now.plus(APPROVAL_WINDOW);
    let new = NewFactorRemoval { id: request.clone(), factors, reason: why.clone(), expires_at, act };
    let conflict = |text: &str| Err(AdminError::Conflict(text.to_owned()));
    match desk.store.ask_factor_removal(new).await? {
        FactorRemovalAsked::Waiting => Ok(RemovalView::from(FactorRemoval {
            id: request,
            account: account.id,
            factors,
            asked_by: desk.authority.actor(),
            reason: why,
            asked_at: desk.now,
            expires_at,
        })),
        FactorRemovalAsked::Already => conflict("a removal waits for this account already"),
        FactorRemovalAsked::NothingThere => conflict("the account has no such second factor"),
        FactorRemovalAsked::Refused(error) => Err(refused(error)),
        FactorRemovalAsked::Gone => Err(super::unknown(id)),
    }
}

/// Approves a removal, which does it: the factors go, and every session and grant ends.
///
/// # Errors
/// Not allowed, it doesn't wait any more, or it is the one who asked, or their own account.
pub async fn approve_removal(
    desk: &Desk<'_>,
    app: &App,
    id: &str,
    request: &str,
    why: Option<&str>,
) -> Result<RemovalView, AdminError> {
    desk.admit(Act::Write(Area::Accounts)).await?;
    let why = why.map(reason).transpose()?;
    let (waiting, request) = waiting(desk, id, request).await?;
    let account = account_of(desk, id).await?;
    let act = act(desk, app, &account, &Told::SecondStepRemoved, why).await?;
    match desk.store.approve_factor_removal(act, request).await? {
        FactorRemovalOutcome::Removed(_) => Ok(RemovalView { state: "removed", ..waiting }),
        FactorRemovalOutcome::Refused(error) => Err(refused(error)),
        FactorRemovalOutcome::Gone => Err(none(id)),
    }
}

/// Refuses or withdraws a removal; whoever asked may do so too.
///
/// # Errors
/// Not allowed, or it doesn't wait any more.
pub async fn refuse_removal(
    desk: &Desk<'_>,
    app: &App,
    id: &str,
    request: &str,
    why: Option<&str>,
) -> Result<RemovalView, AdminError> {
    desk.admit(Act::Write(Area::Accounts)).await?;
    let why = why.map(reason).transpose()?;
    let (waiting, request) = waiting(desk, id, request).await?;
    let account = account_of(desk, id).await?;
    let act = act(desk, app, &account, &Told::RemovalRefused, why).await?;
    let done = desk.store.refuse_factor_removal(act, request).await?;
    if done { Ok(RemovalView { state: "refused", ..waiting }) } else { Err(none(id)) }
}

/// The removal of this name that waits for an account.
async fn waiting(
    desk: &Desk<'_>,
    id: &str,
    request: &str,
) -> Result<(RemovalView, FactorRemovalId), AdminError> {
    let account = account_of(desk, id).await?;
    let found = desk.store.find_factor_removal(account.id, desk.now).await?;
    let found = found.filter(|found| found.id.as_str() == request).ok_or_else(|| none(id))?;
    let request = found.id.clone();
    Ok((RemovalView::from(found), request))
}

fn none(id: &str) -> AdminError {
    AdminError::NotFound(format!("such removal of a second factor that waits for account {id}"))
}

fn refused(error: TwoPersonsError) -> AdminError {
    AdminError::Conflict(error.to_string())
}
