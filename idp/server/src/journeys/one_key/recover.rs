//! O5 and O6: recovering a ONE-key account by three answers or by a mailed code.
//!
//! An ID that nobody has gets the same pages after the same work: its questions are made up and always the same, a code
//! is drawn and sealed and goes nowhere, three hashes are computed, and the round is counted.

use super::{count_network, frame, id_hash, new_password, nobody, plain_frame};
use crate::adapters::rng::rng;
use crate::adapters::signing::random_salt;
use crate::locales as t;
use crate::mail::{Envelope, Mail};
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::held_form;
use crate::web::message_page::{ButtonForm, MessagePage};
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::Language;
use idp_domain::activation::{ActivationCode, ActivationCodeError};
use idp_domain::ids::OneKeyRecoveryId;
use idp_domain::one_key::{
    OneKeyId, QUESTIONS, RecoveryDecision, SecurityAnswer, SecurityQuestion, made_up_questions,
};
use idp_domain::secret::{KeyedHash, Secret, random_token};
use idp_domain::time::Timestamp;
use idp_store::{
    FinishOneKeyRecovery, NewMail, NewOneKeyCode, NewOneKeyRecovery, OneKeyRecovery, RecoveryRound,
    RecoveryRoundStart, RefusedRound,
};
use ontario_design::Frame;
use ontario_design::components::{
    Alert, Choice, CodeField, ErrorSummary, FormTokens, PasswordField, RadioGroup, ReadOnlyField, TextField,
};
use ontario_language::format_date_time;
use std::time::Duration;

/// O5.
pub const PATH: &str = "/one-key/recover";
/// O6: the ID, and the way.
pub const PASSWORD: &str = "/one-key/recover/password";
/// The three questions.
pub const QUESTIONS_PATH: &str = "/one-key/recover/password/questions";
/// The mailed code.
pub const CODE: &str = "/one-key/recover/password/code";
/// The new password.
pub const NEW: &str = "/one-key/recover/password/new";

/// How long an attempt may take from its beginning to the right round.
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

/// Whether the person comes from the transfer, and goes back there.
fn from_transfer(visit: &Visit) -> bool {
    visit.query.get("from").ok().flatten() == Some("transfer")
}

/// The address of a step; the way back to the transfer is kept in it.
pub(super) fn step(visit: &Visit, path: &str) -> String {
    let url = visit.url(path);
    if !from_transfer(visit) {
        return url;
    }
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}from=transfer")
}

fn way_back(visit: &Visit) -> (&'static str, String) {
    if from_transfer(visit) {
        (t::one_key::back_to_transfer(visit.language), visit.url(crate::journeys::transfer::ONE_KEY))
    } else {
        (t::back_to_sign_in(visit.language), visit.url(super::sign_in::PATH))
    }
}

/// `GET /{l}/one-key/recover`
///
/// # Errors
/// The page can't be rendered.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    choice(visit, 200, ErrorSummary::new(visit.language))
}

fn choice(visit: &Visit, status: u16, errors: ErrorSummary) -> Result<Answer, Problem> {
    let l = visit.language;
    let choices = vec![
        Choice::new("password", t::one_key::forgot_password(l)),
        Choice::new("id", t::one_key::forgot_id(l)),
        Choice::new("both", t::one_key::forgot_both(l)),
    ];
    let what = RadioGroup::new(l, "what", t::one_key::recover_what(l), choices).errors_of(&errors);
    let page = RecoverPage {
        id: "recover-choice",
        text: Vec::new(),
        action: step(visit, PATH),
        tokens: visit.form_tokens(),
        fields: vec![html(&what)?],
        button: t::continue_(l),
        again: None,
        links: vec![way_back(visit)],
        frame: frame(visit, t::one_key::recover_title(l))
            .language_link(step_in(visit, l.other()))
            .errors(errors),
    };
    visit.page(status, &page)
}

/// This page in another language.
fn step_in(visit: &Visit, language: Language) -> String {
    let url = visit.url_in(language, &visit.path);
    if !from_transfer(visit) {
        return url;
    }
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}from=transfer")
}

fn html(field: &impl Template) -> Result<String, Problem> {
    field.render().map_err(|error| Problem::internal(&error))
}

