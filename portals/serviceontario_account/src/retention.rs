//! What the terms say of unused accounts and drafts (pages.md S3), done as time passes.

use crate::records::{
    Notice, delete_account, delete_draft, list_due_accounts, list_due_drafts, mark_account, mark_draft, tell,
};
use crate::services::{self, DraftLife};
use diesel::{QueryResult, SqliteConnection};
use portal_front::retention::{
    DAY, FIRST_REMINDER, RetentionDecision, Standing, THIRTY_MONTHS, TWELVE_MONTHS,
};

/// For drafts without reminders.
const SHORT_DRAFT_LIFE: i64 = 30 * DAY;

/// The earliest day on which a draft can be deleted.
pub(crate) fn draft_end(service: &str, standing: Standing) -> i64 {
    if is_short(service) { standing.since + SHORT_DRAFT_LIFE } else { standing.end(TWELVE_MONTHS) }
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
    drafts.extend(list_due_drafts(c, of(false), now - TWELVE_MONTHS + FIRST_REMINDER)?);
    for draft in drafts {
        let about = Some(draft.service.as_str());
        let decision = if is_short(&draft.service) {
            RetentionDecision::Delete
        } else {
            draft.standing().decide(TWELVE_MONTHS, now)
        };
        match decision {
            RetentionDecision::Keep => {}
            RetentionDecision::Remind(which, end) => {
                mark_draft(c, draft.id, draft.standing().reminded(which, now))?;
                let notice = which.pick(Notice::DraftEnds60, Notice::DraftEnds30);
                tell(c, draft.account_id, notice, about, Some(end), now)?;
            }
            RetentionDecision::Delete => {
                tell(c, draft.account_id, Notice::DraftExpired, about, Some(now), now)?;
                delete_draft(c, draft.id)?;
            }
        }
    }
    for account in list_due_accounts(c, now - THIRTY_MONTHS + FIRST_REMINDER)? {
        match account.standing().decide(THIRTY_MONTHS, now) {
            RetentionDecision::Keep => {}
            RetentionDecision::Remind(which, end) => {
                mark_account(c, account.id, account.standing().reminded(which, now))?;
                let notice = which.pick(Notice::AccountEnds60, Notice::AccountEnds30);
                tell(c, account.id, notice, None, Some(end), now)?;
            }
            RetentionDecision::Delete => delete_account(c, account.id)?,
        }
    }
    Ok(())
}
