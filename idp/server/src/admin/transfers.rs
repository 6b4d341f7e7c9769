//! The transfers (page D11): how many, who has not decided, what was refused. Nothing here writes: a decision is final, and no
//! administrator touches it.

use super::{AdminError, Desk, instant, time};
use idp_domain::administration::{Act, Area};
use idp_domain::ids::TransferId;
use idp_domain::time::Timestamp;
use idp_domain::transfer::{TransferChoice, TransferDecision};
use idp_store::RefusedTransfer;
use serde::Serialize;
use std::time::Duration;

/// How many entries a page of a list holds.
const PAGE: i64 = 50;
const DAY: Duration = Duration::from_hours(24);
/// How far back is counted where nobody says.
const USUAL: Duration = Duration::from_hours(30 * 24);
/// The longest time that is counted at once.
const LONGEST: Duration = Duration::from_hours(366 * 24);

/// The transfers of some days.
#[derive(Debug, Clone, Serialize)]
pub struct TransfersView {
    /// From when.
    pub from: String,
    /// Until before when.
    pub to: String,
    /// Each day and service that had any, by day.
    pub days: Vec<DayView>,
    /// Each service that used ONE-key, and how many accounts have used it and not decided.
    pub undecided: Vec<UndecidedView>,
}

/// A day at one service's sign-ins.
#[derive(Debug, Clone, Serialize)]
pub struct DayView {
    /// UTC: `2026-11-21`.
    pub day: String,
    /// Which service.
    pub service: String,
    /// Carried over.
    pub transferred: i64,
    /// Declined.
    pub declined: i64,
    /// Refused after the right password; kept for 90 days.
    pub failed: i64,
}

/// The accounts that have not decided, now.
#[derive(Debug, Clone, Serialize)]
pub struct UndecidedView {
    /// Which service they have used.
    pub service: String,
    /// How many.
    pub accounts: i64,
}

/// A decision.
#[derive(Debug, Clone, Serialize)]
pub struct DecisionView {
    /// Its identifier: the number of its receipt.
    pub id: String,
    /// `transferred` or `declined`.
    pub decision: &'static str,
    /// Whose.
    pub account: String,
    /// What was carried over.
    pub onekey_account: Option<String>,
    /// At which service's sign-in.
    pub asked_by: String,
    /// When.
    pub decided: String,
}

/// A transfer that was refused after the right password: two people, or one with two accounts, want the same.
#[derive(Debug, Clone, Serialize)]
pub struct ConflictView {
    /// Its identifier.
    pub id: String,
    /// When.
    pub at: String,
    /// Who asked.
    pub account: String,
    /// For which ONE-key account.
    pub onekey_account: String,
    /// At which service's sign-in.
    pub asked_by: String,
    /// The account to which that one was carried over, if it was.
    pub carried_over_to: Option<String>,
}

impl From<TransferDecision> for DecisionView {
    fn from(decision: TransferDecision) -> Self {
        let (word, one_key) = match decision.choice {
            TransferChoice::Transferred(one_key) => ("transferred", Some(one_key.to_string())),
            TransferChoice::Declined => ("declined", None),
        };
        Self {
            id: decision.id.to_string(),
            decision: word,
            account: decision.account.to_string(),
            onekey_account: one_key,
            asked_by: decision.client.to_string(),
            decided: instant(decision.decided_at),
        }
    }
}

/// The counts from an instant to before another (RFC 3339); of the last 30 days where they are left out.
///
/// # Errors
/// Not allowed, no instants, or more than a year.
pub async fn count(
    desk: &Desk<'_>,
    from: Option<&str>,
    to: Option<&str>,
) -> Result<TransfersView, AdminError> {
    desk.admit(Act::Read(Area::Transfers)).await?;
    let to = time("to", to)?.unwrap_or(desk.now);
    let from = time("from", from)?.unwrap_or_else(|| to.minus(USUAL));
    if from >= to || from.plus(LONGEST) < to {
        return Err(AdminError::invalid("from", &"it must be before to, by 366 days at most"));
    }
    let counts = desk.store.count_transfers(from, to).await?;
    let services = desk.store.list_services().await?;
    let used_one_key = |id| services.iter().any(|one| one.client.id == id && one.client.used_one_key);
    let undecided = desk.store.count_undecided().await?.into_iter();
    Ok(TransfersView {
        from: instant(from),
        to: instant(to),
        days: counts
            .into_iter()
            .map(|count| DayView {
                day: day(count.day),
                service: count.client.to_string(),
                transferred: count.transferred,
                declined: count.declined,
                failed: count.refused,
            })
            .collect(),
        undecided: undecided
            .filter(|(client, _)| used_one_key(client.clone()))
            .map(|(client, accounts)| UndecidedView { service: client.to_string(), accounts })
            .collect(),
    })
}

fn day(number: i64) -> String {
    let micros = i64::try_from(DAY.as_micros()).unwrap_or(i64::MAX);
    instant(Timestamp::from_micros(number.saturating_mul(micros))).chars().take(10).collect()
}

/// The decisions, oldest first, a page at a time; `after` is the last of the page before.
///
/// # Errors
/// Not allowed, or `after` is none.
pub async fn list(desk: &Desk<'_>, after: Option<&str>) -> Result<Vec<DecisionView>, AdminError> {
    desk.admit(Act::Read(Area::Transfers)).await?;
    let after = match identifier("after", after)? {
        None => None,
        Some(id) => match desk.store.find_transfer_by_id(id).await? {
            Some(last) => Some((last.decided_at, last.id)),
            None => return Ok(Vec::new()),
        },
    };
    let page = desk.store.list_transfer_decisions(after, PAGE).await?;
    Ok(page.into_iter().map(DecisionView::from).collect())
}

/// The transfers that were refused in the last 90 days, newest first, a page at a time; `before` is the last of the page
/// before.
///
/// # Errors
/// Not allowed, or `before` is none.
pub async fn conflicts(desk: &Desk<'_>, before: Option<&str>) -> Result<Vec<ConflictView>, AdminError> {
    desk.admit(Act::Read(Area::Transfers)).await?;
    let before = identifier("before", before)?;
    let mut views = Vec::new();
    for RefusedTransfer { id, account, one_key, client, now } in
        desk.store.list_refused_transfers(before, PAGE).await?
    {
        let decision = desk.store.find_transfer_of_one_key(one_key.clone()).await?;
        views.push(ConflictView {
            id: id.to_string(),
            at: instant(now),
            account: account.to_string(),
            onekey_account: one_key.to_string(),
            asked_by: client.to_string(),
            carried_over_to: decision.map(|decision| decision.account.to_string()),
        });
    }
    Ok(views)
}

fn identifier(field: &str, text: Option<&str>) -> Result<Option<TransferId>, AdminError> {
    let parse =
        |text| TransferId::parse(text).ok_or(AdminError::invalid(field, &"an identifier of the list"));
    text.map(parse).transpose()
}
