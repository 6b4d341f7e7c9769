//! What every form has to pass, in this order, before its page sees it:
//!
//! 1. the browser brought its cookie (X8 else),
//! 2. the form comes from a page of ours (`Origin`, `Sec-Fetch-Site`) and has this browser's CSRF token,
//! 3. a language switch keeps what was typed and goes to the same page in the other language,
//! 4. signing in again, before a session's longest time is over, keeps what was typed,
//! 5. the page was not made in a session of somebody else than the one who is signed in now,
//! 6. its single-use id is new; a double click gets the first click's answer.

use super::answer::Answer;
use super::cookies::Name;
use super::form::{Form, MAX_BODY, is_form};
use super::form_tokens::{self, TokenState, check};
use super::held_form;
use super::problem::Problem;
use super::visit::Visit;
use crate::adapters::data_keys::Sealer;
use crate::console;
use crate::journeys::account::email_undo;
use crate::journeys::{consent, recovery, session, sign_out, sign_up};
use actix_web::http::header::ORIGIN;
use actix_web::{HttpRequest, Route, guard, web};
use aws_lc_rs::digest::{SHA256, digest};
use idp_domain::Language;
use idp_domain::ids::AuthorizationRequestId;
use idp_domain::secret::TokenHash;
use idp_store::Submission;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

/// How long a double click is answered like the first.
const REMEMBERED: Duration = Duration::from_mins(10);
/// How long a second click waits for the first one's answer.
const PATIENCE: Duration = Duration::from_millis(50);
const PATIENCE_TIMES: u32 = 200;

/// What a page answers, soon.
type Answering<'a> = Pin<Box<dyn Future<Output = Result<Answer, Problem>> + 'a>>;
/// A page's GET. One type for all pages, as [`Act`] is: a hundred copies of what stands around them would be megabytes of
/// program.
type Show = Rc<dyn for<'a> Fn(&'a Visit) -> Answering<'a>>;
/// A page's POST.
type Act = Rc<dyn for<'a> Fn(&'a Visit, &'a Form) -> Answering<'a>>;

/// A page's GET.
pub fn get<H>(handler: H) -> Route
where
    H: AsyncFn(&Visit) -> Result<Answer, Problem> + Clone + 'static,
{
    fn higher_ranked<F: for<'a> Fn(&'a Visit) -> Answering<'a>>(show: F) -> F {
        show
    }
    route_of_get(Rc::new(higher_ranked(move |visit| {
        let handler = handler.clone();
        Box::pin(async move { handler(visit).await })
    })))
}

fn route_of_get(show: Show) -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head())).to(move |visit: Visit| {
        let show = Rc::clone(&show);
        async move {
            let outcome = match visit.admit() {
                Ok(()) => show(&visit).await,
                Err(problem) => Err(problem),
            };
            outcome.unwrap_or_else(|problem| problem.answer(&visit))
        }
    })
}

/// A page's POST.
pub fn post<H>(handler: H) -> Route
where
    H: AsyncFn(&Visit, &Form) -> Result<Answer, Problem> + Clone + 'static,
{
    fn higher_ranked<F: for<'a> Fn(&'a Visit, &'a Form) -> Answering<'a>>(act: F) -> F {
        act
    }
    route_of_post(Rc::new(higher_ranked(move |visit, form| {
        let handler = handler.clone();
        Box::pin(async move { handler(visit, form).await })
    })))
}

fn route_of_post(act: Act) -> Route {
    web::post().to(move |request: HttpRequest, mut visit: Visit, body: web::Bytes| {
        let act = Rc::clone(&act);
        // A task of its own: a browser that goes away (a double click does) must leave nothing half done.
        let task = actix_web::rt::spawn(async move {
            let outcome = receive(&request, &mut visit, &body, &act).await;
            outcome.unwrap_or_else(|problem| problem.answer(&visit))
        });
        async move { task.await.map_err(actix_web::error::ErrorInternalServerError) }
    })
}

async fn receive(
    request: &HttpRequest,
    visit: &mut Visit,
    body: &[u8],
    act: &Act,
) -> Result<Answer, Problem> {
    if console::is_stranger(visit).await? {
        return Err(Problem::NoRole);
    }
    let form = checked_form(request, visit, body)?;
    if let Some(language) = Language::from_code(form.value("_lang")) {
        return switch_language(visit, &form, language).await;
    }
    if form.is_checked("_again") {
        return session::sign_in_again(visit, &form).await;
    }
    if is_of_another(visit, &form).await? {
        return Err(Problem::OtherAccount);
    }
    once(visit, &form, act).await
}

