//! H1: the account's home.

use super::{Page, ShownTime, frame, security, services, sessions, signed_in, transfer};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::Language;
use idp_domain::activity::{ActivityKind, KEPT};
use idp_domain::audit::AuditEvent;
use idp_store::{ActivityQuery, ConnectedService, SessionWithAccount};
use ontario_design::Frame;
use ontario_design::components::Alert;
use ontario_language::format_date_time;

struct ServiceLine {
    name: String,
    href: Option<String>,
    last_used: String,
}

#[derive(Template)]
#[template(path = "account/home.html")]
struct HomePage {
    frame: Frame,
    email: String,
    account_language: Language,
    profile: String,
    password_changed: Option<String>,
    second_steps: Vec<(&'static str, String)>,
    sessions: String,
    security: String,
    last_sign_in: Option<(ShownTime, String)>,
    activity: String,
    services: Vec<ServiceLine>,
    all_services: String,
    transfer: String,
    transfer_href: String,
}

/// `GET /{l}/account`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    match signed_in(visit, Page::Home, None).await? {
        Ok(session) => home(visit, &session).await,
        Err(answer) => Ok(answer),
    }
}

async fn home(visit: &Visit, session: &SessionWithAccount) -> Result<Answer, Problem> {
    let l = visit.language;
    let account = &session.account;
    let store = &visit.app.store;
    let services = store.list_connected_services(account.id.clone()).await?;
    let changed = store.find_password_change(account.id.clone()).await?;
    let changed = changed.filter(|_| account.password_hash.is_some());
    let open = sessions::live(visit, &account.id).await?.len();
    let factors = store.find_second_factors(account.id.clone()).await?;
    let second_steps = security::second_step_rows(visit, &factors);
    let advice = factors.is_empty().then(|| {
        Alert::warning(l, t::extra_verification::no_second_step(l))
            .link(t::extra_verification::add_second_step(l), visit.plain_url(Page::Security.path()))
    });
    let mut lines = Vec::new();
    for service in &services {
        lines.push(line(visit, service).await?);
    }
    let page = HomePage {
        frame: frame(visit, Page::Home, t::account_title(l), session).alert(advice),
        email: account.name.as_str().to_owned(),
        account_language: account.language,
        profile: visit.plain_url(Page::Profile.path()),
        password_changed: changed.map(|at| format_date_time(l, at.micros())),
        second_steps: second_steps.into_iter().map(|row| (row.name, row.state)).collect(),
        sessions: open.to_string(),
        security: visit.plain_url(Page::Security.path()),
        last_sign_in: last_sign_in(visit, session).await?,
        activity: visit.plain_url(Page::Activity.path()),
        services: lines,
        all_services: visit.plain_url(Page::Services.path()),
        transfer: transfer::words(visit, account).await?,
        transfer_href: visit.plain_url(Page::Transfer.path()),
    };
    visit.page(200, &page)
}

/// When the account was last signed in to, and in which browser.
async fn last_sign_in(
    visit: &Visit,
    session: &SessionWithAccount,
) -> Result<Option<(ShownTime, String)>, Problem> {
    let query = ActivityQuery {
        account: session.account.id.clone(),
        kind: Some(ActivityKind::SignIn),
        since: visit.now.minus(KEPT),
        skip: 0,
        most: 50,
    };
    let found = visit.app.store.list_activity(query).await?.entries;
    let newest = found.into_iter().find(|entry| matches!(entry.event, Some(AuditEvent::SignedIn { .. })));
    Ok(match newest {
        Some(entry) => Some((ShownTime::new(visit.language, entry.at), entry.browser)),
        None => session.account.last_sign_in_at.map(|at| (ShownTime::new(visit.language, at), String::new())),
    })
}

async fn line(visit: &Visit, service: &ConnectedService) -> Result<ServiceLine, Problem> {
    let l = visit.language;
    Ok(ServiceLine {
        name: service.client.name.get(l).to_owned(),
        href: services::address(visit, &service.client).await?,
        last_used: t::last_used(l, format_date_time(l, service.last_used_at.micros())),
    })
}
