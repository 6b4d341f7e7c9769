//! What the terms say of unused accounts (pages.md S3), done as time passes. Drafts are in [`application`](crate::application).

use crate::records::{Notice, delete_account, list_due_accounts, mark_account, tell};
use diesel::{QueryResult, SqliteConnection};
use portal_front::retention::{FIRST_REMINDER, RetentionDecision, THIRTY_MONTHS};

/// Does what is due, in one transaction with the mails that tell of it.
pub(crate) fn end_unused_accounts(c: &mut SqliteConnection, now: i64) -> QueryResult<()> {
    for (id, standing) in list_due_accounts(c, now - THIRTY_MONTHS + FIRST_REMINDER)? {
        match standing.decide(THIRTY_MONTHS, now) {
            RetentionDecision::Keep => {}
            RetentionDecision::Remind(which, end) => {
                mark_account(c, id, standing.reminded(which, now))?;
                let notice = which.pick(Notice::AccountEnds60, Notice::AccountEnds30);
                tell(c, id, notice, None, Some(end), now)?;
            }
            RetentionDecision::Delete => delete_account(c, id)?,
        }
    }
    Ok(())
}
