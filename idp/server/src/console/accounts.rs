//! D5: people's accounts: found by an exact name, shown masked, helped. Every look and every act is on record; none touches
//! the decision on the transfer.

mod act;
mod show;

pub use act::Help;
pub use show::{Personal, get as show};

use super::sheet::{Cell, Filter, Link, Links, Sheet, Table};
use super::{Clerk, actor, enter, moment};
use crate::admin::AdminError;
use crate::admin::accounts::{self, AccountView, FoundView, RemovalView};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::Language;
use idp_domain::administration::{Act, Area};
use ontario_design::components::TextField;

const READ: Act = Act::Read(Area::Accounts);
const WRITE: Act = Act::Write(Area::Accounts);

/// An account's kind in words.
fn kind(l: Language, word: &str) -> &'static str {
    match word {
        "my-ontario" => t::service_name(l),
        "one-key" => t::one_key::service_name(l),
        _ => t::console::registration(l),
    }
}

/// An account's state in words.
fn state(l: Language, word: &str) -> &'static str {
    match word {
        "active" => t::console::account_active(l),
        "locked" => t::console::account_locked(l),
        "transferred" => t::console::account_transferred(l),
        _ => t::console::account_waiting(l),
    }
}

fn time(l: Language, text: Option<&str>) -> Cell {
    Cell::time(l, text.and_then(|text| moment::parse(text).ok().flatten()))
}

/// `GET /{l}/admin/accounts`
///
/// # Errors
/// No role, or the database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let clerk = match enter(visit, READ, None).await? {
        Ok(clerk) => clerk,
        Err(answer) => return Ok(answer),
    };
    let (l, query) = (clerk.l(), clerk.query());
    let mut errors = clerk.no_errors();
    let sought = query.get("q");
    let found = match sought {
        "" => None,
        sought => match accounts::find(&clerk.desk(), &visit.app, sought, None).await {
            Ok(found) => Some(found),
            Err(AdminError::Invalid(_)) => {
                errors.add("q", t::console::search_wrong(l));
                None
            }
            Err(error) => return Err(error.into()),
        },
    };
    if let (true, Some(found)) = (query.wants("csv"), &found) {
        return Ok(csv(&clerk, found));
    }
    let waiting = accounts::list_removals(&clerk.desk(), None).await?;
    let alert = clerk.done(|done| (done == "close").then(|| t::console::account_closed(l).to_owned()));
    let search = TextField::search(l, "q", t::console::search(l))
        .hint(t::console::search_hint(l))
        .without_spellcheck()
        .value(sought)
        .errors_of(&errors);
    let status = if errors.is_empty() { 200 } else { 422 };
    let links = found.as_ref().map(|_| Links(vec![clerk.csv_link()]));
    Sheet::new(clerk.frame(t::console::accounts(l)).alert(alert).errors(errors))
        .text(t::console::looks_are_recorded(l))
        .with(Filter::new(l, clerk.home()).field(search))
        .with_some(found.map(|found| table(&clerk, &found)))
        .with_some(links)
        .with_some((!waiting.is_empty()).then(|| removals(&clerk, &waiting)))
        .answer(visit, status)
}

fn table(clerk: &Clerk<'_>, found: &[FoundView]) -> Table {
    let l = clerk.l();
    let columns = vec![
        t::console::account_id(l),
        t::console::kind(l),
        t::console::name(l),
        t::console::state(l),
        t::console::created_on(l),
        t::console::last_sign_in(l),
    ];
    let row = |it: &FoundView| {
        vec![
            Cell::link(it.id.clone(), clerk.url(clerk.place.section(), &format!("/{}", it.id))),
            Cell::text(kind(l, it.kind)),
            Cell::text(it.name.clone()),
            Cell::text(state(l, it.state)),
            time(l, Some(&it.created)),
            time(l, it.last_sign_in.as_deref()),
        ]
    };
    let rows = found.iter().map(row).collect();
    Table::new("accounts", t::console::accounts_caption(l), columns, rows, t::console::nothing_found(l))
}

/// The removals of second factors that another one has to approve.
fn removals(clerk: &Clerk<'_>, waiting: &[RemovalView]) -> Table {
    let l = clerk.l();
    let columns = vec![
        t::console::account_id(l),
        t::console::factors(l),
        t::console::asked_by(l),
        t::console::reason_told(l),
        t::console::until(l),
    ];
    let row = |it: &RemovalView| {
        let url = clerk.url(clerk.place.section(), &format!("/{}", it.account));
        vec![
            Cell::Links(vec![Link::new(it.account.clone(), url)]),
            Cell::text(removed(l, it.factors)),
            actor::cell(l, Some(&it.asked_by)),
            Cell::text(it.reason.clone()),
            time(l, Some(&it.expires)),
        ]
    };
    let rows = waiting.iter().map(row).collect();
    Table::new("removals", t::console::removals_caption(l), columns, rows, t::console::nothing_found(l))
}

/// The removal that waits: what, by whom, why.
fn removal_fact(l: Language, view: &AccountView) -> Option<(String, Cell)> {
    let removal = view.removal.as_ref()?;
    let words = vec![
        removed(l, removal.factors).to_owned(),
        actor::words(l, &removal.asked_by),
        removal.reason.clone(),
    ];
    Some((t::console::removal_waits(l).to_owned(), Cell::Lines(words)))
}

/// What a removal takes, in words.
fn removed(l: Language, word: &str) -> &'static str {
    match word {
        "authenticator_app" => t::account::authenticator_app(l),
        "passkeys" => t::account::passkeys(l),
        _ => t::console::all_factors(l),
    }
}

fn csv(clerk: &Clerk<'_>, found: &[FoundView]) -> Answer {
    let rows = found.iter().map(|it| {
        vec![
            it.id.clone(),
            it.kind.to_owned(),
            it.name.clone(),
            it.state.to_owned(),
            it.created.clone(),
            it.last_sign_in.clone().unwrap_or_default(),
        ]
    });
    clerk.csv("accounts", &["id", "kind", "name", "state", "created", "last_sign_in"], rows)
}