/// `POST /{l}/one-key/recover`
///
/// # Errors
/// The page can't be rendered.
pub async fn choose(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let path = match form.value("what") {
        "password" => PASSWORD,
        "id" | "both" => super::recover_id::PATH,
        _ => {
            let mut errors = ErrorSummary::new(visit.language);
            errors.add("what", t::choice_required(visit.language));
            return choice(visit, 422, errors);
        }
    };
    Ok(visit.dress(Answer::see_other(step(visit, path))))
}

/// `GET /{l}/one-key/recover/password`
///
/// # Errors
/// The database is away.
pub async fn password(visit: &Visit) -> Result<Answer, Problem> {
    let held = held_form::take(visit).await?;
    id_page(visit, 200, held.as_ref(), ErrorSummary::new(visit.language))
}

fn id_page(visit: &Visit, status: u16, form: Option<&Form>, errors: ErrorSummary) -> Result<Answer, Problem> {
    let l = visit.language;
    let value = |name: &str| form.map(|form| form.value(name).to_owned()).unwrap_or_default();
    let id = TextField::text(l, "id", t::one_key::id(l))
        .autocomplete("username")
        .without_spellcheck()
        .value(value("id"))
        .errors_of(&errors);
    let ways = vec![
        Choice::new("questions", t::one_key::way_questions(l)),
        Choice::new("email", t::one_key::way_email(l)).hint(t::one_key::way_email_hint(l)),
    ];
    let way =
        RadioGroup::new(l, "way", t::one_key::way(l), ways).selected(Some(&value("way"))).errors_of(&errors);
    let page = RecoverPage {
        id: "recover-password",
        text: Vec::new(),
        action: step(visit, PASSWORD),
        tokens: visit.form_tokens(),
        fields: vec![html(&id)?, html(&way)?],
        button: t::continue_(l),
        again: None,
        links: vec![(t::one_key::forgot_id(l), step(visit, super::recover_id::PATH)), way_back(visit)],
        frame: frame(visit, t::one_key::reset_title(l)).language_button().errors(errors),
    };
    visit.page(status, &page)
}

/// `POST /{l}/one-key/recover/password`
///
/// # Errors
/// Too many attempts from this network, or the database is away.
pub async fn start(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let l = visit.language;
    let mut errors = ErrorSummary::new(l);
    if form.stale {
        errors.add("id", t::form_stale(l));
    }
    let typed: String = form.value("id").trim().chars().take(100).collect();
    if typed.is_empty() {
        errors.add("id", t::one_key::id_required(l));
    }
    let way = form.value("way");
    if !matches!(way, "questions" | "email") {
        errors.add("way", t::choice_required(l));
    }
    if !errors.is_empty() {
        return id_page(visit, 422, Some(form), errors);
    }
    count_network(visit, "one-key-recovery").await?;
    let new = NewOneKeyRecovery {
        id: OneKeyRecoveryId::random(&mut rng()),
        browser: visit.browser_hash(),
        typed_id: typed,
        now: visit.now,
    };
    visit.app.store.start_one_key_recovery(new).await?;
    if way == "questions" {
        return Ok(visit.dress(Answer::see_other(step(visit, QUESTIONS_PATH))));
    }
    match underway(visit).await? {
        Some(recovery) => send_code(visit, &recovery).await,
        None => over(visit),
    }
}

/// This browser's attempt, while it can still be proven.
async fn underway(visit: &Visit) -> Result<Option<OneKeyRecovery>, Problem> {
    if visit.browser_is_new {
        return Ok(None);
    }
    let found = visit.app.store.find_one_key_recovery(visit.browser_hash()).await?;
    Ok(found.filter(|recovery| {
        !recovery.finished
            && recovery.proven_at.is_none()
            && visit.now <= recovery.created_at.plus(ATTEMPT_LIFE)
    }))
}

fn over(visit: &Visit) -> Result<Answer, Problem> {
    let l = visit.language;
    let text = vec![t::one_key::recovery_over(l).to_owned()];
    MessagePage::new(plain_frame(visit, t::one_key::reset_title(l)), "recovery-over", text)
        .button(t::one_key::start_again(l), step(visit, PASSWORD))
        .answer(visit, 410)
}

