//! The operator's notices of this node, read at most once a second: every sign-in page asks for them, and they hardly ever
//! change.

use idp_domain::Language;
use idp_domain::notice::{Notice, NoticeKind, NoticePlace};
use idp_domain::time::Timestamp;
use idp_store::Store;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a change may take to be seen.
const FRESH: Duration = Duration::from_secs(1);

/// The notices, with the moment when they were read.
#[derive(Default)]
pub struct NoticeBoard(Mutex<Option<(Instant, Arc<Vec<Notice>>)>>);

impl NoticeBoard {
    /// What stands on a page now, in one text; a database that is away is no reason to show no page.
    pub async fn text(
        &self,
        store: &Store,
        place: NoticePlace,
        language: Language,
        now: Timestamp,
    ) -> Option<String> {
        let notices = self.read(store).await;
        let standing = notices.iter().filter(|notice| notice.stands(place, now));
        let texts: Vec<String> = standing.map(|notice| sentence(notice, language)).collect();
        (!texts.is_empty()).then(|| texts.join(" "))
    }

    async fn read(&self, store: &Store) -> Arc<Vec<Notice>> {
        let known = self.lock().clone();
        match known {
            Some((read_at, notices)) if read_at.elapsed() < FRESH => notices,
            stale => match store.list_notices().await {
                Ok(notices) => {
                    let notices = Arc::new(notices);
                    *self.lock() = Some((Instant::now(), Arc::clone(&notices)));
                    notices
                }
                Err(error) => {
                    tracing::error!(%error, "the notices can't be read");
                    stale.map(|(_, notices)| notices).unwrap_or_default()
                }
            },
        }
    }

    /// Reads them anew at the next question.
    pub fn forget(&self) {
        *self.lock() = None;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<(Instant, Arc<Vec<Notice>>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn sentence(notice: &Notice, language: Language) -> String {
    let text = notice.text(language);
    match notice.kind {
        NoticeKind::Information => text.to_owned(),
        NoticeKind::Outage => crate::locales::planned_outage(language, text.to_owned()),
    }
}
