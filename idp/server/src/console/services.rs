//! D4: relying services: the list, one of them, and what is done with it.

mod disable;
mod edit;
mod fields;
mod file;
mod history;
mod problems;
mod redirect;
mod secret;
mod token;
mod told;

pub use disable::Disable;
pub use edit::Save;
pub use file::FromFile;
pub use history::get as history;
pub use redirect::get as test_redirect;
pub use secret::NewSecret;
pub use token::NewToken;

use super::list::List;
use super::sheet::{Cell, Facts, Filter, Link, Links, Sheet};
use super::{Clerk, enter};
use crate::admin::instant;
use crate::admin::services::{self, ServiceTools, ServiceView};
use crate::locales as t;
use crate::web::answer::Answer;
use crate::web::problem::Problem;
use crate::web::visit::Visit;
use idp_domain::Language;
use idp_domain::administration::{Act, Area};
use idp_store::RegisteredService;
use ontario_design::components::{Alert, Choice, TextField};
use serde_json::Value;

const READ: Act = Act::Read(Area::Services);
const WRITE: Act = Act::Write(Area::Services);

/// `GET /{l}/admin/services`
///
/// # Errors
/// No role, or the database is away.
pub async fn get(visit: &Visit) -> Result<Answer, Problem> {
    let clerk = match enter(visit, READ, None).await? {
        Ok(clerk) => clerk,
        Err(answer) => return Ok(answer),
    };
    let (l, query) = (clerk.l(), clerk.query());
    if query.wants("toml") {
        let text = services::export(&clerk.desk()).await?;
        return Ok(visit.dress(Answer::text_file("services.toml", text)));
    }
    let mut all = services::list(&clerk.desk()).await?;
    let (q, wanted) = (query.get("q").to_lowercase(), query.get("state"));
    all.retain(|service| {
        let client = &service.client;
        let found = [client.id.as_str(), &client.name.en, &client.name.fr];
        let found = found.into_iter().any(|text| text.to_lowercase().contains(&q));
        found && (wanted.is_empty() || (wanted == "disabled") == service.disabled_at.is_some())
    });
    let states = [("enabled", t::console::enabled(l)), ("disabled", t::console::disabled(l))];
    let search = TextField::search(l, "q", t::console::name_or_id(l)).without_spellcheck();
    let filter = Filter::new(l, clerk.home()).field(search.value(query.get("q"))).field(clerk.choice(
        "state",
        t::console::state(l),
        states.map(|(word, words)| Choice::new(word, words)),
    ));
    let list = List {
        id: "services",
        title: t::console::services(l),
        caption: t::console::services_caption(l),
        columns: vec![
            t::console::client_id(l),
            t::console::name_en(l),
            t::console::name_fr(l),
            t::console::client_authentication(l),
            t::console::state(l),
            t::console::created_on(l),
        ],
        row: &|service| row(&clerk, service),
        file_columns: &[
            "client_id",
            "name_en",
            "name_fr",
            "authentication",
            "profile",
            "created",
            "disabled",
        ],
        file_row: &line,
        filter: Some(filter),
        ways: ways(&clerk),
        back: None,
        alert: clerk.done(|done| (done == "applied").then(|| t::console::file_applied(l).to_owned())),
        above: Vec::new(),
        beside: vec![Link::new(t::console::download_file(l), format!("{}?format=toml", clerk.home()))],
    };
    clerk.list(list, &all)
}

/// The ways to something new.
fn ways(clerk: &Clerk<'_>) -> Vec<Link> {
    let l = clerk.l();
    let ways = [
        (t::console::new_service(l), "/new"),
        (t::console::services_from_file(l), "/new/file"),
        (t::console::registration_token(l), "/new/token"),
    ];
    ways.into_iter().flat_map(|(label, rest)| clerk.way_to(WRITE, label, rest)).collect()
}

/// What acts on services need.
fn tools(visit: &Visit) -> ServiceTools<'_> {
    ServiceTools { outbound: &visit.app.outbound, allow_loopback: visit.app.settings.allow_loopback }
}

