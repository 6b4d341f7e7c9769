//! D11: transfers. Only looked at: a decision is final.

use super::list::Query;
use super::picture::{self, Series};
use super::sheet::{Cell, Filter, Links, Pager, Sheet, Table};
use super::{Clerk, enter, moment};
use crate::admin::instant;
use crate::admin::transfers::{self, ConflictView, DayView, TransfersView};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::administration::{Act, Area};
use ontario_design::components::{ErrorSummary, TextField};

/// Conflicts of a page of `admin::transfers`.
const PAGE: usize = 50;

/// `GET /{l}/admin/transfers`
///
/// # Errors
/// No role, or the database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let clerk = match enter(visit, Act::Read(Area::Transfers), None).await? {
        Ok(clerk) => clerk,
        Err(answer) => return Ok(answer),
    };
    let (l, query, url) = (clerk.l(), clerk.query(), clerk.home());
    let mut errors = clerk.no_errors();
    let mut at = |name: &str| {
        let read = moment::parse(query.get(name)).unwrap_or_else(|_| {
            errors.add(name, t::console::moment_format(l));
            None
        });
        read.map(instant)
    };
    let (from, to) = (at("from"), at("to"));
    let counted = transfers::count(&clerk.desk(), from.as_deref(), to.as_deref()).await;
    let view = match counted {
        Ok(view) => view,
        Err(crate::admin::AdminError::Invalid(_)) => {
            errors.add("from", t::console::span_wrong(l));
            transfers::count(&clerk.desk(), None, None).await?
        }
        Err(error) => return Err(error.into()),
    };
    if query.wants("csv") && errors.is_empty() {
        return Ok(csv(&clerk, &view.days));
    }
    let before = query.get("before");
    let conflicts = transfers::conflicts(&clerk.desk(), (!before.is_empty()).then_some(before)).await?;
    let last = conflicts.last().map(|conflict| conflict.id.clone()).filter(|_| conflicts.len() >= PAGE);
    let status = if errors.is_empty() { 200 } else { 422 };
    let filter = filter(&clerk, &query, &errors);
    Sheet::new(clerk.frame(t::console::transfers(l)).errors(errors))
        .with(filter)
        .heading(t::console::decisions(l))
        .with(picture(&clerk, &view))
        .with(days(&clerk, &view))
        .with(Links(vec![clerk.csv_link()]))
        .heading(t::console::undecided(l))
        .with(undecided(&clerk, &view))
        .heading(t::console::conflicts(l))
        .with(conflict_table(&clerk, &conflicts))
        .with_some(Pager::after(l, &url, &query, last.as_deref()))
        .answer(visit, status)
}

fn filter(clerk: &Clerk<'_>, query: &Query, errors: &ErrorSummary) -> Filter {
    let l = clerk.l();
    let field = |name: &str, label: &str| {
        TextField::text(l, name, label)
            .without_flag()
            .without_spellcheck()
            .hint(t::console::moment_hint(l))
            .value(query.get(name))
            .errors_of(errors)
    };
    Filter::new(l, clerk.home())
        .field(field("from", t::console::from(l)))
        .field(field("to", t::console::to(l)))
}

/// The days of all services together.
fn picture(clerk: &Clerk<'_>, view: &TransfersView) -> picture::Picture {
    let l = clerk.l();
    let mut labels: Vec<String> = view.days.iter().map(|day| day.day.clone()).collect();
    labels.sort();
    labels.dedup();
    // More would be thinner than a line.
    let labels = labels.split_off(labels.len().saturating_sub(60));
    let sum = |of: fn(&DayView) -> i64| -> Vec<i64> {
        let of_day = |label: &String| view.days.iter().filter(|day| day.day == *label).map(of).sum();
        labels.iter().map(of_day).collect()
    };
    let series = [
        Series { name: t::console::said_yes(l).to_owned(), values: sum(|day| day.transferred) },
        Series { name: t::console::said_no(l).to_owned(), values: sum(|day| day.declined) },
    ];
    picture::bars("transfers-picture", &series, &labels)
}

fn days(clerk: &Clerk<'_>, view: &TransfersView) -> Table {
    let l = clerk.l();
    let columns = vec![
        t::console::day(l),
        t::console::service(l),
        t::console::said_yes(l),
        t::console::said_no(l),
        t::console::failed(l),
    ];
    let row = |day: &DayView| {
        vec![
            Cell::text(day.day.clone()),
            Cell::Code(day.service.clone()),
            Cell::text(day.transferred.to_string()),
            Cell::text(day.declined.to_string()),
            Cell::text(day.failed.to_string()),
        ]
    };
    let rows = view.days.iter().map(row).collect();
    Table::new("days", t::console::days_caption(l), columns, rows, t::console::nothing_found(l))
}

fn undecided(clerk: &Clerk<'_>, view: &TransfersView) -> Table {
    let l = clerk.l();
    let columns = vec![t::console::service(l), t::console::accounts(l)];
    let rows = view.undecided.iter();
    let rows = rows.map(|it| vec![Cell::Code(it.service.clone()), Cell::text(it.accounts.to_string())]);
    Table::new(
        "undecided",
        t::console::undecided_caption(l),
        columns,
        rows.collect(),
        t::console::nothing_found(l),
    )
}

fn conflict_table(clerk: &Clerk<'_>, conflicts: &[ConflictView]) -> Table {
    let l = clerk.l();
    let columns = vec![
        t::console::time(l),
        t::console::account(l),
        t::console::one_key_account(l),
        t::console::service(l),
        t::console::carried_over_to(l),
    ];
    let row = |it: &ConflictView| {
        vec![
            Cell::time(l, moment::parse(&it.at).ok().flatten()),
            Cell::Code(it.account.clone()),
            Cell::Code(it.onekey_account.clone()),
            Cell::Code(it.asked_by.clone()),
            Cell::text(it.carried_over_to.clone().unwrap_or_default()),
        ]
    };
    let rows = conflicts.iter().map(row).collect();
    Table::new("conflicts", t::console::conflicts_caption(l), columns, rows, t::console::nothing_found(l))
}

fn csv(clerk: &Clerk<'_>, days: &[DayView]) -> Answer {
    let rows = days.iter().map(|day| {
        vec![
            day.day.clone(),
            day.service.clone(),
            day.transferred.to_string(),
            day.declined.to_string(),
            day.failed.to_string(),
        ]
    });
    clerk.csv("transfers", &["day", "service", "transferred", "declined", "failed"], rows)
}
