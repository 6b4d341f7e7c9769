//! C9: what happened to the account in the last 90 days, 20 entries a page, by kind if wanted.

use super::activity_words::{Words, what};
use super::{Page, ShownTime, frame, not_me, signed_in};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use askama::Template;
use idp_domain::Language;
use idp_domain::activity::{ActivityKind, KEPT};
use idp_store::{Activity, ActivityPage as Found, ActivityQuery, SessionWithAccount};
use ontario_design::Frame;
use ontario_design::components::{Choice, Select};

/// Entries on a page.
const A_PAGE: i64 = 20;

struct Entry {
    time: ShownTime,
    words: Words,
    not_me: String,
    not_me_label: String,
}

#[derive(Template)]
#[template(path = "account/activity.html")]
struct ActivityPage {
    frame: Frame,
    action: String,
    kind: Select,
    entries: Vec<Entry>,
    position: Option<String>,
    previous: Option<String>,
    next: Option<String>,
}

/// `GET /{l}/account/activity?type=…&page=…`
///
/// # Errors
/// The database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let session = match signed_in(visit, Page::Activity, None).await? {
        Ok(session) => session,
        Err(answer) => return Ok(answer),
    };
    let parameter = |name| visit.query.get(name).ok().flatten();
    let kind = parameter("type").and_then(ActivityKind::parse);
    let number = parameter("page").and_then(|page| page.parse::<i64>().ok()).unwrap_or(1).clamp(1, 1_000_000);
    let query = |number: i64| ActivityQuery {
        account: session.account.id.clone(),
        kind,
        since: visit.now.minus(KEPT),
        skip: (number - 1) * A_PAGE,
        most: A_PAGE,
    };
    let mut number = number;
    let mut found = visit.app.store.list_activity(query(number)).await?;
    let pages = ((found.total + A_PAGE - 1) / A_PAGE).max(1);
    if number > pages {
        // A page that was there once: the last one that is.
        number = pages;
        found = visit.app.store.list_activity(query(number)).await?;
    }
    page(visit, &session, kind, number, pages, found).await
}

async fn page(
    visit: &Visit,
    session: &SessionWithAccount,
    kind: Option<ActivityKind>,
    number: i64,
    pages: i64,
    found: Found,
) -> Result<Answer, Problem> {
    let l = visit.language;
    let mut entries = Vec::new();
    for activity in found.entries {
        entries.extend(entry(visit, activity).await?);
    }
    let title = if pages > 1 {
        t::account::activity_page(l, number, pages)
    } else {
        t::account::activity(l).to_owned()
    };
    let template = ActivityPage {
        action: visit.plain_url(Page::Activity.path()),
        kind: Select::new(l, "type", t::account::show(l), choices(l))
            .without_flag()
            .selected(Some(kind.map_or("", ActivityKind::as_str))),
        entries,
        position: (pages > 1).then(|| t::account::page_of(l, number, pages)),
        previous: (number > 1).then(|| url(l, kind, number - 1)),
        next: (number < pages).then(|| url(l, kind, number + 1)),
        frame: frame(visit, Page::Activity, title, session)
            .heading(t::account::activity(l))
            .language_link(url(l.other(), kind, number)),
    };
    visit.page(200, &template)
}

fn url(l: Language, kind: Option<ActivityKind>, number: i64) -> String {
    let kind = kind.map(|kind| format!("type={}&", kind.as_str())).unwrap_or_default();
    format!("/{}{}?{kind}page={number}", l.code(), Page::Activity.path())
}

fn choices(l: Language) -> Vec<Choice> {
    let kinds = ActivityKind::ALL.map(|kind| {
        let label = match kind {
            ActivityKind::SignIn => t::account::kind_sign_in(l),
            ActivityKind::Change => t::account::kind_change(l),
            ActivityKind::Service => t::account::kind_service(l),
        };
        Choice::new(kind.as_str(), label)
    });
    std::iter::once(Choice::new("", t::account::kind_all(l))).chain(kinds).collect()
}

async fn entry(visit: &Visit, activity: Activity) -> Result<Option<Entry>, Problem> {
    let l = visit.language;
    let Some(event) = activity.event else { return Ok(None) };
    let Some(words) = what(visit, &event, activity.browser).await? else { return Ok(None) };
    let time = ShownTime::new(l, activity.at);
    Ok(Some(Entry {
        not_me: format!("{}?entry={}", visit.plain_url(not_me::PATH), activity.id),
        not_me_label: t::account::about(l, &words.what, &time.words),
        time,
        words,
    }))
}
