//! D4: what was registered for a service, from when on, by whom and why.

use super::super::list::List;
use super::super::sheet::Cell;
use super::super::{actor, enter, moment};
use super::{READ, its_page, told};
use crate::admin::services::{self, Change, HistoryView};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::Language;

/// `GET /{l}/admin/services/{id}/history`
///
/// # Errors
/// No role, no such service, or the database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let clerk = match enter(visit, READ, None).await? {
        Ok(clerk) => clerk,
        Err(answer) => return Ok(answer),
    };
    let (l, id) = (clerk.l(), clerk.place.subject());
    let all = services::history(&clerk.desk(), id).await?;
    let list = List {
        id: "history",
        title: t::console::service_history(l),
        caption: t::console::history_caption(l),
        columns: vec![
            t::console::number(l),
            t::console::time(l),
            t::console::action(l),
            t::console::actor(l),
            t::console::reason_told(l),
            t::console::what_changed(l),
        ],
        row: &|one| row(l, one),
        file_columns: &["number", "time", "event", "by", "reason", "changes"],
        file_row: &line,
        filter: None,
        ways: Vec::new(),
        back: Some(its_page(&clerk, id)),
        alert: None,
        above: Vec::new(),
        beside: Vec::new(),
    };
    clerk.list(list, &all)
}

fn event(l: Language, word: &str) -> &'static str {
    match word {
        "added" => t::console::history_added(l),
        "updated" => t::console::history_updated(l),
        "secret_rotated" => t::console::history_secret(l),
        _ => t::console::history_disabled(l),
    }
}

fn row(l: Language, one: &HistoryView) -> Vec<Cell> {
    let change = |change: &Change| {
        let told = |value: &Option<serde_json::Value>| {
            value.as_ref().map_or("–".to_owned(), |value| told::value(l, &change.field, value))
        };
        let label = told::label(l, &change.field);
        t::console::changed_from_to(l, label, told(&change.before), told(&change.after))
    };
    let changes: Vec<String> = one.changes.iter().map(change).collect();
    vec![
        Cell::text(one.number.to_string()),
        Cell::time(l, moment::parse(&one.at).ok().flatten()),
        Cell::text(event(l, one.event)),
        actor::cell(l, one.by.as_deref()),
        Cell::text(one.reason.clone().unwrap_or_default()),
        if changes.is_empty() { Cell::text("") } else { Cell::Lines(changes) },
    ]
}

fn line(one: &HistoryView) -> Vec<String> {
    vec![
        one.number.to_string(),
        one.at.clone(),
        one.event.to_owned(),
        one.by.clone().unwrap_or_default(),
        one.reason.clone().unwrap_or_default(),
        serde_json::to_string(&one.changes).unwrap_or_default(),
    ]
}
