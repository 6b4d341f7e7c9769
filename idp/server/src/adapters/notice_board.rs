//! The operator's notices of this node: every sign-in page asks for them.

use super::remembered::Remembered;
use idp_domain::Language;
use idp_domain::notice::{Notice, NoticeKind, NoticePlace};
use idp_domain::time::Timestamp;
use idp_store::Store;
use std::sync::Arc;

/// The notices.
#[derive(Default)]
pub struct NoticeBoard(Remembered<(), Vec<Notice>>);

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
        match self.0.get_one(store.list_notices()).await {
            Ok(notices) => notices,
            Err(error) => {
                tracing::error!(%error, "the notices can't be read");
                self.0.last(&()).unwrap_or_default()
            }
        }
    }

    /// Reads them anew at the next question.
    pub fn forget(&self) {
        self.0.forget(&());
    }
}

fn sentence(notice: &Notice, language: Language) -> String {
    let text = notice.text(language);
    match notice.kind {
        NoticeKind::Information => text.to_owned(),
        NoticeKind::Outage => crate::locales::planned_outage(language, text.to_owned()),
    }
}
