//! D2: notices on the sign-in pages.

mod add;
mod remove;

pub use add::Add;
pub use remove::Remove;

use super::list::List;
use super::sheet::{Cell, Filter, Link};
use super::{Clerk, enter};
use crate::admin::instant;
use crate::admin::notices;
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::Language;
use idp_domain::administration::{Act, Area};
use idp_domain::notice::{Notice, NoticeKind, NoticePlace};
use idp_domain::time::Timestamp;
use ontario_design::components::Choice;

const WRITE: Act = Act::Write(Area::Notices);

/// What a notice is about, in words.
#[must_use]
pub fn kind(l: Language, kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Information => t::console::kind_information(l),
        NoticeKind::Outage => t::console::kind_outage(l),
    }
}

/// Where a notice stands, in words.
#[must_use]
pub fn place(l: Language, place: NoticePlace) -> &'static str {
    match place {
        NoticePlace::MyOntario => t::service_name(l),
        NoticePlace::OneKey => t::one_key::service_name(l),
        NoticePlace::Everywhere => t::console::everywhere(l),
    }
}

/// When a notice stands: its word in the filter.
fn when(notice: &Notice, now: Timestamp) -> &'static str {
    if now < notice.starts_at {
        "planned"
    } else if notice.ends_at.is_some_and(|end| end <= now) {
        "over"
    } else {
        "shown"
    }
}

fn when_words(l: Language, when: &str) -> &'static str {
    match when {
        "planned" => t::console::notice_planned(l),
        "over" => t::console::notice_over(l),
        _ => t::console::notice_shown(l),
    }
}

/// `GET /{l}/admin/notices`
///
/// # Errors
/// No role, or the database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let clerk = match enter(visit, Act::Read(Area::Notices), None).await? {
        Ok(clerk) => clerk,
        Err(answer) => return Ok(answer),
    };
    let (l, query) = (clerk.l(), clerk.query());
    let mut all = notices::list(&clerk.desk()).await?;
    all.reverse();
    all.retain(|notice| {
        let fits = |name: &str, word: &str| query.get(name).is_empty() || query.get(name) == word;
        fits("when", when(notice, visit.now)) && fits("where", notice.place.as_str())
    });
    let alert = clerk.done(|done| match done {
        "added" => Some(t::console::notice_added(l).to_owned()),
        "removed" => Some(t::console::notice_removed(l).to_owned()),
        _ => None,
    });
    let whens = ["shown", "planned", "over"].map(|word| Choice::new(word, when_words(l, word)));
    let places = NoticePlace::ALL.map(|it| Choice::new(it.as_str(), place(l, it)));
    let filter = Filter::new(l, clerk.home())
        .field(clerk.choice("when", t::console::state(l), whens))
        .field(clerk.choice("where", t::console::where_(l), places));
    let list = List {
        id: "notices",
        title: t::console::notices(l),
        caption: t::console::notices_caption(l),
        columns: vec![
            t::console::text_en(l),
            t::console::text_fr(l),
            t::console::notice_kind(l),
            t::console::start(l),
            t::console::end(l),
            t::console::where_(l),
            t::console::state(l),
            t::console::actions(l),
        ],
        row: &|notice| row(&clerk, notice),
        file_columns: &["id", "text_en", "text_fr", "kind", "start", "end", "where", "state"],
        file_row: &|notice| line(notice, visit.now),
        filter: Some(filter),
        ways: clerk.way_to(WRITE, t::console::add_notice(l), "/new"),
        back: None,
        alert,
        above: Vec::new(),
        beside: Vec::new(),
    };
    clerk.list(list, &all)
}

fn row(clerk: &Clerk<'_>, notice: &Notice) -> Vec<Cell> {
    let l = clerk.l();
    let actions = if clerk.may(WRITE) {
        let url = clerk.url(clerk.place.section(), &format!("/{}/remove", notice.id));
        Cell::Links(vec![Link::new(t::console::remove(l), url).about(notice.text.get(l))])
    } else {
        Cell::text("")
    };
    vec![
        Cell::text(&notice.text.en),
        Cell::text(&notice.text.fr),
        Cell::text(kind(l, notice.kind)),
        Cell::time(l, Some(notice.starts_at)),
        Cell::time(l, notice.ends_at),
        Cell::text(place(l, notice.place)),
        Cell::text(when_words(l, when(notice, clerk.visit.now))),
        actions,
    ]
}

fn line(notice: &Notice, now: Timestamp) -> Vec<String> {
    vec![
        notice.id.to_string(),
        notice.text.en.clone(),
        notice.text.fr.clone(),
        notice.kind.as_str().to_owned(),
        instant(notice.starts_at),
        notice.ends_at.map(instant).unwrap_or_default(),
        notice.place.as_str().to_owned(),
        when(notice, now).to_owned(),
    ]
}