/// A service's own page.
fn its_page(clerk: &Clerk<'_>, id: &str) -> String {
    clerk.url(clerk.place.section(), &format!("/{id}"))
}

fn state(l: Language, service: &RegisteredService) -> &'static str {
    if service.disabled_at.is_some() { t::console::disabled(l) } else { t::console::enabled(l) }
}

fn row(clerk: &Clerk<'_>, service: &RegisteredService) -> Vec<Cell> {
    let (l, client) = (clerk.l(), &service.client);
    let url = clerk.url(clerk.place.section(), &format!("/{}", client.id));
    vec![
        Cell::link(client.id.as_str(), url),
        Cell::text(&client.name.en),
        Cell::text(&client.name.fr),
        Cell::text(client.authentication_method.as_str()),
        Cell::text(state(l, service)),
        Cell::time(l, Some(service.created_at)),
    ]
}

fn line(service: &RegisteredService) -> Vec<String> {
    let client = &service.client;
    vec![
        client.id.to_string(),
        client.name.en.clone(),
        client.name.fr.clone(),
        client.authentication_method.as_str().to_owned(),
        serde_json::to_value(client.profile)
            .ok()
            .and_then(|it| it.as_str().map(str::to_owned))
            .unwrap_or_default(),
        instant(service.created_at),
        service.disabled_at.map(instant).unwrap_or_default(),
    ]
}

/// A member of a registration, to be read.
fn shown(l: Language, member: &str, value: &Value) -> Cell {
    match value {
        Value::Array(items) if !fields::is_chosen(member) => Cell::Lines(
            items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned)).collect(),
        ),
        _ => Cell::text(told::value(l, member, value)),
    }
}

/// `GET /{l}/admin/services/{id}`
///
/// # Errors
/// No role, no such service, or the database is away.
pub async fn show(visit: &Visit) -> Result<Answer, Problem> {
    let clerk = match enter(visit, READ, None).await? {
        Ok(clerk) => clerk,
        Err(answer) => return Ok(answer),
    };
    let l = clerk.l();
    let service = services::show(&clerk.desk(), clerk.place.subject()).await?;
    let alert = clerk.done(|done| match done {
        "updated" => Some(t::console::service_updated(l).to_owned()),
        "disabled" => Some(t::console::service_disabled(l).to_owned()),
        _ => None,
    });
    let note = service.disabled_at.map(|_| Alert::warning(l, t::console::is_disabled(l)));
    let view = ServiceView::from(&service);
    let mut facts = vec![
        (t::console::state(l).to_owned(), Cell::text(state(l, &service))),
        (t::console::created_on(l).to_owned(), Cell::time(l, Some(service.created_at))),
        (t::console::good_secrets(l).to_owned(), Cell::text(view.secrets.to_string())),
    ];
    facts.extend(service.disabled_at.map(|at| (t::console::disabled(l).to_owned(), Cell::time(l, Some(at)))));
    let members = view.service.iter().map(|(name, value)| (told::label(l, name), shown(l, name, value)));
    facts.extend(members);
    let title = service.client.name.get(l).to_owned();
    Sheet::new(clerk.frame(title).back(clerk.home()).alert(alert))
        .with_some(note)
        .with(actions(&clerk, &service))
        .with(Facts::new("service-facts", facts))
        .answer(visit, 200)
}

fn actions(clerk: &Clerk<'_>, service: &RegisteredService) -> Links {
    let l = clerk.l();
    let at = |act: &str| clerk.url(clerk.place.section(), &format!("/{}/{act}", service.client.id));
    let mut links = vec![Link::new(t::console::service_history(l), at("history"))];
    if service.disabled_at.is_some() {
        return Links(links);
    }
    links.insert(0, Link::new(t::console::test_redirect(l), at("redirect-test")));
    if clerk.may(WRITE) {
        links.insert(0, Link::new(t::console::change(l), at("edit")).button());
        if service.client.authentication_method.has_secret() {
            links.push(Link::new(t::console::new_secret(l), at("secret")));
        }
        links.push(Link::new(t::console::disable(l), at("disable")));
    }
    Links(links)
}
