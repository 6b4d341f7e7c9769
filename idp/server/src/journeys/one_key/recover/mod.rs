//! O5 and O6: recovering a ONE-key account by three answers or by a mailed code; one file for each page.
//!
//! An ID that nobody has gets the same pages after the same work: its questions are made up and always the same, a code
//! is drawn and sealed and goes nowhere, three hashes are computed, and the round is counted.

pub mod choice;
pub mod code;
pub mod new_password;
pub mod questions;
pub mod start;

use super::{id_hash, nobody, plain_frame, sign_in, stand_in};
use crate::locales as t;
use crate::mail::{Envelope, Mail};
use crate::web::answer::Answer;
use crate::web::message_page::{ButtonForm, MessagePage};
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::one_key::{OneKeyId, RecoveryDecision};
use idp_domain::secret::KeyedHash;
use idp_domain::time::Timestamp;
use idp_store::{NewMail, OneKeyRecovery, RecoveryRound, RecoveryRoundStart, RefusedRound};
use ontario_design::Frame;
use ontario_design::components::{Alert, FormTokens};
use ontario_language::format_date_time;
use std::time::Duration;

/// How long an attempt may take from its beginning to the right round; longer while its newest code still works.
const ATTEMPT_LIFE: Duration = Duration::from_hours(1);
/// How long the new password may take after the right round.
const PROOF_LIFE: Duration = Duration::from_mins(15);
/// How long the mail about a closed recovery waits for a mail server.
const NOTICE_LIFE: Duration = Duration::from_hours(24);