/// Draws, seals and counts the same for every ID; only an address gets a mail.
async fn send_code(visit: &Visit, recovery: &OneKeyRecovery) -> Result<Answer, Problem> {
    let app = &visit.app;
    let code = ActivationCode::random(&mut rng());
    let mail = seal(
        visit,
        recovery,
        Mail::OneKeyCode { code: code.expose().to_owned() },
        app.settings.lifetimes.activation_code,
    )?;
    let address = recovery
        .recovery_email
        .as_ref()
        .map_or_else(|| OneKeyId::key_of(&recovery.typed_id), idp_domain::account::EmailAddress::key);
    let new = NewOneKeyCode {
        recovery: recovery.id.clone(),
        code: code.hash(&app.data_keys.hash, recovery.id.as_str()),
        decoy: app.data_keys.hash.hash("decoy", &[random_token(&mut rng()).expose().as_bytes()]),
        address_hash: app.data_keys.hash.hash("mail-address", &[address.as_bytes()]),
        mail,
        send: recovery.recovery_email.is_some(),
        now: visit.now,
    };
    app.store.send_one_key_code(new, app.settings.limits.mail).await?;
    Ok(visit.dress(Answer::see_other(step(visit, CODE))))
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

/// The account's own questions; made-up ones where there are none.
fn questions_of(visit: &Visit, recovery: &OneKeyRecovery) -> [SecurityQuestion; QUESTIONS] {
    <[SecurityQuestion; QUESTIONS]>::try_from(recovery.questions.clone()).unwrap_or_else(|_| {
        made_up_questions(&visit.app.data_keys.hash, &OneKeyId::key_of(&recovery.typed_id))
    })
}

/// `GET /{l}/one-key/recover/password/questions`
///
/// # Errors
/// The database is away.
pub async fn questions(visit: &Visit) -> Result<Answer, Problem> {
    match underway(visit).await? {
        Some(recovery) => questions_page(visit, 200, &recovery, ErrorSummary::new(visit.language)),
        None => over(visit),
    }
}

fn questions_page(
    visit: &Visit,
    status: u16,
    recovery: &OneKeyRecovery,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = visit.language;
    let fields: Result<Vec<String>, Problem> = (1..)
        .zip(questions_of(visit, recovery))
        .map(|(n, question)| {
            let name = format!("answer{n}");
            let label = t::one_key::question_text(l, &question);
            html(&TextField::text(l, &name, label).without_spellcheck().errors_of(&errors))
        })
        .collect();
    let page = RecoverPage {
        id: "recover-questions",
        text: Vec::new(),
        action: step(visit, QUESTIONS_PATH),
        tokens: visit.form_tokens(),
        fields: fields?,
        button: t::one_key::check_answers(l),
        again: None,
        links: vec![(t::one_key::start_again(l), step(visit, PASSWORD)), way_back(visit)],
        frame: frame(visit, t::one_key::questions_title(l))
            .language_link(step_in(visit, l.other()))
            .errors(errors),
    };
    visit.page(status, &page)
}

/// Counts a round before it is looked at.
async fn begin_round(
    visit: &Visit,
    recovery: &OneKeyRecovery,
) -> Result<Result<(RecoveryRoundStart, KeyedHash), Timestamp>, Problem> {
    let counted = id_hash(visit, "one-key-recovery", &OneKeyId::key_of(&recovery.typed_id));
    let round = RecoveryRound { recovery: recovery.id.clone(), counted, now: visit.now };
    let start = visit.app.store.begin_recovery_round(round).await?;
    Ok(match start.decision {
        RecoveryDecision::ClosedUntil(until) => Err(until),
        RecoveryDecision::Look | RecoveryDecision::LookAnew => Ok((start, counted)),
    })
}

fn closed_text(visit: &Visit, until: Timestamp) -> String {
    t::one_key::recovery_closed(visit.language, format_date_time(visit.language, until.micros()))
}

/// `POST /{l}/one-key/recover/password/questions`
///
/// # Errors
/// The database or the password threads are busy.
pub async fn answer(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let Some(recovery) = underway(visit).await? else { return over(visit) };
    let mut errors = ErrorSummary::new(visit.language);
    if form.stale {
        errors.add("answer1", t::form_stale(visit.language));
        return questions_page(visit, 422, &recovery, errors);
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
        return questions_page(visit, 422, &recovery, errors);
    }
    let (start, counted) = match begin_round(visit, &recovery).await? {
        Ok(start) => start,
        Err(until) => {
            errors.add("answer1", closed_text(visit, until));
            return questions_page(visit, 422, &recovery, errors);
        }
    };
    if let Some(renewed) = answers_fit(visit, &answers, &start.answer_hashes).await? {
        return proven(visit, &recovery, counted, renewed).await;
    }
    refuse_round(visit, &recovery, start.last).await?;
    errors.add("answer1", t::one_key::answers_wrong(visit.language));
    questions_page(visit, 422, &recovery, errors)
}

/// Whether all three fit; if so, new hashes for those that were imported, by place. One hash of ours is computed for each,
/// whatever the first ones say, and also where there are none.
async fn answers_fit(
    visit: &Visit,
    answers: &[Secret; QUESTIONS],
    hashes: &[String],
) -> Result<Option<Vec<(i64, String)>>, Problem> {
    let mut fit = hashes.len() == QUESTIONS;
    let mut renewed = Vec::new();
    for (position, typed) in (1_i64..).zip(answers) {
        let stored = usize::try_from(position - 1).ok().and_then(|n| hashes.get(n).cloned());
        let folded = SecurityAnswer::fold(typed).secret();
        let verified = visit.app.hasher.verify_answer(typed.clone(), folded.clone(), stored).await?;
        fit &= verified.matches;
        if verified.matches && verified.outdated {
            renewed.push((position, visit.app.hasher.hash(folded, random_salt()).await?));
        }
    }
    Ok(fit.then_some(renewed))
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
    Ok(visit.dress(Answer::see_other(step(visit, NEW))))
}

/// `GET /{l}/one-key/recover/password/code`
///
/// # Errors
/// The database is away.
pub async fn code(visit: &Visit) -> Result<Answer, Problem> {
    match underway(visit).await? {
        Some(recovery) => code_page(visit, 200, &recovery, ErrorSummary::new(visit.language)),
        None => over(visit),
    }
}

fn code_page(
    visit: &Visit,
    status: u16,
    recovery: &OneKeyRecovery,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = visit.language;
    let again = ButtonForm {
        primary: false,
        action: step(visit, PASSWORD),
        fields: vec![("id", recovery.typed_id.clone()), ("way", "email".into())],
        ..visit.button_form("resend-form", PASSWORD, t::send_it_again(l))
    };
    let page = RecoverPage {
        id: "recover-code",
        text: vec![t::one_key::code_sent(l, &recovery.typed_id)],
        action: step(visit, CODE),
        tokens: visit.form_tokens(),
        fields: vec![html(&CodeField::new(l, "code", t::enter_the_code(l)).errors_of(&errors))?],
        button: t::verify(l),
        again: Some(again),
        links: vec![(t::one_key::start_again(l), step(visit, PASSWORD)), way_back(visit)],
        frame: frame(visit, t::one_key::code_title(l))
            .language_link(step_in(visit, l.other()))
            .errors(errors),
    };
    visit.page(status, &page)
}

/// `POST /{l}/one-key/recover/password/code`
///
/// # Errors
/// The database is away.
pub async fn enter_code(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let Some(recovery) = underway(visit).await? else { return over(visit) };
    let l = visit.language;
    let refuse = |message: String| {
        let mut errors = ErrorSummary::new(l);
        errors.add("code", message);
        code_page(visit, 422, &recovery, errors)
    };
    if form.stale {
        return refuse(t::form_stale(l).to_owned());
    }
    let typed = match ActivationCode::parse(form.value("code")) {
        Ok(typed) => typed,
        Err(ActivationCodeError::Missing) => return refuse(t::code_required(l).to_owned()),
        Err(ActivationCodeError::Malformed) => return refuse(t::code_format(l).to_owned()),
    };
    let (start, counted) = match begin_round(visit, &recovery).await? {
        Ok(start) => start,
        Err(until) => return refuse(closed_text(visit, until)),
    };
    let life = visit.app.settings.lifetimes.activation_code;
    let hash = typed.hash(&visit.app.data_keys.hash, recovery.id.as_str());
    match start.code {
        Some((code, sent_at)) if code == hash && visit.now <= sent_at.plus(life) => {
            proven(visit, &recovery, counted, Vec::new()).await
        }
        Some((code, _)) if code == hash => refuse(t::code_expired(l).to_owned()),
        _ => {
            refuse_round(visit, &recovery, start.last).await?;
            refuse(t::code_wrong(l).to_owned())
        }
    }
}

/// This browser's proven attempt.
async fn proven_attempt(visit: &Visit) -> Result<Option<OneKeyRecovery>, Problem> {
    if visit.browser_is_new {
        return Ok(None);
    }
    let found = visit.app.store.find_one_key_recovery(visit.browser_hash()).await?;
    Ok(found.filter(|recovery| {
        !recovery.finished && recovery.proven_at.is_some_and(|at| visit.now <= at.plus(PROOF_LIFE))
    }))
}

/// `GET /{l}/one-key/recover/password/new`
///
/// # Errors
/// The database is away.
pub async fn new(visit: &Visit) -> Result<Answer, Problem> {
    match proven_attempt(visit).await? {
        Some(recovery) => new_page(visit, 200, &recovery, ErrorSummary::new(visit.language)),
        None => over(visit),
    }
}

fn new_page(
    visit: &Visit,
    status: u16,
    recovery: &OneKeyRecovery,
    errors: ErrorSummary,
) -> Result<Answer, Problem> {
    let l = visit.language;
    let user_name = ReadOnlyField::user_name(l, "user_name", t::one_key::id(l), &recovery.typed_id);
    let (password, password2): (PasswordField, PasswordField) =
        new_password::fields(l, t::one_key::new_password(l), &errors);
    let page = RecoverPage {
        id: "recover-new",
        text: Vec::new(),
        action: step(visit, NEW),
        tokens: visit.form_tokens(),
        fields: vec![html(&user_name)?, html(&password)?, html(&password2)?],
        button: t::one_key::save_password(l),
        again: None,
        links: vec![way_back(visit)],
        frame: frame(visit, t::one_key::new_password_title(l))
            .language_link(step_in(visit, l.other()))
            .errors(errors),
    };
    visit.page(status, &page)
}

/// `POST /{l}/one-key/recover/password/new`
///
/// # Errors
/// The database or the password threads are busy.
pub async fn save(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let Some(recovery) = proven_attempt(visit).await? else { return over(visit) };
    let mut errors = ErrorSummary::new(visit.language);
    if form.stale {
        errors.add("password", t::form_stale(visit.language));
    }
    let id = OneKeyId::parse_imported(&recovery.typed_id).ok();
    let password = new_password::parse(visit.language, form, id.as_ref(), &mut errors);
    if !errors.is_empty() {
        return new_page(visit, 422, &recovery, errors);
    }
    let finish = FinishOneKeyRecovery {
        recovery: recovery.id.clone(),
        password_hash: visit.app.hasher.hash(password, random_salt()).await?,
        counted: id_hash(visit, "one-key-sign-in", &OneKeyId::key_of(&recovery.typed_id)),
        proven_after: visit.now.minus(PROOF_LIFE),
        now: visit.now,
    };
    if !visit.app.store.finish_one_key_recovery(finish).await? {
        return over(visit);
    }
    let path = if from_transfer(visit) { crate::journeys::transfer::ONE_KEY } else { super::sign_in::PATH };
    let url = visit.url(path);
    let separator = if url.contains('?') { '&' } else { '?' };
    Ok(visit.dress(Answer::see_other(format!("{url}{separator}saved=1"))))
}

/// What a page says of a saved password.
pub(crate) fn saved_alert(visit: &Visit) -> Option<Alert> {
    let saved = visit.query.get("saved").ok().flatten().is_some();
    saved.then(|| Alert::success(visit.language, t::one_key::password_saved(visit.language)).role("status"))
}
