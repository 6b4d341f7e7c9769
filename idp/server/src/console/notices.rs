//! D2: notices on the sign-in pages.

mod add;
mod remove;

pub use add::{get as add, post as add_post};
pub use remove::{get as remove, post as remove_post};

use super::sheet::{Cell, Filter, Link, Links, Pager, Sheet, Table};
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
use ontario_design::components::{Choice, Select};

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
    let (l, query, url) = (clerk.l(), clerk.query(), clerk.home());
    let mut all = notices::list(&clerk.desk()).await?;
    all.reverse();
    all.retain(|notice| {
        let fits = |name: &str, word: &str| query.get(name).is_empty() || query.get(name) == word;
        fits("when", when(notice, visit.now)) && fits("where", notice.place.as_str())
    });
    if query.wants("csv") {
        return Ok(csv(&clerk, &all));
    }
    let (shown, page, pages) = query.page(&all);
    let alert = clerk.done(|done| match done {
        "added" => Some(t::console::notice_added(l).to_owned()),
        "removed" => Some(t::console::notice_removed(l).to_owned()),
        _ => None,
    });
    let add = clerk.may(Act::Write(Area::Notices)).then(|| {
        Links(vec![Link::new(t::console::add_notice(l), clerk.url(clerk.place.section(), "/new")).button()])
    });
    let columns = vec![
        t::console::text_en(l),
        t::console::text_fr(l),
        t::console::notice_kind(l),
        t::console::start(l),
        t::console::end(l),
        t::console::where_(l),
        t::console::state(l),
        t::console::actions(l),
    ];
    let rows = shown.iter().map(|notice| row(&clerk, notice)).collect();
    Sheet::new(clerk.frame(t::console::notices(l)).alert(alert))
        .with_some(add)
        .with(filter(l, &url, query.get("when"), query.get("where")))
        .with(Table::new(
            "notices",
            t::console::notices_caption(l),
            columns,
            rows,
            t::console::nothing_found(l),
        ))
        .with_some(Pager::numbered(l, &url, &query, page, pages))
        .with(Links(vec![clerk.csv_link()]))
        .answer(visit, 200)
}

fn filter(l: Language, url: &str, chosen: &str, chosen_place: &str) -> Filter {
    let all = || Choice::new("", t::console::all(l));
    let whens = ["shown", "planned", "over"].map(|word| Choice::new(word, when_words(l, word)));
    let places = NoticePlace::ALL.map(|it| Choice::new(it.as_str(), place(l, it)));
    Filter::new(l, url)
        .field(
            Select::new(l, "when", t::console::state(l), std::iter::once(all()).chain(whens).collect())
                .without_flag()
                .selected(Some(chosen)),
        )
        .field(
            Select::new(l, "where", t::console::where_(l), std::iter::once(all()).chain(places).collect())
                .without_flag()
                .selected(Some(chosen_place)),
        )
}

fn row(clerk: &Clerk<'_>, notice: &Notice) -> Vec<Cell> {
    let l = clerk.l();
    let actions = if clerk.may(Act::Write(Area::Notices)) {
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

fn csv(clerk: &Clerk<'_>, notices: &[Notice]) -> Answer {
    let columns = ["id", "text_en", "text_fr", "kind", "start", "end", "where", "state"];
    let rows = notices.iter().map(|notice| {
        vec![
            notice.id.to_string(),
            notice.text.en.clone(),
            notice.text.fr.clone(),
            notice.kind.as_str().to_owned(),
            instant(notice.starts_at),
            notice.ends_at.map(instant).unwrap_or_default(),
            notice.place.as_str().to_owned(),
            when(notice, clerk.visit.now).to_owned(),
        ]
    });
    clerk.csv("notices", &columns, rows)
}
