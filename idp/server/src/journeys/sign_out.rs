//! Signing out: a POST ends the session here; a GET only asks. What a relying service asks for
//! (`endpoints::end_session`) ends here too.

use super::account::Page;
use super::{one_key, signed_out};
use crate::adapters::logout_worker::tell_now;
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::cookies::Name;
use crate::web::form::Form;
use crate::web::message_page::MessagePage;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::account::AccountKind;
use idp_domain::ids::ClientId;
use idp_domain::session::{Session, SessionEndReason, SessionState};

/// Where it is, after the language.
pub const PATH: &str = "/sign-out";

/// `GET /{l}/sign-out`: a confirm button.
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let l = visit.language;
    let kind = kind_of(visit).await?;
    let frame = visit.plain_frame_of(kind, t::sign_out_question_title(l));
    let question = t::sign_out_question(l, t::account_in_a_sentence(l, kind));
    MessagePage::new(frame, "sign-out-page", vec![question])
        .form(visit.button_form("sign-out-form", "/sign-out", t::sign_out(l)))
        .link(t::stay_signed_in(l), visit.url(home_of(kind)))
        .answer(visit, 200)
}

/// The account whose session would end.
///
/// # Errors
/// The database is away.
pub async fn kind_of(visit: &Visit) -> Result<AccountKind, Problem> {
    let live = visit.session().await?;
    Ok(live.map_or(AccountKind::MyOntario, |live| live.account.id.kind()))
}

/// Where somebody stays who does not sign out after all.
#[must_use]
pub fn home_of(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::MyOntario => Page::Home.path(),
        AccountKind::OneKey => one_key::services::PATH,
    }
}

/// `POST /{l}/sign-out`
///
/// # Errors
/// The database is away.
pub async fn post(visit: &Visit, _: &Form) -> Result<Answer, Problem> {
    let ended = end(visit, None).await?;
    let answer = signed_out::go_on(visit, ended, None, None).await?;
    Ok(visit.dress(answer).cookie(visit.clear_cookie(Name::Session)))
}

/// Ends this browser's session, if it has one that has not been ended, and tells its services; which session that was.
/// One whose time was over, but that nobody had ended yet, ends by time.
///
/// # Errors
/// The database is away.
pub async fn end(visit: &Visit, client: Option<ClientId>) -> Result<Option<Session>, Problem> {
    let (store, now) = (&visit.app.store, visit.now);
    let Some((session, state)) = visit.session_to_end().await? else { return Ok(None) };
    match state {
        SessionState::Expired => {
            store.end_session_because(session.id.clone(), SessionEndReason::Expired, now).await?;
        }
        SessionState::Live | SessionState::Ended => {
            store.end_session(session.id.clone(), client, now).await?;
        }
    }
    tell_now(&visit.app, &session.id).await;
    Ok(Some(session))
}
