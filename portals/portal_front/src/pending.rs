//! Sign-ins that were begun and not yet answered.

use crate::database::{Database, DatabaseError};
use crate::schema::pending_sign_ins;
use diesel::prelude::*;
use relying_party::SECOND;

/// How long a person may take at the provider: creating an account waits for a mail, and another can be asked for within 24
/// hours.
pub(crate) const PENDING_LIFE: i64 = 25 * 3600 * SECOND;
/// A browser with more open sign-ins loses its oldest ones.
const MOST_PER_BROWSER: i64 = 20;

/// One sign-in under way.
#[derive(Clone, Queryable, Insertable, Selectable)]
#[diesel(table_name = pending_sign_ins)]
pub(crate) struct PendingRow {
    pub(crate) state: String,
    pub(crate) browser_hash: String,
    pub(crate) nonce: String,
    pub(crate) code_verifier: String,
    pub(crate) destination: String,
    pub(crate) language: String,
    pub(crate) created_at: i64,
}

impl Database {
    /// Keeps a sign-in, and forgets the expired ones of everybody.
    pub(crate) async fn insert_pending(&self, row: PendingRow) -> Result<(), DatabaseError> {
        self.write(move |c| {
            let expired = pending_sign_ins::created_at.le(row.created_at - PENDING_LIFE);
            diesel::delete(pending_sign_ins::table.filter(expired)).execute(c)?;
            let surplus = pending_sign_ins::table
                .filter(pending_sign_ins::browser_hash.eq(&row.browser_hash))
                .order(pending_sign_ins::created_at.desc())
                .offset(MOST_PER_BROWSER - 1)
                .limit(MOST_PER_BROWSER)
                .select(pending_sign_ins::state)
                .load::<String>(c)?;
            diesel::delete(pending_sign_ins::table.filter(pending_sign_ins::state.eq_any(surplus)))
                .execute(c)?;
            diesel::insert_into(pending_sign_ins::table).values(&row).execute(c)?;
            Ok(())
        })
        .await
    }

    /// The sign-in of this browser with this state, once: it is deleted by being read.
    pub(crate) async fn take_pending(
        &self,
        browser_hash: String,
        state: String,
        now: i64,
    ) -> Result<Option<PendingRow>, DatabaseError> {
        self.write(move |c| {
            let own = pending_sign_ins::state
                .eq(state)
                .and(pending_sign_ins::browser_hash.eq(browser_hash))
                .and(pending_sign_ins::created_at.gt(now - PENDING_LIFE));
            diesel::delete(pending_sign_ins::table.filter(own))
                .returning(PendingRow::as_returning())
                .get_result(c)
                .optional()
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    fn row(state: &str, browser: &str, created_at: i64) -> PendingRow {
        let own = str::to_owned;
        PendingRow {
            state: own(state),
            browser_hash: own(browser),
            nonce: own("n"),
            code_verifier: own("v"),
            destination: own("home"),
            language: own("en"),
            created_at,
        }
    }

    #[actix_web::test]
    async fn a_pending_sign_in_is_taken_once_by_its_own_browser_and_in_time() {
        let (database, _folder) = testing::database();
        database.insert_pending(row("s", "ours", 0)).await.unwrap();
        let take = |browser: &str, now| database.take_pending(browser.to_owned(), "s".to_owned(), now);
        assert!(take("theirs", 1).await.unwrap().is_none());
        assert!(take("ours", PENDING_LIFE).await.unwrap().is_none());
        assert!(take("ours", PENDING_LIFE - 1).await.unwrap().is_some());
        assert!(take("ours", 1).await.unwrap().is_none());
    }

    #[actix_web::test]
    async fn a_person_may_wait_a_day_for_the_mail_that_activates_their_account() {
        let (database, _folder) = testing::database();
        database.insert_pending(row("s", "ours", 0)).await.unwrap();
        database.insert_pending(row("other", "theirs", 24 * 3600 * SECOND)).await.unwrap();
        let last_code = (24 * 60 + 30) * 60 * SECOND;
        assert!(database.take_pending("ours".into(), "s".into(), last_code).await.unwrap().is_some());
    }

    #[actix_web::test]
    async fn a_browser_keeps_only_its_newest_sign_ins() {
        let (database, _folder) = testing::database();
        for n in 0..30 {
            database.insert_pending(row(&n.to_string(), "ours", n)).await.unwrap();
        }
        let mut kept = 0;
        for n in 0..30 {
            kept +=
                i64::from(database.take_pending("ours".into(), n.to_string(), 31).await.unwrap().is_some());
        }
        assert_eq!(kept, MOST_PER_BROWSER);
    }
}