/// Whether the form was opened by somebody else than the one who is signed in now, in another tab of this browser: it must
/// not act for them. Signing out is the same for all.
async fn is_of_another(visit: &Visit, form: &Form) -> Result<bool, Problem> {
    let token = form.value("_csrf");
    // M11 asks whoever is there now.
    if [sign_out::PATH, consent::PATH].contains(&visit.path.as_str()) || !form_tokens::is_somebodys(token) {
        return Ok(false);
    }
    let Some(live) = visit.session().await? else { return Ok(false) };
    let is_theirs = form_tokens::is_of(&visit.app, token, &live.account.id);
    visit.hand_on(live);
    Ok(!is_theirs)
}

/// Steps 1 and 2: a form of ours, from this browser.
///
/// # Errors
/// It isn't, or it can't be read.
pub fn checked_form(request: &HttpRequest, visit: &mut Visit, body: &[u8]) -> Result<Form, Problem> {
    visit.admit()?;
    if !is_form(request) || body.len() > MAX_BODY {
        return Err(Problem::BadForm);
    }
    let mut form = Form::parse(body)?;
    if visit.browser_is_new {
        return Err(Problem::CookiesOff);
    }
    if !comes_from_here(request, visit) {
        return Err(Problem::Forbidden);
    }
    match check(&visit.app, &visit.browser, form.value("_csrf"), visit.now) {
        TokenState::Good => {}
        TokenState::Stale => form.stale = true,
        TokenState::Bad => return Err(Problem::Forbidden),
    }
    visit.tx = AuthorizationRequestId::parse(form.value("_tx")).or(visit.tx.take());
    Ok(form)
}

/// A foreign page may not act for the person: browsers say where a form comes from.
fn comes_from_here(request: &HttpRequest, visit: &Visit) -> bool {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let site = header("sec-fetch-site");
    let same_site = site.is_none_or(|site| site == "same-origin" || site == "none");
    let same_origin = match header(ORIGIN.as_str()) {
        None => true,
        // A page that sends no referrer, since its address holds a secret, hides its origin too (Fetch, section 3.2).
        Some("null") => {
            site == Some("same-origin")
                || [sign_up::link::PATH, recovery::LINK, email_undo::PATH].contains(&visit.path.as_str())
        }
        Some(origin) => origin.eq_ignore_ascii_case(visit.app.issuer()),
    };
    same_site && same_origin
}

async fn switch_language(visit: &Visit, form: &Form, language: Language) -> Result<Answer, Problem> {
    held_form::hold(visit, form).await?;
    let url = visit.here_in(language);
    let separator = if url.contains('?') { '&' } else { '?' };
    let cookie = visit.set_cookie(Name::Language, language.code());
    Ok(visit.dress(Answer::see_other(format!("{url}{separator}held=1")).cookie(cookie)))
}

/// Lets one of several submissions of a page act, and answers all of them alike.
async fn once(visit: &Visit, form: &Form, act: &Act) -> Result<Answer, Problem> {
    let id = form.value("_once");
    if id.is_empty() || id.len() > 64 {
        return Err(Problem::BadForm);
    }
    let hash = TokenHash::of(&format!("{}\n{}\n{id}", visit.browser.expose(), visit.path));
    let seal = sealer_of(visit, id)?;
    let store = &visit.app.store;
    let mut state = store.begin_submission(hash, visit.now.plus(REMEMBERED)).await?;
    if state == Submission::New {
        let answer = act(visit, form).await.unwrap_or_else(|problem| problem.answer(visit));
        if answer.is_worth_repeating() {
            store.release_submission(hash).await?;
        } else {
            let plain = serde_json::to_vec(&answer).map_err(|error| Problem::internal(&error))?;
            let kept = seal.seal("answer", &plain).map_err(|error| Problem::internal(&error))?;
            store.finish_submission(hash, kept).await?;
        }
        return Ok(answer);
    }
    for _ in 0..PATIENCE_TIMES {
        if state != Submission::Pending {
            break;
        }
        tokio::time::sleep(PATIENCE).await;
        state = store.find_submission(hash).await?;
    }
    let Submission::Answered(kept) = state else { return Err(Problem::StepDone) };
    let plain = seal.open("answer", &kept).map_err(|error| Problem::internal(&error))?;
    serde_json::from_slice(&plain).map_err(|error| Problem::internal(&error))
}

/// An answer may hold a session's cookie, so it is kept under a key that only this form in this browser has.
fn sealer_of(visit: &Visit, id: &str) -> Result<Sealer, Problem> {
    let key = digest(&SHA256, format!("form-answer\n{}\n{id}", visit.browser.expose()).as_bytes());
    Sealer::new(key.as_ref()).map_err(|error| Problem::internal(&error))
}
