//! C8: where the account is signed in, and ending that.

use super::{Page, ShownTime, done, done_at, frame, signed_in};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::form::Form;
use crate::web::message_page::ButtonForm;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::ids::{AccountId, SessionId};
use idp_domain::session::SessionEndReason;
use idp_store::{EndSessions, OpenSession};
use ontario_design::Frame;
use ontario_design::components::{Alert, FormTokens};

struct SessionLine {
    browser: String,
    is_this: bool,
    first_seen: ShownTime,
    last_seen: ShownTime,
    id: String,
    action: String,
    tokens: FormTokens,
}

#[derive(Template)]
#[template(path = "account/sessions.html")]
struct SessionsPage {
    frame: Frame,
    sessions: Vec<SessionLine>,
    others: Option<ButtonForm>,
}

/// The sessions of an account that go on now, last used first.
///
/// # Errors
/// The database is away.
pub(super) async fn live(visit: &Visit, account: &AccountId) -> Result<Vec<OpenSession>, Problem> {
    let limits = &visit.in_force.lifetimes.session;
    let mut open = visit.app.store.list_open_sessions(account.clone()).await?;
    open.retain(|session| {
        visit.now <= session.last_seen_at.plus(limits.idle)
            && visit.now <= session.created_at.plus(limits.max)
    });
    Ok(open)
}

/// `GET /{l}/account/sessions`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let session = match signed_in(visit, Page::Sessions, None).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let l = visit.language;
    let own = visit.plain_url(Page::Sessions.path());
    let live = live(visit, &session.account.id).await?;
    let others = live.len() > 1;
    let lines = live.into_iter().map(|open| {
        let is_this = open.id == session.session.id;
        SessionLine {
            browser: if open.browser.is_empty() {
                t::account::unknown_browser(l).into()
            } else {
                open.browser
            },
            is_this,
            first_seen: ShownTime::new(l, open.created_at),
            last_seen: ShownTime::new(l, open.last_seen_at),
            id: open.id.as_str().to_owned(),
            action: if is_this { visit.plain_url("/sign-out") } else { own.clone() },
            tokens: visit.form_tokens(),
        }
    });
    let message = match done(visit) {
        Some("one") => Some(t::account::session_ended(l)),
        Some("others") => Some(t::account::other_sessions_ended(l)),
        _ => None,
    };
    let page = SessionsPage {
        sessions: lines.collect(),
        others: others.then(|| ButtonForm {
            fields: vec![("others", "yes".to_owned())],
            action: own.clone(),
            ..visit.button_form("others-form", Page::Sessions.path(), t::account::sign_out_all_others(l))
        }),
        frame: frame(visit, Page::Sessions, t::account::sessions(l), &session)
            .alert(message.map(|message| Alert::success(l, message).focused())),
    };
    visit.page(200, &page)
}

/// `POST /{l}/account/sessions`: with `session`, that one ends; with `others`, all but this one.
///
/// # Errors
/// The database is away.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let session = match signed_in(visit, Page::Sessions, None).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let account = session.account.id.clone();
    if form.is_checked("others") {
        let end = EndSessions {
            account,
            except: Some(session.session.id),
            reason: SessionEndReason::EndedElsewhere,
            now: visit.now,
        };
        visit.app.store.end_sessions_of_account(end).await?;
        return Ok(done_at(visit, Page::Sessions, "others"));
    }
    let Some(id) = SessionId::parse(form.value("session")) else { return Err(Problem::BadForm) };
    // Somebody else's session is nothing here; one that ended meanwhile is ended, as was asked.
    visit.app.store.end_own_session(account, id, visit.now).await?;
    Ok(done_at(visit, Page::Sessions, "one"))
}
