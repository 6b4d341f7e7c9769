//! Drafts end 12 months after their last change, told 60 and 30 days before (pages.md J5 and N10).

use crate::store::{self, UnfinishedDraft};
use crate::texts;
use diesel::{QueryResult, SqliteConnection};
use ontario_language::{Language, format_date};
use portal_front::retention::{FIRST_REMINDER, RetentionDecision, TWELVE_MONTHS};
use portal_front::{Letter, LetterLine, post};

/// Does what is due, in one transaction with the mails that tell of it.
pub(crate) fn run(c: &mut SqliteConnection, now: i64) -> QueryResult<()> {
    for draft in store::list_due_drafts(c, now - TWELVE_MONTHS + FIRST_REMINDER)? {
        match draft.standing.decide(TWELVE_MONTHS, now) {
            RetentionDecision::Keep => {}
            RetentionDecision::Remind(which, end) => {
                store::mark_reminded(c, draft.id, draft.standing.reminded(which, now))?;
                post(c, &reminder(&draft, end, now))?;
            }
            RetentionDecision::Delete => {
                store::delete_draft(c, draft.id)?;
                post(c, &expired(&draft, now))?;
            }
        }
    }
    Ok(())
}

fn reminder(draft: &UnfinishedDraft, end: i64, now: i64) -> Letter {
    let day = |language| format_date(language, end);
    letter(
        draft,
        now,
        |language| texts::draft_ends_subject(language, day(language)),
        |language| texts::draft_ends_text(language, draft.kind.name(language), day(language)),
    )
}

fn expired(draft: &UnfinishedDraft, now: i64) -> Letter {
    let words =
        |language| texts::draft_expired_text(language, draft.kind.name(language), format_date(language, now));
    letter(draft, now, |language| texts::draft_expired_subject(language).to_owned(), words)
}

/// It says what kind of document is filed, never its title: that holds names of people.
fn letter(
    draft: &UnfinishedDraft,
    now: i64,
    subject: impl Fn(Language) -> String,
    words: impl Fn(Language) -> String,
) -> Letter {
    let body = |language| {
        let link = LetterLine::link(texts::mail_drafts_link(language), "drafts");
        [LetterLine::Words(words(language))].into_iter().chain(link).collect()
    };
    Letter::new(&draft.address, draft.language, now, subject, body)
}
