//! An application for a service: what its form holds, as a draft or submitted, and what happens with it.

use crate::accounts::{ActivityKind, note};
use crate::records::{Notice, enrol, tell};
use crate::services::{self, SampleService};
use diesel::{QueryResult, SqliteConnection};
use portal_front::drafts::{self, Change, Draft, DraftNotice, Owner, Saved, Submitted};
use portal_front::{Form, one_line, random_reference};
use serde::{Deserialize, Serialize};

pub(crate) const LONGEST_NAME: usize = 80;
pub(crate) const LONGEST_DETAILS: usize = 200;

/// What the form of an application holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Application {
    /// Its slug.
    pub(crate) service: String,
    pub(crate) applicant: String,
    pub(crate) details: String,
}

impl drafts::Answers for Application {
    fn kind(&self) -> &str {
        &self.service
    }

    fn title(&self) -> &str {
        &self.applicant
    }

    /// Of security guards, private investigators and agencies (pages.md S3).
    fn brief_kinds() -> Vec<&'static str> {
        let brief = services::SERVICES.iter().filter(|service| service.is_security_licence);
        brief.map(|service| service.slug).collect()
    }
}

impl Application {
    /// As it was typed, however long: people shorten it themselves.
    pub(crate) fn typed(service: &str, form: &Form) -> Self {
        Self {
            service: service.to_owned(),
            applicant: one_line(form.value("applicant")),
            details: one_line(form.value("details")),
        }
    }

    /// Whether it is more than a draft holds.
    pub(crate) fn is_too_long(&self) -> bool {
        self.applicant.chars().count() > LONGEST_NAME || self.details.chars().count() > LONGEST_DETAILS
    }

    /// Nothing where the service is no longer offered.
    pub(crate) fn service(&self) -> Option<&'static SampleService> {
        services::find(&self.service)
    }
}

/// Enrols the account and begins an application; its handle, or nothing where the account has too many drafts.
pub(crate) fn begin(
    c: &mut SqliteConnection,
    account_id: i64,
    service: &str,
    now: i64,
) -> QueryResult<Option<String>> {
    let first = Change::new(Application::typed(service, &Form::default()));
    if drafts::save(c, &Owner::of(account_id), &first, now)? == Saved::TooMany {
        return Ok(None);
    }
    enrol(c, account_id, service, now)?;
    Ok(Some(first.handle))
}

/// Saves what was typed and submits it, once; the account is told what comes next.
pub(crate) fn submit(
    c: &mut SqliteConnection,
    owner: &Owner,
    typed: &Change<Application>,
    now: i64,
) -> QueryResult<Saved> {
    let saved = drafts::save(c, owner, typed, now)?;
    let Saved::Kept(revision) = saved else { return Ok(saved) };
    let Some(draft) = drafts::find::<Application>(c, owner, &typed.handle)? else { return Ok(Saved::Gone) };
    let waits = draft.answers.service().is_some_and(|service| service.is_security_licence);
    let submitted = Submitted { at: now, number: random_reference("A"), enclosed: String::new(), waits };
    let saved = drafts::submit(c, &draft, revision, &submitted)?;
    if matches!(saved, Saved::Kept(_)) {
        let (kind, notice) = if waits {
            (ActivityKind::AwaitingPayment, Notice::AwaitingPayment)
        } else {
            (ActivityKind::Submitted, Notice::Received)
        };
        note(c, draft.account_id, kind, Some(&draft.answers.service), now)?;
        tell(c, draft.account_id, notice, Some(&draft.answers.service), None, now)?;
    }
    Ok(saved)
}

/// Drafts that end, with what their people are told before.
pub(crate) fn tend(c: &mut SqliteConnection, now: i64) -> QueryResult<()> {
    drafts::tend(c, now, |c, draft: &Draft<Application>, due| {
        let (notice, day) = match due {
            DraftNotice::Ends(which, day) => (which.pick(Notice::DraftEnds60, Notice::DraftEnds30), day),
            DraftNotice::Ended => (Notice::DraftExpired, now),
        };
        tell(c, draft.account_id, notice, Some(&draft.answers.service), Some(day), now)?;
        Ok(true)
    })
}