/// A page with one form: fields, hidden values, one button, links.
#[derive(Template)]
#[template(path = "one_key/recover.html")]
struct RecoverPage {
    frame: Frame,
    id: &'static str,
    text: Vec<String>,
    action: String,
    tokens: FormTokens,
    fields: Vec<String>,
    button: &'static str,
    again: Option<ButtonForm>,
    links: Vec<(&'static str, String)>,
}

/// The way back that each page offers.
pub(super) fn way_back(visit: &Visit) -> (&'static str, String) {
    if visit.comes_from_transfer() {
        (t::one_key::back_to_transfer(visit.language), visit.url(crate::journeys::transfer::ONE_KEY))
    } else {
        (t::back_to_sign_in(visit.language), visit.url(sign_in::PATH))
    }
}

fn html(field: &impl Template) -> Result<String, Problem> {
    field.render().map_err(|error| Problem::internal(&error))
}

/// This browser's attempt, while it can still be proven; else the page that says that it is over.
async fn underway(visit: &Visit) -> Result<Result<OneKeyRecovery, Answer>, Problem> {
    attempt(visit, |recovery| {
        let is_young = visit.now <= recovery.created_at.plus(ATTEMPT_LIFE);
        recovery.proven_at.is_none() && (is_young || has_good_code(visit, recovery))
    })
    .await
}

/// This browser's proven attempt, while its proof is good; else the page that says that it is over.
async fn proven_attempt(visit: &Visit) -> Result<Result<OneKeyRecovery, Answer>, Problem> {
    attempt(visit, |recovery| recovery.proven_at.is_some_and(|at| visit.now <= at.plus(PROOF_LIFE))).await
}

async fn attempt(
    visit: &Visit,
    is_good: impl Fn(&OneKeyRecovery) -> bool,
) -> Result<Result<OneKeyRecovery, Answer>, Problem> {
    let found = if visit.browser_is_new {
        None
    } else {
        visit.app.store.find_one_key_recovery(visit.browser_hash()).await?
    };
    match found.filter(|recovery| !recovery.finished && is_good(recovery)) {
        Some(recovery) => Ok(Ok(recovery)),
        None => over(visit).map(Err),
    }
}

/// This browser's attempt for an ID whose mailed code can still be typed. Another one would make that code worth nothing, and
/// there may be no other mail soon.
async fn waiting_for_code(visit: &Visit, typed_id: &str) -> Result<Option<OneKeyRecovery>, Problem> {
    if visit.browser_is_new {
        return Ok(None);
    }
    let found = visit.app.store.find_one_key_recovery(visit.browser_hash()).await?;
    Ok(found.filter(|recovery| {
        recovery.proven_at.is_none()
            && !recovery.finished
            && OneKeyId::key_of(&recovery.typed_id) == OneKeyId::key_of(typed_id)
            && has_good_code(visit, recovery)
    }))
}

fn has_good_code(visit: &Visit, recovery: &OneKeyRecovery) -> bool {
    let life = visit.in_force.lifetimes.activation_code;
    recovery.code_sent_at.is_some_and(|at| visit.now <= at.plus(life))
}

fn over(visit: &Visit) -> Result<Answer, Problem> {
    let l = visit.language;
    let text = vec![t::one_key::recovery_over(l).to_owned()];
    MessagePage::new(plain_frame(visit, t::one_key::reset_title(l)), "recovery-over", text)
        .button(t::one_key::start_again(l), visit.side_url(start::PATH))
        .answer(visit, 410)
}

fn seal(visit: &Visit, recovery: &OneKeyRecovery, mail: Mail, life: Duration) -> Result<NewMail, Problem> {
    let to = match &recovery.recovery_email {
        Some(email) => email.clone(),
        None => nobody()?,
    };
    let language = recovery.account.as_ref().map_or(visit.language, |account| account.language);
    let envelope = Envelope { to, language, mail };
    envelope
        .seal(&visit.app.data_keys.content, visit.now.plus(life))
        .map_err(|error| Problem::internal(&error))
}

/// Counts a round before it is looked at.
async fn begin_round(
    visit: &Visit,
    recovery: &OneKeyRecovery,
) -> Result<Result<(RecoveryRoundStart, KeyedHash), Timestamp>, Problem> {
    let id_key = OneKeyId::key_of(&recovery.typed_id);
    let counted = id_hash(visit, "one-key-recovery", &id_key);
    let stand_in = stand_in(visit, &id_key);
    let round = RecoveryRound { recovery: recovery.id.clone(), counted, stand_in, now: visit.now };
    let start = visit.app.store.begin_recovery_round(round).await?;
    Ok(match start.decision {
        RecoveryDecision::ClosedUntil(until) => Err(until),
        RecoveryDecision::Look | RecoveryDecision::LookAnew => Ok((start, counted)),
    })
}

fn closed_text(visit: &Visit, until: Timestamp) -> String {
    t::one_key::recovery_closed(visit.language, format_date_time(visit.language, until.micros()))
}

async fn refuse_round(visit: &Visit, recovery: &OneKeyRecovery, last: bool) -> Result<(), Problem> {
    let until = visit.now.plus(Duration::from_hours(24));
    let mail = seal(visit, recovery, Mail::OneKeyRecoveryClosed { until: until.micros() }, NOTICE_LIFE)?;
    let refused = RefusedRound {
        account: recovery.account.as_ref().map(|account| account.id.clone()),
        closed: last.then(|| recovery.recovery_email.as_ref().map(|_| mail)),
        now: visit.now,
    };
    Ok(visit.app.store.refuse_recovery_round(refused).await?)
}

async fn proven(
    visit: &Visit,
    recovery: &OneKeyRecovery,
    counted: KeyedHash,
    renewed: Vec<(i64, String)>,
) -> Result<Answer, Problem> {
    visit.app.store.prove_one_key_recovery(recovery.id.clone(), counted, renewed, visit.now).await?;
    Ok(visit.dress(Answer::see_other(visit.side_url(new_password::PATH))))
}

/// What T2 says of a password that was saved on the way there.
pub(crate) fn saved_alert(visit: &Visit) -> Option<Alert> {
    let saved = visit.query.get("saved").ok().flatten().is_some();
    saved.then(|| {
        Alert::success(visit.language, t::one_key::password_saved_for_transfer(visit.language)).role("status")
    })
}
