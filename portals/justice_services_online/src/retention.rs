//! Drafts end 12 months after their last change, told 60 and 30 days before (pages.md J5 and N10).

use crate::filing::Kind;
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
                store::mark_reminded(c, draft.id, which, now)?;
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
    let subject = |language| texts::draft_ends_subject(language, day(language));
    let words = |language| texts::draft_ends_text(language, name(language, draft.kind), day(language));
    letter(draft, now, subject, words)
}

fn expired(draft: &UnfinishedDraft, now: i64) -> Letter {
    let subject = |language| texts::draft_expired_subject(language).to_owned();
    let words = |language| {
        texts::draft_expired_text(language, name(language, draft.kind), format_date(language, now))
    };
    letter(draft, now, subject, words)
}

/// What is filed, never its title: that holds names of people.
fn name(language: Language, kind: Kind) -> &'static str {
    kind.name(language)
}

fn letter(
    draft: &UnfinishedDraft,
    now: i64,
    subject: impl Fn(Language) -> String,
    words: impl Fn(Language) -> String,
) -> Letter {
    let body = |language| {
        vec![
            LetterLine::Words(words(language)),
            LetterLine::Words(texts::mail_drafts_link(language).to_owned()),
            LetterLine::Page("drafts".to_owned()),
        ]
    };
    Letter::new(&draft.address, draft.language, now, subject, body)
}
