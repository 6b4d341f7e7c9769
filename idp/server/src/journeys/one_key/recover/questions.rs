//! O6, by the three answers.

use super::{RecoverPage, begin_round, closed_text, html, proven, refuse_round, start, underway, way_back};
use crate::adapters::password_hasher::Stored;
use crate::adapters::signing::random_salt;
use crate::directory_import::SHARED_QUESTIONS;
use crate::journeys::one_key::frame;
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::one_key::{OneKeyId, QUESTIONS, SecurityAnswer, SecurityQuestion, made_up_questions};
use idp_domain::secret::Secret;
use idp_store::{OneKeyRecovery, RecoveryRoundStart};
use ontario_design::components::{ErrorSummary, TextField};

/// Where they are asked.
pub const PATH: &str = "/one-key/recover/password/questions";

/// The account's own questions; made-up ones where there are none.
async fn questions_of(
    visit: &Visit,
    recovery: &OneKeyRecovery,
) -> Result<[SecurityQuestion; QUESTIONS], Problem> {
    // Looked up for every ID, so that the work is the same.
    let shared = visit.app.store.find_operator_setting(SHARED_QUESTIONS.to_owned()).await?;
    let shared = shared.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    let id_key = OneKeyId::key_of(&recovery.typed_id);
    let made_up = made_up_questions(&visit.app.data_keys.hash, &id_key, &shared);
    Ok(<[SecurityQuestion; QUESTIONS]>::try_from(recovery.questions.clone()).unwrap_or(made_up))
}

/// `GET /{l}/one-key/recover/password/questions`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    match underway(visit).await? {
        Ok(recovery) => page(visit, 200, &recovery, ErrorSummary::new(visit.language)).await,
        Err(over) => Ok(over),
    }
}

async fn page(
    visit: &Visit,
    status: u16,
    recovery: &OneKeyRecovery,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = visit.language;
    let fields: Result<Vec<String>, Problem> = (1..)
        .zip(questions_of(visit, recovery).await?)
        .map(|(n, question)| {
            let name = format!("answer{n}");
            let label = t::one_key::question_text(l, &question);
            html(&TextField::text(l, &name, label).without_spellcheck().errors_of(&errors))
        })
        .collect();
    let template = RecoverPage {
        id: "recover-questions",
        text: Vec::new(),
        action: visit.side_url(PATH),
        tokens: visit.form_tokens(),
        fields: fields?,
        button: t::one_key::check_answers(l),
        again: None,
        links: vec![(t::one_key::start_again(l), visit.side_url(start::PATH)), way_back(visit)],
        frame: frame(visit, t::one_key::questions_title(l))
            .language_link(visit.here_in(l.other()))
            .errors(errors),
    };
    visit.page(status, &template)
}

/// `POST /{l}/one-key/recover/password/questions`
///
/// # Errors
/// The database or the password threads are busy.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let recovery = match underway(visit).await? {
        Ok(recovery) => recovery,
        Err(over) => return Ok(over),
    };
    let mut errors = ErrorSummary::new(visit.language);
    if form.stale {
        errors.add("answer1", t::form_stale(visit.language));
        return page(visit, 422, &recovery, errors).await;
    }
    let answers: [Secret; QUESTIONS] = std::array::from_fn(|n| form.secret(&format!("answer{}", n + 1)));
    for (n, typed) in (1..).zip(&answers) {
        if typed.expose().trim().is_empty() {
            errors.add(&format!("answer{n}"), t::one_key::answer_short(visit.language));
        } else if typed.expose().chars().count() > SecurityAnswer::MAX_LENGTH {
            errors.add(&format!("answer{n}"), t::one_key::answer_long(visit.language));
        }
    }
    if !errors.is_empty() {
        return page(visit, 422, &recovery, errors).await;
    }
    let (round, counted) = match begin_round(visit, &recovery).await? {
        Ok(round) => round,
        Err(until) => {
            errors.add("answer1", closed_text(visit, until));
            return page(visit, 422, &recovery, errors).await;
        }
    };
    if let Some(renewed) = answers_fit(visit, &answers, &round).await? {
        return proven(visit, &recovery, counted, renewed).await;
    }
    refuse_round(visit, &recovery, round.last).await?;
    errors.add("answer1", t::one_key::answers_wrong(visit.language));
    page(visit, 422, &recovery, errors).await
}

/// Whether all three fit; if so, new hashes for those that were imported, by place. The same work is done for each, whatever
/// the first ones say, and also where there are none: that of some other account then.
async fn answers_fit(
    visit: &Visit,
    answers: &[Secret; QUESTIONS],
    round: &RecoveryRoundStart,
) -> Result<Option<Vec<(i64, String)>>, Problem> {
    let mut fit = round.answer_hashes.len() == QUESTIONS;
    let mut renewed = Vec::new();
    for (position, typed) in (1_i64..).zip(answers) {
        let at = |hashes: &[String]| usize::try_from(position - 1).ok().and_then(|n| hashes.get(n).cloned());
        let stored = match at(&round.answer_hashes) {
            Some(hash) => Stored::Hash(hash),
            None => Stored::LikeOf(at(&round.stand_ins)),
        };
        let folded = SecurityAnswer::fold(typed).secret();
        let verified = visit.app.hasher.verify_answer(typed.clone(), folded.clone(), stored).await?;
        fit &= verified.matches;
        if verified.matches && verified.outdated {
            renewed.push((position, visit.app.hasher.hash(folded, random_salt()).await?));
        }
    }
    Ok(fit.then_some(renewed))
}
