//! How long accounts and drafts are kept (pages.md S3), as rules over plain times, and the worker that keeps to them.
//!
//! A deletion needs both notices sent before, at their distances: a clock that jumps, or a portal that was down, delays a
//! deletion and never skips a notice.

use crate::records::{Notice, delete_account, delete_draft, list_due_accounts, list_due_drafts, mark, tell};
use crate::services::{self, DraftLife};
use diesel::{QueryResult, SqliteConnection};
use relying_party::SECOND;

const DAY: i64 = 24 * 3600 * SECOND;
/// 30 months without a sign-in.
const ACCOUNT_LIFE: i64 = 913 * DAY;
/// 12 months without a change.
const DRAFT_LIFE: i64 = 365 * DAY;
/// For those without notices.
const SHORT_DRAFT_LIFE: i64 = 30 * DAY;
const FIRST_NOTICE: i64 = 60 * DAY;
const SECOND_NOTICE: i64 = 30 * DAY;

/// What is on record of something that is kept for a time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    /// The last use or change.
    pub(crate) since: i64,
    pub(crate) noticed_60_at: Option<i64>,
    pub(crate) noticed_30_at: Option<i64>,
}

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RetentionDecision {
    /// Nothing yet.
    Keep,
    /// The first notice; the day of the deletion.
    FirstNotice { end: i64 },
    /// The second one.
    SecondNotice { end: i64 },
    /// Both notices are out long enough.
    Delete,
}

/// What is due for something that lives `life` after its last use, with both notices.
pub(crate) fn decide(standing: Standing, life: i64, now: i64) -> RetentionDecision {
    let due = standing.since + life;
    match (standing.noticed_60_at, standing.noticed_30_at) {
        (None, _) if now < due - FIRST_NOTICE => RetentionDecision::Keep,
        (None, _) => RetentionDecision::FirstNotice { end: due.max(now + FIRST_NOTICE) },
        (Some(first), None) if now < (due - SECOND_NOTICE).max(first + FIRST_NOTICE - SECOND_NOTICE) => {
            RetentionDecision::Keep
        }
        (Some(_), None) => RetentionDecision::SecondNotice { end: due.max(now + SECOND_NOTICE) },
        (Some(_), Some(second)) if now < due.max(second + SECOND_NOTICE) => RetentionDecision::Keep,
        (Some(_), Some(_)) => RetentionDecision::Delete,
    }
}

/// The earliest day on which a draft can be deleted.
pub(crate) fn draft_end(service: &str, standing: Standing) -> i64 {
    if is_short(service) {
        return standing.since + SHORT_DRAFT_LIFE;
    }
    let first = standing.noticed_60_at.map_or(i64::MIN, |at| at + FIRST_NOTICE);
    let second = standing.noticed_30_at.map_or(i64::MIN, |at| at + SECOND_NOTICE);
    (standing.since + DRAFT_LIFE).max(first).max(second)
}

/// Drafts of a security guard, a private investigator or an agency.
fn is_short(service: &str) -> bool {
    services::find(service).is_some_and(|service| service.draft_life == DraftLife::ThirtyDays)
}

/// Does what is due, in one transaction with the mails that tell of it.
pub(crate) fn run(c: &mut SqliteConnection, now: i64) -> QueryResult<()> {
    let of = |short: bool| {
        let slugs = services::SERVICES.iter().map(|service| service.slug);
        slugs.filter(|slug| is_short(slug) == short).collect()
    };
    let mut drafts = list_due_drafts(c, of(true), now - SHORT_DRAFT_LIFE)?;
    drafts.extend(list_due_drafts(c, of(false), now - DRAFT_LIFE + FIRST_NOTICE)?);
    for draft in drafts {
        let about = Some(draft.service.as_str());
        let decision = if is_short(&draft.service) {
            RetentionDecision::Delete
        } else {
            decide(draft.standing(), DRAFT_LIFE, now)
        };
        match decision {
            RetentionDecision::Keep => {}
            RetentionDecision::FirstNotice { end } => {
                mark::draft(c, draft.id, 60, now)?;
                tell(c, draft.account_id, Notice::DraftEnds60, about, Some(end), now)?;
            }
            RetentionDecision::SecondNotice { end } => {
                mark::draft(c, draft.id, 30, now)?;
                tell(c, draft.account_id, Notice::DraftEnds30, about, Some(end), now)?;
            }
            RetentionDecision::Delete => {
                tell(c, draft.account_id, Notice::DraftExpired, about, Some(now), now)?;
                delete_draft(c, draft.id)?;
            }
        }
    }
    for account in list_due_accounts(c, now - ACCOUNT_LIFE + FIRST_NOTICE)? {
        match decide(account.standing(), ACCOUNT_LIFE, now) {
            RetentionDecision::Keep => {}
            RetentionDecision::FirstNotice { end } => {
                mark::account(c, account.id, 60, now)?;
                tell(c, account.id, Notice::AccountEnds60, None, Some(end), now)?;
            }
            RetentionDecision::SecondNotice { end } => {
                mark::account(c, account.id, 30, now)?;
                tell(c, account.id, Notice::AccountEnds30, None, Some(end), now)?;
            }
            RetentionDecision::Delete => delete_account(c, account.id)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(noticed_60_at: Option<i64>, noticed_30_at: Option<i64>) -> Standing {
        Standing { since: 0, noticed_60_at, noticed_30_at }
    }

    #[test]
    fn notices_go_out_60_and_30_days_before_the_end() {
        let life = 365 * DAY;
        let (first, second) = (305 * DAY, 335 * DAY);
        assert_eq!(decide(standing(None, None), life, first - 1), RetentionDecision::Keep);
        assert_eq!(decide(standing(None, None), life, first), RetentionDecision::FirstNotice { end: life });
        let told = standing(Some(first), None);
        assert_eq!(decide(told, life, second - 1), RetentionDecision::Keep);
        assert_eq!(decide(told, life, second), RetentionDecision::SecondNotice { end: life });
        let told = standing(Some(first), Some(second));
        assert_eq!(decide(told, life, life - 1), RetentionDecision::Keep);
        assert_eq!(decide(told, life, life), RetentionDecision::Delete);
    }

    #[test]
    fn a_clock_that_jumps_delays_a_deletion_and_skips_no_notice() {
        let (life, jump) = (365 * DAY, 4000 * DAY);
        let first = decide(standing(None, None), life, jump);
        assert_eq!(first, RetentionDecision::FirstNotice { end: jump + 60 * DAY });
        let told = standing(Some(jump), None);
        assert_eq!(decide(told, life, jump + 30 * DAY - 1), RetentionDecision::Keep);
        let second = decide(told, life, jump + 30 * DAY);
        assert_eq!(second, RetentionDecision::SecondNotice { end: jump + 60 * DAY });
        let told = standing(Some(jump), Some(jump + 30 * DAY));
        assert_eq!(decide(told, life, jump + 60 * DAY - 1), RetentionDecision::Keep);
        assert_eq!(decide(told, life, jump + 60 * DAY), RetentionDecision::Delete);
    }
}
