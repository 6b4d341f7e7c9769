//! C9b: for whoever doesn't recognise what their account did. Mails lead here too, so the page works without a session:
//! then it says how to get the account back.

use super::{Page, Return, ShownTime, frame};
use crate::adapters::logout_worker::tell_now;
use crate::adapters::rng::rng;
use crate::journeys::recovery;
use crate::journeys::signed_out;
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::cookies::Name;
use crate::web::form::Form;
use crate::web::message_page::{ButtonForm, MessagePage};
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::ids::ActivityReportId;
use idp_domain::session::SessionEndReason;
use idp_store::{EndSessions, SessionWithAccount};
use ontario_design::components::Alert;

/// Where it is, after the language.
pub const PATH: &str = "/account/activity/not-me";

/// Its address in a mail.
#[must_use]
pub fn address(visit: &Visit) -> String {
    format!("{}/{{l}}{PATH}", visit.app.issuer())
}

/// What the form can ask for, by its field `do`.
const SIGN_OUT: &str = "sign-out";
const REPORT: &str = "report";

/// `GET /{l}/account/activity/not-me`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    match super::signed_in(visit, Page::Activity, None).await? {
        Ok(session) => page(visit, &session),
        Err(_) => without_session(visit),
    }
}

/// Which entry of the activity it is about, if one.
fn entry(visit: &Visit) -> Option<i64> {
    visit.query.get("entry").ok().flatten().and_then(|entry| entry.parse().ok())
}

fn page(visit: &Visit, session: &SessionWithAccount) -> Result<Answer, Problem> {
    let l = visit.language;
    let query = entry(visit).map(|entry| format!("?entry={entry}")).unwrap_or_default();
    let action = format!("{}{query}", visit.plain_url(PATH));
    let form = |id, what: &str, label: &str| ButtonForm {
        action: action.clone(),
        fields: vec![("do", what.to_owned())],
        primary: false,
        ..visit.button_form(id, PATH, label)
    };
    let title = t::account::not_me(l);
    let frame = frame(visit, Page::Activity, title, session)
        .language_link(format!("/{}{PATH}{query}", l.other().code()));
    MessagePage::new(frame, "not-me-page", vec![t::account::not_me_text(l).into()])
        .form(form("sign-out-everywhere-form", SIGN_OUT, t::account::sign_out_everywhere(l)))
        .form(form("report-form", REPORT, t::account::tell_support(l)))
        .button(t::account::change_password(l), visit.plain_url(Page::Password.path()))
        .link(t::account::activity(l), visit.plain_url(Page::Activity.path()))
        .answer(visit, 200)
}

fn without_session(visit: &Visit) -> Result<Answer, Problem> {
    let l = visit.language;
    let back = Return::to(Page::Activity);
    let texts = vec![t::account::not_me_text(l).to_owned(), t::account::not_me_signed_out(l).to_owned()];
    MessagePage::new(visit.plain_frame(t::account::not_me(l)), "not-me-page", texts)
        .button(t::account::reset_password(l), visit.plain_url(recovery::PATH))
        .link(t::account::sign_in_and_see(l), back.url(visit, "/sign-in"))
        .link(t::contact_us(l), visit.plain_url("/contact"))
        .answer(visit, 200)
}

/// `POST /{l}/account/activity/not-me`
///
/// # Errors
/// The database is away.
pub async fn post(visit: &Visit, form: &Form) -> Result<Answer, Problem> {
    let Ok(session) = super::signed_in(visit, Page::Activity, None).await? else {
        return without_session(visit);
    };
    match form.value("do") {
        SIGN_OUT => sign_out_everywhere(visit, session).await,
        REPORT => report(visit, &session).await,
        _ => Err(Problem::BadForm),
    }
}

async fn sign_out_everywhere(visit: &Visit, session: Box<SessionWithAccount>) -> Result<Answer, Problem> {
    let end = EndSessions {
        account: session.account.id.clone(),
        except: None,
        reason: SessionEndReason::EndedElsewhere,
        now: visit.now,
    };
    visit.app.store.end_sessions_of_account(end).await?;
    tell_now(&visit.app, &session.session.id).await;
    let answer = signed_out::go_on(visit, Some(session.session), None, None).await?;
    Ok(visit.dress(answer).cookie(visit.clear_cookie(Name::Session)))
}

async fn report(visit: &Visit, session: &SessionWithAccount) -> Result<Answer, Problem> {
    let l = visit.language;
    let report = ActivityReportId::random(&mut rng());
    let account = session.account.id.clone();
    if !visit.app.store.report_activity(account, report.clone(), entry(visit), visit.now).await? {
        return Err(Problem::NotFound);
    }
    let frame = frame(visit, Page::Activity, t::account::not_me(l), session)
        .alert(Some(Alert::success(l, t::account::support_told(l)).focused()));
    let at = ShownTime::new(l, visit.now).words;
    let texts = vec![t::reference(l, report.as_str(), at), t::account::support_next(l).to_owned()];
    MessagePage::new(frame, "reported-page", texts)
        .button(t::account::change_password(l), visit.plain_url(Page::Password.path()))
        .link(t::contact_us(l), visit.plain_url("/contact"))
        .link(t::account::activity(l), visit.plain_url(Page::Activity.path()))
        .answer(visit, 200)
}
