//! The four kinds of handlers.
//!
//! What a form by somebody who is signed in has to pass, in this order, before its page sees it:
//! 1. it is a form of bounded size, with each field once;
//! 2. it comes from a page of ours (`Origin`, `Sec-Fetch-Site`) and has this session's CSRF token;
//! 3. a session that is over has what was typed kept as the portal says, and the person is told (X2);
//! 4. a language switch holds what was typed and goes to the same page in the other language.

use crate::Kept;
use crate::answers::redirect;
use crate::error::PortalError;
use crate::form::{Form, MAX_BODY, hold};
use crate::session::{End, Session, SessionState};
use crate::visit::{Member, Visit};
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, HttpResponse, Route, guard, web};
use ontario_language::Language;

/// What a handler gives.
pub type Answer = Result<HttpResponse, PortalError>;

fn get() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// A page for everybody.
pub fn page<H>(handler: H) -> Route
where
    H: AsyncFn(&Visit) -> Answer + Clone + 'static,
{
    get().to(move |visit: Visit| {
        let handler = handler.clone();
        async move { handler(&visit).await }
    })
}

/// A page for people who are signed in.
pub fn member_page<H>(handler: H) -> Route
where
    H: AsyncFn(&Visit, Member<'_>) -> Answer + Clone + 'static,
{
    get().to(move |visit: Visit| {
        let handler = handler.clone();
        async move {
            match visit.member() {
                Some(member) => handler(&visit, member).await,
                None => Ok(visit.turn_away()),
            }
        }
    })
}

/// A form of a page for people who are signed in.
pub fn member_form<H>(handler: H) -> Route
where
    H: AsyncFn(&Visit, Member<'_>, &Form) -> Answer + Clone + 'static,
{
    web::post().to(move |request: HttpRequest, visit: Visit, body: web::Bytes| {
        let handler = handler.clone();
        async move {
            let form = read(&request, &body)?;
            if !visit.comes_from_here() || !visit.csrf_matches(form.value("_csrf")) {
                return refuse(&visit);
            }
            let Some(member) = visit.member() else { return over(&visit, &form).await };
            if form.is_checked("_keep") {
                // The page's own clock says that the time is over.
                visit.front.database.end_session(member.hash(), End::Idle).await?;
                return keep(&visit, member.session, &form).await;
            }
            match Language::from_code(form.value("_lang")) {
                Some(language) => switch_language(&visit, member, &form, language).await,
                None => handler(&visit, member, &form).await,
            }
        }
    })
}

/// A POST by somebody who is signed in whose body the portal reads itself; its first part has to be the CSRF token, see
/// [`Visit::csrf_matches`]. Where it comes from has been checked.
pub fn member_body<H>(handler: H) -> Route
where
    H: AsyncFn(&Visit, Member<'_>, web::Payload) -> Answer + Clone + 'static,
{
    web::post().to(move |visit: Visit, body: web::Payload| {
        let handler = handler.clone();
        async move {
            if !visit.comes_from_here() {
                return Err(PortalError::Forbidden);
            }
            match visit.member() {
                Some(member) => handler(&visit, member, body).await,
                None => refuse(&visit),
            }
        }
    })
}

fn read(request: &HttpRequest, body: &[u8]) -> Result<Form, PortalError> {
    if body.len() > MAX_BODY {
        return Err(PortalError::TooLarge);
    }
    let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    // A button without any field sends no body, and some programs then no type.
    if !body.is_empty() && !kind.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded") {
        return Err(PortalError::BadRequest);
    }
    Form::parse(body)
}

/// A form that isn't of this session: with the cookie of one that is over, say so; without any, it is not from here.
pub(crate) fn refuse(visit: &Visit) -> Answer {
    match visit.session {
        SessionState::Expired(_) | SessionState::SignedOut(_) if visit.comes_from_here() => {
            Ok(visit.turn_away())
        }
        _ => Err(PortalError::Forbidden),
    }
}

/// The form is this session's, but the session is over. Somebody who signed out here wants nothing kept; at the provider the
/// session can have ended by time while they were typing.
async fn over(visit: &Visit, form: &Form) -> Answer {
    match &visit.session {
        SessionState::Expired(Some(session)) => keep(visit, session, form).await,
        SessionState::SignedOut(session) if !session.ended_here => keep(visit, session, form).await,
        _ => refuse(visit),
    }
}

async fn keep(visit: &Visit, session: &Session, form: &Form) -> Answer {
    let (service, person, typed) = (visit.front.service.clone(), session.person.clone(), form.clone());
    let (page, now) = (visit.page.clone(), visit.now);
    let kept = visit.front.database.write(move |c| {
        let kept = service.keep(c, &person, &page, &typed, now)?;
        if kept == Kept::Held {
            hold(c, &person, &page, &typed, now)?;
        }
        Ok(kept)
    });
    let kept = kept.await?;
    let code = match kept {
        Kept::Draft => "draft",
        Kept::Held => "held",
        Kept::Nothing => "nothing",
    };
    // After signing in again people see what they typed (WCAG 2.2.5): in the draft, where one was made of it.
    let draft = visit.front.service.draft_page(&visit.page, form).filter(|_| kept == Kept::Draft);
    let page = draft.unwrap_or_else(|| visit.return_page().to_owned());
    Ok(redirect(&visit.path(&format!("session-expired?page={page}&kept={code}"))))
}

async fn switch_language(visit: &Visit, member: Member<'_>, form: &Form, language: Language) -> Answer {
    let (person, form) = (member.session.person.clone(), form.clone());
    let (page, now) = (visit.page.clone(), visit.now);
    visit.front.database.write(move |c| hold(c, &person, &page, &form, now)).await?;
    let mut answer = redirect(&format!("/{}/{}?held=1", language.code(), visit.page));
    // A cookie that the header can't hold is only not set.
    let _ = answer.add_cookie(&visit.language_cookie(language));
    Ok(answer)
}
