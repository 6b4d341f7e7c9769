//! Drafts end 12 months after their last change, told 60 and 30 days before (pages.md J5 and N10).

use crate::filing::Filing;
use crate::{store, texts};
use diesel::{QueryResult, SqliteConnection};
use ontario_language::{Language, format_date};
use portal_front::drafts::{self, DraftNotice};
use portal_front::{Letter, LetterLine, post};

/// Does what is due, in one transaction with the mails that tell of it.
pub(crate) fn run(c: &mut SqliteConnection, now: i64) -> QueryResult<()> {
    drafts::tend(c, now, |c, draft: &Filing, notice| {
        let Some((to, language)) = store::find_mail_address(c, draft.account_id)? else { return Ok(false) };
        post(c, &letter(draft, notice, to, language, now))?;
        Ok(true)
    })
}

/// It says what kind of document is filed, never its title: that holds names of people.
fn letter(draft: &Filing, notice: DraftNotice, to: String, language: Language, now: i64) -> Letter {
    let subject = |language| match notice {
        DraftNotice::Ends(_, end) => texts::draft_ends_subject(language, format_date(language, end)),
        DraftNotice::Ended => texts::draft_expired_subject(language).to_owned(),
    };
    let body = |language| {
        let kind = draft.answers.kind.name(language);
        let words = match notice {
            DraftNotice::Ends(_, end) => texts::draft_ends_text(language, kind, format_date(language, end)),
            DraftNotice::Ended => texts::draft_expired_text(language, kind, format_date(language, now)),
        };
        let link = LetterLine::link(texts::mail_drafts_link(language), "drafts");
        vec![LetterLine::Words(words), link]
    };
    Letter::new(to, language, now, subject, body)
}
